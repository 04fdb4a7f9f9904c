package workatotest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestAPIClientObject has the keys of the reference, and the right counts.
func TestAPIClientObject(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	const v2 = "/api/v2/managed_users/Eacme"
	collection := call(t, fake, "POST", acmePath+"/api_collections", object{"name": "Orders", "project_id": "88"})
	same(t, "a project that came as text", collection["project_id"], 88)
	wanted := object{"name": "A", "api_collection_ids": []any{collection["id"], 1}, "auth_type": "token", "project_id": 88}
	client := obj(t, call(t, fake, "POST", v2+"/api_clients", wanted)["data"])
	keys := fmt.Sprintf("%s/api_clients/%v/api_keys", v2, client["id"])
	active := obj(t, call(t, fake, "POST", keys, object{"name": "k1", "active": true})["data"])
	idle := obj(t, call(t, fake, "POST", keys, object{"name": "k2", "active": false})["data"])
	if active["active_since"] == nil || idle["active_since"] != nil {
		t.Errorf("active since %v and %v, want a time and none", active["active_since"], idle["active_since"])
	}
	got := obj(t, call(t, fake, "GET", fmt.Sprintf("%s/api_clients/%v", v2, client["id"]), nil)["data"])
	same(t, "collections", got["api_collections"], []object{{"id": collection["id"], "name": "Orders"}})
	same(t, "counts", []any{got["active_api_keys_count"], got["total_api_keys_count"], len(arr(t, got["api_keys"]))}, []any{1, 2, 2})
	same(t, "secret of a key", obj(t, arr(t, got["api_keys"])[0])["auth_token"], nil)
	for _, key := range []string{"logo", "logo_2x", "api_token", "mtls_enabled", "cert_bundle_ids", "email", "description", "is_legacy", "created_at"} {
		if _, given := got[key]; !given {
			t.Errorf("no key %s in %v", key, got)
		}
	}
	if _, given := got["api_collection_ids"]; given {
		t.Errorf("api_collection_ids in %v", got)
	}

	call(t, fake, "PUT", fmt.Sprintf("%s/%v/enable", keys, idle["id"]), nil)
	call(t, fake, "PUT", fmt.Sprintf("%s/%v/disable", keys, active["id"]), nil)
	data := arr(t, call(t, fake, "GET", keys, nil)["data"])
	if obj(t, data[0])["active_since"] != nil || obj(t, data[1])["active_since"] == nil {
		t.Errorf("keys %v, want the second one active", data)
	}
	other := workatotest.New(t)
	if err := other.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	again := obj(t, call(t, other, "GET", fmt.Sprintf("%s/api_clients/%v", v2, client["id"]), nil)["data"])
	same(t, "after a restore", []any{again["api_collections"], again["total_api_keys_count"]}, []any{got["api_collections"], 2})
}

// TestRoles lists the roles of a seed, with defaults filled in.
func TestRoles(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	defaults := bareList(t, fake, "/api/roles")
	if len(obj(t, obj(t, defaults[0])["privileges"])) == 0 {
		t.Errorf("role %v has no privileges", defaults[0])
	}
	reads := object{"Recipe": []string{"read"}}
	seed := map[string][]workatotest.Record{"roles": {{"id": 8, "name": "Support", "privileges": reads}, {"name": "Bare"}}}
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Records: seed})
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Records: seed}}); err != nil {
		t.Fatal(err)
	}
	for path, roles := range map[string][]any{
		"own": bareList(t, fake, "/api/roles"), "customer": arr(t, call(t, fake, "GET", acmePath+"/roles", nil)["result"]),
	} {
		if len(roles) != 2 {
			t.Fatalf("%s: roles %v, want two", path, roles)
		}
		support := obj(t, roles[0])
		same(t, path, []any{support["id"], support["privileges"], support["folder_ids"]}, []any{8, reads, []int{}})
		same(t, path, obj(t, roles[1])["privileges"], object{})
	}
	twin := call(t, fake, "POST", acmePath+"/roles/8/copy", object{"name": "Support EU", "folder_ids": []string{"12"}})
	same(t, "copy", []any{twin["name"], twin["privileges"], twin["folder_ids"]}, []any{"Support EU", reads, []string{"12"}})
}

func TestDataTableColumns(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	table := object{"name": "T", "folder_id": 2001, "schema": []object{
		{"type": "string", "name": "code", "optional": false}, {"type": "date", "name": "due", "hint": "day"},
	}}
	made := obj(t, call(t, fake, "POST", "/api/v2/managed_users/Eacme/data_tables", table)["data"])
	columns := arr(t, made["schema"])
	for i, want := range []object{
		{"type": "string", "name": "code", "optional": false, "hint": nil},
		{"type": "date", "name": "due", "optional": true, "hint": "day"},
	} {
		column := obj(t, columns[i])
		same(t, "id of a column", column["field_id"], fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i+1))
		delete(column, "field_id")
		maps.Copy(want, object{"default_value": nil, "metadata": object{}, "multivalue": false, "relation": nil})
		same(t, "column", column, want)
	}
}

// TestForceRun makes a job, under both path versions.
func TestForceRun(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(acme())
	same(t, "response", call(t, fake, "POST", acmePath+"/recipes/5001/force_run", nil), object{"success": true})
	same(t, "jobs", len(fake.Customer("acme").Recipes[0].Jobs), 3)
	fake.AssertCalls(t, "recipes.force_run", 1)
	call(t, fake, "PUT", acmePath+"/recipes/5001/stop", nil)
	refused(t, fake, 400, "POST", acmePath+"/recipes/5001/force_run", nil)
	for _, path := range []string{acmePath, "/api/v2/managed_users/Eacme"} {
		same(t, path, len(arr(t, call(t, fake, "GET", path+"/recipes/5001/versions", nil)["data"])), 1)
	}
}

// TestUtilityConnectors starts recipes whose steps need no connection.
func TestUtilityConnectors(t *testing.T) {
	t.Parallel()
	for provider, starts := range map[string]bool{
		"csv_parser": true, "workato_recipe_function": true, "our_parser": true, "our_queue": true, "stripe": false, "jira": false,
	} {
		fake := workatotest.New(t, workatotest.WithUtilityConnectors("our_parser"), workatotest.WithUtilityConnectors("our_q*"))
		fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Recipes: []*workatotest.Recipe{{
			ID: 5, Name: "R", Config: []workatotest.RecipeConfig{{Keyword: "application", Name: provider, Provider: provider}},
		}}})
		same(t, provider, call(t, fake, "PUT", acmePath+"/recipes/5/start", nil)["success"], starts)
	}
}

// TestJobsHaveNoPages checks the list of jobs with the parameters that tools
// send.
func TestJobsHaveNoPages(t *testing.T) {
	t.Parallel()
	fake := workatotest.NewServer(workatotest.WithStrict())
	defer fake.Close()
	fake.AddCustomer(acme())
	same(t, "per_page does not count", len(arr(t, call(t, fake, "GET", acmePath+"/recipes/5001/jobs?per_page=1", nil)["items"])), 2)
	refused(t, fake, 400, "GET", acmePath+"/recipes/5001/jobs?page=2", nil)
}

// bareList is a response that is an array without an envelope.
func bareList(t *testing.T, fake *workatotest.Server, path string) []any {
	t.Helper()
	status, raw := request(t, fake, "GET", path, nil)
	var items []any
	if err := json.Unmarshal(raw, &items); status != 200 || err != nil {
		t.Fatalf("GET %s: %d %s, want an array", path, status, raw)
	}
	return items
}

// TestOwnProjectProperties: names of project properties lack the prefix, those
// of the workspace have it.
func TestOwnProjectProperties(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	project := call(t, fake, "POST", "/api/folders", object{"name": "Billing"})["project_id"]
	call(t, fake, "POST", fmt.Sprintf("/api/properties?project_id=%v", project), object{"properties": object{"crm.key": "id"}})
	call(t, fake, "POST", "/api/properties", object{"properties": object{"crm.key": "name"}})
	same(t, "of the project", call(t, fake, "GET", fmt.Sprintf("/api/properties?prefix=crm.&project_id=%v", project), nil), object{"key": "id"})
	same(t, "of the workspace", call(t, fake, "GET", "/api/properties?prefix=crm.", nil), object{"crm.key": "name"})
}
