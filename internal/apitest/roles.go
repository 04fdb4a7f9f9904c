package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listRoles(p *workato.RoleListParams) Call {
	return func(c *Caller) error { return c.keep(c.Roles.List(c.ctx, c.customer, p, c.opts...)) }
}

func copyRole(p *workato.RoleCopyParams) Call {
	return func(c *Caller) error { return c.keep(c.Roles.Copy(c.ctx, c.customer, c.id(490), p, c.opts...)) }
}

func migrateSystemRoles(p *workato.RoleMigrateSystemRolesParams) Call {
	return func(c *Caller) error { return c.keep(c.Roles.MigrateSystemRoles(c.ctx, c.customer, p, c.opts...)) }
}

func migrateCustomRole(p *workato.RoleMigrateCustomRoleParams) Call {
	return func(c *Caller) error { return c.keep(c.Roles.MigrateCustomRole(c.ctx, c.customer, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "roles.list", Call: listRoles(nil), Want: "GET /api/managed_users/{customer}/roles?page=1&per_page=100",
		More: []Case{{
			Name: "a page", Call: listRoles(&workato.RoleListParams{RoleName: "Support", Page: 3, PerPage: 50}),
			Want: "GET /api/managed_users/{customer}/roles?page=3&per_page=50&role_name=Support",
		}},
		Good: Good{"roles/list.json", `{"result": []}`},
		Refuses: Bad{
			"Page":    {listRoles(&workato.RoleListParams{Page: -1})},
			"PerPage": {listRoles(&workato.RoleListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Roles.All(c.ctx, c.customer, &workato.RoleListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "roles.copy", Call: copyRole(&workato.RoleCopyParams{Name: "Support EU"}),
		Want: "POST /api/managed_users/{customer}/roles/490/copy", JSON: `{"name": "Support EU"}`,
		More: []Case{{
			Name: "other folders", Call: copyRole(&workato.RoleCopyParams{Name: "Support EU", FolderIDs: []int64{1232, 1224}}),
			JSON: `{"name": "Support EU", "folder_ids": ["1232", "1224"]}`,
		}},
		Good: Good{"roles/copy.json"},
		Refuses: Bad{
			"params": {copyRole(nil)}, "Name": {copyRole(&workato.RoleCopyParams{})},
			"FolderIDs": {copyRole(&workato.RoleCopyParams{Name: "x", FolderIDs: []int64{0}})},
		},
	},
	Entry{
		Operation: "roles.migrate_system_roles", Call: migrateSystemRoles(&workato.RoleMigrateSystemRolesParams{DryRun: true}),
		Want: "POST /api/managed_users/{customer}/roles_migration/system_roles?dry_run=true", JSON: `{"dry_run": true}`,
		More: []Case{{
			Name: "for good", Call: migrateSystemRoles(&workato.RoleMigrateSystemRolesParams{}),
			Want: "POST /api/managed_users/{customer}/roles_migration/system_roles?dry_run=false", JSON: `{"dry_run": false}`,
		}},
		Good: Good{"roles/migration.json", "roles/migration_bare.json"}, Refuses: Bad{"params": {migrateSystemRoles(nil)}},
	},
	Entry{
		Operation: "roles.migrate_custom_role", Call: migrateCustomRole(&workato.RoleMigrateCustomRoleParams{RoleID: 490}),
		Want: "POST /api/managed_users/{customer}/roles_migration/custom_role", JSON: `{"role_id": 490}`,
		More: []Case{{
			Name: "a dry run", Call: migrateCustomRole(&workato.RoleMigrateCustomRoleParams{RoleID: 490, DryRun: true}),
			JSON: `{"role_id": 490, "dry_run": true}`,
		}},
		Good:    Good{"roles/migration.json", `{"success": true}`},
		Refuses: Bad{"params": {migrateCustomRole(nil)}, "RoleID": {migrateCustomRole(&workato.RoleMigrateCustomRoleParams{})}},
	},
)
