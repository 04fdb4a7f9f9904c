package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestActivityLogs(t *testing.T) {
	t.Parallel()
	page := decoded(t, "activity_logs/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.ActivityLog], error) {
		return c.ActivityLogs.List(ctx, customerID, nil)
	})
	keepsRows(t, "activity_logs/list.json", page.Items)
	require.Len(t, page.Items, 2)
	entry := page.Items[0]
	workspace := &workato.ActivityLogWorkspace{ID: 98178, Name: "Environment Test", Email: "ops@acme.example", Environment: workato.EnvironmentTest}
	assert.Equal(t, workspace, entry.Workspace)
	assert.Equal(t, &workato.ActivityLogUser{ID: 5, Name: "Ana B", Email: "ana@acme.example"}, entry.User)
	assert.Equal(t, &workato.ActivityLogResource{ID: "41354", Name: "Sync invoices", Type: workato.ActivityRecipe}, entry.Resource)
	assert.Equal(t, &workato.ActivityLogResource{ID: "tag-Bq1xYz-9KmA", Name: "Finance", Type: "Tags::Models::Tag"}, page.Items[1].Resource)
	assert.True(t, at("2024-05-01T10:00:00Z").Equal(entry.Timestamp))
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	assert.True(t, page.HasNext(), "the total says nothing about the rest")
}

// TestActivityLogsInAnyOrder: a walk continues after the last entry, whether
// ids rise or fall and whether the page repeats that entry.
func TestActivityLogsInAnyOrder(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string][]string{
		"rising":        {`[{"id": 1}, {"id": 2}]`, `[{"id": 3}]`, `[]`},
		"mixed":         {`[{"id": 1}, {"id": 3}, {"id": 2}]`, `null`},
		"with the last": {`[{"id": 2}, {"id": 1}]`, `[{"id": 1}, {"id": 3}]`, `[{"id": 3}]`},
	} {
		responses := make([]response, len(pages))
		for i, page := range pages {
			responses[i] = response{body: `{"data": ` + page + `, "total": 1}`}
		}
		transport := responding(responses...)
		var last int64
		rows := 0
		for entry, err := range newClient(t, transport).ActivityLogs.All(t.Context(), customerID, nil) {
			require.NoError(t, err, name)
			rows, last = rows+1, entry.ID
		}
		assert.Equal(t, 3, rows, name)
		sent := transport.all()
		assert.Len(t, sent, len(pages), name)
		assert.Contains(t, sent[len(sent)-1].Query, "page%5Bafter%5D="+asJSON(t, last), name)
	}
}
