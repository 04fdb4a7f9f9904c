package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeVersions(t *testing.T) {
	t.Parallel()
	second := workato.RecipeVersion{
		ID: 301, VersionNo: 2, Comment: workato.Ptr("before May"), AuthorName: "Ana B", AuthorEmail: "ana@borealis.example",
		CreatedAt: at("2025-04-01T08:00:00Z"), UpdatedAt: at("2025-04-02T08:00:00Z"),
	}
	page := decoded(t, "versions/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.RecipeVersion], error) {
		return c.Recipes.ListVersions(ctx, customerID, 41354, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, second, page.Items[0])
	assert.Nil(t, page.Items[1].Comment)
	assert.True(t, page.HasNext(), "the service did not count them")
	for _, form := range []string{"versions/bare.json", "versions/data.json"} {
		assert.Equal(t, &second, decoded(t, form, func(ctx context.Context, c *workato.Client) (*workato.RecipeVersion, error) {
			return c.Recipes.GetVersion(ctx, customerID, 41354, 301)
		}), form)
		assert.Equal(t, &second, decoded(t, form, func(ctx context.Context, c *workato.Client) (*workato.RecipeVersion, error) {
			return c.Recipes.UpdateVersionComment(ctx, customerID, 41354, 301, &workato.RecipeUpdateVersionCommentParams{Comment: "before May"})
		}), form)
	}
}

func TestVersionsOverPages(t *testing.T) {
	t.Parallel()
	pages := responding(response{body: `{"data": [{"id": 5}, {"id": 4}]}`}, response{body: `{"data": [{"id": 3}, {"id": 2}]}`}, response{body: `{"data": []}`})
	var ids []int64
	for version, err := range newClient(t, pages).Recipes.AllVersions(t.Context(), customerID, 1, &workato.RecipeListVersionsParams{PerPage: 2}) {
		require.NoError(t, err)
		ids = append(ids, version.ID)
	}
	assert.Equal(t, []int64{5, 4, 3, 2}, ids)
	var queries []string
	for _, req := range pages.all() {
		queries = append(queries, req.Query)
	}
	assert.Equal(t, []string{"page=1&per_page=2", "page=2&per_page=2", "page=3&per_page=2"}, queries)

	ignored := responding(response{body: `{"data": [{"id": 5}, {"id": 4}]}`})
	var last error
	for _, last = range newClient(t, ignored).Recipes.AllVersions(t.Context(), customerID, 1, &workato.RecipeListVersionsParams{PerPage: 2}) {
	}
	require.ErrorIs(t, last, workato.ErrRepeatedPage)
}
