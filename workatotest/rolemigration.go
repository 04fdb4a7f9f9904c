package workatotest

import (
	"cmp"
	"slices"
)

var migrationRoutes = []route{
	{method: "POST", path: "/api/managed_users/{customer}/roles_migration/system_roles", op: "roles.migrate_system_roles", query: "dry_run:b", handle: migrateSystemRoles},
	{method: "POST", path: "/api/managed_users/{customer}/roles_migration/custom_role", op: "roles.migrate_custom_role", body: "role_id:i* dry_run:b", handle: migrateCustomRole},
}

// migrateSystemRoles moves a workspace to the newer permission model: the roles of
// members become environment roles, and grants in all projects.
func migrateSystemRoles(c *call) response {
	plan, dry := object{}, c.flag("dry_run")
	plan["environment_roles"] = c.madeRoles(dry, environmentRoles, "EnvironmentAdmin", "EnvironmentManager", "Member")
	plan["project_roles"] = c.madeRoles(dry, projectRoles, "ProjectAdmin", "AdvancedBuilder", "ProjectOperator")
	people, projects := []object{}, []object{}
	for _, m := range c.ws.Members {
		role, _ := migratedRole(m)
		if !dry {
			m.RoleName, m.EnvRoles = "", []EnvRole{{EnvironmentType: cmp.Or(c.ws.Environment, "dev"), Name: role, RoleType: newRoles}}
		}
		people = append(people, object{
			"user_id": m.ID, "email": orNull(m.Email), "name": m.Name, "roles": []object{{"environment": cmp.Or(c.ws.Environment, "dev"), "name": role}},
		})
	}
	for _, f := range c.ws.Folders {
		if f.ProjectID == 0 {
			continue
		}
		granted := []object{}
		for _, m := range c.ws.Members {
			_, role := migratedRole(m)
			if !dry {
				i := slices.IndexFunc(c.ws.Records[projectRoleFamily], func(r Record) bool { return r["name"] == role })
				c.grant(Record{
					"project_id": f.ProjectID, "project_role_id": c.ws.Records[projectRoleFamily][i]["id"], "assignment_type": toUser, "assignment_id": idText(m.ID),
				})
			}
			granted = append(granted, object{"user_id": m.ID, "email": orNull(m.Email), "name": m.Name, "project_role": role})
		}
		projects = append(projects, object{"id": f.ProjectID, "name": f.Name, "environment": cmp.Or(c.ws.Environment, "dev"), "collaborators": granted})
	}
	plan["collaborators"], plan["projects"] = people, projects
	return ok(object{"data": plan})
}

// migratedRole is the result for a member's role: one in the environment, and
// one in projects.
func migratedRole(m *Member) (environment, project string) {
	if role := m.RoleName; role == "Admin" || len(m.EnvRoles) > 0 && m.EnvRoles[0].Name == "EnvironmentAdmin" {
		return "EnvironmentAdmin", "ProjectAdmin"
	}
	return "Member", "ProjectOperator"
}

// madeRoles makes the missing roles, and returns all of them.
func (c *call) madeRoles(dry bool, family shelf, names ...string) []object {
	views := []object{}
	for _, name := range names {
		there := slices.ContainsFunc(c.ws.Records[family.name], func(r Record) bool { return r["name"] == name })
		if !there && !dry {
			role := family.blank(c)
			role["name"], role["type"], role["config"] = name, "system", object{}
			c.ws.Records[family.name] = append(c.ws.Records[family.name], role)
		}
		views = append(views, object{"name": name, "config": object{}})
	}
	return views
}

// migrateCustomRole makes an environment role and a project role of a legacy role.
func migrateCustomRole(c *call) response {
	role := recordOf(c.ws, legacyRoles.name, c.id("role_id"))
	if role == nil {
		return notFound()
	}
	name, dry := toText(role["name"]), c.flag("dry_run")
	return ok(object{"data": object{
		"environment_roles": c.madeRoles(dry, environmentRoles, name), "project_roles": c.madeRoles(dry, projectRoles, name),
	}})
}

// legacyRole refuses the roles of the older permission model in a workspace that
// has left it.
func (c *call) legacyRole() *response {
	migrated := slices.ContainsFunc(c.ws.Records[environmentRoleFamily], func(r Record) bool { return r["type"] == "system" })
	if !migrated {
		return nil
	}
	if c.text("role_name") != "" && c.body["env_roles"] == nil {
		return refused(invalid("role_name", "is not supported in the new permissions model"))
	}
	roles, _ := c.body["env_roles"].([]any)
	for _, item := range roles {
		if role, _ := item.(object); cmp.Or(toText(role["role_type"]), "privilege_group") != newRoles {
			return refused(invalid("env_roles", "must have the role_type environment"))
		}
	}
	return nil
}
