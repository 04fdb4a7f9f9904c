package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestCustomerManagers(t *testing.T) {
	t.Parallel()
	keepsFixture[workato.CustomerManager](t, "customer_managers/manager.json")
	managers := decoded(t, "customer_managers/list.json", func(ctx context.Context, c *workato.Client) ([]workato.CustomerManager, error) {
		return c.CustomerManagers.List(ctx)
	})
	require.Len(t, managers, 3)
	assert.Equal(t, []workato.ModeratedWorkspace{{ID: 512340, Name: "Borealis"}}, managers[0].ModeratedWorkspaces)
	assert.Equal(t, int64(247), managers[1].PrivilegeGroup.ID, "a string")
	assert.Equal(t, []bool{false, true, false},
		[]bool{managers[0].AllWorkspaces(), managers[1].AllWorkspaces(), managers[2].AllWorkspaces()}, "an empty list is all, a missing one is unknown")
}

// TestAllWorkspacesAreAskedFor: an empty list does not give access to
// everything, and the caller's params are not changed.
func TestAllWorkspacesAreAskedFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, unreachable(t))
	var none []int64
	_, err := c.CustomerManagers.Update(t.Context(), 15, &workato.CustomerManagerUpdateParams{RoleID: 2, PermittedWorkspaceIDs: none})
	assertRefused(t, err, "PermittedWorkspaceIDs")
	assert.ErrorContains(t, err, "all workspaces")
	params := &workato.CustomerManagerUpdateParams{RoleID: 2, AllWorkspaces: true}
	transport := responding(response{body: fixture(t, "customer_managers/manager.json")})
	_, err = newClient(t, transport).CustomerManagers.Update(t.Context(), 15, params)
	require.NoError(t, err)
	assert.JSONEq(t, `{"role_id": "2", "permitted_workspace_ids": []}`, string(transport.only(t).Body))
	assert.Equal(t, &workato.CustomerManagerUpdateParams{RoleID: 2, AllWorkspaces: true}, params)
}
