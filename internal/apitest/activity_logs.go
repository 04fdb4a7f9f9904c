package apitest

import (
	"iter"
	"time"

	"github.com/go-workato/workato"
)

func listActivityLogs(p *workato.ActivityLogListParams) Call {
	return func(c *Caller) error { return c.keep(c.ActivityLogs.List(c.ctx, c.customer, p, c.opts...)) }
}

// noon is in a zone of its own: what is sent is UTC.
var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.FixedZone("", 2*60*60))

var _ = register(Entry{
	Operation: "activity_logs.list", Call: listActivityLogs(nil),
	Want: "GET /api/managed_users/{customer}/activity_logs?page%5Bsize%5D=100",
	More: []Case{{
		Name: "everything", Call: listActivityLogs(&workato.ActivityLogListParams{
			After: 900, PerPage: 50, From: noon, To: noon.Add(time.Hour), UserIDs: []int64{5, 6},
			IncludeResourceTypes: []workato.ActivityResourceType{workato.ActivityRecipe, workato.ActivityConnection}, IncludeEventTypes: []string{"recipe_started"},
		}),
		Want: "GET /api/managed_users/{customer}/activity_logs?from=2024-05-01T10%3A00%3A00.000Z&include_event_types%5B%5D=recipe_started" +
			"&include_resource_types%5B%5D=Flow&include_resource_types%5B%5D=SharedAccount&page%5Bafter%5D=900&page%5Bsize%5D=50" +
			"&to=2024-05-01T11%3A00%3A00.000Z&users_ids%5B%5D=5&users_ids%5B%5D=6",
	}, {
		Name: "but some", Call: listActivityLogs(&workato.ActivityLogListParams{
			ExcludeResourceTypes: []workato.ActivityResourceType{"Folder"}, ExcludeEventTypes: []string{"x"},
		}),
		Want: "GET /api/managed_users/{customer}/activity_logs?exclude_event_types%5B%5D=x&exclude_resource_types%5B%5D=Folder&page%5Bsize%5D=100",
	}},
	Good: Good{"activity_logs/list.json", `{"data": [], "total": 0}`, `{"data": null, "total": null}`},
	Refuses: Bad{
		"After":   {listActivityLogs(&workato.ActivityLogListParams{After: -1})},
		"PerPage": {listActivityLogs(&workato.ActivityLogListParams{PerPage: 101}), listActivityLogs(&workato.ActivityLogListParams{PerPage: -1})},
		"To":      {listActivityLogs(&workato.ActivityLogListParams{From: noon, To: noon})},
		"UserIDs": {listActivityLogs(&workato.ActivityLogListParams{UserIDs: []int64{5, 0}})},
	},
	Rows: "data",
	Walk: func(c *Caller, _, perPage int) iter.Seq2[int, error] {
		return numbers(c.ActivityLogs.All(c.ctx, c.customer, &workato.ActivityLogListParams{PerPage: perPage}, c.opts...))
	},
})
