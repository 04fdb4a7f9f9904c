package provision_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
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

// A person looks at a rollout from another process, and decides.
func ExampleResolve() {
	ctx := context.Background()
	ledger := provision.Memory() // the program opens provision.File("rollout.jsonl")
	n, err := provision.Resolve(ctx, ledger, "billing-2.4.0", provision.Query{States: []provision.State{provision.StateUnknown}}, provision.DecideImported)
	fmt.Println(n, err)
	// Output:
	// 0 provision: no such rollout in the ledger: "billing-2.4.0"
}

func ExampleEstimateWork() {
	release := provision.Release{Folder: []string{"Billing"}, Detect: provision.ByMarker("_release")}
	strategy := provision.Strategy{Waves: []provision.Wave{{Count: 1, Bake: time.Hour}, {Count: 50, Bake: time.Hour}, {Percent: 100}}}
	e := provision.EstimateWork(provision.RolloutWork(&release, &strategy), 5000, nil, &strategy)
	fmt.Println(e.Calls, e.Least, e.Binding)
	// Output:
	// 40000 9h0m0s imports per hour
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
