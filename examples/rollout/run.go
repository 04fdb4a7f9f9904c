package main

import (
	"context"
	"errors"
	"flag"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// job is a rollout as the flags of "run" describe it.
type job struct {
	service
	book
	plan
	name, version, zip, folder, marker string
	refuse, ask, json, resend          bool
	settle, lease, attempt, poll       time.Duration
	waits                              func(provision.Wait)
}

func (j *job) flags(flags *flag.FlagSet) {
	j.service.flags(flags)
	j.book.flags(flags, `(name and version of the release)`)
	flags.BoolVar(&j.lock, "lock", true, "lock the ledger for this machine; without it only the lease keeps other runners out")
	j.runFlags(flags)
	flags.StringVar(&j.zip, "package", "", "zip `file` to import; without it, and with -base-url on this machine, a small one for tests")
	flags.StringVar(&j.name, "name", "billing", "`name` of the release")
	flags.StringVar(&j.version, "version", "2.4.0", "`version` of the release")
	flags.StringVar(&j.folder, "folder", "Billing", "`path` of the folder to import into, such as Billing/EU")
	flags.StringVar(&j.marker, "marker", "_release", "`recipe` of the package whose description is name and version; empty: compare the versions of all recipes")
	flags.BoolVar(&j.refuse, "refuse-running", false, "let an import fail where it would restart a running recipe")
	flags.BoolVar(&j.ask, "ask-person", false, "do not send an import again whose effect is not seen: a person decides, see resolve")
	flags.BoolVar(&j.json, "json", false, "write each event as a line of JSON to the standard output")
	flags.DurationVar(&j.settle, "settle", 2*time.Minute, "`time` to look for the effect of an import whose response was lost, before it is sent again")
	flags.BoolVar(&j.resend, "unsafe-resend", false, "for tests: send an import whose response was lost again without looking, which imports twice")
	flags.DurationVar(&j.lease, "lease", 2*time.Minute, "`time` after which a runner that does not renew its lease can be followed")
	flags.DurationVar(&j.attempt, "attempt-timeout", 0, "`time` for one attempt to send an import (50s, or half of the lease)")
	flags.DurationVar(&j.poll, "poll", 3*time.Second, "`time` to the first poll of an import, and to the second")
}

func runCommand(p *program, flags *flag.FlagSet) action {
	j := &job{}
	j.flags(flags)
	return func(ctx context.Context) error { return p.runJob(ctx, j) }
}

// runJob works until the rollout ends, and sums up.
func (p *program) runJob(ctx context.Context, j *job) (err error) {
	client, err := j.client()
	if err != nil {
		return err
	}
	ledger := j.open()
	defer func() { err = errors.Join(err, ledger.Close()) }()
	j.waits = func(w provision.Wait) { p.Sayf("waiting: %v", w) }
	r, err := j.rollout(client, ledger)
	if err != nil {
		return err
	}
	defer p.SayInterrupted(ctx)()
	if err := p.work(ctx, j, r, client, ledger); err != nil {
		if cli.Interrupted(ctx, err) {
			p.Sayf("To go on: %s", p.Again())
		}
		return err
	}
	return nil
}

func (p *program) work(ctx context.Context, j *job, r *provision.Rollout, client *workato.Client, ledger provision.Ledger) error {
	if _, err := r.Enroll(ctx, provision.Targets(client.ManagedUsers.All(ctx, nil))); err != nil {
		return err
	}
	show, err := p.show(ctx, j, ledger)
	if err != nil {
		return err
	}
	var failed error
	for e, err := range r.Events(ctx) {
		if err == nil {
			err = show.event(e)
		}
		if err != nil {
			failed = err
			break
		}
	}
	show.close()
	if errors.Is(failed, provision.ErrHeld) || errors.Is(failed, provision.ErrLedger) {
		return failed
	}
	s, err := provision.Summarize(context.WithoutCancel(ctx), ledger, j.id)
	if err != nil {
		return errors.Join(failed, err)
	}
	out := p.Stdout
	if j.json {
		out = p.Stderr // the standard output has events and nothing else
	}
	writeSummary(out, s)
	if failed == nil && s.Counts[provision.StateFailed]+s.Counts[provision.StateUnknown]+s.Counts[provision.StateNeedsUser] > 0 {
		return errIncomplete
	}
	return failed
}

// rollout makes the rollout.
func (j *job) rollout(client *workato.Client, ledger provision.Ledger) (*provision.Rollout, error) {
	strategy, err := j.strategy()
	if err != nil {
		return nil, err
	}
	for name, d := range map[string]time.Duration{"settle": j.settle, "lease": j.lease, "poll": j.poll} {
		if d <= 0 {
			return nil, cli.Usagef("-%s must be positive, got %v", name, d)
		}
	}
	strategy.Settle.For = j.settle
	if j.ask {
		strategy.Settle.Then = provision.AskPerson
	}
	release := provision.Release{Name: j.name, Version: j.version, Restart: provision.RestartRunning}
	if j.refuse {
		release.Restart = provision.RefuseRunning
	}
	if j.marker != "" {
		release.Detect = provision.ByMarker(j.marker)
	}
	if j.resend {
		strategy.Settle.For, strategy.Settle.Looks = time.Nanosecond, 1
		release.Detect = blind{release.Detector()}
	}
	if j.folder != "" {
		release.Folder = strings.Split(j.folder, "/")
	}
	switch {
	case j.zip != "":
		release.Package = workato.PackageFile(j.zip)
	case j.Local():
		release.Package, err = testPackage(j.marker, release.String())
		if err != nil {
			return nil, err
		}
	default:
		return nil, cli.Usagef("-package is required")
	}
	if j.id == "" {
		j.id = j.name + "-" + j.version
	}
	opts := []provision.RolloutOption{
		provision.WithLimiter(j.limiter), provision.WithLease(j.lease), provision.OnLeaseWait(j.waits),
		provision.WithImportWait(workato.ImportWaitParams{MaxWait: time.Hour, FirstInterval: j.poll, MinInterval: j.poll}),
	}
	if j.attempt != 0 {
		opts = append(opts, provision.WithAttemptTimeout(j.attempt))
	}
	r, err := provision.NewRollout(client, ledger, j.id, release, strategy, opts...)
	if err != nil {
		return nil, cli.UsageError{Err: err}
	}
	return r, nil
}

// testPackage is a package for a fake: a recipe, and one that tells the version.
func testPackage(marker, release string) (workato.Package, error) {
	recipes := []*workatotest.Recipe{{Name: "Send invoices", Description: "Every hour"}}
	if marker != "" {
		recipes = append(recipes, &workatotest.Recipe{Name: marker, Description: release})
	}
	pack, err := workatotest.PackageOf(workatotest.Customer{Recipes: recipes})
	return workato.PackageBytes(pack), err
}

// blind is a detector that sees nothing of what was sent: its absence is no proof.
type blind struct{ provision.Detector }

// Look implements provision.Detector.
func (blind) Look(context.Context, *workato.Client, *provision.Release, provision.Target, provision.Baseline) (provision.Sighting, error) {
	return provision.Sighting{Presence: provision.Absent}, nil
}
