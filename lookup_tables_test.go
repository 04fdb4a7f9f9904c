package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestLookupTables(t *testing.T) {
	t.Parallel()
	page := decoded(t, "lookup_tables/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.LookupTable], error) {
		return c.LookupTables.List(ctx, customerID, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, []workato.LookupTableColumn{
		{Label: "code", Name: "col1", Type: "string", ControlType: "text", Sticky: true},
		{Label: "name", Name: "col2", Type: "string", ControlType: "text"},
	}, page.Items[0].Schema, "a list inside a string")
	assert.Equal(t, workato.Ptr[int64](649), page.Items[0].ProjectID, "a number inside a string")
	assert.Equal(t, "country_codes", page.Items[0].Name)
	assert.True(t, at("2024-02-02T16:00:00Z").Equal(page.Items[0].UpdatedAt))
	assert.Empty(t, page.Items[1].Schema)
	assert.Nil(t, page.Items[1].ProjectID)

	params := &workato.LookupTableCreateParams{Name: "currencies", Schema: []workato.LookupTableColumn{{Label: "code"}}}
	keepsKeys(t, fixture(t, "lookup_tables/table.json"),
		decoded(t, "lookup_tables/table.json", func(ctx context.Context, c *workato.Client) (*workato.LookupTable, error) {
			return c.LookupTables.Create(ctx, customerID, params)
		}))
}

func TestLookupTableRows(t *testing.T) {
	t.Parallel()
	page := decoded(t, "lookup_tables/rows.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.LookupTableRow], error) {
		return c.LookupTables.ListRows(ctx, customerID, 2201, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, map[string]any{"col1": "FR", "col2": nil}, page.Items[1].Data)

	// The content of a column is the customer's, whatever its name.
	for _, name := range []string{"lookup_tables/row.json", "lookup_tables/row_of_errors.json"} {
		keepsKeys(t, fixture(t, name), decoded(t, name, func(ctx context.Context, c *workato.Client) (*workato.LookupTableRow, error) {
			return c.LookupTables.GetRow(ctx, customerID, 2201, 9)
		}))
	}
	_, err := newClient(t, responding(response{status: 404, body: `{"message": "Not found"}`})).
		LookupTables.Lookup(t.Context(), customerID, 2201, &workato.LookupTableLookupParams{By: workato.LookupTableFilter{"code": "XX"}})
	assert.ErrorIs(t, err, workato.ErrNotFound)
}

// TestWalkKeepsItsFilter: the caller may change its params.
func TestWalkKeepsItsFilter(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": [{"id": 2}]}`}, response{body: `{"result": []}`})
	by := workato.LookupTableFilter{"code": "DE"}
	for row, err := range newClient(t, transport).LookupTables.AllRows(t.Context(), customerID, 2201, &workato.LookupTableListRowsParams{By: by}) {
		require.NoError(t, err)
		assert.Equal(t, int64(2), row.ID)
		clear(by)
	}
	require.Len(t, transport.all(), 2)
	assert.Contains(t, transport.all()[1].Query, "by%5Bcode%5D=DE&page=2")
}
