package workato_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A recipe of the customer becomes a tool of agents.
func ExampleMCPServerService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Billing"}, {ID: 2101, Name: "Agents"}},
		Recipes: []*workatotest.Recipe{{
			ID: 4100, Name: "Find an invoice", FolderID: 2100, Running: true, Code: `{"keyword": "trigger", "provider": "workato_recipe_function"}`,
		}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	server, err := client.MCPServers.Create(ctx, customer, &workato.MCPServerCreateParams{Name: "Invoices", FolderID: 2100})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The address holds the token, which no call shows again.
	address := server.MCPURL.Reveal()
	fmt.Println(server.AuthType, server.MCPURL, strings.Contains(address, "wkt_token="))

	err = client.MCPServers.AssignTools(ctx, customer, server.ID, &workato.MCPServerAssignToolsParams{
		Tools: []workato.MCPServerToolRef{{TriggerApplication: "workato_recipe_function", ID: "4100"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tools, err := client.MCPServers.ListTools(ctx, customer, server.ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	tool, err := client.MCPServers.UpdateTool(ctx, customer, server.ID, tools.Items[0].ID, &workato.MCPServerUpdateToolParams{
		Description: workato.Set("Finds an invoice by its number"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tool.Name+":", *tool.Description, *tool.FlowID, tool.Active)

	renewed, err := client.MCPServers.RenewToken(ctx, customer, server.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("new token:", renewed.MCPURL.Reveal() != address)
	fmt.Println(client.MCPServers.DeleteTool(ctx, customer, server.ID, tool.ID))
	fmt.Println(client.MCPServers.UpdateFolder(ctx, customer, server.ID, &workato.MCPServerUpdateFolderParams{FolderID: 2101}))
	page, err := client.MCPServers.List(ctx, customer, &workato.MCPServerListParams{FolderID: 2101})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Items[0].Name, "with", page.Items[0].ToolsCount, "tools")
	fmt.Println(client.MCPServers.Delete(ctx, customer, server.ID))
	// Output:
	// hashed_token *** true
	// Find an invoice: Finds an invoice by its number 4100 true
	// new token: true
	// <nil>
	// <nil>
	// Invoices with 0 tools
	// <nil>
}

// Who may use a server, and how often.
func ExampleMCPServerService_UpdatePolicies() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Billing"}}})
	defer done()
	customer := workato.ExternalID("acme")
	server, err := client.MCPServers.Create(ctx, customer, &workato.MCPServerCreateParams{Name: "Invoices", FolderID: 2100})
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = client.MCPServers.Update(ctx, customer, server.ID, &workato.MCPServerUpdateParams{AuthType: workato.Set(workato.MCPAuthWorkatoIDP)})
	if err != nil {
		fmt.Println(err)
		return
	}
	groups := &workato.MCPServerUserGroupsParams{IDPUserGroupIDs: []string{"group-sales", "group-support"}}
	fmt.Println(client.MCPServers.AssignUserGroups(ctx, customer, server.ID, groups))
	groups.IDPUserGroupIDs = groups.IDPUserGroupIDs[:1]
	fmt.Println(client.MCPServers.RemoveUserGroups(ctx, customer, server.ID, groups))
	if server, err = client.MCPServers.Get(ctx, customer, server.ID); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(server.IDPUserGroupIDs)

	_, err = client.MCPServers.UpdatePolicies(ctx, customer, server.ID, &workato.MCPServerUpdatePoliciesParams{
		RateLimits:  workato.Set(workato.MCPPolicyLimit{Limit: 60, Interval: workato.MCPPolicyMinute}),
		IPAllowList: workato.Set([]string{"203.0.113.0/24"}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := client.MCPServers.GetPolicies(ctx, customer, server.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.RateLimits.Limit, "a", policy.RateLimits.Interval, "from", policy.IPAllowList)
	// Output:
	// <nil>
	// <nil>
	// [group-support]
	// 60 a minute from [203.0.113.0/24]
}
