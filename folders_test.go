package workato_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
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
