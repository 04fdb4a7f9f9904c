package workato

import (
	"context"
	"iter"
)

// CustomerManagerService serves the customer managers: collaborators of the
// partner's workspace who have access to workspaces of customers.
//
// https://docs.workato.com/oem/oem-api/customer-managers.html
type CustomerManagerService struct{ core *core }

const customerManagersDoc = "https://docs.workato.com/oem/oem-api/customer-managers.html"

var (
	customerManagersList = operation{Operation: Operation{
		Name: "customer_managers.list", Method: "GET", Path: "/api/customer_managers",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "customer_managers", PerMinute: 60}, Doc: customerManagersDoc,
	}}
	customerManagersCreate = operation{Operation: Operation{
		Name: "customer_managers.create", Method: "POST", Path: "/api/customer_managers",
		Effect: Create, Quota: Quota{Family: "customer_managers", PerMinute: 60}, Doc: customerManagersDoc,
	}, lookup: "list the customer managers before you try again"}
	customerManagersUpdate = operation{Operation: Operation{
		Name: "customer_managers.update", Method: "PUT", Path: "/api/customer_managers/{manager_id}",
		Effect: Idempotent, Quota: Quota{Family: "customer_managers", PerMinute: 60}, Doc: customerManagersDoc,
	}}
	customerManagersDelete = operation{Operation: Operation{
		Name: "customer_managers.delete", Method: "DELETE", Path: "/api/customer_managers/{manager_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "customer_managers", PerMinute: 60}, Doc: customerManagersDoc,
	}, metOwnEffect: isGone}
)

// CustomerManager is a collaborator with access to workspaces of customers.
type CustomerManager struct {
	ID             int64                          `json:"id"`
	User           *CustomerManagerUser           `json:"user"`
	PrivilegeGroup *CustomerManagerPrivilegeGroup `json:"privilege_group"`
	// ModeratedWorkspaces are the workspaces that the manager has access to. An
	// empty list means all of them: see AllWorkspaces. nil means that the service
	// does not state them, as in older editions of the reference.
	ModeratedWorkspaces []ModeratedWorkspace `json:"moderated_workspaces"`
}

func (m *CustomerManager) identity() int64 { return m.ID }

// AllWorkspaces reports whether the manager has access to the workspaces of all
// customers.
func (m *CustomerManager) AllWorkspaces() bool {
	return m.ModeratedWorkspaces != nil && len(m.ModeratedWorkspaces) == 0
}

// CustomerManagerUser is the collaborator in the partner's workspace.
type CustomerManagerUser struct {
	ID        int64   `json:"id"`
	Name      string  `json:"name"`
	Email     string  `json:"email"`
	AvatarURL *string `json:"avatar_url"`
}

// CustomerManagerPrivilegeGroup is the role of a customer manager.
type CustomerManagerPrivilegeGroup struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// System says that the role is predefined by the service.
	System bool `json:"system"`
}

// ModeratedWorkspace is a workspace of a customer.
type ModeratedWorkspace struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// List returns the customer managers, all in one response.
//
// https://docs.workato.com/oem/oem-api/customer-managers.html
func (s *CustomerManagerService) List(ctx context.Context, opts ...CallOption) ([]CustomerManager, error) {
	return fetchList[CustomerManager](ctx, s.core, customerManagersList.at(), opts)
}

// All iterates over the customer managers of List. The list is fetched when the
// iteration starts.
func (s *CustomerManagerService) All(ctx context.Context, opts ...CallOption) iter.Seq2[CustomerManager, error] {
	return eachOf(func() ([]CustomerManager, error) { return s.List(ctx, opts...) })
}

// CustomerManagerCreateParams describes a customer manager. TeamCollaboratorID,
// RoleID and one of AllWorkspaces and PermittedWorkspaceIDs are required.
type CustomerManagerCreateParams struct {
	// TeamCollaboratorID is the id of a collaborator of the partner's workspace.
	TeamCollaboratorID int64 `json:"team_collaborator_id"`
	// RoleID is sent as a string, as the reference does.
	RoleID int64 `json:"role_id,string"`
	// AllWorkspaces gives access to the workspaces of all customers. The service
	// does so for an empty PermittedWorkspaceIDs, which is refused here: a list
	// that is empty by mistake must not open every workspace.
	AllWorkspaces bool `json:"-"`
	// PermittedWorkspaceIDs are the account ids of customers.
	PermittedWorkspaceIDs []int64 `json:"permitted_workspace_ids"`
}

// permitted checks the given workspaces, and returns them as sent.
func permitted(all bool, ids []int64) ([]int64, error) {
	if all == (len(ids) > 0) {
		return nil, invalid("PermittedWorkspaceIDs", "give either AllWorkspaces or PermittedWorkspaceIDs: an empty list would give access to all workspaces")
	}
	return append([]int64{}, ids...), eachID("PermittedWorkspaceIDs", ids) // never null
}

// Create makes a collaborator of the partner's workspace a customer manager.
//
// https://docs.workato.com/oem/oem-api/customer-managers.html
func (s *CustomerManagerService) Create(ctx context.Context, params *CustomerManagerCreateParams, opts ...CallOption) (*CustomerManager, error) {
	params, missing := needed(params)
	workspaces, err := permitted(params.AllWorkspaces, params.PermittedWorkspaceIDs)
	body := *params
	body.PermittedWorkspaceIDs = workspaces
	r := customerManagersCreate.at().withBody(&body).
		check(missing, requiredID("TeamCollaboratorID", params.TeamCollaboratorID), requiredID("RoleID", params.RoleID), err)
	return fetch[CustomerManager](ctx, s.core, r, opts)
}

// CustomerManagerUpdateParams replaces a customer manager's settings. All of it
// is required, as in CustomerManagerCreateParams: nothing is kept.
type CustomerManagerUpdateParams struct {
	RoleID                int64   `json:"role_id,string"`
	AllWorkspaces         bool    `json:"-"`
	PermittedWorkspaceIDs []int64 `json:"permitted_workspace_ids"`
}

// Update replaces the role of a customer manager and the workspaces that it has
// access to.
//
// https://docs.workato.com/oem/oem-api/customer-managers.html
func (s *CustomerManagerService) Update(ctx context.Context, managerID int64, params *CustomerManagerUpdateParams, opts ...CallOption) (*CustomerManager, error) {
	params, missing := needed(params)
	workspaces, err := permitted(params.AllWorkspaces, params.PermittedWorkspaceIDs)
	body := *params
	body.PermittedWorkspaceIDs = workspaces
	r := customerManagersUpdate.at(number(managerID)).withBody(&body).check(missing, requiredID("RoleID", params.RoleID), err)
	return fetch[CustomerManager](ctx, s.core, r, opts)
}

// Delete removes a customer manager's access to all workspaces of customers.
// The person stays a collaborator of the partner's workspace. Unverified: the
// response.
//
// https://docs.workato.com/oem/oem-api/customer-managers.html
func (s *CustomerManagerService) Delete(ctx context.Context, managerID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, customerManagersDelete.at(number(managerID)), opts)
}
