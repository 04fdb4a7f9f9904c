package apitest

import "github.com/go-workato/workato"

func listConnections(p *workato.ConnectionListParams) Call {
	return func(c *Caller) error { return c.keep(c.Connections.List(c.ctx, c.customer, p, c.opts...)) }
}

func allConnections(p *workato.ConnectionListParams) Call {
	return func(c *Caller) error { return first(c.Connections.All(c.ctx, c.customer, p, c.opts...)) }
}

func createConnection(p *workato.ConnectionCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Connections.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateConnection(p *workato.ConnectionUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Connections.Update(c.ctx, c.customer, c.id(1678), p, c.opts...))
	}
}

func disconnect(p *workato.ConnectionDisconnectParams) Call {
	return func(c *Caller) error { return c.Connections.Disconnect(c.ctx, c.customer, c.id(1678), p, c.opts...) }
}

var _ = register(
	Entry{
		Operation: "connections.list", Call: listConnections(nil),
		Want: "GET /api/managed_users/{customer}/connections",
		More: []Case{
			{
				Name: "all six parameters",
				Call: listConnections(&workato.ConnectionListParams{
					Provider: "salesforce", FolderID: 4515, ParentID: 22316, ExternalID: "U 12904&x=y/é",
					IncludeRuntimeConnections: true, Includes: []string{workato.IncludeTags},
				}),
				Want: "GET /api/managed_users/{customer}/connections?external_id=U+12904%26x%3Dy%2F%C3%A9&folder_id=4515" +
					"&include_runtime_connections=true&includes%5B%5D=tags&parent_id=22316&provider=salesforce",
			},
			{
				Name: "All", Call: allConnections(&workato.ConnectionListParams{Provider: "jira"}),
				Want: "GET /api/managed_users/{customer}/connections?provider=jira",
			},
		},
		Good: Good{"connections/list_2025.json", "connections/list_2019.json", "connections/empty_list.json", `{"result": []}`},
		Refuses: Bad{
			"FolderID": {listConnections(&workato.ConnectionListParams{FolderID: -1})},
			"ParentID": {
				listConnections(&workato.ConnectionListParams{ParentID: -1}), allConnections(&workato.ConnectionListParams{ParentID: -1}),
			},
		},
	},
	Entry{
		Operation: "connections.create",
		Call: createConnection(&workato.ConnectionCreateParams{
			Name: "jira_connection", Provider: "jira", FolderID: 1892, ExternalID: "128904",
		}),
		Want: "POST /api/managed_users/{customer}/connections",
		JSON: `{"name": "jira_connection", "provider": "jira", "folder_id": 1892, "external_id": "128904"}`,
		More: []Case{
			{
				Name: "with credentials",
				Call: createConnection(&workato.ConnectionCreateParams{
					Name: "jira_connection", Provider: "jira", ParentID: 22316, ShellConnection: true,
					Input: map[string]any{
						"host_name": "borealis.example", "api_token_auth": "true", "email": "ana@borealis.example", "apitoken": "test-apitoken",
						"advanced_settings": map[string]any{"scopes": "a b"}, "port": 443, "empty": nil,
					},
				}),
				JSON: `{"name": "jira_connection", "provider": "jira", "parent_id": 22316, "shell_connection": true, "input": {
					"host_name": "borealis.example", "api_token_auth": "true", "email": "ana@borealis.example", "apitoken": "test-apitoken",
					"advanced_settings": {"scopes": "a b"}, "port": 443, "empty": null}}`,
			},
			{
				Name: "with tokens",
				Call: createConnection(&workato.ConnectionCreateParams{
					Provider: "outreach", OAuthTokenPair: map[string]any{"anything": "test-access"},
				}),
				JSON: `{"provider": "outreach", "oauth_token_pair": {"anything": "test-access"}}`,
			},
		},
		Good: Good{"connections/shell.json", "connections/loose.json"},
		Refuses: Bad{
			"params": {
				createConnection(nil),
				createConnection(&workato.ConnectionCreateParams{Provider: "x", Input: map[string]any{"not JSON": func() {}}}),
			},
			"Provider": {createConnection(&workato.ConnectionCreateParams{Name: "x"})},
			"FolderID": {createConnection(&workato.ConnectionCreateParams{Provider: "x", FolderID: -1})},
			"ParentID": {createConnection(&workato.ConnectionCreateParams{Provider: "x", ParentID: -1})},
		},
	},
	Entry{
		Operation: "connections.update",
		Call: updateConnection(&workato.ConnectionUpdateParams{
			Name: workato.Set("jira_connection_latest"), FolderID: workato.Set[int64](28940),
			Input: map[string]any{"apitoken": "test-apitoken"},
		}),
		Want: "PUT /api/managed_users/{customer}/connections/1678",
		JSON: `{"name": "jira_connection_latest", "folder_id": 28940, "input": {"apitoken": "test-apitoken"}}`,
		More: []Case{
			{
				Name: "with tokens",
				Call: updateConnection(&workato.ConnectionUpdateParams{OAuthTokenPair: map[string]any{"anything": "test-access"}}),
				JSON: `{"oauth_token_pair": {"anything": "test-access"}}`,
			},
			{ // a sample of the reference sends the provider too
				Name: "with the provider",
				Call: updateConnection(&workato.ConnectionUpdateParams{
					Name: workato.Set("Outreach"), Provider: workato.Set("outreach"),
					Input: map[string]any{"advanced_settings": map[string]any{"scopes": "a b"}},
				}),
				JSON: `{"name": "Outreach", "provider": "outreach", "input": {"advanced_settings": {"scopes": "a b"}}}`,
			},
			{
				Name: "null and zero values",
				Call: updateConnection(&workato.ConnectionUpdateParams{
					ParentID: workato.Null[int64](), ExternalID: workato.Null[string](), FolderID: workato.Null[int64](),
					ShellConnection: workato.Set(false), Name: workato.Set(""),
				}),
				JSON: `{"parent_id": null, "external_id": null, "folder_id": null, "shell_connection": false, "name": ""}`,
			},
		},
		Good: Good{"connections/shell.json", "connections/refused_credentials.json"},
		Refuses: Bad{
			"params":   {updateConnection(nil)},
			"Provider": {updateConnection(&workato.ConnectionUpdateParams{Provider: workato.Null[string]()})},
			"FolderID": {updateConnection(&workato.ConnectionUpdateParams{FolderID: workato.Set[int64](0)})},
			"ParentID": {updateConnection(&workato.ConnectionUpdateParams{ParentID: workato.Set[int64](-1)})},
		},
	},
	Entry{
		Operation: "connections.disconnect", Call: disconnect(nil),
		Want: "POST /api/managed_users/{customer}/connections/1678/disconnect",
		More: []Case{
			{Name: "without force", Call: disconnect(&workato.ConnectionDisconnectParams{})},
			{
				Name: "by force", Call: disconnect(&workato.ConnectionDisconnectParams{Force: true}),
				Want: "POST /api/managed_users/{customer}/connections/1678/disconnect?force=true",
			},
		},
		Good:    Good{"connections/disconnected.json", "connections/disconnected_list.json"},
		Refuses: Bad{},
	},
	Entry{
		Operation: "connections.delete", Want: "DELETE /api/managed_users/{customer}/connections/1678",
		Call: func(c *Caller) error { return c.Connections.Delete(c.ctx, c.customer, c.id(1678), c.opts...) },
		Good: Good{"connections/deleted.json"},
	},
	Entry{
		Operation: "connections.input_schema", Want: "GET /api/managed_users/{customer}/connections/7012/input_schema",
		Call: func(c *Caller) error {
			return c.keep(c.Connections.InputSchema(c.ctx, c.customer, c.id(7012), c.opts...))
		},
		Good: Good{"connections/input_schema.json", `{"result": []}`},
	},
)
