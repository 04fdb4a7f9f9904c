package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// ProjectRoleService serves the project roles of a customer's workspace, which
// belong to the newer permission model: ProjectGrants gives them to people and
// groups.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
type ProjectRoleService struct{ core *core }

const projectRolesDoc = "https://docs.workato.com/oem/oem-api/project-roles.html"

var (
	projectRolesList = operation{Operation: Operation{
		Name: "project_roles.list", Method: "GET", Path: "/api/managed_users/{customer}/project_roles", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "project_roles", PerSecond: 10}, Paging: PagingPage, Doc: projectRolesDoc,
	}}
	projectRolesGet = operation{Operation: Operation{
		Name: "project_roles.get", Method: "GET", Path: "/api/managed_users/{customer}/project_roles/{role_id}",
		Effect: Read, Quota: Quota{Family: "project_roles", PerSecond: 10}, Doc: projectRolesDoc,
	}}
	projectRolesCreate = operation{Operation: Operation{
		Name: "project_roles.create", Method: "POST", Path: "/api/managed_users/{customer}/project_roles",
		Effect: Create, Quota: Quota{Family: "project_roles", PerSecond: 10}, Doc: projectRolesDoc,
	}, lookup: roleLookup}
	projectRolesUpdate = operation{Operation: Operation{
		Name: "project_roles.update", Method: "PUT", Path: "/api/managed_users/{customer}/project_roles/{role_id}",
		Effect: Idempotent, Quota: Quota{Family: "project_roles", PerSecond: 10}, Doc: projectRolesDoc,
	}}
	projectRolesDelete = operation{Operation: Operation{
		Name: "project_roles.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/project_roles/{role_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "project_roles", PerSecond: 10}, Doc: projectRolesDoc,
	}, metOwnEffect: isGone}
)

// ProjectRole says what those who are granted it may do in a project.
type ProjectRole struct {
	// ID is a string: "pr-...". A sample of a list shows a number, which is read
	// too.
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	MembersCount *int64   `json:"members_count"`
	Type         RoleType `json:"type"`
	// Config is what the role allows, as JSON. It is nil in lists.
	Config    json.RawMessage `json:"config"`
	CreatedAt *time.Time      `json:"created_at"`
	UpdatedAt *time.Time      `json:"updated_at"`
	// Raw is the role as received.
	Raw json.RawMessage `json:"-"`
}

func (r ProjectRole) key() string { return r.ID }

func (r *ProjectRole) readWire(d *wire.Decoder, data []byte) error {
	type plain ProjectRole
	return d.Keep(data, (*plain)(r), &r.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (r *ProjectRole) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, r, (*ProjectRole).readWire)
}

// MarshalJSON returns the role as received.
func (r ProjectRole) MarshalJSON() ([]byte, error) {
	type plain ProjectRole
	return kept(r.Raw, plain(r))
}

// Project roles take the same parameters as environment roles.
type (
	// ProjectRoleListParams selects roles.
	ProjectRoleListParams = EnvironmentRoleListParams
	// ProjectRoleCreateParams describes a role.
	ProjectRoleCreateParams = EnvironmentRoleCreateParams
	// ProjectRoleUpdateParams describes a change. Name and Config are required.
	ProjectRoleUpdateParams = EnvironmentRoleUpdateParams
)

// List returns one page of the project roles of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
func (s *ProjectRoleService) List(ctx context.Context, customerID CustomerID, params *ProjectRoleListParams, opts ...CallOption) (*Page[ProjectRole], error) {
	return paged[ProjectRole](s.core, projectRolesList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the roles of List.
func (s *ProjectRoleService) All(ctx context.Context, customerID CustomerID, params *ProjectRoleListParams, opts ...CallOption) iter.Seq2[ProjectRole, error] {
	return paged[ProjectRole](s.core, projectRolesList.at(customer(customerID)), params, opts).all(ctx)
}

// Get returns a role with what it allows.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
func (s *ProjectRoleService) Get(ctx context.Context, customerID CustomerID, roleID string, opts ...CallOption) (*ProjectRole, error) {
	return fetch[ProjectRole](ctx, s.core, projectRolesGet.at(customer(customerID), text(roleID)), opts)
}

// Create makes a role. If the response is lost, the error is ErrOutcomeUnknown:
// look for the name in List.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
func (s *ProjectRoleService) Create(ctx context.Context, customerID CustomerID, params *ProjectRoleCreateParams, opts ...CallOption) (*ProjectRole, error) {
	params, missing := needed(params)
	r := projectRolesCreate.at(customer(customerID)).withBody(map[string]any{"project_role": params}).
		check(missing, required("Name", params.Name))
	return fetch[ProjectRole](ctx, s.core, r, opts)
}

// Update changes a role for all who have it. The service requires the name and
// the whole configuration, even if only one of them changes.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
func (s *ProjectRoleService) Update(ctx context.Context, customerID CustomerID, roleID string, params *ProjectRoleUpdateParams, opts ...CallOption) (*ProjectRole, error) {
	params, missing := needed(params)
	r := projectRolesUpdate.at(customer(customerID), text(roleID)).withBody(map[string]any{"project_role": params}).
		check(missing, params.check())
	if params.Name.IsZero() {
		r = r.check(invalid("Name", "is required: give the one that the role has to keep it"))
	}
	if params.Config.IsZero() {
		r = r.check(invalid("Config", "is required: give the one that the role has to keep it"))
	}
	return fetch[ProjectRole](ctx, s.core, r, opts)
}

// Delete deletes a role. Unverified: what happens to those who are granted it,
// and the response; any success counts.
//
// https://docs.workato.com/oem/oem-api/project-roles.html
func (s *ProjectRoleService) Delete(ctx context.Context, customerID CustomerID, roleID string, opts ...CallOption) error {
	return s.core.confirm(ctx, projectRolesDelete.at(customer(customerID), text(roleID)), opts)
}
