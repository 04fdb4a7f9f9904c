package workatotest

import (
	"slices"
)

// testRuns are the runs of test cases. Those are records of the family "test_cases",
// with the recipe_id of their recipe; one with the status "failed" fails.
var testRuns = shelf{
	name: "test_runs", path: "/api/managed_users/{customer}/test_cases/run_requests", arg: "test_id",
	body: "manifest_id:i project_id:i folder_id:i recipe_id:i test_case_ids:a", one: "data", id: prefixed("cirr"),
}

const testCaseFamily = "test_cases"

var testCaseRoutes = []route{
	{method: "POST", path: testRuns.path, op: "test_cases.run", body: testRuns.body, handle: runTests},
	{method: "GET", path: testRuns.path + "/{test_id}", op: "test_cases.get_run", handle: testRuns.on(finishRun)},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/test_cases", op: "test_cases.list_by_recipe", handle: on((*call).recipe, listTestCases)},
}

// runTests starts a run of what the request names, which is one thing.
func runTests(c *call) response {
	given := slices.DeleteFunc(parseFields(testRuns.body), func(f field) bool {
		value, set := c.value(f.name)
		return !set || value == nil
	})
	if len(given) != 1 {
		return badRequest("One of manifest_id, project_id, folder_id, recipe_id and test_case_ids is required")
	}
	results := []any{}
	for _, test := range c.ws.Records[testCaseFamily] {
		id, _ := toInt(idText(test["recipe_id"]))
		recipe := recipeByID(c.ws, id)
		if recipe != nil && c.isTested(given[0].name, test, recipe) {
			results = append(results, object{
				"recipe": object{"id": recipe.ID, "name": recipe.Name}, "test_case": object{"id": test["id"], "name": test["name"]},
				"job": object{"id": prefixed("j")(c.nextID("record"))}, "status": "running",
			})
		}
	}
	run := testRuns.blank(c)
	run["status"], run["user"], run["results"] = "running", object{"id": 1}, results
	testRuns.touch(c, run)
	c.ws.Records[testRuns.name] = append(c.ws.Records[testRuns.name], run)
	return testRuns.show(c, run)
}

// isTested reports whether a test case is in what a run was asked for.
func (c *call) isTested(target string, test Record, recipe *Recipe) bool {
	switch target {
	case "recipe_id":
		return recipe.ID == c.id(target)
	case "folder_id":
		return isWithin(c.ws, recipe.FolderID, c.id(target))
	case "project_id":
		f := c.project(c.id(target))
		return f != nil && isWithin(c.ws, recipe.FolderID, f.ID)
	case "manifest_id":
		m := find(c.ws.Manifests, func(m *Manifest) int64 { return m.ID }, c.id(target))
		return m != nil && slices.ContainsFunc(m.Assets, func(a Asset) bool { return a.Type == "recipe" && a.ID == recipe.ID })
	}
	return slices.Contains(c.words("test_case_ids"), idText(test["id"]))
}

// finishRun completes a test run at its second read.
func finishRun(c *call, run Record) response {
	shown := testRuns.show(c, run)
	if run["status"] == StatusCompleted {
		return shown
	}
	results, _ := run["results"].([]any)
	ended := []any{}
	for _, item := range results {
		result, _ := item.(object)
		test, _ := result["test_case"].(object)
		status := "succeeded"
		if seeded := recordOf(c.ws, testCaseFamily, test["id"]); seeded != nil && seeded["status"] == "failed" {
			status = "failed"
		}
		ended = append(ended, object{"recipe": result["recipe"], "test_case": test, "job": result["job"], "status": status})
	}
	run["status"], run["results"] = StatusCompleted, ended
	testRuns.touch(c, run)
	return shown
}

func listTestCases(c *call, recipe *Recipe) response {
	views := []object{}
	for _, test := range c.ws.Records[testCaseFamily] {
		if idText(test["recipe_id"]) == idText(recipe.ID) {
			views = append(views, object{"id": test["id"], "name": test["name"]})
		}
	}
	return ok(object{"data": views})
}
