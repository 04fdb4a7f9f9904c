package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestCollaboratorGroups(t *testing.T) {
	t.Parallel()
	page := decoded(t, "collaborator_groups/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.CollaboratorGroup], error) {
		return c.CollaboratorGroups.List(ctx, customerID, nil)
	})
	assert.Equal(t, workato.CollaboratorGroup{ID: "am-Xy1", Name: "All collaborators"}, page.Items[0])
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	assert.False(t, page.HasNext())
	keepsRows(t, "collaborator_groups/list.json", page.Items)

	group := decoded(t, "collaborator_groups/group.json", func(ctx context.Context, c *workato.Client) (*workato.CollaboratorGroup, error) {
		return c.CollaboratorGroups.Get(ctx, customerID, "am-Xy1")
	})
	assert.True(t, *group.System)
	assert.Nil(t, group.Description)
	keepsKeys(t, rowsOf(t, "collaborator_groups/group.json"), group)

	type memberPage = workato.Page[workato.CollaboratorGroupMember]
	members := decoded(t, "collaborator_groups/members.json", func(ctx context.Context, c *workato.Client) (*memberPage, error) {
		return c.CollaboratorGroups.ListMembers(ctx, customerID, "am-Xy1", nil)
	})
	assert.Equal(t, int64(88), members.Items[0].ID)
	assert.JSONEq(t, rowsOf(t, "collaborator_groups/members.json"), asJSON(t, members.Items))
}
