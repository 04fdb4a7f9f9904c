package apitest

import (
	"time"

	"github.com/go-workato/workato"
)

// pacific is a zone with the rules of the west coast of North America in
// winter, without time zone files.
var pacific = time.FixedZone("PST", -8*60*60)

func usageStatistics(p *workato.UsageStatisticsParams) Call {
	return func(c *Caller) error { return c.keep(c.Usage.Statistics(c.ctx, p, c.opts...)) }
}

func connectionStatistics(p *workato.UsageStatisticsParams) Call {
	return func(c *Caller) error { return c.keep(c.Usage.ConnectionStatistics(c.ctx, p, c.opts...)) }
}

// badStatistics are the arguments that both reports refuse.
func badStatistics(call func(*workato.UsageStatisticsParams) Call) Bad {
	month := workato.UsageMonth(2024, time.February, pacific)
	in := func(period workato.UsagePeriod) Call {
		return call(&workato.UsageStatisticsParams{Period: period, WorkspaceIDs: []int64{1}})
	}
	of := func(workspaces []int64, customers ...string) Call {
		return call(&workato.UsageStatisticsParams{Period: month, WorkspaceIDs: workspaces, ExternalIDs: customers})
	}
	return Bad{
		"params":          {call(nil)},
		"Period.Location": {in(workato.UsageMonth(2024, 2, nil)), in(workato.UsagePeriod{From: month.From, To: month.To})},
		"Period.From":     {in(workato.UsagePeriod{To: month.To, Location: pacific})},
		"Period.To": {
			in(workato.UsagePeriod{From: month.From, Location: pacific}),
			in(workato.UsagePeriod{From: month.To, To: month.From, Location: pacific}),
		},
		"WorkspaceIDs": {of(nil), of([]int64{1}, "A"), of([]int64{1, 0})},
		"ExternalIDs":  {of(nil, "A", "")},
	}
}

var _ = register(
	Entry{
		Operation: "usage.monthly", Want: "GET /api/managed_users/usage",
		Call: func(c *Caller) error { return c.keep(c.Usage.Monthly(c.ctx, c.opts...)) },
		Good: Good{"usage/monthly.json", `{"result": {}}`},
	},
	Entry{
		Operation: "usage.statistics",
		Call: usageStatistics(&workato.UsageStatisticsParams{
			Period: workato.UsageMonth(2024, time.February, pacific), Interval: workato.UsageIntervalDay,
			WorkspaceIDs: []int64{512340, 512341}, RecipeNamePattern: "Sync",
		}),
		Want: "POST /api/v2/managed_users/statistics/usage",
		JSON: `{"from": "2024-02-01T00:00:00.000-08:00", "to": "2024-03-01T00:00:00.000-08:00", "interval": "day",
			"workspace_ids": ["512340", "512341"], "recipe_name_pattern": "Sync"}`,
		More: []Case{
			{
				Name: "by external id",
				Call: usageStatistics(&workato.UsageStatisticsParams{
					Period: workato.UsageDay(2024, time.December, 31, time.UTC), ExternalIDs: []string{"A2300", AwkwardID},
				}),
				JSON: `{"from": "2024-12-31T00:00:00.000Z", "to": "2025-01-01T00:00:00.000Z", "external_ids": ["A2300", "a/b c.d+e%fé"]}`,
			},
			{
				Name: "times of another zone",
				Call: usageStatistics(&workato.UsageStatisticsParams{
					Period: workato.UsagePeriod{
						From: time.Date(2024, 2, 1, 8, 0, 0, 5e6, time.UTC), To: time.Date(2024, 2, 1, 9, 0, 0, 0, time.UTC), Location: pacific,
					},
					WorkspaceIDs: []int64{1},
				}),
				JSON: `{"from": "2024-02-01T00:00:00.005-08:00", "to": "2024-02-01T01:00:00.000-08:00", "workspace_ids": ["1"]}`,
			},
		},
		Good:    Good{`{"result": [{"workspace_id": 1, "anything": [2]}]}`, `[{"a": 1}]`, `{"data": {}}`},
		Refuses: badStatistics(usageStatistics),
	},
	Entry{
		Operation: "usage.connection_statistics",
		Call: connectionStatistics(&workato.UsageStatisticsParams{
			Period: workato.UsageMonth(2024, time.February, pacific), ExternalIDs: []string{"A2300"},
		}),
		Want:    "POST /api/v2/managed_users/statistics/connection_usage",
		JSON:    `{"from": "2024-02-01T00:00:00.000-08:00", "to": "2024-03-01T00:00:00.000-08:00", "external_ids": ["A2300"]}`,
		Good:    Good{`{"result": [{"workspace_id": 1, "anything": [2]}]}`, `[{"a": 1}]`, `{"data": {}}`},
		Refuses: badStatistics(connectionStatistics),
	},
)
