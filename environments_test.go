package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestEnvironments(t *testing.T) {
	t.Parallel()
	dev, test, prod := workato.AccountID(512340), workato.AccountID(512341), workato.AccountID(512342)
	get := func(ctx context.Context, c *workato.Client) (*workato.Environments, error) {
		return c.ManagedUsers.Environments(ctx, customerID)
	}
	for _, name := range []string{"full", "environments"} { // without DEV in the list, and with it
		e := decoded(t, "managed_users/"+name+".json", get)
		assert.Equal(t, []workato.CustomerID{dev, test, prod}, []workato.CustomerID{e.Dev, e.Test, e.Prod}, name)
		assert.True(t, e.Provisioned(), name)
		assert.Equal(t, []workato.CustomerID{prod}, e.ProdIDs(), name)
	}

	alone := decoded(t, "managed_users/warehouse.json", get)
	assert.Equal(t, workato.AccountID(512350), alone.Dev)
	assert.False(t, alone.Provisioned())
	assert.Empty(t, alone.ProdIDs())
	assert.Equal(t, workato.CustomerID{}, alone.Prod)

	c := newClient(t, answering(answer{body: `{"id": 1, "environments": [{"type": "TEST", "id": 2}, {"type": "PROD", "id": "3", "external_id": "P/1"}]}`}))
	e, err := c.ManagedUsers.Environments(t.Context(), customerID)
	require.NoError(t, err)
	assert.Equal(t, []workato.CustomerID{workato.AccountID(3), workato.ExternalID("P/1")}, e.ProdIDs())

	for _, environments := range []string{
		`[{"id": 2}, {"id": 3}]`, `[{"type": "test", "id": 2}]`, `[{"type": "prod", "id": 2}]`,
		`[{"type": "test", "id": 2}, {"type": "prod"}]`,
	} {
		c := newClient(t, answering(answer{body: `{"id": 1, "environments": ` + environments + `}`}))
		_, err := c.ManagedUsers.Environments(t.Context(), customerID)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, environments)
	}
}
