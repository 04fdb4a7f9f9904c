package workato_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// pacific is a zone with the rules of the west coast of North America in March
// 2024, without the files of time zones.
var pacific = time.FixedZone("PST", -8*60*60)

func statistics(p *workato.UsageStatisticsParams) call {
	return func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
		return ignore(c.Usage.Statistics(ctx, p))
	}
}

func TestUsagePeriods(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		period   workato.UsagePeriod
		from, to string
	}{
		"month":            {workato.UsageMonth(2024, time.February, pacific), "2024-02-01T00:00:00-08:00", "2024-03-01T00:00:00-08:00"},
		"December":         {workato.UsageMonth(2024, time.December, time.UTC), "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		"day":              {workato.UsageDay(2024, time.February, 29, pacific), "2024-02-29T00:00:00-08:00", "2024-03-01T00:00:00-08:00"},
		"last of the year": {workato.UsageDay(2024, time.December, 31, time.UTC), "2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z"},
	} {
		assert.Equal(t, tc.from, tc.period.From.Format(time.RFC3339), name)
		assert.Equal(t, tc.to, tc.period.To.Format(time.RFC3339), name)
	}
}

// TestUsageAcrossTheClockChange: a day is a day of the partner's zone, whatever
// its length.
func TestUsageAcrossTheClockChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	require.NoError(t, err)
	day := workato.UsageDay(2024, time.March, 10, zone)
	assert.Equal(t, 23*time.Hour, day.To.Sub(day.From))
	month := workato.UsageMonth(2024, time.March, zone)
	transport := answering(answer{body: `{}`})
	require.NoError(t, statistics(&workato.UsageStatisticsParams{Period: month, WorkspaceIDs: []int64{1}})(t.Context(), newClient(t, transport), customerID))
	assert.JSONEq(t, `{"from": "2024-03-01T00:00:00.000-08:00", "to": "2024-04-01T00:00:00.000-07:00", "workspace_ids": ["1"]}`,
		string(transport.only(t).Body))
}

func TestUsageAnswers(t *testing.T) {
	t.Parallel()
	monthly := decoded(t, "usage/monthly.json", func(ctx context.Context, c *workato.Client) (*workato.MonthlyUsage, error) {
		return c.Usage.Monthly(ctx)
	})
	assert.JSONEq(t, rowsOf(t, "usage/monthly.json"), string(monthly.Raw))
	assert.JSONEq(t, rowsOf(t, "usage/monthly.json"), asJSON(t, monthly))

	params := &workato.UsageStatisticsParams{Period: workato.UsageMonth(2024, time.February, pacific), WorkspaceIDs: []int64{1}}
	for _, body := range []string{`{"result": [{"workspace_id": 1, "anything": [2]}]}`, `[{"a": 1}]`, `{"data": {}}`} {
		c := newClient(t, answering(answer{body: body}))
		usage, err := c.Usage.Statistics(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(usage.Raw))
		assert.JSONEq(t, body, asJSON(t, usage))
		connections, err := c.Usage.ConnectionStatistics(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, body, asJSON(t, connections))
	}
	for _, body := range []string{``, `null`, `"ok"`, `<html></html>`, `{"result": [`} {
		c := newClient(t, answering(answer{body: body}))
		_, err := c.Usage.Statistics(t.Context(), params)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		_, err = c.Usage.ConnectionStatistics(t.Context(), params)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}
