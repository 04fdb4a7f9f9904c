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
	assert.Equal(t, workato.Ptr("CUST-77"), page.Items[0].ExternalID)
	assert.Equal(t, workato.Ptr[int64](10000), page.Items[0].TaskLimit)
	assert.Nil(t, page.Items[1].ExternalID)
	assert.Equal(t, workato.Ptr("0"), page.Items[1].TaskLimitAdjustment)
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
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
		c := newClient(t, responding(response{body: body}))
		got, err := c.ManagedUsers.ProvisionEnvironments(t.Context(), customerID, nil)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(got.Raw))
		assert.JSONEq(t, body, asJSON(t, got))
	}
	for _, body := range []string{``, `null`, `"ok"`, `<html></html>`, `{"id": 1`} {
		c := newClient(t, responding(response{body: body}))
		_, err := c.ManagedUsers.ProvisionEnvironments(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorIs(t, err, workato.ErrOutcomeUnknown, body)
	}
}

// TestAuthSettingsKeepWhatHasNoField: settings can be sent back unchanged or
// changed.
func TestAuthSettingsKeepWhatHasNoField(t *testing.T) {
	t.Parallel()
	const settings = `{"type": "saml_sso", "provider": "okta", "metadata_url": "https://sso.borealis.example/metadata", "sso_url": null, "saml_issuer": "",
		"x509_cert": null, "jit": true, "sync": false, "enforced": {"since": 2024}}`
	transport := responding(response{body: `{"id": 7, "auth_settings": ` + settings + `}`})
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

// TestAuthSettingsForgetWhatTheyHeld: encoding/json decodes into existing
// values.
func TestAuthSettingsForgetWhatTheyHeld(t *testing.T) {
	t.Parallel()
	got := workato.AuthSettings{Provider: "okta", Extra: map[string]any{"jit": true}}
	require.NoError(t, json.Unmarshal([]byte(`{"type": "workato_auth"}`), &got))
	assert.Equal(t, workato.AuthSettings{Type: "workato_auth"}, got)
}

func TestDecodeManagedUser(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
		return c.ManagedUsers.Get(ctx, customerID)
	}
	forms := map[string]*workato.ManagedUser{
		"full": {
			ID: 512340, ExternalID: workato.Ptr("CUST-77"), Name: "Borealis Ltd",
			Environments: []workato.CustomerEnvironment{
				{ID: 512341, Type: workato.EnvironmentTest, Raw: json.RawMessage(`{"type": "test", "id": 512341}`)},
				{ID: 512342, Type: workato.EnvironmentProd, Raw: json.RawMessage(`{"type": "prod", "id": 512342}`)},
			},
			NotificationEmail: "ops@borealis.example", AdminNotificationEmails: workato.Ptr("a@borealis.example,b@borealis.example"),
			ErrorNotificationEmails: workato.Ptr("e@borealis.example"), FullEmbedding: workato.Ptr(true), PlanID: workato.Ptr("partner_standard"),
			Trial: workato.Ptr(false), InTrial: workato.Ptr(false), WhitelistedApps: []string{"salesforce", "jira"},
			CreatedAt: at("2024-03-01T09:30:00.120-08:00"), UpdatedAt: at("2024-03-02T11:00:00.007-08:00"),
			TimeZone: workato.Ptr("Pacific Time (US & Canada)"), TeamName: workato.Ptr("Borealis Ltd"), AuthSettings: &workato.AuthSettings{Type: "workato_auth"},
			CurrentBillingPeriodStart: workato.Ptr(at("2024-03-01T00:00:00.000-08:00")), CurrentBillingPeriodEnd: workato.Ptr(at("2024-04-01T00:00:00.000-07:00")),
			TaskLimit: workato.Ptr[int64](10000), TaskLimitAdjustment: workato.Ptr("-500"), TaskCount: workato.Ptr[int64](310),
			ActiveConnectionLimit: workato.Ptr[int64](50), ActiveConnectionCount: workato.Ptr[int64](4), ActiveRecipeCount: workato.Ptr[int64](6),
		},
		"warehouse": {
			ID: 512350, Name: "Nordlicht", NotificationEmail: "ops@nordlicht.example", PlanID: workato.Ptr("partner_standard"),
			Trial: workato.Ptr(true), InTrial: workato.Ptr(true), WhitelistedApps: []string{}, FrameAncestors: workato.Ptr("https://a.example,https://b.example"),
			CreatedAt: at("2023-01-05T06:07:08.090+04:00"), UpdatedAt: at("2023-01-05T06:07:08.090+04:00"), TimeZone: workato.Ptr("Abu Dhabi"),
			AuthSettings: &workato.AuthSettings{Type: "saml_sso", Provider: "okta"},
			TaskLimit:    workato.Ptr[int64](2500), TaskLimitAdjustment: workato.Ptr("0"), TaskCount: workato.Ptr[int64](0),
			ActiveConnectionLimit: workato.Ptr[int64](0),
		},
		"create_2018": {ID: 3481, PlanID: workato.Ptr("free"), Trial: workato.Ptr(false)},
		"update_2020": {
			ID: 3481, ExternalID: workato.Ptr("CUST-78"), Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example", PlanID: workato.Ptr("free"),
			OriginURL: workato.Ptr("https://app.borealis.example"), InTrial: workato.Ptr(false),
			CreatedAt: at("2019-07-11T17:08:41.693Z"), UpdatedAt: at("2019-07-11T17:08:41.693Z"),
		},
		"get_2020_misspelt": {
			ID: 3481, ExternalID: workato.Ptr("CUST-78"), Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example", PlanID: workato.Ptr("free"),
			InTrial: workato.Ptr(false), CreatedAt: at("2019-07-11T10:08:41.693-07:00"), UpdatedAt: at("2019-07-11T10:08:41.693-07:00"),
		},
		"null": {ID: 3482},
		"loose": {
			ID: 3483, ExternalID: workato.Ptr("77"), Name: "Borealis Ltd", InTrial: workato.Ptr(false), Trial: workato.Ptr(true),
			TaskLimit: workato.Ptr[int64](10000), TaskCount: workato.Ptr[int64](12), TaskLimitAdjustment: workato.Ptr("-500"), WhitelistedApps: []string{"jira"},
			AuthSettings: &workato.AuthSettings{},
		},
		"environments": {
			ID: 512340, Name: "Borealis Ltd",
			Environments: []workato.CustomerEnvironment{
				{ID: 512340, Type: workato.EnvironmentDev, Raw: json.RawMessage(`{"type": "dev", "id": 512340, "external_id": null}`)},
				{
					ID: 512341, Type: workato.EnvironmentTest, ExternalID: workato.Ptr("T-1"), ErrorNotificationEmails: workato.Ptr("t@borealis.example"),
					Raw: json.RawMessage(`{"environment_type": "test", "id": "512341", "external_id": "T-1", "error_notification_emails": "t@borealis.example"}`),
				},
				{ID: 512342, Type: workato.EnvironmentProd, Raw: json.RawMessage(`{"name": "prod", "id": 512342, "colour": "red"}`)},
				{Type: "staging", Raw: json.RawMessage(`{"type": "staging", "id": null}`)},
			},
		},
	}
	for name, want := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, decoded(t, "managed_users/"+name+".json", get))
		})
	}

	t.Run("every call that returns one", func(t *testing.T) {
		t.Parallel()
		want := &workato.ManagedUser{ID: 3481, PlanID: workato.Ptr("free"), Trial: workato.Ptr(false)}
		assert.Equal(t, want, decoded(t, "managed_users/create_2018.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "x", NotificationEmail: "x@borealis.example"})
		}))
		assert.Equal(t, want, decoded(t, "managed_users/downgrade.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Downgrade(ctx, customerID)
		}))
		want.PlanID = workato.Ptr("partner_standard")
		assert.Equal(t, want, decoded(t, "managed_users/upgrade.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Upgrade(ctx, customerID, nil)
		}))
		updated := decoded(t, "managed_users/update_2020.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{})
		})
		assert.Equal(t, workato.Ptr("CUST-78"), updated.ExternalID)
	})

	t.Run("environments lead to workspaces", func(t *testing.T) {
		t.Parallel()
		user := decoded(t, "managed_users/environments.json", get)
		for environment, want := range map[workato.EnvironmentType]workato.CustomerID{
			workato.EnvironmentDev: workato.AccountID(512340), workato.EnvironmentTest: workato.AccountID(512341),
			workato.EnvironmentProd: workato.AccountID(512342),
		} {
			id, ok := user.Environment(environment)
			assert.True(t, ok)
			assert.Equal(t, want, id)
		}
		_, ok := user.Environment("staging")
		assert.False(t, ok, "an environment without an id")
		text, err := json.Marshal(user.Environments[2])
		require.NoError(t, err)
		assert.JSONEq(t, `{"name": "prod", "id": 512342, "colour": "red"}`, string(text), "is written as received")
		text, err = json.Marshal(workato.CustomerEnvironment{ID: 7, Type: "dev"})
		require.NoError(t, err)
		assert.JSONEq(t, `{"id": 7, "type": "dev"}`, string(text))
		assert.JSONEq(t, `{"id": 8, "type": "prod", "external_id": "P-1", "error_notification_emails": "p@borealis.example"}`,
			asJSON(t, workato.CustomerEnvironment{ID: 8, Type: "prod", ExternalID: workato.Ptr("P-1"), ErrorNotificationEmails: workato.Ptr("p@borealis.example")}))

		capitals := workato.ManagedUser{ID: 5, Environments: []workato.CustomerEnvironment{{ID: 6, Type: "DEV"}, {ID: 7, Type: "Prod"}}}
		for environment, want := range map[workato.EnvironmentType]int64{workato.EnvironmentDev: 6, workato.EnvironmentProd: 7} {
			id, ok := capitals.Environment(environment)
			assert.True(t, ok)
			assert.Equal(t, workato.AccountID(want), id, "in any case, as in Environments")
		}
	})
}
