package workato

import (
	"context"
	"iter"
)

// ProjectService serves the projects of a customer's workspace. A project is a
// folder at the top and is created with Folders.Create; it has an id of its own
// besides its folder's. Its properties are served by PropertyService.
//
// https://docs.workato.com/oem/oem-api/project-properties.html
type ProjectService struct{ core *core }

const projectsDoc = "https://docs.workato.com/oem/oem-api/project-properties.html"

var (
	projectsList = operation{Operation: Operation{
		Name: "projects.list", Method: "GET", Path: "/api/managed_users/{customer}/projects",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "projects.list", PerMinute: 1000}, Paging: PagingPage, Doc: foldersDoc,
	}}
	projectsUpdate = operation{Operation: Operation{
		Name: "projects.update", Method: "PUT", Path: "/api/managed_users/{customer}/projects/{project_id}",
		Effect: Idempotent, Quota: Quota{Family: "projects", PerMinute: 60}, Doc: projectsDoc,
	}}
	projectsDelete = operation{Operation: Operation{
		Name: "projects.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/projects/{project_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "projects", PerMinute: 60}, Doc: projectsDoc,
	}, metOwnEffect: isGone}
)

// Project is a project of a customer's workspace.
type Project struct {
	// ID is the id of the project, which Update, Delete and the properties take.
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	// FolderID is the id of its folder, which Folders, Recipes and Imports take.
	FolderID int64 `json:"folder_id"`
}

func (p *Project) identity() int64 { return p.ID }

// ProjectListParams pages projects. All fields are optional.
type ProjectListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *ProjectListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the projects of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/folders.html#list-projects
func (s *ProjectService) List(ctx context.Context, customerID CustomerID, params *ProjectListParams, opts ...CallOption) (*Page[Project], error) {
	return paged[Project](s.core, projectsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the projects of List.
func (s *ProjectService) All(ctx context.Context, customerID CustomerID, params *ProjectListParams, opts ...CallOption) iter.Seq2[Project, error] {
	return paged[Project](s.core, projectsList.at(customer(customerID)), params, opts).all(ctx)
}

// ProjectUpdateParams describes a change: fields that are not set stay as they
// are. The fields are those of the response: no source shows the whole body.
type ProjectUpdateParams struct {
	Name        Opt[string] `json:"name,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
}

// Update changes the name or the description of a project.
//
// https://docs.workato.com/oem/oem-api/project-properties.html
func (s *ProjectService) Update(ctx context.Context, customerID CustomerID, projectID int64, params *ProjectUpdateParams, opts ...CallOption) (*Project, error) {
	params, missing := needed(params)
	r := projectsUpdate.at(customer(customerID), number(projectID)).withBody(params).
		check(missing, changedName(params.Name))
	return fetch[Project](ctx, s.core, r, opts)
}

// Delete deletes a project with its recipes, connections, folders and other
// assets. It takes the id of the project, not of its folder. A project that may
// not be deleted is ErrForbidden.
//
// https://docs.workato.com/oem/oem-api/project-properties.html
func (s *ProjectService) Delete(ctx context.Context, customerID CustomerID, projectID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, projectsDelete.at(customer(customerID), number(projectID)), opts)
}
