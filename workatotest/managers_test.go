package workatotest_test

import (
	"fmt"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestCustomerManagers: a manager has access to the named workspaces, and to
// all of them if none is named, also after a customer is deleted.
func TestCustomerManagers(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Members: []*workatotest.Member{{ID: 90, Name: "Ana"}}}})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/api/customer_managers"
	refused(t, fake, 400, "POST", path, object{"team_collaborator_id": 91, "role_id": 1})
	refused(t, fake, 400, "POST", path, object{"team_collaborator_id": 90, "role_id": 1, "permitted_workspace_ids": []int64{5}})
	made := obj(t, call(t, fake, "POST", path, object{"team_collaborator_id": 90, "role_id": "1", "permitted_workspace_ids": []int64{customer.ID}})["result"])
	same(t, "user", obj(t, made["user"])["name"], "Ana")
	same(t, "role", obj(t, made["privilege_group"])["name"], "Admin")
	same(t, "workspaces", made["moderated_workspaces"], []any{object{"id": customer.ID, "name": customer.Name}})

	call(t, fake, "DELETE", fmt.Sprint("/api/managed_users/", customer.ID), nil)
	listed := obj(t, arr(t, obj(t, call(t, fake, "GET", path, nil)["result"])["items"])[0])
	same(t, "the customer is gone", listed["moderated_workspaces"], []any{object{"id": customer.ID, "name": nil}})

	one := fmt.Sprintf("%s/%v", path, made["id"])
	changed := obj(t, call(t, fake, "PUT", one, object{"role_id": 2})["result"])
	same(t, "all workspaces", []any{changed["moderated_workspaces"], obj(t, changed["privilege_group"])["id"]}, []any{[]any{}, 2})
	same(t, "the user stays", obj(t, changed["user"])["id"], 90)
}

// TestSecretsOfAccessProfiles: the secrets shown depend on how a client
// authenticates.
func TestSecretsOfAccessProfiles(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	for kind, keys := range map[string][]string{"token": {"secret"}, "oauth2": {"oauth_client_id", "oauth_client_secret"}, "jwt": nil} {
		body := object{"name": "A", "api_collection_ids": []int{1}, "auth_type": kind, "api_client_id": "42"}
		profile := call(t, fake, "POST", acmePath+"/api_access_profiles", body)
		same(t, "client", profile["api_client_id"], 42)
		for _, key := range []string{"secret", "oauth_client_id", "oauth_client_secret"} {
			_, shown := profile[key]
			same(t, kind+" shows "+key, shown, len(keys) > 0 && (keys[0] == key || keys[len(keys)-1] == key))
		}
	}
}
