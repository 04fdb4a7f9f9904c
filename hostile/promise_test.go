package hostile_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const page = "../docs/promises.md"

var update = flag.Bool("update", false, "write "+page+" from the promises that were kept in this run")

// kept holds the promises of this run that were kept, and those broken.
var kept = struct {
	sync.Mutex
	outcome map[string]bool
}{outcome: map[string]bool{}}

// promise runs a subtest whose name is a promise of the client, in parallel
// with others. The page of promises is generated from these names, so they are
// literals in the source.
func promise(t *testing.T, name string, check func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		note(t, name)
		check(t)
	})
}

// promiseAlone is promise for measurements, and runs alone.
func promiseAlone(t *testing.T, name string, check func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		note(t, name)
		check(t)
	})
}

// note records how the check of a promise ends.
func note(t *testing.T, name string) {
	t.Helper()
	t.Cleanup(func() {
		kept.Lock()
		defer kept.Unlock()
		kept.outcome[name] = !t.Failed() && !t.Skipped()
	})
}

// overProtocols runs a check over HTTP/1.1 and HTTP/2.
func overProtocols(t *testing.T, check func(t *testing.T, proto string)) {
	t.Helper()
	for _, proto := range protocols {
		t.Run(proto, func(t *testing.T) { check(t, proto) })
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && *update {
		if err := writePage(); err != nil {
			fmt.Fprintln(os.Stderr, "promises:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// theme is a top-level test with its promises.
type theme struct {
	test, about string
	promises    []string
}

// themes reads the promises from the source, in order.
func themes() ([]theme, error) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []theme
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Test") {
				continue
			}
			th := theme{test: fn.Name.Name, about: strings.Join(strings.Fields(fn.Doc.Text()), " ")}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 3 {
					return true
				}
				if called, ok := call.Fun.(*ast.Ident); ok && strings.HasPrefix(called.Name, "promise") {
					if lit, ok := call.Args[1].(*ast.BasicLit); ok {
						text, _ := strconv.Unquote(lit.Value) // it has been parsed
						th.promises = append(th.promises, text)
					}
				}
				return true
			})
			if len(th.promises) > 0 {
				all = append(all, th)
			}
		}
	}
	return all, nil
}

// render returns the page.
func render(all []theme) string {
	var b strings.Builder
	b.WriteString("# Promises\n\n<!-- written by the tests of package hostile: see below -->\n\n" +
		"Each line is a subtest of package `hostile`, which runs the client against servers that misbehave on purpose.\n" +
		"The page is made from the subtests that passed, and a test fails when it is out of date:\n\n" +
		"```sh\ngo test ./hostile          # check all promises\ngo test ./hostile -update  # write this page\n" +
		"HOSTILE_SOAK=5m go test ./hostile -run Soak -timeout 30m\n```\n")
	for _, th := range all {
		fmt.Fprintf(&b, "\n## %s\n\n", title(th.test))
		if _, about, ok := strings.Cut(th.about, ": "); ok {
			b.WriteString(capital(about) + "\n\n")
		}
		b.WriteString("| The client promises | Checked by |\n| --- | --- |\n")
		for _, p := range th.promises {
			fmt.Fprintf(&b, "| %s | `%s` |\n", capital(p), th.test)
		}
	}
	return b.String()
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// nameWord is a word of a test's name.
var nameWord = regexp.MustCompile(`[A-Z]+[a-z]*`)

// title makes "Own effects" of TestOwnEffects, and keeps words like HTTP.
func title(test string) string {
	words := nameWord.FindAllString(strings.TrimPrefix(test, "Test"), -1)
	for i, word := range words {
		if i > 0 && word != strings.ToUpper(word) {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}

// writePage writes the page, but only from promises that were all kept.
func writePage() error {
	all, err := themes()
	if err != nil {
		return err
	}
	kept.Lock()
	defer kept.Unlock()
	for _, th := range all {
		for _, p := range th.promises {
			if !kept.outcome[p] {
				return fmt.Errorf("%s/%s was not checked in this run", th.test, p)
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		return err
	}
	return os.WriteFile(page, []byte(render(all)), 0o644)
}

func TestPageOfPromisesIsUpToDate(t *testing.T) {
	if *update {
		t.Skip("the page is being written")
	}
	all, err := themes()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, th := range all {
		for _, p := range th.promises {
			require.Falsef(t, seen[p], "%q is promised twice", p)
			seen[p] = true
		}
	}
	have, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, render(all), string(have), "run: go test ./hostile -update")
}
