package provision_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

type states = map[provision.State]int

func TestRolloutReachesAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 120)
		f.strategy.Waves = []provision.Wave{
			{Name: "canary", Count: 1, Bake: time.Hour}, {Name: "early", Percent: 10, Bake: time.Minute}, {Name: "rest", Percent: 100},
		}
		start := time.Now()
		f.must()
		f.wantStates(states{provision.StateSucceeded: 120})
		f.wantOnce()
		f.wantEvents()
		if took := time.Since(start); took < time.Hour+time.Minute || took > time.Hour+5*time.Minute {
			t.Errorf("took %v, the bakes are 1h1m", took)
		}
		counts, err := f.ledger.Counts(t.Context(), rolloutID)
		want := provision.Counts{{Wave: 1, State: "succeeded", N: 1}, {Wave: 2, State: "succeeded", N: 12}, {Wave: 3, State: "succeeded", N: 107}}
		if err != nil || !slices.Equal(counts, want) {
			t.Errorf("customers of the waves: %v, %v", counts, err)
		}
		if last := f.events[len(f.events)-1]; last.Kind != provision.EventDone || last.ToGo.Customers != 0 {
			t.Errorf("the last event is %+v", last)
		}

		// Once more: nothing is sent but the question for the workspace, nothing is written.
		f.fake.ForgetRequests()
		before := len(f.events)
		f.must()
		f.wantEvents()
		if n := len(f.fake.Requests()); n != 1 || len(f.events) != before {
			t.Errorf("a second run has sent %d requests and made %d events", n, len(f.events)-before)
		}
	})
}

func TestSummaryOfARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: "c0002", Do: workatotest.FailImport, Body: "Connector jira is not enabled"})
		r := f.rollout(f.fake.Client(t))
		if _, err := r.Run(t.Context()); err != nil {
			t.Error(err)
		}
		f.wantStates(states{})
		f.ledger = provision.Memory() // the empty rollout above has begun: its customers are fixed
		r = f.rollout(f.fake.Client(t))
		if n, err := r.Enroll(t.Context(), f.all()); n != 3 || err != nil {
			t.Fatal(n, err)
		}
		s, err := r.Run(t.Context())
		if err != nil || !s.Complete || s.Counts[provision.StateFailed] != 1 || len(s.Failures) != 1 || s.ToGo.Customers != 0 {
			t.Fatalf("%+v, %v", s, err)
		}
		if fail := s.Failures[0]; fail.Label != "c0002" || fail.Stage != provision.StageImport || !strings.Contains(fail.Reason, "Connector jira") {
			t.Errorf("%+v", fail)
		}
	})
}

func TestNewRolloutTellsAllMistakes(t *testing.T) {
	t.Parallel()
	bad := provision.Release{Name: "a", Version: "1", Package: workato.PackageBytes([]byte("z"))}
	_, err := provision.NewRollout(nil, nil, "", bad, provision.Strategy{MaxConcurrent: -1}, nil,
		provision.WithLease(0), provision.WithAttemptTimeout(-1), provision.WithLimiter(nil),
		provision.WithWorkspace(""), provision.WithImportWait(workato.ImportWaitParams{MaxWait: -1}))
	wantFields(t, err, []string{
		"rollout", "release.restart", "strategy.max_concurrent", "client", "ledger", "option", "lease", "attempt_timeout", "limiter", "workspace", "import_wait",
	})
	f := newFleet(t, 1)
	f.options = []provision.RolloutOption{provision.WithLease(time.Second), provision.WithAttemptTimeout(time.Second)}
	_, err = provision.NewRollout(f.fake.Client(t), f.ledger, "x", f.release, f.strategy, f.options...)
	wantFields(t, err, []string{"attempt_timeout"})
}

// What the customers are and what happens to them decides their state.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	const create = "imports.create"
	meets := func(op string, do workatotest.FaultKind) []workatotest.Fault {
		return []workatotest.Fault{{On: op, Do: do}}
	}
	status := func(op string, status, call, times int) workatotest.Fault {
		return workatotest.Fault{On: op, Do: workatotest.Respond, Status: status, Call: call, Times: times}
	}
	faults := func(f ...workatotest.Fault) []workatotest.Fault { return f }
	again := func(f *fleet) { // another rollout of the same
		f.must()
		f.ledger, f.events = provision.Memory(), nil
	}
	askPerson := func(f *fleet) { f.strategy.Settle.Then = provision.AskPerson }
	threeTries := func(f *fleet) { f.strategy.Retry.Max = 3 }
	byVersion := func(f *fleet) { f.release.Detect = nil }
	twoFolders := func(f *fleet) {
		if _, err := f.fake.Client(f.t).Folders.Create(f.t.Context(), f.targets[0].Customer, &workato.FolderCreateParams{Name: "Billing"}); err != nil {
			f.t.Fatal(err)
		}
	}
	const failed, succeeded, skipped, unknown = provision.StateFailed, provision.StateSucceeded, provision.StateSkipped, provision.StateUnknown
	tests := map[string]struct {
		change func(f *fleet)
		faults []workatotest.Fault
		want   provision.State
		stage  string
		reason string
		once   int // imports
	}{
		"on the release already": {again, nil, skipped, "", "already", 1},
		"gone":                   {func(f *fleet) { f.targets[0].Customer = workato.ExternalID("nobody") }, nil, skipped, "prepare", "gone", 0},
		"no folder":              {func(f *fleet) { f.release.Folder = []string{"Billing", "EU"} }, nil, failed, "prepare", "folder Billing/EU is missing", 0},
		"two folders":            {twoFolders, nil, failed, "prepare", `2 folders "Billing"`, 0},
		"no such folder id":      {func(f *fleet) { f.targets[0].FolderID = 7 }, nil, failed, "prepare", "404", 0},
		"refused":                {nil, faults(status(create, 422, 0, 0)), failed, "send", "422", 0},
		"import failed":          {nil, meets(create, workatotest.FailImport), failed, "import", "Import failed", 1},
		"response lost":          {nil, meets(create, workatotest.ResetAfter), succeeded, "", "", 1},
		"request lost":           {nil, meets(create, workatotest.ResetBefore), succeeded, "", "", 1},
		"late":                   {nil, faults(workatotest.Fault{On: create, Do: workatotest.Late, DelayMS: 90_000}), succeeded, "", "", 1},
		"server error":           {nil, faults(status(create, 503, 0, 0)), succeeded, "", "", 1},
		"page of a gateway":      {nil, meets(create, workatotest.HTMLAfter), succeeded, "", "", 1},
		"hangs":                  {nil, meets(create, workatotest.HangAfter), succeeded, "", "", 1},
		"not connected":          {nil, faults(workatotest.Fault{On: create, Do: workatotest.ConnectRefused, Times: -1}), failed, "send", "refused", 0},
		"429":                    {nil, faults(workatotest.Fault{On: create, Do: workatotest.RateLimit, RetryAfter: 600, Times: 5}), succeeded, "", "", 1},
		"polls fail":             {nil, faults(status("imports.get", 503, 0, 20)), succeeded, "", "", 1},
		"never ends":             {nil, faults(status("imports.get", 503, 0, -1)), unknown, "import", "wait", 1},
		"never ends, tries":      {threeTries, faults(status("imports.get", 503, 0, -1)), unknown, "import", "wait", 1},
		"polls are refused":      {nil, faults(status("imports.get", 403, 0, -1)), unknown, "import", "403", 1},
		"looks fail":             {nil, append(meets(create, workatotest.ResetAfter), status("recipes.list", 503, 2, 30)), succeeded, "", "", 1},
		"looks never succeed":    {nil, append(meets(create, workatotest.ResetAfter), status("recipes.list", 503, 2, -1)), unknown, "settle", "503", 1},
		"a look is refused":      {nil, append(meets(create, workatotest.ResetAfter), status("recipes.list", 403, 2, 1)), unknown, "settle", "403", 1},
		"first look fails":       {nil, faults(status("folders.list", 503, 0, -1)), failed, "prepare", "503", 0},
		"ask a person":           {askPerson, meets(create, workatotest.ResetBefore), unknown, "settle", "not known", 0},
		"opaque": {func(f *fleet) {
			again(f)
			byVersion(f)
		}, meets(create, workatotest.ResetAfter), unknown, "settle", "opaque", 2},
		"by version, seen":   {byVersion, meets(create, workatotest.ResetAfter), succeeded, "", "", 1},
		"by version, absent": {byVersion, meets(create, workatotest.ResetBefore), succeeded, "", "", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1)
				f.client = []workato.Option{fast()}
				if test.change != nil {
					test.change(f)
				}
				f.fake.Inject(test.faults...)
				ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour) // nothing goes on forever
				defer cancel()
				if err := f.run(ctx); err != nil {
					t.Fatal(err)
				}
				f.wantStates(states{test.want: 1})
				f.wantEvents()
				r := f.record(0)
				if r.Stage != test.stage || !strings.Contains(r.Reason, test.reason) || r.Retries > 0 {
					t.Errorf("stage %q, reason %q, want %q and %q; %d more tries", r.Stage, r.Reason, test.stage, test.reason, r.Retries)
				}
				if n := f.imports(0); n != test.once {
					t.Errorf("%d imports, want %d", n, test.once)
				}
			})
		})
	}
}

// A credential that is refused ends the run and no customer.
func TestUnauthorizedEndsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 5)
		f.fake.Inject(workatotest.Fault{On: "workspace.whoami", Call: 2, Times: -1, Do: workatotest.Respond, Status: 401},
			workatotest.Fault{On: "folders.list", Times: -1, Do: workatotest.Respond, Status: 401})
		if err := f.run(t.Context()); !errors.Is(err, workato.ErrUnauthorized) {
			t.Errorf("error %v", err)
		}
		f.wantStates(states{provision.StatePending: 5})
		f.fake.ClearFaults()
		// A single customer that refuses is an outcome.
		f.fake.Inject(workatotest.Fault{On: "folders.list", Customer: "c0003", Times: -1, Do: workatotest.Respond, Status: 401})
		f.must()
		f.wantStates(states{provision.StateSucceeded: 4, provision.StateFailed: 1})

		// So is any where the credential is one that may not ask for its workspace.
		f = newFleet(t, 1)
		f.options = []provision.RolloutOption{provision.WithWorkspace("4711")}
		f.fake.Inject(workatotest.Fault{On: "workspace.whoami", Times: -1, Do: workatotest.Respond, Status: 401},
			workatotest.Fault{On: "folders.list", Times: -1, Do: workatotest.Respond, Status: 401})
		f.must()
		f.wantStates(states{provision.StateFailed: 1})
	})
}
