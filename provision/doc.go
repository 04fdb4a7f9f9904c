// Package provision brings the workspaces of customers into a wanted state, one
// or thousands of them, and can be run again after any crash.
//
// # One customer
//
// A [Plan] is the desired state of one customer, made in Go or read by [ReadPlan].
// [Diff] says what differs, [Apply] makes it so. The ensure helpers
// ([EnsureCustomer], [EnsureFolder] and so on) do one step of that each.
//
//	journal := provision.File("onboarding.journal") // what was sent, so that nothing is made twice
//	defer journal.Close()
//	changes, err := provision.Apply(ctx, client, &provision.Plan{
//		Customer: provision.CustomerPlan{ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example"},
//		Packages: []provision.PackagePlan{{Release: provision.Release{
//			Name: "invoices", Version: "2.4.0", Package: workato.PackageFile("invoice-sync.zip"),
//			Folder: []string{"Invoices"}, Restart: provision.RestartRunning,
//		}}},
//		Connections: []provision.ConnectionPlan{{Name: "Jira", Folder: []string{"Invoices"}, Provider: "jira"}},
//	}, provision.WithJournal(journal))
//	if err != nil {
//		return err // what was done so far is in changes; run it again
//	}
//	for _, step := range changes.Waiting() { // no failure: a person has to connect it
//		fmt.Println(step.Address, step.Reason)
//	}
//
// # Rollout
//
// A [Rollout] brings a [Release] to all customers in Waves, with as many at once as
// may fail, and stops by itself when more do. An import whose response was lost is
// looked for by a [Detector] until its absence is proved; only then is it sent again.
// [EstimateWork] says before how long the quotas make it take. [PauseRollout],
// [ResumeRollout] and [Resolve] work from any process.
//
//	ledger := provision.File("rollout.jsonl")
//	defer ledger.Close()
//	rollout, err := provision.NewRollout(client, ledger, "invoices-2.4.0", provision.Release{
//		Name: "invoices", Version: "2.4.0", Package: workato.PackageFile("invoice-sync.zip"),
//		Folder: []string{"Invoices"}, Restart: provision.RestartRunning,
//	}, provision.Strategy{Waves: []provision.Wave{{Name: "canary", Count: 20, Bake: time.Hour}, {Name: "rest", Percent: 100}}})
//	if err != nil {
//		return err // every mistake at once; nothing was sent
//	}
//	if _, err := rollout.Enroll(ctx, provision.Targets(client.ManagedUsers.All(ctx, nil))); err != nil {
//		return err
//	}
//	summary, err := rollout.Run(ctx)
//	if err != nil {
//		return err // run the same program again: it goes on
//	}
//	fmt.Println(summary.Counts)
//
// # Ledger
//
// What has to survive the process is in a [Ledger]: which customers there are, how
// far each of them is, which import was sent for it and when, and what people
// have decided. There are three of them: [File] keeps a journal of JSON lines and
// needs nothing but a file system, module provision/sqliteledger keeps an SQLite
// file that can be queried, and [Memory] is for tests. Others (a table of your own
// database) implement Ledger and [Lease], and test that with package
// provisiontest.
//
// A ledger holds names and ids of customers, states, times, and texts of errors.
// It never holds a credential, the value of a property or the bytes of a package.
//
// One process at a time works on a rollout: it has the Lease, and only a Lease
// writes. All processes may read at any time, and leave a [Command] for the one
// that works.
//
// # Errors
//
// Everything that the service said is behind an error of this package: errors.Is
// with workato.ErrForbidden and errors.As with a *workato.APIError hold. Beside it:
//
//   - [*PlanError] has every mistake of a plan in a file, with line and column.
//     What Plan.Check, NewRollout and Diff refuse is complete too, and nothing was
//     sent.
//   - [*NeedsUserError] is no failure: a person has to connect something, and the
//     next run goes on. It is in the changes and not returned by Apply.
//   - [*AuthorizationError] says that an application refuses the credentials of a
//     connection, [*AmbiguousError] that there are two of one name, and
//     [*DifferentError] what [FindOnly] did not find as wanted.
//   - [ErrUnsettled] says that nobody can know whether a create was done: a person
//     looks, and decides.
//   - [ErrPaused] and [ErrAborted] end a run of a rollout before all customers are
//     done. A customer that fails does not end it: it is in the [Summary].
//   - [ErrHeld] says that another process works on it, [ErrFenced] that one has taken
//     it over, and [ErrLedger] that the ledger cannot be used: nothing more is sent.
//
// # What it promises
//
// Nothing is ever deleted, and what a plan does not name is not looked at. What is
// as it should be is not written again. With a ledger no import is sent twice,
// whatever happens to the process or the network, unless its absence was proved or
// a person has said so; [Rollout] names the one risk that is left.
//
// When the context ends, nothing else is begun, and what is being sent is waited
// for, up to the time-out of its attempt. A process that is killed may lose nothing
// but time. All quotas are those of the client's limiter: see package ratelimit.
//
// At most MaxConcurrent customers of a [Strategy] are worked at, 50 by default. A
// ledger in a file takes about 150 bytes of memory for each customer.
//
// # Health and usage
//
// [SweepHealth] reads the connections of all customers, [ReadUsage] their tasks by
// month, and [Report] writes both as a page for people. Each is complete, or an error.
//
// docs/onboarding.md is about plans, docs/rollout.md about rollouts, and
// docs/scale.md about quotas. examples/onboard and examples/rollout are programs for
// both, in modules of their own: go run . in their directories.
package provision
