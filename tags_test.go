package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestTags(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Tag], error) {
		return c.Tags.List(ctx, customerID, nil)
	}
	page := decoded(t, "tags/list.json", list)
	finance := workato.Tag{Handle: "tag-Bq1xYz-9KmA", Title: "Finance", Description: workato.Ptr("Owned by finance"), Color: workato.Ptr(workato.TagBlue)}
	assert.Equal(t, []workato.Tag{finance, {Handle: "tag-Cr2yZa-8LnB", Title: "Draft"}}, page.Items)
	keepsFixture[workato.Tag](t, "tags/tag.json")

	for body, problem := range map[string]string{
		`{"data": {"tags": [{"handle": "tag-1"}, {"handle": {}}]}}`:     `"data.tags[1]"`,
		`{"data": {"tags": null}}`:                                      `"data"`,
		`{"data": {"tags": []}, "message": "The role does not allow"}`:  "a message",
		`{"data": {"tags": {}}}`:                                        `"data"`,
		`{"data": {"tags": []}, "error": "The role does not allow it"}`: "an error",
	} {
		_, err := list(t.Context(), newClient(t, responding(response{body: body})))
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorContains(t, err, problem, body)
	}
}
