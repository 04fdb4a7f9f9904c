// Package house has the rules of this repository that a compiler does not know,
// as tests over its files and their syntax: what a method looks like, where a
// path may be written, which package imports which, how long a file is. A rule
// that the linters have is not repeated here.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the repository as seen from this directory.
const root = "../.."

const module = "github.com/go-workato/workato"

// file is a Go file of any module of the repository.
type file struct {
	name   string // of the path from the root, with slashes
	syntax *ast.File
}

func (f file) dir() string {
	if dir := path.Dir(f.name); dir != "." {
		return dir
	}
	return ""
}

func (f file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

var positions = token.NewFileSet()

// goFiles are all Go files outside of testdata, read once.
var goFiles = sync.OnceValues(func() ([]file, error) {
	var files []file
	err := walk(func(name string) error {
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata/") {
			return nil
		}
		text, err := os.ReadFile(path.Join(root, name))
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
		files = append(files, file{name, syntax})
		return err
	})
	return files, err
})

// walk calls a function with every file of the repository.
func walk(visit func(name string) error) error {
	return fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.Type().IsRegular():
			return visit(name)
		}
		return nil
	})
}

// theFiles are the Go files for which a condition holds.
func theFiles(t *testing.T, want func(file) bool) []file {
	t.Helper()
	all, err := goFiles()
	require.NoError(t, err)
	var files []file
	for _, f := range all {
		if want(f) {
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files, "no file is looked at: the rule proves nothing")
	return files
}

// client are the files of package workato.
func client(f file) bool { return f.dir() == "" && !f.isTest() }
