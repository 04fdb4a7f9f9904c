package workato

import (
	"context"
	"iter"
	"time"
)

// MCPServerService serves the MCP servers of a customer's workspace: servers of
// the Model Context Protocol, through which AI agents reach recipes and API
// endpoints as tools. The reference shows the routes and a complete list.
// Unverified: the other bodies and responses, which are those of the Developer
// API, and the quota.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
type MCPServerService struct{ core *core }

const (
	mcpServersDoc     = "https://docs.workato.com/en/oem/oem-api/mcp-servers.html"
	maxMCPServersPage = 50
)

var (
	mcpServersList = operation{Operation: Operation{
		Name: "mcp_servers.list", Method: "GET", Path: "/api/managed_users/{customer}/mcp_servers",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "mcp_servers"}, Paging: PagingPage, Doc: mcpServersDoc,
	}, showsSecret: true, maxPerPage: maxMCPServersPage}
	mcpServersCreate = operation{Operation: Operation{
		Name: "mcp_servers.create", Method: "POST", Path: "/api/managed_users/{customer}/mcp_servers",
		Effect: Create, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true, lookup: "look for the server's name with mcp_servers.list before you try again, and renew its token if you need one"}
	mcpServersGet = operation{Operation: Operation{
		Name: "mcp_servers.get", Method: "GET", Path: "/api/managed_users/{customer}/mcp_servers/{handle}",
		Effect: Read, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true}
	mcpServersUpdate = operation{Operation: Operation{
		Name: "mcp_servers.update", Method: "PUT", Path: "/api/managed_users/{customer}/mcp_servers/{handle}",
		Effect: Idempotent, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true}
	mcpServersDelete = operation{Operation: Operation{
		Name: "mcp_servers.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/mcp_servers/{handle}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, metOwnEffect: isGone}
	mcpServersRenewToken = operation{Operation: Operation{
		Name: "mcp_servers.renew_token", Method: "POST", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/token_renew",
		Effect: Create, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true, lookup: "the old token may be void and the new one lost: renew it again"}
	mcpServersUpdateFolder = operation{Operation: Operation{
		Name: "mcp_servers.update_folder", Method: "PUT", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/update_folder",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true}
)

// MCPAuthentication is how agents authenticate to an MCP server.
type MCPAuthentication string

const (
	// MCPAuthToken is the older kind of token, which existing servers keep.
	MCPAuthToken MCPAuthentication = "token"
	// MCPAuthHashedToken is the kind of new servers. The service stores only a
	// hash of the token.
	MCPAuthHashedToken MCPAuthentication = "hashed_token"
	// MCPAuthWorkatoIDP admits people in a user group of the server.
	MCPAuthWorkatoIDP MCPAuthentication = "workato_idp"
)

// MCPServer is an MCP server of a customer's workspace. A list has the fields down
// to ToolsCount.
type MCPServer struct {
	// ID is the handle that the calls take, such as "mcps-AbCdEf12-Gh3". The list
	// in the reference has a number instead, which reads as its digits.
	// Unverified: that a number serves as the handle.
	ID                   string            `json:"id"`
	Name                 string            `json:"name"`
	Description          *string           `json:"description"`
	FolderID             *int64            `json:"folder_id"`
	ProjectID            *int64            `json:"project_id"`
	AuthenticationMethod MCPAuthentication `json:"authentication_method"`
	ToolsCount           int64             `json:"tools_count"`
	// AuthType is set on a single server instead of AuthenticationMethod.
	AuthType  MCPAuthentication `json:"auth_type"`
	AssetType *string           `json:"asset_type"`
	LogoURL   *string           `json:"logo_url"`
	// MCPURL is the address for agents. After Create and RenewToken it contains
	// the token, if there is one: store it then. Token is set if the service
	// returns the token separately.
	MCPURL Secret `json:"mcp_url"`
	Token  Secret `json:"token"`
	// Folders are those above the server.
	Folders []MCPServerFolder `json:"folders"`
	// HasVUADependentTools says that a tool runs with connections of the user.
	HasVUADependentTools bool     `json:"has_vua_dependent_tools"`
	IDPUserGroupIDs      []string `json:"idp_user_group_ids"`
	// APICollection is set if the tools are the endpoints of a collection.
	APICollection *MCPServerCollection `json:"api_collection"`
	CreatedAt     *time.Time           `json:"created_at"`
	UpdatedAt     *time.Time           `json:"updated_at"`
}

func (s *MCPServer) key() string { return s.ID }

// MCPServerFolder is a folder of an MCP server.
type MCPServerFolder struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// MCPServerCollection is the API collection behind an MCP server.
type MCPServerCollection struct {
	ID        int64      `json:"id"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

// MCPServerListParams selects MCP servers. All fields are optional.
type MCPServerListParams struct {
	// ProjectID and FolderID select the servers of a project or folder,
	// AuthenticationMethod those that agents authenticate to in this way.
	ProjectID            int64             `url:"project_id,omitempty"`
	FolderID             int64             `url:"folder_id,omitempty"`
	AuthenticationMethod MCPAuthentication `url:"authentication_method,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 50, which is also the default here.
	PerPage int `url:"per_page"`
}

func (p *MCPServerListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the MCP servers of a customer's workspace.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) List(ctx context.Context, customerID CustomerID, params *MCPServerListParams, opts ...CallOption) (*Page[MCPServer], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the MCP servers of List.
func (s *MCPServerService) All(ctx context.Context, customerID CustomerID, params *MCPServerListParams, opts ...CallOption) iter.Seq2[MCPServer, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *MCPServerService) list(customerID CustomerID, params *MCPServerListParams, opts []CallOption) pagedList[MCPServer] {
	p := given(params)
	r := mcpServersList.at(customer(customerID)).check(optionalID("ProjectID", p.ProjectID), optionalID("FolderID", p.FolderID))
	return paged[MCPServer](s.core, r, &p, opts)
}

// MCPServerCreateParams describes a new MCP server. Name and FolderID are
// required.
type MCPServerCreateParams struct {
	Name        string `json:"name"`
	FolderID    int64  `json:"folder_id"`
	Description string `json:"description,omitempty"`
	// AssetID is the id of an API collection, whose endpoints become the tools. A
	// server without one gets its tools by AssignTools.
	AssetID int64 `json:"asset_id,omitempty"`
}

// Create makes an MCP server. The response holds the token, if there is one, in
// MCPURL: keep it.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) Create(ctx context.Context, customerID CustomerID, params *MCPServerCreateParams, opts ...CallOption) (*MCPServer, error) {
	params, missing := needed(params)
	r := mcpServersCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), requiredID("FolderID", params.FolderID), optionalID("AssetID", params.AssetID))
	return fetch[MCPServer](ctx, s.core, r, opts)
}

// Get returns an MCP server.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) Get(ctx context.Context, customerID CustomerID, handle string, opts ...CallOption) (*MCPServer, error) {
	return fetch[MCPServer](ctx, s.core, mcpServersGet.at(customer(customerID), text(handle)), opts)
}

// MCPServerUpdateParams describes a change: fields that are not set stay as
// they are.
type MCPServerUpdateParams struct {
	Name        Opt[string] `json:"name,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
	// AuthType changes how agents authenticate: see Update.
	AuthType Opt[MCPAuthentication] `json:"auth_type,omitzero"`
}

// Update changes an MCP server. Changing the authentication locks out agents
// that used the previous one. UpdateFolder moves it.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) Update(ctx context.Context, customerID CustomerID, handle string, params *MCPServerUpdateParams, opts ...CallOption) (*MCPServer, error) {
	params, missing := needed(params)
	r := mcpServersUpdate.at(customer(customerID), text(handle)).withBody(params).
		check(missing, changedName(params.Name), notCleared("AuthType", params.AuthType))
	return fetch[MCPServer](ctx, s.core, r, opts)
}

// Delete deletes an MCP server. Agents that use it lose their tools; the recipes
// behind them stay. Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) Delete(ctx context.Context, customerID CustomerID, handle string, opts ...CallOption) error {
	return s.core.confirm(ctx, mcpServersDelete.at(customer(customerID), text(handle)), opts)
}

// RenewToken gives an MCP server a new token and invalidates the old one at
// once: agents are locked out until they have the new address. It is in MCPURL,
// and no call returns it again.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) RenewToken(ctx context.Context, customerID CustomerID, handle string, opts ...CallOption) (*MCPServer, error) {
	return fetch[MCPServer](ctx, s.core, mcpServersRenewToken.at(customer(customerID), text(handle)), opts)
}

// MCPServerUpdateFolderParams is the target of a move.
type MCPServerUpdateFolderParams struct {
	// FolderID is required.
	FolderID int64 `json:"folder_id"`
}

// UpdateFolder moves an MCP server to another folder. Unverified: the body and
// the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) UpdateFolder(ctx context.Context, customerID CustomerID, handle string, params *MCPServerUpdateFolderParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := mcpServersUpdateFolder.at(customer(customerID), text(handle)).withBody(params).check(missing, requiredID("FolderID", params.FolderID))
	return s.core.confirm(ctx, r, opts)
}
