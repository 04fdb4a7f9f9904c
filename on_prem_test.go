package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

func TestOnPremGroups(t *testing.T) {
	t.Parallel()
	groups := decoded(t, "on_prem/groups.json", func(ctx context.Context, c *workato.Client) ([]workato.OnPremGroup, error) {
		return c.OnPremGroups.List(ctx, customerID)
	})
	assert.Equal(t, []workato.OnPremGroup{
		{ID: 310, Name: "Plant A", CreatedAt: groups[0].CreatedAt, UseManagedConnection: true},
		{
			ID: 311, Name: "Plant B", CreatedAt: groups[1].CreatedAt, ConfigVersion: workato.Ptr[int64](9), InUse: true, LogsEnabled: true,
			WhitelistedIPs: []string{"203.0.113.5"},
		},
	}, groups)
	assert.True(t, at("2024-09-25T20:09:31.292Z").Equal(groups[0].CreatedAt))
	keepsKeys(t, fixture(t, "on_prem/group_bare.json"), &groups[1])
}

func TestOnPremAgents(t *testing.T) {
	t.Parallel()
	agents := decoded(t, "on_prem/agents.json", func(ctx context.Context, c *workato.Client) ([]workato.OnPremAgent, error) {
		return c.OnPremAgents.List(ctx, customerID)
	})
	assert.JSONEq(t, rowsOf(t, "on_prem/agents.json"), asJSON(t, agents))
	agents[0].Raw = nil
	keepsKeys(t, asJSON(t, agents[0]), &agents[0])
	assert.Equal(t, workato.OnPremAwaitingSetup, agents[0].State)
	assert.Equal(t, workato.Ptr[int64](310), agents[0].OnPremGroupID)
	status := decoded(t, "on_prem/agent_bare.json", func(ctx context.Context, c *workato.Client) (*workato.OnPremStatus, error) {
		return c.OnPremAgents.Status(ctx, customerID, 411)
	})
	assert.JSONEq(t, fixture(t, "on_prem/agent_bare.json"), asJSON(t, status))
}

// TestOneObjectInABareList: it is read where the sources show one, and no other
// list is.
func TestOneObjectInABareList(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"on_prem_groups.get", "on_prem_agents.create"} {
		for body, says := range map[string]string{
			`[{"id": 1}, {"id": 2}]`: "a list of 2", `[]`: "a list of 0", `[1]`: "a list of 1", `[{"name": "x"}]`: "one without", `[{"id": 1}] []`: "",
			`[{"id": 1}`: "", `[{"error": "busy"}]`: "got an error", `[{"success": false, "id": 1}]`: "got an error",
		} {
			err := apitest.Lookup(op).Call.Do(t.Context(), newClient(t, responding(response{body: body})), customerID)
			require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
			assert.ErrorContains(t, err, says, body)
		}
	}
}
