package workatotest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func TestOnboardingSurvivesKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		workatotest.CrashTest(t, workatotest.New(t), func(ctx context.Context, client *workato.Client) error {
			_, err := ensureCustomer(ctx, client, "acme")
			return err
		})
	})
}

// Every customer is there once at the end, whatever the service has done meanwhile.
// Run in a testing/synctest bubble, a test does not wait.
func ExampleTrouble() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.Inject(workatotest.Trouble(1, 0.1, "managed_users.create")...)
	client, err := fake.NewClient(workato.WithAttemptTimeout(50*time.Millisecond), workato.WithRetry(workato.RetryPolicy{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"acme", "borealis", "cygnus", "dorado"} {
		for {
			_, err := ensureCustomer(context.Background(), client, name)
			if err == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	fmt.Println("customers:", len(fake.Snapshot().Customers))
	// Output:
	// customers: 4
}

// A job that does not check before it creates makes a second connection when it
// is restarted.
func ExampleFindCrashes() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})

	crashes, err := workatotest.FindCrashes(context.Background(), fake, func(ctx context.Context, client *workato.Client) error {
		_, err := client.Connections.Create(ctx, workato.ExternalID("acme"), &workato.ConnectionCreateParams{Name: "Jira", Provider: "jira"})
		return err
	})
	for _, crash := range crashes {
		fmt.Println(crash)
	}
	fmt.Println(len(crashes), err)
	// Output:
	// killed after request 1, connections.create (POST /api/managed_users/Eacme/connections):
	// 	+ customers[acme].connections[Jira]: folder_id "Home", name "Jira", provider "jira"
	// 1 <nil>
}
