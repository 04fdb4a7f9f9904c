package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

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
		_, err := values(t.Context(), newClient(t, responding(response{body: body})))
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}
