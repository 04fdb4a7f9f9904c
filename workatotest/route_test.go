package workatotest

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-workato/workato"
)

// endpoint finds the route that serves a method and a path template.
func endpoint(method, path string) *route {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	r, _ := match(method, segments)
	return r
}

var argument = regexp.MustCompile(`\{[a-z_]+\}`)

// sameShape compares path templates whatever they call their arguments.
func sameShape(a, b string) bool {
	return argument.ReplaceAllString(a, "{}") == argument.ReplaceAllString(b, "{}")
}

func TestEveryOperationHasARoute(t *testing.T) {
	t.Parallel()
	for _, op := range workato.Operations() {
		r := endpoint(op.Method, op.Path)
		switch {
		case r == nil || !sameShape(r.path, op.Path):
			t.Errorf("%s: no route for %s %s", op.Name, op.Method, op.Path)
		case r.op != op.Name:
			t.Errorf("%s %s is called %s here, want %s", op.Method, op.Path, r.op, op.Name)
		}
	}
}

// TestLedger holds the routes against the list of endpoints, so that the fake
// covers what the client does not type yet.
func TestLedger(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../testdata/endpoints.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Tier, Service, Name, Method, Path string }
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		name := snakeCase(row.Service) + "." + row.Name
		switch r := endpoint(row.Method, row.Path); {
		case r == nil || !sameShape(r.path, row.Path):
			t.Errorf("%s: no route for %s %s", name, row.Method, row.Path)
		case r.op != name:
			t.Errorf("%s %s is called %s here, want %s", row.Method, row.Path, r.op, name)
		}
	}
}

// snakeCase writes the name of a service the way operations do: APIClientsV1
// becomes api_clients_v1.
func snakeCase(name string) string {
	name = strings.ReplaceAll(name, "OAuth", "Oauth")
	var out strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	for i := range len(name) {
		if lowerNext := i+1 < len(name) && !upper(i+1) && name[i+1] > '9'; i > 0 && upper(i) && (!upper(i-1) || lowerNext) {
			out.WriteByte('_')
		}
		out.WriteByte(name[i])
	}
	return strings.ToLower(out.String())
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
