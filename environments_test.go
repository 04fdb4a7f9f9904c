package workato_test

import (
	"context"
	"net/http"
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

	for _, environments := range []string{`[{"id": 2}, {"id": 3}]`, `[{"type": "test", "id": 2}]`, `[{"type": "prod", "id": 2}]`, `[{"type": "test", "id": 2}, {"type": "prod"}]`} {
		c := newClient(t, answering(answer{body: `{"id": 1, "environments": ` + environments + `}`}))
		_, err := c.ManagedUsers.Environments(t.Context(), customerID)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, environments)
	}
}

func TestWriteGuardCanBePassed(t *testing.T) {
	t.Parallel()
	transport := answering(answer{body: `{"success": true}`})
	c := newClient(t, transport, workato.WithWriteGuard(customerID))
	require.ErrorIs(t, c.Recipes.Stop(t.Context(), customerID, 5), workato.ErrWriteGuarded)
	require.NoError(t, c.Recipes.Stop(t.Context(), customerID, 5, workato.AllowProduction()))
	transport.only(t)

	derived, err := c.With(workato.WithWriteGuard(workato.AccountID(7)))
	require.NoError(t, err)
	for _, id := range []workato.CustomerID{customerID, workato.AccountID(7)} {
		assert.ErrorIs(t, derived.Recipes.Stop(t.Context(), id, 5), workato.ErrWriteGuarded, "a guard cannot be taken off")
	}
	assert.NoError(t, c.Recipes.Stop(t.Context(), workato.AccountID(7), 5), "the first client is as it was")
}

func TestWriteGuardOfRawCalls(t *testing.T) {
	t.Parallel()
	guarded := []workato.CustomerID{workato.AccountID(98178), workato.ExternalID("acme.com"), workato.ExternalID("a/b")}
	for path, refused := range map[string]bool{
		"/api/managed_users/98178":                          true,
		"/managed_users/98178/tags":                         true,
		"/api/managed_users/098178/tags":                    true,
		"/api/managed_users/98178.json":                     true,
		"/api/managed_users//98178/tags":                    true,
		"/api/managed_users/%2F98178/tags":                  true,
		"/api/managed_users/%2098178/tags":                  true,
		"/api/managed_users/%2B98_178/tags":                 true,
		"/api/managed_users%2F98178/tags":                   true,
		"/api/x%5Cmanaged_users/98178/tags":                 true,
		"/api/x%2Fmanaged_users%5C98178%2Ftags":             true,
		"/api/managed_users/%2FEacme.com.json":              true,
		"/api/managed_users/%398178/tags":                   true,
		"/api/managed%5Fusers/98178/tags":                   true,
		"/api/v2/managed_users/98178/environment_roles":     true,
		"/api/managed_users/Eacme%2Ecom/tags":               true,
		"/api/managed_users/Eacme.com/tags":                 true,
		"/api/managed_users/Eacme.com.json":                 true,
		"/api/managed_users/Ea%2Fb/tags":                    true,
		"/api/managed_users/981781/tags":                    false,
		"/api/managed_users/9817/tags":                      false,
		"/api/managed_users/E98178/tags":                    false,
		"/api/managed_users/Eacme/tags":                     false,
		"/api/managed_users/%2098179/tags":                  false,
		"/api/managed_users%2F9817/tags":                    false,
		"/api/managed_users/Eacme%2Ecom%2Ejson":             false,
		"/api/managed_users":                                false,
		"/api/recipes/98178":                                false,
		"/api/managed_users/7/folders/98178/managed_things": false,
	} {
		transport := answering(answer{body: `{"success": true}`})
		c := newClient(t, transport, workato.WithWriteGuard(guarded...))
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			err := c.Do(t.Context(), workato.Request{Method: method, Path: path}, nil)
			if refused {
				assert.ErrorIs(t, err, workato.ErrWriteGuarded, "%s %s", method, path)
			} else {
				assert.NoError(t, err, "%s %s", method, path)
			}
		}
		require.NoError(t, c.Do(t.Context(), workato.Request{Method: http.MethodGet, Path: path}, nil), path)
	}
}

func TestBadWriteGuard(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]workato.Option{
		"nobody": workato.WithWriteGuard(), "the zero customer": workato.WithWriteGuard(customerID, workato.CustomerID{}),
	} {
		_, err := workato.NewClient(workato.WithAPIToken(testToken), option)
		assertRefused(t, err, "WithWriteGuard")
		assert.NotErrorIs(t, err, workato.ErrWriteGuarded, name)
	}
}
