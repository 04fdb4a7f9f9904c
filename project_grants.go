package workato

import (
	"context"
	"fmt"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// ProjectGrantService serves the grants of a customer's workspace, each of
// which gives a person or a group a role in a project. They belong to the newer
// permission model. The API client can grant only in the environments and
// projects that it may reach itself. About v2 in the paths see
// EnvironmentRoleService.
//
// https://docs.workato.com/oem/oem-api/project-grants.html
type ProjectGrantService struct{ core *core }

const projectGrantsDoc = "https://docs.workato.com/oem/oem-api/project-grants.html"

var (
	projectGrantsGet = operation{Operation: Operation{
		Name: "project_grants.get", Method: "GET", Path: permissionsPath + "/project_grants/{grant_id}",
		Effect: Read, Quota: Quota{Family: "project_grants", PerMinute: 60}, Doc: projectGrantsDoc,
	}}
	projectGrantsUpdate = operation{Operation: Operation{
		Name: "project_grants.update", Method: "PUT", Path: permissionsPath + "/project_grants/{grant_id}",
		Effect: Idempotent, Quota: Quota{Family: "project_grants", PerMinute: 60}, Doc: projectGrantsDoc,
	}}
	projectGrantsDelete = operation{Operation: Operation{
		Name: "project_grants.delete", Method: "DELETE", Path: permissionsPath + "/project_grants/{grant_id}", Effect: Idempotent,
		Response: ResponseConfirmation, Quota: Quota{Family: "project_grants", PerMinute: 60}, Doc: projectGrantsDoc,
	}, metOwnEffect: isGone}
	// One page shows this path without "projects", a mistake.
	projectGrantsListByProject = operation{Operation: Operation{
		Name: "project_grants.list_by_project", Method: "GET", Path: permissionsPath + "/projects/{project_id}/project_grants",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "project_grants", PerMinute: 60}, Doc: projectGrantsDoc,
	}}
	projectGrantsUpsertByProject = operation{Operation: Operation{
		Name: "project_grants.upsert_by_project", Method: "PUT", Path: permissionsPath + "/projects/{project_id}/project_grants",
		Effect: Idempotent, Response: ResponseList, Quota: Quota{Family: "project_grants", PerMinute: 60}, Doc: projectGrantsDoc,
	}}
)

// decodeGrant reads one grant, which has an id. Those of other lists, which no
// source shows, may lack it.
func decodeGrant(d *wire.Decoder, body []byte) (*ProjectGrant, error) {
	grant, err := decodeObject[ProjectGrant](d, body)
	if err == nil && isEmpty(&ProjectRole{ID: grant.ID}) {
		return nil, errNoID
	}
	return grant, err
}

// Get returns a grant. Its id is a string: "pg-...".
//
// https://docs.workato.com/oem/oem-api/project-grants.html
func (s *ProjectGrantService) Get(ctx context.Context, customerID CustomerID, grantID string, opts ...CallOption) (*ProjectGrant, error) {
	return invoke(ctx, s.core, projectGrantsGet.at(customer(customerID), text(grantID)), opts, decodeGrant)
}

// ProjectGrantUpdateParams describes a change. ProjectRoleID is required.
type ProjectGrantUpdateParams struct {
	// ProjectRoleID is the id of a project role: "pr-...". Unverified: the name of the
	// key, which is that of UpsertByProject.
	ProjectRoleID string `json:"project_role_id"`
}

// Update gives the person or the group of a grant another role in the project.
// UpsertByProject does the same with a documented body.
//
// https://docs.workato.com/oem/oem-api/project-grants.html
func (s *ProjectGrantService) Update(ctx context.Context, customerID CustomerID, grantID string, params *ProjectGrantUpdateParams, opts ...CallOption) (*ProjectGrant, error) {
	params, missing := needed(params)
	r := projectGrantsUpdate.at(customer(customerID), text(grantID)).withBody(params).
		check(missing, required("ProjectRoleID", params.ProjectRoleID))
	return invoke(ctx, s.core, r, opts, decodeGrant)
}

// Delete removes a role in a project. Unverified: the response; any success
// counts.
//
// https://docs.workato.com/oem/oem-api/project-grants.html
func (s *ProjectGrantService) Delete(ctx context.Context, customerID CustomerID, grantID string, opts ...CallOption) error {
	return s.core.confirm(ctx, projectGrantsDelete.at(customer(customerID), text(grantID)), opts)
}

// ListByProject returns the grants in a project. It takes the id of the
// project, not that of its folder. The reference allows the service to send
// null for an empty list.
//
// https://docs.workato.com/oem/oem-api/project-grants.html
func (s *ProjectGrantService) ListByProject(ctx context.Context, customerID CustomerID, projectID int64, opts ...CallOption) ([]ProjectGrant, error) {
	r := projectGrantsListByProject.at(customer(customerID), number(projectID))
	return invoke(ctx, s.core, r, opts, decodeNullable[ProjectGrant])
}

// AllByProject iterates over the grants of ListByProject. They are fetched when
// the iteration starts.
func (s *ProjectGrantService) AllByProject(ctx context.Context, customerID CustomerID, projectID int64, opts ...CallOption) iter.Seq2[ProjectGrant, error] {
	return eachOf(func() ([]ProjectGrant, error) { return s.ListByProject(ctx, customerID, projectID, opts...) })
}

// ProjectGrantAssignmentType says to whom a role is granted.
type ProjectGrantAssignmentType string

// The documented types.
const (
	ProjectGrantToUser      ProjectGrantAssignmentType = "User"
	ProjectGrantToUserGroup ProjectGrantAssignmentType = "UserGroup"
)

// ProjectGrantAssignment gives a role to a person or a group. All fields are
// required.
type ProjectGrantAssignment struct {
	AssignmentType ProjectGrantAssignmentType `json:"assignment_type"`
	// AssignmentID is the id of a member as digits, or that of a group.
	AssignmentID string `json:"assignment_id"`
	// ProjectRoleID is the id of a project role: "pr-...".
	ProjectRoleID string `json:"project_role_id"`
}

// MaxProjectGrants is how many grants one call may add or change.
const MaxProjectGrants = 100

// ProjectGrantUpsertByProjectParams holds grants to add or to change. ProjectGrants
// is required, with at most MaxProjectGrants elements.
type ProjectGrantUpsertByProjectParams struct {
	ProjectGrants []ProjectGrantAssignment `json:"project_grants"`
}

func (p *ProjectGrantUpsertByProjectParams) check() (errs []error) {
	if n := len(p.ProjectGrants); n == 0 || n > MaxProjectGrants {
		errs = append(errs, invalid("ProjectGrants", "must hold 1 to %d grants, got %d", MaxProjectGrants, n))
	}
	for i, grant := range p.ProjectGrants {
		field := fmt.Sprintf("ProjectGrants[%d].", i)
		errs = append(errs, required(field+"AssignmentType", string(grant.AssignmentType),
			field+"AssignmentID", grant.AssignmentID, field+"ProjectRoleID", grant.ProjectRoleID))
	}
	return errs
}

// UpsertByProject grants people and groups roles in a project; an existing role
// is replaced. It takes the id of the project, not of its folder, and returns
// the grants. The list is sent in the body. Unverified: that the service reads
// it there; one page of the reference (api-docs.workato.com) shows it in the
// query.
//
// https://docs.workato.com/oem/oem-api/project-grants.html
func (s *ProjectGrantService) UpsertByProject(ctx context.Context, customerID CustomerID, projectID int64, params *ProjectGrantUpsertByProjectParams, opts ...CallOption) ([]ProjectGrant, error) {
	params, missing := needed(params)
	r := projectGrantsUpsertByProject.at(customer(customerID), number(projectID)).withBody(params).check(append(params.check(), missing)...)
	return invoke(ctx, s.core, r, opts, decodeNullable[ProjectGrant])
}
