package workato_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// at reads a timestamp of a fixture.
func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// decoded returns what a call makes of a fixture.
func decoded[T any](t *testing.T, name string, call func(context.Context, *workato.Client) (T, error)) T {
	t.Helper()
	got, err := call(t.Context(), newClient(t, answering(answer{body: fixture(t, name)})))
	require.NoError(t, err)
	return got
}

func TestDecodeIntegrations(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) ([]workato.Integration, error) {
		return c.Integrations.List(ctx, &workato.IntegrationListParams{Applications: []string{"acme_crm"}})
	}
	assert.Equal(t, []workato.Integration{
		{
			Name: "acme_crm", Title: "Acme CRM", Categories: []string{"CRM", "Sales"}, OAuth: true,
			Triggers: []workato.IntegrationOperation{{Name: "new_row", Title: ptr("New row"), Batch: true}},
			Actions:  []workato.IntegrationOperation{{Name: "add_row", Deprecated: true, Bulk: true}},
		},
		{
			Name: "acme_crm_secondary", Title: "Acme CRM secondary", Categories: []string{}, Deprecated: true, Secondary: true,
			Triggers: []workato.IntegrationOperation{},
		},
	}, decoded(t, "integrations/items.json", list))
	assert.Equal(t, []workato.Integration{{
		Name: "acme_crm", Title: "Acme CRM", ImageURL: ptr("/img/acme_crm.png"), RequiresConnection: ptr(true), MobileSearch: ptr(false),
	}}, decoded(t, "integrations/bare_2019.json", list))
}

func TestDecodeManagedUser(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
		return c.ManagedUsers.Get(ctx, customerID)
	}
	forms := map[string]*workato.ManagedUser{
		"full": {
			ID: 512340, ExternalID: ptr("CUST-77"), Name: "Borealis Ltd",
			Environments: []workato.CustomerEnvironment{
				{ID: 512341, Type: workato.EnvironmentTest, Raw: json.RawMessage(`{"type": "test", "id": 512341}`)},
				{ID: 512342, Type: workato.EnvironmentProd, Raw: json.RawMessage(`{"type": "prod", "id": 512342}`)},
			},
			NotificationEmail: "ops@borealis.example", AdminNotificationEmails: ptr("a@borealis.example,b@borealis.example"),
			ErrorNotificationEmails: ptr("e@borealis.example"), FullEmbedding: ptr(true), PlanID: ptr("partner_standard"),
			Trial: ptr(false), InTrial: ptr(false), WhitelistedApps: []string{"salesforce", "jira"},
			CreatedAt: at("2024-03-01T09:30:00.120-08:00"), UpdatedAt: at("2024-03-02T11:00:00.007-08:00"),
			TimeZone: ptr("Pacific Time (US & Canada)"), TeamName: ptr("Borealis Ltd"), AuthSettings: &workato.AuthSettings{Type: "workato_auth"},
			CurrentBillingPeriodStart: ptr(at("2024-03-01T00:00:00.000-08:00")), CurrentBillingPeriodEnd: ptr(at("2024-04-01T00:00:00.000-07:00")),
			TaskLimit: ptr[int64](10000), TaskLimitAdjustment: ptr("-500"), TaskCount: ptr[int64](310),
			ActiveConnectionLimit: ptr[int64](50), ActiveConnectionCount: ptr[int64](4), ActiveRecipeCount: ptr[int64](6),
		},
		"warehouse": {
			ID: 512350, Name: "Nordlicht", NotificationEmail: "ops@nordlicht.example", PlanID: ptr("partner_standard"),
			Trial: ptr(true), InTrial: ptr(true), WhitelistedApps: []string{}, FrameAncestors: ptr("https://a.example,https://b.example"),
			CreatedAt: at("2023-01-05T06:07:08.090+04:00"), UpdatedAt: at("2023-01-05T06:07:08.090+04:00"), TimeZone: ptr("Abu Dhabi"),
			AuthSettings: &workato.AuthSettings{Type: "saml_sso", Provider: "okta"},
			TaskLimit:    ptr[int64](2500), TaskLimitAdjustment: ptr("0"), TaskCount: ptr[int64](0), ActiveConnectionLimit: ptr[int64](0),
		},
		"create_2018": {ID: 3481, PlanID: ptr("free"), Trial: ptr(false)},
		"update_2020": {
			ID: 3481, ExternalID: ptr("CUST-78"), Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example", PlanID: ptr("free"),
			OriginURL: ptr("https://app.borealis.example"), InTrial: ptr(false),
			CreatedAt: at("2019-07-11T17:08:41.693Z"), UpdatedAt: at("2019-07-11T17:08:41.693Z"),
		},
		"get_2020_misspelt": {
			ID: 3481, ExternalID: ptr("CUST-78"), Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example", PlanID: ptr("free"),
			InTrial: ptr(false), CreatedAt: at("2019-07-11T10:08:41.693-07:00"), UpdatedAt: at("2019-07-11T10:08:41.693-07:00"),
		},
		"null": {ID: 3482},
		"loose": {
			ID: 3483, ExternalID: ptr("77"), Name: "Borealis Ltd", InTrial: ptr(false), Trial: ptr(true),
			TaskLimit: ptr[int64](10000), TaskCount: ptr[int64](12), TaskLimitAdjustment: ptr("-500"), WhitelistedApps: []string{"jira"},
			AuthSettings: &workato.AuthSettings{},
		},
		"environments": {
			ID: 512340, Name: "Borealis Ltd",
			Environments: []workato.CustomerEnvironment{
				{ID: 512340, Type: workato.EnvironmentDev, Raw: json.RawMessage(`{"type": "dev", "id": 512340, "external_id": null}`)},
				{
					ID: 512341, Type: workato.EnvironmentTest, ExternalID: ptr("T-1"), ErrorNotificationEmails: ptr("t@borealis.example"),
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
		want := &workato.ManagedUser{ID: 3481, PlanID: ptr("free"), Trial: ptr(false)}
		assert.Equal(t, want, decoded(t, "managed_users/create_2018.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "x", NotificationEmail: "x@borealis.example"})
		}))
		assert.Equal(t, want, decoded(t, "managed_users/downgrade.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Downgrade(ctx, customerID)
		}))
		want.PlanID = ptr("partner_standard")
		assert.Equal(t, want, decoded(t, "managed_users/upgrade.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Upgrade(ctx, customerID, nil)
		}))
		assert.Equal(t, ptr("CUST-78"), decoded(t, "managed_users/update_2020.json", func(ctx context.Context, c *workato.Client) (*workato.ManagedUser, error) {
			return c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{})
		}).ExternalID)
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
		assert.JSONEq(t, `{"name": "prod", "id": 512342, "colour": "red"}`, string(text), "goes out as it came")
		text, err = json.Marshal(workato.CustomerEnvironment{ID: 7, Type: "dev"})
		require.NoError(t, err)
		assert.JSONEq(t, `{"id": 7, "type": "dev"}`, string(text))
		assert.JSONEq(t, `{"id": 8, "type": "prod", "external_id": "P-1", "error_notification_emails": "p@borealis.example"}`,
			asJSON(t, workato.CustomerEnvironment{ID: 8, Type: "prod", ExternalID: ptr("P-1"), ErrorNotificationEmails: ptr("p@borealis.example")}))

		capitals := workato.ManagedUser{ID: 5, Environments: []workato.CustomerEnvironment{{ID: 6, Type: "DEV"}, {ID: 7, Type: "Prod"}}}
		for environment, want := range map[workato.EnvironmentType]int64{workato.EnvironmentDev: 6, workato.EnvironmentProd: 7} {
			id, ok := capitals.Environment(environment)
			assert.True(t, ok)
			assert.Equal(t, workato.AccountID(want), id, "in any case, as in Environments")
		}
	})
}

func TestDecodeMember(t *testing.T) {
	t.Parallel()
	add := func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
		return c.Members.AddLegacy(ctx, customerID, &workato.MemberAddLegacyParams{Name: "Ana B", OAuthID: "oauth-77"})
	}
	assert.Equal(t, &workato.Member{
		ID: 88, GrantType: ptr("team"), RoleName: ptr("Operator"), ExternalID: ptr("U-1"), Name: ptr("Ana B"),
		Email: ptr("ana@borealis.example"), TimeZone: ptr("UTC"),
	}, decoded(t, "members/added.json", add))
	assert.Equal(t, int64(3481), decoded(t, "members/added_2020.json", add).ID)
	assert.Equal(t, &workato.Member{ID: 88}, decoded(t, "members/null.json", add))

	for _, name := range []string{"members/removed_2020.json", "recipes/done.json"} {
		c := newClient(t, answering(answer{body: fixture(t, name)}))
		assert.NoError(t, c.Members.RemoveLegacy(t.Context(), customerID, 34811), name)
	}
}

func TestDecodeConnection(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) ([]workato.Connection, error) {
		return c.Connections.List(ctx, customerID, nil)
	}
	create := func(ctx context.Context, c *workato.Client) (*workato.Connection, error) {
		return c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "jira"})
	}
	update := func(ctx context.Context, c *workato.Client) (*workato.Connection, error) {
		return c.Connections.Update(ctx, customerID, 7015, &workato.ConnectionUpdateParams{})
	}
	created, updated := at("2024-04-30T10:00:00.100Z"), at("2024-05-01T10:00:00.101Z")

	assert.Equal(t, []workato.Connection{{
		ID: 7012, Name: "Prod Jira", Provider: "jira", AuthorizedAt: ptr(at("2018-05-01T10:00:00.100Z")), AuthorizationStatus: workato.AuthorizationSuccess,
		CreatedAt: at("2018-04-30T10:00:00.100Z"), UpdatedAt: at("2018-05-01T10:00:00.101Z"),
	}}, decoded(t, "connections/list_2019.json", list))

	newest := []workato.Connection{
		{
			ID: 7012, Name: "Prod Jira", Provider: "jira", AuthorizedAt: ptr(at("2024-05-01T10:00:00.100Z")),
			AuthorizationStatus: workato.AuthorizationSuccess, CreatedAt: created, UpdatedAt: updated, ExternalID: ptr("U-9"),
			FolderID: ptr[int64](4410), ParentID: ptr[int64](7001), Tags: []string{"tag-AbC1-x2", "tag-AbC1-x3"},
		},
		{
			ID: 7013, Name: "Books", Provider: "quickbooks", AuthorizedAt: ptr(at("2024-05-01T03:00:00.100-07:00")),
			AuthorizationStatus: workato.AuthorizationSuccess, CreatedAt: created, UpdatedAt: updated, FolderID: ptr[int64](4410),
			Identity: ptr("ana@borealis.example/9988776655"), ConnectionLostAt: ptr(at("2024-06-01T12:00:00Z")), ConnectionLostReason: ptr("network_failure"),
		},
		{
			ID: 7014, Name: "Sheets", Provider: "google_sheets", AuthorizationStatus: workato.AuthorizationException,
			AuthorizationError: ptr("token expired"), CreatedAt: created, UpdatedAt: updated, Tags: []string{},
		},
	}
	got := decoded(t, "connections/list_2025.json", list)
	assert.Equal(t, newest, got)
	assert.True(t, got[0].Authorized())
	assert.False(t, got[1].Authorized(), "lost")
	assert.False(t, got[2].Authorized(), "never connected")

	empty := decoded(t, "connections/empty_list.json", list)
	assert.NotNil(t, empty)
	assert.Empty(t, empty)

	shell := &workato.Connection{
		ID: 7015, Name: "jira_connection", Provider: "jira", CreatedAt: created, UpdatedAt: created, FolderID: ptr[int64](1892),
	}
	assert.Equal(t, shell, decoded(t, "connections/shell.json", create))
	assert.Equal(t, shell, decoded(t, "connections/shell.json", update))
	assert.False(t, shell.Authorized())

	refused := decoded(t, "connections/refused_credentials.json", update)
	assert.False(t, refused.Authorized())
	assert.Equal(t, workato.AuthorizationFailed, refused.AuthorizationStatus)
	assert.Equal(t, ptr("401 from the application"), refused.AuthorizationError)

	loose := decoded(t, "connections/loose.json", create)
	assert.Equal(t, int64(7016), loose.ID)
	assert.Equal(t, workato.AuthorizationStatus("pending_review"), loose.AuthorizationStatus)
	assert.Equal(t, ptr("128904"), loose.ExternalID)
	assert.Equal(t, ptr[int64](4410), loose.FolderID)
	assert.Nil(t, loose.ParentID)
	assert.Nil(t, loose.AuthorizedAt)
	assert.Nil(t, loose.ConnectionLostAt)
	assert.Nil(t, loose.ConnectionLostReason)
	assert.True(t, loose.CreatedAt.Equal(at("2024-04-30T10:00:00Z")))
	assert.True(t, loose.UpdatedAt.Equal(at("2024-04-30T08:00:00.1Z")))

	for _, name := range []string{"disconnected", "disconnected_list"} {
		c := newClient(t, answering(answer{body: fixture(t, "connections/"+name+".json")}))
		assert.NoError(t, c.Connections.Disconnect(t.Context(), customerID, 7012, nil), name)
	}
	c := newClient(t, answering(answer{body: fixture(t, "connections/deleted.json")}))
	assert.NoError(t, c.Connections.Delete(t.Context(), customerID, 7012))
}

func TestDecodePicklistValues(t *testing.T) {
	t.Parallel()
	values := func(ctx context.Context, c *workato.Client) ([]workato.PicklistValue, error) {
		return c.Picklists.GetValues(ctx, customerID, 7012, &workato.PicklistGetValuesParams{PickListName: "x"})
	}
	raw := func(texts ...string) (list []json.RawMessage) {
		for _, text := range texts {
			list = append(list, json.RawMessage(text))
		}
		return list
	}
	assert.Equal(t, []workato.PicklistValue{
		{Label: "Account name", Value: json.RawMessage(`"Name"`)}, {Label: "Billing city", Value: json.RawMessage(`"BillingCity"`)},
	}, decoded(t, "picklists/pairs.json", values))

	tree := decoded(t, "picklists/tree.json", values)
	require.Len(t, tree, 2)
	assert.True(t, tree[0].HasChildren())
	assert.False(t, tree[1].HasChildren())
	assert.Equal(t, "/readme.txt", tree[1].Text())

	mixed := decoded(t, "picklists/mixed.json", values)
	assert.Equal(t, []workato.PicklistValue{
		{Label: "Two", Value: json.RawMessage(`"2"`)},
		{Label: "Three", Value: json.RawMessage(`3`), Rest: raw(`"parent"`)},
		{Label: "Four", Value: json.RawMessage(`true`), Rest: raw(`null`, `true`)},
		{Label: "Five", Value: json.RawMessage(`null`), Rest: raw(`null`, `false`, `{"x": 1}`)},
		{Label: "6", Value: json.RawMessage(`1.5`)},
		{Label: "Object", Value: json.RawMessage(`{"id": 1}`)},
	}, mixed)
	var texts []string
	for _, value := range mixed {
		texts = append(texts, value.Text())
	}
	assert.Equal(t, []string{"2", "3", "true", "null", "1.5", `{"id": 1}`}, texts)

	back, err := json.Marshal(mixed[3])
	require.NoError(t, err)
	assert.JSONEq(t, `["Five", null, null, false, {"x": 1}]`, string(back))

	for _, body := range []string{`{"result": [["alone"]]}`, `{"result": [[]]}`, `{"result": ["text"]}`, `{"result": [{"a": 1}]}`, `{"result": [null]}`} {
		_, err := values(t.Context(), newClient(t, answering(answer{body: body})))
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}

func TestDecodeFolder(t *testing.T) {
	t.Parallel()
	create := func(ctx context.Context, c *workato.Client) (*workato.Folder, error) {
		return c.Folders.Create(ctx, customerID, &workato.FolderCreateParams{Name: "Billing"})
	}
	created, updated := at("2024-07-16T10:49:53.337-07:00"), at("2024-07-16T10:49:53.347-07:00")
	for name, want := range map[string]*workato.Folder{
		"id_only_2020": {ID: 1789},
		"folder": {
			ID: 1789, Name: "Billing", ParentID: ptr[int64](4515), IsProject: ptr(false), ProjectID: ptr[int64](903),
			CreatedAt: created, UpdatedAt: updated,
		},
		"project": {ID: 1790, Name: "Billing", IsProject: ptr(true), ProjectID: ptr[int64](904), CreatedAt: created, UpdatedAt: updated},
		"before_projects": {
			ID: 1791, Name: "Billing", ParentID: ptr[int64](4515), CreatedAt: at("2022-07-16T10:49:53.337Z"), UpdatedAt: at("2022-07-16T10:49:53.337Z"),
		},
		"wrapped": {ID: 1792, ParentID: ptr[int64](4515)},
		"loose":   {ID: 1793, Name: "Billing", ParentID: ptr[int64](4515), IsProject: ptr(true)},
	} {
		assert.Equal(t, want, decoded(t, "folders/"+name+".json", create), name)
	}
}

func TestDecodeRecipe(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Recipe], error) {
		return c.Recipes.List(ctx, customerID, nil)
	}
	page := decoded(t, "recipes/result.json", list)
	assert.Equal(t, []workato.Recipe{{
		ID: 41354, UserID: 9182, Name: "Sync invoices", Description: ptr("text"), CreatedAt: at("2021-11-25T07:07:38.568-08:00"),
		UpdatedAt: at("2021-11-25T07:14:40.822-08:00"), CopyCount: 1, TriggerApplication: ptr("workato_service"),
		ActionApplications: []string{"jira"}, Applications: []string{"workato_service", "jira"},
		ParametersSchema: json.RawMessage(`[{"label": "Status", "name": "status", "type": "string", "control_type": "text", "hint": "x"}]`),
		Parameters:       json.RawMessage(`{"status": "open"}`), TriggerClosure: json.RawMessage(`null`),
		FolderID: ptr[int64](2415), ProjectID: ptr[int64](88), Running: true, JobSucceededCount: 1, JobFailedCount: 2, LifetimeTaskCount: 3,
		LastRunAt: ptr(at("2021-11-25T07:10:27.424-08:00")), StoppedAt: ptr(at("2021-11-25T07:11:06.346-08:00")), VersionNo: 3,
		Code:       `{"number":0}`,
		Config:     json.RawMessage(`[{"keyword": "application", "name": "jira", "provider": "jira", "skip_validation": false, "account_id": 771}]`),
		AuthorName: "Ana B", VersionAuthorName: "Ana B", VersionAuthorEmail: "ana@borealis.example", Tags: []string{"tag-AbC1-x2"},
	}}, page.Items)
	assert.Equal(t, ptr[int64](1), page.Count)
	entries, err := page.Items[0].ConfigEntries()
	require.NoError(t, err)
	assert.Equal(t, []workato.RecipeConfig{{Keyword: "application", Name: "jira", Provider: "jira", AccountID: ptr[int64](771)}}, entries)

	page = decoded(t, "recipes/items_2019.json", list)
	require.Len(t, page.Items, 1)
	old := page.Items[0]
	assert.Nil(t, page.Count)
	assert.Equal(t, int64(2134), old.ID)
	assert.Equal(t, workato.StopCauseTrialExpired, *old.StopCause)
	assert.Equal(t, "https://hooks.example.com/a", *old.WebhookURL)
	assert.Nil(t, old.TriggerApplication)
	assert.Nil(t, old.Description)
	assert.Nil(t, old.FolderID)
	assert.Nil(t, old.ProjectID)
	assert.Nil(t, old.LastRunAt)
	entries, err = old.ConfigEntries()
	require.NoError(t, err)
	assert.Nil(t, entries[0].AccountID)

	page = decoded(t, "recipes/loose.json", list)
	require.Len(t, page.Items, 2)
	loose := page.Items[0]
	assert.Equal(t, int64(2135), loose.ID)
	assert.Nil(t, loose.WebhookURL, "false stands for none")
	assert.Nil(t, loose.Description)
	assert.True(t, loose.Running)
	assert.Equal(t, workato.StopCause("moon_phase"), *loose.StopCause)
	assert.JSONEq(t, `{"number": 0, "block": [1, 2]}`, loose.Code)
	assert.Equal(t, int64(4), loose.VersionNo)
	assert.True(t, loose.CreatedAt.IsZero())
	assert.True(t, loose.UpdatedAt.IsZero())
	assert.Nil(t, loose.LastRunAt)
	assert.Nil(t, loose.StoppedAt)
	entries, err = loose.ConfigEntries()
	require.NoError(t, err)
	assert.Equal(t, []workato.RecipeConfig{{Keyword: "application", Name: "jira", AccountID: ptr[int64](772)}}, entries)
	assert.Empty(t, page.Items[1].Code)
	entries, err = page.Items[1].ConfigEntries()
	require.NoError(t, err)
	assert.Empty(t, entries)
	_, err = (&workato.Recipe{ID: 7, Config: json.RawMessage(`{"no": "list"}`)}).ConfigEntries()
	assert.ErrorContains(t, err, "recipe 7")

	public := decoded(t, "recipes/public_items.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.PublicRecipe], error) {
		//lint:ignore SA1019 deprecated by the service, but tested like the others
		return c.Recipes.SearchPublic(ctx, &workato.RecipeSearchPublicParams{Applications: []string{"jira"}})
	})
	assert.Equal(t, []workato.PublicRecipe{{
		ID: 1234, UserID: 3322, Name: "New issue to chat", Description: ptr("When there is an issue"), CreatedAt: at("2013-09-23T09:12:56.483Z"),
		UpdatedAt: at("2013-10-02T16:01:33.113Z"), CopyCount: 2, TriggerApplication: ptr("jira"), ActionApplications: []string{"slack"},
		Applications: []string{"jira", "slack"},
	}}, public.Items[:1])
	var rows struct{ Items []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "recipes/public_items.json")), &rows))
	for i, row := range rows.Items {
		keepsKeys(t, string(row), public.Items[i])
	}

	for _, name := range []string{"done", "done_capital"} {
		c := newClient(t, answering(answer{body: fixture(t, "recipes/"+name+".json")}))
		assert.NoError(t, c.Recipes.Start(t.Context(), customerID, 41354), name)
		assert.NoError(t, c.Recipes.Stop(t.Context(), customerID, 41354), name)
	}
}

func TestDecodeImport(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Import, error) {
		return c.Imports.Get(ctx, customerID, 198)
	}
	create := func(ctx context.Context, c *workato.Client) (*workato.Import, error) {
		return c.Imports.Create(ctx, customerID, &workato.ImportCreateParams{Package: workato.PackageBytes([]byte(apitest.Package)), FolderID: 1})
	}
	running := &workato.Import{ID: 251, OperationType: "import", Status: workato.ImportInProgress}
	assert.Equal(t, running, decoded(t, "imports/in_progress.json", create))
	assert.Equal(t, running, decoded(t, "imports/in_progress.json", get))
	completed := &workato.Import{
		ID: 198, OperationType: "import", Status: workato.ImportCompleted,
		RecipeStatus: []workato.ImportedRecipe{
			{ID: 12345, ImportResult: workato.ImportResultRestarted},
			{ID: 12346, ImportResult: workato.ImportResultStopped},
			{ID: 12347, ImportResult: workato.ImportResultUnchanged},
			{ID: 12348, ImportResult: workato.ImportResultRestartFailed},
			{ID: 12349, ImportResult: "stopped_for_review"},
		},
	}
	assert.Equal(t, completed, decoded(t, "imports/completed.json", get))
	assert.Equal(t, completed.RecipeStatus[1:2], completed.NotRestarted()[:1])
	assert.Len(t, completed.NotRestarted(), 2)
	assert.Equal(t, &workato.Import{
		ID: 252, OperationType: "import", Status: workato.ImportInProgress, RecipeStatus: []workato.ImportedRecipe{},
	}, decoded(t, "imports/running_recorded.json", get))
	assert.Equal(t, &workato.Import{
		ID: 252, OperationType: "import", Status: workato.ImportCompleted, RecipeStatus: []workato.ImportedRecipe{},
		DownloadURL: "https://store.example.com/p/252.zip?X-Amz-Expires=10",
	}, decoded(t, "imports/completed_recorded.json", get))
	keepsKeys(t, fixture(t, "imports/completed_recorded.json"), decoded(t, "imports/completed_recorded.json", create))
	assert.Equal(t, &workato.Import{ID: 253, OperationType: "import", Status: "queued_somewhere"}, decoded(t, "imports/loose.json", create))

	failed := decoded(t, "imports/failed.json", get) // a result of Get and no error
	assert.Equal(t, &workato.Import{
		ID: 198, OperationType: "export", Status: workato.ImportFailed, Error: "folder is missing",
		ErrorParts: []json.RawMessage{json.RawMessage(`{"reason": "folder"}`), json.RawMessage(`"text"`)},
	}, failed)
	_, err := create(t.Context(), newClient(t, answering(answer{body: fixture(t, "imports/failed.json")})))
	var refusal *workato.ImportFailedError
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, failed, refusal.Import)
	assert.Equal(t, "folder is missing", refusal.Err.Message)
	assert.Equal(t, "workato: import 198: failed: folder is missing", err.Error())

	for status, want := range map[workato.ImportStatus][2]bool{ // completed, failed
		workato.ImportPending: {}, workato.ImportProcessing: {}, workato.ImportInProgress: {}, "": {}, "queued_somewhere": {},
		workato.ImportCompleted: {true, false}, workato.ImportSucceeded: {true, false},
		workato.ImportFailed: {false, true}, workato.ImportError: {false, true}, workato.ImportStopped: {false, true},
	} {
		got := [2]bool{status.Completed(), status.Failed()}
		assert.Equal(t, want, got, status)
	}
}

func TestDecodeTimestamps(t *testing.T) {
	t.Parallel()
	instant := at("2019-07-11T17:08:41.693Z")
	for text, want := range map[string]*time.Time{
		`null`: nil, `""`: nil, `"null"`: nil, `false`: nil, `" "`: nil,
		`"2019-07-11T17:08:41.693Z"`:      &instant,
		`"2019-07-11T10:08:41.693-07:00"`: &instant,
		`"2019-07-11T21:08:41.693+04:00"`: &instant,
		`"2019-07-11T10:08:41.693-0700"`:  &instant,
		`"2019-07-11 17:08:41.693 UTC"`:   &instant,
		`"2019-07-11 10:08:41.693 -0700"`: &instant,
		`"2019-07-11T17:08:41.693"`:       &instant,
		`"2019-07-11 17:08:41.693"`:       &instant,
		`"2019-07-11T17:08:41Z"`:          ptr(at("2019-07-11T17:08:41Z")),
		`"2019-07-11"`:                    ptr(at("2019-07-11T00:00:00Z")),
	} {
		// Next to a pointer stands a value, for which null is the zero time.
		c := newClient(t, answering(answer{body: `{"id": 1, "authorized_at": ` + text + `, "created_at": ` + text + `}`}))
		got, err := c.Connections.Create(t.Context(), customerID, &workato.ConnectionCreateParams{Provider: "jira"})
		require.NoError(t, err, text)
		if want == nil {
			assert.Nil(t, got.AuthorizedAt, text)
			assert.True(t, got.CreatedAt.IsZero(), text)
			continue
		}
		require.NotNil(t, got.AuthorizedAt, text)
		assert.True(t, want.Equal(*got.AuthorizedAt), "%s: %s", text, got.AuthorizedAt)
		assert.True(t, want.Equal(got.CreatedAt), text)
	}
	for _, text := range []string{`true`, `12`, `"yesterday"`, `{}`, `[]`, `"2019-13-11T17:08:41Z"`, `"2019-07-11 10:08:41.693 PDT"`} {
		c := newClient(t, answering(answer{body: `{"result": [{"id": 1}, {"id": 2, "authorized_at": ` + text + `}]}`}))
		_, err := c.Connections.List(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, text)
		assert.ErrorContains(t, err, "result[1].authorized_at", text)
	}
}

// TestNewKeysDoNoHarm: a key that the service adds is ignored, even one that
// elsewhere is the key of an envelope.
func TestNewKeysDoNoHarm(t *testing.T) {
	t.Parallel()
	for _, added := range []string{`"data": null`, `"data": {}`, `"data": {"id": 9}`, `"result": []`, `"result": "ok"`, `"items": [1]`, `"success": true`} {
		c := newClient(t, answering(answer{body: `{"id": 7, "name": "x", ` + added + `}`}))
		got, err := c.ManagedUsers.Get(t.Context(), customerID)
		require.NoError(t, err, added)
		assert.Equal(t, &workato.ManagedUser{ID: 7, Name: "x"}, got, added)
	}
}

// TestFieldsNameThemselves wants the path of a value that cannot be read.
func TestFieldsNameThemselves(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{
		`{"result": [{"id": "x1"}]}`:                             "result[0].id",
		`[{"id": 1}, {"id": 2}, {"id": 3, "folder_id": [1]}]`:    "[2].folder_id",
		`{"items": [{"id": 1, "name": {"a": 1}, "tags": "no"}]}`: "items[0].tags",
		`{"result": [{"id": 1.5}]}`:                              "result[0].id",
		`{"result": [{"id": 99999999999999999999}]}`:             "result[0].id",
		`{"result": [{"id": 1}, 7]}`:                             "result[1]",
		`{"result": {"id": 1}}`:                                  "result",
		`{"result": [{"id": 1}, {"name": "without"}]}`:           "result[1]",
	} {
		_, err := newClient(t, answering(answer{body: body})).Connections.List(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorContains(t, err, `"`+path+`"`, body)
	}
	// The types that keep their text decode themselves, but stand somewhere too.
	for body, path := range map[string]string{
		`{"id": 1, "environments": [7]}`:              "environments[0]",
		`{"id": 1, "environments": [{"id": "x"}]}`:    "environments[0].id",
		`{"result": {"id": 1, "name": {}, "id": []}}`: "id",
	} {
		_, err := newClient(t, answering(answer{body: body})).ManagedUsers.Get(t.Context(), customerID)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorContains(t, err, `"`+path+`"`, body)
	}
	_, err := newClient(t, answering(answer{body: `{"id": 1, "recipes_count": [7]}`})).Workspace.Whoami(t.Context())
	require.ErrorContains(t, err, `"recipes_count"`)
	_, err = newClient(t, answering(answer{body: `{"result": [["A", "a"], ["B"]]}`})).
		Picklists.GetValues(t.Context(), customerID, 1, &workato.PicklistGetValuesParams{PickListName: "x"})
	require.ErrorContains(t, err, `"result[1]"`)
}
