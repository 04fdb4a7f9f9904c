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
// 2024, without time zone files.
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
	transport := responding(response{body: `{}`})
	require.NoError(t, statistics(&workato.UsageStatisticsParams{Period: month, WorkspaceIDs: []int64{1}})(t.Context(), newClient(t, transport), customerID))
	assert.JSONEq(t, `{"from": "2024-03-01T00:00:00.000-08:00", "to": "2024-04-01T00:00:00.000-07:00", "workspace_ids": ["1"]}`,
		string(transport.only(t).Body))
}

// TestUsageWhereMidnightIsMissing: a day begins with its first instant, even if
// the clocks change at midnight.
func TestUsageWhereMidnightIsMissing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		zone     string
		period   func(*time.Location) workato.UsagePeriod
		from, to string
	}{
		"0:00 becomes 1:00": {
			"America/Santiago", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.September, 8, l) },
			"2024-09-08T01:00:00-03:00", "2024-09-09T00:00:00-03:00",
		},
		"the day before it": {
			"America/Santiago", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.September, 7, l) },
			"2024-09-07T00:00:00-04:00", "2024-09-08T01:00:00-03:00",
		},
		"a month from 1:00": {
			"America/Asuncion", func(l *time.Location) workato.UsagePeriod { return workato.UsageMonth(2023, time.October, l) },
			"2023-10-01T01:00:00-03:00", "2023-11-01T00:00:00-03:00",
		},
		"the month before it": {
			"America/Asuncion", func(l *time.Location) workato.UsagePeriod { return workato.UsageMonth(2023, time.September, l) },
			"2023-09-01T00:00:00-04:00", "2023-10-01T01:00:00-03:00",
		},
		"read forwards": {
			"Africa/Cairo", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.April, 26, l) },
			"2024-04-26T01:00:00+03:00", "2024-04-27T00:00:00+03:00",
		},
		"0:00 comes twice": {
			"America/Havana", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.November, 3, l) },
			"2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00",
		},
		"the clocks go back at midnight": {
			"America/Santiago", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.April, 6, l) },
			"2024-04-06T00:00:00-03:00", "2024-04-07T00:00:00-04:00",
		},
		"the clocks go back later": {
			"America/Los_Angeles", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(2024, time.November, 3, l) },
			"2024-11-03T00:00:00-07:00", "2024-11-04T00:00:00-08:00",
		},
		"23:30 becomes 0:30": {
			"America/Toronto", func(l *time.Location) workato.UsagePeriod { return workato.UsageDay(1919, time.March, 31, l) },
			"1919-03-31T00:30:00-04:00", "1919-04-01T00:00:00-04:00",
		},
	} {
		zone, err := time.LoadLocation(tc.zone)
		require.NoError(t, err)
		period := tc.period(zone)
		assert.Equal(t, tc.from, period.From.Format(time.RFC3339), name)
		assert.Equal(t, tc.to, period.To.Format(time.RFC3339), name)
	}
	// Every day of every kind of zone begins where the previous one ends.
	for _, name := range []string{"America/Santiago", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Tehran", "UTC"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		for day := range 366 * 4 {
			one, two := workato.UsageDay(2011, time.January, day, zone), workato.UsageDay(2011, time.January, day+1, zone)
			require.Equal(t, one.To, two.From, "%s, day %d", name, day)
			eve := one.From.Add(-time.Nanosecond)
			require.NotEqual(t, one.From.Day(), eve.Day(), "%s begins before %v", name, one.From)
		}
	}
}

func TestUsageResponses(t *testing.T) {
	t.Parallel()
	monthly := decoded(t, "usage/monthly.json", func(ctx context.Context, c *workato.Client) (*workato.MonthlyUsage, error) {
		return c.Usage.Monthly(ctx)
	})
	assert.JSONEq(t, rowsOf(t, "usage/monthly.json"), string(monthly.Raw))
	assert.JSONEq(t, rowsOf(t, "usage/monthly.json"), asJSON(t, monthly))

	params := &workato.UsageStatisticsParams{Period: workato.UsageMonth(2024, time.February, pacific), WorkspaceIDs: []int64{1}}
	for _, body := range []string{`{"result": [{"workspace_id": 1, "anything": [2]}]}`, `[{"a": 1}]`, `{"data": {}}`} {
		c := newClient(t, responding(response{body: body}))
		usage, err := c.Usage.Statistics(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(usage.Raw))
		assert.JSONEq(t, body, asJSON(t, usage))
		connections, err := c.Usage.ConnectionStatistics(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, body, asJSON(t, connections))
	}
	for _, body := range []string{``, `null`, `"ok"`, `<html></html>`, `{"result": [`} {
		c := newClient(t, responding(response{body: body}))
		_, err := c.Usage.Statistics(t.Context(), params)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		_, err = c.Usage.ConnectionStatistics(t.Context(), params)
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}
