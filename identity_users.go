package workato

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// IdentityUserService serves the users of Workato Identity, the identity
// provider for the people who use a customer's MCP servers and other apps. They
// need not be members of the workspace. Unverified: the pages of the reference
// list the endpoints; bodies, responses and query parameters are those of the
// Developer API.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
type IdentityUserService struct{ core *core }

const identityDoc = "https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html"

var (
	identityUsersList = operation{Operation: Operation{
		Name: "identity_users.list", Method: "GET", Path: "/api/managed_users/{customer}/iam/users", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "identity", PerMinute: 60}, Paging: PagingPage, Doc: identityDoc,
	}}
	identityUsersCreate = operation{Operation: Operation{
		Name: "identity_users.create", Method: "POST", Path: "/api/managed_users/{customer}/iam/users",
		Effect: Create, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}, lookup: "look for the email address with identity_users.list before you try again"}
	identityUsersGet = operation{Operation: Operation{
		Name: "identity_users.get", Method: "GET", Path: "/api/managed_users/{customer}/iam/users/{user_id}",
		Effect: Read, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}}
	identityUsersUpdate = operation{Operation: Operation{
		Name: "identity_users.update", Method: "PUT", Path: "/api/managed_users/{customer}/iam/users/{user_id}",
		Effect: Idempotent, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}}
	identityUsersDelete = operation{Operation: Operation{
		Name: "identity_users.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/iam/users/{user_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}, metOwnEffect: isGone}
	identityUsersAddToGroup = operation{Operation: Operation{
		Name: "identity_users.add_to_group", Method: "POST", Path: "/api/managed_users/{customer}/iam/users/{user_id}/add_to_group",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}}
	identityUsersRemoveFromGroup = operation{Operation: Operation{
		Name: "identity_users.remove_from_group", Method: "POST", Path: "/api/managed_users/{customer}/iam/users/{user_id}/remove_from_group",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "identity", PerMinute: 60}, Doc: identityDoc,
	}, metOwnEffect: isGone}
)

// IdentityUser is a user of Workato Identity.
type IdentityUser struct {
	// ID is a string; a number reads as its digits.
	ID       string  `json:"id"`
	Email    *string `json:"email"`
	FullName *string `json:"full_name"`
	// Raw is the user as received. Unverified: its keys besides the id.
	Raw json.RawMessage `json:"-"`
}

func (u IdentityUser) key() string { return u.ID }

func (u *IdentityUser) readWire(d *wire.Decoder, data []byte) error {
	type plain IdentityUser
	return d.Keep(data, (*plain)(u), &u.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (u *IdentityUser) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, u, (*IdentityUser).readWire)
}

// MarshalJSON returns the user as received.
func (u IdentityUser) MarshalJSON() ([]byte, error) {
	type plain IdentityUser
	return kept(u.Raw, plain(u))
}

// IdentityUserListParams selects users. All fields are optional. The Developer
// API has one more parameter, environment_id: Client.Do can send it.
type IdentityUserListParams struct {
	// Query is a search text.
	Query string `url:"query,omitempty"`
	// Emails selects the users with these addresses.
	Emails []string `url:"emails,omitempty,brackets"`
	// UserGroupIDs selects the users in these groups.
	UserGroupIDs []string `url:"user_group_ids,omitempty,brackets"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default. Unverified: the parameters
	// of the pages.
	PerPage int `url:"per_page"`
}

func (p *IdentityUserListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the users of Workato Identity.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) List(ctx context.Context, customerID CustomerID, params *IdentityUserListParams, opts ...CallOption) (*Page[IdentityUser], error) {
	return paged[IdentityUser](s.core, identityUsersList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the users of List.
func (s *IdentityUserService) All(ctx context.Context, customerID CustomerID, params *IdentityUserListParams, opts ...CallOption) iter.Seq2[IdentityUser, error] {
	return paged[IdentityUser](s.core, identityUsersList.at(customer(customerID)), params, opts).all(ctx)
}

// IdentityUserCreateParams describes a user. Email is required.
type IdentityUserCreateParams struct {
	Email    string `json:"email"`
	FullName string `json:"full_name,omitempty"`
}

// Create makes a user of Workato Identity, who belongs to no group. If the
// response is lost, the error is ErrOutcomeUnknown: look for the email address
// in List.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) Create(ctx context.Context, customerID CustomerID, params *IdentityUserCreateParams, opts ...CallOption) (*IdentityUser, error) {
	params, missing := needed(params)
	r := identityUsersCreate.at(customer(customerID)).withBody(params).check(missing, required("Email", params.Email))
	return fetch[IdentityUser](ctx, s.core, r, opts)
}

// Get returns a user of Workato Identity.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) Get(ctx context.Context, customerID CustomerID, userID string, opts ...CallOption) (*IdentityUser, error) {
	return fetch[IdentityUser](ctx, s.core, identityUsersGet.at(customer(customerID), text(userID)), opts)
}

// IdentityUserUpdateParams describes a change: fields that are not set stay as
// they are. Unverified: the fields, which are those of Create.
type IdentityUserUpdateParams struct {
	Email    Opt[string] `json:"email,omitzero"`
	FullName Opt[string] `json:"full_name,omitzero"`
}

// Update changes a user of Workato Identity.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) Update(ctx context.Context, customerID CustomerID, userID string, params *IdentityUserUpdateParams, opts ...CallOption) (*IdentityUser, error) {
	params, missing := needed(params)
	r := identityUsersUpdate.at(customer(customerID), text(userID)).withBody(params).check(missing, notCleared("Email", params.Email))
	if email, set := params.Email.Get(); set {
		r = r.check(required("Email", email))
	}
	return fetch[IdentityUser](ctx, s.core, r, opts)
}

// Delete deletes a user of Workato Identity, who leaves all groups and loses the
// access that they give. Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) Delete(ctx context.Context, customerID CustomerID, userID string, opts ...CallOption) error {
	return s.core.confirm(ctx, identityUsersDelete.at(customer(customerID), text(userID)), opts)
}

// IdentityUserGroupParams names the group that a user joins or leaves.
type IdentityUserGroupParams struct {
	// UserGroupID is the id of an IdentityGroup. Required.
	UserGroupID string `json:"user_group_id"`
}

// AddToGroup adds a user to a group. Unverified: the response; anything but a
// refusal is a success, and a user who is in the group is expected to stay.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) AddToGroup(ctx context.Context, customerID CustomerID, userID string, params *IdentityUserGroupParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := identityUsersAddToGroup.at(customer(customerID), text(userID)).withBody(params)
	return s.core.confirm(ctx, r.check(missing, required("UserGroupID", params.UserGroupID)), opts)
}

// RemoveFromGroup removes a user from a group. Unverified: the body, which is
// that of AddToGroup, and the response; anything but a refusal is a success.
//
// https://docs.workato.com/en/oem/oem-api/workato-identity-iam.html
func (s *IdentityUserService) RemoveFromGroup(ctx context.Context, customerID CustomerID, userID string, params *IdentityUserGroupParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := identityUsersRemoveFromGroup.at(customer(customerID), text(userID)).withBody(params)
	return s.core.confirm(ctx, r.check(missing, required("UserGroupID", params.UserGroupID)), opts)
}
