package workato_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestWriteGuardOnDeploymentsInAnyCapitals: that the service refuses "PROD" is
// not known.
func TestWriteGuardOnDeploymentsInAnyCapitals(t *testing.T) {
	t.Parallel()
	transport := answering(answer{body: `{"id":7,"state":"pending"}`})
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

// TestWriteGuardOnRawDeployments: whatever a raw call names, it does not deploy
// to PROD.
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
				transport := answering(answer{body: `{"id":7,"state":"pending"}`})
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

// TestWriteGuardSendsWhatItLookedAt: a body that is different each time it is
// written cannot slip through.
func TestWriteGuardSendsWhatItLookedAt(t *testing.T) {
	t.Parallel()
	transport := answering(answer{body: `{}`})
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
