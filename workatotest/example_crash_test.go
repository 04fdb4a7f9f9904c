package workatotest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

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
