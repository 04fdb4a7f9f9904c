package workatotest

import (
	"maps"
	"slices"
	"strings"
)

var userGroups = shelf{
	name: groupFamily, service: "collaborator_groups", path: "/api/managed_users/{customer}/user_groups", arg: "id",
	verbs: "list get create update delete", wrap: "user_group", query: "name", paging: inBrackets, body: "name* description",
	list: "data", one: "data", id: prefixed("am"), defaults: Record{"description": nil, "system": false}, view: groupView,
}

func groupRoutes() []route {
	special := []route{
		{method: "GET", path: userGroups.path + "/{id}/members", op: "collaborator_groups.list_members", query: "text page:v", handle: userGroups.on(groupMembers)},
		{method: "POST", path: userGroups.path + "/{id}/members", op: "collaborator_groups.add_members", query: "user_ids:v*", handle: userGroups.on(addToGroup)},
		{method: "DELETE", path: userGroups.path + "/{id}/members", op: "collaborator_groups.remove_members", query: "user_ids:v member_invitation_ids:v", handle: userGroups.on(removeFromGroup)},
		{method: "GET", path: userGroups.path + "/{id}/project_grants", op: "collaborator_groups.list_project_grants", query: "page:v", handle: userGroups.on(groupGrants)},
	}
	return slices.Concat(userGroups.routes(), special)
}

// groupView counts the members, whose ids it keeps for itself.
func groupView(c *call, group Record) object {
	view := maps.Clone(group)
	delete(view, "member_ids")
	view["members_count"] = len(membersOf(c.ws, group))
	return view
}

// membersOf are the members in a group: invitations are none.
func membersOf(ws *Customer, group Record) []*Member {
	var members []*Member
	for _, m := range ws.Members {
		if !m.Invited && slices.Contains(memberIDs(group), idText(m.ID)) {
			members = append(members, m)
		}
	}
	return members
}

func groupMembers(c *call, group Record) response {
	views, text := []object{}, strings.ToLower(c.text("text"))
	for _, m := range membersOf(c.ws, group) {
		if strings.Contains(strings.ToLower(m.Name+" "+m.Email), text) {
			views = append(views, memberView(m))
		}
	}
	page, extra := userGroups.page(c, views)
	extra["data"], extra["total"] = orEmpty(page), len(views)
	return ok(extra)
}

func memberIDs(group Record) []string { return texts(group["member_ids"]) }

// join puts members and invitations into a group.
func join(group Record, ids ...string) {
	ids = slices.Concat(memberIDs(group), ids)
	slices.Sort(ids)
	group["member_ids"] = slices.Compact(ids)
}

// leave takes them out.
func leave(group Record, ids ...string) {
	if before := memberIDs(group); len(before) > 0 {
		group["member_ids"] = slices.DeleteFunc(slices.Clone(before), func(id string) bool { return slices.Contains(ids, id) })
	}
}

func addToGroup(c *call, group Record) response {
	ids := c.words("user_ids")
	join(group, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return memberOf(c.ws, id) == nil })...)
	return success()
}

func removeFromGroup(c *call, group Record) response {
	gone := slices.Concat(c.words("user_ids"), c.words("member_invitation_ids"))
	if len(gone) == 0 {
		return invalid("user_ids", "can't be blank")
	}
	leave(group, gone...)
	return success()
}

func groupGrants(c *call, group Record) response {
	return grantsOf(c, func(grant Record) bool {
		return grant["assignment_type"] == toGroup && grant["assignment_id"] == group["id"]
	})
}
