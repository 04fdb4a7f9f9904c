package workato

import (
	"context"
	"encoding/json"
	"iter"
	"strconv"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// RoleService serves the roles of the older permission model in a customer's
// workspace, and its move to the newer one: see EnvironmentRoleService and
// ProjectRoleService.
//
// https://docs.workato.com/oem/oem-api/roles.html
type RoleService struct{ core *core }

const (
	rolesDoc         = "https://docs.workato.com/oem/oem-api/roles.html"
	roleMigrationDoc = "https://docs.workato.com/en/oem/oem-api/role-migration.html"
)

var (
	rolesList = operation{Operation: Operation{
		Name: "roles.list", Method: "GET", Path: "/api/managed_users/{customer}/roles",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "roles", PerMinute: 60}, Paging: PagingPage, Doc: rolesDoc,
	}}
	rolesCopy = operation{Operation: Operation{
		Name: "roles.copy", Method: "POST", Path: "/api/managed_users/{customer}/roles/{role_id}/copy",
		Effect: Create, Quota: Quota{Family: "roles", PerMinute: 60}, Doc: rolesDoc,
	}, lookup: roleLookup}
	// Migrations are final, so they are not retried on a guess.
	rolesMigrateSystemRoles = operation{Operation: Operation{
		Name: "roles.migrate_system_roles", Method: "POST", Path: "/api/managed_users/{customer}/roles_migration/system_roles",
		Effect: Create, Response: ResponseRaw, Quota: Quota{Family: "role_migration", PerMinute: 60}, Doc: roleMigrationDoc,
	}, lookup: migrationLookup}
	rolesMigrateCustomRole = operation{Operation: Operation{
		Name: "roles.migrate_custom_role", Method: "POST", Path: "/api/managed_users/{customer}/roles_migration/custom_role",
		Effect: Create, Response: ResponseRaw, Quota: Quota{Family: "role_migration", PerMinute: 60}, Doc: roleMigrationDoc,
	}, lookup: migrationLookup}
)

const migrationLookup = "list the environment roles and the project roles to see whether the new ones are there"

// Role is a role of the older permission model.
type Role struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Inheritable marks a role that the partner has made for its customers.
	Inheritable *bool `json:"inheritable"`
	// FolderIDs are the folders to which the role is restricted.
	FolderIDs []int64    `json:"folder_ids"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
	// Privileges are verbs by asset type: {"Recipes": ["read"]}. A copy is
	// returned without them.
	Privileges map[string][]string `json:"privileges"`
}

func (r *Role) identity() int64 { return r.ID }

// RoleListParams selects roles. All fields are optional.
type RoleListParams struct {
	// RoleName selects the roles with this name.
	RoleName string `url:"role_name,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default here. Unverified: the maximum.
	PerPage int `url:"per_page"`
}

func (p *RoleListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the roles that were made in a customer's workspace.
// The inheritable ones of the partner are not included. One page of the
// reference types the customer's id as an integer. Unverified: that an
// ExternalID works here.
//
// https://docs.workato.com/oem/oem-api/roles.html
func (s *RoleService) List(ctx context.Context, customerID CustomerID, params *RoleListParams, opts ...CallOption) (*Page[Role], error) {
	return paged[Role](s.core, rolesList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the roles of List.
func (s *RoleService) All(ctx context.Context, customerID CustomerID, params *RoleListParams, opts ...CallOption) iter.Seq2[Role, error] {
	return paged[Role](s.core, rolesList.at(customer(customerID)), params, opts).all(ctx)
}

// RoleCopyParams describes the copy of a role. Name is required.
type RoleCopyParams struct {
	Name string
	// FolderIDs are the folders of the copy, those of the original if there are none.
	FolderIDs []int64
}

// Copy copies a role of a customer's workspace, with other folders if the params
// name some. If the response is lost, the error is ErrOutcomeUnknown: look for the
// name in List.
//
// https://docs.workato.com/oem/oem-api/roles.html#copy-a-custom-role
func (s *RoleService) Copy(ctx context.Context, customerID CustomerID, roleID int64, params *RoleCopyParams, opts ...CallOption) (*Role, error) {
	params, missing := needed(params)
	body := struct {
		Name      string   `json:"name"`
		FolderIDs []string `json:"folder_ids,omitempty"` // strings in the reference
	}{Name: params.Name}
	for _, id := range params.FolderIDs {
		body.FolderIDs = append(body.FolderIDs, strconv.FormatInt(id, 10))
	}
	r := rolesCopy.at(customer(customerID), number(roleID)).withBody(&body).
		check(missing, required("Name", params.Name), eachID("FolderIDs", params.FolderIDs))
	return fetch[Role](ctx, s.core, r, opts)
}

// RoleMigration is what the move to the newer permission model does, or would do.
// The reference allows null for each list.
type RoleMigration struct {
	EnvironmentRoles []MigratedRole         `json:"environment_roles"`
	ProjectRoles     []MigratedRole         `json:"project_roles"`
	Collaborators    []MigratedCollaborator `json:"collaborators"`
	Projects         []MigratedProject      `json:"projects"`
	// Moderators are kept as JSON. Unverified: their keys.
	Moderators []json.RawMessage `json:"moderators"`
	// Raw is the migration as received.
	Raw json.RawMessage `json:"-"`
}

// MigratedRole is a role of the newer model.
type MigratedRole struct {
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config"`
}

// MigratedCollaborator is a collaborator with the new roles in each environment.
type MigratedCollaborator struct {
	UserID int64              `json:"user_id"`
	Email  *string            `json:"email"`
	Name   *string            `json:"name"`
	Roles  []MigratedRoleHeld `json:"roles"`
}

// MigratedRoleHeld is the name of a role in an environment.
type MigratedRoleHeld struct {
	Environment EnvironmentType `json:"environment"`
	Name        string          `json:"name"`
}

// MigratedProject is a project with the new roles in it.
type MigratedProject struct {
	ID            int64                        `json:"id"`
	Name          string                       `json:"name"`
	Environment   EnvironmentType              `json:"environment"`
	Collaborators []MigratedProjectParticipant `json:"collaborators"`
}

// MigratedProjectParticipant is a collaborator with the new role in a project.
type MigratedProjectParticipant struct {
	UserID      int64   `json:"user_id"`
	Email       *string `json:"email"`
	Name        *string `json:"name"`
	ProjectRole string  `json:"project_role"`
}

func (m *RoleMigration) readWire(d *wire.Decoder, data []byte) error {
	type plain RoleMigration
	return d.Keep(data, (*plain)(m), &m.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (m *RoleMigration) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, m, (*RoleMigration).readWire)
}

// MarshalJSON returns the migration as received.
func (m RoleMigration) MarshalJSON() ([]byte, error) {
	type plain RoleMigration
	return kept(m.Raw, plain(m))
}

func (m RoleMigration) present() bool { return hasKeys(m.Raw) }

// RoleMigrateSystemRolesParams says whether to migrate.
type RoleMigrateSystemRolesParams struct {
	// DryRun only shows what a migration would do.
	DryRun bool `json:"dry_run" url:"dry_run"`
}

// MigrateSystemRoles moves a customer's workspace to the newer permission
// model, for good: afterwards RoleName and MemberRolePrivilegeGroup are refused
// for members. Do a DryRun first; nil params are refused. DryRun is sent in the
// query and the body, because the pages of the reference differ. If the
// response is lost, the error is ErrOutcomeUnknown, for a dry run too.
//
// https://docs.workato.com/en/oem/oem-api/role-migration.html
func (s *RoleService) MigrateSystemRoles(ctx context.Context, customerID CustomerID, params *RoleMigrateSystemRolesParams, opts ...CallOption) (*RoleMigration, error) {
	params, missing := needed(params)
	r := rolesMigrateSystemRoles.at(customer(customerID)).withQuery(params).withBody(params).check(missing)
	return fetch[RoleMigration](ctx, s.core, r, opts)
}

// RoleMigrateCustomRoleParams names a role. RoleID is required. Unverified: the keys
// of the request; Client.Do can send others.
type RoleMigrateCustomRoleParams struct {
	RoleID int64 `json:"role_id"`
	// DryRun only shows what a migration would do. Unverified: that this endpoint knows
	// it; one that does not would migrate.
	DryRun bool `json:"dry_run,omitempty"`
}

// MigrateCustomRole converts a role of the older model to environment and
// project roles, for good. Unverified: the response, which is returned as
// received.
//
// https://docs.workato.com/en/oem/oem-api/role-migration.html
func (s *RoleService) MigrateCustomRole(ctx context.Context, customerID CustomerID, params *RoleMigrateCustomRoleParams, opts ...CallOption) (json.RawMessage, error) {
	params, missing := needed(params)
	r := rolesMigrateCustomRole.at(customer(customerID)).withBody(params).check(missing, requiredID("RoleID", params.RoleID))
	return s.core.fetchRaw(ctx, r, opts)
}
