package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeRecipe(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Recipe], error) {
		return c.Recipes.List(ctx, customerID, nil)
	}
	page := decoded(t, "recipes/result.json", list)
	assert.Equal(t, []workato.Recipe{{
		ID: 41354, UserID: 9182, Name: "Sync invoices", Description: workato.Ptr("text"), CreatedAt: at("2021-11-25T07:07:38.568-08:00"),
		UpdatedAt: at("2021-11-25T07:14:40.822-08:00"), CopyCount: 1, TriggerApplication: workato.Ptr("workato_service"),
		ActionApplications: []string{"jira"}, Applications: []string{"workato_service", "jira"},
		ParametersSchema: json.RawMessage(`[{"label": "Status", "name": "status", "type": "string", "control_type": "text", "hint": "x"}]`),
		Parameters:       json.RawMessage(`{"status": "open"}`), TriggerClosure: json.RawMessage(`null`),
		FolderID: workato.Ptr[int64](2415), ProjectID: workato.Ptr[int64](88), Running: true, JobSucceededCount: 1, JobFailedCount: 2, LifetimeTaskCount: 3,
		LastRunAt: workato.Ptr(at("2021-11-25T07:10:27.424-08:00")), StoppedAt: workato.Ptr(at("2021-11-25T07:11:06.346-08:00")), VersionNo: 3,
		Code:       `{"number":0}`,
		Config:     json.RawMessage(`[{"keyword": "application", "name": "jira", "provider": "jira", "skip_validation": false, "account_id": 771}]`),
		AuthorName: "Ana B", VersionAuthorName: "Ana B", VersionAuthorEmail: "ana@borealis.example", Tags: []string{"tag-AbC1-x2"},
	}}, page.Items)
	assert.Equal(t, workato.Ptr[int64](1), page.Count)
	entries, err := page.Items[0].ConfigEntries()
	require.NoError(t, err)
	assert.Equal(t, []workato.RecipeConfig{{Keyword: "application", Name: "jira", Provider: "jira", AccountID: workato.Ptr[int64](771)}}, entries)

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
	assert.Nil(t, loose.WebhookURL, "false means none")
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
	assert.Equal(t, []workato.RecipeConfig{{Keyword: "application", Name: "jira", AccountID: workato.Ptr[int64](772)}}, entries)
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
		ID: 1234, UserID: 3322, Name: "New issue to chat", Description: workato.Ptr("When there is an issue"), CreatedAt: at("2013-09-23T09:12:56.483Z"),
		UpdatedAt: at("2013-10-02T16:01:33.113Z"), CopyCount: 2, TriggerApplication: workato.Ptr("jira"), ActionApplications: []string{"slack"},
		Applications: []string{"jira", "slack"},
	}}, public.Items[:1])
	var rows struct{ Items []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "recipes/public_items.json")), &rows))
	for i, row := range rows.Items {
		keepsKeys(t, string(row), public.Items[i])
	}

	for _, name := range []string{"done", "done_capital"} {
		c := newClient(t, responding(response{body: fixture(t, "recipes/"+name+".json")}))
		assert.NoError(t, c.Recipes.Start(t.Context(), customerID, 41354), name)
		assert.NoError(t, c.Recipes.Stop(t.Context(), customerID, 41354), name)
	}
}

func TestDecodeOneRecipe(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Recipe, error) {
		return c.Recipes.Get(ctx, customerID, 41354, nil)
	}
	bare := decoded(t, "recipes/get_bare.json", get)
	assert.Equal(t, int64(41354), bare.ID)
	assert.JSONEq(t, `{"status": "open", "result": {"data": [1]}}`, string(bare.Parameters))
	for _, form := range []string{"recipes/get_result_object.json", "recipes/get_result_list.json"} {
		assert.Equal(t, bare, decoded(t, form, get), form)
	}

	var code map[string]any
	require.NoError(t, bare.DecodeCode(&code))
	again, err := json.Marshal(code)
	require.NoError(t, err)
	assert.JSONEq(t, `{"number": 0, "n": 12345678901234567890}`, string(again))
	assert.Contains(t, string(again), "12345678901234567890", "no digit is lost")

	entries, err := bare.ConfigEntries()
	require.NoError(t, err)
	assert.JSONEq(t, string(bare.Config), string(workato.RecipeConfigs(entries...)))
	assert.JSONEq(t, `[]`, string(workato.RecipeConfigs()))

	bare.Code = ""
	require.ErrorContains(t, bare.DecodeCode(&code), "recipe 41354 came without its code")
	bare.Code = "{"
	require.ErrorContains(t, bare.DecodeCode(&code), "code of recipe 41354")
}

func TestDecodeNewRecipes(t *testing.T) {
	t.Parallel()
	create := func(ctx context.Context, c *workato.Client) (*workato.CreatedRecipe, error) {
		return c.Recipes.Create(ctx, customerID, &workato.RecipeCreateParams{Name: "A", Code: "{}"})
	}
	clone := func(ctx context.Context, c *workato.Client) (*workato.CreatedRecipe, error) {
		return c.Recipes.Copy(ctx, customerID, 41354, nil)
	}
	assert.Equal(t, &workato.CreatedRecipe{ID: 116}, decoded(t, "recipes/created.json", create))
	assert.Equal(t, &workato.CreatedRecipe{ID: 99}, decoded(t, "recipes/copied.json", clone))
	for body, call := range map[string]func(context.Context, *workato.Client) (*workato.CreatedRecipe, error){
		`{"success": true}`: create, `{"success": true, "new_flow_id": null}`: clone,
	} {
		_, err := call(t.Context(), newClient(t, responding(response{body: body})))
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown, body)
	}
}
