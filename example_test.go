package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleNewClient() {
	_, err := workato.NewClient(workato.WithAPIToken(""), workato.WithBaseURL("http://workato.example.com"))
	fmt.Println(err) // all that is wrong, at once
	client, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithRegion(workato.RegionEU))
	fmt.Printf("%+v %v\n", client, err) // nothing of the token
	// Output:
	// workato: WithAPIToken: token is empty
	// workato: WithBaseURL: plain http would show the credential to everybody on the way to workato.example.com; use https or WithInsecureHTTP
	// workato.Client <nil>
}

func ExampleParseCustomerID() {
	for _, s := range []string{"98178", "EA2300", "Eacme/eu", "A2300"} {
		id, err := workato.ParseCustomerID(s)
		fmt.Println(id.PathSegment(), err)
	}
	// Output:
	// 98178 <nil>
	// EA2300 <nil>
	// Eacme%2Feu <nil>
	//  workato: customer: "A2300" is neither an account id such as 98178 nor an external id with the prefix E such as EA2300
}

// A create whose answer is lost is not sent again: the caller looks first.
func ExampleManagedUserService_Create() {
	ctx := context.Background()
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.Inject(workatotest.Fault{On: "managed_users.create", Do: workatotest.ResetAfter, Times: 1})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	params := &workato.ManagedUserCreateParams{Name: "Acme", NotificationEmail: "ops@acme.example", ExternalID: "acme/eu"}
	user, err := client.ManagedUsers.Create(ctx, params)
	if errors.Is(err, workato.ErrOutcomeUnknown) || errors.Is(err, workato.ErrConflict) {
		user, err = client.ManagedUsers.Get(ctx, workato.ExternalID(params.ExternalID))
	}
	fmt.Println(user.Name, *user.ExternalID, err)

	_, err = client.ManagedUsers.Create(ctx, params)
	fmt.Println(errors.Is(err, workato.ErrConflict))
	// Output:
	// Acme acme/eu <nil>
	// true
}

// Only what is set or cleared changes.
func ExampleManagedUserService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Name: "Acme", OriginURL: "https://acme.example"})
	defer done()

	user, err := client.ManagedUsers.Update(ctx, workato.ExternalID("acme"), &workato.ManagedUserUpdateParams{
		Name:      workato.Set("Acme Europe"),
		OriginURL: workato.Null[string](),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name, user.OriginURL, *user.ExternalID)
	// Output: Acme Europe <nil> acme
}

func ExampleConnectionService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Connections: []*workatotest.Connection{
		{ID: 7012, Name: "Jira", Provider: "jira", AuthorizationStatus: "success"},
		{ID: 7013, Name: "Database", Provider: "postgresql"},
	}})
	defer done()

	for connection, err := range client.Connections.All(ctx, workato.ExternalID("acme"), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(connection.ID, connection.Name, connection.Authorized())
	}
	// Output:
	// 7012 Jira true
	// 7013 Database false
}

// Refused credentials are no error: the connection is made all the same.
func ExampleConnectionService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	params := &workato.ConnectionCreateParams{
		Name: "Jira", Provider: "jira", Input: map[string]any{"host_name": "jira.example.com", "apitoken": workatotest.BadCredential},
	}
	fmt.Println(params) // what was typed in stays hidden
	connection, err := client.Connections.Create(ctx, workato.ExternalID("acme"), params)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(connection.Authorized(), connection.AuthorizationStatus)
	// Output:
	// ConnectionCreateParams{Name:"Jira" Provider:"jira" ParentID:0 FolderID:0 ExternalID:"" ShellConnection:false Input:2 values redacted (apitoken, host_name)}
	// false failed
}

func ExampleConnectionService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Connections: []*workatotest.Connection{{ID: 7012, Name: "Jira", Provider: "jira"}}})
	defer done()

	connection, err := client.Connections.Update(ctx, workato.ExternalID("acme"), 7012, &workato.ConnectionUpdateParams{
		Input: map[string]any{"host_name": "jira.example.com", "apitoken": "test-token"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(connection.Name, connection.Authorized())
	// Output: Jira true
}

// After an import, wait for the person who authorises the connection.
func ExampleConnectionService_WaitAuthorized() {
	ctx := context.Background()
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Connections: []*workatotest.Connection{{ID: 7012, Name: "Jira", Provider: "jira"}}})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	connection, err := client.Connections.WaitAuthorized(ctx, workato.ExternalID("acme"), 7012, &workato.WaitParams[workato.Connection]{
		MinInterval: 1, // nanosecond; leave it at 0 to look after a second
		OnUpdate: func(c *workato.Connection) {
			fmt.Println("authorised:", c.Authorized())
			fake.Authorize("acme", c.Name) // what the person does
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(connection.AuthorizationStatus)
	// Output:
	// authorised: false
	// authorised: true
	// success
}

// A connection in use is left alone, and the error says so in its type.
func ExampleConnectionService_Delete() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID:  "acme",
		Connections: []*workatotest.Connection{{ID: 7012, Name: "Jira", Provider: "jira", AuthorizationStatus: "success"}},
		Recipes: []*workatotest.Recipe{{
			ID: 41354, Name: "Sync", Running: true, Config: []workatotest.RecipeConfig{{Keyword: "application", Name: "jira", Provider: "jira", AccountID: 7012}},
		}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	err := client.Connections.Delete(ctx, customer, 7012)
	var inUse *workato.ConnectionInUseError
	fmt.Println(errors.As(err, &inUse))
	fmt.Println(client.Connections.Disconnect(ctx, customer, 7012, &workato.ConnectionDisconnectParams{Force: true}))
	fmt.Println(errors.Is(client.Connections.Delete(ctx, customer, 1), workato.ErrNotFound))
	// Output:
	// true
	// <nil>
	// true
}

// A start that is refused comes with HTTP 200, and is an error with reasons.
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

func ExampleImportService_Wait() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	folder, err := client.Folders.Create(ctx, customer, &workato.FolderCreateParams{Name: "Invoices"})
	if err != nil {
		fmt.Println(err)
		return
	}
	started, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
		Package: workato.PackageFile("testdata/packages/invoice-sync.zip"), FolderID: folder.ID, RestartRecipes: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	finished, err := client.Imports.Wait(ctx, customer, started.ID, &workato.ImportWaitParams{
		MinInterval: 1, // nanosecond; leave it at 0 to look after a second
		OnUpdate:    func(i *workato.Import) { fmt.Println(i.Status) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(finished.RecipeStatus), "recipes")
	// Output:
	// in_progress
	// completed
	// 2 recipes
}

// Pages can be walked by hand, too.
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

func ExampleIntegrationService_List() {
	client, done := exampleClient()
	defer done()
	connectors, err := client.Integrations.List(context.Background(), &workato.IntegrationListParams{Applications: []string{"jira", "unheard_of"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, connector := range connectors {
		fmt.Println(connector.Name)
	}
	// Output: jira
}

// An endpoint that has no method yet.
func ExampleClient_Do() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Tags: []*workatotest.Tag{{Handle: "tag-AbC1-x2", Title: "billing"}}})
	defer done()

	var out struct {
		Data json.RawMessage `json:"data"`
	}
	var meta workato.ResponseMeta
	err := client.Do(ctx, workato.Request{
		Method: http.MethodGet,
		Path:   "/api/v2/managed_users/" + workato.ExternalID("acme").PathSegment() + "/tags",
	}, &out, workato.WithResponse(&meta))
	fmt.Println(err, meta.StatusCode, meta.Attempts, len(out.Data) > 0)
	// Output: <nil> 200 1 true
}
