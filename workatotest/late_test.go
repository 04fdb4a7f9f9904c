package workatotest_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// The effect of a lost request may come after a check for it.
func TestLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t)
		fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
		fake.Inject(workatotest.Fault{On: "connections.create", Do: workatotest.Late, DelayMS: 5000}, workatotest.Fault{On: "folders.create", Do: workatotest.Late})
		client := fake.Client(t)
		_, err := client.Connections.Create(t.Context(), acmeID, &workato.ConnectionCreateParams{Name: "Jira", Provider: "jira"})
		wantOutcomeUnknown(t, err)
		_, err = client.Folders.Create(t.Context(), acmeID, &workato.FolderCreateParams{Name: "Billing"})
		wantOutcomeUnknown(t, err)

		same(t, "connections at once", len(fake.Snapshot().Customers[0].Connections), 0)
		time.Sleep(time.Second)
		connections, err := client.Connections.List(t.Context(), acmeID, nil)
		if err != nil || len(connections) != 0 {
			t.Fatalf("after a second: %d connections, %v", len(connections), err)
		}
		folders, err := client.Folders.List(t.Context(), acmeID, nil)
		if err != nil || len(folders.Items) != 1 {
			t.Fatalf("after a second: %v folders, %v", folders, err)
		}
		fake.Advance(4 * time.Second)
		same(t, "connections in the end", len(fake.Snapshot().Customers[0].Connections), 1)

		// Reset drops work in progress.
		fake.Inject(workatotest.Fault{On: "managed_users.create", Do: workatotest.Late})
		_, err = client.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{Name: "B", NotificationEmail: "b@example.com"})
		wantOutcomeUnknown(t, err)
		fake.Reset()
		fake.Advance(time.Hour)
		same(t, "customers", len(fake.Snapshot().Customers), 0)
	})
}

func wantOutcomeUnknown(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, workato.ErrOutcomeUnknown) {
		t.Fatalf("error %v, want one whose outcome is unknown", err)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithLatency(120*time.Millisecond))
		begun := time.Now()
		if _, err := fake.Client(t).Workspace.Whoami(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, "time", time.Since(begun), 120*time.Millisecond)
	})
}

func TestShortMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithMinute(2*time.Second), workatotest.WithQuota("recipes", 1))
		fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
		remove := func() int { // a missing recipe counts as well
			status, _ := request(t, fake, http.MethodDelete, acmePath+"/recipes/7", nil)
			return status
		}
		same(t, "first", remove(), http.StatusNotFound)
		same(t, "second", remove(), http.StatusTooManyRequests)
		time.Sleep(2 * time.Second)
		same(t, "in the next minute", remove(), http.StatusNotFound)
	})
}

// An import leaves an entry in the activity log.
func TestImportIsAudited(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 5, Name: "Billing"}}})
	client := fake.Client(t)
	made, err := client.Imports.Create(t.Context(), acmeID, &workato.ImportCreateParams{
		FolderID: 5, FolderIDForHomeAssets: 5, Package: workato.PackageBytes(invoicePackage(t)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Imports.Get(t.Context(), acmeID, made.ID); err != nil {
		t.Fatal(err)
	}
	entry := obj(t, arr(t, call(t, fake, "GET", acmePath+"/activity_logs", nil)["data"])[0])
	resource := obj(t, entry["resource"])
	same(t, "resource", []any{resource["id"], resource["type"]}, []any{float64(made.ID), "Package"})
}
