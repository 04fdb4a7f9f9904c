package workato_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDataTables(t *testing.T) {
	t.Parallel()
	page := decoded(t, "data_tables/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.DataTable], error) {
		return c.DataTables.List(ctx, customerID, nil)
	})
	table := page.Items[0]
	assert.Equal(t, []workato.DataTableColumn{
		{
			Type: workato.DataTableString, Name: "Country", FieldID: "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809", Hint: workato.Ptr("ISO code"),
			DefaultValue: json.RawMessage(`"DE"`), Metadata: json.RawMessage(`{"width": 2}`), Multivalue: true,
			Relation: &workato.DataTableRelation{TableID: "t-1", FieldID: "f-1"},
		},
		{
			Type: workato.DataTableBoolean, Name: "Won", Optional: true, FieldID: "2c3d4e5f-6071-4829-83b4-c5d6e7f8091a",
			DefaultValue: json.RawMessage("null"), Metadata: json.RawMessage("{}"),
		},
	}, table.Schema)
	single := decoded(t, "data_tables/table.json", func(ctx context.Context, c *workato.Client) (*workato.DataTable, error) {
		return c.DataTables.Get(ctx, customerID, table.ID)
	})
	keepsKeys(t, rowsOf(t, "data_tables/table.json"), single)

	// Columns are sent as they were read: none loses its id.
	transport := responding(response{body: fixture(t, "data_tables/table.json")})
	_, err := newClient(t, transport).DataTables.Update(t.Context(), customerID, table.ID, &workato.DataTableUpdateParams{Schema: workato.Set(single.Schema)})
	require.NoError(t, err)
	var sample struct{ Schema json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(rowsOf(t, "data_tables/table.json")), &sample))
	assert.JSONEq(t, `{"schema": `+string(sample.Schema)+`}`, string(transport.only(t).Body))
}

// TestRecordsOfDataTables: a derived client reaches the hosts of the rows, with
// the credential of the original.
func TestRecordsOfDataTables(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"records": [{"record_id": "r-1"}], "continuation_token": null}`})
	client := newClient(t, transport, workato.WithRegion(workato.RegionEU))
	records, err := client.With(workato.WithBaseURL("https://data-tables.eu.workato.com"))
	require.NoError(t, err)
	var page struct{ Records []map[string]any }
	err = records.Do(t.Context(), workato.Request{
		Method: http.MethodPost, Path: "/api/v1/managed_users/" + customerID.PathSegment() + "/tables/0f3c/query", Body: map[string]any{"limit": 100},
	}, &page)
	require.NoError(t, err)
	assert.Len(t, page.Records, 1)
	sent := transport.only(t)
	assert.Equal(t, "data-tables.eu.workato.com", sent.Host)
	assert.Equal(t, "/api/v1/managed_users/98178/tables/0f3c/query", sent.Path)
	assert.Equal(t, "Bearer "+testToken, sent.Header.Get("Authorization"))
}
