package workatotest_test

import (
	"fmt"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestOnPremState: agents belong to an existing group, and make it active.
func TestOnPremState(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	const groups, agents = "/api/v2/managed_users/Eacme/on_prem_groups", "/api/v2/managed_users/Eacme/on_prem_agents"
	group := obj(t, call(t, fake, "POST", groups, object{"name": "A", "settings_attributes": object{"whitelisted_ips": []string{"203.0.113.5"}}})["data"])
	same(t, "group", []any{group["whitelisted_ips"], group["settings_attributes"]}, []any{[]string{"203.0.113.5"}, nil})
	groupPath := groups + "/" + fmt.Sprint(num(t, group["id"]))
	status := func(path string) any {
		t.Helper()
		return obj(t, call(t, fake, "GET", path+"/status", nil)["data"])["status"]
	}

	refused(t, fake, 400, "POST", agents, object{"name": "h", "os": "mac", "on_prem_group_id": 1})
	agent := call(t, fake, "POST", agents, object{"name": "h", "os": "mac", "on_prem_group_id": group["id"]})
	agentPath := agents + "/" + fmt.Sprint(num(t, agent["id"]))
	same(t, "new", []any{agent["state"], status(agentPath), status(groupPath)}, []any{"awaiting_setup", "awaiting_setup", "inactive"})
	call(t, fake, "PUT", agentPath, object{"awaiting_setup": false})
	if err := fake.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	same(t, "set up", []any{status(agentPath), status(groupPath)}, []any{"active", "active"})
	refused(t, fake, 400, "PUT", agentPath, object{"on_prem_group_id": 1})
	same(t, "disabled", call(t, fake, "PUT", agentPath, object{"enabled": false})["state"], "disabled")
	same(t, "group of a disabled agent", status(groupPath), "inactive")

	call(t, fake, "POST", agents, object{"name": "other", "os": "mac", "on_prem_group_id": group["id"]})
	found := arr(t, call(t, fake, "GET", agents+"/search?cn="+text(t, agent["cn"]), nil)["data"])
	same(t, "found", []any{len(found), obj(t, found[0])["name"]}, []any{1, "h"})
	refused(t, fake, 400, "DELETE", groupPath, nil)
	for _, listed := range arr(t, call(t, fake, "GET", agents, nil)["data"]) {
		call(t, fake, "DELETE", agents+"/"+fmt.Sprint(num(t, obj(t, listed)["id"])), nil)
	}
	call(t, fake, "DELETE", groupPath, nil)
}

// TestColumnsKeepTheirIDs: a schema replaces the columns; those with an id stay
// the same.
func TestColumnsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 6, Name: "A"}, {ID: 7, Name: "B", ParentID: 6}}})
	const tables = "/api/v2/managed_users/Eacme/data_tables"
	for _, body := range []object{
		{"name": "T", "folder_id": 8, "schema": []object{}},
		{"name": "T", "folder_id": 7, "schema": []object{{"name": "a"}}},
		{"name": "T", "folder_id": 7, "schema": []object{{"type": "date"}}},
	} {
		refused(t, fake, 400, "POST", tables, body)
	}
	made := obj(t, call(t, fake, "POST", tables, object{"name": "T", "folder_id": 7, "schema": []object{
		{"type": "string", "name": "a"}, {"type": "date", "name": "b"},
	}})["data"])
	table := tables + "/" + text(t, made["id"])
	ids := func(of object) (ids []any) {
		for _, column := range arr(t, of["schema"]) {
			ids = append(ids, obj(t, column)["field_id"])
		}
		return ids
	}
	before := ids(made)
	if err := fake.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	after := ids(obj(t, call(t, fake, "PUT", table, object{"schema": []object{
		{"type": "boolean", "name": "c"}, {"type": "date", "name": "due", "field_id": before[1]},
	}})["data"]))
	same(t, "kept", after[1], before[1])
	if after[0] == before[0] || after[0] == before[1] {
		t.Errorf("the new column has the id %v of an old one", after[0])
	}
	refused(t, fake, 400, "PUT", table, object{"schema": []object{{"type": "date", "name": "x", "field_id": before[0]}}})
	call(t, fake, "DELETE", "/api/managed_users/Eacme/folders/7", nil)
	refused(t, fake, 404, "GET", table, nil)
}
