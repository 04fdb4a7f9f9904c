package workatotest

import "maps"

var testRuns = shelf{
	name: "test_runs", path: "/api/managed_users/{customer}/test_cases/run_requests", arg: "test_id",
	body: "manifest_id:i project_id:i folder_id:i recipe_id:i test_case_ids:a", one: "data", id: prefixed("cirr"),
	defaults: Record{"status": "running", "results": []any{}},
}

var testCaseRoutes = []route{
	{method: "POST", path: testRuns.path, op: "test_cases.run", body: testRuns.body, handle: testRuns.handleCreate},
	{method: "GET", path: testRuns.path + "/{test_id}", op: "test_cases.get_run", handle: testRuns.on(finishRun)},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/test_cases", op: "test_cases.list_by_recipe", handle: listTestCases},
}

// finishRun completes a test run at its second read.
func finishRun(_ *call, run Record) response {
	shown := ok(object{"data": maps.Clone(run)})
	run["status"] = StatusCompleted
	return shown
}

func listTestCases(c *call) response {
	if c.recipe() == nil {
		return notFound()
	}
	return ok(object{"data": orEmpty(c.ws.Records["test_cases"])})
}
