package workatotest_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestDeveloperClients: a client has folders and a role, its addresses come as one
// text, and its copy of a role is a role.
func TestDeveloperClients(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"developer_api_client_roles": {{"id": 3301, "name": "CI"}}}
	fake.AddCustomer(seed)
	const v2 = "/api/v2/managed_users/Eacme"
	client := func(change object) object {
		body := object{"name": "ci", "api_privilege_group_id": 3301, "all_folders": true, "ip_allow_list": []string{"198.51.100.7", "198.51.100.8"}}
		maps.Copy(body, change)
		return body
	}
	refused(t, fake, 400, "POST", v2+"/developer_api_clients", client(object{"all_folders": false}))
	refused(t, fake, 400, "POST", v2+"/developer_api_clients", client(object{"api_privilege_group_id": 3302}))
	role := call(t, fake, "POST", v2+"/developer_api_client_roles/3301/copy", nil)
	made := obj(t, call(t, fake, "POST", v2+"/developer_api_clients", client(object{"api_privilege_group_id": role["id"]}))["result"])
	same(t, "addresses", made["ip_allow_list"], "198.51.100.7,198.51.100.8")

	one := fmt.Sprintf("%s/developer_api_clients/%v", v2, made["id"])
	refused(t, fake, 400, "PUT", one, object{"all_folders": false})
	changed := obj(t, call(t, fake, "PUT", one, object{"all_folders": false, "folder_ids": []int{2001}})["result"])
	same(t, "folders", changed["folder_ids"], []any{2001})
	if since := obj(t, changed["token"])["updated_at"]; since == nil {
		t.Error("nothing says when the token was made")
	}
}
