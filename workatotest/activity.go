package workatotest

import "slices"

// activityLogs is the family of [Customer.Records] with the audit log.
const activityLogs = "activity_logs"

var activityRoutes = []route{{
	method: "GET", path: "/api/managed_users/{customer}/activity_logs", op: "activity_logs.list", handle: listActivity,
	query: "page:v from to users_ids:v include_resource_types:v exclude_resource_types:v include_event_types:v exclude_event_types:v",
}}

// listActivity pages by cursor: page[after] is the id of the last entry seen,
// page[size] at most a hundred.
func listActivity(c *call) response {
	records := c.activity()
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
	return ok(object{"data": orEmpty(records[:min(int(size), len(records))]), "total": len(records)})
}
