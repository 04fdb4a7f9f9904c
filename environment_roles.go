package workato

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// EnvironmentRoleService serves the environment roles of a customer's
// workspace, which belong to the newer permission model: RoleService has those
// of the older one. The newest pages of the reference show the paths under
// /api/v2, as they are sent; older ones show them without v2. If everything is
// ErrNotFound, Client.Do can try those.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
type EnvironmentRoleService struct{ core *core }

const environmentRolesDoc = "https://docs.workato.com/oem/oem-api/environment-roles.html"

// permissionsPath begins the paths of environment roles and project grants. The
// pages contradict each other about v2 (docs.workato.com/ja/oem/oem-api/, with
// .html and without): change it here if it is wrong.
const permissionsPath = "/api/v2/managed_users/{customer}"

var (
	environmentRolesList = operation{Operation: Operation{
		Name: "environment_roles.list", Method: "GET", Path: permissionsPath + "/environment_roles", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "environment_roles", PerSecond: 10}, Paging: PagingPage, Doc: environmentRolesDoc,
	}}
	environmentRolesGet = operation{Operation: Operation{
		Name: "environment_roles.get", Method: "GET", Path: permissionsPath + "/environment_roles/{role_id}",
		Effect: Read, Quota: Quota{Family: "environment_roles", PerSecond: 10}, Doc: environmentRolesDoc,
	}}
	environmentRolesCreate = operation{Operation: Operation{
		Name: "environment_roles.create", Method: "POST", Path: permissionsPath + "/environment_roles",
		Effect: Create, Quota: Quota{Family: "environment_roles", PerSecond: 10}, Doc: environmentRolesDoc,
	}, lookup: roleLookup}
	environmentRolesUpdate = operation{Operation: Operation{
		Name: "environment_roles.update", Method: "PUT", Path: permissionsPath + "/environment_roles/{role_id}",
		Effect: Idempotent, Quota: Quota{Family: "environment_roles", PerSecond: 10}, Doc: environmentRolesDoc,
	}}
	environmentRolesDelete = operation{Operation: Operation{
		Name: "environment_roles.delete", Method: "DELETE", Path: permissionsPath + "/environment_roles/{role_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "environment_roles", PerSecond: 10}, Doc: environmentRolesDoc,
	}, metOwnEffect: isGone}
)

const roleLookup = "look for the name in the list of roles before you try again"

// RoleType says where an environment role or a project role comes from. Other
// values may appear.
type RoleType string

// The documented types.
const (
	RoleSystem RoleType = "system" // Workato's own
	RoleCustom RoleType = "custom" // made in the workspace
	// RoleInheritable is made by the partner for its customers, who have it as
	// RoleInherited.
	RoleInheritable RoleType = "inheritable"
	RoleInherited   RoleType = "inherited"
)

// EnvironmentRole says what collaborators may do in an environment.
type EnvironmentRole struct {
	ID           int64    `json:"id"`
	Name         string   `json:"name"`
	MembersCount *int64   `json:"members_count"`
	Type         RoleType `json:"type"`
	// Config is what the role allows, as JSON, by area: {"team": {"privileges": "all"}}.
	// It is nil in lists.
	Config    json.RawMessage `json:"config"`
	CreatedAt *time.Time      `json:"created_at"`
	UpdatedAt *time.Time      `json:"updated_at"`
	// Raw is the role as received.
	Raw json.RawMessage `json:"-"`
}

func (r EnvironmentRole) identity() int64 { return r.ID }

func (r *EnvironmentRole) readWire(d *wire.Decoder, data []byte) error {
	type plain EnvironmentRole
	return d.Keep(data, (*plain)(r), &r.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (r *EnvironmentRole) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, r, (*EnvironmentRole).readWire)
}

// MarshalJSON returns the role as received.
func (r EnvironmentRole) MarshalJSON() ([]byte, error) {
	type plain EnvironmentRole
	return kept(r.Raw, plain(r))
}

// EnvironmentRoleListParams selects roles. All fields are optional.
type EnvironmentRoleListParams struct {
	Name string `url:"name,omitempty"`
	// Page counts from 1.
	Page int `url:"page[number],omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"page[size]"`
}

func (p *EnvironmentRoleListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the environment roles of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
func (s *EnvironmentRoleService) List(ctx context.Context, customerID CustomerID, params *EnvironmentRoleListParams, opts ...CallOption) (*Page[EnvironmentRole], error) {
	return paged[EnvironmentRole](s.core, environmentRolesList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the roles of List.
func (s *EnvironmentRoleService) All(ctx context.Context, customerID CustomerID, params *EnvironmentRoleListParams, opts ...CallOption) iter.Seq2[EnvironmentRole, error] {
	return paged[EnvironmentRole](s.core, environmentRolesList.at(customer(customerID)), params, opts).all(ctx)
}

// Get returns a role with what it allows.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
func (s *EnvironmentRoleService) Get(ctx context.Context, customerID CustomerID, roleID int64, opts ...CallOption) (*EnvironmentRole, error) {
	return fetch[EnvironmentRole](ctx, s.core, environmentRolesGet.at(customer(customerID), number(roleID)), opts)
}

// EnvironmentRoleCreateParams describes a role. Name is required.
type EnvironmentRoleCreateParams struct {
	Name string `json:"name"`
	// Config is what the role allows, by area. Unverified: its keys, except those
	// of the sample {"team": {"privileges": "all"}}; Get shows those of other
	// roles.
	Config map[string]any `json:"config,omitempty"`
	// Inheritable lets child workspaces have the role. Unverified: the name of the key.
	Inheritable bool `json:"inheritable,omitempty"`
}

// Create makes a role. If the response is lost, the error is ErrOutcomeUnknown:
// look for the name in List.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
func (s *EnvironmentRoleService) Create(ctx context.Context, customerID CustomerID, params *EnvironmentRoleCreateParams, opts ...CallOption) (*EnvironmentRole, error) {
	params, missing := needed(params)
	r := environmentRolesCreate.at(customer(customerID)).withBody(map[string]any{"environment_role": params}).
		check(missing, required("Name", params.Name))
	return fetch[EnvironmentRole](ctx, s.core, r, opts)
}

// EnvironmentRoleUpdateParams describes a change. The reference shows a request
// with both a name and a configuration. Unverified: that fields which are not
// set stay as they are.
type EnvironmentRoleUpdateParams struct {
	Name        Opt[string]         `json:"name,omitzero"`
	Config      Opt[map[string]any] `json:"config,omitzero"`
	Inheritable Opt[bool]           `json:"inheritable,omitzero"`
}

func (p *EnvironmentRoleUpdateParams) check() error {
	return errors.Join(changedName(p.Name), notCleared("Config", p.Config), notCleared("Inheritable", p.Inheritable))
}

// Update changes a role for all who have it. Roles of the types system and
// inherited do not belong to the workspace.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
func (s *EnvironmentRoleService) Update(ctx context.Context, customerID CustomerID, roleID int64, params *EnvironmentRoleUpdateParams, opts ...CallOption) (*EnvironmentRole, error) {
	params, missing := needed(params)
	r := environmentRolesUpdate.at(customer(customerID), number(roleID)).withBody(map[string]any{"environment_role": params}).
		check(missing, params.check())
	return fetch[EnvironmentRole](ctx, s.core, r, opts)
}

// Delete deletes a role. Unverified: what happens to those who have it, and the
// response; any success counts.
//
// https://docs.workato.com/oem/oem-api/environment-roles.html
func (s *EnvironmentRoleService) Delete(ctx context.Context, customerID CustomerID, roleID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, environmentRolesDelete.at(customer(customerID), number(roleID)), opts)
}
