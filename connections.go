package workato

import (
	"context"
	"iter"
	"log/slog"
	"time"
)

// ConnectionService serves the connections in a customer's workspace. There is
// no endpoint for a single connection: use the list.
//
// https://docs.workato.com/oem/oem-api/connections.html
type ConnectionService struct{ core *core }

const connectionsDoc = "https://docs.workato.com/oem/oem-api/connections.html"

var (
	connectionsList = operation{Operation: Operation{
		Name: "connections.list", Method: "GET", Path: "/api/managed_users/{customer}/connections",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "connections.list", PerMinute: 1000}, Doc: connectionsDoc,
	}}
	connectionsCreate = operation{Operation: Operation{
		Name: "connections.create", Method: "POST", Path: "/api/managed_users/{customer}/connections",
		Effect: Create, Quota: Quota{Family: "connections", PerMinute: 60}, Doc: connectionsDoc,
	}, lookup: "look for the connection's name or external id with connections.list before you try again"}
	connectionsUpdate = operation{Operation: Operation{
		Name: "connections.update", Method: "PUT", Path: "/api/managed_users/{customer}/connections/{connection_id}",
		Effect: Idempotent, Quota: Quota{Family: "connections", PerMinute: 60}, Doc: connectionsDoc,
	}}
	connectionsDisconnect = operation{Operation: Operation{
		Name: "connections.disconnect", Method: "POST", Path: "/api/managed_users/{customer}/connections/{connection_id}/disconnect",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "connections", PerMinute: 60}, Doc: connectionsDoc,
	}, refusal: connectionInUse}
	connectionsDelete = operation{Operation: Operation{
		Name: "connections.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/connections/{connection_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "connections", PerMinute: 60}, Doc: connectionsDoc,
	}, refusal: connectionInUse, metOwnEffect: isGone}
)

// Connection is a customer's connection to another application. It never holds
// the parameters that it was created with: the service does not return them.
type Connection struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Provider is the name of the connector: "salesforce". See Integrations.
	Provider string `json:"provider"`
	// Application and Description were only seen on connections of the partner's
	// own workspace, where Application replaces Provider.
	Application string  `json:"application"`
	Description *string `json:"description"`
	// AuthorizedAt is nil for a shell connection that was never authorised.
	AuthorizedAt *time.Time `json:"authorized_at"`
	// AuthorizationStatus is empty for a shell connection.
	AuthorizationStatus AuthorizationStatus `json:"authorization_status"`
	// AuthorizationError says why the credentials were refused, nil if they were not.
	AuthorizationError *string   `json:"authorization_error"`
	CreatedAt          time.Time `json:"created_at"`
	UpdatedAt          time.Time `json:"updated_at"`
	// ExternalID is yours, usually that of the user who owns the connection.
	ExternalID *string `json:"external_id"`
	// FolderID is the folder that the connection lies in, ProjectID the project.
	FolderID  *int64 `json:"folder_id"`
	ProjectID *int64 `json:"project_id"`
	// Identity is the account in the application, as its connector reports it.
	Identity *string `json:"identity"`
	// ConnectionLostAt and ConnectionLostReason say since when and why the connection
	// no longer works, nil while it does.
	ConnectionLostAt     *time.Time `json:"connection_lost_at"`
	ConnectionLostReason *string    `json:"connection_lost_reason"`
	// ParentID is the id of a connection of the same provider, nil for none.
	ParentID *int64 `json:"parent_id"`
	// Tags are handles. They are nil unless the list was asked to include them,
	// and may be nil even then.
	Tags []string `json:"tags"`
}

func (c *Connection) identity() int64 { return c.ID }

// Authorized reports whether the connection's credentials were accepted and the
// connection was not lost since. It does not prove that it works now.
func (c *Connection) Authorized() bool {
	return c.AuthorizationStatus == AuthorizationSuccess && c.ConnectionLostAt == nil
}

// AuthorizationStatus is the state of a connection's credentials. Other values
// may appear.
type AuthorizationStatus string

// The states of authorisation seen so far.
const (
	AuthorizationSuccess   AuthorizationStatus = "success"
	AuthorizationFailed    AuthorizationStatus = "failed"
	AuthorizationException AuthorizationStatus = "exception"
)

// IncludeTags asks a list for the tag handles of its items.
const IncludeTags = "tags"

// ConnectionListParams filters the list of connections. All fields are
// optional.
type ConnectionListParams struct {
	// Provider is the application, such as "salesforce".
	Provider string `url:"provider,omitempty"`
	// FolderID is a project's or folder's id. Unverified: whether connections in its
	// subfolders count; the fake leaves them out.
	FolderID int64 `url:"folder_id,omitempty"`
	// ParentID is the id of a connection of the same provider.
	ParentID int64 `url:"parent_id,omitempty"`
	// ExternalID is the external id of connections: yours, not that of a customer.
	ExternalID string `url:"external_id,omitempty"`
	// IncludeRuntimeConnections adds the connections of runtime users.
	IncludeRuntimeConnections bool `url:"include_runtime_connections,omitempty"`
	// Includes names fields to add to the response: IncludeTags.
	Includes []string `url:"includes,brackets,omitempty"`
}

// List returns the connections of a customer's workspace, all in one response.
//
// https://docs.workato.com/oem/oem-api/connections.html#list-connections
func (s *ConnectionService) List(ctx context.Context, customerID CustomerID, params *ConnectionListParams, opts ...CallOption) ([]Connection, error) {
	r := connectionsList.at(customer(customerID))
	if params != nil {
		r = r.withQuery(params).check(optionalID("FolderID", params.FolderID), optionalID("ParentID", params.ParentID))
	}
	return fetchList[Connection](ctx, s.core, r, opts)
}

// All iterates over the connections of List. The list is fetched when the
// iteration starts.
func (s *ConnectionService) All(ctx context.Context, customerID CustomerID, params *ConnectionListParams, opts ...CallOption) iter.Seq2[Connection, error] {
	return eachOf(func() ([]Connection, error) { return s.List(ctx, customerID, params, opts...) })
}

// ConnectionCreateParams describes a new connection. It prints without the
// values of Input and OAuthTokenPair, and encoding/json leaves them out.
type ConnectionCreateParams struct {
	// Name is optional.
	Name string `json:"name,omitempty"`
	// Provider is the application, such as "jira". Required.
	Provider string `json:"provider"`
	// ParentID is the id of a connection of the same provider.
	ParentID int64 `json:"parent_id,omitempty"`
	// FolderID is a project's or folder's id.
	FolderID int64 `json:"folder_id,omitempty"`
	// ExternalID is yours, usually that of the user who owns the connection.
	ExternalID string `json:"external_id,omitempty"`
	// ShellConnection stores Input without testing it.
	ShellConnection bool `json:"shell_connection,omitempty"`
	// Input holds the connection parameters of the provider. Without it the
	// connection is created disconnected. That is the only way for OAuth
	// providers, unless OAuthTokenPair helps.
	Input map[string]any `json:"input,omitempty"`
	// OAuthTokenPair holds the tokens of a provider with OAuth. Only one source
	// names it, and none shows its keys.
	OAuthTokenPair map[string]any `json:"oauth_token_pair,omitempty"`
}

// Create makes a connection in a customer's workspace. With Input, and unless
// ShellConnection is set, the service tests the credentials and connects. The
// response to refused credentials is not documented: besides the error, check
// Authorized of the result, because the connection may exist. If the response
// is lost, the error is ErrOutcomeUnknown: look for the name or external id in
// List.
//
// https://docs.workato.com/oem/oem-api/connections.html#create-a-connection
func (s *ConnectionService) Create(ctx context.Context, customerID CustomerID, params *ConnectionCreateParams, opts ...CallOption) (*Connection, error) {
	r := connectionsCreate.at(customer(customerID))
	params, missing := needed(params)
	type sent ConnectionCreateParams // without the methods that hide secrets
	r = r.withBody((*sent)(params)).check(missing, required("Provider", params.Provider),
		optionalID("ParentID", params.ParentID), optionalID("FolderID", params.FolderID))
	return fetch[Connection](ctx, s.core, r, opts)
}

// ConnectionUpdateParams describes a change: fields that are not set stay as
// they are. It prints without the values of Input and OAuthTokenPair, and
// encoding/json leaves them out.
type ConnectionUpdateParams struct {
	Name Opt[string] `json:"name,omitzero"`
	// Provider is in a sample of the reference, not in its table. Set it to the
	// connection's own, if at all: no source says that it can be changed.
	Provider Opt[string] `json:"provider,omitzero"`
	// ParentID, FolderID and ExternalID are as in ConnectionCreateParams.
	ParentID   Opt[int64]  `json:"parent_id,omitzero"`
	FolderID   Opt[int64]  `json:"folder_id,omitzero"`
	ExternalID Opt[string] `json:"external_id,omitzero"`
	// ShellConnection stores Input without testing it. Only one source shows it
	// for updates.
	ShellConnection Opt[bool] `json:"shell_connection,omitzero"`
	// Input may hold only the parameters that change.
	Input map[string]any `json:"input,omitempty"`
	// OAuthTokenPair is as in ConnectionCreateParams.
	OAuthTokenPair map[string]any `json:"oauth_token_pair,omitempty"`
}

// Update changes a connection. With Input the service reconnects: check
// Authorized of the result, because refused credentials are not an error.
//
// https://docs.workato.com/oem/oem-api/connections.html#update-a-connection
func (s *ConnectionService) Update(ctx context.Context, customerID CustomerID, connectionID int64, params *ConnectionUpdateParams, opts ...CallOption) (*Connection, error) {
	r := connectionsUpdate.at(customer(customerID), number(connectionID))
	params, missing := needed(params)
	type sent ConnectionUpdateParams // without the methods that hide secrets
	r = r.withBody((*sent)(params)).check(missing, notCleared("Provider", params.Provider),
		idIfSet("ParentID", params.ParentID), idIfSet("FolderID", params.FolderID))
	return fetch[Connection](ctx, s.core, r, opts)
}

// ConnectionDisconnectParams are the options of Disconnect.
type ConnectionDisconnectParams struct {
	// Force disconnects even if active recipes use the connection.
	Force bool `url:"force,omitempty"`
}

// Disconnect disconnects a connection. It is not an error if it is disconnected
// already. Without Force the service refuses to disconnect a connection that
// active recipes use. Unverified: how it refuses that; a refusal in the words
// of Delete is a *ConnectionInUseError.
//
// https://docs.workato.com/oem/oem-api/connections.html#disconnect-a-connection
func (s *ConnectionService) Disconnect(ctx context.Context, customerID CustomerID, connectionID int64, params *ConnectionDisconnectParams, opts ...CallOption) error {
	r := connectionsDisconnect.at(customer(customerID), number(connectionID))
	if params != nil {
		r = r.withQuery(params)
	}
	return s.core.confirm(ctx, r, opts)
}

// Delete deletes a connection, connected or not. If active recipes use it, the
// error is a *ConnectionInUseError; if none has this id, ErrNotFound.
//
// https://docs.workato.com/oem/oem-api/connections.html#delete-a-connection
func (s *ConnectionService) Delete(ctx context.Context, customerID CustomerID, connectionID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, connectionsDelete.at(customer(customerID), number(connectionID)), opts)
}

// ConnectionInUseError says that a connection was not changed because active
// recipes use it.
type ConnectionInUseError struct{ Err *APIError }

func (e *ConnectionInUseError) Error() string { return e.Err.Error() }

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *ConnectionInUseError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the service's response.
func (e *ConnectionInUseError) Unwrap() error { return e.Err }

// connectionInUse reads a rejection from its body: its HTTP status is not
// documented.
func connectionInUse(e *APIError, _ []byte) error {
	if e.status == "rejected" || e.Rejected && e.says("active recipe") {
		return &ConnectionInUseError{Err: e}
	}
	return nil
}
