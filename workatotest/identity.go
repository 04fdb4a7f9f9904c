package workatotest

import (
	"maps"
	"slices"
	"strings"
)

const (
	identityUserFamily  = "identity_users"
	identityGroupFamily = "identity_groups"
)

var (
	identityUsers = shelf{
		name: identityUserFamily, path: "/api/managed_users/{customer}/iam/users", arg: "user_id", verbs: "list get create update delete",
		query: "query emails:v user_group_ids:v", paging: byNumber, body: "email* full_name", list: "data", one: "data",
		id: prefixed("iu"), defaults: Record{"full_name": nil}, check: newEmail, fits: fitsUser,
	}
	identityGroups = shelf{
		name: identityGroupFamily, path: "/api/managed_users/{customer}/iam/user_groups", arg: "group_id", verbs: "list get create update delete",
		query: "name user_ids:v", paging: byNumber, body: "name*", list: "data", one: "data",
		id: prefixed("ig"), view: identityGroupView, fits: fitsGroup,
	}
)

// identityRoutes are users and groups of Workato Identity. A group keeps the
// ids of its users for itself.
func identityRoutes() []route {
	one := identityUsers.path + "/{user_id}"
	routes := slices.Concat(identityUsers.routes(), identityGroups.routes(), []route{
		{method: "POST", path: one + "/add_to_group", op: "identity_users.add_to_group", body: "user_group_id*", handle: inIdentityGroup(join)},
		{method: "POST", path: one + "/remove_from_group", op: "identity_users.remove_from_group", body: "user_group_id*", handle: inIdentityGroup(leave)},
	})
	for i := range routes {
		switch routes[i].op {
		case "identity_users.delete":
			routes[i].handle = identityUsers.on(deleteIdentityUser)
		case "identity_groups.delete":
			routes[i].handle = identityGroups.on(deleteIdentityGroup)
		}
	}
	return routes
}

func newEmail(c *call, user Record) *response {
	email := c.text("email")
	for _, other := range c.ws.Records[identityUserFamily] {
		if email != "" && other["id"] != user["id"] && strings.EqualFold(toText(other["email"]), email) {
			return refused(invalid("email", "has already been taken"))
		}
	}
	return nil
}

func fitsUser(c *call, user Record) bool {
	text := strings.ToLower(toText(user["full_name"]) + " " + toText(user["email"]))
	emails, groups := c.words("emails"), c.words("user_group_ids")
	return strings.Contains(text, strings.ToLower(c.text("query"))) &&
		(len(emails) == 0 || slices.Contains(emails, toText(user["email"]))) &&
		(len(groups) == 0 || slices.ContainsFunc(groups, func(id string) bool {
			group := recordOf(c.ws, identityGroupFamily, id)
			return group != nil && slices.Contains(memberIDs(group), idText(user["id"]))
		}))
}

func fitsGroup(c *call, group Record) bool {
	users := c.words("user_ids")
	return len(users) == 0 || slices.ContainsFunc(users, func(id string) bool { return slices.Contains(memberIDs(group), id) })
}

func identityGroupView(_ *call, group Record) object {
	view := maps.Clone(group)
	delete(view, "member_ids")
	return view
}

// inIdentityGroup makes the handler by which a user joins or leaves a group.
func inIdentityGroup(change func(group Record, ids ...string)) func(*call) response {
	return identityUsers.on(func(c *call, user Record) response {
		group := recordOf(c.ws, identityGroupFamily, c.text("user_group_id"))
		if group == nil {
			return notFound()
		}
		change(group, idText(user["id"]))
		return success()
	})
}

func deleteIdentityUser(c *call, user Record) response {
	for _, group := range c.ws.Records[identityGroupFamily] {
		leave(group, idText(user["id"]))
	}
	return identityUsers.delete(c, user)
}

// deleteIdentityGroup also ends the access of the group to MCP servers.
func deleteIdentityGroup(c *call, group Record) response {
	for _, server := range c.ws.Records[mcpServers.name] {
		server[mcpGroups] = retag(texts(server[mcpGroups]), nil, []string{idText(group["id"])})
	}
	return identityGroups.delete(c, group)
}
