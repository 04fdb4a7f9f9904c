package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
	"github.com/go-workato/workato/workatotest"
)

// world is a service with some customers, and a directory with a ledger.
type world struct {
	t    *testing.T
	fake *workatotest.Server
	dir  string
}

func newWorld(t *testing.T, customers int, opts ...workatotest.Option) *world {
	t.Helper()
	w := &world{t: t, fake: workatotest.New(t, opts...), dir: t.TempDir()}
	seed := workatotest.State{}
	for i := range customers {
		seed.Customers = append(seed.Customers, &workatotest.Customer{
			ExternalID: fmt.Sprint("c", i+1), Name: fmt.Sprint("Customer ", i+1), Folders: []*workatotest.Folder{{Name: "Billing"}},
			Properties: map[string]string{"billing.key": secret},
		})
	}
	if err := w.fake.Seed(seed); err != nil {
		t.Fatal(err)
	}
	return w
}

const secret = "SECRETVALUE"

// run is the command line of a run that does not wait long.
func (w *world) run(more ...string) []string {
	return append([]string{"run", "-base-url", w.fake.URL(), "-settle", "200ms", "-poll", "10ms"}, more...)
}

// outcome counts the customers that have got the release twice, and those that have not
// got it.
func (w *world) outcome() (twice, forgotten int) {
	for _, c := range w.fake.Snapshot().Customers {
		marked := slices.ContainsFunc(c.Recipes, func(r *workatotest.Recipe) bool { return r.Name == "_release" && r.Description == "billing 2.4.0" })
		if len(c.Imports) > 1 {
			twice++
		}
		if len(c.Imports) == 0 || !marked {
			forgotten++
		}
	}
	return twice, forgotten
}

// wantOnce checks that every customer has got the release once, and that the ledger
// says so.
func (w *world) wantOnce() {
	w.t.Helper()
	if twice, forgotten := w.outcome(); twice+forgotten > 0 {
		w.t.Errorf("%d customers have got the release twice, %d not at all", twice, forgotten)
	}
	ledger := sqliteledger.Open(filepath.Join(w.dir, "rollout.db"))
	counts, err := ledger.Counts(w.t.Context(), "billing-2.4.0")
	if err := errors.Join(err, ledger.Close()); err != nil {
		w.t.Error(err)
	}
	if n := len(w.fake.Snapshot().Customers); counts.ByState()[provision.StateSucceeded] != n {
		w.t.Errorf("the ledger has %v, want %d succeeded", counts, n)
	}
}

// do runs the program in this process, with the ledger of this world.
func (w *world) do(code int, args ...string) (stdout, stderr string) {
	w.t.Helper()
	var out, problems bytes.Buffer
	p := &program{Program: cli.Program{Command: append([]string{"rollout"}, args...), Stdout: &out, Stderr: &problems}}
	switch args[0] {
	case "run", "status", "pause", "resume", "resolve":
		p.Command = append(p.Command, "-ledger", filepath.Join(w.dir, "rollout.db"))
	}
	if got := p.run(w.t.Context()); got != code {
		w.t.Fatalf("%v: exit status %d, want %d:\n%s%s", args, got, code, out.String(), problems.String())
	}
	return out.String(), problems.String()
}

// sent is how many imports the service was asked for.
func (w *world) sent() int { return len(w.fake.Requests("imports.create")) }
