package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

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

// Refused credentials are not an error: the connection is created anyway.
func ExampleConnectionService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	params := &workato.ConnectionCreateParams{
		Name: "Jira", Provider: "jira", Input: map[string]any{"host_name": "jira.example.com", "apitoken": workatotest.BadCredential},
	}
	fmt.Println(params) // the values stay hidden
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
		MinInterval: 1, // nanosecond; leave it at 0 to poll after a second
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

// A connection in use is not deleted, and the type of the error says so.
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
