package house

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// serviceMethods are the exported methods of the services, as
// "FolderService.Update".
func serviceMethods(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	methods := make(map[string]*ast.FuncDecl)
	for _, f := range theFiles(t, client) {
		for _, declaration := range f.syntax.Decls {
			fn, ok := declaration.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || !fn.Name.IsExported() {
				continue
			}
			service := strings.TrimPrefix(types.ExprString(fn.Recv.List[0].Type), "*")
			if strings.HasSuffix(service, "Service") {
				methods[service+"."+fn.Name.Name] = fn
			}
		}
	}
	require.Greater(t, len(methods), len(workato.Operations()))
	return methods
}

// TestServiceMethodsHaveOneShape: the context comes first, the call options come
// last, and what can fail says so with its last result.
func TestServiceMethodsHaveOneShape(t *testing.T) {
	t.Parallel()
	for name, fn := range serviceMethods(t) {
		params := fn.Type.Params.List
		if !assert.GreaterOrEqual(t, len(params), 2, name) {
			continue
		}
		first, last := params[0], params[len(params)-1]
		assert.Equal(t, "ctx context.Context", fieldString(first), "the first parameter of %s", name)
		assert.Equal(t, "opts ...CallOption", fieldString(last), "the last parameter of %s", name)
		if results := fn.Type.Results; assert.NotNil(t, results, name) {
			result := types.ExprString(results.List[len(results.List)-1].Type)
			fails := result == "error" || strings.HasPrefix(result, "iter.Seq2[") && strings.HasSuffix(result, ", error]") || result == "Package" // opened later
			assert.True(t, fails, "the last result of %s is %s", name, result)
		}
	}
}

func fieldString(field *ast.Field) string {
	names := make([]string, len(field.Names))
	for i, name := range field.Names {
		names[i] = name.Name
	}
	return strings.Join(names, ", ") + " " + types.ExprString(field.Type)
}

// TestEveryOperationIsLinked: the comment of the method of an operation has the
// page of the reference on a line of its own. That there is a method, an entry
// of the registry, an Example and a route of the fake is proved elsewhere:
// operations_test.go, workatotest/route_test.go.
func TestEveryOperationIsLinked(t *testing.T) {
	t.Parallel()
	methods := serviceMethods(t)
	services := reflect.TypeFor[workato.Client]()
	for _, op := range workato.Operations() {
		field, found := services.FieldByName(apitest.EndpointOf(op.Name).Service)
		require.True(t, found, op.Name)
		name := field.Type.Elem().Name() + "." + apitest.MethodOf(field.Type, op.Name)
		if !assert.Contains(t, methods, name, op.Name) {
			continue
		}
		linked := slices.ContainsFunc(strings.Split(methods[name].Doc.Text(), "\n"), func(line string) bool {
			page, _, _ := strings.Cut(line, "#")
			return line == op.Doc || page == op.Doc
		})
		assert.True(t, linked, "the comment of %s has no line %s", name, op.Doc)
	}
}

// pathsAreMade are the files that handle paths as texts: id.go escapes and checks
// them, option.go takes /api from a base URL.
var pathsAreMade = []string{"id.go", "option.go"}

// TestPathsAreRows: a path of the API is the template of an operation and nothing
// else, so that each part of it is escaped in one place.
func TestPathsAreRows(t *testing.T) {
	t.Parallel()
	for _, f := range theFiles(t, client) {
		if slices.Contains(pathsAreMade, f.name) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				return types.ExprString(n.Key) != "Path"
			case *ast.GenDecl:
				return n.Tok != token.CONST // part of a template
			case *ast.BasicLit:
				assert.NotRegexp(t, `^["\x60]/api(/|["\x60])`, n.Value, "%s: a path outside of a row", positions.Position(n.Pos()))
			}
			return true
		})
	}
}

var formatted = regexp.MustCompile(`^/|^%[sdvq]/|/api/|://`)

// TestNoPathIsFormatted: no path or URL is made by a function of fmt, which
// escapes nothing.
func TestNoPathIsFormatted(t *testing.T) {
	t.Parallel()
	library := []string{"", "embed", "ratelimit", "provision", "internal/transport", "internal/wire", "internal/redact"}
	seen := 0
	for _, f := range theFiles(t, func(f file) bool { return !f.isTest() && slices.Contains(library, f.dir()) }) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !slices.Contains([]string{"fmt.Sprintf", "fmt.Sprint", "fmt.Appendf", "fmt.Append", "fmt.Fprintf"}, types.ExprString(call.Fun)) {
				return true
			}
			seen++
			for _, argument := range call.Args {
				if literal, ok := argument.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					text, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					assert.NotRegexp(t, formatted, text, "%s: a path is made of a row and its ids", positions.Position(call.Pos()))
				}
			}
			return true
		})
	}
	require.Greater(t, seen, 50, "hardly any call was looked at")
}
