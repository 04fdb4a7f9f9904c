package workato

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLookupOperation(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]*operation{
		"/api/managed_users/98178":                                &managedUsersGet,
		"/api/managed_users/EA2300":                               &managedUsersGet,
		"/api/managed_users/Ea%2Fb":                               &managedUsersGet,
		"/api/managed_users/98178/connections":                    &connectionsList,
		"/api/managed_users/98178/recipes":                        &recipesList,
		"/api/recipes/search":                                     &recipesSearchPublic,
		"/api/managed_users/usage":                                &usageMonthly,
		"/api/managed_users/98178/export_manifests/folder_assets": &exportsFolderAssets,
		"":                                      nil,
		"/":                                     nil,
		"/api/managed_users/E":                  nil,
		"/api/managed_users/":                   nil,
		"/api/managed_users//connections":       nil,
		"/api/managed_users/nobody":             nil,
		"/api/managed_users/98178.json":         nil,
		"/api/managed_users/%398178":            nil,
		"/api/managed_users/%45A2300":           nil,
		"/api/managed%5Fusers/98178":            nil,
		"/api/managed_users/98178/":             nil,
		"/api/managed_users/98178/connections/": nil,
		"/api/managed_users/98178/connections/12/no_such_subject": nil,
	} {
		assert.Same(t, want, lookupOperation("GET", path), path)
	}
	assert.Nil(t, lookupOperation("PATCH", "/api/managed_users/98178"), "the method counts too")
	assert.Same(t, &connectionsUpdate, lookupOperation("PUT", "/api/managed_users/98178/connections/12.json"), "a parameter takes anything")
}

// TestLookupGoesBack: a row with a literal segment does not hide one that has a
// parameter there and continues differently.
func TestLookupGoesBack(t *testing.T) {
	t.Parallel()
	rows := newRows("GET /a/{id}/x", "GET /a/literal/y", "POST /a/{id}", "GET /a/literal", "GET /a/{customer}/z", "GET /a/{customer}/x")
	root := newRoutes(rows)
	for request, want := range map[string]string{
		"GET /a/literal/x": "/a/{id}/x", "GET /a/literal/y": "/a/literal/y", "POST /a/literal": "/a/{id}", "GET /a/literal": "/a/literal",
		"GET /a/12/x": "/a/{customer}/x", "GET /a/12/z": "/a/{customer}/z", "GET /a/b/x": "/a/{id}/x", "POST /a/12": "/a/{id}",
	} {
		method, path, _ := strings.Cut(request, " ")
		require.NotNil(t, root.find(method, path), request)
		assert.Equal(t, want, root.find(method, path).Path, request)
	}
	assert.Nil(t, root.find("GET", "/a/b/z"))
}

func newRows(routes ...string) []*operation {
	rows := make([]*operation, len(routes))
	for i, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		rows[i] = &operation{Operation: Operation{Method: method, Path: path}}
	}
	return rows
}

// plainLookup finds the same row as the tree, row by row: of the matching rows
// it takes the one with a literal in the first segment in which they differ.
func plainLookup(rows []*operation, method, path string) *operation {
	var best *operation
	have := strings.Split(path, "/")
	for _, op := range rows {
		if op.Method == method && matches(op.Path, have) && (best == nil || literalness(op.Path) < literalness(best.Path)) {
			best = op
		}
	}
	return best
}

func matches(template string, have []string) bool {
	if strings.Count(template, "/") != len(have)-1 {
		return false
	}
	for i, segment := range strings.Split(template, "/") {
		switch {
		case segment == "{customer}":
			if !isCustomerSegment(have[i]) {
				return false
			}
		case strings.HasPrefix(segment, "{"):
			if have[i] == "" {
				return false
			}
		case segment != have[i]:
			return false
		}
	}
	return true
}

// literalness sorts literal segments before customers before other parameters.
func literalness(template string) string {
	segments := strings.Split(template, "/")
	for i, segment := range segments {
		switch {
		case segment == "{customer}":
			segments[i] = "1"
		case strings.HasPrefix(segment, "{"):
			segments[i] = "2"
		default:
			segments[i] = "0"
		}
	}
	return strings.Join(segments, "")
}

var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, "get", ""}

// TestLookupAgreesWithThePlainOne changes a path of every row in every segment.
func TestLookupAgreesWithThePlainOne(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a million paths are for the full run")
	}
	others := map[string]bool{
		"": true, "E": true, "e1": true, "Ea%2Fb": true, "98178": true, "098178": true, "-1": true, "12.json": true, "%31": true, "..": true,
		"managed%5Fusers": true, "Managed_Users": true, "{customer}": true, "{id}": true, "a/b": true, "x//": true, "x": true,
	}
	for _, op := range table {
		for segment := range strings.SplitSeq(op.Path, "/") {
			others[segment] = true
		}
	}
	found := 0
	agrees := func(method, path string) {
		got, want := lookupOperation(method, path), plainLookup(table, method, path)
		if got != want {
			t.Fatalf("%s %s: %v, want %v", method, path, got, want)
		}
		if got != nil {
			found++
		}
	}
	for _, op := range table {
		path := example(op)
		assert.Same(t, op, lookupOperation(op.Method, path), path)
		for _, method := range methods {
			agrees(method, path)
		}
		segments := strings.Split(path, "/")
		for i := range segments {
			agrees(op.Method, strings.Join(slices.Delete(slices.Clone(segments), i, i+1), "/"))
			for other := range others {
				changed := slices.Clone(segments)
				changed[i] = other
				agrees(op.Method, strings.Join(changed, "/"))
				agrees(op.Method, strings.Join(slices.Insert(changed, i, other), "/"))
			}
		}
	}
	assert.Greater(t, found, 1000, "hardly any row was found")
}

// example is a path that the operation serves.
func example(op *operation) string {
	var b strings.Builder
	literal, name, rest := cutTemplate(op.Path)
	for i := 98178; name != ""; i++ {
		fmt.Fprint(&b, literal, i)
		literal, name, rest = cutTemplate(rest)
	}
	return b.String() + literal
}

// FuzzLookup: the tree and the plain matcher agree on any path.
func FuzzLookup(f *testing.F) {
	for _, op := range table {
		f.Add(op.Method, example(op))
		f.Add(op.Method, op.Path)
	}
	for _, path := range []string{"", "/", "//", "/api", "/api/managed_users/E/connections", "/api/managed_users/EA/connections/", "/api/managed_users/12.json"} {
		f.Add(http.MethodGet, path)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		if got, want := lookupOperation(method, path), plainLookup(table, method, path); got != want {
			t.Errorf("%s %s: %v, want %v", method, path, got, want)
		}
	})
}

// TestLookupAllocatesNothing holds for paths that have a row and for others.
func TestLookupAllocatesNothing(t *testing.T) {
	for _, op := range table {
		path := example(op)
		for _, path := range []string{path, path + "/unheard_of", path + ".json"} {
			if allocs := testing.AllocsPerRun(10, func() { lookupOperation(op.Method, path) }); allocs != 0 {
				t.Errorf("%s %s: %v allocations", op.Method, path, allocs)
			}
		}
	}
}

// What the tree may allocate for a table with all rows of the reference.
const fullTable, maxRoutesBytes = 243, 100_000

func TestRoutesAreSmall(t *testing.T) {
	rows := manyRows(fullTable)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	newRoutes(rows)
	runtime.ReadMemStats(&after)
	assert.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(maxRoutesBytes))
}

// manyRows is the table, repeated with other literals until there are n rows.
func manyRows(n int) []*operation {
	rows := make([]*operation, n)
	for i := range rows {
		op := *table[i%len(table)]
		if round := i / len(table); round > 0 {
			prefix := "/api/"
			if of := "/api/managed_users/{customer}/"; strings.HasPrefix(op.Path, of) {
				prefix = of
			}
			op.Path = fmt.Sprintf("%smore_%d_%s", prefix, round, op.Path[len(prefix):])
		}
		rows[i] = &op
	}
	return rows
}

// BenchmarkRoutes builds the tree.
func BenchmarkRoutes(b *testing.B) {
	rows := manyRows(fullTable)
	b.ReportAllocs()
	for b.Loop() {
		newRoutes(rows)
	}
}

// BenchmarkLookup shows that the cost of a lookup does not depend on the length
// of the table.
func BenchmarkLookup(b *testing.B) {
	paths := []string{"/api/managed_users/98178", "/api/managed_users/98178/connections", "/api/managed_users/98178/recipes/12/versions/5", "/api/unheard_of/1"}
	for _, times := range []int{1, 2, 4, 8} {
		root := newRoutes(manyRows(times * len(table)))
		b.Run(fmt.Sprintf("rows=%d", times*len(table)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, path := range paths {
					root.find(http.MethodGet, path)
				}
			}
		})
	}
}
