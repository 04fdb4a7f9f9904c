package workato

import (
	"context"
	"iter"
	"strconv"
	"time"
)

// FolderService serves the folders of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/folders.html
type FolderService struct{ core *core }

const foldersDoc = "https://docs.workato.com/oem/oem-api/folders.html"

var (
	// Unverified: the quota of folders, for which the reference states no figure.
	foldersList = operation{Operation: Operation{
		Name: "folders.list", Method: "GET", Path: "/api/managed_users/{customer}/folders",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "folders"}, Paging: PagingPage, Doc: foldersDoc,
	}}
	foldersCreate = operation{Operation: Operation{
		Name: "folders.create", Method: "POST", Path: "/api/managed_users/{customer}/folders",
		Effect: Create, Quota: Quota{Family: "folders"}, Doc: foldersDoc,
	}, lookup: "folder names are not unique: list the parent's folders before you try again"}
	foldersUpdate = operation{Operation: Operation{
		Name: "folders.update", Method: "PUT", Path: "/api/managed_users/{customer}/folders/{folder_id}",
		Effect: Idempotent, Quota: Quota{Family: "folders"}, Doc: foldersDoc,
	}}
	foldersDelete = operation{Operation: Operation{
		Name: "folders.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/folders/{folder_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "folders"}, Doc: foldersDoc,
	}, metOwnEffect: isGone}
)

// Folder is a folder of a customer's workspace. A folder at the top is a
// project, which has two ids.
type Folder struct {
	// ID is the id of the folder, also for a project.
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// ParentID is the folder above, nil for those at the top.
	ParentID *int64 `json:"parent_id"`
	// IsProject and ProjectID are missing in older responses.
	IsProject *bool `json:"is_project"`
	// ProjectID is the project that the folder belongs to: another number than its own
	// id.
	ProjectID *int64    `json:"project_id"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (f *Folder) identity() int64 { return f.ID }

// FolderCreateParams describes a new folder.
type FolderCreateParams struct {
	// Name is required. It need not be unique.
	Name string `json:"name"`
	// ParentID is the id of the folder to put it in. Without it the folder is
	// made at the top and is a project. The reference types it as a string.
	ParentID int64 `json:"parent_id,omitempty,string"`
}

// Create makes a folder, or a project at the top. The oldest responses hold
// only the id. If the response is lost, the error is ErrOutcomeUnknown: names
// are not unique, so check the parent's folders before you try again.
//
// https://docs.workato.com/oem/oem-api/folders.html#create-a-folder
func (s *FolderService) Create(ctx context.Context, customerID CustomerID, params *FolderCreateParams, opts ...CallOption) (*Folder, error) {
	params, missing := needed(params)
	r := foldersCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), optionalID("ParentID", params.ParentID))
	return fetch[Folder](ctx, s.core, r, opts)
}

// FolderListParams selects and pages folders. All fields are optional.
type FolderListParams struct {
	// ParentID is the id of the folder to list. Without it, the folders at the top
	// are listed: the projects.
	ParentID int64 `url:"parent_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *FolderListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the folders directly in one folder. No call lists a
// tree: list each folder.
//
// https://docs.workato.com/oem/oem-api/folders.html#list-folders
func (s *FolderService) List(ctx context.Context, customerID CustomerID, params *FolderListParams, opts ...CallOption) (*Page[Folder], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the folders of List: one level, not the tree.
func (s *FolderService) All(ctx context.Context, customerID CustomerID, params *FolderListParams, opts ...CallOption) iter.Seq2[Folder, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *FolderService) list(customerID CustomerID, params *FolderListParams, opts []CallOption) pagedList[Folder] {
	r := foldersList.at(customer(customerID)).check(optionalID("ParentID", given(params).ParentID))
	return paged[Folder](s.core, r, params, opts)
}

// FolderUpdateParams describes a change: fields that are not set stay as they
// are. Unverified: the effect of clearing one, so Null is refused.
type FolderUpdateParams struct {
	Name Opt[string]
	// ParentID is the id of the folder to move this one into.
	ParentID Opt[int64]
}

// Update renames or moves a folder. The body is known only from the Developer
// API.
//
// https://docs.workato.com/oem/oem-api/folders.html
func (s *FolderService) Update(ctx context.Context, customerID CustomerID, folderID int64, params *FolderUpdateParams, opts ...CallOption) (*Folder, error) {
	params, missing := needed(params)
	var body struct {
		Name     Opt[string] `json:"name,omitzero"`
		ParentID Opt[string] `json:"parent_id,omitzero"` // a string, as in Create
	}
	body.Name = params.Name
	r := foldersUpdate.at(customer(customerID), number(folderID)).
		check(missing, changedName(params.Name), notCleared("ParentID", params.ParentID), idIfSet("ParentID", params.ParentID))
	if id, ok := params.ParentID.Get(); ok {
		body.ParentID = Set(strconv.FormatInt(id, 10))
	}
	return fetch[Folder](ctx, s.core, r.withBody(&body), opts)
}

// Delete deletes a folder and its contents. A project is deleted by
// Projects.Delete, with its other id. A folder that may not be deleted is
// ErrForbidden.
//
// https://docs.workato.com/oem/oem-api/folders.html
func (s *FolderService) Delete(ctx context.Context, customerID CustomerID, folderID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, foldersDelete.at(customer(customerID), number(folderID)), opts)
}
