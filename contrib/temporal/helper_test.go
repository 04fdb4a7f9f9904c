package temporal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

const rolloutID = "billing-2.4.0"

// zipped is a package with its marker and another recipe.
func zipped(t testing.TB) []byte {
	t.Helper()
	pack, err := workatotest.PackageOf(workatotest.Customer{Recipes: []*workatotest.Recipe{
		{Name: "_release", Description: "billing 2.4.0"}, {Name: "sync", Description: "Invoices"},
	}})
	require.NoError(t, err)
	return pack
}

// fleet is a service with customers that have a folder Billing, and a rollout to
// all of them.
type fleet struct {
	t       testing.TB
	fake    *workatotest.Server
	targets []provision.Target
	spec    Spec
	cfg     Config
	// signals are sent after a time of the workflow's clock.
	signals []delayed
}

type delayed struct {
	after time.Duration
	cmd   provision.Command
}

func customerID(i int) string { return fmt.Sprintf("c%04d", i+1) }

func newFleet(t testing.TB, n int, opts ...workatotest.Option) *fleet {
	t.Helper()
	f := &fleet{t: t, fake: workatotest.New(t, opts...)}
	seed := workatotest.State{}
	for i := range n {
		seed.Customers = append(seed.Customers, &workatotest.Customer{
			ExternalID: customerID(i), Name: "Customer", Folders: []*workatotest.Folder{{Name: "Billing"}},
		})
		f.targets = append(f.targets, provision.Target{Customer: workato.ExternalID(customerID(i)), Label: "Customer"})
	}
	require.NoError(t, f.fake.Seed(seed))
	pack := zipped(t)
	path := filepath.Join(t.TempDir(), "billing.zip")
	require.NoError(t, os.WriteFile(path, pack, 0o600))
	sum := sha256.Sum256(pack)
	f.spec = Spec{
		Release: Release{
			Name: "billing", Version: "2.4.0", Package: path, SHA256: hex.EncodeToString(sum[:]), Folder: []string{"Billing"},
			Restart: provision.RestartRunning, Detector: "marker:_release",
		},
		Strategy:       provision.Strategy{Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100}},
		AttemptTimeout: 2 * time.Second,
	}
	f.cfg.Client = f.fake.Client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond, MaxWait: time.Millisecond}))
	return f
}

func each(targets []provision.Target) iter.Seq2[provision.Target, error] {
	return func(yield func(provision.Target, error) bool) {
		for _, t := range targets {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// starter is a client that keeps the input of the workflow which Start starts.
type starter struct {
	client.Client
	state *rolloutState
	err   error
}

func (s *starter) ExecuteWorkflow(_ context.Context, _ client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	s.state, _ = args[0].(*rolloutState)
	return nil, s.err
}

// state is the input of the rollout.
func (f *fleet) state() *rolloutState {
	f.t.Helper()
	var s starter
	_, err := Start(f.t.Context(), &s, "fleet", rolloutID, f.spec, each(f.targets))
	require.NoError(f.t, err)
	return s.state
}

// environment has the workflows and activities of a worker, and the signals of
// customers.
func (f *fleet) environment() *testsuite.TestWorkflowEnvironment {
	f.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute) // the default of 3 seconds is too short for a request that hangs
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: rolloutID, TaskQueue: "fleet"})
	require.NoError(f.t, Register(env, f.cfg))
	env.OnSignalExternalWorkflow(mock.Anything, rolloutID, "", endedSignal, mock.Anything).
		Return(func(_, _, _, name string, arg any) error {
			env.SignalWorkflow(name, arg)
			return nil
		}).Maybe()
	for _, s := range f.signals {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(commandSignal, s.cmd) }, s.after)
	}
	return env
}

// run runs the rollout to its end, and returns what it says then. A run is followed
// by the next one.
func (f *fleet) run() (*provision.Summary, error) {
	f.t.Helper()
	env := f.environment()
	env.ExecuteWorkflow(rolloutName, *f.state())
	require.True(f.t, env.IsWorkflowCompleted())
	if err := env.GetWorkflowError(); err != nil {
		return nil, err
	}
	var s provision.Summary
	require.NoError(f.t, env.GetWorkflowResult(&s))
	return &s, nil
}

func (f *fleet) must() *provision.Summary {
	f.t.Helper()
	s, err := f.run()
	require.NoError(f.t, err)
	return s
}

// wantStates checks how many customers are in each state at the end.
func (f *fleet) wantStates(s *provision.Summary, want map[provision.State]int) {
	f.t.Helper()
	maps.DeleteFunc(want, func(_ provision.State, n int) bool { return n == 0 })
	if !maps.Equal(s.Counts, want) {
		f.t.Errorf("customers by state: %v, want %v; failures %+v", s.Counts, want, s.Failures)
	}
}

func (f *fleet) imports(i int) int { return len(f.fake.Customer(customerID(i)).Imports) }

// wantOnce checks that every customer has got one import, and the release.
func (f *fleet) wantOnce() {
	f.t.Helper()
	for i := range f.targets {
		c := f.fake.Customer(customerID(i))
		marked := slices.ContainsFunc(c.Recipes, func(r *workatotest.Recipe) bool {
			return r.Name == "_release" && r.Description == "billing 2.4.0"
		})
		if len(c.Imports) != 1 || !marked {
			f.t.Errorf("%s: %d imports, on the release: %v", customerID(i), len(c.Imports), marked)
		}
	}
}

type states = map[provision.State]int
