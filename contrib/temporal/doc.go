// Package temporal runs rollouts of package provision on Temporal, for partners who
// have it anyway: several workers share the work, each may die at any time, and
// what happens is seen in Temporal's own tools. With one process, provision.Rollout
// and a ledger do the same with less.
//
//	// work is a worker program. Any number of them may run, and each may be killed.
//	func work(c client.Client, workspaces *workato.Client, limiter workato.Limiter) error {
//		w := worker.New(c, "rollouts", worker.Options{})
//		if err := temporal.Register(w, temporal.Config{Client: workspaces, Limiter: limiter}); err != nil {
//			return err
//		}
//		return w.Run(worker.InterruptCh())
//	}
//
//	// begin starts a rollout to all customers. sum is the SHA-256 of the package in hex.
//	func begin(ctx context.Context, c client.Client, workspaces *workato.Client, sum string) error {
//		_, err := temporal.Start(ctx, c, "rollouts", "billing-2.4.0", temporal.Spec{
//			Release: temporal.Release{
//				Name: "billing", Version: "2.4.0", Package: "/srv/packages/billing-2.4.0.zip", SHA256: sum,
//				Folder: []string{"Billing"}, Restart: provision.RestartRunning,
//			},
//			Strategy: provision.Strategy{Waves: []provision.Wave{{Name: "canary", Count: 20, Bake: time.Hour}, {Name: "rest", Percent: 100}}},
//		}, provision.Targets(workspaces.ManagedUsers.All(ctx, nil)))
//		return err
//	}
//
// # Workflows
//
// Each customer has a workflow, "ROLLOUT/CUSTOMER", with the states, the release, the
// detectors, the verification and the settling of package provision; its history
// takes the place of the ledger. The workflow of the rollout begins as many of them
// as Strategy allows, wave by wave, waits (Bake), asks a gate, and stops by itself
// when more customers fail than may. Pause, Resume and Resolve are signals, Status
// is a query. They can be given with Temporal's own tools, too: signal "command"
// with {"kind":"pause","reason":"..."}, {"kind":"resume"}, or
// {"kind":"resolve","which":{"states":["unknown"]},"decision":"imported"}; query
// "status".
//
// A rollout with customers of StateUnknown does not end: it waits until a person has
// decided about them. The result of one that has ended is its Summary. If the
// workflow of a rollout is cancelled, no customer is begun any more and those under
// way are waited for.
//
// # What it promises
//
// As with provision.Rollout: an import is sent a second time only after its absence
// was seen for the whole of Strategy.Settle, or after a person has decided so.
//
//   - The activity that sends an import is never repeated by Temporal
//     (MaximumAttempts 1). Any error of it, that of a worker which has died too, means
//     that the import may have been sent: the workflow looks for its effect.
//   - An attempt ends before the server takes the activity for lost. In the last
//     moment before the request leaves, the worker makes sure that there is time for
//     the whole attempt, by its own clock and by that of the server: so none begins
//     after the workflow has begun to look. A worker whose clock is wrong by more than
//     the margin (the time-out of an attempt, at most 30 seconds) may send nothing; if
//     it is late and was held up as well, Settle makes up for it.
//   - Activities that read are repeated until they succeed, also on other workers, and
//     within half a minute of the death of theirs.
//   - Polls, settling and waits for a quota are timers of the workflow. No worker holds
//     a place for them.
//   - The workflow of a rollout goes on in a new run after 200 customers, so that no
//     history grows with their number.
//   - Workflows of customers that were terminated, or have failed, are noticed within
//     an hour: their customers are StateUnknown.
//
// # What is in a history
//
// The ids of customers and folders, states, texts of errors, and the Spec. Never a
// credential, the value of a property, the name of a customer or the bytes of a
// package: the client is the worker's, and the package is named by its path and
// its hash.
//
// # Quotas
//
// All workers have to share one limiter: see module redislimit. With Config.Limiter
// a call that has to wait for longer than a few seconds gives its place in the queue
// back, and its workflow sleeps until the call can go.
//
// # Changes of the workers
//
// Workflows run for days, so a new version of a worker goes on with histories of the
// old one. Those of this package's earlier versions are replayed in its tests; with
// code of your own, do the same.
//
// docs/scale.md says when to take it and how to [Move] a rollout here from a ledger;
// docs/rollout.md explains the states and decisions.
package temporal
