package provision_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// A partner's program that onboards a customer. It can be killed at any time and
// run again: what is there is found, and what was begun is finished.
func ExampleApply() {
	fake := workatotest.NewServer(workatotest.WithImportReads(0)) // in a real program: workato.NewClient(workato.FromEnv())
	defer fake.Close()
	client, err := fake.NewClient()
	check(err)
	dir, err := os.MkdirTemp("", "onboarding")
	check(err)
	defer os.RemoveAll(dir)
	ledger := provision.File(filepath.Join(dir, "onboarding.journal"))
	defer ledger.Close()

	plan := &provision.Plan{
		Customer:   provision.CustomerPlan{ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example"},
		Properties: map[string]provision.Value{"billing.url": provision.Text("https://billing.example")},
		Packages: []provision.PackagePlan{{Release: provision.Release{
			Name: "billing", Version: "2.4.0", Folder: []string{"Billing"}, Restart: provision.RestartRunning,
			Package: workato.PackageFile("../testdata/packages/invoice-sync.zip"),
		}}},
		Connections: []provision.ConnectionPlan{
			{Name: "Invoice database", Input: map[string]provision.Value{"password": provision.Text("from your vault")}},
			{Name: "Jira"}, // its user has to connect it
		},
		Start: []string{"Settle invoice when issue is done"},
	}
	changes, err := provision.Apply(context.Background(), client, plan, provision.WithJournal(ledger), provision.WithFirstPoll(1))
	check(err)
	for _, step := range changes.Steps {
		fmt.Println(step.Action, step.Address)
	}
	fmt.Println(len(changes.Waiting()), "steps wait for a person: run the program again when they have acted")
	// Output:
	// create customer
	// create properties
	// create folders/Billing
	// import packages/billing
	// update connections/Invoice database
	// wait connections/Jira
	// wait start/Settle invoice when issue is done
	// 2 steps wait for a person: run the program again when they have acted
}

// The crash test of a whole onboarding: killed before and after every call.
func TestExampleCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ledger provision.Ledger
		forget := workatotest.CrashSetup(func() { ledger = provision.Memory() }) // before each case
		workatotest.CrashTest(t, workatotest.New(t), func(ctx context.Context, client *workato.Client) error {
			_, err := provision.Apply(ctx, client, acmePlan(), provision.WithJournal(ledger))
			return err
		}, forget)
	})
}

// Diff tells what Apply would do, and what that costs, before anything is sent.
func ExampleDiff() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Name: "Acme Inc", NotificationEmail: "ops@acme.example"})
	client, err := fake.NewClient()
	check(err)
	plan, err := provision.ReadPlan("plan.json", []byte(`{
  "customer": {"external_id": "acme", "name": "Acme", "notification_email": "ops@acme.example"},
  "folders": [["Billing", "EU"]]
}`))
	check(err)
	changes, err := provision.Diff(context.Background(), client, plan)
	check(err)
	for _, step := range changes.Steps {
		for _, field := range step.Fields {
			fmt.Printf("%s %s: %s from %q to %q\n", step.Action, step.Address, field.Field, field.Have, field.Want)
		}
	}
	fmt.Println(changes.Estimate.Calls, "calls")
	// Output:
	// update customer: name from "Acme Inc" to "Acme"
	// create folders/Billing/EU: path from "" to "Billing/EU"
	// 5 calls
}

// Several mistakes of a plan are told at once.
func ExampleReadPlan() {
	_, err := provision.ReadPlan("plan.json", []byte(`{
  "customer": {"external_id": "acme", "name": "Acme"},
  "start": "Sync invoices"
}`))
	fmt.Println(err)
	// Output:
	// plan.json:2:15: customer.notification_email: is required
	// plan.json:3:12: start: must be a list, got a string
}
