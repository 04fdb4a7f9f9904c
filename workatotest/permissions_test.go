package workatotest_test

import (
	"fmt"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestGroupsHoldTogether: an invitation joins when it is accepted, a member who
// leaves the workspace leaves its groups and loses the grants, and all of it
// survives a restore.
func TestGroupsHoldTogether(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	project := customer.Folders[0].ProjectID
	group := obj(t, call(t, fake, "POST", acmePath+"/user_groups", object{"user_group": object{"name": "All"}})["data"])
	one := fmt.Sprintf("%s/user_groups/%v", acmePath, group["id"])
	invite := object{"name": "Ana", "email": "ana@acme.example", "role_name": "Operator", "user_group_ids": []any{group["id"]}}
	call(t, fake, "POST", acmePath+"/member_invitations", invite)
	count := func(server *workatotest.Server) any {
		return obj(t, call(t, server, "GET", one, nil)["data"])["members_count"]
	}
	same(t, "before it is accepted", count(fake), 0)
	fake.AcceptInvitation("acme", "ana@acme.example")
	same(t, "afterwards", count(fake), 1)
	found := arr(t, call(t, fake, "GET", one+"/members?text=ANA&page[size]=1", nil)["data"])
	same(t, "members with the text", len(found), 1)
	same(t, "members with another", call(t, fake, "GET", one+"/members?text=ben", nil)["total"], 0)

	ana := obj(t, found[0])["id"]
	role := obj(t, call(t, fake, "POST", acmePath+"/project_roles", object{"project_role": object{"name": "Builder"}})["data"])
	grants := fmt.Sprintf("/api/v2/managed_users/Eacme/projects/%d/project_grants", project)
	toAna := object{"assignment_type": "User", "assignment_id": fmt.Sprint(ana), "project_role_id": role["id"]}
	call(t, fake, "PUT", grants, object{"project_grants": []object{toAna}})
	ofAna := arr(t, call(t, fake, "GET", fmt.Sprintf("%s/members/%v/project_grants", acmePath, ana), nil)["data"])
	same(t, "grants of the member", obj(t, obj(t, ofAna[0])["user"])["name"], "Ana")
	same(t, "who has the role", obj(t, call(t, fake, "GET", fmt.Sprintf("%s/project_roles/%v", acmePath, role["id"]), nil)["data"])["members_count"], 1)

	other := workatotest.New(t)
	if err := other.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	same(t, "after a restore", count(other), 1)
	call(t, other, "DELETE", fmt.Sprintf("%s/members/%v", acmePath, ana), nil)
	same(t, "after she has left", count(other), 0)
	same(t, "her grants", len(arr(t, call(t, other, "GET", grants, nil)["data"])), 0)
	refused(t, other, 400, "DELETE", one+"/members", nil)
}

func TestRolesInUse(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	role := obj(t, call(t, fake, "POST", "/api/v2/managed_users/Eacme/environment_roles", object{"environment_role": object{"name": "Builder"}})["data"])
	one := fmt.Sprintf("/api/v2/managed_users/Eacme/environment_roles/%v", role["id"])
	member := call(t, fake, "POST", acmePath+"/members", object{"name": "Ana", "env_roles": []object{
		{"environment_type": "dev", "name": "Builder", "role_type": "environment"},
	}})
	same(t, "who has it", obj(t, call(t, fake, "GET", one, nil)["data"])["members_count"], 1)
	refused(t, fake, 400, "DELETE", one, nil)
	call(t, fake, "DELETE", fmt.Sprintf("%s/members/%v", acmePath, member["id"]), nil)
	call(t, fake, "DELETE", one, nil)
}

// TestRoleMigrationOfTheFake: a dry run changes nothing, a second migration changes
// nothing more, and the older roles are refused afterwards.
func TestRoleMigrationOfTheFake(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	call(t, fake, "POST", acmePath+"/members", object{"name": "Ana", "role_name": "Admin"})
	const migrate = acmePath + "/roles_migration/system_roles"
	before := fake.Snapshot()
	plan := call(t, fake, "POST", migrate+"?dry_run=true", object{"dry_run": true})
	if diff := before.Diff(fake.Snapshot()); len(diff) > 0 {
		t.Errorf("a dry run changes %v", diff)
	}
	same(t, "the plan", call(t, fake, "POST", migrate, nil), plan)
	after := fake.Snapshot()
	same(t, "the second time", call(t, fake, "POST", migrate, nil), plan)
	if diff := after.Diff(fake.Snapshot()); len(diff) > 0 {
		t.Errorf("a second migration changes %v", diff)
	}
	refused(t, fake, 400, "POST", acmePath+"/members", object{"name": "Ben", "role_name": "Operator"})
	refused(t, fake, 400, "POST", acmePath+"/member_invitations", object{"name": "Ben", "email": "b@acme.example", "env_roles": []object{
		{"environment_type": "dev", "name": "Operator"},
	}})
	refused(t, fake, 404, "POST", acmePath+"/roles_migration/custom_role", object{"role_id": 1})
}

func TestEventTopicsOfTheFake(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"event_topics": {
		{"id": 302, "name": "Refunds", "messages": 3}, {"id": 301, "name": "Orders", "schema": []any{}, "updated_at": "2024-01-01T00:00:00Z"},
	}}
	fake.AddCustomer(seed)
	const topics = acmePath + "/event_streams/topics"
	names := func(query string) (names []any) {
		for _, topic := range arr(t, call(t, fake, "GET", topics+query, nil)["data"]) {
			names = append(names, obj(t, topic)["name"])
		}
		return names
	}
	same(t, "by name", names("?sort=name"), []any{"Orders", "Refunds"})
	same(t, "a part of the name", names("?name=fun"), []any{"Refunds"})
	same(t, "in another case", len(names("?name=orders")), 0)
	same(t, "the second page", names("?page=2&per_page=1"), []any{"Orders"})
	same(t, "with schemas", obj(t, arr(t, call(t, fake, "GET", topics+"?name=Orders&include_schema=true", nil)["data"])[0])["schema"], []any{})
	call(t, fake, "PUT", topics+"/302/purge", nil)
	same(t, "what is left", names("?sort=activity"), []any{"Refunds", "Orders"})
	if messages := fake.Snapshot().Customers[0].Records["event_topics"][0]["messages"]; messages != nil {
		t.Errorf("%v messages are left after a purge", messages)
	}
}

func TestRunsOfTestCases(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Records = map[string][]workatotest.Record{"test_cases": {
		{"id": "citc-1", "name": "a", "recipe_id": 5001},
		{"id": "citc-2", "name": "b", "recipe_id": 5001, "status": "failed"},
		{"id": "citc-3", "name": "c", "recipe_id": 1},
	}}
	customer := fake.AddCustomer(seed)
	const runs = acmePath + "/test_cases/run_requests"
	refused(t, fake, 400, "POST", runs, object{})
	refused(t, fake, 400, "POST", runs, object{"recipe_id": 5001, "folder_id": 1})
	for target, id := range map[string]any{
		"recipe_id": 5001, "project_id": customer.Folders[0].ProjectID, "folder_id": customer.Folders[0].ID, "test_case_ids": []string{"citc-1", "citc-2"},
	} {
		run := obj(t, call(t, fake, "POST", runs, object{target: id})["data"])
		one := fmt.Sprintf("%s/%v", runs, run["id"])
		same(t, target, []any{run["status"], len(arr(t, run["results"]))}, []any{"running", 2})
		same(t, "the first read", obj(t, call(t, fake, "GET", one, nil)["data"])["status"], "running")
		ended := obj(t, call(t, fake, "GET", one, nil)["data"])
		results := arr(t, ended["results"])
		same(t, "the second read", []any{ended["status"], obj(t, results[0])["status"], obj(t, results[1])["status"]}, []any{"completed", "succeeded", "failed"})
	}
	same(t, "of the recipe", len(arr(t, call(t, fake, "GET", acmePath+"/recipes/5001/test_cases", nil)["data"])), 2)
}
