package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestManagedUsersList(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.ManagedUser], error) {
		return c.ManagedUsers.List(ctx, nil)
	}
	page := decoded(t, "managed_users/list.json", list)
	require.Len(t, page.Items, 2)
	assert.Equal(t, ptr("CUST-77"), page.Items[0].ExternalID)
	assert.Equal(t, ptr[int64](10000), page.Items[0].TaskLimit)
	assert.Nil(t, page.Items[1].ExternalID)
	assert.Equal(t, ptr("0"), page.Items[1].TaskLimitAdjustment)
	assert.Equal(t, ptr[int64](2), page.Count)
	assert.Equal(t, []int{1, 100}, []int{page.Page, page.PerPage})
	assert.False(t, page.HasNext())

	page = decoded(t, "managed_users/list_uncounted.json", list)
	assert.Len(t, page.Items, 1)
	assert.Nil(t, page.Count)
	assert.Empty(t, decoded(t, "managed_users/list_empty.json", list).Items)
}

func TestProvisionedEnvironmentsAreGivenAsTheyCome(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"id": 512340, "anything": [1]}`, `{"result": {"ok": true}}`, `[{"id": 1}]`} {
		c := newClient(t, answering(answer{body: body}))
		got, err := c.ManagedUsers.ProvisionEnvironments(t.Context(), customerID, nil)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(got.Raw))
		assert.JSONEq(t, body, asJSON(t, got))
	}
	for _, body := range []string{``, `null`, `"ok"`, `<html></html>`, `{"id": 1`} {
		c := newClient(t, answering(answer{body: body}))
		_, err := c.ManagedUsers.ProvisionEnvironments(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorIs(t, err, workato.ErrOutcomeUnknown, body)
	}
}

// TestAuthSettingsKeepWhatHasNoField: what was read can be sent back as it was,
// or with a change.
func TestAuthSettingsKeepWhatHasNoField(t *testing.T) {
	t.Parallel()
	const settings = `{"type": "saml_sso", "provider": "okta", "metadata_url": "https://sso.borealis.example/metadata", "sso_url": null, "saml_issuer": "",
		"x509_cert": null, "jit": true, "sync": false, "enforced": {"since": 2024}}`
	transport := answering(answer{body: `{"id": 7, "auth_settings": ` + settings + `}`})
	c := newClient(t, transport)
	user, err := c.ManagedUsers.Get(t.Context(), customerID)
	require.NoError(t, err)
	assert.Equal(t, "okta", user.AuthSettings.Provider)
	assert.JSONEq(t, settings, asJSON(t, user.AuthSettings), "no key is lost")

	changed := *user.AuthSettings
	changed.SSOURL, changed.MetadataURL = "https://sso.borealis.example", ""
	_, err = c.ManagedUsers.Update(t.Context(), customerID, &workato.ManagedUserUpdateParams{AuthSettings: workato.Set(changed)})
	require.NoError(t, err)
	assert.JSONEq(t, `{"auth_settings": {"type": "saml_sso", "provider": "okta", "sso_url": "https://sso.borealis.example", "saml_issuer": "",
		"x509_cert": null, "jit": true, "sync": false, "enforced": {"since": 2024}}}`, string(transport.all()[1].Body))

	_, err = c.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{
		Name: "Borealis", NotificationEmail: "ops@borealis.example",
		AuthSettings: &workato.AuthSettings{Type: "saml_sso", Extra: map[string]any{"jit": false, "type": "a field wins"}},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"name": "Borealis", "notification_email": "ops@borealis.example", "auth_settings": {"type": "saml_sso", "jit": false}}`,
		string(transport.all()[2].Body))
	assert.JSONEq(t, `{"type": "workato_auth"}`, asJSON(t, workato.AuthSettings{Type: "workato_auth"}))
}

func TestCustomerEnvironmentsAreReadUnderAnyKey(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]workato.EnvironmentType{
		`{"id": 1, "type": "dev", "environment_type": "test", "name": "prod"}`: "dev",
		`{"id": 1, "environment_type": "test", "name": "prod"}`:                "test",
		`{"id": 1, "name": "prod"}`:                                            "prod",
	} {
		var got workato.CustomerEnvironment
		require.NoError(t, json.Unmarshal([]byte(body), &got))
		assert.Equal(t, want, got.Type, body)
	}
	_, ok := new(workato.ManagedUser).Environment(workato.EnvironmentDev)
	assert.False(t, ok, "a customer without an id has no workspace")
}

// TestAuthSettingsForgetWhatTheyHeld: encoding/json decodes into what is there.
func TestAuthSettingsForgetWhatTheyHeld(t *testing.T) {
	t.Parallel()
	got := workato.AuthSettings{Provider: "okta", Extra: map[string]any{"jit": true}}
	require.NoError(t, json.Unmarshal([]byte(`{"type": "workato_auth"}`), &got))
	assert.Equal(t, workato.AuthSettings{Type: "workato_auth"}, got)
}
