package house

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mayImport says for each package of the root module what it may import beside
// the standard library, outside of its tests. Names without a dot are packages of
// this module. Imports point one way, and what a program links by importing a
// package is seen here.
var mayImport = map[string][]string{
	"":                   {"internal/redact", "internal/transport", "internal/wire", "github.com/google/go-querystring/query"},
	"internal/transport": {"github.com/hashicorp/go-retryablehttp"},
	"internal/wire":      {},
	"internal/redact":    {},
	"internal/text":      {},
	"ratelimit":          {"workato", "golang.org/x/time/rate"},
	"embed":              {"workato", "internal/transport"},

	"provision":                {"workato", "internal/text", "ratelimit", "provision/internal/lease"},
	"provision/internal/lease": {},
	"provision/provisiontest":  {"workato", "provision", "provision/internal/lease"},

	"workatotest":                     {"workato", "workatotest/internal/strictjson"},
	"workatotest/internal/strictjson": {},
	"cmd/workato-fake":                {"workatotest"},
	"internal/apitest":                {"workato"}, // for tests only
}

// TestImportsPointOneWay leaves out nested modules, whose imports are in their
// go.mod, and programs that show something, which may import what they show.
func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	nested := nestedModules(t)
	free := slices.Concat(nested, []string{"examples", "scripts", "embed/internal/cmd"})
	for _, f := range theFiles(t, func(f file) bool { return !f.isTest() && !isIn(free, f.dir()) }) {
		allowed := mayImport[f.dir()]
		for _, imported := range f.syntax.Imports {
			path, err := strconv.Unquote(imported.Path.Value)
			require.NoError(t, err)
			name, ours := strings.CutPrefix(path, module)
			switch {
			case ours:
				name = cmp.Or(strings.TrimPrefix(name, "/"), "workato")
				assert.Contains(t, allowed, name, "%s imports package %s: see mayImport", f.name, name)
			case strings.Contains(strings.Split(path, "/")[0], "."):
				assert.Contains(t, allowed, path, "%s imports %s", f.name, path)
			}
		}
	}
}

// nestedModules are the directories of go.mod files but the first.
func nestedModules(t *testing.T) []string {
	t.Helper()
	var dirs []string
	require.NoError(t, walk(func(name string) error {
		if dir, ok := strings.CutSuffix(name, "/go.mod"); ok {
			dirs = append(dirs, dir)
		}
		return nil
	}))
	return dirs
}

func isIn(modules []string, dir string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return dir == m || strings.HasPrefix(dir, m+"/") })
}

// onlyIn names, for packages of the standard library that a library should not
// import, the files and directories that may, outside of tests.
var onlyIn = map[string][]string{
	// What serves tests has no place in a program.
	"testing":           {"workatotest/", "provision/provisiontest/"},
	"net/http/httptest": {"examples/embed/main.go"},
	// The caller's *slog.Logger is the only log.
	"log": {"workatotest/serve.go", "scripts/", "contrib/temporal/e2e/"},
	// A library starts no program, and reads neither the environment nor files
	// unless asked to.
	"os/exec": {"provision/provisiontest/", "examples/", "scripts/"},
	"os": {
		"option.go", "package.go", "download_file.go", "internal/apitest/", "workatotest/", "provision/",
		"cmd/", "contrib/temporal/e2e/", "embed/internal/cmd/", "examples/", "scripts/",
	},
	// Templates and reflection by the name of a method keep all methods in a
	// program; html/template escapes, where a page is written for people.
	"text/template": {},
	"html/template": {"cmd/workato-fake/", "provision/report.go"},
	"reflect": {
		"connections_print.go", "decode.go", "do.go", "encode.go", "opt.go", "internal/wire/", "internal/redact/error.go",
		"internal/apitest/apitest.go",
		"provision/planread.go", "provision/provisiontest/", "workatotest/", "scripts/",
	},
	"unsafe": {},
	// They change the program that imports them.
	"net/http/pprof": {},
	"expvar":         {},
	// They have successors.
	"math/rand": {},
	"io/ioutil": {},
}

func TestImportsThatAreRare(t *testing.T) {
	t.Parallel()
	used := make(map[string]bool)
	for _, f := range theFiles(t, func(f file) bool { return !f.isTest() }) {
		for _, imported := range f.syntax.Imports {
			path, err := strconv.Unquote(imported.Path.Value)
			require.NoError(t, err)
			places, rare := onlyIn[path]
			if !rare {
				continue
			}
			i := slices.IndexFunc(places, func(place string) bool {
				return f.name == place || strings.HasSuffix(place, "/") && strings.HasPrefix(f.name, place)
			})
			if assert.GreaterOrEqual(t, i, 0, "%s imports %s, which belongs in %v", f.name, path, places) {
				used[path+" "+places[i]] = true
			}
		}
	}
	for path, places := range onlyIn {
		for _, place := range places {
			assert.True(t, used[path+" "+place], "%s no longer imports %s: take it from this list", place, path)
		}
	}
}
