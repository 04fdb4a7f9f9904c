package workatotest_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

func TestRunningRecipeIsProtected(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	for method, verb := range map[string]string{"PUT": "updated", "DELETE": "deleted"} {
		same(t, method, call(t, fake, method, path, object{"name": "New"}), object{
			"success": false, "errors": object{"running": []string{"Recipe can't be " + verb + " while it is running"}},
		})
	}
	call(t, fake, "PUT", path+"/stop", nil)
	same(t, "update", call(t, fake, "PUT", path, object{"name": "New"}), object{"success": true})
	got := call(t, fake, "GET", path, nil)
	same(t, "name and version", []any{got["name"], got["version_no"]}, []any{"New", 2})
	same(t, "delete", call(t, fake, "DELETE", path, nil), object{"success": true})
	refused(t, fake, 404, "GET", path, nil)
}

func TestRecipeCreateAndCopy(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	config := fmt.Sprintf(`[{"keyword":"application","provider":"jira","name":"jira","account_id":%d}]`, customer.Connections[0].ID)
	code := `{"number":0,"keyword":"trigger","provider":"clock","name":"scheduled_event",` +
		`"block":[{"number":1,"keyword":"action","provider":"jira","name":"create_issue"}]}`
	folder := strconv.FormatInt(customer.Folders[0].ID, 10)
	made := call(t, fake, "POST", acmePath+"/recipes", object{"name": "Made", "code": code, "config": config, "folder_id": folder})
	path := fmt.Sprintf("%s/recipes/%v", acmePath, made["id"])
	got := call(t, fake, "GET", path, nil)
	same(t, "applications", []any{got["trigger_application"], got["action_applications"], got["applications"]},
		[]any{"clock", []string{"jira"}, []string{"clock", "jira"}})
	same(t, "code stays a string", got["code"], code)
	same(t, "folder", fmt.Sprint(got["folder_id"]), folder)

	twin := call(t, fake, "POST", path+"/copy", object{"folder_id": folder})
	if twin["new_flow_id"] == nil || twin["id"] != nil {
		t.Errorf("copy returned %v, want new_flow_id", twin)
	}
	same(t, "copies", call(t, fake, "GET", path, nil)["copy_count"], 1)
	refused(t, fake, 400, "POST", path+"/copy", object{"folder_id": 12})
	for name, body := range map[string]object{
		"code that is not JSON":     {"name": "R", "code": "{"},
		"code as an object":         {"name": "R", "code": object{}},
		"config that is not a list": {"name": "R", "code": "{}", "config": "{}"},
		"no name":                   {"code": "{}"},
		"unknown folder":            {"name": "R", "code": "{}", "folder_id": "999"},
	} {
		t.Log(name)
		refused(t, fake, 400, "POST", acmePath+"/recipes", body)
	}
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ExternalID:  "acme",
		Connections: []*workatotest.Connection{{ID: 9, Name: "Jira", Provider: "jira"}},
		Recipes: []*workatotest.Recipe{
			{ID: 1, Name: "shell", Uses: []string{"Jira"}},
			{ID: 2, Name: "no connection", Config: []workatotest.RecipeConfig{{Provider: "jira", Name: "jira"}}},
			{ID: 3, Name: "not validated", Config: []workatotest.RecipeConfig{{Provider: "jira", Name: "jira", SkipValidation: true}}},
			{ID: 4, Name: "built in", Config: []workatotest.RecipeConfig{
				{Provider: "clock", Name: "clock"},
				{Provider: "workato_service", Name: "workato_service"},
				{Provider: "csv_parser", Name: "csv_parser"},
				{Provider: "file_connector", Name: "file_connector"},
			}},
			{ID: 5, Name: "code", CodeErrors: []any{[]any{4, []any{[]any{"Body/Error", nil, "can't be blank", "response.error"}}}}},
			{ID: 6, Name: "step without a name", Code: `{"number":0,"keyword":"trigger","provider":"clock"}`},
			{ID: 7, Name: "entry without a name", Config: []workatotest.RecipeConfig{{Provider: "clock"}}},
		},
	})
	detail := object{"key": "recipe.config_error.account_id.unconnected"}
	config := func(id any) object {
		return object{"success": false, "code_errors": []any{}, "config_errors": []any{[]any{1, []any{[]any{"account_id", id, "unconnected", detail}}}}}
	}
	code := func(step int, tuple ...any) object {
		return object{"success": false, "code_errors": []any{[]any{step, []any{tuple}}}, "config_errors": []any{}}
	}
	started := object{"success": true}
	for id, want := range map[int]object{
		1: config(9), 2: config(nil), 3: started, 4: started,
		5: code(4, "Body/Error", nil, "can't be blank", "response.error"), 6: code(0, "name", nil, "can't be blank"), 7: started,
	} {
		path := fmt.Sprintf("%s/recipes/%d", acmePath, id)
		same(t, path, call(t, fake, "PUT", path+"/start", nil), want)
		running := id == 3 || id == 4
		same(t, path+" running", call(t, fake, "GET", path, nil)["running"], running)
	}
}

func TestStartTakesReads(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t, workatotest.WithStartReads(2))
	path := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	call(t, fake, "PUT", path+"/stop", nil)
	call(t, fake, "PUT", path+"/start", nil)
	same(t, "listed as running", len(result(t, call(t, fake, "GET", acmePath+"/recipes?running=true", nil))), 0)
	same(t, "running", call(t, fake, "GET", path, nil)["running"], true)
	same(t, "listed as running", len(result(t, call(t, fake, "GET", acmePath+"/recipes?running=true", nil))), 1)
}

func TestRecipeLists(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	uses := func(providers ...string) []workatotest.RecipeConfig {
		var config []workatotest.RecipeConfig
		for _, provider := range providers {
			config = append(config, workatotest.RecipeConfig{Provider: provider, Name: provider})
		}
		return config
	}
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme",
		Folders:    []*workatotest.Folder{{ID: 50, Name: "A"}, {ID: 51, Name: "B", ParentID: 50}},
		Recipes: []*workatotest.Recipe{
			{ID: 1, Name: "a", FolderID: 50, Config: uses("jira", "clock")},
			{ID: 2, Name: "b", FolderID: 51, Config: uses("jira"), Running: true},
			{ID: 3, Name: "c", Config: uses("rest"), StopCause: "trial_expired"},
		},
	})
	for query, want := range map[string][]int{
		"":                                    {3, 2, 1},
		"?since_id=3":                         {2, 1},
		"?running=true":                       {2},
		"?active=false":                       {3, 1},
		"?folder_id=50":                       {1},
		"?folder_id=50&with_subfolders=true":  {2, 1},
		"?adapter_names_all=jira,clock":       {1},
		"?adapter_names_any=clock,rest":       {3, 1},
		"?stop_cause=trial_expired":           {3},
		"?per_page=2":                         {3, 2},
		"?per_page=2&page=2":                  {1},
		"?updated_after=2100-01-01T00:00:00Z": nil,
		"?updated_after=2000-01-01T00:00:00Z": {3, 2, 1},
		"?stopped_after=2000-01-01T00:00:00Z": nil,
	} {
		var ids []int
		for _, recipe := range result(t, call(t, fake, "GET", acmePath+"/recipes"+query, nil)) {
			ids = append(ids, int(num(t, recipe["id"])))
		}
		same(t, query, ids, want)
	}
	refused(t, fake, 400, "GET", acmePath+"/recipes?updated_after=yesterday", nil)
	short := result(t, call(t, fake, "GET", acmePath+"/recipes?exclude_code=true", nil))[0]
	if _, shown := short["code"]; shown {
		t.Error("exclude_code shows the code")
	}
}

func TestJobs(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	fake.RunRecipe("acme", "Sync", workatotest.Job{ID: "j-mine", Title: "Mine"})
	call(t, fake, "POST", path+"/poll_now", nil)
	jobs := call(t, fake, "GET", path+"/jobs", nil)
	same(t, "counts", []any{jobs["job_count"], jobs["job_succeeded_count"], jobs["job_failed_count"]}, []any{4, 3, 1})
	ids := func(query string) (ids []any) {
		for _, item := range arr(t, call(t, fake, "GET", path+"/jobs"+query, nil)["items"]) {
			ids = append(ids, obj(t, item)["id"])
		}
		return ids
	}
	all := ids("")
	same(t, "newest first", all[1], "j-mine")
	same(t, "after j-mine", ids("?offset_job_id=j-mine"), all[2:])
	same(t, "before j-mine", ids("?offset_job_id=j-mine&prev=true"), all[:1])
	same(t, "failed", len(ids("?status=failed")), 1)
	same(t, "get", call(t, fake, "GET", path+"/jobs/j-mine", nil)["title"], "Mine")
	refused(t, fake, 404, "GET", path+"/jobs/j-other", nil)

	repeated := call(t, fake, "POST", path+"/repeat_jobs", object{"job_ids": []string{"j-mine", "j-other"}})
	same(t, "results", repeated["results"], []any{
		object{"job_id": "j-mine", "status": "enqueued", "error": ""},
		object{"job_id": "j-other", "status": "failed", "error": "Job not found"},
	})
	same(t, "reruns", len(ids("?rerun_only=true")), 1)
	refused(t, fake, 400, "POST", path+"/repeat_jobs", object{"job_ids": strings.Split(strings.Repeat("j,", 26), ",")})
	call(t, fake, "PUT", path+"/stop", nil)
	refused(t, fake, 400, "POST", path+"/poll_now", nil)
}

func TestVersions(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	path := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	call(t, fake, "PUT", path+"/stop", nil)
	call(t, fake, "PUT", path, object{"code": `{"number":0,"keyword":"trigger"}`})
	versions := arr(t, call(t, fake, "GET", path+"/versions", nil)["data"])
	newest := obj(t, versions[0])
	same(t, "numbers", []any{len(versions), newest["version_no"]}, []any{2, 2})
	one := fmt.Sprintf("%s/versions/%v", path, newest["id"])
	for _, method := range []string{"PATCH", "PUT"} {
		same(t, method, call(t, fake, method, one, object{"comment": method})["comment"], method)
	}
	same(t, "comment", call(t, fake, "GET", one, nil)["comment"], "PUT")
	same(t, "shown with the recipe", call(t, fake, "GET", path, nil)["version_comment"], "PUT")
	refused(t, fake, 400, "PATCH", one, object{"comment": strings.Repeat("é", 256)})
	refused(t, fake, 404, "GET", path+"/versions/1", nil)
}

func TestPublicSearch(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	state := workatotest.State{}
	for i := range 25 {
		state.PublicRecipes = append(state.PublicRecipes, &workatotest.PublicRecipe{Name: fmt.Sprintf("Sync %d", i), Applications: []string{"jira"}, Owned: i == 24})
	}
	if err := fake.Seed(state); err != nil {
		t.Fatal(err)
	}
	items := func(query string) []any {
		return arr(t, call(t, fake, "GET", "/api/recipes/search"+query, nil)["items"])
	}
	same(t, "first page is 0", len(items("?applications=jira&per_page=100")), 20)
	same(t, "page 1", len(items("?applications=jira&page=1")), 5)
	same(t, "other applications", len(items("?applications=rest")), 0)
	same(t, "boosted", obj(t, items("?boost_owned=true")[0])["name"], "Sync 24")
	same(t, "term", len(items("?term=SYNC+24")), 1)
}

func TestConnect(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	other := call(t, fake, "POST", acmePath+"/connections", object{"provider": "jira", "name": "Other"})
	path := fmt.Sprintf("%s/recipes/%d", acmePath, customer.Recipes[0].ID)
	body := object{"adapter_name": "jira", "connection_id": other["id"]}
	refused(t, fake, 400, "PUT", path+"/connect", body)
	call(t, fake, "PUT", path+"/stop", nil)
	call(t, fake, "PUT", path+"/connect", body)
	same(t, "connection", obj(t, arr(t, call(t, fake, "GET", path, nil)["config"])[0])["account_id"], other["id"])
	refused(t, fake, 400, "PUT", path+"/connect", object{"adapter_name": "rest", "connection_id": other["id"]})
	refused(t, fake, 404, "PUT", path+"/connect", object{"adapter_name": "jira", "connection_id": 1})
}

func TestStoppedByTheService(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	fake.StopRecipe("acme", "Sync", "trigger_errors_limit")
	stopped := result(t, call(t, fake, "GET", acmePath+"/recipes?running=false&stop_cause=trigger_errors_limit", nil))
	same(t, "stopped", []any{len(stopped), stopped[0]["stopped_at"] != nil}, []any{1, true})
}
