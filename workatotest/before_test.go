package workatotest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// TestBefore: the function sees the request, may change anything, and is called
// once.
func TestBefore(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithStrict())
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	var seen []workatotest.Request
	fake.Before("folders.create", 2, func(r workatotest.Request) {
		seen = append(seen, r)
		if n := len(fake.Customer("acme").Folders); n != 1 {
			t.Errorf("%d folders before the second is made", n)
		}
		fake.RemoveCustomer("acme")
	})
	body := object{"name": "Billing"}
	call(t, fake, "POST", "/api/managed_users/Eacme/folders", body)
	refused(t, fake, 404, "POST", "/api/managed_users/Eacme/folders", body)
	refused(t, fake, 404, "POST", "/api/managed_users/Eacme/folders", body)
	if len(seen) != 1 || seen[0].Customer != "Eacme" || seen[0].Body != `{"name":"Billing"}` {
		t.Errorf("called with %+v", seen)
	}
}

// TestBeforeDownload: the package store is an operation like the others.
func TestBeforeDownload(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Recipes: []*workatotest.Recipe{{Name: "Sync"}}}}); err != nil {
		t.Fatal(err)
	}
	client, ctx := fake.Client(t), t.Context()
	manifest, err := client.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "all", AutoGenerateAssets: true})
	if err != nil {
		t.Fatal(err)
	}
	work, err := client.Packages.Export(ctx, manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	fake.Before("store.download", 0, func(workatotest.Request) { calls++ })
	if _, err := client.Packages.Wait(ctx, work.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Packages.Download(ctx, work.ID, new(strings.Builder), nil); err != nil || calls != 1 {
		t.Errorf("%v, %d calls", err, calls)
	}
}

// TestBeforeNothing: a function that is never called, or cannot be, is
// reported.
func TestBeforeNothing(t *testing.T) {
	t.Parallel()
	test := &recorder{TB: t}
	fake := workatotest.New(test, workatotest.WithStrict())
	fake.Before("connections.list", 3, func(workatotest.Request) {})
	same(t, "notes", test.finish(), []string{`workatotest: Before("connections.list", 3): there was no such request`})

	defer func() {
		if recover() == nil || !strings.Contains(strings.Join(test.notes, "\n"), `before: no such operation "x.y"`) {
			t.Errorf("notes %q", test.notes)
		}
	}()
	_, err := workatotest.FindCrashes(t.Context(), fake, func(context.Context, *workato.Client) error { return nil })
	if err == nil || !strings.Contains(err.Error(), `Before("connections.list", 3)`) {
		t.Errorf("a crash test that would leave the function out: %v", err)
	}
	fake.Before("x.y", 1, func(workatotest.Request) {})
}
