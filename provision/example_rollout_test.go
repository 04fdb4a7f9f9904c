package provision_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

func ExampleRollout() {
	client, pkg, dir := exampleFleet()
	defer os.RemoveAll(dir)

	// In a program of your own, client is workato.NewClient(workato.FromEnv()).
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	limiter, err := ratelimit.New(ratelimit.Share(0.5))
	check(err)
	ledger := provision.File(filepath.Join(dir, "rollout.jsonl"))
	defer ledger.Close()
	r, err := provision.NewRollout(client, ledger, "billing-2.4.0", provision.Release{
		Name: "billing", Version: "2.4.0", Package: workato.PackageFile(pkg),
		Folder: []string{"Billing"}, Restart: provision.RestartRunning, Detect: provision.ByMarker("_release"),
	}, provision.Strategy{
		Waves:            []provision.Wave{{Name: "canary", Count: 1}, {Name: "rest", Percent: 100, Bake: time.Millisecond}},
		FailureTolerance: provision.Tolerance{Percent: 2, Sample: 20},
	}, provision.WithLimiter(limiter), quickPolls)
	check(err)
	_, err = r.Enroll(ctx, provision.Targets(client.ManagedUsers.All(ctx, nil)))
	check(err)
	for event, err := range r.Events(ctx) {
		if errors.Is(err, provision.ErrPaused) {
			fmt.Println("look at the failures, then resume and run the same command again:", err)
			return
		}
		check(err)
		switch {
		case event.To.Final():
			fmt.Println(event.Customer, event.To)
		case event.Kind != provision.EventCustomer:
			fmt.Println(event.Message)
		}
	}
	// Unordered output:
	// wave canary: 1 customer, at most 1 at once
	// 1001 succeeded
	// wave canary: verdict proceed
	// wave rest: 2 customers, at most 1 at once
	// 1002 succeeded
	// 1003 succeeded
	// wave rest: verdict proceed
	// every customer is in a final state
}

// The import of a customer whose response was lost has left no trace. A person looks
// into the workspace, and decides.
func ExampleResolve() {
	f := newExample(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore})
	defer f.close()
	ctx := context.Background()
	strategy := provision.Strategy{Settle: provision.Settle{For: time.Millisecond, Then: provision.AskPerson}, FailureTolerance: provision.Tolerance{Count: 1}}
	s, err := f.rollout(strategy).Run(ctx)
	check(err)
	fmt.Println(s.Counts)

	// From any process on the same machine, while the rollout runs or not:
	unknown := provision.Query{States: []provision.State{provision.StateUnknown}}
	n, err := provision.Resolve(ctx, f.ledger, "billing-2.4.0", unknown, provision.DecideAgain)
	check(err)
	fmt.Println(n, "will be sent again")

	s, err = f.rollout(strategy).Run(ctx)
	check(err)
	fmt.Println(s.Counts)
	// Output:
	// map[succeeded:2 unknown:1]
	// 1 will be sent again
	// map[succeeded:3]
}

// A person pauses a rollout, and lets it go on.
func ExamplePauseRollout() {
	f := newExample()
	defer f.close()
	ctx := context.Background()
	check(provision.PauseRollout(ctx, f.ledger, "billing-2.4.0", "ask support first"))
	_, err := f.rollout(provision.Strategy{}).Run(ctx)
	fmt.Println(err)

	check(provision.ResumeRollout(ctx, f.ledger, "billing-2.4.0"))
	s, err := f.rollout(provision.Strategy{}).Run(ctx)
	check(err)
	fmt.Println(s.Complete, s.Counts)
	// Output:
	// provision: the rollout is paused until ResumeRollout: ask support first
	// true map[succeeded:3]
}

// What a program shows that looks at a rollout and does not run it.
func ExampleSummarize() {
	f := newExample(workatotest.Fault{On: "imports.create", Customer: "1002", Do: workatotest.FailImport, Body: "Connector jira is not enabled"})
	defer f.close()
	ctx := context.Background()
	_, err := f.rollout(provision.Strategy{MaxConcurrent: 1}).Run(ctx)
	fmt.Println(err)

	s, err := provision.Summarize(ctx, f.ledger, "billing-2.4.0")
	check(err)
	for _, failure := range s.Failures {
		fmt.Println(failure.Label, failure.State, failure.Reason)
	}
	// Output:
	// provision: the rollout is paused until ResumeRollout: wave all: 1 customer failed, which is more than the tolerance allows
	// globex failed workato: import 6002: failed: Connector jira is not enabled
}

// A ledger in a file survives the process; another one reads it meanwhile.
func ExampleFile() {
	dir, err := os.MkdirTemp("", "ledger")
	check(err)
	defer os.RemoveAll(dir)
	ctx := context.Background()
	ledger := provision.File(filepath.Join(dir, "rollout.jsonl"))
	lease, err := ledger.Acquire(ctx, "billing-2.4.0", provision.Self(), time.Minute)
	check(err)
	check(lease.Begin(ctx, &provision.Header{Release: "billing 2.4.0"}))
	_, err = lease.Enroll(ctx, []provision.Target{{Customer: workato.ExternalID("acme")}, {Customer: workato.ExternalID("globex")}})
	check(err)
	check(ledger.Close()) // the lease is not released: the process has died

	ledger = provision.File(filepath.Join(dir, "rollout.jsonl"))
	defer ledger.Close()
	counts, err := ledger.Counts(ctx, "billing-2.4.0")
	check(err)
	fmt.Println(counts.ByState())
	lease, err = ledger.Acquire(ctx, "billing-2.4.0", provision.Self(), time.Minute) // at once
	check(err)
	fmt.Println(lease.Epoch())
	// Output:
	// map[pending:2]
	// 2
}

// Memory is for tests: Reopen is a second process.
func ExampleMemory() {
	ctx := context.Background()
	ledger := provision.Memory()
	lease, err := ledger.Acquire(ctx, "billing-2.4.0", provision.Owner{Host: "host-1", PID: 7}, time.Minute)
	check(err)
	check(lease.Begin(ctx, &provision.Header{Release: "billing 2.4.0"}))
	_, err = ledger.Reopen().Acquire(ctx, "billing-2.4.0", provision.Owner{Host: "host-2", PID: 8}, time.Minute)
	fmt.Println(err)
	check(ledger.Close())
	_, err = ledger.Reopen().Acquire(ctx, "billing-2.4.0", provision.Owner{Host: "host-2", PID: 8}, time.Minute)
	fmt.Println(err)
	// Output:
	// provision: rollout "billing-2.4.0" is held by the runner with pid 7 on host host-1
	// <nil>
}

// The connections of all customers, and the page that people read.
func ExampleSweepHealth() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Name: "Acme", Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira"}}})
	client, err := fake.NewClient() // in a program of your own: workato.NewClient(workato.FromEnv())
	check(err)
	ctx := context.Background()
	health, err := provision.SweepHealth(ctx, client, provision.Targets(client.ManagedUsers.All(ctx, nil)), nil)
	check(err)
	fmt.Println(health.Customers, health.Waiting, health.Connections)
	for _, problem := range health.Problems {
		fmt.Println(problem.Label, problem.Name, problem.Health)
	}
	usage, err := provision.ReadUsage(ctx, client)
	check(err)
	var page bytes.Buffer
	check((&provision.Report{Title: "Our customers", Health: health, Usage: usage}).WriteHTML(&page))
	fmt.Println(strings.Contains(page.String(), "<title>Our customers</title>"))
	// Output:
	// 1 1 map[never authorized:1]
	// Acme Jira never authorized
	// true
}

// Tasks by month and customer, the busiest first.
func ExampleReadUsage() {
	fake := workatotest.NewServer()
	defer fake.Close()
	job := &workatotest.Job{Status: workatotest.JobSucceeded, StartedAt: time.Date(2026, 10, 3, 12, 0, 0, 0, time.UTC)}
	fake.AddCustomer(workatotest.Customer{ExternalID: "idle", Name: "Idle"})
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Name: "Acme", Recipes: []*workatotest.Recipe{{Name: "Sync", Jobs: []*workatotest.Job{job, job}}}})
	client, err := fake.NewClient()
	check(err)
	usage, err := provision.ReadUsage(context.Background(), client)
	check(err)
	for _, c := range usage.Customers {
		fmt.Println(c.Name, c.Tasks, c.Months)
	}
	// Output:
	// Acme 2 [{2026-10 2}]
	// Idle 0 []
}

func ExampleEstimateWork() {
	release := provision.Release{Folder: []string{"Billing"}, Detect: provision.ByMarker("_release")}
	strategy := provision.Strategy{Waves: []provision.Wave{{Count: 1, Bake: time.Hour}, {Count: 50, Bake: time.Hour}, {Percent: 100}}}
	e := provision.EstimateWork(provision.RolloutWork(&release, &strategy), 5000, nil, &strategy)
	fmt.Println(e.Calls, e.Least, e.Binding)
	// Output:
	// 35000 9h0m0s imports per hour
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
