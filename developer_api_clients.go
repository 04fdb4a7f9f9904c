package workato

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// DeveloperAPIClientService serves the clients of the Developer API of a
// customer's workspace: each has a token that works inside that workspace,
// limited by a client role and folders.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
type DeveloperAPIClientService struct{ core *core }

const developerAPIClientsDoc = "https://docs.workato.com/oem/oem-api/api-clients.html"

var (
	developerAPIClientsList = operation{Operation: Operation{
		Name: "developer_api_clients.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/developer_api_clients",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "developer_api_clients.list", PerMinute: 1000}, Paging: PagingPage, Doc: developerAPIClientsDoc,
	}}
	developerAPIClientsCreate = operation{Operation: Operation{
		Name: "developer_api_clients.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/developer_api_clients",
		Effect: Create, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}, showsSecret: true, lookup: "list the API clients; one that was made has a token that nobody has seen: regenerate it or delete the client"}
	developerAPIClientsGet = operation{Operation: Operation{
		Name: "developer_api_clients.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/developer_api_clients/{client_id}",
		Effect: Read, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}}
	developerAPIClientsUpdate = operation{Operation: Operation{
		Name: "developer_api_clients.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/developer_api_clients/{client_id}",
		Effect: Idempotent, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}}
	developerAPIClientsDelete = operation{Operation: Operation{
		Name: "developer_api_clients.delete", Method: "DELETE", Path: "/api/v2/managed_users/{customer}/developer_api_clients/{client_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}, metOwnEffect: isGone}
	developerAPIClientsRegenerateToken = operation{Operation: Operation{
		Name: "developer_api_clients.regenerate_token", Method: "POST", Path: "/api/v2/managed_users/{customer}/developer_api_clients/{client_id}/regenerate",
		Effect: Create, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}, showsSecret: true, lookup: "the old token may have stopped working: regenerate again"}
	developerAPIClientsListRoles = operation{Operation: Operation{
		Name: "developer_api_clients.list_roles", Method: "GET", Path: "/api/v2/managed_users/{customer}/developer_api_client_roles",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "developer_api_clients.list", PerMinute: 1000}, Paging: PagingPage, Doc: developerAPIClientsDoc,
	}}
	developerAPIClientsCopyRole = operation{Operation: Operation{
		Name: "developer_api_clients.copy_role", Method: "POST", Path: "/api/v2/managed_users/{customer}/developer_api_client_roles/{role_id}/copy",
		Effect: Create, Quota: Quota{Family: "developer_api_clients", PerMinute: 60}, Doc: developerAPIClientsDoc,
	}, lookup: "list the roles for a copy before you try again"}
)

// DeveloperAPIClient is a client of the Developer API of a customer's workspace.
type DeveloperAPIClient struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	// APIPrivilegeGroupID is the id of the client role.
	APIPrivilegeGroupID int64 `json:"api_privilege_group_id"`
	// AllFolders says that the client reaches every folder; otherwise FolderIDs
	// are its folders.
	AllFolders bool    `json:"all_folders"`
	FolderIDs  []int64 `json:"folder_ids"`
	// EnvironmentName and EnvironmentID are nil in a workspace without
	// environments.
	EnvironmentName *string `json:"environment_name"`
	EnvironmentID   *int64  `json:"environment_id"`
	IPAllowList     IPList  `json:"ip_allow_list"`
	// Token has a value only in the response to Create.
	Token     DeveloperAPIToken `json:"token"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func (c *DeveloperAPIClient) identity() int64 { return c.ID }

// DeveloperAPIToken is the token of a client of the Developer API.
type DeveloperAPIToken struct {
	// Value is shown once, by Create and RegenerateToken.
	Value     Secret     `json:"value,omitzero"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (t *DeveloperAPIToken) present() bool { return !t.Value.IsZero() }

func (t *DeveloperAPIToken) readWire(d *wire.Decoder, data []byte) error {
	inside, err := d.Member(data, "token")
	if err != nil {
		return err
	}
	if inside != nil { // it is the token of a client
		data = inside
	}
	if wire.KindOf(data) == wire.KindString {
		return d.Decode(data, &t.Value)
	}
	type plain DeveloperAPIToken
	return d.Decode(data, (*plain)(t))
}

// UnmarshalJSON reads a token, or the one of a client.
func (t *DeveloperAPIToken) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, t, (*DeveloperAPIToken).readWire)
}

// IPList is a list of IP addresses or ranges. The service sends it as a list,
// or as one string with commas.
type IPList []string

func (l *IPList) readWire(d *wire.Decoder, data []byte) error {
	if wire.KindOf(data) != wire.KindString {
		return d.Decode(data, (*[]string)(l))
	}
	var text string
	if err := d.Decode(data, &text); err != nil {
		return err
	}
	for address := range strings.SplitSeq(text, ",") {
		if address = strings.TrimSpace(address); address != "" {
			*l = append(*l, address)
		}
	}
	return nil
}

// UnmarshalJSON reads a list or a text.
func (l *IPList) UnmarshalJSON(data []byte) error { return wire.ReadWith(data, l, (*IPList).readWire) }

// DeveloperAPIClientListParams pages clients. All fields are optional.
type DeveloperAPIClientListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *DeveloperAPIClientListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the Developer API clients of a customer's workspace,
// without the values of their tokens.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) List(ctx context.Context, customerID CustomerID, params *DeveloperAPIClientListParams, opts ...CallOption) (*Page[DeveloperAPIClient], error) {
	return paged[DeveloperAPIClient](s.core, developerAPIClientsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the clients of List.
func (s *DeveloperAPIClientService) All(ctx context.Context, customerID CustomerID, params *DeveloperAPIClientListParams, opts ...CallOption) iter.Seq2[DeveloperAPIClient, error] {
	return paged[DeveloperAPIClient](s.core, developerAPIClientsList.at(customer(customerID)), params, opts).all(ctx)
}

// DeveloperAPIClientCreateParams describes a client. Name, APIPrivilegeGroupID and
// one of AllFolders and FolderIDs are required.
type DeveloperAPIClientCreateParams struct {
	Name string `json:"name"`
	// APIPrivilegeGroupID is the id of a client role, see ListRoles.
	APIPrivilegeGroupID int64   `json:"api_privilege_group_id"`
	AllFolders          bool    `json:"all_folders"`
	FolderIDs           []int64 `json:"folder_ids,omitempty"`
	// EnvironmentName is required in a workspace with environments.
	EnvironmentName string `json:"environment_name,omitempty"`
	// IPAllowList and Description are Unverified: the reference lists neither.
	IPAllowList []string `json:"ip_allow_list,omitempty"`
	Description string   `json:"description,omitempty"`
}

// Create makes a client. The response shows the token of the client, in
// Token.Value, and no other call does: if the response is lost, or its Token has no
// value, make a new token with RegenerateToken.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) Create(ctx context.Context, customerID CustomerID, params *DeveloperAPIClientCreateParams, opts ...CallOption) (*DeveloperAPIClient, error) {
	params, missing := needed(params)
	r := developerAPIClientsCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), requiredID("APIPrivilegeGroupID", params.APIPrivilegeGroupID), eachID("FolderIDs", params.FolderIDs))
	if params.AllFolders == (len(params.FolderIDs) > 0) {
		r = r.check(invalid("FolderIDs", "give either AllFolders or FolderIDs"))
	}
	return fetch[DeveloperAPIClient](ctx, s.core, r, opts)
}

// Get returns a client, without the value of its token. Unverified: the response;
// that of Update is expected.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) Get(ctx context.Context, customerID CustomerID, clientID int64, opts ...CallOption) (*DeveloperAPIClient, error) {
	return fetch[DeveloperAPIClient](ctx, s.core, developerAPIClientsGet.at(customer(customerID), number(clientID)), opts)
}

// DeveloperAPIClientUpdateParams describes a change: fields that are not set
// stay as they are. FolderIDs restricts the client to folders, AllFolders lets
// it reach all of them. Only one of the two can be changed, and AllFolders set
// to false alone does not restrict it.
type DeveloperAPIClientUpdateParams struct {
	Name                Opt[string]  `json:"name,omitzero"`
	APIPrivilegeGroupID Opt[int64]   `json:"api_privilege_group_id,omitzero"`
	AllFolders          Opt[bool]    `json:"all_folders,omitzero"`
	FolderIDs           Opt[[]int64] `json:"folder_ids,omitzero"`
	EnvironmentName     Opt[string]  `json:"environment_name,omitzero"`
	// IPAllowList and Description are Unverified, as in Create.
	IPAllowList Opt[[]string] `json:"ip_allow_list,omitzero"`
	Description Opt[string]   `json:"description,omitzero"`
}

func (p *DeveloperAPIClientUpdateParams) check() error {
	folders, some := p.FolderIDs.Get()
	all, changed := p.AllFolders.Get()
	switch {
	case p.FolderIDs.IsNull() || some && len(folders) == 0:
		return invalid("FolderIDs", "cannot be cleared: set AllFolders to give access to all folders")
	case changed && all == some:
		return invalid("FolderIDs", "give FolderIDs if AllFolders is false, and only then")
	}
	return eachID("FolderIDs", folders)
}

// Update changes a client. Its token stays valid.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) Update(ctx context.Context, customerID CustomerID, clientID int64, params *DeveloperAPIClientUpdateParams, opts ...CallOption) (*DeveloperAPIClient, error) {
	params, missing := needed(params)
	r := developerAPIClientsUpdate.at(customer(customerID), number(clientID)).withBody(params).
		check(missing, changedName(params.Name), idIfSet("APIPrivilegeGroupID", params.APIPrivilegeGroupID),
			notCleared("APIPrivilegeGroupID", params.APIPrivilegeGroupID), notCleared("AllFolders", params.AllFolders), params.check())
	return fetch[DeveloperAPIClient](ctx, s.core, r, opts)
}

// Delete deletes a client. Requests with its token are refused from then on.
// Unverified: the response; any success counts.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) Delete(ctx context.Context, customerID CustomerID, clientID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, developerAPIClientsDelete.at(customer(customerID), number(clientID)), opts)
}

// RegenerateToken makes a new token for a client and shows it once. The old one
// stops working at once. Unverified: the response; a token is read in every
// place where Create has it, and a response without one is an
// ErrUnexpectedResponse.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) RegenerateToken(ctx context.Context, customerID CustomerID, clientID int64, opts ...CallOption) (*DeveloperAPIToken, error) {
	return fetch[DeveloperAPIToken](ctx, s.core, developerAPIClientsRegenerateToken.at(customer(customerID), number(clientID)), opts)
}

// DeveloperAPIClientRole is a client role of a customer's workspace.
type DeveloperAPIClientRole struct {
	ID        int64      `json:"id"`
	Name      *string    `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
	// Raw is the role as received.
	Raw json.RawMessage `json:"-"`
}

func (r DeveloperAPIClientRole) identity() int64 { return r.ID }

func (r *DeveloperAPIClientRole) readWire(d *wire.Decoder, data []byte) error {
	type plain DeveloperAPIClientRole
	return d.Keep(data, (*plain)(r), &r.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (r *DeveloperAPIClientRole) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, r, (*DeveloperAPIClientRole).readWire)
}

// MarshalJSON returns the role as received.
func (r DeveloperAPIClientRole) MarshalJSON() ([]byte, error) {
	type plain DeveloperAPIClientRole
	return kept(r.Raw, plain(r))
}

// DeveloperAPIClientRoleListParams pages roles. All fields are optional.
type DeveloperAPIClientRoleListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *DeveloperAPIClientRoleListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// ListRoles returns one page of the client roles of a customer's workspace.
// Unverified: the response of this endpoint, and whether it is paged; the
// fields are those that CopyRole returns.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) ListRoles(ctx context.Context, customerID CustomerID, params *DeveloperAPIClientRoleListParams, opts ...CallOption) (*Page[DeveloperAPIClientRole], error) {
	return paged[DeveloperAPIClientRole](s.core, developerAPIClientsListRoles.at(customer(customerID)), params, opts).first(ctx)
}

// AllRoles iterates over the roles of ListRoles.
func (s *DeveloperAPIClientService) AllRoles(ctx context.Context, customerID CustomerID, params *DeveloperAPIClientRoleListParams, opts ...CallOption) iter.Seq2[DeveloperAPIClientRole, error] {
	return paged[DeveloperAPIClientRole](s.core, developerAPIClientsListRoles.at(customer(customerID)), params, opts).all(ctx)
}

// CopyRole makes a copy of a client role in the same workspace and returns it.
//
// https://docs.workato.com/oem/oem-api/api-clients.html
func (s *DeveloperAPIClientService) CopyRole(ctx context.Context, customerID CustomerID, roleID int64, opts ...CallOption) (*DeveloperAPIClientRole, error) {
	return fetch[DeveloperAPIClientRole](ctx, s.core, developerAPIClientsCopyRole.at(customer(customerID), number(roleID)), opts)
}
