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
		ID: 1789, Name: "Billing", ParentID: workato.Ptr[int64](4515), IsProject: workato.Ptr(false), ProjectID: workato.Ptr[int64](903),
		CreatedAt: at("2024-07-16T10:49:53.337-07:00"), UpdatedAt: at("2024-07-16T10:49:53.347-07:00"),
	}
	page := decoded(t, "folders/list.json", list)
	require.Len(t, page.Items, 2)
	assert.Equal(t, billing, page.Items[0])
	assert.Equal(t, workato.Ptr(true), page.Items[1].IsProject)
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
	assert.NoError(t, newClient(t, responding(response{body: fixture(t, "folders/deleted.json")})).Folders.Delete(t.Context(), customerID, 1789))
}

func TestUndeletableFolders(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"folders.delete", "projects.delete"} {
		err := failing(t, op, response{status: http.StatusForbidden, body: fixture(t, "folders/undeletable.json")})
		require.ErrorIs(t, err, workato.ErrForbidden)
		assert.ErrorContains(t, err, "Cannot destroy folder")
	}
}

func TestDecodeFolder(t *testing.T) {
	t.Parallel()
	create := func(ctx context.Context, c *workato.Client) (*workato.Folder, error) {
		return c.Folders.Create(ctx, customerID, &workato.FolderCreateParams{Name: "Billing"})
	}
	created, updated := at("2024-07-16T10:49:53.337-07:00"), at("2024-07-16T10:49:53.347-07:00")
	for name, want := range map[string]*workato.Folder{
		"id_only_2020": {ID: 1789},
		"folder": {
			ID: 1789, Name: "Billing", ParentID: workato.Ptr[int64](4515), IsProject: workato.Ptr(false), ProjectID: workato.Ptr[int64](903),
			CreatedAt: created, UpdatedAt: updated,
		},
		"project": {ID: 1790, Name: "Billing", IsProject: workato.Ptr(true), ProjectID: workato.Ptr[int64](904), CreatedAt: created, UpdatedAt: updated},
		"before_projects": {
			ID: 1791, Name: "Billing", ParentID: workato.Ptr[int64](4515), CreatedAt: at("2022-07-16T10:49:53.337Z"), UpdatedAt: at("2022-07-16T10:49:53.337Z"),
		},
		"wrapped": {ID: 1792, ParentID: workato.Ptr[int64](4515)},
		"loose":   {ID: 1793, Name: "Billing", ParentID: workato.Ptr[int64](4515), IsProject: workato.Ptr(true)},
	} {
		assert.Equal(t, want, decoded(t, "folders/"+name+".json", create), name)
	}
}
