package pages

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	// What the pages show: the result of a test is only kept for as long as these
	// are the same.
	_ "github.com/go-workato/workato/embed"
	_ "github.com/go-workato/workato/provision"
	_ "github.com/go-workato/workato/provision/provisiontest"
	_ "github.com/go-workato/workato/ratelimit"
	_ "github.com/go-workato/workato/workatotest"
)

// everything is set where all that a page may show is a part of the test: see
// "docs" in scripts/check.
const everything = "WORKATO_DOCS_EVERYTHING"

// TestGo builds, vets and runs all blocks of Go of all pages.
func TestGo(t *testing.T) {
	t.Parallel()
	testUnits(t, ".", goUnits(t)["."])
}

// TestGoOfNestedModules does the same with the blocks that use nested modules,
// whose dependencies the root module does not have.
func TestGoOfNestedModules(t *testing.T) {
	t.Parallel()
	if os.Getenv(everything) == "" {
		t.Skip("needs what the nested modules depend on; scripts/check docs runs this test")
	}
	units := goUnits(t)
	delete(units, ".")
	for _, module := range slices.Sorted(maps.Keys(units)) {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			testUnits(t, module, units[module])
		})
	}
}

// goUnits returns the blocks of Go by the directory of their module.
func goUnits(t *testing.T) map[string][]unit {
	t.Helper()
	byModule := map[string][]unit{}
	for _, p := range append(pagesOf(t, root), docPages(t)...) {
		units, err := unitsOf(p)
		if err != nil {
			t.Error(err)
		}
		for _, u := range units {
			byModule[u.module] = append(byModule[u.module], u)
		}
	}
	return byModule
}

// testUnits builds units in a module of their own that requires the given one,
// as users have it.
func testUnits(t *testing.T, module string, units []unit) {
	t.Helper()
	dir := t.TempDir()
	newModule(t, dir, module)
	pkgs := map[string]bool{}
	for _, u := range units {
		if !pkgs[u.pkg] {
			pkgs[u.pkg] = true
			world := unit{source: "package " + u.pkg + "\n" + shared + bubble}
			if module != "." {
				world.source = "package " + u.pkg + "\n" + shared + noBubble
			}
			if err := world.addImports(); err != nil {
				t.Fatal(err)
			}
			writeIn(t, filepath.Join(dir, u.pkg), "world.go", world.source)
		}
		writeIn(t, filepath.Join(dir, u.pkg), u.file, u.source)
	}
	writeIn(t, filepath.Join(dir, "run"), "run_test.go", runner(units))
	work := filepath.Join(dir, "work")
	zip, err := fs.ReadFile(os.DirFS(root), "testdata/packages/invoice-sync.zip")
	if err != nil {
		t.Fatal(err)
	}
	writeIn(t, work, "invoice-sync.zip", string(zip))

	program := filepath.Join(dir, "pages.exe")
	for _, args := range [][]string{
		{"vet", "-mod=mod", "./..."},
		{"test", "-mod=mod", "-c", "-vet=off", "-ldflags=-s -w", "-o", program, "./run"},
	} {
		if args[0] == "vet" && testing.Short() { // the build finds what another Go refuses
			continue
		}
		if out, err := command(t, dir, "go", args...); err != nil {
			t.Fatalf("the pages do not build: %v\n%s", err, out)
		}
	}
	if out, err := command(t, work, program, "-test.timeout=2m"); err != nil {
		// What the programs of the pages print comes before.
		if i := strings.Index(out, "--- FAIL"); i > 0 {
			out = out[i:]
		}
		t.Errorf("the code of a page fails: %v\n%s", err, out)
	}
}

// newModule writes the go.mod and go.sum of a module that requires the given one
// and what that requires.
func newModule(t *testing.T, dir, module string) {
	t.Helper()
	const path = "github.com/go-workato/workato"
	from := os.DirFS(filepath.Join(root, filepath.FromSlash(module)))
	mod, err := fs.ReadFile(from, "go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := fs.ReadFile(from, "go.sum")
	if err != nil {
		t.Fatal(err)
	}
	base, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "module example.com/pages\nrequire %s v0.0.0\nreplace %s => %s\n", path, path, base)
	if module != "." {
		own := path + "/" + module
		fmt.Fprintf(&text, "require %s v0.0.0\nreplace %s => %s\n", own, own, filepath.Join(base, filepath.FromSlash(module)))
	}
	for line := range strings.Lines(strings.ReplaceAll(string(mod), "\r\n", "\n")) {
		if !strings.HasPrefix(line, "module ") && !strings.Contains(line, path) { // what concerns our own modules is above
			text.WriteString(line)
		}
	}
	writeIn(t, dir, "go.mod", text.String())
	writeIn(t, dir, "go.sum", string(sum))
}

// runner is a test file that runs all units.
func runner(units []unit) string {
	pkgs := map[string]bool{}
	var calls, head strings.Builder
	for _, u := range units {
		for _, call := range u.calls {
			pkgs[u.pkg] = true
			fmt.Fprintf(&calls, "\tt.Run(%q, %s.%s)\n", u.pkg+"/"+call, u.pkg, call)
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(pkgs)) {
		fmt.Fprintf(&head, "import %q\n", "example.com/pages/"+pkg)
	}
	return "package run\n\nimport \"testing\"\n" + head.String() + "\nfunc TestPages(t *testing.T) {\n" + calls.String() + "}\n"
}

func command(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func writeIn(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
