package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	users := decoded(t, "identity/users.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.IdentityUser], error) {
		return c.IdentityUsers.List(ctx, customerID, nil)
	})
	assert.Equal(t, "Ana B", *users.Items[0].FullName)
	assert.Equal(t, "7", users.Items[1].ID)
	assert.Nil(t, users.Items[1].Email)
	assert.JSONEq(t, rowsOf(t, "identity/users.json"), asJSON(t, users.Items))

	user := decoded(t, "identity/user.json", func(ctx context.Context, c *workato.Client) (*workato.IdentityUser, error) {
		return c.IdentityUsers.Get(ctx, customerID, "user-1")
	})
	assert.Equal(t, "ana@borealis.example", *user.Email)
	assert.JSONEq(t, rowsOf(t, "identity/user.json"), asJSON(t, user))

	groups := decoded(t, "identity/groups.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.IdentityGroup], error) {
		return c.IdentityGroups.List(ctx, customerID, nil)
	})
	assert.Equal(t, "Support", *groups.Items[0].Name)
	assert.Equal(t, "8", groups.Items[1].ID)
	assert.JSONEq(t, rowsOf(t, "identity/groups.json"), asJSON(t, groups.Items))
}
