package workato_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func updateFolder(p *workato.FolderUpdateParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return ignore(c.Folders.Update(ctx, customer, 1789, p))
	}
}

func updateProject(p *workato.ProjectUpdateParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return ignore(c.Projects.Update(ctx, customer, 649, p))
	}
}

var _ = addRequests(
	requestCase{
		op: "folders.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Folders.List(ctx, customer, nil))
		},
		want:   "GET /api/managed_users/{customer}/folders?page=1&per_page=100",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "folders.list", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Folders.List(ctx, customer, &workato.FolderListParams{ParentID: 4515, Page: 2, PerPage: 10}))
		},
		want:   "GET /api/managed_users/{customer}/folders?page=2&parent_id=4515&per_page=10",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "folders.list", name: "All",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			for _, err := range c.Folders.All(ctx, customer, &workato.FolderListParams{ParentID: 4515}) {
				return err
			}
			return nil
		},
		want:   "GET /api/managed_users/{customer}/folders?page=1&parent_id=4515&per_page=100",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "folders.update", name: "everything",
		call: updateFolder(&workato.FolderUpdateParams{Name: workato.Set("Billing <EU>"), ParentID: workato.Set[int64](4516)}),
		want: "PUT /api/managed_users/{customer}/folders/1789",
		json: `{"name": "Billing <EU>", "parent_id": "4516"}`,
	},
	requestCase{
		op: "folders.update", name: "name",
		call: updateFolder(&workato.FolderUpdateParams{Name: workato.Set("Billing")}),
		want: "PUT /api/managed_users/{customer}/folders/1789",
		json: `{"name": "Billing"}`,
	},
	requestCase{
		op: "folders.delete",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Folders.Delete(ctx, customer, 1789)
		},
		want:   "DELETE /api/managed_users/{customer}/folders/1789",
		answer: `{"success": true}`,
	},
	requestCase{
		op: "projects.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Projects.List(ctx, customer, nil))
		},
		want:   "GET /api/managed_users/{customer}/projects?page=1&per_page=100",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "projects.list", name: "a page",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Projects.List(ctx, customer, &workato.ProjectListParams{Page: 3, PerPage: 50}))
		},
		want:   "GET /api/managed_users/{customer}/projects?page=3&per_page=50",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "projects.update", name: "everything",
		call: updateProject(&workato.ProjectUpdateParams{Name: workato.Set("Procurement"), Description: workato.Set("Orders")}),
		want: "PUT /api/managed_users/{customer}/projects/649",
		json: `{"name": "Procurement", "description": "Orders"}`,
	},
	requestCase{
		op: "projects.update", name: "null",
		call: updateProject(&workato.ProjectUpdateParams{Description: workato.Null[string]()}),
		want: "PUT /api/managed_users/{customer}/projects/649",
		json: `{"description": null}`,
	},
	requestCase{
		op: "projects.delete",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Projects.Delete(ctx, customer, 649)
		},
		want:   "DELETE /api/managed_users/{customer}/projects/649",
		answer: `{"success": true}`,
	},
)

func TestFolders(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Folder], error) {
		return c.Folders.List(ctx, customerID, nil)
	}
	billing := workato.Folder{
		ID: 1789, Name: "Billing", ParentID: ptr[int64](4515), IsProject: ptr(false), ProjectID: ptr[int64](903),
		CreatedAt: at("2024-07-16T10:49:53.337-07:00"), UpdatedAt: at("2024-07-16T10:49:53.347-07:00"),
	}
	page := decoded(t, "folders/list.json", list)
	require.Len(t, page.Items, 2)
	assert.Equal(t, billing, page.Items[0])
	assert.Equal(t, ptr(true), page.Items[1].IsProject)
	assert.Nil(t, page.Count)

	page = decoded(t, "folders/list_bare.json", list)
	require.Len(t, page.Items, 1)
	assert.Equal(t, int64(1789), page.Items[0].ID)
	assert.Nil(t, page.Items[0].ParentID)

	for _, name := range []string{"folders/folder.json", "folders/wrapped.json"} {
		got := decoded(t, name, func(ctx context.Context, c *workato.Client) (*workato.Folder, error) {
			return c.Folders.Update(ctx, customerID, 1789, &workato.FolderUpdateParams{Name: workato.Set("Billing")})
		})
		assert.NotZero(t, got.ID, name)
	}
	assert.NoError(t, newClient(t, answering(answer{body: fixture(t, "folders/deleted.json")})).Folders.Delete(t.Context(), customerID, 1789))
}

func TestProjects(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Project], error) {
		return c.Projects.List(ctx, customerID, nil)
	}
	page := decoded(t, "projects/list.json", list)
	assert.Equal(t, []workato.Project{
		{ID: 649, Name: "Procurement", FolderID: 1563},
		{ID: 650, Name: "HR", Description: ptr("Hiring and leave"), FolderID: 1570},
	}, page.Items)
	page = decoded(t, "projects/list_counted.json", list)
	assert.Equal(t, ptr[int64](1), page.Count)
	assert.False(t, page.HasNext())

	assert.Equal(t, &workato.Project{ID: 649, Name: "Procurement", Description: ptr("Orders and invoices"), FolderID: 1563},
		decoded(t, "projects/project.json", func(ctx context.Context, c *workato.Client) (*workato.Project, error) {
			return c.Projects.Update(ctx, customerID, 649, &workato.ProjectUpdateParams{})
		}))
}

func TestUndeletableFolders(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"folders.delete", "projects.delete"} {
		err := failing(t, op, answer{status: http.StatusForbidden, body: fixture(t, "folders/undeletable.json")})
		require.ErrorIs(t, err, workato.ErrForbidden)
		assert.ErrorContains(t, err, "Cannot destroy folder")
	}
}

func TestBadFolderInput(t *testing.T) {
	t.Parallel()
	with := func(do call) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error { return do(ctx, c, customerID) }
	}
	assertAllRefused(t, []badInput{
		{"folder nil", "params", with(updateFolder(nil))},
		{"folder without a name", "Name", with(updateFolder(&workato.FolderUpdateParams{Name: workato.Set(" ")}))},
		{"folder name cleared", "Name", with(updateFolder(&workato.FolderUpdateParams{Name: workato.Null[string]()}))},
		{"folder parent cleared", "ParentID", with(updateFolder(&workato.FolderUpdateParams{ParentID: workato.Null[int64]()}))},
		{"folder parent 0", "ParentID", with(updateFolder(&workato.FolderUpdateParams{ParentID: workato.Set[int64](0)}))},
		{"project nil", "params", with(updateProject(nil))},
		{"project without a name", "Name", with(updateProject(&workato.ProjectUpdateParams{Name: workato.Set("")}))},
		{"project name cleared", "Name", with(updateProject(&workato.ProjectUpdateParams{Name: workato.Null[string]()}))},
		{"parent of a list", "ParentID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Folders.List(ctx, customerID, &workato.FolderListParams{ParentID: -1}))
		}},
		{"delete folder 0", "folder_id", func(ctx context.Context, c *workato.Client) error { return c.Folders.Delete(ctx, customerID, 0) }},
		{"delete project 0", "project_id", func(ctx context.Context, c *workato.Client) error { return c.Projects.Delete(ctx, customerID, 0) }},
	})
}
