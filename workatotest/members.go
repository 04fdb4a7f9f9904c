package workatotest

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

const memberBody = " oauth_id role_name external_id time_zone env_roles:a"

var memberRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/members", op: "members.list", envelope: "-", handle: (*call).listMembers},
	{method: "GET", path: "/api/managed_users/{customer}/members/{member_id}", op: "members.get", handle: on((*call).memberInPath, (*call).getMember)},
	{method: "POST", path: "/api/managed_users/{customer}/members", op: "members.add", body: "name email" + memberBody, handle: (*call).addMember},
	{method: "PUT", path: "/api/managed_users/{customer}/members/{member_id}", op: "members.update", body: "name email" + memberBody, handle: on((*call).memberInPath, (*call).updateMember)},
	{method: "DELETE", path: "/api/managed_users/{customer}/members/{member_id}", op: "members.remove", handle: (*call).removeMember},
	{method: "GET", path: "/api/managed_users/{customer}/members/{member_id}/privileges", op: "members.privileges", handle: on((*call).memberInPath, (*call).memberPrivileges)},
	{method: "GET", path: "/api/managed_users/{customer}/members/{member_id}/projects_privileges", op: "members.projects_privileges", handle: on((*call).memberInPath, (*call).memberProjects)},
	{method: "GET", path: "/api/managed_users/{customer}/members/{member_id}/project_grants", op: "members.project_grants", handle: on((*call).memberInPath, (*call).memberGrants)},
	{method: "POST", path: "/api/managed_users/{customer}/member_invitations", op: "members.invite", body: "name* email* role_name env_roles:a user_group_ids:a", handle: (*call).inviteMember},
	{method: "POST", path: "/api/managed_users/{customer}/member_invitation", op: "members.invite", body: "name* email* role_name env_roles:a user_group_ids:a", handle: (*call).inviteMember},
	{method: "POST", path: "/api/managed_users/{customer}/member", op: "members.add_legacy", body: "name* oauth_id* role_name external_id", handle: (*call).addMember},
	{method: "DELETE", path: "/api/managed_users/{customer}/member", op: "members.remove_legacy", body: "member_id:i*", handle: (*call).removeLegacyMember},

	{method: "GET", path: "/api/members", op: "own.members.list", query: "email", envelope: "data", handle: (*call).listOwnMembers},
	{method: "GET", path: "/api/members/{member_id}", op: "own.members.get", handle: on((*call).memberInPath, (*call).getMember)},
	{method: "GET", path: "/api/members/{member_id}/privileges", op: "own.members.privileges", handle: on((*call).memberInPath, (*call).memberPrivileges)},
	{method: "POST", path: "/api/member_invitations", op: "own.members.invite", body: "name* email* role_name env_roles:a user_group_ids:a", handle: (*call).inviteMember},
}

const defaultRole = "Operator"

func memberView(m *Member) object {
	return object{
		"id": m.ID, "grant_type": cmp.Or(m.GrantType, "team"), "role_name": cmp.Or(m.RoleName, defaultRole),
		"external_id": orNull(m.ExternalID), "name": m.Name, "email": orNull(m.Email), "time_zone": orNull(m.TimeZone),
	}
}

func (c *call) listMembers() response {
	var views []object
	for _, m := range c.ws.Members {
		if !m.Invited {
			views = append(views, memberView(m))
		}
	}
	return c.list(views)
}

// listOwnMembers returns the roles of every environment, and searches by a part
// of the address.
func (c *call) listOwnMembers() response {
	var views []object
	for _, m := range c.ws.Members {
		if m.Invited || !strings.Contains(m.Email, c.text("email")) {
			continue
		}
		view := memberView(m)
		view["roles"] = []object{{"environment_type": "dev", "role_name": view["role_name"]}}
		view["last_activity_log"] = object{"id": 1, "event_type": "user_login", "created_at": stamp(m.CreatedAt)}
		view["created_at"] = stamp(m.CreatedAt)
		delete(view, "role_name")
		views = append(views, view)
	}
	return c.listWith(views, object{"total": len(views)})
}

// member finds a member by id.
func (c *call) member(id int64) *Member {
	return find(c.ws.Members, func(m *Member) int64 { return m.ID }, id)
}

func (c *call) memberInPath() *Member { return c.member(c.arg("member_id")) }

func (c *call) getMember(m *Member) response {
	return ok(memberView(m))
}

func (c *call) addMember() response {
	if c.text("name") == "" && c.text("oauth_id") == "" {
		return invalid("name", "can't be blank")
	}
	if refusal := c.legacyRole(); refusal != nil {
		return *refusal
	}
	m := &Member{}
	c.readMember(m)
	c.prepareMember(m)
	c.ws.Members = append(c.ws.Members, m)
	return ok(memberView(m))
}

func (c *call) updateMember(m *Member) response {
	if refusal := c.legacyRole(); refusal != nil {
		return *refusal
	}
	c.readMember(m)
	c.prepareMember(m)
	return ok(memberView(m))
}

func (c *call) readMember(m *Member) {
	c.setText(&m.Name, "name")
	c.setText(&m.Email, "email")
	c.setText(&m.OAuthID, "oauth_id")
	c.setText(&m.ExternalID, "external_id")
	c.setText(&m.TimeZone, "time_zone")
	roles, given := c.body["env_roles"].([]any)
	if !given {
		c.setText(&m.RoleName, "role_name")
		return
	}
	m.EnvRoles = nil
	for _, item := range roles {
		role, _ := item.(object)
		m.EnvRoles = append(m.EnvRoles, EnvRole{
			EnvironmentType: cmp.Or(toText(role["environment_type"]), "dev"),
			Name:            toText(role["name"]),
			RoleType:        cmp.Or(toText(role["role_type"]), "privilege_group"),
		})
		if m.EnvRoles[len(m.EnvRoles)-1].EnvironmentType == "dev" {
			m.RoleName = toText(role["name"])
		}
	}
}

func (s *Server) prepareMember(m *Member) {
	s.ensureID(&m.ID, "member")
	m.Name = cmp.Or(m.Name, "Member "+strconv.FormatInt(m.ID, 10))
	m.TimeZone = cmp.Or(m.TimeZone, "UTC")
	if m.CreatedAt.IsZero() {
		m.CreatedAt = s.now()
	}
}

func (c *call) removeMember() response { return c.removeMemberID(c.arg("member_id")) }

func (c *call) removeLegacyMember() response { return c.removeMemberID(c.id("member_id")) }

func (c *call) removeMemberID(id int64) response {
	m := c.member(id)
	if m == nil {
		return notFound()
	}
	c.ws.Members = remove(c.ws.Members, m)
	for _, group := range c.ws.Records[groupFamily] {
		leave(group, idText(m.ID))
	}
	dropStaleGrants(c.ws)
	return ok(object{"id": m.ID})
}

// inviteMember mails an invitation. The member appears in lists only when
// [Server.AcceptInvitation] is called, and a second mail to the same address
// within twenty minutes is refused.
func (c *call) inviteMember() response {
	for _, m := range c.ws.Members {
		if m.Invited && m.Email == c.text("email") && c.now().Sub(m.CreatedAt) < 20*time.Minute {
			return tooMany(20*time.Minute - c.now().Sub(m.CreatedAt))
		}
	}
	if refusal := c.legacyRole(); refusal != nil {
		return *refusal
	}
	m := &Member{Invited: true}
	c.readMember(m)
	c.prepareMember(m)
	c.ws.Members = append(c.ws.Members, m)
	for _, id := range c.words("user_group_ids") {
		if group := recordOf(c.ws, groupFamily, id); group != nil {
			join(group, idText(m.ID))
		}
	}
	return ok(object{"result": "ok"})
}

func (c *call) memberPrivileges(m *Member) response {
	roles := m.EnvRoles
	if len(roles) == 0 {
		roles = []EnvRole{{EnvironmentType: "dev", Name: cmp.Or(m.RoleName, defaultRole)}}
	}
	views := make([]object, len(roles))
	for i, role := range roles {
		views[i] = object{
			"environment_type": role.EnvironmentType, "name": role.Name,
			"privileges": object{"Recipe": []string{"read"}, "Connection": []string{"read"}},
			"folder_ids": []int64{c.ws.RootFolderID},
		}
	}
	return ok(object{"data": views, "total": len(views)})
}

func (c *call) memberProjects(m *Member) response {
	views := []object{}
	for _, f := range c.ws.Folders {
		if f.ProjectID != 0 {
			views = append(views, object{
				"project_id": f.ProjectID, "project_name": f.Name, "grant_type": "member", "role_name": cmp.Or(m.RoleName, defaultRole),
			})
		}
	}
	return ok(object{"data": views})
}
