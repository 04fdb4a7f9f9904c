package pages

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// compiler names the TypeScript compiler, with the types of Node beside it.
const compiler = "WORKATO_DOCS_TSC"

// codeIn returns the blocks of a language on all pages.
func codeIn(t *testing.T, language string) []block {
	t.Helper()
	var blocks []block
	for _, p := range pagesOf(t, root) {
		for _, b := range p.blocks {
			if b.language == language {
				blocks = append(blocks, b)
			}
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("no page has code in %s", language)
	}
	return blocks
}

// missing ends a test whose language is not installed.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv(everything) != "" {
		t.Fatal(what, "is missing")
	}
	t.Skip(what, "is missing; scripts/check docs runs this test")
}

// runAgainstFake runs a test against a fake that can be controlled, as
// workato-fake -control -empty is, and returns its output.
func runAgainstFake(t *testing.T, dir string, args ...string) string {
	t.Helper()
	fake := workatotest.New(t)
	mux := http.NewServeMux()
	mux.Handle(workatotest.ControlPath, fake.ControlHandler())
	mux.Handle("/", fake.Handler())
	server := httptest.NewServer(mux)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "WORKATO_FAKE="+server.URL)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestPython: a block of Python is a whole test, and it passes.
func TestPython(t *testing.T) {
	t.Parallel()
	blocks := codeIn(t, "python")
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3")
	}
	for _, b := range blocks {
		dir := t.TempDir()
		writeIn(t, dir, "test_page.py", b.code)
		tests := strings.Count(b.code, "\n    def test_")
		if out := runAgainstFake(t, dir, python, "-m", "unittest", "test_page.py"); tests == 0 || !strings.Contains(out, "Ran "+itoa(tests)+" test") {
			t.Errorf("%s:%d has %d tests, output\n%s", b.page, b.line, tests, out)
		}
	}
}

// TestTypeScript: a block of TypeScript is a whole test, and it passes.
func TestTypeScript(t *testing.T) {
	t.Parallel()
	blocks := codeIn(t, "ts")
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node")
	}
	tsc := os.Getenv(compiler)
	if tsc == "" && !stripsTypes(t, node) {
		missing(t, "a Node that runs TypeScript, or "+compiler+",")
	}
	for _, b := range blocks {
		dir, file := t.TempDir(), "page.test.ts"
		writeIn(t, dir, "package.json", `{"type": "module"}`)
		writeIn(t, dir, file, b.code)
		if tsc != "" {
			types := filepath.Join(filepath.Dir(tsc), "..", "@types")
			out, err := command(t, dir, tsc, "--strict", "--module", "nodenext", "--target", "es2022",
				"--erasableSyntaxOnly", "--typeRoots", types, "--types", "node", file)
			if err != nil {
				t.Fatalf("%s:%d: tsc: %v\n%s", b.page, b.line, err, out)
			}
			file = "page.test.js"
		}
		if out := runAgainstFake(t, dir, node, "--test", "--test-reporter=tap", file); !strings.Contains(out, "# fail 0") || strings.Contains(out, "# pass 0") {
			t.Errorf("%s:%d: output\n%s", b.page, b.line, out)
		}
	}
}

// stripsTypes says whether Node runs TypeScript as it is.
func stripsTypes(t *testing.T, node string) bool {
	t.Helper()
	version, err := exec.CommandContext(t.Context(), node, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(string(version)), "v"), ".")
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[min(1, len(parts)-1)])
	return major > 22 || major == 22 && minor >= 18
}
