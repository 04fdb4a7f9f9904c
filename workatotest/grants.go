package workatotest

import "slices"

var projectGrants = shelf{
	name: "project_grants", path: "/api/v2/managed_users/{customer}/project_grants", arg: "id", verbs: "get update delete",
	body: "project_role_id", one: "data", id: prefixed("pg"),
}

func grantRoutes() []route {
	const path = "/api/v2/managed_users/{customer}/projects/{project_id}/project_grants"
	special := []route{
		{method: "GET", path: path, op: "project_grants.list_by_project", query: "page:v", handle: listGrants},
		{method: "PUT", path: path, op: "project_grants.upsert_by_project", body: "project_grants:v", handle: upsertGrants},
	}
	return slices.Concat(projectGrants.routes(), special)
}

func listGrants(c *call) response {
	if c.project(c.arg("project_id")) == nil {
		return notFound()
	}
	views := []Record{}
	for _, grant := range c.ws.Records[projectGrants.name] {
		if idText(grant["project_id"]) == c.args["project_id"] {
			views = append(views, grant)
		}
	}
	return ok(object{"data": views, "total": len(views)})
}

// upsertGrants gives roles in a project; who has one already gets the new one.
func upsertGrants(c *call) response {
	f := c.project(c.arg("project_id"))
	if f == nil {
		return notFound()
	}
	value, _ := c.value("project_grants")
	items, isArray := value.([]any)
	if !isArray {
		items = []any{value}
	}
	const most = 100
	if len(items) > most {
		return invalid("project_grants", "is too long (maximum is 100)")
	}
	views := []Record{}
	for _, item := range items {
		wish, _ := item.(object)
		grant := Record{
			"id": prefixed("pg")(c.nextID("record")), "project_id": f.ProjectID, "project": object{"id": f.ProjectID, "name": f.Name},
			"assignment_type": wish["assignment_type"], "assignment_id": toText(wish["assignment_id"]),
			"project_role": object{"id": toText(wish["project_role_id"])},
		}
		kept := slices.DeleteFunc(c.ws.Records[projectGrants.name], func(old Record) bool {
			return idText(old["project_id"]) == idText(grant["project_id"]) &&
				old["assignment_type"] == grant["assignment_type"] && old["assignment_id"] == grant["assignment_id"]
		})
		c.ws.Records[projectGrants.name] = append(kept, grant)
		views = append(views, grant)
	}
	return ok(object{"data": views})
}
