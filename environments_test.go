package workato_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/wire"
)

func TestEnvironments(t *testing.T) {
	t.Parallel()
	dev, test, prod := workato.AccountID(512340), workato.AccountID(512341), workato.AccountID(512342)
	get := func(ctx context.Context, c *workato.Client) (*workato.Environments, error) {
		return c.ManagedUsers.Environments(ctx, customerID)
	}
	for _, name := range []string{"full", "environments", "environments_keyed"} { // without DEV in the list, and with it
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

	c := newClient(t, responding(response{body: `{"id": 1, "environments": [{"type": "TEST", "id": 2}, {"type": "PROD", "id": "3", "external_id": "P/1"}]}`}))
	e, err := c.ManagedUsers.Environments(t.Context(), customerID)
	require.NoError(t, err)
	assert.Equal(t, []workato.CustomerID{workato.AccountID(3), workato.ExternalID("P/1")}, e.ProdIDs())

	for _, environments := range []string{
		`[{"id": 2}, {"id": 3}]`, `[{"type": "test", "id": 2}]`, `[{"type": "prod", "id": 2}]`,
		`[{"type": "test", "id": 2}, {"type": "prod"}]`,
	} {
		c := newClient(t, responding(response{body: `{"id": 1, "environments": ` + environments + `}`}))
		_, err := c.ManagedUsers.Environments(t.Context(), customerID)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, environments)
	}
}

// TestEnvironmentsOfAnyForm: the sources do not show the form. Whatever is
// received, the customer is read and the environments are kept.
func TestEnvironmentsOfAnyForm(t *testing.T) {
	t.Parallel()
	test, prod := workato.AccountID(2), workato.AccountID(3)
	for environments, want := range map[string][2]workato.CustomerID{
		`[{"type": "test", "id": 2}, {"type": "prod", "id": "3"}]`:                                  {test, prod},
		`[{"type": "test", "managed_user_id": 2}, {"environment_type": "PROD", "workspace_id": 3}]`: {test, prod},
		`[{"environment": "test", "account_id": "2"}, {"Name": "prod", "ID": 3}]`:                   {test, prod},
		`{"test": {"id": 2}, "prod": {"id": 3, "external_id": "P"}}`:                                {test, prod},
		`{"test": 2, "prod": "3"}`:                       {test, prod},
		`{"TEST": {"managed_user_id": 2}, "PROD": null}`: {test, {}},
		`{"type": "test", "id": 2}`:                      {test, {}},
		`{}`:                                             {}, `[]`: {}, `null`: {}, `[2, 3]`: {}, `["2", "x"]`: {},
		`[{"id": {"a": 1}, "type": [1]}]`: {}, `[null, [], {}]`: {},
		`{"test": [2]}`: {}, `"soon"`: {}, `""`: {}, `true`: {}, `7`: {}, `[[{"id": 2, "type": "test"}]]`: {}, `{"id": -2, "type": "test"}`: {},
		`{` + strings.Repeat(`"k":1,`, 40) + `"test": 2, "a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 1,
			"l": 1, "m": 1, "n": 1, "o": 1, "p": 1}`: {},
	} {
		for _, form := range []string{
			`{"id": 1, "name": "A", "environments": %s, "time_zone": "UTC"}`, `{"result": [{"id": 1, "environments": %s, "name": "A"}]}`,
		} {
			body := fmt.Sprintf(form, environments)
			c := newClient(t, responding(response{body: body}))
			u, err := c.ManagedUsers.Get(t.Context(), customerID)
			require.NoError(t, err, body)
			assert.Equal(t, "A", u.Name)
			for i, environment := range []workato.EnvironmentType{workato.EnvironmentTest, workato.EnvironmentProd} {
				id, ok := u.Environment(environment)
				assert.Equal(t, want[i], id, "%s of %s", environment, environments)
				assert.Equal(t, want[i] != workato.CustomerID{}, ok)
			}
			dev, ok := u.Environment(workato.EnvironmentDev)
			assert.True(t, ok)
			assert.Equal(t, workato.AccountID(1), dev)
			kept := 0
			for _, e := range u.Environments {
				kept += len(e.Raw)
			}
			assert.Equal(t, environments != `{}` && environments != `[]` && environments != "null", kept > 0, "what was received is kept: %s", environments)

			var again workato.ManagedUser // as a cache would do it
			text, err := json.Marshal(u)
			require.NoError(t, err)
			require.NoError(t, wire.Decode(text, &again))
			id, _ := again.Environment(workato.EnvironmentTest)
			assert.Equal(t, want[0], id, "%s of %s", text, environments)
		}
	}
	ids := newClient(t, responding(response{body: `{"id": 1, "environments": [2, "3"]}`}))
	u, err := ids.ManagedUsers.Get(t.Context(), customerID)
	require.NoError(t, err)
	require.Len(t, u.Environments, 2)
	assert.Equal(t, [2]int64{2, 3}, [2]int64{u.Environments[0].ID, u.Environments[1].ID})
}
