package workato_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestMCPServers(t *testing.T) {
	t.Parallel()
	page := decoded(t, "mcp_servers/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.MCPServer], error) {
		return c.MCPServers.List(ctx, customerID, nil)
	})
	assert.Equal(t, []workato.MCPServer{
		{
			ID: "1001", Name: "Orders", Description: workato.Ptr("Reads and books orders"), FolderID: workato.Ptr[int64](1563), ProjectID: workato.Ptr[int64](649),
			AuthenticationMethod: workato.MCPAuthToken, ToolsCount: 4,
		},
		{ID: "1002", Name: "Staff", FolderID: workato.Ptr[int64](1570), AuthenticationMethod: workato.MCPAuthWorkatoIDP},
	}, page.Items, "a number is read as its digits")

	get := func(ctx context.Context, c *workato.Client) (*workato.MCPServer, error) {
		return c.MCPServers.Get(ctx, customerID, "mcps-1")
	}
	server := decoded(t, "mcp_servers/server.json", get)
	assert.Equal(t, "https://1234.apim.mcp.example.com/orders?wkt_token=test-token", server.MCPURL.Reveal())
	assert.NotContains(t, fmt.Sprintf("%+v %s", server, asJSON(t, server)), "test-token")
	var sample map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(rowsOf(t, "mcp_servers/server.json")), &sample))
	delete(sample, "mcp_url") // which is a secret
	keepsKeys(t, asJSON(t, sample), server)
	assert.Equal(t, "test-token", decoded(t, "mcp_servers/bare.json", get).Token.Reveal())
}

func TestMCPServerTools(t *testing.T) {
	t.Parallel()
	page := decoded(t, "mcp_servers/tools.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.MCPServerTool], error) {
		return c.MCPServers.ListTools(ctx, customerID, "mcps-1", nil)
	})
	assert.JSONEq(t, rowsOf(t, "mcp_servers/tools.json"), asJSON(t, page.Items))
	assert.Equal(t, workato.Ptr[int64](41354), page.Items[0].FlowID)
}

func TestMCPServerPolicies(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.MCPServerPolicy, error) {
		return c.MCPServers.GetPolicies(ctx, customerID, "mcps-1")
	}
	policy := decoded(t, "mcp_servers/policy.json", get)
	assert.Equal(t, &workato.MCPPolicyLimit{Limit: 5000, Interval: workato.MCPPolicy30Days}, policy.QuotaLimits)
	assert.Equal(t, []string{"203.0.113.0/24"}, policy.IPAllowList)
	assert.JSONEq(t, fixture(t, "mcp_servers/policy.json"), asJSON(t, policy))
	policy.Raw = nil
	keepsKeys(t, fixture(t, "mcp_servers/policy.json"), policy)
	assert.Nil(t, decoded(t, "mcp_servers/no_policy.json", get).RateLimits)
}
