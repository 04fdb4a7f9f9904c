package workato_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// asJSON returns v as encoding/json writes it.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// rowsOf returns the list in a fixture, with or without an envelope.
func rowsOf(t testing.TB, name string) string {
	t.Helper()
	text := fixture(t, name)
	var envelope map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &envelope) != nil {
		return text
	}
	for _, key := range []string{"result", "items", "data"} {
		if rows, ok := envelope[key]; ok {
			return string(rows)
		}
	}
	t.Fatalf("%s has no list", name)
	return ""
}

// TestPropertyNamedSuccess: a property may have any name.
func TestPropertyNamedSuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"success":"false"}`, `{"result":{"success":"false"}}`} {
		values, err := newClient(t, answering(answer{status: http.StatusOK, body: body})).Properties.List(t.Context(), workato.AccountID(1), &workato.PropertyListParams{Prefix: "s"})
		require.NoError(t, err, body)
		require.Len(t, values, 1, body)
	}
}

// TestWriteGuardOnDeployments: a deployment names DEV and changes PROD.
func TestWriteGuardOnDeployments(t *testing.T) {
	t.Parallel()
	c := newClient(t, answering(answer{status: http.StatusOK, body: `{"id":7,"state":"pending"}`}), workato.WithWriteGuard(workato.AccountID(3)))
	dev := workato.AccountID(1)
	for _, environment := range []workato.EnvironmentType{workato.EnvironmentTest, workato.EnvironmentProd} {
		params := &workato.DeploymentDeployParams{EnvironmentType: environment}
		_, err := c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params)
		if environment == workato.EnvironmentProd {
			require.ErrorIs(t, err, workato.ErrWriteGuarded)
			_, err = c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params, workato.AllowProduction())
		}
		require.NoError(t, err)
	}
}
