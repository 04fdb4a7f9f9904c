package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// Imported recipes are tested before they are started.
func ExampleTestCaseService_WaitRun() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{ID: 31, Name: "Sync invoices"}},
		Records: map[string][]workatotest.Record{"test_cases": {
			{"id": "citc-1", "name": "An invoice without lines", "recipe_id": 31},
			{"id": "citc-2", "name": "No invoice", "recipe_id": 31, "status": "failed"},
		}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	cases, err := client.TestCases.ListByRecipe(ctx, customer, 31)
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := client.TestCases.Run(ctx, customer, &workato.TestCaseRunParams{RecipeID: 31})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err = client.TestCases.GetRun(ctx, customer, run.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(cases), "test cases", run.Status)
	run, err = client.TestCases.WaitRun(ctx, customer, run.ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(run.Status)
	for _, result := range run.NotSucceeded() {
		fmt.Println(result.Recipe.Name+":", result.TestCase.Name, result.Status)
	}
	// Output:
	// 2 test cases running
	// completed
	// Sync invoices: No invoice failed
}

func ExampleEventTopicService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	topic, err := client.EventTopics.Create(ctx, customer, &workato.EventTopicCreateParams{
		Name: "Orders", Retention: 24 * 60 * 60,
		Schema: []workato.EventTopicField{{Name: "order_id", Label: "Order id", Type: "string", ControlType: "text"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.EventTopics.Update(ctx, customer, topic.ID, &workato.EventTopicUpdateParams{Retention: workato.Set[int64](3600)})
	if err != nil {
		fmt.Println(err)
		return
	}
	topic, err = client.EventTopics.Get(ctx, customer, topic.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(topic.Name, *topic.Retention, string(topic.Schema))
	fmt.Println(client.EventTopics.Purge(ctx, customer, topic.ID))
	fmt.Println(client.EventTopics.Delete(ctx, customer, topic.ID))
	left, err := client.EventTopics.List(ctx, customer, &workato.EventTopicListParams{Name: "Ord"})
	fmt.Println(len(left.Items), err)
	// Output:
	// Orders 3600 [{"control_type":"text","label":"Order id","name":"order_id","optional":false,"type":"string"}]
	// <nil>
	// <nil>
	// 0 <nil>
}
