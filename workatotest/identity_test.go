package workatotest_test

import (
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestIdentityMembership: users leave groups when either is deleted, and MCP
// servers lose a deleted group.
func TestIdentityMembership(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithStrict())
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 5, Name: "A"}}})
	const users, groups = acmePath + "/iam/users", acmePath + "/iam/user_groups"
	create := func(path string, body object) string {
		return text(t, obj(t, call(t, fake, "POST", path, body)["data"])["id"])
	}
	in := func(group string) int {
		return len(arr(t, call(t, fake, "GET", users+"?user_group_ids[]="+group, nil)["data"]))
	}
	of := func(user string) int {
		return len(arr(t, call(t, fake, "GET", groups+"?user_ids[]="+user, nil)["data"]))
	}

	ana := create(users, object{"email": "ana@acme.example", "full_name": "Ana B"})
	ben := create(users, object{"email": "ben@acme.example"})
	support, sales := create(groups, object{"name": "Support"}), create(groups, object{"name": "Sales"})
	refused(t, fake, 400, "POST", users, object{"email": "ANA@acme.example"})
	refused(t, fake, 400, "PUT", users+"/"+ben, object{"email": "ana@acme.example"})
	call(t, fake, "PUT", users+"/"+ana, object{"email": "ana@acme.example"})
	same(t, "search", len(arr(t, call(t, fake, "GET", users+"?query=ana+b", nil)["data"])), 1)
	same(t, "emails", len(arr(t, call(t, fake, "GET", users+"?emails[]=ben@acme.example", nil)["data"])), 1)

	for range 2 {
		call(t, fake, "POST", users+"/"+ana+"/add_to_group", object{"user_group_id": support})
	}
	call(t, fake, "POST", users+"/"+ana+"/add_to_group", object{"user_group_id": sales})
	call(t, fake, "POST", users+"/"+ben+"/add_to_group", object{"user_group_id": support})
	refused(t, fake, 404, "POST", users+"/"+ana+"/add_to_group", object{"user_group_id": "none"})
	same(t, "users", []int{in(support), in(sales), of(ana)}, []int{2, 1, 2})
	if _, shown := obj(t, call(t, fake, "GET", groups+"/"+support, nil)["data"])["member_ids"]; shown {
		t.Error("a group shows the ids of its users")
	}

	fake = restored(t, fake)
	call(t, fake, "POST", users+"/"+ben+"/remove_from_group", object{"user_group_id": support})
	call(t, fake, "DELETE", users+"/"+ana, nil)
	same(t, "users", []int{in(support), in(sales), of(ana)}, []int{0, 0, 0})

	servers := acmePath + "/mcp_servers"
	server := create(servers, object{"name": "Desk", "folder_id": 5})
	call(t, fake, "POST", servers+"/"+server+"/assign_user_groups", object{"idp_user_group_ids": []string{support, sales}})
	call(t, fake, "DELETE", groups+"/"+sales, nil)
	same(t, "groups", obj(t, call(t, fake, "GET", servers+"/"+server, nil)["data"])["idp_user_group_ids"], []string{support})
}

// restored returns a server with the state of another one, as read from a file.
func restored(t *testing.T, fake *workatotest.Server) *workatotest.Server {
	t.Helper()
	file := t.TempDir() + "/state.json"
	if err := fake.SaveState(file); err != nil {
		t.Fatal(err)
	}
	fake = workatotest.New(t, workatotest.WithStrict())
	if err := fake.LoadState(file); err != nil {
		t.Fatal(err)
	}
	return fake
}
