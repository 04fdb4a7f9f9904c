package workatotest

import "slices"

var legacyRoles = shelf{
	name: "roles", path: "/api/managed_users/{customer}/roles", arg: "role_id", verbs: "list", paging: byNumber, list: "result",
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
		{method: "GET", path: "/api/roles", op: "own.roles.list", query: "page:i per_page:i", envelope: "-", handle: (*call).listRoles},
	}
	return slices.Concat(legacyRoles.routes(), environmentRoles.routes(), projectRoles.routes(), special)
}

func migrateRoles(*call) answer {
	return ok(object{"data": object{
		"environment_roles": []object{}, "project_roles": []object{}, "collaborators": []object{}, "projects": []object{},
	}})
}

func (c *call) listRoles() answer {
	now := stamp(c.ws.CreatedAt)
	return c.list([]object{
		{"id": 1, "name": "Admin", "inheritable": true, "folder_ids": []int64{}, "created_at": now, "updated_at": now},
		{"id": 2, "name": defaultRole, "inheritable": true, "folder_ids": []int64{}, "created_at": now, "updated_at": now},
	})
}
