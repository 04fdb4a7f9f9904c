package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestProjects(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Project], error) {
		return c.Projects.List(ctx, customerID, nil)
	}
	page := decoded(t, "projects/list.json", list)
	assert.Equal(t, []workato.Project{
		{ID: 649, Name: "Procurement", FolderID: 1563},
		{ID: 650, Name: "HR", Description: workato.Ptr("Hiring and leave"), FolderID: 1570},
	}, page.Items)
	page = decoded(t, "projects/list_counted.json", list)
	assert.Equal(t, workato.Ptr[int64](1), page.Count)
	assert.False(t, page.HasNext())

	assert.Equal(t, &workato.Project{ID: 649, Name: "Procurement", Description: workato.Ptr("Orders and invoices"), FolderID: 1563},
		decoded(t, "projects/project.json", func(ctx context.Context, c *workato.Client) (*workato.Project, error) {
			return c.Projects.Update(ctx, customerID, 649, &workato.ProjectUpdateParams{})
		}))
}
