package workatotest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// ensureCustomer is a job of a partner's backend that makes sure that a
// customer with this external id exists.
func ensureCustomer(ctx context.Context, client *workato.Client, externalID string) (*workato.ManagedUser, error) {
	customer, err := client.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{
		Name:              externalID,
		NotificationEmail: "ops@example.com",
		ExternalID:        externalID,
	})
	if errors.Is(err, workato.ErrOutcomeUnknown) || errors.Is(err, workato.ErrConflict) {
		return client.ManagedUsers.Get(ctx, workato.ExternalID(externalID))
	}
	return customer, err
}

// The response to a create is lost after the customer was made. The job must
// not make a second one, and must find the first.
func Example_lostAnswer() {
	fake := workatotest.NewServer()
	defer fake.Close()
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	fake.Inject(workatotest.Fault{On: "managed_users.create", Do: workatotest.ResetAfter})
	customer, err := ensureCustomer(context.Background(), client, "acme")
	fmt.Println("found:", customer.ID == fake.Customer("acme").ID, err)

	_, err = ensureCustomer(context.Background(), client, "acme")
	fmt.Println("again:", err)
	fmt.Println("customers:", len(fake.Snapshot().Customers))
	// Output:
	// found: true <nil>
	// again: <nil>
	// customers: 1
}

// startAll starts all recipes and returns the connections that prevent it.
func startAll(ctx context.Context, client *workato.Client, customer workato.CustomerID) (missing []int64, err error) {
	for recipe, err := range client.Recipes.All(ctx, customer, nil) {
		if err != nil {
			return nil, err
		}
		err = client.Recipes.Start(ctx, customer, recipe.ID)
		var refusal *workato.RecipeStartError
		if errors.As(err, &refusal) && refusal.NeedsConnection() {
			missing = append(missing, refusal.ConnectionIDs()...)
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// A recipe is not started while its connection is a shell. The refusal has HTTP
// status 200; the job has to request the credentials.
func Example_refusedStart() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{
		ExternalID:  "acme",
		Connections: []*workatotest.Connection{{ID: 7, Name: "Jira", Provider: "jira"}},
		Recipes:     []*workatotest.Recipe{{Name: "Sync", Uses: []string{"Jira"}}},
	})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	missing, err := startAll(context.Background(), client, workato.ExternalID("acme"))
	fmt.Println("connections to authorise:", missing, err)

	fake.Authorize("acme", "Jira")
	missing, err = startAll(context.Background(), client, workato.ExternalID("acme"))
	fmt.Println("connections to authorise:", missing, err)
	recipe, _ := fake.Customer("acme").Recipe("Sync")
	fmt.Println("running:", recipe.Running)
	// Output:
	// connections to authorise: [7] <nil>
	// connections to authorise: [] <nil>
	// running: true
}

// deliver imports a package and waits for the end.
func deliver(ctx context.Context, client *workato.Client, customer workato.CustomerID, folderID int64) error {
	work, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
		Package:  workato.PackageFile("../testdata/packages/invoice-sync.zip"),
		FolderID: folderID,
	})
	if err != nil {
		return err
	}
	_, err = client.Imports.Wait(ctx, customer, work.ID, nil)
	return err
}

// An import is accepted and fails later. The job must not report success, and
// nothing of the package may exist.
func Example_failedImport() {
	fake := workatotest.NewServer(workatotest.WithImportReads(0))
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Invoices"}}})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.FailImport, Body: "Connector jira is not enabled"})
	err = deliver(context.Background(), client, workato.ExternalID("acme"), 50)
	var failed *workato.ImportFailedError
	fmt.Println("failed:", errors.As(err, &failed))
	fmt.Println("recipes:", len(fake.Customer("acme").Recipes))

	err = deliver(context.Background(), client, workato.ExternalID("acme"), 50)
	fmt.Println("second time:", err)
	for _, recipe := range fake.Customer("acme").Recipes {
		fmt.Println("recipe:", recipe.Name)
	}
	// Output:
	// failed: true
	// recipes: 0
	// second time: <nil>
	// recipe: Open issue for overdue invoice
	// recipe: Settle invoice when issue is done
}

// sweep counts the broken connections of all customers. A customer that is
// deleted meanwhile does not end it.
func sweep(ctx context.Context, client *workato.Client, customers []string) (broken int, err error) {
	for _, id := range customers {
		connections, err := client.Connections.List(ctx, workato.ExternalID(id), nil)
		if errors.Is(err, workato.ErrNotFound) {
			continue
		}
		if err != nil {
			return broken, fmt.Errorf("sweep stopped at %s: %w", id, err)
		}
		for _, connection := range connections {
			if connection.AuthorizationStatus != workato.AuthorizationSuccess {
				broken++
			}
		}
	}
	return broken, nil
}

// The quota is used up, and the service asks for a longer wait than the job has
// time for. The job must stop and report where.
func Example_rateLimit() {
	fake := workatotest.NewServer(workatotest.WithQuota("connections.list", 2))
	defer fake.Close()
	customers := []string{"a", "b", "c"}
	for _, id := range customers {
		fake.AddCustomer(workatotest.Customer{ExternalID: id, Connections: []*workatotest.Connection{{Provider: "jira"}}})
	}
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	broken, err := sweep(ctx, client, customers)
	fmt.Println("broken so far:", broken)
	fmt.Println("rate limited:", errors.Is(err, workato.ErrRateLimited))
	fmt.Println("requests:", len(fake.Requests("connections.list")))
	// Output:
	// broken so far: 2
	// rate limited: true
	// requests: 3
}

// A customer is deleted while the job runs.
func Example_customerDeletedMeanwhile() {
	fake := workatotest.NewServer()
	defer fake.Close()
	customers := []string{"a", "b", "c"}
	for _, id := range customers {
		fake.AddCustomer(workatotest.Customer{ExternalID: id, Connections: []*workatotest.Connection{{Provider: "jira"}}})
	}
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	fake.Before("connections.list", 2, func(workatotest.Request) {
		fake.RemoveCustomer("b")
	})
	broken, err := sweep(context.Background(), client, customers)
	fmt.Println("broken:", broken, err)
	// Output:
	// broken: 2 <nil>
}

// Snapshots before and after a job show its changes.
func ExampleState_Diff() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme",
		Recipes:    []*workatotest.Recipe{{Name: "Sync"}},
	})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	before := fake.Snapshot()
	if _, err := startAll(context.Background(), client, workato.ExternalID("acme")); err != nil {
		fmt.Println(err)
	}
	for _, line := range before.Diff(fake.Snapshot()) {
		fmt.Println(line)
	}
	// Output:
	// + customer acme: recipe Sync version 1 running, 0 jobs
	// - customer acme: recipe Sync version 1 stopped, 0 jobs
}

// Seeds can be JSON, in the format that the program workato-fake reads.
func ExampleServer_SeedJSON() {
	fake := workatotest.NewServer()
	defer fake.Close()
	err := fake.SeedJSON("seed.json", []byte(`{
		"customers": [{
			"external_id": "acme",
			"connections": [{"name": "Jira", "provider": "jira", "authorization_status": "success"}],
			"recipes": [{"name": "Sync", "uses": ["Jira"], "running": true}]
		}]
	}`))
	fmt.Print(err, "\n", fake.Snapshot())

	err = fake.SeedJSON("seed.json", []byte(`{
		"customers": [
			{"name": "Borealis Ltd", "extrenal_id": "b"}
		]
	}`))
	fmt.Println(err)
	// Output:
	// <nil>
	// own workspace: plan enterprise_plus
	// customer acme: plan partner_standard
	// customer acme: connection Jira (jira) success
	// customer acme: recipe Sync version 1 running, 0 jobs
	// seed.json:3: customers[0].extrenal_id: unknown field
}

// A package for a test of a job that imports one.
func ExamplePackageOf() {
	pack, err := workatotest.PackageOf(workatotest.Customer{
		Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira"}},
		Recipes: []*workatotest.Recipe{
			{Name: "Open issue", Folder: "Billing", Uses: []string{"Jira"}},
			{Name: "_release", Description: "billing 2.4.0"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range files.File {
		fmt.Println(file.Name)
	}
	// Output:
	// Billing/open_issue.recipe.json
	// jira.connection.json
	// release.recipe.json
}

// The request log has operations, so that a test need not parse paths.
func ExampleServer_Requests() {
	fake := workatotest.NewServer()
	defer fake.Close()
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := ensureCustomer(context.Background(), client, "a/b"); err != nil {
		fmt.Println(err)
	}
	if _, err := client.Connections.Create(context.Background(), workato.ExternalID("a/b"), &workato.ConnectionCreateParams{
		Provider: "postgresql",
		Input:    map[string]any{"password": "hunter2"},
	}); err != nil {
		fmt.Println(err)
	}
	for _, request := range fake.Requests() {
		fmt.Println(request.Operation, request, request.JSON()["input"])
	}
	// Output:
	// managed_users.create POST /api/managed_users -> 200 <nil>
	// connections.create POST /api/managed_users/Ea%2Fb/connections -> 200 map[password:[redacted]]
}
