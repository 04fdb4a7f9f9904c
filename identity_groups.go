package workato

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// IdentityGroupService serves the groups of users of Workato Identity. A group
// gives its users access, for example to MCP servers. IdentityUserService adds
// and removes users. Unverified: as for IdentityUserService, bodies, responses
// and query parameters are those of the Developer API.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
type IdentityGroupService struct{ core *core }

var (
	identityGroupsList = operation{Operation: Operation{
		Name: "identity_groups.list", Method: "GET", Path: "/api/managed_users/{customer}/iam/user_groups", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "identity", PerMinute: 60}, Paging: PagingPage, Doc: identityDoc,
	}}
	identityGroupsCreate = operation{Operation: Operation{
		Name: "identity_groups.create", Method: "POST", Path: "/api/managed_users/{customer}/iam/user_groups",
		Effect: Create, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}, lookup: "look for the name with identity_groups.list before you try again"}
	identityGroupsGet = operation{Operation: Operation{
		Name: "identity_groups.get", Method: "GET", Path: "/api/managed_users/{customer}/iam/user_groups/{group_id}",
		Effect: Read, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}}
	identityGroupsUpdate = operation{Operation: Operation{
		Name: "identity_groups.update", Method: "PUT", Path: "/api/managed_users/{customer}/iam/user_groups/{group_id}",
		Effect: Idempotent, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}}
	identityGroupsDelete = operation{Operation: Operation{
		Name: "identity_groups.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/iam/user_groups/{group_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}, metOwnEffect: isGone}
)

// IdentityGroup is a group of users of Workato Identity.
type IdentityGroup struct {
	// ID is a string; a number reads as its digits.
	ID   string  `json:"id"`
	Name *string `json:"name"`
	// Raw is the group as received. Unverified: its keys besides the id.
	Raw json.RawMessage `json:"-"`
}

func (g IdentityGroup) key() string { return g.ID }

func (g *IdentityGroup) readWire(d *wire.Decoder, data []byte) error {
	type plain IdentityGroup
	return d.Keep(data, (*plain)(g), &g.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (g *IdentityGroup) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, g, (*IdentityGroup).readWire)
}

// MarshalJSON returns the group as received.
func (g IdentityGroup) MarshalJSON() ([]byte, error) {
	type plain IdentityGroup
	return kept(g.Raw, plain(g))
}

// IdentityGroupListParams selects groups. All fields are optional.
type IdentityGroupListParams struct {
	Name string `url:"name,omitempty"`
	// UserIDs selects the groups of these users.
	UserIDs []string `url:"user_ids,omitempty,brackets"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default. Unverified: the parameters
	// of the pages.
	PerPage int `url:"per_page"`
}

func (p *IdentityGroupListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the groups of Workato Identity.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityGroupService) List(ctx context.Context, customerID CustomerID, params *IdentityGroupListParams, opts ...CallOption) (*Page[IdentityGroup], error) {
	return paged[IdentityGroup](s.core, identityGroupsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the groups of List.
func (s *IdentityGroupService) All(ctx context.Context, customerID CustomerID, params *IdentityGroupListParams, opts ...CallOption) iter.Seq2[IdentityGroup, error] {
	return paged[IdentityGroup](s.core, identityGroupsList.at(customer(customerID)), params, opts).all(ctx)
}

// IdentityGroupCreateParams describes a group. Name is required.
type IdentityGroupCreateParams struct {
	Name string `json:"name"`
}

// Create makes a group without users. If the response is lost, the error is
// ErrOutcomeUnknown: look for the name in List.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityGroupService) Create(ctx context.Context, customerID CustomerID, params *IdentityGroupCreateParams, opts ...CallOption) (*IdentityGroup, error) {
	params, missing := needed(params)
	r := identityGroupsCreate.at(customer(customerID)).withBody(params).check(missing, required("Name", params.Name))
	return fetch[IdentityGroup](ctx, s.core, r, opts)
}

// Get returns a group of Workato Identity.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityGroupService) Get(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) (*IdentityGroup, error) {
	return fetch[IdentityGroup](ctx, s.core, identityGroupsGet.at(customer(customerID), text(groupID)), opts)
}

// IdentityGroupUpdateParams describes a change.
type IdentityGroupUpdateParams struct {
	Name Opt[string] `json:"name,omitzero"`
}

// Update renames a group.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityGroupService) Update(ctx context.Context, customerID CustomerID, groupID string, params *IdentityGroupUpdateParams, opts ...CallOption) (*IdentityGroup, error) {
	params, missing := needed(params)
	r := identityGroupsUpdate.at(customer(customerID), text(groupID)).withBody(params).check(missing, changedName(params.Name))
	return fetch[IdentityGroup](ctx, s.core, r, opts)
}

// Delete deletes a group. Its users stay, and lose the access that it gave.
// Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityGroupService) Delete(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) error {
	return s.core.confirm(ctx, identityGroupsDelete.at(customer(customerID), text(groupID)), opts)
}
