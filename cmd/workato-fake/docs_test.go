package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// everyLanguage is set where a missing interpreter is a failure, see "docs" in
// scripts/check.
const everyLanguage = "WORKATO_FAKE_EVERY_LANGUAGE"

// compiler names the TypeScript compiler, with the types of Node beside it.
const compiler = "WORKATO_FAKE_TSC"

// languagesPage is the page about testing in any language.
const languagesPage = "../../docs/testing-languages.md"

// TestDocumentedControl: the page has a row for every command of the control.
func TestDocumentedControl(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(languagesPage)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Routes []struct{ Method, Path string }
	}
	p := start(t, "-control")
	if err := json.Unmarshal([]byte(p.control(t, "GET", "", "")), &list); err != nil || len(list.Routes) < 20 {
		t.Fatalf("%v, %d routes", err, len(list.Routes))
	}
	for _, route := range list.Routes {
		name := regexp.QuoteMeta(strings.TrimPrefix(route.Path, "/_fake/"))
		row := regexp.MustCompile("(?m)^\\| `.*" + route.Method + ".*[/`]" + name + "` ?[|,]")
		if !row.Match(text) {
			t.Errorf("the page has no row for %s %s", route.Method, route.Path)
		}
	}
}

// codeIn is the code in a language on the page about testing in any.
func codeIn(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile(languagesPage)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 1 {
		t.Fatalf("%d blocks of %s on the page, want a whole test", len(blocks), language)
	}
	return blocks[0][1]
}

// missing ends a test whose language is not installed.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv(everyLanguage) != "" {
		t.Fatal(what, "is missing")
	}
	t.Skip(what, "is missing; scripts/check docs runs this test")
}

// runDocumented runs a test of the page against the program and returns its
// output.
func runDocumented(t *testing.T, dir string, command ...string) string {
	t.Helper()
	p := start(t, "-control", "-empty")
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "WORKATO_FAKE="+p.url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s\nthe fake:\n%s", command, err, out, p.out)
	}
	return string(out)
}

func TestDocumentedPython(t *testing.T) {
	t.Parallel()
	code := codeIn(t, "python")
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3")
	}
	dir := t.TempDir()
	writeIn(t, dir, "test_onboarding.py", code)
	if out := runDocumented(t, dir, python, "-m", "unittest", "test_onboarding.py"); !strings.Contains(out, "Ran 3 tests") {
		t.Errorf("output\n%s", out)
	}
}

func TestDocumentedTypeScript(t *testing.T) {
	t.Parallel()
	code := codeIn(t, "ts")
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node")
	}
	dir := t.TempDir()
	writeIn(t, dir, "package.json", `{"type": "module"}`)
	writeIn(t, dir, "onboarding.test.ts", code)
	file := "onboarding.test.ts"
	if tsc := os.Getenv(compiler); tsc != "" {
		types := filepath.Join(filepath.Dir(tsc), "..", "@types")
		cmd := exec.CommandContext(t.Context(), tsc, "--strict", "--module", "nodenext", "--target", "es2022",
			"--erasableSyntaxOnly", "--typeRoots", types, "--types", "node", file)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("tsc: %v\n%s", err, out)
		}
		file = "onboarding.test.js"
	} else if !stripsTypes(t, node) {
		missing(t, "a Node that runs TypeScript, or "+compiler+",")
	}
	if out := runDocumented(t, dir, node, "--test", "--test-reporter=tap", file); !strings.Contains(out, "# pass 4") {
		t.Errorf("output\n%s", out)
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

func writeIn(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
