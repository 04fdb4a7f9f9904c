package workatotest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestShelves makes, lists, reads, changes and deletes a record of every family
// that has these endpoints, in the envelopes of that family.
func TestShelves(t *testing.T) {
	t.Parallel()
	const v1, v2 = "/api/managed_users/Eacme", "/api/v2/managed_users/Eacme"
	bare := func(response object) any { return response }
	in := func(keys ...string) func(object) any {
		return func(response object) any {
			var value any = response
			for _, key := range keys {
				value = obj(t, value)[key]
			}
			return value
		}
	}
	for _, test := range []struct {
		path   string
		body   object
		wrap   string
		list   func(object) any
		one    func(object) any
		change object
		delete bool
	}{
		{v1 + "/api_collections", object{"name": "A", "project_id": "1"}, "", in("result"), bare, nil, false},
		{v1 + "/api_clients", object{"name": "A"}, "", in("result"), bare, nil, false},
		{v2 + "/api_clients", object{"name": "A", "api_collection_ids": []int{1}, "auth_type": "token"}, "", in("data"), in("data"), nil, false},
		{v1 + "/api_access_profiles", object{"name": "A", "api_collection_ids": []int{1}, "auth_type": "token"}, "", in("result"), bare, object{"name": "B"}, false},
		{v2 + "/environment_roles", object{"name": "A"}, "environment_role", in("data"), in("data"), object{"name": "B"}, true},
		{v1 + "/project_roles", object{"name": "A"}, "project_role", in("data"), in("data"), object{"name": "B"}, true},
		{v1 + "/user_groups", object{"name": "A"}, "user_group", in("data"), in("data"), object{"name": "B"}, true},
		{
			v2 + "/developer_api_clients",
			object{"name": "A", "api_privilege_group_id": 1, "all_folders": true},
			"",
			in("result", "items"), in("result"),
			object{"name": "B"},
			true,
		},
		{v1 + "/agentic/genies", object{"name": "A", "folder_id": 2001}, "", in("data"), in("data"), object{"name": "B"}, false},
		{v2 + "/on_prem_groups", object{"name": "A"}, "", in("data"), in("data"), object{"name": "B"}, true},
		{
			v2 + "/data_tables",
			object{"name": "A", "folder_id": 2001, "schema": []object{{"type": "string", "name": "a"}}},
			"",
			in("data"), in("data"),
			object{"name": "B"},
			true,
		},
		{"/api/custom_oauth_profiles", object{"name": "A", "provider": "jira"}, "", in("result"), in("result"), object{"name": "B"}, true},
		{"/api/customer_managers", object{"team_collaborator_id": 1, "role_id": "1"}, "", in("result", "items"), in("result"), nil, true},
		{"/api/api_collections", object{"name": "A"}, "", nil, bare, nil, false},
		{"/api/data_tables", object{"name": "A", "folder_id": 10, "schema": []object{}}, "", in("data"), in("data"), object{"name": "B"}, true},
	} {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			fake, _ := acmeServer(t, workatotest.WithStrict())
			wrapped := func(body object) object {
				if test.wrap == "" {
					return body
				}
				return object{test.wrap: body}
			}
			if len(test.body) > 0 {
				refused(t, fake, 400, "POST", test.path, wrapped(object{}))
			}
			made := obj(t, test.one(call(t, fake, "POST", test.path, wrapped(test.body))))
			id := fmt.Sprint(made["id"])
			if test.list == nil {
				if _, raw := request(t, fake, "GET", test.path, nil); !strings.HasPrefix(string(raw), `[{`) {
					t.Errorf("list %s, want a bare array", raw)
				}
				return
			}
			listed := arr(t, test.list(call(t, fake, "GET", test.path, nil)))
			same(t, "listed", []any{len(listed), obj(t, listed[0])["id"]}, []any{1, made["id"]})
			if test.change == nil {
				return
			}
			refused(t, fake, 400, "PUT", test.path+"/"+id, wrapped(object{"name": ""}))
			refused(t, fake, 400, "PUT", test.path+"/"+id, wrapped(object{"name": nil}))
			changed := obj(t, test.one(call(t, fake, "PUT", test.path+"/"+id, wrapped(test.change))))
			for key, value := range test.change {
				same(t, "changed "+key, changed[key], value)
			}
			if !test.delete {
				return
			}
			same(t, "deleted", call(t, fake, "DELETE", test.path+"/"+id, nil)["success"], true)
			refused(t, fake, 404, "PUT", test.path+"/"+id, wrapped(test.change))
		})
	}
}

// TestUpdatesThatRequireAgain: some updates need what the reference calls required,
// and do not change what it calls fixed.
func TestUpdatesThatRequireAgain(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	manager := obj(t, call(t, fake, "POST", "/api/customer_managers", object{"team_collaborator_id": 1, "role_id": "1"})["result"])
	path := fmt.Sprintf("/api/customer_managers/%v", manager["id"])
	refused(t, fake, 400, "PUT", path, object{"permitted_workspace_ids": []int{}})
	changed := obj(t, call(t, fake, "PUT", path, object{"role_id": "2"})["result"])
	same(t, "role", obj(t, changed["privilege_group"])["id"], 2)
	call(t, fake, "DELETE", path, nil)

	const clients = "/api/v2/managed_users/Eacme/api_clients"
	client := obj(t, call(t, fake, "POST", clients, object{"name": "A", "api_collection_ids": []int{1}, "auth_type": "token"})["data"])
	path = fmt.Sprintf("%s/%v", clients, client["id"])
	refused(t, fake, 400, "PUT", path, object{"name": "B"})
	changed = obj(t, call(t, fake, "PUT", path, object{"name": "B", "api_collection_ids": []int{}, "auth_type": "jwt"})["data"])
	same(t, "changed", []any{changed["name"], changed["auth_type"]}, []any{"B", "token"})
}

// TestKeysBesideAList are those that the reference shows, and no more: a client that
// counts on others would fail at the service.
func TestKeysBesideAList(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	const v1, v2 = "/api/managed_users/Eacme", "/api/v2/managed_users/Eacme"
	client := obj(t, call(t, fake, "POST", v2+"/api_clients", object{"name": "A", "api_collection_ids": []int{1}, "auth_type": "token"})["data"])
	for path, want := range map[string][]string{
		v2 + "/data_tables": {"data"}, v2 + "/on_prem_groups": {"data"}, v2 + "/on_prem_agents": {"data"},
		v1 + "/agentic/genies": {"data"}, v1 + "/iam/users": {"data"}, v1 + "/event_streams/topics": {"count", "data"},
		v1 + "/mcp_servers": {"count", "data", "page", "per_page"}, v2 + "/api_clients": {"count", "data", "page", "per_page"},
		fmt.Sprintf("%s/api_clients/%v/api_keys", v2, client["id"]): {"count", "data", "page", "per_page"},
		v1 + "/user_groups": {"data", "page", "total"}, v2 + "/environment_roles": {"data", "page", "total"},
	} {
		same(t, path, slices.Sorted(maps.Keys(call(t, fake, "GET", path, nil))), want)
	}
}

// TestSecretsAreShownOnce covers keys, access profiles and API clients.
func TestSecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	const v2 = "/api/v2/managed_users/Eacme"
	client := obj(t, call(t, fake, "POST", v2+"/api_clients", object{"name": "A", "api_collection_ids": []int{1}, "auth_type": "token"})["data"])
	keys := fmt.Sprintf("%s/api_clients/%v/api_keys", v2, client["id"])
	refused(t, fake, 404, "POST", v2+"/api_clients/1/api_keys", object{"name": "k", "active": true})
	made := obj(t, call(t, fake, "POST", keys, object{"name": "k", "active": true})["data"])
	first, _ := made["auth_token"].(string)
	if first == "" {
		t.Errorf("key %v has no token", made)
	}
	if _, raw := request(t, fake, "GET", keys, nil); strings.Contains(string(raw), "auth_token") {
		t.Errorf("list %s shows a token", raw)
	}
	one := fmt.Sprintf("%s/%v", keys, made["id"])
	second := obj(t, call(t, fake, "PUT", one+"/refresh_secret", nil)["data"])["auth_token"]
	if second == nil || second == first {
		t.Errorf("refreshed token %v after %v", second, first)
	}
	same(t, "enable", call(t, fake, "PUT", one+"/enable", nil), object{"success": true})
	minted := obj(t, call(t, fake, "POST", v2+"/developer_api_clients", object{"name": "ci", "api_privilege_group_id": 1, "all_folders": true})["result"])
	if value, _ := obj(t, minted["token"])["value"].(string); value == "" {
		t.Errorf("client %v has no token", minted)
	}
	path := fmt.Sprintf("%s/developer_api_clients/%v", v2, minted["id"])
	same(t, "token afterwards", obj(t, obj(t, call(t, fake, "GET", path, nil)["result"])["token"])["value"], nil)
	if again := obj(t, call(t, fake, "POST", path+"/regenerate", nil)["result"])["token"]; again == nil {
		t.Error("regenerate shows no token")
	}
}

// TestSeededSecretsAreNotShown seeds secrets, which no list shows.
func TestSeededSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"api_access_profiles": {{"name": "A", "secret": "hidden"}}}
	fake.AddCustomer(seed)
	if _, raw := request(t, fake, "GET", acmePath+"/api_access_profiles", nil); strings.Contains(string(raw), "hidden") {
		t.Errorf("list %s shows a secret", raw)
	}
}

func TestEndpointsNeedRunningRecipes(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"api_endpoints": {{"id": 7, "name": "Add", "flow_id": 5001, "active": false, "api_collection_id": 61}}}
	fake.AddCustomer(seed)
	enable := acmePath + "/api_endpoints/7/enable"
	same(t, "enabled", call(t, fake, "PUT", enable, nil)["success"], true)
	same(t, "filter", len(result(t, call(t, fake, "GET", acmePath+"/api_endpoints?api_collection_id=62", nil))), 0)
	call(t, fake, "PUT", acmePath+"/recipes/5001/stop", nil)
	refused(t, fake, 400, "PUT", enable, nil)

	other := workatotest.New(t)
	if err := other.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	listed := result(t, call(t, other, "GET", acmePath+"/api_endpoints", nil))
	same(t, "after a restore", []any{listed[0]["id"], listed[0]["active"]}, []any{7, true})
	same(t, "disable", call(t, other, "PUT", acmePath+"/api_endpoints/7/disable", nil)["success"], true)
}

func TestGrantsAndGroups(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	member := call(t, fake, "POST", acmePath+"/members", object{"name": "Ana"})
	group := obj(t, call(t, fake, "POST", acmePath+"/user_groups", object{"user_group": object{"name": "All"}})["data"])
	members := fmt.Sprintf("%s/user_groups/%v/members", acmePath, group["id"])
	call(t, fake, "POST", fmt.Sprintf("%s?user_ids=%v&user_ids=1", members, member["id"]), nil)
	same(t, "members", call(t, fake, "GET", members, nil)["total"], 1)
	call(t, fake, "DELETE", fmt.Sprintf("%s?user_ids=%v", members, member["id"]), nil)
	same(t, "members left", call(t, fake, "GET", members, nil)["total"], 0)

	grants := fmt.Sprintf("/api/v2/managed_users/Eacme/projects/%d/project_grants", customer.Folders[0].ProjectID)
	newer := object{}
	refused(t, fake, 400, "PUT", grants,
		object{"project_grants": []object{{"assignment_type": "UserGroup", "assignment_id": group["id"], "project_role_id": "pr-1"}}})
	for _, name := range []string{"Reader", "Builder"} {
		newer = obj(t, call(t, fake, "POST", acmePath+"/project_roles", object{"project_role": object{"name": name}})["data"])
		role := newer["id"]
		call(t, fake, "PUT", grants, object{"project_grants": []object{{"assignment_type": "UserGroup", "assignment_id": group["id"], "project_role_id": role}}})
	}
	listed := arr(t, call(t, fake, "GET", grants, nil)["data"])
	same(t, "the newer role", []any{len(listed), obj(t, listed[0])["project_role"]}, []any{1, object{"id": newer["id"], "name": "Builder"}})
	same(t, "grants of the group", call(t, fake, "GET", fmt.Sprintf("%s/user_groups/%v/project_grants", acmePath, group["id"]), nil)["total"], 1)
	one := fmt.Sprintf("/api/v2/managed_users/Eacme/project_grants/%v", obj(t, listed[0])["id"])
	same(t, "get", obj(t, call(t, fake, "GET", one, nil)["data"])["id"], obj(t, listed[0])["id"])
	refused(t, fake, 400, "DELETE", fmt.Sprintf("%s/project_roles/%v", acmePath, newer["id"]), nil)
	call(t, fake, "DELETE", fmt.Sprintf("%s/user_groups/%v", acmePath, group["id"]), nil)
	refused(t, fake, 404, "GET", one, nil)
	call(t, fake, "DELETE", fmt.Sprintf("%s/project_roles/%v", acmePath, newer["id"]), nil)
}

func TestPartnerFamilies(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Records: map[string][]workatotest.Record{
		"custom_connectors":     {{"id": 71, "name": "acme_connector_9", "title": "Acme"}},
		"custom_oauth_profiles": {{"name": "App", "provider": "jira"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	call(t, fake, "POST", "/api/custom_connectors/71/oem_share/4", nil)
	same(t, "shared", obj(t, call(t, fake, "GET", "/api/custom_connectors/71", nil)["result"])["oem_shared_version"], 4)
	call(t, fake, "DELETE", "/api/custom_connectors/71/suppress_oem_version", nil)
	same(t, "not shared", obj(t, call(t, fake, "GET", "/api/custom_connectors/71", nil)["result"])["oem_shared_version"], nil)
	profile := result(t, call(t, fake, "GET", "/api/custom_oauth_profiles", nil))[0]
	assign := fmt.Sprintf("%s/custom_oauth_profiles/%v/assign", acmePath, profile["id"])
	same(t, "assigned", call(t, fake, "POST", assign, nil), object{"result": object{"success": true}})
	refused(t, fake, 404, "POST", acmePath+"/custom_oauth_profiles/1/assign", nil)
	refused(t, fake, 400, "PUT", "/api/account/signature_verification_key", object{"key": "x"})
	app := object{"name": "CRM app", "provider": "crm", "data": object{"client_id": "abc", "client_secret": "hush", "token": "hush"}}
	same(t, "what is kept of an app", obj(t, call(t, fake, "POST", "/api/custom_oauth_profiles", app)["result"])["data"], object{"client_id": "abc"})
}

func TestActivityLog(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"activity_logs": {{"id": 3}, {"id": 2}, {"id": 1}}}
	fake.AddCustomer(seed)
	page := call(t, fake, "GET", acmePath+"/activity_logs?page%5Bsize%5D=2", nil)
	same(t, "first", []any{len(arr(t, page["data"])), page["total"]}, []any{2, 2})
	same(t, "second", call(t, fake, "GET", acmePath+"/activity_logs?page%5Bsize%5D=2&page%5Bafter%5D=2", nil)["data"], []any{object{"id": 1}})
	run := obj(t, call(t, fake, "POST", acmePath+"/test_cases/run_requests", object{"recipe_id": 5001})["data"])
	path := fmt.Sprintf("%s/test_cases/run_requests/%v", acmePath, run["id"])
	for _, want := range []string{"running", "completed"} {
		same(t, "status", obj(t, call(t, fake, "GET", path, nil)["data"])["status"], want)
	}
}

// TestPagesInBrackets uses the paging of the newer families.
func TestPagesInBrackets(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	const roles = "/api/v2/managed_users/Eacme/environment_roles"
	for _, name := range []string{"A", "B", "C"} {
		call(t, fake, "POST", roles, object{"environment_role": object{"name": name, "inheritable": "true"}})
	}
	page := call(t, fake, "GET", roles+"?page%5Bnumber%5D=2&page%5Bsize%5D=2", nil)
	data := arr(t, page["data"])
	same(t, "second page", []any{len(data), page["total"], page["page"]}, []any{1, 3, object{"number": 2, "size": 2}})
	same(t, "a switch that came as text", []any{obj(t, data[0])["name"], obj(t, data[0])["inheritable"]}, []any{"C", true})
	table := object{"name": "T", "folder_id": "2001", "schema": []any{}}
	made := call(t, fake, "POST", "/api/v2/managed_users/Eacme/data_tables", table)
	same(t, "an id that came as text", obj(t, made["data"])["folder_id"], 2001)
}

// TestOwnAPIPlatform publishes a recipe of the own workspace, as tools do.
func TestOwnAPIPlatform(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Recipes: []*workatotest.Recipe{{ID: 5, Name: "Add", Running: true}}}}); err != nil {
		t.Fatal(err)
	}
	collection := call(t, fake, "POST", "/api/api_collections", object{"name": "Orders"})
	wanted := object{"name": "Add", "method": "POST", "path": "/add", "flow_id": 5}
	endpoint := call(t, fake, "POST", fmt.Sprintf("/api/api_collections/%v/api_endpoints", collection["id"]), wanted)
	for _, verb := range []string{"enable", "disable"} {
		same(t, verb, call(t, fake, "PUT", fmt.Sprintf("/api/api_endpoints/%v/%s", endpoint["id"], verb), nil)["success"], true)
	}
	client := obj(t, call(t, fake, "POST", "/api/v2/api_clients",
		object{"name": "C", "auth_type": "token", "api_collection_ids": []any{collection["id"]}})["data"])
	keys := fmt.Sprintf("/api/v2/api_clients/%v/api_keys", client["id"])
	key := obj(t, call(t, fake, "POST", keys, object{"name": "K", "active": true})["data"])
	fresh := obj(t, call(t, fake, "PUT", fmt.Sprintf("%s/%v/refresh_secret", keys, key["id"]), nil)["data"])
	if key["auth_token"] == nil || fresh["auth_token"] == nil || key["auth_token"] == fresh["auth_token"] {
		t.Errorf("secrets %v and %v, want two", key["auth_token"], fresh["auth_token"])
	}
	same(t, "disabled", call(t, fake, "PUT", fmt.Sprintf("%s/%v/disable", keys, key["id"]), nil)["success"], true)
}
