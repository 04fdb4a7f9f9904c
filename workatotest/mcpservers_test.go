package workatotest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestMCPServerState: what a server shows follows from the recipes, folders and
// collections of the workspace, and survives a snapshot.
func TestMCPServerState(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithStrict())
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 7, ProjectID: 3, Name: "Billing"}, {ID: 8, Name: "EU", ParentID: 7}},
		Recipes: []*workatotest.Recipe{{ID: 5, Name: "Find", FolderID: 7, Code: `{"keyword": "trigger", "provider": "workato_recipe_function"}`}},
		Records: map[string][]workatotest.Record{
			"api_collections": {{"id": 24, "name": "Orders", "project_id": 3}},
			"api_endpoints":   {{"id": 31, "name": "List orders", "api_collection_id": 24, "active": true}},
		},
	})
	const servers = acmePath + "/mcp_servers"
	for _, body := range []object{{"name": "A", "folder_id": 9}, {"name": "A", "folder_id": 7, "asset_id": 9}, {"name": "A"}, {"folder_id": 7}} {
		refused(t, fake, 400, "POST", servers, body)
	}
	made := obj(t, call(t, fake, "POST", servers, object{"name": "A", "folder_id": 8})["data"])
	one := servers + "/" + text(t, made["id"])
	if !strings.Contains(text(t, made["mcp_url"]), "?wkt_token=") {
		t.Errorf("no token in %v", made["mcp_url"])
	}
	shown := func() object { t.Helper(); return obj(t, call(t, fake, "GET", one, nil)["data"]) }
	same(t, "address without the token", strings.HasPrefix(text(t, made["mcp_url"]), text(t, shown()["mcp_url"])+"?"), true)
	same(t, "place", []any{shown()["project_id"], shown()["folders"]}, []any{3, []object{{"id": 8, "name": "EU"}, {"id": 7, "name": "Billing"}}})

	tool := object{"id": "5", "trigger_application": "workato_recipe_function"}
	refused(t, fake, 400, "POST", one+"/assign_tools", object{"tools": []object{{"id": "5", "trigger_application": "clock"}}})
	refused(t, fake, 404, "POST", one+"/assign_tools", object{"tools": []object{{"id": "6", "trigger_application": "clock"}}})
	call(t, fake, "POST", one+"/assign_tools", object{"tools": []object{tool, tool}})
	call(t, fake, "POST", one+"/assign_user_groups", object{"idp_user_group_ids": []string{"a", "b"}})
	refused(t, fake, 400, "PUT", one+"/server_policies", object{"mcp_server_policy": object{"rate_limits": object{"limit": 5}}})
	call(t, fake, "PUT", one+"/server_policies", object{"mcp_server_policy": object{"rate_limits": object{"limit": 5, "interval": "minute"}}})

	if err := fake.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	tools := arr(t, call(t, fake, "GET", one+"/tools", nil)["items"])
	same(t, "tools", []any{len(tools), obj(t, tools[0])["flow_id"], shown()["tools_count"]}, []any{1, 5, 1})
	call(t, fake, "POST", one+"/remove_user_groups", object{"idp_user_group_ids": []string{"a"}})
	same(t, "groups", shown()["idp_user_group_ids"], []string{"b"})
	same(t, "rate", call(t, fake, "GET", one+"/server_policies", nil)["rate_limits"], object{"limit": 5, "interval": "minute"})

	call(t, fake, "DELETE", acmePath+"/recipes/5", nil)
	same(t, "tools without the recipe", shown()["tools_count"], 0)
	refused(t, fake, 404, "DELETE", one+"/tools/"+fmt.Sprint(num(t, obj(t, tools[0])["id"])), nil)

	ofCollection := obj(t, call(t, fake, "POST", servers, object{"name": "B", "folder_id": 7, "asset_id": 24})["data"])
	other := servers + "/" + text(t, ofCollection["id"])
	same(t, "collection", []any{obj(t, ofCollection["api_collection"])["name"], ofCollection["tools_count"]}, []any{"Orders", 1})
	refused(t, fake, 400, "DELETE", other+"/tools/31", nil)
	refused(t, fake, 400, "POST", other+"/assign_tools", object{"tools": []object{tool}})

	call(t, fake, "PUT", other, object{"auth_type": "workato_idp"})
	refused(t, fake, 400, "POST", other+"/token_renew", nil)
	listed := call(t, fake, "GET", servers+"?authentication_method=workato_idp&project_id=3", nil)
	same(t, "filtered", []any{listed["count"], listed["per_page"]}, []any{1, 50})
	call(t, fake, "DELETE", acmePath+"/folders/8", nil)
	refused(t, fake, 404, "GET", one, nil)
}
