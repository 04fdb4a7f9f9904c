package e2e_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/server/temporaltest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/temporal"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

const queue = "rollouts"

// temporalServer is the real server, in this process, with its data in memory.
func temporalServer(t *testing.T) *temporaltest.TestServer {
	t.Helper()
	start := time.Now()
	// The identity is in histories, and would name this machine.
	ts := temporaltest.NewServer(temporaltest.WithT(t), temporaltest.WithBaseClientOptions(client.Options{Identity: "test", Logger: quiet{}}))
	t.Logf("the server has started in %v", time.Since(start).Round(time.Millisecond))
	return ts
}

// quiet is a logger of the SDK that says nothing.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// fleet is a service with customers, and a package for them.
type fleet struct {
	t       *testing.T
	fake    *workatotest.Server
	n       int
	pack    string
	spec    temporal.Spec
	rollout string
}

func customerID(i int) string { return fmt.Sprintf("c%04d", i+1) }

func newFleet(t *testing.T, rollout string, n int) *fleet {
	t.Helper()
	f := &fleet{t: t, fake: workatotest.New(t), n: n, rollout: rollout}
	seed := workatotest.State{}
	for i := range n {
		seed.Customers = append(seed.Customers, &workatotest.Customer{
			ExternalID: customerID(i), Name: "Customer", Folders: []*workatotest.Folder{{Name: "Billing"}},
		})
	}
	require.NoError(t, f.fake.Seed(seed))
	pack, err := workatotest.PackageOf(workatotest.Customer{Recipes: []*workatotest.Recipe{
		{Name: "_release", Description: "billing 2.4.0"}, {Name: "sync", Description: "Invoices"},
	}})
	require.NoError(t, err)
	f.pack = filepath.Join(t.TempDir(), "billing.zip")
	require.NoError(t, os.WriteFile(f.pack, pack, 0o600))
	sum := sha256.Sum256(pack)
	f.spec = temporal.Spec{
		Release: temporal.Release{
			Name: "billing", Version: "2.4.0", Package: "packages/billing-2.4.0.zip", SHA256: hex.EncodeToString(sum[:]),
			Folder: []string{"Billing"}, Restart: provision.RestartRunning, Detector: "marker:_release",
		},
		Strategy: provision.Strategy{
			MaxConcurrent: 10, Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100},
			Settle: provision.Settle{For: 2 * time.Second},
		},
		AttemptTimeout: 700 * time.Millisecond, Poll: temporal.Poll{First: 50 * time.Millisecond, Most: 500 * time.Millisecond},
	}
	return f
}

func (f *fleet) targets() iter.Seq2[provision.Target, error] {
	return func(yield func(provision.Target, error) bool) {
		for i := range f.n {
			if !yield(provision.Target{Customer: workato.ExternalID(customerID(i))}, nil) {
				return
			}
		}
	}
}

// start starts the rollout.
func (f *fleet) start(c client.Client) client.WorkflowRun {
	f.t.Helper()
	run, err := temporal.Start(f.t.Context(), c, queue, f.rollout, f.spec, f.targets())
	require.NoError(f.t, err)
	return run
}

// wait returns how the rollout has ended, with all its runs.
func (f *fleet) wait(ctx context.Context, run client.WorkflowRun) *provision.Summary {
	f.t.Helper()
	s := new(provision.Summary)
	require.NoError(f.t, run.Get(ctx, s))
	return s
}

// work is a worker in this process.
func (f *fleet) work(ts *temporaltest.TestServer, gate func(context.Context, *provision.Summary) (provision.Verdict, error)) {
	f.t.Helper()
	ts.NewWorkerWithOptions(queue, func(r sdkworker.Registry) {
		require.NoError(f.t, temporal.Register(r, temporal.Config{
			Client: f.fake.Client(f.t, workato.WithRetry(workato.RetryPolicy{})), Gate: gate,
			Package: func(context.Context, string) (workato.Package, error) { return workato.PackageFile(f.pack), nil },
		}))
	}, sdkworker.Options{})
}

// look counts the customers that were imported twice, and those that were not, or
// are not on the release.
func (f *fleet) look() (twice, forgotten int) {
	for i := range f.n {
		c := f.fake.Customer(customerID(i))
		marked := slices.ContainsFunc(c.Recipes, func(r *workatotest.Recipe) bool {
			return r.Name == "_release" && r.Description == "billing 2.4.0"
		})
		if len(c.Imports) > 1 {
			twice++
		}
		if len(c.Imports) == 0 || !marked {
			forgotten++
		}
	}
	return twice, forgotten
}
