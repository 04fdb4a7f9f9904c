package workato

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// MemberService serves the collaborators in a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
type MemberService struct{ core *core }

var (
	membersList = operation{Operation: Operation{
		Name: "members.list", Method: "GET", Path: "/api/managed_users/{customer}/members",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
	membersGet = operation{Operation: Operation{
		Name: "members.get", Method: "GET", Path: "/api/managed_users/{customer}/members/{member_id}",
		Effect: Read, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
	membersAdd = operation{Operation: Operation{
		Name: "members.add", Method: "POST", Path: "/api/managed_users/{customer}/members",
		Effect: Create, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}, lookup: "list the members of the workspace before you try again"}
	membersUpdate = operation{Operation: Operation{
		Name: "members.update", Method: "PUT", Path: "/api/managed_users/{customer}/members/{member_id}",
		Effect: Idempotent, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
	membersRemove = operation{Operation: Operation{
		Name: "members.remove", Method: "DELETE", Path: "/api/managed_users/{customer}/members/{member_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "members.remove", PerMinute: 1000}, Doc: managedUsersDoc,
	}, metOwnEffect: isGone}
	membersInvite = operation{Operation: Operation{
		Name: "members.invite", Method: "POST", Path: "/api/managed_users/{customer}/member_invitations",
		Effect: Create, Response: ResponseConfirmation, Quota: Quota{Family: "members.invite", PerMinute: 60}, Doc: "https://docs.workato.com/oem/oem-api/team.html",
	}, lookup: "an invited person becomes a member only on accepting; within 20 minutes the service refuses another invitation"}

	membersAddLegacy = operation{Operation: Operation{
		Name: "members.add_legacy", Method: "POST", Path: "/api/managed_users/{customer}/member",
		Effect: Create, Quota: Quota{Family: "members", PerMinute: 60}, Deprecated: true, Doc: managedUsersDoc,
	}, lookup: "list the members of the workspace before you try again"}
	membersRemoveLegacy = operation{Operation: Operation{
		Name: "members.remove_legacy", Method: "DELETE", Path: "/api/managed_users/{customer}/member",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "members", PerMinute: 60}, Deprecated: true, Doc: managedUsersDoc,
	}, metOwnEffect: isGone}
)

// Member is a collaborator of a customer's workspace. Raw has the keys that are
// not typed here.
type Member struct {
	ID int64 `json:"id"`
	// GrantType distinguishes a team member from a customer manager.
	GrantType *string `json:"grant_type"`
	RoleName  *string `json:"role_name"`
	// Roles are the roles by environment. Unverified: only members of the partner's
	// own workspace were seen with them, and without a RoleName.
	Roles      []MemberRole `json:"roles"`
	ExternalID *string      `json:"external_id"`
	Name       *string      `json:"name"`
	Email      *string      `json:"email"`
	TimeZone   *string      `json:"time_zone"`
	// Raw is the member as received.
	Raw json.RawMessage `json:"-"`
}

func (m Member) identity() int64 { return m.ID }

// MemberRole is the role of a member in an environment.
type MemberRole struct {
	EnvironmentType EnvironmentType `json:"environment_type"`
	RoleName        string          `json:"role_name"`
}

func (m *Member) readWire(d *wire.Decoder, data []byte) error {
	type plain Member
	return d.Keep(data, (*plain)(m), &m.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (m *Member) UnmarshalJSON(data []byte) error { return wire.ReadWith(data, m, (*Member).readWire) }

// MarshalJSON returns the member as received.
func (m Member) MarshalJSON() ([]byte, error) {
	type plain Member
	return kept(m.Raw, plain(m))
}

// MemberAddLegacyParams describes a collaborator. Name and OAuthID are
// required.
type MemberAddLegacyParams struct {
	Name    string `json:"name"`
	OAuthID string `json:"oauth_id"`
	// RoleName is the name of a role of the older permission model.
	RoleName string `json:"role_name,omitempty"`
	// ExternalID is your own id of the person.
	ExternalID string `json:"external_id,omitempty"`
}

// List returns the members of a customer's workspace, all in one response.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) List(ctx context.Context, customerID CustomerID, opts ...CallOption) ([]Member, error) {
	return fetchList[Member](ctx, s.core, membersList.at(customer(customerID)), opts)
}

// All iterates over the members of List. The list is fetched when the iteration
// starts.
func (s *MemberService) All(ctx context.Context, customerID CustomerID, opts ...CallOption) iter.Seq2[Member, error] {
	return eachOf(func() ([]Member, error) { return s.List(ctx, customerID, opts...) })
}

// Get returns a member.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) Get(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) (*Member, error) {
	return fetch[Member](ctx, s.core, membersGet.at(customer(customerID), number(memberID)), opts)
}

// MemberRoleType is the permission model of a role. Other values may appear.
type MemberRoleType string

// The models. A workspace has one of them; the move to the newer one is final.
const (
	// MemberRolePrivilegeGroup is a role of the older model, and the service's
	// default.
	MemberRolePrivilegeGroup MemberRoleType = "privilege_group"
	// MemberRoleEnvironment is a role of the newer model.
	MemberRoleEnvironment MemberRoleType = "environment"
)

// MemberNoAccess is the name of the role without access to an environment.
const MemberNoAccess = "NoAccess"

// MemberEnvRole gives a member a role in an environment.
type MemberEnvRole struct {
	// EnvironmentType is EnvironmentDev for a customer without environments.
	EnvironmentType EnvironmentType `json:"environment_type"`
	// Name is the name of the role, such as "Operator", or MemberNoAccess.
	Name     string         `json:"name"`
	RoleType MemberRoleType `json:"role_type,omitempty"`
}

// checkRoles checks the roles of a new member or an invitation, at least one.
func checkRoles(roleName string, roles []MemberEnvRole) error {
	if roleName == "" && len(roles) == 0 {
		return invalid("RoleName", "is required unless EnvRoles is set")
	}
	return checkEnvRoles(roleName, roles)
}

// checkEnvRoles checks the roles of a member. The service ignores a role name
// beside them.
func checkEnvRoles(roleName string, roles []MemberEnvRole) error {
	var errs []error
	if roleName != "" && len(roles) > 0 {
		errs = append(errs, invalid("RoleName", "has no effect beside EnvRoles: set one of them"))
	}
	for i, role := range roles {
		field := fmt.Sprintf("EnvRoles[%d].", i)
		errs = append(errs, required(field+"EnvironmentType", string(role.EnvironmentType), field+"Name", role.Name))
	}
	return errors.Join(errs...)
}

// MemberAddParams describes a collaborator: a new one, or a user of Workato.
type MemberAddParams struct {
	// Name is required for a new user, and so is one of RoleName and EnvRoles. For
	// an existing user leave out Name, RoleName, ExternalID and TimeZone, and set
	// OAuthID.
	Name    string `json:"name,omitempty"`
	OAuthID string `json:"oauth_id,omitempty"`
	// RoleName is the role in DEV, or in the workspace if there are no
	// environments. Workspaces with the newer permission model refuse it.
	RoleName   string `json:"role_name,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	// TimeZone is a Rails name such as "Pacific Time (US & Canada)".
	TimeZone string `json:"time_zone,omitempty"`
	// EnvRoles are the roles by environment, in place of RoleName.
	EnvRoles []MemberEnvRole `json:"env_roles,omitempty"`
}

// Add adds a collaborator to a customer's workspace. If the response is lost,
// the error is ErrOutcomeUnknown: check the members before you try again.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) Add(ctx context.Context, customerID CustomerID, params *MemberAddParams, opts ...CallOption) (*Member, error) {
	params, missing := needed(params)
	r := membersAdd.at(customer(customerID)).withBody(params).check(missing)
	if params.OAuthID == "" {
		r = r.check(required("Name", params.Name), checkRoles(params.RoleName, params.EnvRoles))
	} else {
		r = r.check(checkEnvRoles(params.RoleName, params.EnvRoles))
	}
	return fetch[Member](ctx, s.core, r, opts)
}

// MemberUpdateParams describes a change: fields that are not set stay as they
// are. The reference shows the roles; that the rest can be changed is inferred
// from Add.
type MemberUpdateParams struct {
	Name     Opt[string] `json:"name,omitzero"`
	RoleName Opt[string] `json:"role_name,omitzero"`
	// ExternalID is your own id of the person.
	ExternalID Opt[string] `json:"external_id,omitzero"`
	// TimeZone is a Rails name such as "Pacific Time (US & Canada)".
	TimeZone Opt[string] `json:"time_zone,omitzero"`
	// EnvRoles are the roles by environment, in place of RoleName.
	EnvRoles Opt[[]MemberEnvRole] `json:"env_roles,omitzero"`
}

// Update changes the roles of a member.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) Update(ctx context.Context, customerID CustomerID, memberID int64, params *MemberUpdateParams, opts ...CallOption) (*Member, error) {
	params, missing := needed(params)
	roleName, _ := params.RoleName.Get()
	roles, _ := params.EnvRoles.Get()
	r := membersUpdate.at(customer(customerID), number(memberID)).withBody(params).
		check(missing, checkEnvRoles(roleName, roles), notCleared("RoleName", params.RoleName), notCleared("EnvRoles", params.EnvRoles))
	return fetch[Member](ctx, s.core, r, opts)
}

// Remove removes a member from a customer's workspace. Unverified: the response;
// any success counts.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) Remove(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, membersRemove.at(customer(customerID), number(memberID)), opts)
}

// MemberInviteParams describes an invitation. Name, Email and one of RoleName and
// EnvRoles are required.
type MemberInviteParams struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	// RoleName is the role in DEV, or in the workspace if there are no
	// environments. Workspaces with the newer permission model refuse it.
	RoleName string `json:"role_name,omitempty"`
	// EnvRoles are the roles by environment, in place of RoleName.
	EnvRoles []MemberEnvRole `json:"env_roles,omitempty"`
	// UserGroupIDs are groups of collaborators to join, such as "am-AbC12". Unverified:
	// only invitations to the partner's own workspace were seen with them.
	UserGroupIDs []string `json:"user_group_ids,omitempty"`
}

// Invite mails an invitation to a customer's workspace. The invited person is a
// member only after accepting it. For the same address and workspace the
// service takes one call in 20 minutes. If the response is lost, the error is
// ErrOutcomeUnknown: the mail may have been sent. Some pages show the path with
// member_invitation, in the singular: if this one is ErrNotFound, Client.Do can
// try the other.
//
// https://docs.workato.com/oem/oem-api/team.html
func (s *MemberService) Invite(ctx context.Context, customerID CustomerID, params *MemberInviteParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := membersInvite.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name, "Email", params.Email), checkRoles(params.RoleName, params.EnvRoles))
	return s.core.confirm(ctx, r, opts)
}

// AddLegacy adds a collaborator to a customer's workspace. The only sample of
// its response is a copy of another endpoint's, so only ID of the result is
// reliable.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#add-member-to-customer-account
//
// Deprecated: upstream has replaced the endpoint with one under /members.
func (s *MemberService) AddLegacy(ctx context.Context, customerID CustomerID, params *MemberAddLegacyParams, opts ...CallOption) (*Member, error) {
	params, missing := needed(params)
	r := membersAddLegacy.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name, "OAuthID", params.OAuthID))
	return fetch[Member](ctx, s.core, r, opts)
}

// RemoveLegacy removes a collaborator from a customer's workspace. The request
// is a DELETE with a JSON body.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#remove-member-from-customer-account
//
// Deprecated: upstream has replaced the endpoint with one under /members.
func (s *MemberService) RemoveLegacy(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) error {
	body := struct {
		MemberID int64 `json:"member_id,string"` // a string of digits in the sample
	}{memberID}
	r := membersRemoveLegacy.at(customer(customerID)).withBody(&body).check(requiredID("memberID", memberID))
	return s.core.confirm(ctx, r, opts)
}
