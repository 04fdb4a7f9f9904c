package workatotest_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

func TestFoldersAndProjects(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	billing, eu := customer.Folders[0], customer.Folders[1]
	top := result(t, call(t, fake, "GET", acmePath+"/folders", nil))
	same(t, "one level", []any{len(top), top[0]["id"], top[0]["project_id"]}, []any{1, billing.ID, billing.ProjectID})
	inner := result(t, call(t, fake, "GET", fmt.Sprintf("%s/folders?parent_id=%d", acmePath, billing.ID), nil))
	same(t, "inner", []any{inner[0]["name"], inner[0]["is_project"], inner[0]["project_id"]}, []any{"EU", false, billing.ProjectID})
	projects := result(t, call(t, fake, "GET", acmePath+"/projects", nil))
	same(t, "project", projects[0], object{"id": billing.ProjectID, "folder_id": billing.ID, "name": "Billing", "description": nil})

	folder := func(id int64) string { return fmt.Sprintf("%s/folders/%d", acmePath, id) }
	project := fmt.Sprintf("%s/projects/%d", acmePath, billing.ProjectID)
	same(t, "renamed", call(t, fake, "PUT", project, object{"name": "Invoices", "description": "d"})["description"], "d")
	refused(t, fake, 400, "PUT", folder(billing.ID), object{"parent_id": eu.ID})
	cannot := object{"message": "Cannot destroy folder"}
	for name, path := range map[string]string{
		"home": folder(customer.RootFolderID), "a project by the folders route": folder(billing.ID),
		"running recipes": folder(eu.ID), "a project with running recipes": project,
	} {
		same(t, name, refused(t, fake, 403, "DELETE", path, nil), cannot)
	}
	refused(t, fake, 404, "DELETE", fmt.Sprintf("%s/projects/%d", acmePath, billing.ID), nil)
	call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d/stop", acmePath, customer.Recipes[0].ID), nil)
	same(t, "a project without running recipes", refused(t, fake, 403, "DELETE", folder(billing.ID), nil), cannot)
	same(t, "delete", call(t, fake, "DELETE", project, nil), object{"success": true})
	after := fake.Customer("acme")
	same(t, "cascade", []int{len(after.Folders), len(after.Recipes), len(after.Connections)}, []int{0, 0, 0})
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	made := call(t, fake, "POST", "/api/managed_users", object{
		"name": "A", "notification_email": "a@example.com", "external_id": "a", "whitelisted_apps": []string{"jira"}, "full_embedding": true,
	})
	path := fmt.Sprintf("/api/managed_users/%v", made["id"])
	updated := call(t, fake, "PUT", path, object{"whitelisted_apps": nil, "full_embedding": nil, "in_trial": true, "external_id": "b"})
	same(t, "cleared", []any{updated["whitelisted_apps"], updated["full_embedding"], updated["trial"]}, []any{[]any{}, nil, true})
	same(t, "what is absent stays", updated["name"], "A")
	refused(t, fake, 404, "GET", "/api/managed_users/Ea", nil)
	same(t, "new external id", call(t, fake, "GET", "/api/managed_users/Eb", nil)["id"], made["id"])
	refused(t, fake, 400, "PUT", path, object{"custom_task_limit": 0})
	same(t, "upgrade", call(t, fake, "PUT", path+"/upgrade", object{"plan_id": "gold"}), object{"id": made["id"], "plan_id": "gold", "trial": false})
	same(t, "downgrade", call(t, fake, "PUT", path+"/downgrade", nil)["plan_id"], "free")
	same(t, "delete", call(t, fake, "DELETE", path, nil)["success"], true)
	refused(t, fake, 404, "GET", path, nil)
	refused(t, fake, 404, "GET", "/api/managed_users/Eb", nil)
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	project := fmt.Sprintf("%s/projects/%d", acmePath, customer.Folders[0].ProjectID)
	same(t, "without environments", refused(t, fake, 400, "POST", project+"/build", nil)["message"], "Environments not provisioned")
	provisioned := call(t, fake, "POST", acmePath+"/environments", object{"environments": []object{{"type": "prod", "external_id": "acme-prod"}}})
	ids := map[any]any{}
	for _, item := range arr(t, provisioned["environments"]) {
		environment := obj(t, item)
		ids[environment["type"]] = environment["id"]
	}
	same(t, "DEV keeps the id", ids["dev"], customer.ID)
	same(t, "PROD by external id", call(t, fake, "GET", "/api/managed_users/Eacme-prod", nil)["id"], ids["prod"])
	refused(t, fake, 400, "POST", acmePath+"/environments", nil)

	prod := fmt.Sprintf("/api/managed_users/%v", ids["prod"])
	same(t, "PROD is empty", len(result(t, call(t, fake, "GET", prod+"/recipes", nil))), 0)
	refused(t, fake, 400, "POST", project+"/deploy?environment_type=moon", nil)
	deployed := call(t, fake, "POST", project+"/deploy?environment_type=prod", object{"title": "Release 1"})
	same(t, "state", deployed["state"], "pending")
	same(t, "project_id is a string", deployed["project_id"], strconv.FormatInt(customer.Folders[0].ProjectID, 10))
	status := fmt.Sprintf("%s/deployments/%v", acmePath, deployed["id"])
	same(t, "pending", call(t, fake, "GET", status, nil)["state"], "pending")
	same(t, "success", call(t, fake, "GET", status, nil)["state"], "success")
	recipes := result(t, call(t, fake, "GET", prod+"/recipes", nil))
	same(t, "PROD", []any{len(recipes), recipes[0]["name"], recipes[0]["running"]}, []any{1, "Sync", false})
	same(t, "shell in PROD", result(t, call(t, fake, "GET", prod+"/connections", nil))[0]["authorization_status"], nil)
	same(t, "list", len(arr(t, call(t, fake, "GET", acmePath+"/deployments?environment_type=prod", nil)["items"])), 1)

	build := call(t, fake, "POST", fmt.Sprintf("%s/projects/f%d/build", acmePath, customer.Folders[0].ID), nil)
	built := fmt.Sprintf("%s/project_builds/%v", acmePath, build["id"])
	call(t, fake, "GET", built, nil)
	if link, _ := call(t, fake, "GET", built, nil)["download_url"].(string); !strings.HasPrefix(link, "https://packages.workato.test/") {
		t.Errorf("download_url %q", link)
	}
	again := call(t, fake, "POST", built+"/deploy", object{"environment_type": "test"})
	same(t, "build deployed", again["project_build_id"], build["id"])

	made := call(t, fake, "POST", "/api/managed_users", object{
		"name": "B", "notification_email": "b@example.com", "environments": []object{{"type": "test", "external_id": "b-test"}},
	})
	same(t, "provisioned at once", len(arr(t, made["environments"])), 3)
	refused(t, fake, 400, "POST", "/api/managed_users", object{
		"name": "C", "notification_email": "c@example.com", "environments": []object{{"type": "test", "external_id": "b-test"}},
	})
	same(t, "nothing left of the refused one", len(fake.Snapshot().Customers), 2)
}

func TestProperties(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := acmePath + "/properties"
	same(t, "upsert", call(t, fake, "POST", path, object{"properties": object{"crm.key": "v", "billing.key": "new"}}), object{"success": true})
	same(t, "prefix", call(t, fake, "GET", path+"?prefix=billing", nil), object{"result": object{"billing.key": "new"}})
	same(t, "no match", call(t, fake, "GET", path+"?prefix=x", nil), object{"result": object{}})
	refused(t, fake, 400, "GET", path, nil)
	for name, properties := range map[string]object{
		"a number": {"k": 1}, "a long name": {strings.Repeat("n", 101): "v"}, "a long value": {"k": strings.Repeat("v", 1025)}, "no name": {"": "v"},
	} {
		t.Log(name)
		refused(t, fake, 400, "POST", path, object{"properties": properties})
	}
	many := object{}
	for i := range 999 {
		many[fmt.Sprintf("many.%d", i)] = "v"
	}
	refused(t, fake, 400, "POST", path, object{"properties": many})
	project := fmt.Sprintf("%s?project_id=%d&prefix=crm", path, customer.Folders[0].ProjectID)
	call(t, fake, "POST", project, object{"properties": object{"crm.secret": "of the project"}})
	same(t, "project", call(t, fake, "GET", project, nil)["result"], object{"crm.secret": "of the project"})
	refused(t, fake, 404, "GET", path+"?project_id=1&prefix=crm", nil)
	for _, r := range fake.Requests() {
		if strings.Contains(r.Body, "of the project") {
			t.Errorf("the request log shows a property: %s", r.Body)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	path := acmePath + "/members"
	added := call(t, fake, "POST", path, object{"name": "Ana B", "role_name": "Ignored", "env_roles": []object{{"environment_type": "dev", "name": "Admin"}}})
	same(t, "role", added["role_name"], "Admin")
	one := fmt.Sprintf("%s/%v", path, added["id"])
	same(t, "update", call(t, fake, "PUT", one, object{"role_name": "Operator"})["role_name"], "Operator")
	same(t, "privileges", call(t, fake, "GET", one+"/privileges", nil)["total"], 1)
	same(t, "projects", len(arr(t, call(t, fake, "GET", one+"/projects_privileges", nil)["data"])), 1)

	invite := object{"name": "Bo", "email": "bo@example.com"}
	same(t, "invite", call(t, fake, "POST", acmePath+"/member_invitations", invite)["result"], "ok")
	refused(t, fake, 429, "POST", acmePath+"/member_invitations", invite)
	list := func() string {
		_, raw := request(t, fake, "GET", path, nil)
		return string(raw)
	}
	if before := list(); !strings.HasPrefix(before, "[") || strings.Contains(before, "Bo") {
		t.Errorf("members %s, want a bare array without the invited one", before)
	}
	fake.AcceptInvitation("acme", "bo@example.com")
	if after := list(); !strings.Contains(after, "Bo") {
		t.Errorf("members %s, want the one who accepted", after)
	}
	same(t, "remove", call(t, fake, "DELETE", one, nil)["id"], added["id"])
	refused(t, fake, 404, "GET", one, nil)
	legacy := call(t, fake, "POST", acmePath+"/member", object{"name": "Cy", "oauth_id": "o-1"})
	gone := call(t, fake, "DELETE", acmePath+"/member", object{"member_id": fmt.Sprint(legacy["id"])})
	same(t, "legacy", gone["id"], legacy["id"])
}

func TestLookupTables(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	path := acmePath + "/lookup_tables"
	made := call(t, fake, "POST", path, object{"lookup_table": object{"name": "countries", "schema": []object{{"label": "code"}, {"label": "name"}}}})
	if schema, _ := made["schema"].(string); !strings.Contains(schema, `"name":"col2"`) {
		t.Errorf("schema %v, want a JSON text", made["schema"])
	}
	table := fmt.Sprintf("%s/%v", path, made["id"])
	for _, code := range []string{"DE", "FR"} {
		call(t, fake, "POST", table+"/rows", object{"data": object{"code": code, "col2": "Name of " + code}})
	}
	rows := result(t, call(t, fake, "GET", table+"/rows?by%5Bcode%5D=FR", nil))
	same(t, "filter", rows[0]["data"], object{"code": "FR", "name": "Name of FR"})
	same(t, "lookup", obj(t, call(t, fake, "GET", table+"/lookup?by%5Bcol1%5D=DE", nil)["data"])["name"], "Name of DE")
	refused(t, fake, 404, "GET", table+"/lookup?by%5Bcode%5D=XX", nil)
	row := fmt.Sprintf("%s/rows/%v", table, rows[0]["id"])
	same(t, "update merges", call(t, fake, "PUT", row, object{"data": object{"name": "France"}})["data"], object{"code": "FR", "name": "France"})
	refused(t, fake, 400, "PUT", row, object{"data": object{"capital": "Paris"}})
	call(t, fake, "DELETE", row, nil)
	refused(t, fake, 404, "GET", row, nil)
	call(t, fake, "POST", path+"/batch_delete", object{"ids": []any{made["id"]}})
	same(t, "tables", len(result(t, call(t, fake, "GET", path, nil))), 0)
}

func TestTags(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	const path = "/api/v2/managed_users/Eacme/tags"
	made := call(t, fake, "POST", path, object{"title": "Finance", "color": "blue"})
	call(t, fake, "PUT", path+"/"+text(t, made["handle"]), object{"title": "Money"})
	listed := arr(t, obj(t, call(t, fake, "GET", path+"?q=mon", nil)["data"])["tags"])
	same(t, "listed", obj(t, listed[0])["title"], "Money")
	status, raw := request(t, fake, "POST", path+"_assignments", object{"add_tags": []any{made["handle"]}, "recipe_ids": []any{customer.Recipes[0].ID}})
	same(t, "assigned", []any{status, string(raw)}, []any{200, ""})
	tagged := result(t, call(t, fake, "GET", acmePath+"/recipes?includes[]=tags", nil))
	same(t, "tags", tagged[0]["tags"], []any{made["handle"]})
	call(t, fake, "DELETE", path+"/"+text(t, made["handle"]), nil)
	same(t, "tags of a deleted one", fake.Customer("acme").Recipes[0].Tags, nil)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	period := object{"from": "2000-01-01T00:00:00.000Z", "to": "2100-01-01T00:00:00.000Z"}
	with := func(key string, value any) object {
		body := object{key: value}
		maps.Copy(body, period)
		return body
	}
	const path = "/api/v2/managed_users/statistics/usage"
	for name, body := range map[string]object{
		"ids": with("workspace_ids", []any{customer.ID}), "external ids": with("external_ids", []string{"acme"}), "in a string": with("external_ids", "acme,other"),
	} {
		rows := result(t, call(t, fake, "POST", path, body))
		same(t, name, []any{len(rows), rows[0]["task_count"], rows[0]["failed_job_count"]}, []any{1, 2, 1})
	}
	refused(t, fake, 400, "POST", path, period)
	refused(t, fake, 400, "POST", path, with("interval", "decade"))
	usage := result(t, call(t, fake, "POST", "/api/v2/managed_users/statistics/connection_usage", with("external_ids", "acme")))
	same(t, "connections", usage[0]["active_connection_count"], 1)
	monthly := obj(t, call(t, fake, "GET", "/api/managed_users/usage", nil)["result"])
	same(t, "customers", len(monthly), 1)
}

// TestOwnWorkspace uses the routes of the partner's own workspace, with the
// envelopes that tools expect.
func TestOwnWorkspace(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{
		Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira", Folder: "Source", AuthorizationStatus: "success"}},
		Recipes:     []*workatotest.Recipe{{Name: "Sync", Folder: "Source", Uses: []string{"Jira"}}},
		Members:     []*workatotest.Member{{Name: "Ana", Email: "ana@example.com"}, {Name: "Bo", Email: "bo@example.com"}},
	}}); err != nil {
		t.Fatal(err)
	}
	bare := func(path string) string {
		status, raw := request(t, fake, "GET", path, nil)
		if status != 200 || !strings.HasPrefix(string(raw), "[{") {
			t.Errorf("%s: %d %s, want a bare array", path, status, raw)
		}
		return string(raw)
	}
	for _, path := range []string{"/api/connections", "/api/folders", "/api/projects", "/api/roles"} {
		bare(path)
	}
	if text := bare("/api/connections"); !strings.Contains(text, `"application":"jira"`) {
		t.Errorf("connections %s", text)
	}
	recipe := obj(t, arr(t, call(t, fake, "GET", "/api/recipes", nil)["items"])[0])
	start := fmt.Sprintf("/api/recipes/%v", recipe["id"])
	same(t, "start", call(t, fake, "PUT", start+"/start", nil)["success"], true)
	same(t, "running", call(t, fake, "GET", start, nil)["running"], true)
	same(t, "members", call(t, fake, "GET", "/api/members?email=ana", nil)["total"], 1)
	same(t, "me", call(t, fake, "GET", "/api/users/me", nil)["recipes_count"], 1)
	call(t, fake, "POST", "/api/properties", object{"properties": object{"a.b": "c"}})
	same(t, "properties", call(t, fake, "GET", "/api/properties?prefix=a", nil), object{"a.b": "c"})
}

// TestOwnPackages exports, follows the redirect to another port as HTTP
// clients do, and imports the zip again.
func TestOwnPackages(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{
		Recipes: []*workatotest.Recipe{{Name: "Sync", Folder: "Source"}},
	}}); err != nil {
		t.Fatal(err)
	}
	manifest := obj(t, refused(t, fake, 201, "POST", "/api/export_manifests",
		object{"export_manifest": object{"name": "m", "auto_generate_assets": true}})["result"])
	exported := call(t, fake, "POST", fmt.Sprintf("/api/packages/export/%v", manifest["id"]), nil)
	status := fmt.Sprintf("/api/packages/%v", exported["id"])
	refused(t, fake, 404, "GET", status+"/download", nil)
	call(t, fake, "GET", status, nil)
	same(t, "status", call(t, fake, "GET", status, nil)["status"], "completed")

	req := newRequest(t, "GET", fake.URL()+status+"/download", nil)
	req.Header.Set("Authorization", "Bearer test-token")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if from := resp.Request.URL.Host; resp.StatusCode != 200 || strings.HasPrefix(fake.URL(), "http://"+from) {
		t.Fatalf("download: %d from %s, want it from another host", resp.StatusCode, from)
	}
	zip, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	target := call(t, fake, "POST", "/api/folders", object{"name": "Target"})
	imported := call(t, fake, "POST", fmt.Sprintf("/api/packages/import/%v?restart_recipes=true", target["id"]), zip)
	call(t, fake, "GET", fmt.Sprintf("/api/packages/%v", imported["id"]), nil)
	same(t, "imported", call(t, fake, "GET", fmt.Sprintf("/api/packages/%v", imported["id"]), nil)["status"], "completed")
	same(t, "recipes", len(fake.Snapshot().Own.Recipes), 2)
}

func TestIntegrations(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Connectors: []*workatotest.Connector{{Name: "acme_crm", Title: "Acme", Triggers: []string{"new_row"}}}}); err != nil {
		t.Fatal(err)
	}
	named := arr(t, call(t, fake, "GET", "/api/integrations?applications=acme_crm,jira,unheard_of", nil)["items"])
	same(t, "named", len(named), 2)
	refused(t, fake, 400, "GET", "/api/integrations", nil)
	all := call(t, fake, "GET", "/api/integrations/all", nil)
	same(t, "a page of one by default", []any{len(arr(t, all["items"])), all["per_page"]}, []any{1, 1})
	customer := strconv.FormatInt(fake.AddCustomer(workatotest.Customer{}).ID, 10)
	same(t, "schema", len(result(t, call(t, fake, "GET", "/api/v2/managed_users/"+customer+"/connectors/jira/input_schema", nil))), 3)
}

// TestOwnDeployment deploys in the partner's own workspace.
func TestOwnDeployment(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{
		Recipes:      []*workatotest.Recipe{{Name: "Sync", Folder: "Source"}},
		Environments: []*workatotest.Customer{{Environment: "prod"}},
	}}); err != nil {
		t.Fatal(err)
	}
	project := fake.Snapshot().Own.Folders[0].ProjectID
	deployed := call(t, fake, "POST", fmt.Sprintf("/api/projects/%d/deploy?environment_type=prod", project), nil)
	status := fmt.Sprintf("/api/deployments/%v", deployed["id"])
	call(t, fake, "GET", status, nil)
	same(t, "state", call(t, fake, "GET", status, nil)["state"], "success")
	same(t, "recipes in PROD", len(fake.Snapshot().Own.Environments[0].Recipes), 1)
	status2, raw := request(t, fake, "POST", "/api/job/resume", object{"token": "x"})
	same(t, "resume", []any{status2, string(raw)}, []any{204, ""})
}

func TestReviewers(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	call(t, fake, "POST", acmePath+"/environments", nil)
	member := call(t, fake, "POST", acmePath+"/members", object{"name": "Ana"})
	deployed := call(t, fake, "POST", fmt.Sprintf("%s/projects/%d/deploy", acmePath, customer.Folders[0].ProjectID), object{"environment_type": "test"})
	path := fmt.Sprintf("%s/deployments/%v", acmePath, deployed["id"])
	eligible := arr(t, call(t, fake, "GET", path+"/eligible_reviewers", nil)["data"])
	same(t, "eligible", obj(t, eligible[0])["id"], member["id"])
	reviews := arr(t, call(t, fake, "POST", path+"/assign_reviewers", object{"reviewer_ids": []any{member["id"]}})["reviews"])
	same(t, "reviews", len(reviews), 1)
	refused(t, fake, 400, "POST", path+"/assign_reviewers", object{"reviewer_ids": []int{1}})
}

func TestFolderUpdates(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	made := call(t, fake, "POST", acmePath+"/folders", object{"name": "Inner", "parent_id": customer.Folders[1].ID})
	path := fmt.Sprintf("%s/folders/%v", acmePath, made["id"])
	moved := call(t, fake, "PUT", path, object{"parent_id": strconv.FormatInt(customer.Folders[0].ID, 10), "name": "Moved"})
	same(t, "moved", []any{moved["name"], moved["parent_id"]}, []any{"Moved", customer.Folders[0].ID})
	refused(t, fake, 400, "PUT", path, object{"name": ""})
	refused(t, fake, 400, "PUT", path, object{"parent_id": 1})
	refused(t, fake, 400, "POST", acmePath+"/folders", object{"name": "A", "parent_id": 1})
	refused(t, fake, 400, "POST", acmePath+"/folders", object{})
	refused(t, fake, 404, "GET", acmePath+"/folders?parent_id=1", nil)
	same(t, "delete", call(t, fake, "DELETE", path, nil)["success"], true)
	refused(t, fake, 404, "DELETE", path, nil)
}

// TestTableSchemas accepts a schema as an array and as the text of one.
func TestTableSchemas(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	const path = acmePath + "/lookup_tables"
	call(t, fake, "POST", path, object{"name": "text", "schema": `[{"label": "code"}]`})
	same(t, "columns", fake.Customer("acme").LookupTables[0].Columns, []string{"code"})
	refused(t, fake, 400, "POST", path, object{"name": "none"})
	for name, schema := range map[string]any{
		"none": []object{}, "a label twice": []object{{"label": "a"}, {"label": "a"}}, "broken": "[", "no array": object{}, "no label": []object{{}},
		"too many": make([]object, 11),
	} {
		t.Log(name)
		refused(t, fake, 400, "POST", path, object{"name": name, "schema": schema})
	}
	refused(t, fake, 400, "POST", path, object{"name": "text", "schema": `[{"label": "code"}]`})
	refused(t, fake, 400, "POST", path, object{"name": "x", "project_id": 1, "schema": `[{"label": "code"}]`})
}
