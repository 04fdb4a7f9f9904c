package workato_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// TestWriteGuardOnDeploymentsInAnyCapitals: the service may accept "PROD".
func TestWriteGuardOnDeploymentsInAnyCapitals(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"id":7,"state":"pending"}`})
	c := newClient(t, transport, workato.WithWriteGuard(workato.AccountID(3)))
	for _, environment := range []workato.EnvironmentType{"prod", "PROD", "Prod", " prod "} {
		params := &workato.DeploymentDeployParams{EnvironmentType: environment}
		_, err := c.Deployments.Deploy(t.Context(), workato.AccountID(1), workato.ProjectByID(5), params)
		require.ErrorIs(t, err, workato.ErrWriteGuarded, "%q", environment)
		assertRefused(t, err, "EnvironmentType")
		_, err = c.Deployments.DeployBuild(t.Context(), workato.AccountID(1), 5, params)
		require.ErrorIs(t, err, workato.ErrWriteGuarded, "%q", environment)
	}
	assert.Empty(t, transport.all())
}

// TestWriteGuardOnRawDeployments: no raw call deploys to PROD.
func TestWriteGuardOnRawDeployments(t *testing.T) {
	t.Parallel()
	type body struct {
		EnvironmentType workato.EnvironmentType `json:"environment_type"`
	}
	query := func(environment string) url.Values { return url.Values{"environment_type": {environment}} }
	for name, tc := range map[string]struct {
		query   url.Values
		body    any
		refused bool
	}{
		"a map":                    {body: map[string]any{"environment_type": "prod"}, refused: true},
		"a struct":                 {body: body{"PROD"}, refused: true},
		"a pointer":                {body: &body{"Prod"}, refused: true},
		"JSON":                     {body: json.RawMessage(`{"title": "x", "environment_type": "\u0070rod"}`), refused: true},
		"a key in other capitals":  {body: map[string]any{"Environment_Type": "prod"}, refused: true},
		"two keys, one of them":    {body: json.RawMessage(`{"environment_type": "prod", "ENVIRONMENT_TYPE": "test"}`), refused: true},
		"a key twice":              {body: json.RawMessage(`{"environment_type": "test", "environment_type": "prod"}`), refused: true},
		"the query":                {query: query("prod"), refused: true},
		"the query in capitals":    {query: query("PROD"), body: body{"test"}, refused: true},
		"the query, second value":  {query: url.Values{"environment_type": {"test", "prod"}}, refused: true},
		"nothing":                  {},
		"another environment":      {query: query("test"), body: body{"test"}},
		"another key":              {body: map[string]any{"title": "prod"}},
		"a key below":              {body: map[string]any{"env_roles": []body{{"prod"}}}},
		"another kind of value":    {body: map[string]any{"environment_type": 1}},
		"a list":                   {body: []string{"environment_type", "prod"}},
		"a word that begins alike": {body: body{"production"}},
	} {
		for _, path := range []string{"/api/managed_users/1/projects/5/deploy", "/api/managed_users/Edev/project_builds/5/deploy", "/api/unheard_of"} {
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				transport := responding(response{body: `{"id":7,"state":"pending"}`})
				c := newClient(t, transport, workato.WithWriteGuard(workato.AccountID(3)))
				req := workato.Request{Method: http.MethodPost, Path: path, Query: tc.query, Body: tc.body}
				err := c.Do(t.Context(), req, nil)
				if !tc.refused {
					require.NoError(t, err)
					assert.Equal(t, tc.body == nil, len(transport.only(t).Body) == 0)
					return
				}
				require.ErrorIs(t, err, workato.ErrWriteGuarded)
				assertRefused(t, err, "EnvironmentType")
				require.Empty(t, transport.all())

				require.NoError(t, c.Do(t.Context(), req, nil, workato.AllowProduction()))
				if tc.body != nil {
					want, err := json.Marshal(tc.body)
					require.NoError(t, err)
					assert.Equal(t, string(want), string(transport.only(t).Body))
				}
			})
		}
	}
}

// TestWriteGuardSendsWhatItChecked: a body that encodes differently each time
// cannot slip through.
func TestWriteGuardSendsWhatItChecked(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{}`})
	c := newClient(t, transport, workato.WithWriteGuard(workato.AccountID(3)))
	body := &changing{words: []string{"test", "prod"}}
	require.NoError(t, c.Do(t.Context(), workato.Request{Method: http.MethodPost, Path: "/api/x", Body: body}, nil))
	assert.JSONEq(t, `{"environment_type": "test"}`, string(transport.only(t).Body))
}

type changing struct{ words []string }

func (c *changing) MarshalJSON() ([]byte, error) {
	word := c.words[0]
	c.words = c.words[1:]
	return json.Marshal(map[string]string{"environment_type": word})
}

// TestWriteGuard runs every call against a guarded customer: reads pass, writes
// do not.
func TestWriteGuard(t *testing.T) {
	t.Parallel()
	customers := []workato.CustomerID{workato.AccountID(98178), workato.ExternalID(awkwardID)}
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		op := operation(t, e.Operation)
		for _, id := range customers {
			transport := responding(response{body: e.Response()})
			c := newClient(t, transport, workato.WithWriteGuard(customers...))
			err := tc.Call.Do(t.Context(), c, id)
			if !strings.Contains(op.Path, "{customer}") || op.Effect == workato.Read {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, workato.ErrWriteGuarded)
			assertRefused(t, err, "customer")
			assert.Empty(t, transport.all())

			err = tc.Call.Do(t.Context(), c, workato.AccountID(981))
			if op.Name == "deployments.deploy" { // to PROD, from any customer
				require.ErrorIs(t, err, workato.ErrWriteGuarded)
				assertRefused(t, err, "EnvironmentType")
				continue
			}
			require.NoError(t, err, "another customer")
			assert.NotEmpty(t, transport.all())
		}
	})
}

func TestWriteGuardCanBePassed(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"success": true}`})
	c := newClient(t, transport, workato.WithWriteGuard(customerID))
	require.ErrorIs(t, c.Recipes.Stop(t.Context(), customerID, 5), workato.ErrWriteGuarded)
	require.NoError(t, c.Recipes.Stop(t.Context(), customerID, 5, workato.AllowProduction()))
	transport.only(t)

	derived, err := c.With(workato.WithWriteGuard(workato.AccountID(7)))
	require.NoError(t, err)
	for _, id := range []workato.CustomerID{customerID, workato.AccountID(7)} {
		assert.ErrorIs(t, derived.Recipes.Stop(t.Context(), id, 5), workato.ErrWriteGuarded, "a guard cannot be taken off")
	}
	assert.NoError(t, c.Recipes.Stop(t.Context(), workato.AccountID(7), 5), "the first client is unchanged")
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
		transport := responding(response{body: `{"success": true}`})
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
