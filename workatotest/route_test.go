package workatotest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// endpoint finds the route that serves a method and a path template.
func endpoint(method, path string) *route {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	r, _ := match(method, segments)
	return r
}

var argument = regexp.MustCompile(`\{[a-z_]+\}`)

// sameShape compares path templates, ignoring the names of arguments.
func sameShape(a, b string) bool {
	return argument.ReplaceAllString(a, "{}") == argument.ReplaceAllString(b, "{}")
}

func TestEveryOperationHasARoute(t *testing.T) {
	t.Parallel()
	for _, op := range workato.Operations() {
		r := endpoint(op.Method, op.Path)
		switch {
		case r == nil || !sameShape(r.path, op.Path):
			t.Errorf("%s: next: add a route for %s %s with its handler, then an Example in the root package", op.Name, op.Method, op.Path)
		case r.op != op.Name:
			t.Errorf("%s %s is called %s here, want %s", op.Method, op.Path, r.op, op.Name)
		}
	}
}

// TestLedger compares the routes with the list of endpoints, so that the fake
// covers endpoints that the client does not type yet. Newer endpoints get their
// route with their type.
func TestLedger(t *testing.T) {
	t.Parallel()
	for _, row := range apitest.Ledger() {
		switch r := endpoint(row.Method, row.Path); {
		case row.Tier == "new" && (r == nil || !sameShape(r.path, row.Path)):
			continue
		case r == nil || !sameShape(r.path, row.Path):
			t.Errorf("%s: no route for %s %s", row.Operation, row.Method, row.Path)
		case r.op != row.Operation:
			t.Errorf("%s %s is called %s here, want %s", row.Method, row.Path, r.op, row.Operation)
		}
		quota := documentedQuotas[row.Operation]
		// Ten a second are 600 a minute there.
		if quota.PerMinute != row.PerMinute && quota.PerSecond*60 != row.PerMinute || row.PerSecond != 0 && quota.PerSecond != row.PerSecond {
			t.Errorf("%s: quota %+v, want %d a minute or %d a second", row.Operation, quota, row.PerMinute, row.PerSecond)
		}
	}
}

func TestRoutesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range routes {
		key := r.method + " " + argument.ReplaceAllString(r.path, "{}")
		if seen[key] {
			t.Errorf("two routes for %s", key)
		}
		seen[key] = true
		if r.handle == nil || r.op == "" {
			t.Errorf("%s has no handler or no name", key)
		}
	}
}

func TestLiteralPathsComeFirst(t *testing.T) {
	t.Parallel()
	for path, op := range map[string]string{
		"/api/managed_users/usage":                             "usage.monthly",
		"/api/managed_users/98178":                             "managed_users.get",
		"/api/managed_users/Eusage":                            "managed_users.get",
		"/api/recipes/search":                                  "recipes.search_public",
		"/api/recipes/12":                                      "own.recipes.get",
		"/api/managed_users/1/export_manifests/folder_assets":  "exports.folder_assets",
		"/api/managed_users/1/export_manifests/12":             "exports.get_manifest",
		"/api//managed_users/1//connections/":                  "connections.list",
		"/api/managed_users/Ea%2Fb/connections":                "connections.list",
		"/api/managed_users/1/recipes/2/versions/3/unheard_of": "",
	} {
		segments, valid := splitPath(path)
		if !valid {
			t.Errorf("%s cannot be read", path)
			continue
		}
		r, _ := match("GET", segments)
		if got := opOf(r); got != op {
			t.Errorf("%s is %q, want %q", path, got, op)
		}
	}
}

func opOf(r *route) string {
	if r == nil {
		return ""
	}
	return r.op
}
