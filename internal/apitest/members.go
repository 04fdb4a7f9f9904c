package apitest

import "github.com/go-workato/workato"

func addMember(p *workato.MemberAddParams) Call {
	return func(c *Caller) error { return c.keep(c.Members.Add(c.ctx, c.customer, p, c.opts...)) }
}

func updateMember(p *workato.MemberUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.Members.Update(c.ctx, c.customer, c.id(88), p, c.opts...)) }
}

func inviteMember(p *workato.MemberInviteParams) Call {
	return func(c *Caller) error { return c.Members.Invite(c.ctx, c.customer, p, c.opts...) }
}

func addLegacyMember(p *workato.MemberAddLegacyParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Members.AddLegacy(c.ctx, c.customer, p, c.opts...))
	}
}

func removeLegacyMember(memberID int64) Call {
	return func(c *Caller) error {
		return c.Members.RemoveLegacy(c.ctx, c.customer, memberID, c.opts...)
	}
}

var (
	envRole = workato.MemberEnvRole{EnvironmentType: "dev", Name: "Builder"}
	envJSON = `{"environment_type": "dev", "name": "Builder"}`
)

var _ = register(
	Entry{
		Operation: "members.list", Want: "GET /api/managed_users/{customer}/members",
		Call: func(c *Caller) error { return c.keep(c.Members.List(c.ctx, c.customer, c.opts...)) },
		More: []Case{{
			Name: "All", Call: func(c *Caller) error { return first(c.Members.All(c.ctx, c.customer, c.opts...)) },
		}},
		Good: Good{"members/list.json", `[]`},
	},
	Entry{
		Operation: "members.get", Want: "GET /api/managed_users/{customer}/members/88",
		Call: func(c *Caller) error { return c.keep(c.Members.Get(c.ctx, c.customer, c.id(88), c.opts...)) },
		Good: Good{"members/added.json", "members/updated_data.json"},
	},
	Entry{
		Operation: "members.add", Want: "POST /api/managed_users/{customer}/members",
		Call: addMember(&workato.MemberAddParams{Name: "Ana B", OAuthID: "o/1", RoleName: "Operator", ExternalID: "U-1", TimeZone: "UTC"}),
		JSON: `{"name": "Ana B", "oauth_id": "o/1", "role_name": "Operator", "external_id": "U-1", "time_zone": "UTC"}`,
		More: []Case{
			{Name: "a user of Workato", Call: addMember(&workato.MemberAddParams{OAuthID: "o/1"}), JSON: `{"oauth_id": "o/1"}`},
			{
				Name: "roles by environment",
				Call: addMember(&workato.MemberAddParams{Name: "Ana B", EnvRoles: []workato.MemberEnvRole{
					{EnvironmentType: workato.EnvironmentDev, Name: "Builder", RoleType: workato.MemberRoleEnvironment},
					{EnvironmentType: workato.EnvironmentProd, Name: workato.MemberNoAccess},
				}}),
				JSON: `{"name": "Ana B", "env_roles": [
					{"environment_type": "dev", "name": "Builder", "role_type": "environment"}, {"environment_type": "prod", "name": "NoAccess"}
				]}`,
			},
		},
		Good: Good{"members/added.json", "members/updated_data.json"},
		Refuses: Bad{
			"params": {addMember(nil)},
			"Name":   {addMember(&workato.MemberAddParams{RoleName: "Operator"})},
			"RoleName": {
				addMember(&workato.MemberAddParams{Name: "A", RoleName: "Operator", EnvRoles: []workato.MemberEnvRole{envRole}}),
				addMember(&workato.MemberAddParams{Name: "A"}),
			},
			"EnvRoles[1].EnvironmentType": {
				addMember(&workato.MemberAddParams{Name: "A", EnvRoles: []workato.MemberEnvRole{envRole, {Name: "Builder"}}}),
			},
			"EnvRoles[0].Name": {addMember(&workato.MemberAddParams{Name: "A", EnvRoles: []workato.MemberEnvRole{{EnvironmentType: "dev"}}})},
		},
	},
	Entry{
		Operation: "members.update", Call: updateMember(&workato.MemberUpdateParams{}),
		Want: "PUT /api/managed_users/{customer}/members/88", JSON: `{}`,
		More: []Case{
			{
				Name: "roles by environment",
				Call: updateMember(&workato.MemberUpdateParams{EnvRoles: workato.Set([]workato.MemberEnvRole{
					{EnvironmentType: workato.EnvironmentTest, Name: "Operator", RoleType: workato.MemberRolePrivilegeGroup},
				})}),
				JSON: `{"env_roles": [{"environment_type": "test", "name": "Operator", "role_type": "privilege_group"}]}`,
			},
			{
				Name: "the rest",
				Call: updateMember(&workato.MemberUpdateParams{
					Name: workato.Set("Ana C"), RoleName: workato.Set("Admin"), ExternalID: workato.Null[string](), TimeZone: workato.Set("UTC"),
				}),
				JSON: `{"name": "Ana C", "role_name": "Admin", "external_id": null, "time_zone": "UTC"}`,
			},
		},
		Good: Good{"members/added.json", "members/updated_data.json"},
		Refuses: Bad{
			"params": {updateMember(nil)},
			"RoleName": {
				updateMember(&workato.MemberUpdateParams{
					RoleName: workato.Set("Operator"), EnvRoles: workato.Set([]workato.MemberEnvRole{envRole}),
				}),
				updateMember(&workato.MemberUpdateParams{RoleName: workato.Null[string]()}),
			},
			"EnvRoles": {updateMember(&workato.MemberUpdateParams{EnvRoles: workato.Null[[]workato.MemberEnvRole]()})},
		},
	},
	Entry{
		Operation: "members.remove", Want: "DELETE /api/managed_users/{customer}/members/88",
		Call: func(c *Caller) error { return c.Members.Remove(c.ctx, c.customer, c.id(88), c.opts...) },
		Good: Good{"recipes/done.json", "members/removed_2020.json"},
	},
	Entry{
		Operation: "members.invite", Want: "POST /api/managed_users/{customer}/member_invitations",
		Call: inviteMember(&workato.MemberInviteParams{Name: "Ana B", Email: "ana@borealis.example", RoleName: "Operator"}),
		JSON: `{"name": "Ana B", "email": "ana@borealis.example", "role_name": "Operator"}`,
		More: []Case{{
			Name: "roles by environment",
			Call: inviteMember(&workato.MemberInviteParams{
				Name: "Ana B", Email: "ana@borealis.example", EnvRoles: []workato.MemberEnvRole{envRole},
			}),
			JSON: `{"name": "Ana B", "email": "ana@borealis.example", "env_roles": [` + envJSON + `]}`,
		}, {
			Name: "groups",
			Call: inviteMember(&workato.MemberInviteParams{
				Name: "Ana B", Email: "ana@borealis.example", RoleName: "Operator", UserGroupIDs: []string{"am-Xy1"},
			}),
			JSON: `{"name": "Ana B", "email": "ana@borealis.example", "role_name": "Operator", "user_group_ids": ["am-Xy1"]}`,
		}},
		Good: Good{"members/invited.json", `{"success": true}`},
		Refuses: Bad{
			"params": {inviteMember(nil)},
			"Name":   {inviteMember(&workato.MemberInviteParams{Email: "ana@borealis.example", RoleName: "Operator"})},
			"Email":  {inviteMember(&workato.MemberInviteParams{Name: "Ana", Email: "  "})},
			"RoleName": {
				inviteMember(&workato.MemberInviteParams{
					Name: "Ana", Email: "ana@borealis.example", RoleName: "Operator", EnvRoles: []workato.MemberEnvRole{envRole},
				}),
				inviteMember(&workato.MemberInviteParams{Name: "Ana", Email: "ana@borealis.example", UserGroupIDs: []string{"am-Xy1"}}),
			},
		},
	},
	Entry{
		Operation: "members.privileges", Want: "GET /api/managed_users/{customer}/members/88/privileges",
		Call: func(c *Caller) error { return c.keep(c.Members.Privileges(c.ctx, c.customer, c.id(88), c.opts...)) },
		Good: Good{"members/privileges.json", `{"data": []}`},
	},
	Entry{
		Operation: "members.projects_privileges", Want: "GET /api/managed_users/{customer}/members/88/projects_privileges",
		Call: func(c *Caller) error {
			return c.keep(c.Members.ProjectsPrivileges(c.ctx, c.customer, c.id(88), c.opts...))
		},
		Good: Good{"members/projects_privileges.json", "members/projects_privileges_null.json", `{"data": []}`},
	},
	Entry{
		Operation: "members.project_grants", Want: "GET /api/managed_users/{customer}/members/88/project_grants",
		Call: func(c *Caller) error { return c.keep(c.Members.ProjectGrants(c.ctx, c.customer, c.id(88), c.opts...)) },
		Good: Good{"members/project_grants.json", `{"data": []}`},
	},
	Entry{
		Operation: "members.add_legacy", Call: addLegacyMember(&workato.MemberAddLegacyParams{Name: "Ana B", OAuthID: "oauth-77"}),
		Want: "POST /api/managed_users/{customer}/member", JSON: `{"name": "Ana B", "oauth_id": "oauth-77"}`,
		More: []Case{{
			Name: "everything",
			Call: addLegacyMember(&workato.MemberAddLegacyParams{Name: "Ana B", OAuthID: "oauth-77", RoleName: "Operator", ExternalID: "U-1"}),
			JSON: `{"name": "Ana B", "oauth_id": "oauth-77", "role_name": "Operator", "external_id": "U-1"}`,
		}},
		Good: Good{"members/added.json", "members/added_2020.json", "members/null.json"},
		Refuses: Bad{
			"params":  {addLegacyMember(nil)},
			"Name":    {addLegacyMember(&workato.MemberAddLegacyParams{OAuthID: "x"})},
			"OAuthID": {addLegacyMember(&workato.MemberAddLegacyParams{Name: "x"})},
		},
	},
	Entry{ // a DELETE with a body, and in it a string of digits
		Operation: "members.remove_legacy", Call: removeLegacyMember(34811),
		Want: "DELETE /api/managed_users/{customer}/member", JSON: `{"member_id": "34811"}`,
		Good:    Good{"members/removed_2020.json", "recipes/done.json"},
		Refuses: Bad{"memberID": {removeLegacyMember(0), removeLegacyMember(-1)}},
	},
)
