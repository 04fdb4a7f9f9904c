package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// The entries after the last one seen, except those about folders.
func ExampleActivityLogService_All() {
	entry := func(id int, event, kind string) workatotest.Record {
		return workatotest.Record{"id": id, "timestamp": "2024-05-01T10:00:00.000Z", "event_type": event, "resource": map[string]any{"id": 7, "type": kind}}
	}
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Records: map[string][]workatotest.Record{"activity_logs": {
		entry(904, "recipe_started", "Flow"), entry(903, "folder_created", "Folder"), entry(902, "recipe_created", "Flow"),
	}}})
	defer done()

	for entry, err := range client.ActivityLogs.All(context.Background(), workato.ExternalID("acme"), &workato.ActivityLogListParams{
		ExcludeResourceTypes: []workato.ActivityResourceType{workato.ActivityFolder},
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(entry.ID, entry.EventType, entry.Resource.Type == workato.ActivityRecipe)
	}
	// Output:
	// 904 recipe_started true
	// 902 recipe_created true
}
