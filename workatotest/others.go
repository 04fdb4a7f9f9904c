package workatotest

import (
	"fmt"
	"maps"
	"slices"
)

var (
	dataTables = shelf{
		name: "data_tables", path: "/api/v2/managed_users/{customer}/data_tables", arg: "data_table_id", verbs: "list create get update delete",
		query: "page:i per_page:i", body: "name* folder_id:i* schema:a*", list: "data", one: "data",
		id: func(n int64) any { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) },
	}
	testRuns = shelf{
		name: "test_runs", path: "/api/managed_users/{customer}/test_cases/run_requests", arg: "test_id",
		body: "manifest_id:i project_id:i folder_id:i recipe_id:i test_case_ids:a", one: "data", id: handle("cirr"),
		defaults: Record{"status": "running", "results": []any{}},
	}
	activityLogs = shelf{
		name: "activity_logs", path: "/api/managed_users/{customer}/activity_logs", list: "data",
		query: "page:v from to users_ids:v include_resource_types:v exclude_resource_types:v include_event_types:v exclude_event_types:v",
	}
)

// otherRoutes are data tables, test runs and the audit log.
func otherRoutes() []route {
	special := []route{
		{method: "POST", path: dataTables.path + "/{data_table_id}/truncate", op: "data_tables.truncate", handle: dataTables.on(func(*call, Record) answer { return success() })},
		{method: "POST", path: testRuns.path, op: "test_cases.run", body: testRuns.body, handle: testRuns.handleCreate},
		{method: "GET", path: testRuns.path + "/{test_id}", op: "test_cases.get_run", handle: testRuns.on(finishRun)},
		{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/test_cases", op: "test_cases.list_by_recipe", handle: listTestCases},
		{method: "GET", path: activityLogs.path, op: "activity_logs.list", query: activityLogs.query, handle: listActivity},
	}
	home := dataTables.atHome()
	home.path = "/api/data_tables"
	return slices.Concat(dataTables.routes(), home.routes(), special)
}

// finishRun lets the second read of a test run find it completed.
func finishRun(_ *call, run Record) answer {
	shown := ok(object{"data": maps.Clone(run)})
	run["status"] = StatusCompleted
	return shown
}

func listTestCases(c *call) answer {
	if c.recipe() == nil {
		return notFound()
	}
	return ok(object{"data": orEmpty(c.ws.Records["test_cases"])})
}

// listActivity pages by cursor: page[after] is the id of the last entry seen,
// page[size] at most a hundred.
func listActivity(c *call) answer {
	records := c.ws.Records[activityLogs.name]
	if after := c.query.Get("page[after]"); after != "" {
		at := slices.IndexFunc(records, func(r Record) bool { return idText(r["id"]) == after })
		records = records[at+1:]
		if at < 0 {
			records = nil
		}
	}
	size, _ := toInt(c.query.Get("page[size]"))
	if size <= 0 || size > 100 {
		size = 100
	}
	return ok(object{"data": orEmpty(records[:min(int(size), len(records))]), "total": len(c.ws.Records[activityLogs.name])})
}
