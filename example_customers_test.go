package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// exampleClient returns a client of a fake service with a few customers, and a
// function that closes the fake.
func exampleClient(customers ...workatotest.Customer) (*workato.Client, func()) {
	fake := workatotest.NewServer()
	for _, c := range customers {
		fake.AddCustomer(c)
	}
	client, err := fake.NewClient()
	if err != nil {
		panic(err)
	}
	return client, fake.Close
}

func ExampleManagedUserService_All() {
	ctx := context.Background()
	client, done := exampleClient(
		workatotest.Customer{ExternalID: "acme/eu", Name: "Acme EU", TaskCount: 310},
		workatotest.Customer{ExternalID: "borealis", Name: "Borealis", TaskCount: 12},
	)
	defer done()

	for customer, err := range client.ManagedUsers.All(ctx, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(customer.Name, *customer.ExternalID, *customer.TaskCount)
	}
	// Output:
	// Acme EU acme/eu 310
	// Borealis borealis 12
}

func ExampleManagedUserService_List() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{Name: "Acme"}, workatotest.Customer{Name: "Borealis"}, workatotest.Customer{Name: "Cirrus"})
	defer done()

	page, err := client.ManagedUsers.List(ctx, &workato.ManagedUserListParams{PerPage: 2})
	for page != nil && err == nil {
		for _, customer := range page.Items {
			fmt.Println(page.Page, customer.Name)
		}
		page, err = page.Next(ctx)
	}
	fmt.Println(err)
	// Output:
	// 1 Acme
	// 1 Borealis
	// 2 Cirrus
	// <nil>
}

func ExampleManagedUserService_Delete() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	fmt.Println(client.ManagedUsers.Delete(ctx, workato.ExternalID("acme")))
	err := client.ManagedUsers.Delete(ctx, workato.ExternalID("acme"))
	fmt.Println(errors.Is(err, workato.ErrNotFound))
	// Output:
	// <nil>
	// true
}

func ExampleManagedUserService_ProvisionEnvironments() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ID: 512340, ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	before, err := client.ManagedUsers.Environments(ctx, customer)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("environments:", before.Provisioned())

	_, err = client.ManagedUsers.ProvisionEnvironments(ctx, customer, &workato.ManagedUserProvisionEnvironmentsParams{
		Environments: []workato.EnvironmentParams{{Type: workato.EnvironmentProd, ExternalID: "acme-live"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := client.ManagedUsers.Environments(ctx, customer)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("environments:", after.Provisioned(), "DEV is the first workspace:", after.Dev == workato.AccountID(512340))
	fmt.Println("PROD:", after.ProdIDs()[1])
	// Output:
	// environments: false
	// environments: true DEV is the first workspace: true
	// PROD: Eacme-live
}

func ExampleWithWriteGuard() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Environments: []*workatotest.Customer{{Environment: "test"}, {Environment: "prod"}},
	})
	defer done()

	environments, err := client.ManagedUsers.Environments(ctx, workato.ExternalID("acme"))
	if err != nil {
		fmt.Println(err)
		return
	}
	guarded, err := client.With(workato.WithWriteGuard(environments.ProdIDs()...))
	if err != nil {
		fmt.Println(err)
		return
	}

	create := &workato.FolderCreateParams{Name: "Billing"}
	_, err = guarded.Folders.Create(ctx, environments.Prod, create)
	fmt.Println("guarded:", errors.Is(err, workato.ErrWriteGuarded))
	_, err = guarded.Folders.Create(ctx, environments.Dev, create)
	fmt.Println("DEV:", err)
	_, err = guarded.Folders.Create(ctx, environments.Prod, create, workato.AllowProduction())
	fmt.Println("PROD:", err)
	// Output:
	// guarded: true
	// DEV: <nil>
	// PROD: <nil>
}

// A create whose response is lost is not retried: the caller checks first.
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
