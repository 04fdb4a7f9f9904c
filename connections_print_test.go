package workato_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestConnectionParamsPrintKeysAlone(t *testing.T) {
	t.Parallel()
	values := map[string]any{"f": 1, "d": 1, "b": 1, "e": 1, "c": 1, "a": 1}
	for want, params := range map[string]any{
		`ConnectionCreateParams{Name:"" Provider:"jira" ParentID:0 FolderID:7 ExternalID:"" ShellConnection:true Input:none}`: workato.ConnectionCreateParams{
			Provider: "jira", FolderID: 7, ShellConnection: true,
		},
		`ConnectionUpdateParams{Name:"Jira" FolderID:null ShellConnection:true Input:6 values redacted (a, b, c, d, e, f)` +
			` OAuthTokenPair:0 values redacted ()}`: workato.ConnectionUpdateParams{
			Name: workato.Set("Jira"), FolderID: workato.Null[int64](), ShellConnection: workato.Set(true), Input: values, OAuthTokenPair: map[string]any{},
		},
	} {
		assert.Equal(t, want, fmt.Sprint(params))
	}
}

func TestConnectionInputDoesNotPrint(t *testing.T) {
	t.Parallel()
	create := workato.ConnectionCreateParams{
		Provider: "jira", Name: "n", Input: map[string]any{"apitoken": "very-private", "host_name": "private-host"},
		OAuthTokenPair: map[string]any{"access": "private-access"},
	}
	update := workato.ConnectionUpdateParams{Name: workato.Set("n"), Input: create.Input, OAuthTokenPair: create.OAuthTokenPair}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, printed := range []any{create, &create, update, &update, []any{create, update}, map[string]any{"x": &create}} {
			text := fmt.Sprintf(verb, printed)
			assert.NotContains(t, text, "private")
			assert.NotContains(t, text, "70726976617465")
		}
	}
	assert.Contains(t, fmt.Sprint(create), "apitoken", "the keys are shown")
	assert.Contains(t, fmt.Sprint(update), "access", "the keys are shown")
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).InfoContext(t.Context(), "x", "create", create, "update", update, "pointer", &create, "other", &update)
	assert.NotContains(t, logged.String(), "private")

	// A secret of the parameters is not shown in an error either.
	c := newClient(t, responding(response{status: 400, body: `{"message": "very-private and private-access were refused by private-host"}`}))
	_, err := c.Connections.Create(t.Context(), customerID, &create)
	require.ErrorContains(t, err, "private-host")
	assert.NotContains(t, err.Error(), "very-private")
	assert.NotContains(t, err.Error(), "private-access")
	_, err = c.Connections.Update(t.Context(), customerID, 1, &update)
	require.ErrorContains(t, err, "private-host")
	assert.NotContains(t, err.Error(), "very-private")
	assert.NotContains(t, err.Error(), "private-access")
}

// TestConnectionParamsEncodeWithoutValues: a dump as JSON has the keys, and
// omits what is not set.
func TestConnectionParamsEncodeWithoutValues(t *testing.T) {
	t.Parallel()
	create := workato.ConnectionCreateParams{Provider: "jira", Input: map[string]any{"apitoken": "very-private"}}
	assert.JSONEq(t, `{"provider": "jira", "input": {"apitoken": "[redacted]"}}`, asJSON(t, create))
	update := workato.ConnectionUpdateParams{Name: workato.Set("n"), OAuthTokenPair: map[string]any{"access": "private-access"}}
	assert.JSONEq(t, `{"name": "n", "oauth_token_pair": {"access": "[redacted]"}}`, asJSON(t, &update))
}
