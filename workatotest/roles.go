package workatotest

import (
	"maps"
	"slices"
)

var legacyRoles = shelf{
	name: "roles", path: "/api/managed_users/{customer}/roles", arg: "role_id", verbs: "list", query: "role_name", paging: byNumber,
	list: "result", view: roleView,
}

var environmentRoles = shelf{
	name: environmentRoleFamily, path: "/api/v2/managed_users/{customer}/environment_roles", arg: "id", verbs: "list get create update delete",
	wrap: "environment_role", query: "name", paging: inBrackets, body: "name* config:v inheritable:b", list: "data", one: "data",
	defaults: Record{"type": "custom"}, view: memberRoleView,
	used: func(ws *Customer, role Record) bool { return len(holders(ws, role)) > 0 },
}

var projectRoles = shelf{
	name: projectRoleFamily, path: "/api/managed_users/{customer}/project_roles", arg: "id", verbs: "list get create update delete",
	wrap: "project_role", query: "name", paging: inBrackets, body: "name* config:v inheritable:b", list: "data", one: "data",
	id: prefixed("pr"), defaults: Record{"type": "custom"}, view: projectRoleView,
	used: func(ws *Customer, role Record) bool { return len(grantsOfRole(ws, role)) > 0 },
}

func roleRoutes() []route {
	special := []route{
		{method: "POST", path: legacyRoles.path + "/{role_id}/copy", op: "roles.copy", body: "name* folder_ids:a", handle: legacyRoles.on(copyRole)},
		{method: "GET", path: "/api/roles", op: "own.roles.list", query: "page:i per_page:i", envelope: "-", handle: listOwnRoles},
	}
	return slices.Concat(legacyRoles.routes(), environmentRoles.routes(), projectRoles.routes(), special, migrationRoutes)
}

// holders are the members with an environment role, which members name.
func holders(ws *Customer, role Record) []*Member {
	return slices.DeleteFunc(slices.Clone(ws.Members), func(m *Member) bool {
		return !slices.ContainsFunc(m.EnvRoles, func(held EnvRole) bool { return held.RoleType == newRoles && held.Name == role["name"] })
	})
}

// newRoles is the role_type of environment roles.
const newRoles = "environment"

func memberRoleView(c *call, role Record) object {
	view := maps.Clone(role)
	view["members_count"] = len(holders(c.ws, role))
	return view
}

func grantsOfRole(ws *Customer, role Record) []Record {
	return slices.DeleteFunc(slices.Clone(ws.Records[grantFamily]), func(grant Record) bool { return grant["project_role_id"] != role["id"] })
}

func projectRoleView(c *call, role Record) object {
	view := maps.Clone(role)
	view["members_count"] = len(grantsOfRole(c.ws, role))
	return view
}

// copyRole copies a legacy role. The folders are those of the request, if it has
// any.
func copyRole(c *call, role Record) response {
	copied := copyOf(legacyRoles)(c, role)
	twin := c.ws.Records[legacyRoles.name][len(c.ws.Records[legacyRoles.name])-1]
	twin["name"] = c.text("name")
	if folders := c.words("folder_ids"); len(folders) > 0 {
		twin["folder_ids"] = folders
	}
	copied.body = legacyRoles.public(c, twin)
	return copied
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
