package provision_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

const rolloutID = "billing-2.4.0"

// zipped is a package with a recipe for each name, whose description it is.
func zipped(t testing.TB, descriptions map[string]string) []byte {
	t.Helper()
	return zippedIn(t, "release", descriptions)
}

// zippedIn is zipped with another folder for the recipes, "" for none.
func zippedIn(t testing.TB, folder string, descriptions map[string]string) []byte {
	t.Helper()
	var content workatotest.Customer
	for _, name := range slices.Sorted(maps.Keys(descriptions)) { // the same bytes in every process
		content.Recipes = append(content.Recipes, &workatotest.Recipe{Name: name, Description: descriptions[name], Folder: folder})
	}
	pack, err := workatotest.PackageOf(content)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// fleet is a service with customers that have a folder Billing, and a rollout to
// all of them.
type fleet struct {
	t        testing.TB
	fake     *workatotest.Server
	ledger   provision.Ledger
	targets  []provision.Target
	release  provision.Release
	strategy provision.Strategy
	client   []workato.Option
	options  []provision.RolloutOption
	events   []provision.Event
}

// releaseOf is a package with its marker.
func releaseOf(t testing.TB) provision.Release {
	t.Helper()
	return provision.Release{
		Name: "billing", Version: "2.4.0", Package: workato.PackageBytes(zipped(t, map[string]string{"_release": "billing 2.4.0", "sync": "Invoices"})),
		Folder: []string{"Billing"}, Restart: provision.RestartRunning, Detect: provision.ByMarker("_release"),
	}
}

func customerName(i int) string { return fmt.Sprintf("c%04d", i+1) }

func newFleet(t testing.TB, n int, opts ...workatotest.Option) *fleet {
	t.Helper()
	f := &fleet{t: t, fake: workatotest.NewServer(opts...), ledger: provision.Memory()}
	t.Cleanup(f.fake.Close)
	seed := workatotest.State{}
	for i := range n {
		seed.Customers = append(seed.Customers, &workatotest.Customer{
			ExternalID: customerName(i), Name: "Customer " + customerName(i), Folders: []*workatotest.Folder{{Name: "Billing"}},
		})
		f.targets = append(f.targets, provision.Target{Customer: workato.ExternalID(customerName(i)), Label: customerName(i)})
	}
	if err := f.fake.Seed(seed); err != nil {
		t.Fatal(err)
	}
	f.release = releaseOf(t)
	f.strategy = provision.Strategy{Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100}}
	return f
}

func (f *fleet) all() iter.Seq2[provision.Target, error] {
	return func(yield func(provision.Target, error) bool) {
		for _, t := range f.targets {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (f *fleet) rollout(client *workato.Client) *provision.Rollout {
	f.t.Helper()
	r, err := provision.NewRollout(client, f.ledger, rolloutID, f.release, f.strategy, f.options...)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// run enrols all customers and works until the rollout ends. It keeps the events.
func (f *fleet) run(ctx context.Context) error {
	f.t.Helper()
	return f.runWith(ctx, f.fake.Client(f.t, f.client...))
}

func (f *fleet) runWith(ctx context.Context, client *workato.Client) error {
	f.t.Helper()
	r := f.rollout(client)
	if _, err := r.Enroll(ctx, f.all()); err != nil {
		return err
	}
	for e, err := range r.Events(ctx) {
		if err != nil {
			return err
		}
		f.events = append(f.events, e)
	}
	return nil
}

// must is run for a rollout that has to reach its end.
func (f *fleet) must() {
	f.t.Helper()
	if err := f.run(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// resume lets the rollout go on.
func (f *fleet) resume() {
	f.t.Helper()
	if err := provision.ResumeRollout(f.t.Context(), f.ledger, rolloutID); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) counts() map[provision.State]int {
	f.t.Helper()
	counts, err := f.ledger.Counts(context.Background(), rolloutID)
	if err != nil {
		f.t.Fatal(err)
	}
	return counts.ByState()
}

func (f *fleet) record(i int) provision.Record {
	f.t.Helper()
	for r, err := range f.ledger.Records(context.Background(), rolloutID, provision.Query{After: int64(i), Limit: 1}) {
		if err != nil {
			f.t.Fatal(err)
		}
		return r
	}
	f.t.Fatalf("no record %d", i)
	return provision.Record{}
}

// wantStates checks the number of customers by state, which are all customers.
func (f *fleet) wantStates(want map[provision.State]int) {
	f.t.Helper()
	maps.DeleteFunc(want, func(_ provision.State, n int) bool { return n == 0 })
	if got := f.counts(); !maps.Equal(got, want) {
		for r, err := range f.ledger.Records(context.Background(), rolloutID, provision.Query{}) {
			f.t.Logf("%v: %s %s %s, %v", r.Customer, r.State, r.Stage, r.Reason, err)
		}
		f.t.Errorf("customers by state: %v, want %v", got, want)
	}
}

// imports is how many imports a customer has got, whatever became of them.
func (f *fleet) imports(i int) int { return len(f.fake.Customer(customerName(i)).Imports) }

// wantOnce checks that every customer has got one import, and the release.
func (f *fleet) wantOnce() {
	f.t.Helper()
	for i := range f.targets {
		c := f.fake.Customer(customerName(i))
		marked := slices.ContainsFunc(c.Recipes, func(r *workatotest.Recipe) bool { return r.Name == "_release" && r.Description == "billing 2.4.0" })
		if len(c.Imports) != 1 || !marked {
			f.t.Errorf("%s: %d imports, on the release: %v", customerName(i), len(c.Imports), marked)
		}
	}
}

// wantEvents checks that the events of all runs, as they were yielded, are those of
// the ledger: their Seq has no gap.
func (f *fleet) wantEvents() {
	f.t.Helper()
	i := 0
	for e, err := range f.ledger.Events(context.Background(), rolloutID, 0) {
		if err != nil {
			f.t.Fatal(err)
		}
		if i >= len(f.events) || f.events[i].Seq != int64(i+1) || f.events[i].Message != e.Message || f.events[i].To != e.To || f.events[i].Customer != e.Customer {
			f.t.Fatalf("event %d of the ledger is %+v, yielded were %d", i+1, e, len(f.events))
		}
		i++
	}
	if i != len(f.events) {
		f.t.Errorf("%d events were yielded, the ledger has %d", len(f.events), i)
	}
}

// fast is a client that does not wait long between its own retries.
func fast() workato.Option {
	return workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond, MaxWait: time.Second})
}
