package workatotest

import "slices"

var userGroups = shelf{
	name: "user_groups", service: "collaborator_groups", path: "/api/managed_users/{customer}/user_groups", arg: "id",
	verbs: "list get create update delete", wrap: "user_group", query: "name", paging: inBrackets, body: "name*", list: "data", one: "data", id: prefixed("am"),
}

func groupRoutes() []route {
	special := []route{
		{method: "GET", path: userGroups.path + "/{id}/members", op: "collaborator_groups.list_members", query: "text page:v", handle: userGroups.on(groupMembers)},
		{method: "POST", path: userGroups.path + "/{id}/members", op: "collaborator_groups.add_members", query: "user_ids:v", handle: userGroups.on(addToGroup)},
		{method: "DELETE", path: userGroups.path + "/{id}/members", op: "collaborator_groups.remove_members", query: "user_ids:v member_invitation_ids:v", handle: userGroups.on(removeFromGroup)},
		{method: "GET", path: userGroups.path + "/{id}/project_grants", op: "collaborator_groups.list_project_grants", query: "page:v", handle: userGroups.on(groupGrants)},
	}
	return slices.Concat(userGroups.routes(), special)
}

// groupMembers are the members whose ids the group has.
func groupMembers(c *call, group Record) response {
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

func addToGroup(c *call, group Record) response {
	ids := slices.Concat(memberIDs(group), c.words("user_ids"))
	slices.Sort(ids)
	group["member_ids"] = slices.Compact(ids)
	return success()
}

func removeFromGroup(c *call, group Record) response {
	gone := c.words("user_ids")
	group["member_ids"] = slices.DeleteFunc(slices.Clone(memberIDs(group)), func(id string) bool { return slices.Contains(gone, id) })
	return success()
}

func groupGrants(c *call, group Record) response {
	views := []Record{}
	for _, grant := range c.ws.Records[projectGrants.name] {
		if grant["assignment_type"] == "UserGroup" && grant["assignment_id"] == group["id"] {
			views = append(views, grant)
		}
	}
	return ok(object{"data": views, "total": len(views)})
}
