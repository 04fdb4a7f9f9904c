package workatotest

import (
	"maps"
	"slices"
)

var legacyRoles = shelf{
	name: "roles", path: "/api/managed_users/{customer}/roles", arg: "role_id", verbs: "list", paging: byNumber, list: "result",
	view: roleView,
}

var environmentRoles = shelf{
	name: "environment_roles", path: "/api/v2/managed_users/{customer}/environment_roles", arg: "id", verbs: "list get create update delete",
	wrap: "environment_role", query: "name", paging: inBrackets, body: "name* privileges:v config:v inheritable:b", list: "data", one: "data",
	defaults: Record{"members_count": 0, "type": "custom"},
}

var projectRoles = shelf{
	name: "project_roles", path: "/api/managed_users/{customer}/project_roles", arg: "id", verbs: "list get create update delete",
	wrap: "project_role", query: "name", paging: inBrackets, body: "name* privileges:v config:v inheritable:b", list: "data", one: "data",
	id: prefixed("pr"), defaults: Record{"type": "custom"},
}

func roleRoutes() []route {
	const customer = "/api/managed_users/{customer}"
	special := []route{
		{method: "POST", path: legacyRoles.path + "/{role_id}/copy", op: "roles.copy", handle: legacyRoles.on(copyOf(legacyRoles))},
		{method: "POST", path: customer + "/roles_migration/system_roles", op: "roles.migrate_system_roles", query: "dry_run:b", handle: migrateRoles},
		{method: "POST", path: customer + "/roles_migration/custom_role", op: "roles.migrate_custom_role", body: "role_id:i name config:v dry_run:b", handle: migrateRoles},
		{method: "GET", path: "/api/roles", op: "own.roles.list", query: "page:i per_page:i", envelope: "-", handle: listOwnRoles},
	}
	return slices.Concat(legacyRoles.routes(), environmentRoles.routes(), projectRoles.routes(), special)
}

func migrateRoles(*call) response {
	return ok(object{"data": object{
		"environment_roles": []object{}, "project_roles": []object{}, "collaborators": []object{}, "projects": []object{},
	}})
}

// roleView fills in what a seed leaves out. Privileges list the verbs by the
// resource.
func roleView(c *call, role Record) object {
	since := stamp(c.ws.CreatedAt)
	view := object{
		"inheritable": false, "folder_ids": []int64{}, "privileges": object{}, "created_at": since, "updated_at": since,
	}
	maps.Copy(view, role)
	return view
}

// defaultRoles are the roles of a partner whose seed has none.
func defaultRoles() []Record {
	all := []string{"create", "read", "update", "delete"}
	return []Record{
		{"id": 1, "name": "Admin", "inheritable": true, "privileges": object{"Recipe": all, "Connection": all, "Folder": all}},
		{"id": 2, "name": defaultRole, "inheritable": true, "privileges": object{"Recipe": []string{"read"}, "Connection": []string{"read"}}},
	}
}

// listOwnRoles lists the roles of the partner's own workspace.
func listOwnRoles(c *call) response {
	roles := c.ws.Records[legacyRoles.name]
	if len(roles) == 0 {
		roles = defaultRoles()
	}
	views := make([]object, len(roles))
	for i, role := range roles {
		views[i] = roleView(c, role)
	}
	page, _ := paged(c, views, 1, 100, 100)
	return c.list(page)
}
