package workatotest

import (
	"slices"
	"time"
)

// activityLogs is the family of [Customer.Records] with the audit log.
const activityLogs = "activity_logs"

var activityRoutes = []route{{
	method: "GET", path: "/api/managed_users/{customer}/activity_logs", op: "activity_logs.list", handle: listActivity,
	query: "page:v from to users_ids:v include_resource_types:v exclude_resource_types:v include_event_types:v exclude_event_types:v",
}}

// listActivity pages by cursor: page[after] is the id of the last entry seen,
// page[size] at most a hundred.
func listActivity(c *call) response {
	records := slices.DeleteFunc(c.activity(), func(r Record) bool { return !c.wantsEntry(r) })
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
	records = records[:min(int(size), len(records))]
	return ok(object{"data": orEmpty(records), "total": len(records)}) // of these entries, not of all
}

// wantsEntry tells whether an entry passes the filters of the query.
func (c *call) wantsEntry(entry Record) bool {
	user, _ := entry["user"].(object)
	resource, _ := entry["resource"].(object)
	for name, value := range map[string]any{"users_ids": user["id"], "include_resource_types": resource["type"], "include_event_types": entry["event_type"]} {
		if wanted := c.words(name); wanted != nil && !slices.Contains(wanted, idText(value)) {
			return false
		}
	}
	for name, value := range map[string]any{"exclude_resource_types": resource["type"], "exclude_event_types": entry["event_type"]} {
		if slices.Contains(c.words(name), idText(value)) {
			return false
		}
	}
	at, err := time.Parse(time.RFC3339, toText(entry["timestamp"]))
	from, noFrom := time.Parse(time.RFC3339, c.text("from"))
	to, noTo := time.Parse(time.RFC3339, c.text("to"))
	return err != nil || (noFrom != nil || !at.Before(from)) && (noTo != nil || !at.After(to))
}
