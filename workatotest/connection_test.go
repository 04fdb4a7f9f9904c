package workatotest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

const acmePath = "/api/managed_users/Eacme"

// acmeServer holds one customer with an authorised connection in use by a
// running recipe.
func acmeServer(t *testing.T, opts ...workatotest.Option) (*workatotest.Server, workatotest.Customer) {
	t.Helper()
	fake := workatotest.New(t, opts...)
	customer := fake.AddCustomer(acme())
	return fake, customer
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	secret := object{"password": "right"}
	bad := object{"password": workatotest.BadCredential}
	for name, test := range map[string]struct {
		body         object
		status, text any
	}{
		"without credentials": {object{"provider": "postgresql"}, nil, nil},
		"credentials":         {object{"provider": "postgresql", "input": secret}, "success", nil},
		"bad credentials":     {object{"provider": "postgresql", "input": bad}, "failed", "401 Unauthorized: the credentials were refused"},
		"a shell":             {object{"provider": "postgresql", "input": secret, "shell_connection": true}, nil, nil},
		"OAuth":               {object{"provider": "salesforce", "input": secret}, nil, nil},
		"unknown connector":   {object{"provider": "custom_9", "input": secret}, "success", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, _ := acmeServer(t)
			made := call(t, fake, "POST", acmePath+"/connections", test.body)
			same(t, "status", made["authorization_status"], test.status)
			same(t, "error", made["authorization_error"], test.text)
			if authorized := made["authorized_at"] != nil; authorized != (test.status == "success") {
				t.Errorf("authorized_at %v", made["authorized_at"])
			}
		})
	}
}

// TestCredentialCheck passes the rule the whole input after a partial update.
func TestCredentialCheck(t *testing.T) {
	t.Parallel()
	check := func(provider string, input map[string]any) error {
		if input["host"] == nil || input["password"] == nil {
			return errors.New(provider + " needs host and password")
		}
		return nil
	}
	fake, _ := acmeServer(t, workatotest.WithCredentialCheck(check))
	made := call(t, fake, "POST", acmePath+"/connections", object{"provider": "postgresql", "input": object{"host": "db.example.com"}})
	same(t, "error", made["authorization_error"], "postgresql needs host and password")
	updated := call(t, fake, "PUT", fmt.Sprintf("%s/connections/%v", acmePath, made["id"]), object{"input": object{"password": "p"}})
	same(t, "status", updated["authorization_status"], "success")
	same(t, "error", updated["authorization_error"], nil)
}

func TestConnectionInUse(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/connections/%d", acmePath, customer.Connections[0].ID)
	rejected := object{"success": false, "status": "rejected", "message": "You can't delete a connection used by active recipes"}
	same(t, "delete", call(t, fake, "DELETE", path, nil), rejected)
	same(t, "disconnect", call(t, fake, "POST", path+"/disconnect", nil)["status"], "rejected")
	disconnected := object{"result": object{"success": true, "status": "disconnected"}}
	same(t, "forced", call(t, fake, "POST", path+"/disconnect?force=true", nil), disconnected)
	same(t, "again", call(t, fake, "POST", path+"/disconnect", nil), disconnected)
	call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d/stop", acmePath, customer.Recipes[0].ID), nil)
	same(t, "deleted", call(t, fake, "DELETE", path, nil), object{"result": object{"success": true, "status": "deleted"}})
	same(t, "gone", refused(t, fake, 404, "DELETE", path, nil), object{"message": "Not found"})
}

func TestConnectionLists(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme",
		Folders:    []*workatotest.Folder{{ID: 50, Name: "A"}},
		Connections: []*workatotest.Connection{
			{ID: 1, Provider: "jira", FolderID: 50, Tags: []string{"tag-a"}},
			{ID: 2, Provider: "jira", ParentID: 1, ExternalID: "U-9", Runtime: true},
			{ID: 3, Provider: "postgresql", ExternalID: "U-9"},
		},
	})
	for query, want := range map[string][]int{
		"":                                  {1, 3},
		"?include_runtime_connections=true": {1, 2, 3},
		"?provider=jira":                    {1},
		"?folder_id=50":                     {1},
		"?external_id=U-9":                  {3},
		"?parent_id=1":                      nil,
		"?parent_id=1&include_runtime_connections=true": {2},
	} {
		var ids []int
		for _, connection := range result(t, call(t, fake, "GET", acmePath+"/connections"+query, nil)) {
			ids = append(ids, int(num(t, connection["id"])))
			if _, shown := connection["tags"]; shown {
				t.Error("tags are shown unasked")
			}
		}
		same(t, query, ids, want)
	}
	tagged := result(t, call(t, fake, "GET", acmePath+"/connections?includes%5B%5D=tags", nil))
	same(t, "tags", []any{tagged[0]["tags"], tagged[1]["tags"]}, []any{[]string{"tag-a"}, []string{}})
}

func TestLostConnection(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	fake.LoseConnection("acme", "Jira", "network_failure")
	lost := result(t, call(t, fake, "GET", acmePath+"/connections", nil))[0]
	same(t, "reason", lost["connection_lost_reason"], "network_failure")
	if lost["connection_lost_at"] == nil {
		t.Error("connection_lost_at is null")
	}
	start := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	call(t, fake, "PUT", start+"/stop", nil)
	same(t, "start with a lost connection", call(t, fake, "PUT", start+"/start", nil)["success"], false)
	fake.Authorize("acme", "Jira")
	same(t, "start afterwards", call(t, fake, "PUT", start+"/start", nil)["success"], true)
}

func TestConnectionReferences(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	for name, body := range map[string]object{
		"folder_id": {"provider": "jira", "folder_id": 999},
		"parent_id": {"provider": "postgresql", "parent_id": customer.Connections[0].ID},
	} {
		response := refused(t, fake, 400, "POST", acmePath+"/connections", body)
		if _, named := obj(t, response["errors"])[name]; !named {
			t.Errorf("%s: response %v", name, response)
		}
	}
	call(t, fake, "PUT", acmePath, object{"whitelisted_apps": []string{"jira"}})
	refused(t, fake, 400, "POST", acmePath+"/connections", object{"provider": "postgresql"})
	same(t, "whitelisted", call(t, fake, "POST", acmePath+"/connections", object{"provider": "jira", "folder_id": "2002"})["folder_id"], 2002)
}

func TestPicklists(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/connections/%d/pick_list", acmePath, customer.Connections[0].ID)
	same(t, "pairs", call(t, fake, "POST", path, object{"pick_list_name": "project"})["result"], []any{[]any{"Billing", "BIL"}, []any{"Support", "SUP"}})
	tree := object{"pick_list_name": "tree", "pick_list_params": object{"__parent_id": "top"}}
	same(t, "children", call(t, fake, "POST", path, tree)["result"], []any{[]any{"Leaf", "top/leaf", nil, false}})
	refused(t, fake, 400, "POST", path, object{"pick_list_name": "unheard_of"})
	refused(t, fake, 400, "POST", path, object{})
	fake.LoseConnection("acme", "Jira", "gone")
	refused(t, fake, 400, "POST", path, object{"pick_list_name": "project"})
}

// TestRuntimeConnections makes the connection of one user, which a person then
// authorises.
func TestRuntimeConnections(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{
		Connections: []*workatotest.Connection{{ID: 9, Name: "Sales", Provider: "salesforce"}},
	}}); err != nil {
		t.Fatal(err)
	}
	const path = "/api/connections/runtime_user_connections"
	body := object{"parent_id": 9, "folder_id": 10, "external_id": "U-1"}
	made := obj(t, call(t, fake, "POST", path, body)["data"])
	link := obj(t, call(t, fake, "GET", fmt.Sprintf("%s/%v/get_oauth_url", path, made["id"]), nil)["data"])
	same(t, "link", link["url"], made["url"])
	refused(t, fake, 404, "GET", path+"/9/get_oauth_url", nil)
	refused(t, fake, 404, "POST", path, object{"parent_id": 8, "folder_id": 10, "external_id": "U-1"})
	runtime := fake.Snapshot().Own.Connections[1]
	same(t, "runtime", []any{runtime.Runtime, runtime.ParentID, runtime.Provider}, []any{true, 9, "salesforce"})
}

func TestInputSchemas(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/connections/%d/input_schema", acmePath, customer.Connections[0].ID)
	same(t, "first field", result(t, call(t, fake, "GET", path, nil))[0]["name"], "host_name")
	custom := call(t, fake, "POST", acmePath+"/connections", object{"provider": "custom_9"})
	same(t, "unknown connector", len(result(t, call(t, fake, "GET", fmt.Sprintf("%s/connections/%v/input_schema", acmePath, custom["id"]), nil))), 0)
}
