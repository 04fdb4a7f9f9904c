package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// acme is a customer of a fake with a project, a connection and two recipes.
func acme() (*workatotest.Server, *workato.Client) {
	fake := workatotest.NewServer(workatotest.WithImportReads(0), workatotest.WithStartReads(0))
	fake.AddCustomer(workatotest.Customer{
		ID: 1001, ExternalID: "acme",
		Folders:     []*workatotest.Folder{{ID: 11, Name: "Billing", ProjectID: 649}},
		Connections: []*workatotest.Connection{{ID: 21, Name: "Tickets", Provider: "jira", Folder: "Billing", AuthorizationStatus: workatotest.StatusSuccess}},
		Recipes: []*workatotest.Recipe{
			{ID: 31, Name: "Sync invoices", Folder: "Billing", Uses: []string{"Tickets"}, Running: true, Jobs: []*workatotest.Job{
				{ID: "j-1", Title: "Invoice 1"}, {ID: "j-2", Title: "Invoice 2", Status: workatotest.JobFailed, Error: "no such issue"}, {ID: "j-3", Title: "Invoice 3"},
			}},
			{ID: 32, Name: "Report", Folder: "Billing"},
		},
	})
	client, err := fake.NewClient()
	if err != nil {
		panic(err)
	}
	return fake, client
}

func ExampleRecipeService_Create() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	created, err := client.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{
		Name: "New", FolderID: 11, Code: `{"number": 0, "keyword": "trigger"}`,
		Config: workato.RecipeConfigs(workato.RecipeConfig{Keyword: "application", Provider: "jira"}),
	})
	if errors.Is(err, workato.ErrOutcomeUnknown) {
		return // search for the name in List before trying again
	}
	recipe, err := client.Recipes.Get(ctx, customer, created.ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	config, err := recipe.ConfigEntries()
	fmt.Println(recipe.Name, recipe.Running, config[0].Name, err)
	// Output: New false jira <nil>
}

func ExampleRecipeService_StopThenUpdate() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	change := &workato.RecipeUpdateParams{Name: workato.Set("Sync all invoices")}
	var running *workato.RecipeRunningError
	err := client.Recipes.Update(ctx, customer, 31, change)
	fmt.Println("refused:", errors.As(err, &running))

	stopped, err := client.Recipes.StopThenUpdate(ctx, customer, 31, change)
	fmt.Println("stopped:", stopped, err)
	if stopped {
		if err := client.Recipes.Start(ctx, customer, 31); err != nil {
			fmt.Println(err)
			return
		}
		recipe, err := client.Recipes.WaitRunning(ctx, customer, 31, nil)
		fmt.Println(recipe.Name, "runs:", recipe.Running, err)
	}
	// Output:
	// refused: true
	// stopped: true <nil>
	// Sync all invoices runs: true <nil>
}

// A recipe may run a little longer after Stop.
func ExampleRecipeService_WaitStopped() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	if err := client.Recipes.Stop(ctx, customer, 31); err != nil {
		fmt.Println(err)
		return
	}
	recipe, err := client.Recipes.WaitStopped(ctx, customer, 31, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(recipe.Name, "runs:", recipe.Running)
	// Output: Sync invoices runs: false
}

func ExampleRecipe_DecodeCode() {
	recipe := workato.Recipe{Code: `{"number":0,"title":"Old","limit":12345678901234567890}`}
	var code map[string]any
	if err := recipe.DecodeCode(&code); err != nil {
		fmt.Println(err)
		return
	}
	code["title"] = "New"
	changed, err := json.Marshal(code)
	fmt.Println(string(changed), err)
	// Output: {"limit":12345678901234567890,"number":0,"title":"New"} <nil>
}

func ExampleRecipeService_Copy() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	twin, err := client.Recipes.Copy(ctx, customer, 32, &workato.RecipeCopyParams{FolderID: 11})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("a copy with an id of its own:", twin.ID != 32)
	fmt.Println("reset:", client.Recipes.ResetTrigger(ctx, customer, twin.ID))
	fmt.Println("poll:", client.Recipes.PollNow(ctx, customer, 31))
	fmt.Println("run:", client.Recipes.ForceRun(ctx, customer, 31))
	fmt.Println("share:", client.Recipes.Share(ctx, customer, twin.ID))
	fmt.Println("delete:", client.Recipes.Delete(ctx, customer, twin.ID))
	// Output:
	// a copy with an id of its own: true
	// reset: <nil>
	// poll: <nil>
	// run: <nil>
	// share: <nil>
	// delete: <nil>
}

func ExampleRecipeService_AllVersions() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	if err := client.Recipes.Update(ctx, customer, 32, &workato.RecipeUpdateParams{Name: workato.Set("Monthly report")}); err != nil {
		fmt.Println(err)
		return
	}
	for version, err := range client.Recipes.AllVersions(ctx, customer, 32, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		version, err := client.Recipes.UpdateVersionComment(ctx, customer, 32, version.ID,
			&workato.RecipeUpdateVersionCommentParams{Comment: fmt.Sprintf("number %d", version.VersionNo)})
		if err != nil {
			fmt.Println(err)
			return
		}
		version, err = client.Recipes.GetVersion(ctx, customer, 32, version.ID)
		fmt.Println(*version.Comment, err)
	}
	// Output:
	// number 2 <nil>
	// number 1 <nil>
}

func ExampleJobService_All() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	for job, err := range client.Jobs.All(ctx, customer, 31, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(*job.Title, job.Status)
	}
	// The jobs since the last one seen, oldest first.
	for job, err := range client.Jobs.All(ctx, customer, 31, &workato.JobListParams{OffsetJobID: "j-1", Prev: true}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("new:", *job.Title)
	}
	// Output:
	// Invoice 3 succeeded
	// Invoice 2 failed
	// Invoice 1 succeeded
	// new: Invoice 2
	// new: Invoice 3
}

func ExampleJobService_Repeat() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	job, err := client.Jobs.Get(ctx, customer, 31, "j-2")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*job.Error)
	results, err := client.Jobs.Repeat(ctx, customer, 31, &workato.JobRepeatParams{JobIDs: []string{job.ID, "j-99"}})
	for _, result := range results {
		fmt.Printf("%s %s %q\n", result.JobID, result.Status, result.Error)
	}
	fmt.Println(err)
	// Output:
	// no such issue
	// j-2 enqueued ""
	// j-99 failed "Job not found"
	// <nil>
}

// A refused start has HTTP status 200, and is an error with reasons.
func ExampleRecipeService_Start() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID:  "acme",
		Connections: []*workatotest.Connection{{ID: 7012, Name: "Jira", Provider: "jira"}},
		Recipes: []*workatotest.Recipe{{
			ID: 41354, Name: "Sync", Config: []workatotest.RecipeConfig{{Keyword: "application", Name: "jira", Provider: "jira", AccountID: 7012}},
		}},
	})
	defer done()

	err := client.Recipes.Start(ctx, workato.ExternalID("acme"), 41354)
	var refused *workato.RecipeStartError
	if errors.As(err, &refused) {
		for _, reason := range refused.ConfigErrors {
			fmt.Println(reason.Step, reason.Field, reason.Message)
		}
		fmt.Println(refused.NeedsConnection(), refused.ConnectionIDs())
	}
	// Output:
	// 1 account_id unconnected
	// true [7012]
}

// Pages can also be walked by hand.
func ExampleRecipeService_List() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Recipes: []*workatotest.Recipe{
		{ID: 1, Name: "one"}, {ID: 2, Name: "two"}, {ID: 3, Name: "three"},
	}})
	defer done()

	page, err := client.Recipes.List(ctx, workato.ExternalID("acme"), &workato.RecipeListParams{PerPage: 2})
	for page != nil && err == nil {
		for _, recipe := range page.Items {
			fmt.Println(recipe.ID, recipe.Name)
		}
		page, err = page.Next(ctx)
	}
	fmt.Println(err)
	// Output:
	// 3 three
	// 2 two
	// 1 one
	// <nil>
}
