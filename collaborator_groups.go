package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// CollaboratorGroupService serves the groups of collaborators in a customer's
// workspace. A group can be granted roles in projects, which all its members then
// have. It belongs to the newer permission model; the API client needs access to
// DEV.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
type CollaboratorGroupService struct{ core *core }

const collaboratorGroupsDoc = "https://docs.workato.com/oem/oem-api/collaborator-groups.html"

var (
	collaboratorGroupsList = operation{Operation: Operation{
		Name: "collaborator_groups.list", Method: "GET", Path: "/api/managed_users/{customer}/user_groups", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Paging: PagingPage, Doc: collaboratorGroupsDoc,
	}, nullable: "data"}
	collaboratorGroupsGet = operation{Operation: Operation{
		Name: "collaborator_groups.get", Method: "GET", Path: "/api/managed_users/{customer}/user_groups/{group_id}",
		Effect: Read, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}}
	collaboratorGroupsCreate = operation{Operation: Operation{
		Name: "collaborator_groups.create", Method: "POST", Path: "/api/managed_users/{customer}/user_groups",
		Effect: Create, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}, lookup: "look for the name in the list of groups before you try again"}
	collaboratorGroupsUpdate = operation{Operation: Operation{
		Name: "collaborator_groups.update", Method: "PUT", Path: "/api/managed_users/{customer}/user_groups/{group_id}",
		Effect: Idempotent, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}}
	collaboratorGroupsDelete = operation{Operation: Operation{
		Name: "collaborator_groups.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/user_groups/{group_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}, metOwnEffect: isGone}
	collaboratorGroupsListMembers = operation{Operation: Operation{
		Name: "collaborator_groups.list_members", Method: "GET", Path: "/api/managed_users/{customer}/user_groups/{group_id}/members", Effect: Read,
		Response: ResponseList, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Paging: PagingPage, Doc: collaboratorGroupsDoc,
	}}
	collaboratorGroupsAddMembers = operation{Operation: Operation{
		Name: "collaborator_groups.add_members", Method: "POST", Path: "/api/managed_users/{customer}/user_groups/{group_id}/members", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}}
	collaboratorGroupsRemoveMembers = operation{Operation: Operation{
		Name: "collaborator_groups.remove_members", Method: "DELETE", Path: "/api/managed_users/{customer}/user_groups/{group_id}/members",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "collaborator_groups", PerSecond: 10}, Doc: collaboratorGroupsDoc,
	}, metOwnEffect: isGone, lookup: "see with collaborator_groups.list_members who is left"}
	collaboratorGroupsListProjectGrants = operation{Operation: Operation{
		Name: "collaborator_groups.list_project_grants", Method: "GET", Path: "/api/managed_users/{customer}/user_groups/{group_id}/project_grants",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "collaborator_groups.list_project_grants", PerMinute: 60}, Doc: collaboratorGroupsDoc,
	}}
)

// CollaboratorGroup is a group of collaborators. The pages for customers'
// workspaces show the id and the name, the rest is that of the Developer API.
type CollaboratorGroup struct {
	// ID is a string: "am-..." or "pf-...".
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	Description  *string `json:"description"`
	MembersCount *int64  `json:"members_count"`
	// System marks a group that Workato keeps, such as that of all collaborators.
	System    *bool      `json:"system"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (g *CollaboratorGroup) key() string { return g.ID }

// CollaboratorGroupListParams selects groups. All fields are optional.
type CollaboratorGroupListParams struct {
	Name string `url:"name,omitempty"`
	// Page counts from 1.
	Page int `url:"page[number],omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"page[size]"`
}

func (p *CollaboratorGroupListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the groups of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) List(ctx context.Context, customerID CustomerID, params *CollaboratorGroupListParams, opts ...CallOption) (*Page[CollaboratorGroup], error) {
	return paged[CollaboratorGroup](s.core, collaboratorGroupsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the groups of List.
func (s *CollaboratorGroupService) All(ctx context.Context, customerID CustomerID, params *CollaboratorGroupListParams, opts ...CallOption) iter.Seq2[CollaboratorGroup, error] {
	return paged[CollaboratorGroup](s.core, collaboratorGroupsList.at(customer(customerID)), params, opts).all(ctx)
}

// Get returns a group.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) Get(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) (*CollaboratorGroup, error) {
	return fetch[CollaboratorGroup](ctx, s.core, collaboratorGroupsGet.at(customer(customerID), text(groupID)), opts)
}

// CollaboratorGroupCreateParams describes a group. Name is required.
type CollaboratorGroupCreateParams struct {
	Name string `json:"name"`
	// Description is shown in the Developer API. Unverified: that it can be set.
	Description string `json:"description,omitempty"`
}

// Create makes a group without members. If the response is lost, the error is
// ErrOutcomeUnknown: look for the name in List. Unverified: the response; a
// group under "data" is expected; null, which the reference allows, is
// ErrUnexpectedResponse, because it has no id.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) Create(ctx context.Context, customerID CustomerID, params *CollaboratorGroupCreateParams, opts ...CallOption) (*CollaboratorGroup, error) {
	params, missing := needed(params)
	r := collaboratorGroupsCreate.at(customer(customerID)).withBody(map[string]any{"user_group": params}).
		check(missing, required("Name", params.Name))
	return fetch[CollaboratorGroup](ctx, s.core, r, opts)
}

// CollaboratorGroupUpdateParams describes a change: fields that are not set
// stay as they are.
type CollaboratorGroupUpdateParams struct {
	Name Opt[string] `json:"name,omitzero"`
	// Description is shown in the Developer API. Unverified: that it can be set.
	Description Opt[string] `json:"description,omitzero"`
}

// Update changes the name or the description of a group. Unverified: the
// response, as for Create.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) Update(ctx context.Context, customerID CustomerID, groupID string, params *CollaboratorGroupUpdateParams, opts ...CallOption) (*CollaboratorGroup, error) {
	params, missing := needed(params)
	r := collaboratorGroupsUpdate.at(customer(customerID), text(groupID)).withBody(map[string]any{"user_group": params}).
		check(missing, changedName(params.Name))
	return fetch[CollaboratorGroup](ctx, s.core, r, opts)
}

// Delete deletes a group. Its members stay in the workspace, and lose the roles
// in projects that they had through it. Unverified: the response; any success
// counts.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) Delete(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) error {
	return s.core.confirm(ctx, collaboratorGroupsDelete.at(customer(customerID), text(groupID)), opts)
}

// CollaboratorGroupMember is a collaborator in a group. Unverified: the keys of
// a member; those that are typed here are common to people elsewhere in the
// API, and Raw has everything.
type CollaboratorGroupMember struct {
	ID    int64   `json:"id"`
	Name  *string `json:"name"`
	Email *string `json:"email"`
	// Raw is the member as received.
	Raw json.RawMessage `json:"-"`
}

func (m CollaboratorGroupMember) present() bool { return hasKeys(m.Raw) }

func (m CollaboratorGroupMember) whole() []byte { return m.Raw }

func (m *CollaboratorGroupMember) readWire(d *wire.Decoder, data []byte) error {
	type plain CollaboratorGroupMember
	return d.Keep(data, (*plain)(m), &m.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (m *CollaboratorGroupMember) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, m, (*CollaboratorGroupMember).readWire)
}

// MarshalJSON returns the member as received.
func (m CollaboratorGroupMember) MarshalJSON() ([]byte, error) {
	type plain CollaboratorGroupMember
	return kept(m.Raw, plain(m))
}

// CollaboratorGroupListMembersParams selects members. All fields are optional.
type CollaboratorGroupListMembersParams struct {
	// Text is searched for in names and email addresses.
	Text string `url:"text,omitempty"`
	// Page counts from 1.
	Page int `url:"page[number],omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"page[size]"`
}

func (p *CollaboratorGroupListMembersParams) paging() (page, perPage *int) {
	return &p.Page, &p.PerPage
}

// ListMembers returns one page of the members of a group.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) ListMembers(ctx context.Context, customerID CustomerID, groupID string, params *CollaboratorGroupListMembersParams, opts ...CallOption) (*Page[CollaboratorGroupMember], error) {
	r := collaboratorGroupsListMembers.at(customer(customerID), text(groupID))
	return paged[CollaboratorGroupMember](s.core, r, params, opts).first(ctx)
}

// AllMembers iterates over the members of ListMembers.
func (s *CollaboratorGroupService) AllMembers(ctx context.Context, customerID CustomerID, groupID string, params *CollaboratorGroupListMembersParams, opts ...CallOption) iter.Seq2[CollaboratorGroupMember, error] {
	r := collaboratorGroupsListMembers.at(customer(customerID), text(groupID))
	return paged[CollaboratorGroupMember](s.core, r, params, opts).all(ctx)
}

// CollaboratorGroupAddMembersParams names the collaborators to add.
type CollaboratorGroupAddMembersParams struct {
	// UserIDs are ids of members of the workspace. Required.
	UserIDs []int64 `url:"user_ids"`
}

// AddMembers adds collaborators to a group; present members stay. The ids are
// sent in the query, as repeated keys without brackets.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) AddMembers(ctx context.Context, customerID CustomerID, groupID string, params *CollaboratorGroupAddMembersParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := collaboratorGroupsAddMembers.at(customer(customerID), text(groupID)).withQuery(params).check(missing, eachID("UserIDs", params.UserIDs))
	if len(params.UserIDs) == 0 {
		r = r.check(invalid("UserIDs", "is required"))
	}
	return s.core.confirm(ctx, r, opts)
}

// CollaboratorGroupRemoveMembersParams names the collaborators to remove. One
// of the fields is required.
type CollaboratorGroupRemoveMembersParams struct {
	// UserIDs are ids of members of the workspace.
	UserIDs []int64 `url:"user_ids,omitempty"`
	// MemberInvitationIDs are ids of invitations that have not been accepted.
	MemberInvitationIDs []int64 `url:"member_invitation_ids,omitempty"`
}

// RemoveMembers removes collaborators from a group; they stay in the workspace.
// The ids are sent in the query of the DELETE. If a response is lost and the
// retry finds one of several gone, the error is ErrOutcomeUnknown. Unverified:
// the response; any success counts.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) RemoveMembers(ctx context.Context, customerID CustomerID, groupID string, params *CollaboratorGroupRemoveMembersParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := collaboratorGroupsRemoveMembers.at(customer(customerID), text(groupID)).withQuery(params).
		check(missing, eachID("UserIDs", params.UserIDs), eachID("MemberInvitationIDs", params.MemberInvitationIDs))
	named := len(params.UserIDs) + len(params.MemberInvitationIDs)
	if named == 0 {
		r = r.check(invalid("UserIDs", "is required unless MemberInvitationIDs is set"))
	}
	r.several = named > 1
	return s.core.confirm(ctx, r, opts)
}

// ListProjectGrants returns the roles in projects that a group gives its members.
//
// https://docs.workato.com/oem/oem-api/collaborator-groups.html
func (s *CollaboratorGroupService) ListProjectGrants(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) ([]ProjectGrant, error) {
	r := collaboratorGroupsListProjectGrants.at(customer(customerID), text(groupID))
	return invoke(ctx, s.core, r, opts, decodeNullable[ProjectGrant])
}

// AllProjectGrants iterates over the grants of ListProjectGrants. They are
// fetched when the iteration starts.
func (s *CollaboratorGroupService) AllProjectGrants(ctx context.Context, customerID CustomerID, groupID string, opts ...CallOption) iter.Seq2[ProjectGrant, error] {
	return eachOf(func() ([]ProjectGrant, error) { return s.ListProjectGrants(ctx, customerID, groupID, opts...) })
}
