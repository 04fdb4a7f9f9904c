package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestRoles(t *testing.T) {
	t.Parallel()
	page := decoded(t, "roles/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Role], error) {
		return c.Roles.List(ctx, customerID, nil)
	})
	assert.Equal(t, []string{"read", "create"}, page.Items[0].Privileges["Recipes"])
	keepsKeys(t, rowOf(t, "roles/list.json", 0), page.Items[0])
	assert.Equal(t, workato.Role{ID: 546}, page.Items[1])

	role := decoded(t, "roles/copy.json", func(ctx context.Context, c *workato.Client) (*workato.Role, error) {
		return c.Roles.Copy(ctx, customerID, 490, &workato.RoleCopyParams{Name: "x"})
	})
	assert.Equal(t, []int64{1232, 1224}, role.FolderIDs)
	assert.Equal(t, "Customer developer", role.Name)
}

func TestRoleMigration(t *testing.T) {
	t.Parallel()
	migrate := func(ctx context.Context, c *workato.Client) (*workato.RoleMigration, error) {
		return c.Roles.MigrateSystemRoles(ctx, customerID, &workato.RoleMigrateSystemRolesParams{DryRun: true})
	}
	plan := decoded(t, "roles/migration.json", migrate)
	assert.Equal(t, "Member", plan.EnvironmentRoles[1].Name)
	assert.Equal(t, []workato.MigratedRoleHeld{{Environment: workato.EnvironmentDev, Name: "EnvironmentAdmin"}}, plan.Collaborators[0].Roles)
	assert.Equal(t, "ProjectAdmin", plan.Projects[0].Collaborators[0].ProjectRole)
	assert.JSONEq(t, rowsOf(t, "roles/migration.json"), asJSON(t, plan))
	plan.Raw = nil
	keepsKeys(t, rowsOf(t, "roles/migration.json"), plan)

	plan = decoded(t, "roles/migration_bare.json", migrate)
	assert.Len(t, plan.Moderators, 1)
	assert.Nil(t, plan.ProjectRoles)
	assert.JSONEq(t, fixture(t, "roles/migration_bare.json"), asJSON(t, plan))
}

func TestEnvironmentAndProjectRoles(t *testing.T) {
	t.Parallel()
	environment := decoded(t, "environment_roles/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.EnvironmentRole], error) {
		return c.EnvironmentRoles.List(ctx, customerID, nil)
	})
	assert.Equal(t, "EnvironmentAdmin", environment.Items[1].Name)
	assert.Equal(t, workato.RoleType("reserved"), environment.Items[1].Type)
	assert.JSONEq(t, rowOf(t, "environment_roles/list.json", 1), string(environment.Items[1].Raw))
	assert.Equal(t, workato.Ptr[int64](2), environment.Count)
	keepsAsReceived(t, rowOf(t, "environment_roles/list.json", 0), &environment.Items[0], &environment.Items[0].Raw)
	role := decoded(t, "environment_roles/role.json", func(ctx context.Context, c *workato.Client) (*workato.EnvironmentRole, error) {
		return c.EnvironmentRoles.Get(ctx, customerID, 4)
	})
	keepsAsReceived(t, rowsOf(t, "environment_roles/role.json"), role, &role.Raw)

	project := decoded(t, "project_roles/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.ProjectRole], error) {
		return c.ProjectRoles.List(ctx, customerID, nil)
	})
	assert.Equal(t, workato.RoleInherited, project.Items[0].Type)
	assert.Equal(t, "7", project.Items[1].ID)
	keepsAsReceived(t, rowOf(t, "project_roles/list.json", 0), &project.Items[0], &project.Items[0].Raw)
	made := decoded(t, "project_roles/role.json", func(ctx context.Context, c *workato.Client) (*workato.ProjectRole, error) {
		return c.ProjectRoles.Create(ctx, customerID, &workato.ProjectRoleCreateParams{Name: "Builder"})
	})
	keepsAsReceived(t, rowsOf(t, "project_roles/role.json"), made, &made.Raw)
}

func TestProjectGrants(t *testing.T) {
	t.Parallel()
	grant := decoded(t, "project_grants/grant.json", func(ctx context.Context, c *workato.Client) (*workato.ProjectGrant, error) {
		return c.ProjectGrants.Get(ctx, customerID, "pg-Xy1-Zw2")
	})
	assert.Equal(t, &workato.ProjectGrantRole{ID: "pr-Q7", Name: "Builder"}, grant.ProjectRole)
	assert.JSONEq(t, rowsOf(t, "project_grants/grant.json"), asJSON(t, grant))
	grants := decoded(t, "members/project_grants.json", func(ctx context.Context, c *workato.Client) ([]workato.ProjectGrant, error) {
		return c.ProjectGrants.ListByProject(ctx, customerID, 649)
	})
	assert.JSONEq(t, rowsOf(t, "members/project_grants.json"), asJSON(t, grants))
}
