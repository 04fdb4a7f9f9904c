package workato_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestTextsThatAreNotUTF8: they are refused and the field is named.
// encoding/json would send U+FFFD instead, and the new object would never be
// found again.
func TestTextsThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	const bad = "caf\xe9"
	c, ctx := newClient(t, unreachable(t)), t.Context()
	for field, call := range map[string]func() error{
		"ExternalID": func() error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "A", NotificationEmail: "a@b.example", ExternalID: bad}))
		},
		"customer": func() error { return ignore(c.ManagedUsers.Get(ctx, workato.ExternalID(bad))) },
		"job_id":   func() error { return ignore(c.Jobs.Get(ctx, customerID, 7, bad)) },
		"Name": func() error {
			return ignore(c.Folders.Update(ctx, customerID, 7, &workato.FolderUpdateParams{Name: workato.Set(bad)}))
		},
		"WhitelistedApps[1]": func() error {
			return ignore(c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{WhitelistedApps: workato.Set([]string{"jira", bad})}))
		},
		"AuthSettings.Extra.jit": func() error {
			settings := workato.AuthSettings{Extra: map[string]any{"jit": bad}}
			return ignore(c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{AuthSettings: workato.Set(settings)}))
		},
		"Properties.key": func() error {
			properties := map[string]workato.PropertyValue{"key": bad, "other": "fine"}
			return ignore(c.Properties.Upsert(ctx, customerID, &workato.PropertyUpsertParams{Properties: properties}))
		},
		"Properties.caf\ufffd": func() error {
			properties := map[string]workato.PropertyValue{bad: "x"}
			return ignore(c.Properties.Upsert(ctx, customerID, &workato.PropertyUpsertParams{Properties: properties}))
		},
		"Input.form.rows[0]": func() error {
			input := map[string]any{"n": 1, "form": map[string]any{"rows": []any{bad}}}
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "jira", Input: input}))
		},
		"Input.raw": func() error {
			input := map[string]any{"raw": json.RawMessage(`"` + bad + `"`)}
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "jira", Input: input}))
		},
		"export_manifest.Assets[0].Folder": func() error {
			assets := []workato.ManifestAsset{{ID: 1, Type: "recipe", AbsolutePath: "x", Folder: bad}}
			return ignore(c.Exports.CreateManifest(ctx, customerID, &workato.ExportCreateManifestParams{Name: "A", Assets: assets}))
		},
		"job_ids[0]": func() error {
			return ignore(c.Jobs.Repeat(ctx, customerID, 7, &workato.JobRepeatParams{JobIDs: []string{bad}}))
		},
		"AdapterNamesAll[0]": func() error {
			return ignore(c.Recipes.List(ctx, customerID, &workato.RecipeListParams{AdapterNamesAll: []string{bad}}))
		},
		"name": func() error {
			return c.Do(ctx, workato.Request{Method: "POST", Path: "/api/things", Body: map[string]any{"name": bad}}, nil)
		},
		"params": func() error {
			return c.Do(ctx, workato.Request{Method: "POST", Path: "/api/things", Body: ownJSON(`"` + bad + `"`)}, nil)
		},
	} {
		var argument *workato.ArgumentError
		if err := call(); assert.ErrorAs(t, err, &argument, field) {
			assert.Equal(t, field, argument.Field)
			assert.ErrorContains(t, err, "not valid UTF-8")
			assert.NotContains(t, err.Error(), bad)
		}
	}

	// U+FFFD itself is valid, however it is written.
	transport := responding(response{body: `{"id": 1}`})
	_, err := newClient(t, transport).Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{
		Provider: "jira", Name: "\ufffd", Input: map[string]any{"a": json.RawMessage(`"\ufffd"`), "b": `\ufffd`},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"provider": "jira", "name": "\ufffd", "input": {"a": "\ufffd", "b": "\\ufffd"}}`, string(transport.only(t).Body))
}

// ownJSON writes itself.
type ownJSON string

func (o ownJSON) MarshalJSON() ([]byte, error) { return []byte(o), nil }

// TestNilListsAreEmpty: only Null clears a property.
func TestNilListsAreEmpty(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"id": 1}`})
	c, ctx := newClient(t, transport), t.Context()
	_, err := c.Members.Update(ctx, customerID, 5, &workato.MemberUpdateParams{EnvRoles: workato.Set[[]workato.MemberEnvRole](nil)})
	require.NoError(t, err)
	var apps []string
	_, err = c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{WhitelistedApps: workato.Set(apps)})
	require.NoError(t, err)
	assert.JSONEq(t, `{"env_roles": []}`, string(transport.all()[0].Body))
	assert.JSONEq(t, `{"whitelisted_apps": []}`, string(transport.all()[1].Body))
}

// TestNumbersSurvive: numbers that are read and sent back keep all digits.
func TestNumbersSurvive(t *testing.T) {
	t.Parallel()
	const settings = `{"type": "saml_sso", "directory_id": 9007199254740993, "share": 0.10, "deep": [{"n": 12345678901234567890}]}`
	transport := responding(response{body: `{"id": 7, "auth_settings": ` + settings + `}`})
	c, ctx := newClient(t, transport), t.Context()
	u, err := c.ManagedUsers.Get(ctx, customerID)
	require.NoError(t, err)
	_, err = c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{AuthSettings: workato.Set(*u.AuthSettings)})
	require.NoError(t, err)
	assert.Equal(t, json.Number("9007199254740993"), u.AuthSettings.Extra["directory_id"])
	var sent struct {
		AuthSettings map[string]json.RawMessage `json:"auth_settings"`
	}
	require.NoError(t, json.Unmarshal(transport.all()[1].Body, &sent))
	assert.Equal(t, "9007199254740993", string(sent.AuthSettings["directory_id"]))
	assert.Equal(t, "0.10", string(sent.AuthSettings["share"]))
	assert.Equal(t, `[{"n":12345678901234567890}]`, string(sent.AuthSettings["deep"]))
}
