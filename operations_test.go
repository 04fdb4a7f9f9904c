package workato_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
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

// anonymous removes the names of the parameters of a path except the
// customer's: ours may be more specific than those of the ledger.
func anonymous(path string) string {
	return regexp.MustCompile(`\{\w+\}`).ReplaceAllStringFunc(path, func(name string) string {
		if name == "{customer}" {
			return name
		}
		return "{}"
	})
}

var ledgerPaging = map[string]workato.Paging{
	"none": workato.PagingNone, "page": workato.PagingPage, "page (from 0)": workato.PagingPageFromZero,
	"page_bracket":  workato.PagingPage, // the same with other names
	"page+since_id": workato.PagingSinceID, "cursor": workato.PagingCursor,
}

// TestEveryOperationIsComplete follows the steps of CONTRIBUTING: a row of the
// ledger, a row of the table, a method, an entry of the registry with a good
// response and what it refuses, a route of the fake, an Example. Each failure
// names the next step. The fake's route is step 4, see workatotest.
func TestEveryOperationIsComplete(t *testing.T) {
	t.Parallel()
	shown := exampleCalls(t)
	for _, op := range workato.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			row := apitest.EndpointOf(op.Name)
			require.NotEmpty(t, row.Operation, "next: add a row of this operation to testdata/endpoints.json")

			field := reflect.ValueOf(&workato.Client{}).Elem().FieldByName(row.Service)
			require.True(t, field.IsValid(), "next: add the field %s to Client and NewClient", row.Service)
			name := apitest.MethodOf(field.Type(), op.Name)
			require.NotEmpty(t, name, "next: write the method of %s for %q", field.Type(), row.Name)

			e := apitest.Find(op.Name)
			require.NotNil(t, e, "next: add an Entry of this operation to internal/apitest/%s.go", strings.Split(op.Name, ".")[0])
			require.NotNil(t, e.Call, "next: give the entry a Call")
			require.NotEmpty(t, e.Want, "next: give the entry the request that it must Want")
			require.NoError(t, e.Call.Do(t.Context(), newClient(t, responding(response{body: e.Response()})), customerID),
				"next: give the entry a Good response: the call does not take %s", e.Response())
			assert.Equal(t, len(pathIDs(op.Path)), e.Call.IDs(t.Context(), newClient(t, responding(response{})), customerID),
				"next: let the call of the entry take every id of its path from Caller.id or Caller.name")
			if takesParams(field.MethodByName(name).Type()) {
				require.NotNil(t, e.Refuses, "next: say what the call Refuses; Bad{} if it accepts everything")
			}

			assert.True(t, op.Deprecated || shown[row.Service+"."+name] || op.Paging != "" && shown[row.Service+"."+allOf(name)],
				"next: call %s.%s in an Example of example_*_test.go", row.Service, name)
		})
	}
	for _, e := range apitest.All() {
		assert.True(t, slices.ContainsFunc(workato.Operations(), func(op workato.Operation) bool { return op.Name == e.Operation }),
			"next: register the row of %s in the file of its service", e.Operation)
	}
}

// TestOperationsAreAsInTheLedger compares the table with the reference.
func TestOperationsAreAsInTheLedger(t *testing.T) {
	t.Parallel()
	for _, op := range workato.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			row := apitest.EndpointOf(op.Name)
			assert.Equal(t, row.Method, op.Method)
			assert.Equal(t, anonymous(row.Path), anonymous(op.Path))
			assert.Equal(t, row.Effect, op.Effect.String())
			assert.Equal(t, row.Response, op.Response)
			assert.Equal(t, row.PerSecond, op.Quota.PerSecond)
			assert.Equal(t, row.PerMinute, op.Quota.PerMinute)
			assert.Equal(t, row.Deprecated, op.Deprecated)
			if paging, known := ledgerPaging[row.Pagination]; known {
				assert.Equal(t, paging, op.Paging)
			}

			doc, err := url.Parse(op.Doc)
			require.NoError(t, err)
			assert.Equal(t, "https", doc.Scheme)
			assert.NotEmpty(t, doc.Host)

			assert.NotEmpty(t, op.Quota.Family)
			assert.True(t, strings.HasPrefix(op.Path, "/api/"), op.Path)
			if op.Method == http.MethodGet {
				assert.Equal(t, workato.Read, op.Effect)
			}
		})
	}
	assert.Equal(t, "unknown", workato.Effect(0).String())
}

// allOf is the walk over the pages of a list.
func allOf(list string) string {
	for _, prefix := range []string{"ListAll", "List", "Search"} {
		if rest, ok := strings.CutPrefix(list, prefix); ok {
			return "All" + rest
		}
	}
	return ""
}

// takesParams reports whether a method takes a pointer to params.
func takesParams(method reflect.Type) bool {
	for i := range method.NumIn() {
		if in := method.In(i); in.Kind() == reflect.Pointer && strings.HasSuffix(in.Elem().Name(), "Params") {
			return true
		}
	}
	return false
}

// exampleCalls are the methods that the Examples call, such as "Folders.Update".
func exampleCalls(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("example*_test.go")
	require.NoError(t, err)
	calls := make(map[string]bool)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if method, ok := n.(*ast.SelectorExpr); ok {
				if service, ok := method.X.(*ast.SelectorExpr); ok {
					calls[service.Sel.Name+"."+method.Sel.Name] = true
				}
			}
			return true
		})
	}
	return calls
}

// TestEveryEndpointIsThere: every row of the ledger is typed.
func TestEveryEndpointIsThere(t *testing.T) {
	t.Parallel()
	have := make(map[string]bool)
	for _, op := range workato.Operations() {
		have[op.Name] = true
	}
	seen := make(map[string]bool)
	for _, row := range apitest.Ledger() {
		assert.False(t, seen[row.Operation], "%s is twice in the ledger", row.Operation)
		seen[row.Operation] = true
		assert.Contains(t, []string{"read", "idempotent", "create"}, row.Effect, row.Operation)
		assert.Contains(t, []workato.ResponseKind{
			workato.ResponseObject, workato.ResponseList, workato.ResponseConfirmation, workato.ResponseRaw,
		}, row.Response, row.Operation)
		assert.True(t, strings.HasSuffix(row.Operation, "."+row.Name), row.Operation)
		assert.True(t, have[row.Operation], "next: add the row of %s in the file of its service", row.Operation)
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	all := workato.Operations()
	assert.True(t, slices.IsSortedFunc(all, func(a, b workato.Operation) int { return cmp.Compare(a.Name, b.Name) }))

	routes := make(map[string]string)
	for _, op := range all {
		route := op.Method + " " + anonymous(op.Path)
		assert.NotContains(t, routes, route, "%s has the route of %s", op.Name, routes[route])
		routes[route] = op.Name
		if strings.HasPrefix(op.Name, "imports.create") {
			assert.Equal(t, workato.Quota{Family: "imports", PerMinute: 1000, PerHour: 500}, op.Quota)
		} else {
			assert.Zero(t, op.Quota.PerHour, op.Name)
		}
	}

	all[0].Name = "changed"
	assert.NotEqual(t, "changed", workato.Operations()[0].Name, "Operations returns the table itself")
}
