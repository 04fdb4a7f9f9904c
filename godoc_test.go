package workato_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// parsedFiles parses the files of a package that a pattern matches.
func parsedFiles(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	files := make(map[string]*ast.File)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		files[name] = file
	}
	return files
}

// TestEveryServiceHasExamples: the documentation shows an Example at the type
// that its name begins with.
func TestEveryServiceHasExamples(t *testing.T) {
	t.Parallel()
	shown := make(map[string]bool)
	for _, file := range parsedFiles(t, "example*_test.go") {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
				name, _, _ := strings.Cut(strings.TrimPrefix(f.Name.Name, "Example"), "_")
				shown[name] = true
			}
		}
	}
	current := make(map[string]bool) // services that are not deprecated as a whole
	for _, op := range workato.Operations() {
		current[apitest.EndpointOf(op.Name).Service] = current[apitest.EndpointOf(op.Name).Service] || !op.Deprecated
	}
	client := reflect.TypeFor[workato.Client]()
	for i := range client.NumField() {
		field := client.Field(i)
		if current[field.Name] {
			service := field.Type.Elem().Name()
			assert.True(t, shown[service], "next: write an Example%s_<Method> with checked output", service)
		}
	}
}

// obvious are fields whose name says everything.
var obvious = []string{"Name", "Title", "Description", "Email", "FullName"}

// TestEveryNameIsDocumented: what go doc shows has a comment. revive asks for
// those of functions and types; here are the fields of parameters, of which a
// caller must know the meaning. A field may be explained by the comment of
// another one or of the type, and in an update by the same field of a create.
func TestEveryNameIsDocumented(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "ratelimit", "workatotest", "provision", "embed"} {
		created := make(map[string]bool) // fields of creates with a comment
		var missing []string
		files := parsedFiles(t, filepath.Join(dir, "*.go"))
		for name := range files {
			if strings.HasSuffix(name, "_test.go") {
				delete(files, name)
			}
		}
		for _, update := range []bool{false, true} {
			for name, file := range files {
				for _, spec := range paramsIn(file) {
					family, isUpdate := strings.CutSuffix(spec.name, "UpdateParams")
					if isUpdate != update {
						continue
					}
					for _, field := range spec.fields {
						create := family + "CreateParams." + field.name
						switch {
						case field.said || slices.Contains(obvious, field.name):
							created[spec.name+"."+field.name] = true
						case !isUpdate || !created[create]:
							missing = append(missing, name+": "+spec.name+"."+field.name)
						}
					}
				}
			}
		}
		slices.Sort(missing)
		assert.Empty(t, missing, "next: say what each of these means, its unit and its limits")
	}
}

type paramsType struct {
	name   string
	fields []paramsField
}

type paramsField struct {
	name string
	said bool // by a comment
}

// paramsIn returns the exported structs of parameters.
func paramsIn(file *ast.File) (found []paramsType) {
	for _, decl := range file.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			declared, ok := spec.(*ast.TypeSpec)
			if !ok || !declared.Name.IsExported() || !strings.HasSuffix(declared.Name.Name, "Params") {
				continue
			}
			body, ok := declared.Type.(*ast.StructType)
			if !ok {
				continue
			}
			texts := []string{general.Doc.Text(), declared.Doc.Text()}
			for _, field := range body.Fields.List {
				texts = append(texts, field.Doc.Text(), field.Comment.Text())
			}
			said := strings.FieldsFunc(strings.Join(texts, " "), func(r rune) bool { return strings.ContainsRune(" ,.:;()\n", r) })
			params := paramsType{name: declared.Name.Name}
			for _, field := range body.Fields.List {
				for _, name := range field.Names {
					if name.IsExported() {
						params.fields = append(params.fields, paramsField{name.Name, slices.Contains(said, name.Name)})
					}
				}
			}
			found = append(found, params)
		}
	}
	return found
}

// TestRenamedFunctionsForward: a function that only has a new name keeps working
// under the old one, and "go fix" moves callers, as the changelog shows.
func TestRenamedFunctionsForward(t *testing.T) {
	t.Parallel()
	renamed := regexp.MustCompile(`(?m)^Deprecated: use (\w+)\.$`)
	changes, err := os.ReadFile("CHANGELOG.md")
	require.NoError(t, err)
	found := 0
	for name, file := range parsedFiles(t, "*.go") {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			now := renamed.FindStringSubmatch(f.Doc.Text())
			if now == nil {
				continue
			}
			found++
			where := name + ": " + f.Name.Name
			assert.Contains(t, string(changes), "."+f.Name.Name+"(", "next: show %s in CHANGELOG.md, before and after", f.Name.Name)
			assert.Equal(t, "//go:fix inline", f.Doc.List[len(f.Doc.List)-1].Text, where)
			require.Len(t, f.Body.List, 1, where)
			forward, ok := f.Body.List[0].(*ast.ReturnStmt)
			require.True(t, ok, where)
			call, ok := forward.Results[0].(*ast.CallExpr)
			require.True(t, ok, where)
			assert.True(t, strings.HasSuffix(types.ExprString(call.Fun), now[1]), where)
		}
	}
	assert.NotZero(t, found)
}
