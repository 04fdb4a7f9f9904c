package workato_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// The keys of the response are those of the fake: no source shows the real
// ones.
func ExampleUsageService_Statistics() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{Name: "Sync", Jobs: []*workatotest.Job{
			{Status: workatotest.JobSucceeded, StartedAt: time.Date(2024, 2, 1, 7, 0, 0, 0, time.UTC)}, // still January in the partner's zone
			{Status: workatotest.JobSucceeded, StartedAt: time.Date(2024, 2, 10, 12, 0, 0, 0, time.UTC)},
		}}},
	})
	defer done()

	params := &workato.UsageStatisticsParams{
		Period:      workato.UsageMonth(2024, time.February, time.FixedZone("PST", -8*60*60)),
		Interval:    workato.UsageIntervalNone,
		ExternalIDs: []string{"acme"},
	}
	usage, err := client.Usage.Statistics(ctx, params)
	if err != nil {
		fmt.Println(err)
		return
	}
	var response struct {
		Result []struct {
			Tasks int `json:"task_count"`
		} `json:"result"`
	}
	if err := json.Unmarshal(usage.Raw, &response); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(response.Result[0].Tasks, "task")

	connections, err := client.Usage.ConnectionStatistics(ctx, params)
	fmt.Println(len(connections.Raw) > 0, err)
	// Output:
	// 1 task
	// true <nil>
}

func ExampleUsageService_Monthly() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ID: 512340})
	defer done()

	usage, err := client.Usage.Monthly(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(usage.Raw))
	// Output:
	// {"512340":{}}
}

func ExampleWorkspaceService_Whoami() {
	client, done := exampleClient()
	defer done()

	own, err := client.Workspace.Whoami(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(own.Name, *own.PlanID)
	// Output:
	// Partner workspace enterprise_plus
}
