package workatotest

import (
	"fmt"
	"slices"
)

// handle makes ids such as "pr-Fake19001-Ab1", the way newer families have
// them.
func handle(prefix string) func(int64) any {
	return func(n int64) any { return fmt.Sprintf("%s-Fake%d-Ab1", prefix, n) }
}

var (
	legacyRoles = shelf{
		name: "roles", path: "/api/managed_users/{customer}/roles", arg: "role_id", verbs: "list", query: "page:i per_page:i", list: "result",
	}
	environmentRoles = shelf{
		name: "environment_roles", path: "/api/v2/managed_users/{customer}/environment_roles", arg: "id", verbs: "list get create update delete",
		wrap: "environment_role", query: "name page:v", body: "name* privileges:v config:v inheritable:b", list: "data", one: "data",
		defaults: Record{"members_count": 0, "type": "custom"},
	}
	projectRoles = shelf{
		name: "project_roles", path: "/api/managed_users/{customer}/project_roles", arg: "id", verbs: "list get create update delete",
		wrap: "project_role", query: "name page:v", body: "name* privileges:v config:v inheritable:b", list: "data", one: "data",
		id: handle("pr"), defaults: Record{"type": "custom"},
	}
	projectGrants = shelf{
		name: "project_grants", path: "/api/v2/managed_users/{customer}/project_grants", arg: "id", verbs: "get update delete",
		body: "project_role_id", one: "data", id: handle("pg"),
	}
	userGroups = shelf{
		name: "user_groups", service: "collaborator_groups", path: "/api/managed_users/{customer}/user_groups", arg: "id",
		verbs: "list get create update delete", wrap: "user_group", query: "name page:v", body: "name*", list: "data", one: "data", id: handle("am"),
	}
	developerClients = shelf{
		name: "developer_api_clients", path: "/api/v2/managed_users/{customer}/developer_api_clients", arg: "id",
		verbs: "list get create update delete", query: "page:i per_page:i",
		body: "name* api_privilege_group_id:i* all_folders:b* folder_ids:a environment_name environment ip_allow_list:a description",
		list: "result.items", one: "result", secret: "token",
		defaults: Record{"folder_ids": []any{}, "environment_name": nil, "environment_id": nil, "ip_allow_list": nil},
	}
	developerRoles = shelf{
		name: "developer_api_client_roles", path: "/api/v2/managed_users/{customer}/developer_api_client_roles", arg: "id", list: "result",
		query: "page:i per_page:i",
	}
)

// accessRoutes are roles, grants, groups and API clients of a customer.
func accessRoutes() []route {
	const customer = "/api/managed_users/{customer}"
	special := []route{
		{method: "POST", path: legacyRoles.path + "/{role_id}/copy", op: "roles.copy", handle: legacyRoles.on(copyOf(legacyRoles))},
		{method: "POST", path: customer + "/roles_migration/system_roles", op: "roles.migrate_system_roles", query: "dry_run:b", handle: migrateRoles},
		{method: "POST", path: customer + "/roles_migration/custom_role", op: "roles.migrate_custom_role", body: "role_id:i name config:v dry_run:b", handle: migrateRoles},
		{method: "GET", path: "/api/v2/managed_users/{customer}/projects/{project_id}/project_grants", op: "project_grants.list_by_project", query: "page:v", handle: listGrants},
		{method: "PUT", path: "/api/v2/managed_users/{customer}/projects/{project_id}/project_grants", op: "project_grants.upsert_by_project", body: "project_grants:v", handle: upsertGrants},
		{method: "GET", path: userGroups.path + "/{id}/members", op: "collaborator_groups.list_members", query: "text page:v", handle: userGroups.on(groupMembers)},
		{method: "POST", path: userGroups.path + "/{id}/members", op: "collaborator_groups.add_members", query: "user_ids:v", handle: userGroups.on(addToGroup)},
		{method: "DELETE", path: userGroups.path + "/{id}/members", op: "collaborator_groups.remove_members", query: "user_ids:v member_invitation_ids:v", handle: userGroups.on(removeFromGroup)},
		{method: "GET", path: userGroups.path + "/{id}/project_grants", op: "collaborator_groups.list_project_grants", query: "page:v", handle: userGroups.on(groupGrants)},
		{method: "POST", path: developerClients.path + "/{id}/regenerate", op: "developer_api_clients.regenerate_token", handle: developerClients.on(developerClients.reveal)},
		{method: "GET", path: developerRoles.path, op: "developer_api_clients.list_roles", query: developerRoles.query, handle: developerRoles.handleList},
		{method: "POST", path: developerRoles.path + "/{id}/copy", op: "developer_api_clients.copy_role", handle: developerRoles.on(copyOf(developerRoles))},
	}
	return slices.Concat(
		legacyRoles.routes(), environmentRoles.routes(), projectRoles.routes(), projectGrants.routes(), userGroups.routes(),
		developerClients.routes(), special,
	)
}

// copyOf is an endpoint that copies a record.
func copyOf(f shelf) func(*call, Record) answer {
	return func(c *call, record Record) answer {
		twin := Record{
			"id": c.nextID("record"), "name": "Copy of " + toText(record["name"]),
			"created_at": stamp(c.now()), "updated_at": stamp(c.now()),
		}
		c.ws.Records[f.name] = append(c.ws.Records[f.name], twin)
		return ok(twin)
	}
}

func migrateRoles(*call) answer {
	return ok(object{"data": object{
		"environment_roles": []object{}, "project_roles": []object{}, "collaborators": []object{}, "projects": []object{},
	}})
}

func listGrants(c *call) answer {
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
func upsertGrants(c *call) answer {
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
			"id": handle("pg")(c.nextID("record")), "project_id": f.ProjectID, "project": object{"id": f.ProjectID, "name": f.Name},
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

// groupMembers are the members whose ids the group has.
func groupMembers(c *call, group Record) answer {
	views := []object{}
	for _, id := range memberIDs(group) {
		n, _ := toInt(id)
		if m := c.member(n); m != nil {
			views = append(views, memberView(m))
		}
	}
	return ok(object{"data": views, "total": len(views), "page": object{}})
}

// memberIDs reads the list in a group, which has other types after a state was
// loaded.
func memberIDs(group Record) []string {
	var ids []string
	switch list := group["member_ids"].(type) {
	case []string:
		ids = list
	case []any:
		for _, id := range list {
			ids = append(ids, toText(id))
		}
	}
	return ids
}

func addToGroup(c *call, group Record) answer {
	ids := slices.Concat(memberIDs(group), c.words("user_ids"))
	slices.Sort(ids)
	group["member_ids"] = slices.Compact(ids)
	return success()
}

func removeFromGroup(c *call, group Record) answer {
	gone := c.words("user_ids")
	group["member_ids"] = slices.DeleteFunc(slices.Clone(memberIDs(group)), func(id string) bool { return slices.Contains(gone, id) })
	return success()
}

func groupGrants(c *call, group Record) answer {
	views := []Record{}
	for _, grant := range c.ws.Records[projectGrants.name] {
		if grant["assignment_type"] == "UserGroup" && grant["assignment_id"] == group["id"] {
			views = append(views, grant)
		}
	}
	return ok(object{"data": views, "total": len(views)})
}
