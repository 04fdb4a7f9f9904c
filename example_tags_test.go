package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A tag is made, given to a recipe, found there, and deleted.
func ExampleTagService_Assign() {
	ctx, customer := context.Background(), workato.ExternalID("acme")
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{ID: 41354, Name: "Sync"}}, Tags: []*workatotest.Tag{{Title: "draft"}},
	})
	defer done()

	tag, err := client.Tags.Create(ctx, customer, &workato.TagCreateParams{Title: "finance", Color: workato.TagBlue})
	if err != nil {
		fmt.Println(err)
		return
	}
	tag, err = client.Tags.Update(ctx, customer, tag.Handle, &workato.TagUpdateParams{Title: workato.Set("Finance"), Color: workato.Null[workato.TagColor]()})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.Tags.Assign(ctx, customer, &workato.TagAssignParams{AddTags: []string{tag.Handle}, RecipeIDs: []int64{41354}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for tag, err := range client.Tags.All(ctx, customer, &workato.TagListParams{RecipeID: 41354}) {
		fmt.Println(tag.Title, tag.Color == nil, err)
	}

	fmt.Println(client.Tags.Delete(ctx, customer, tag.Handle))
	for recipe, err := range client.Recipes.All(ctx, customer, &workato.RecipeListParams{Includes: []string{workato.IncludeTags}}) {
		fmt.Println(recipe.Name, "has", len(recipe.Tags), "tags", err)
	}
	// Output:
	// Finance true <nil>
	// <nil>
	// Sync has 0 tags <nil>
}
