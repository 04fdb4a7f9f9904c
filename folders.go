package workato

import (
	"context"
	"time"
)

// FolderService serves the folders of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/folders.html
type FolderService struct{ core *core }

const foldersDoc = "https://docs.workato.com/oem/oem-api/folders.html"

var foldersCreate = register(operation{Operation: Operation{
	Name: "folders.create", Method: "POST", Path: "/api/managed_users/{customer}/folders",
	Effect: Create, Quota: Quota{Family: "folders"}, Doc: foldersDoc,
}, lookup: "folder names are not unique: list the parent's folders before you try again"})

// Folder is a folder of a customer's workspace. A folder at the top is a
// project, which has two ids.
type Folder struct {
	// ID is the id of the folder, also for a project.
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	ParentID *int64 `json:"parent_id"`
	// IsProject and ProjectID are missing in older answers.
	IsProject *bool     `json:"is_project"`
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

// Create makes a folder, or a project at the top. The oldest answers hold
// nothing but the id. If the answer is lost, the error is ErrOutcomeUnknown:
// names are not unique, so look at the parent's folders before you try again.
//
// https://docs.workato.com/oem/oem-api/folders.html#create-a-folder
func (s *FolderService) Create(ctx context.Context, customerID CustomerID, params *FolderCreateParams, opts ...CallOption) (*Folder, error) {
	if params == nil {
		return nil, invalid("params", "is nil")
	}
	r := foldersCreate.at(customer(customerID)).withBody(params).
		check(required("Name", params.Name), optionalID("ParentID", params.ParentID))
	return invoke(ctx, s.core, r, opts, decodeObject[Folder])
}
