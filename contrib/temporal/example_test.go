package temporal_test

import (
	"context"
	"log"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/temporal"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
)

// A worker program. Any number of them may run, and each may be killed.
func ExampleRegister() { //nolint:testableexamples // it needs a server
	run := func() error {
		c, err := client.Dial(client.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		limiter, err := ratelimit.New() // of one worker; several share one of module redislimit
		if err != nil {
			return err
		}
		workspaces, err := workato.NewClient(workato.FromEnv())
		if err != nil {
			return err
		}
		w := worker.New(c, "rollouts", worker.Options{MaxConcurrentActivityExecutionSize: 50})
		err = temporal.Register(w, temporal.Config{
			Client: workspaces, Limiter: limiter,
			Gate: func(_ context.Context, s *provision.Summary) (provision.Verdict, error) {
				if len(s.Failures) > 0 {
					return provision.Inconclusive, nil // a person looks, and resumes
				}
				return provision.Proceed, nil
			},
		})
		if err != nil {
			return err
		}
		return w.Run(worker.InterruptCh())
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// The program that starts a rollout, and waits for its end. It may be stopped and
// started again.
func ExampleStart() { //nolint:testableexamples // it needs a server
	run := func(ctx context.Context) error {
		c, err := client.Dial(client.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		workspaces, err := workato.NewClient(workato.FromEnv())
		if err != nil {
			return err
		}
		const path = "/srv/packages/billing-2.4.0.zip" // where the workers find it
		sum, err := workato.PackageFile(path).SHA256(ctx)
		if err != nil {
			return err
		}
		_, err = temporal.Start(ctx, c, "rollouts", "billing-2.4.0", temporal.Spec{
			Release: temporal.Release{
				Name: "billing", Version: "2.4.0", Package: path, SHA256: sum, Folder: []string{"Billing"},
				Restart: provision.RestartRunning, Detector: "marker:_release",
			},
			Strategy: provision.Strategy{
				Waves:            []provision.Wave{{Name: "canary", Count: 1, Bake: time.Hour}, {Name: "rest", Percent: 100}},
				FailureTolerance: provision.Tolerance{Percent: 2, Sample: 20},
			},
			Gate: true,
		}, provision.Targets(workspaces.ManagedUsers.All(ctx, nil)))
		if err != nil {
			log.Print(err) // it was started before
		}
		var s provision.Summary
		if err := c.GetWorkflow(ctx, "billing-2.4.0", "").Get(ctx, &s); err != nil {
			return err
		}
		log.Print(s.Counts)
		return nil
	}
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// A runner on a ledger was stopped, and now Temporal is to go on.
func ExampleMove() { //nolint:testableexamples // it needs a server
	run := func(ctx context.Context, c client.Client, spec temporal.Spec) error {
		ledger := provision.File("rollout.jsonl")
		_, err := temporal.Move(ctx, c, "rollouts", ledger, "billing-2.4.0", spec)
		if err != nil {
			return err
		}
		return ledger.Close()
	}
	_ = run
}
