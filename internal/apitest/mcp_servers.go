package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

const mcpServers = "/api/managed_users/{customer}/mcp_servers"

func listMCPServers(p *workato.MCPServerListParams) Call {
	return func(c *Caller) error { return c.keep(c.MCPServers.List(c.ctx, c.customer, p, c.opts...)) }
}

func createMCPServer(p *workato.MCPServerCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.MCPServers.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateMCPServer(p *workato.MCPServerUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.MCPServers.Update(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...))
	}
}

func moveMCPServer(p *workato.MCPServerUpdateFolderParams) Call {
	return func(c *Caller) error {
		return c.MCPServers.UpdateFolder(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...)
	}
}

func listMCPTools(p *workato.MCPServerListToolsParams) Call {
	return func(c *Caller) error {
		return c.keep(c.MCPServers.ListTools(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...))
	}
}

func assignMCPTools(tools ...workato.MCPServerToolRef) Call {
	return func(c *Caller) error {
		return c.MCPServers.AssignTools(c.ctx, c.customer, c.name("mcps-1"), &workato.MCPServerAssignToolsParams{Tools: tools}, c.opts...)
	}
}

func updateMCPTool(p *workato.MCPServerUpdateToolParams) Call {
	return func(c *Caller) error {
		return c.keep(c.MCPServers.UpdateTool(c.ctx, c.customer, c.name("mcps-1"), c.id(5), p, c.opts...))
	}
}

func updateMCPPolicies(p *workato.MCPServerUpdatePoliciesParams) Call {
	return func(c *Caller) error {
		return c.keep(c.MCPServers.UpdatePolicies(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...))
	}
}

func assignMCPGroups(p *workato.MCPServerUserGroupsParams) Call {
	return func(c *Caller) error {
		return c.MCPServers.AssignUserGroups(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...)
	}
}

func removeMCPGroups(p *workato.MCPServerUserGroupsParams) Call {
	return func(c *Caller) error {
		return c.MCPServers.RemoveUserGroups(c.ctx, c.customer, c.name("mcps-1"), p, c.opts...)
	}
}

func mcpGroups(ids ...string) *workato.MCPServerUserGroupsParams {
	return &workato.MCPServerUserGroupsParams{IDPUserGroupIDs: ids}
}

func mcpLimit(limit int64, interval workato.MCPPolicyInterval) workato.Opt[workato.MCPPolicyLimit] {
	return workato.Set(workato.MCPPolicyLimit{Limit: limit, Interval: interval})
}

var _ = register(
	Entry{
		Operation: "mcp_servers.list", Call: listMCPServers(nil), Want: "GET " + mcpServers + "?page=1&per_page=50",
		More: []Case{{
			Name: "everything", Call: listMCPServers(&workato.MCPServerListParams{
				ProjectID: 649, FolderID: 1563, AuthenticationMethod: workato.MCPAuthWorkatoIDP, Page: 2, PerPage: 20,
			}),
			Want: "GET " + mcpServers + "?authentication_method=workato_idp&folder_id=1563&page=2&per_page=20&project_id=649",
		}},
		Good: Good{"mcp_servers/list.json", `{"data": []}`},
		Refuses: Bad{
			"ProjectID": {listMCPServers(&workato.MCPServerListParams{ProjectID: -1})}, "FolderID": {listMCPServers(&workato.MCPServerListParams{FolderID: -1})},
			"PerPage": {listMCPServers(&workato.MCPServerListParams{PerPage: 51})},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.MCPServers.All(c.ctx, c.customer, &workato.MCPServerListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "mcp_servers.create", Call: createMCPServer(&workato.MCPServerCreateParams{Name: "Orders", FolderID: 1563}),
		Want: "POST " + mcpServers, JSON: `{"name": "Orders", "folder_id": 1563}`,
		More: []Case{{
			Name: "everything", Call: createMCPServer(&workato.MCPServerCreateParams{Name: "Orders", FolderID: 1563, Description: "Orders", AssetID: 24}),
			JSON: `{"name": "Orders", "folder_id": 1563, "description": "Orders", "asset_id": 24}`,
		}},
		Good: Good{"mcp_servers/server.json", "mcp_servers/bare.json", textID},
		Refuses: Bad{
			"params": {createMCPServer(nil)}, "Name": {createMCPServer(&workato.MCPServerCreateParams{FolderID: 1})},
			"FolderID": {createMCPServer(&workato.MCPServerCreateParams{Name: "x"})},
			"AssetID":  {createMCPServer(&workato.MCPServerCreateParams{Name: "x", FolderID: 1, AssetID: -1})},
		},
	},
	Entry{
		Operation: "mcp_servers.get", Want: "GET " + mcpServers + "/mcps-A%2Fb",
		Call: func(c *Caller) error {
			return c.keep(c.MCPServers.Get(c.ctx, c.customer, c.name("mcps-A/b"), c.opts...))
		},
		Good: Good{"mcp_servers/server.json", "mcp_servers/bare.json", textID},
	},
	Entry{
		Operation: "mcp_servers.update", Call: updateMCPServer(&workato.MCPServerUpdateParams{Description: workato.Null[string]()}),
		Want: "PUT " + mcpServers + "/mcps-1", JSON: `{"description": null}`,
		More: []Case{{
			Name: "everything", Call: updateMCPServer(&workato.MCPServerUpdateParams{
				Name: workato.Set("Orders"), Description: workato.Set("x"), AuthType: workato.Set(workato.MCPAuthHashedToken),
			}),
			JSON: `{"name": "Orders", "description": "x", "auth_type": "hashed_token"}`,
		}},
		Good: Good{"mcp_servers/server.json", "mcp_servers/bare.json", textID},
		Refuses: Bad{
			"params": {updateMCPServer(nil)}, "Name": {updateMCPServer(&workato.MCPServerUpdateParams{Name: workato.Set("")})},
			"AuthType": {updateMCPServer(&workato.MCPServerUpdateParams{AuthType: workato.Null[workato.MCPAuthentication]()})},
		},
	},
	Entry{
		Operation: "mcp_servers.delete", Want: "DELETE " + mcpServers + "/mcps-1",
		Call: func(c *Caller) error { return c.MCPServers.Delete(c.ctx, c.customer, c.name("mcps-1"), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {}}`},
	},
	Entry{
		Operation: "mcp_servers.renew_token", Want: "POST " + mcpServers + "/mcps-1/token_renew",
		Call: func(c *Caller) error {
			return c.keep(c.MCPServers.RenewToken(c.ctx, c.customer, c.name("mcps-1"), c.opts...))
		},
		Good: Good{"mcp_servers/server.json", "mcp_servers/bare.json", textID},
	},
	Entry{
		Operation: "mcp_servers.update_folder", Call: moveMCPServer(&workato.MCPServerUpdateFolderParams{FolderID: 1563}),
		Want: "PUT " + mcpServers + "/mcps-1/update_folder", JSON: `{"folder_id": 1563}`,
		Good:    Good{"mcp_servers/server.json", `{"data": {}}`},
		Refuses: Bad{"params": {moveMCPServer(nil)}, "FolderID": {moveMCPServer(&workato.MCPServerUpdateFolderParams{})}},
	},
	Entry{
		Operation: "mcp_servers.assign_tools", Call: assignMCPTools(workato.MCPServerToolRef{TriggerApplication: "workato_recipe_function", ID: "41354"}),
		Want: "POST " + mcpServers + "/mcps-1/assign_tools", JSON: `{"tools": [{"trigger_application": "workato_recipe_function", "id": "41354"}]}`,
		Good: Good{`{"success": true}`, `{"data": {}}`, "mcp_servers/server.json"},
		Refuses: Bad{
			"params": {func(c *Caller) error {
				return c.MCPServers.AssignTools(c.ctx, c.customer, "mcps-1", nil, c.opts...)
			}},
			"Tools": {assignMCPTools()}, "Tools.TriggerApplication": {assignMCPTools(workato.MCPServerToolRef{ID: "1"})},
			"Tools.ID": {assignMCPTools(workato.MCPServerToolRef{TriggerApplication: "clock"})},
		},
	},
	Entry{
		Operation: "mcp_servers.list_tools", Call: listMCPTools(nil), Want: "GET " + mcpServers + "/mcps-1/tools?page=1&per_page=50",
		Good:    Good{"mcp_servers/tools.json", `{"items": []}`},
		Refuses: Bad{"Page": {listMCPTools(&workato.MCPServerListToolsParams{Page: -1})}, "PerPage": {listMCPTools(&workato.MCPServerListToolsParams{PerPage: 51})}},
		Rows:    "items",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			params := &workato.MCPServerListToolsParams{Page: page, PerPage: perPage}
			return numbers(c.MCPServers.AllTools(c.ctx, c.customer, c.name("mcps-1"), params, c.opts...))
		},
	},
	Entry{
		Operation: "mcp_servers.update_tool", Call: updateMCPTool(&workato.MCPServerUpdateToolParams{Description: workato.Set("Books an order")}),
		Want: "PUT " + mcpServers + "/mcps-1/tools/5", JSON: `{"description": "Books an order"}`,
		Good:    Good{"mcp_servers/tool.json"},
		Refuses: Bad{"params": {updateMCPTool(nil)}},
	},
	Entry{
		Operation: "mcp_servers.delete_tool", Want: "DELETE " + mcpServers + "/mcps-1/tools/5",
		Call: func(c *Caller) error {
			return c.MCPServers.DeleteTool(c.ctx, c.customer, c.name("mcps-1"), c.id(5), c.opts...)
		},
		Good: Good{"folders/deleted.json", `{"data": {}}`},
	},
	Entry{
		Operation: "mcp_servers.get_policies", Want: "GET " + mcpServers + "/mcps-1/server_policies",
		Call: func(c *Caller) error {
			return c.keep(c.MCPServers.GetPolicies(c.ctx, c.customer, c.name("mcps-1"), c.opts...))
		},
		Good: Good{"mcp_servers/policy.json", "mcp_servers/no_policy.json"},
	},
	Entry{
		Operation: "mcp_servers.update_policies", Call: updateMCPPolicies(&workato.MCPServerUpdatePoliciesParams{RateLimits: mcpLimit(60, workato.MCPPolicyMinute)}),
		Want: "PUT " + mcpServers + "/mcps-1/server_policies", JSON: `{"mcp_server_policy": {"rate_limits": {"limit": 60, "interval": "minute"}}}`,
		More: []Case{{
			Name: "everything else", Call: updateMCPPolicies(&workato.MCPServerUpdatePoliciesParams{
				QuotaLimits: mcpLimit(5000, workato.MCPPolicyYear), IPAllowList: workato.Set([]string{"203.0.113.0/24"}), IPDenyList: workato.Set[[]string](nil),
			}),
			JSON: `{"mcp_server_policy": {"quota_limits": {"limit": 5000, "interval": "year"}, "ip_allow_list": ["203.0.113.0/24"], "ip_deny_list": []}}`,
		}},
		Good: Good{"mcp_servers/policy.json", "mcp_servers/no_policy.json"},
		Refuses: Bad{
			"params":               {updateMCPPolicies(nil)},
			"RateLimits.Limit":     {updateMCPPolicies(&workato.MCPServerUpdatePoliciesParams{RateLimits: mcpLimit(0, "minute")})},
			"QuotaLimits.Interval": {updateMCPPolicies(&workato.MCPServerUpdatePoliciesParams{QuotaLimits: mcpLimit(1, "")})},
		},
	},
	Entry{
		Operation: "mcp_servers.assign_user_groups", Call: assignMCPGroups(mcpGroups("group-1")),
		Want: "POST " + mcpServers + "/mcps-1/assign_user_groups", JSON: `{"idp_user_group_ids": ["group-1"]}`,
		Good:    Good{`{"success": true}`, `{"data": {}}`},
		Refuses: Bad{"params": {assignMCPGroups(nil)}, "IDPUserGroupIDs": {assignMCPGroups(mcpGroups()), assignMCPGroups(mcpGroups("a", ""))}},
	},
	Entry{
		Operation: "mcp_servers.remove_user_groups", Call: removeMCPGroups(mcpGroups("group-1")),
		Want: "POST " + mcpServers + "/mcps-1/remove_user_groups", JSON: `{"idp_user_group_ids": ["group-1"]}`,
		Good:    Good{`{"success": true}`, `{"data": {}}`},
		Refuses: Bad{"params": {removeMCPGroups(nil)}, "IDPUserGroupIDs": {removeMCPGroups(mcpGroups()), removeMCPGroups(mcpGroups("a", ""))}},
	},
)
