package provision_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// mortal is a ledger of a process that can be killed: dead says whether it was,
// write is called before and after each write.
type mortal struct {
	provision.Ledger
	dead  func() bool
	write func(before bool)
	err   error // of a dead process, errDead if nil
}

var errDead = errors.New("the process is dead")

func (m mortal) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	l, err := m.Ledger.Acquire(ctx, rollout, o, ttl)
	return mortalLease{l, m}, err
}

func (m mortal) done(do func() error) error {
	if m.write != nil {
		m.write(true)
	}
	if m.dead() {
		return cmp.Or(m.err, errDead)
	}
	err := do()
	if m.write != nil {
		m.write(false)
	}
	if m.dead() {
		return cmp.Or(m.err, errDead)
	}
	return err
}

type mortalLease struct {
	provision.Lease
	m mortal
}

func (l mortalLease) Put(ctx context.Context, u *provision.Update) error {
	return l.m.done(func() error { return l.Lease.Put(ctx, u) })
}

func (l mortalLease) Begin(ctx context.Context, h *provision.Header) error {
	return l.m.done(func() error { return l.Lease.Begin(ctx, h) })
}

func (l mortalLease) Enroll(ctx context.Context, targets []provision.Target) (n int, err error) {
	err = l.m.done(func() (err error) {
		n, err = l.Lease.Enroll(ctx, targets)
		return err
	})
	return n, err
}

func (l mortalLease) Release(ctx context.Context) error {
	return l.m.done(func() error { return l.Lease.Release(ctx) })
}

// crashes kills a rollout to some customers before and after each of its requests,
// and returns what a second run could not put right.
func crashes(t *testing.T, f *fleet) ([]workatotest.Crash, int) {
	t.Helper()
	var memory *provision.MemoryLedger
	runs := 0
	found, err := workatotest.FindCrashes(t.Context(), f.fake, func(ctx context.Context, client *workato.Client) error {
		runs++
		handle := memory.Reopen()
		defer func() { _ = handle.Close() }()
		f.ledger = mortal{Ledger: handle, dead: func() bool { return ctx.Err() != nil }}
		if err := f.runWith(ctx, client); err != nil {
			return err
		}
		return allWell(ctx, handle, len(f.targets))
	}, workatotest.CrashSetup(func() { memory = provision.Memory() }), workatotest.CrashClient(fast()))
	if err != nil {
		t.Fatal(err)
	}
	return found, runs
}

// allWell is an error unless every customer has succeeded.
func allWell(ctx context.Context, l provision.Ledger, customers int) error {
	counts, err := l.Counts(ctx, rolloutID)
	if n := counts.ByState()[provision.StateSucceeded]; err != nil || n != customers {
		return errors.Join(err, errors.New("not all customers have succeeded"))
	}
	return nil
}

func TestRolloutKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	detectors := map[string]provision.Detector{"marker": provision.ByMarker("_release"), "version": provision.ByVersion()}
	for name, detector := range detectors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 3)
				f.release.Detect = detector
				f.strategy.Waves = []provision.Wave{{Count: 1, Bake: time.Minute}, {Percent: 100}}
				f.strategy.Verify = provision.Verify{Connections: true, Recipes: provision.Always}
				found, runs := crashes(t, f)
				for _, crash := range found {
					t.Error(crash)
				}
				t.Logf("%d calls, %d kills, differing = %d", runs/4, runs/2, len(found))
			})
		})
	}
}

// Without a settle time a lost response is a second import: the test above can
// fail.
func TestSettleZeroImportsTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1, workatotest.WithImportReads(3))
		f.strategy.Settle = provision.Settle{For: time.Nanosecond, Looks: 1}
		found, _ := crashes(t, f)
		twice := 0
		for _, crash := range found {
			if crash.Operation == "imports.create" && crash.After && strings.Contains(crash.String(), "import") {
				twice++
			}
		}
		if twice != 1 {
			t.Errorf("%d of %v kills after imports.create have led to a second import, want 1", twice, found)
		}
	})
}

// blind is a detector that never sees anything: its absence is no proof.
type blind struct{ provision.Detector }

func (blind) Look(context.Context, *workato.Client, *provision.Release, provision.Target, provision.Baseline) (provision.Sighting, error) {
	return provision.Sighting{}, nil
}

// A detector that cannot see the package leads to a second import, too.
func TestResendImportsTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		f.release.Detect = blind{provision.ByVersion()}
		found, _ := crashes(t, f)
		if len(found) == 0 {
			t.Error("no kill has led to a second import")
		}
	})
}

// The process dies before or after a write to its ledger.
func TestRolloutKilledAtEveryWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kills := 0
		for at := int64(1); ; at++ {
			f := newFleet(t, 2)
			memory := provision.Memory()
			var n atomic.Int64
			ctx, kill := context.WithCancel(t.Context())
			dead := func() bool { return n.Load() >= at }
			handle := memory.Reopen()
			f.ledger = mortal{Ledger: handle, dead: dead, write: func(bool) {
				if n.Add(1) == at {
					kill()
				}
			}}
			err := f.run(ctx)
			kill()
			if n.Load() < at {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			kills++
			if err := handle.Close(); err != nil {
				t.Fatal(err)
			}
			f.ledger = memory.Reopen()
			f.must()
			f.wantOnce()
			f.wantStates(states{provision.StateSucceeded: 2})
			f.fake.Close()
			if t.Failed() {
				t.Fatalf("killed at write %d", at)
			}
		}
		t.Logf("%d kills", kills)
	})
}

// Any fault at any call: no second import, and in the end the workspaces are as they
// are without it.
func TestRolloutMeetsEveryFault(t *testing.T) {
	t.Parallel()
	kinds := []workatotest.Fault{
		{Do: workatotest.Respond, Status: 500},
		{Do: workatotest.Respond, Status: 503},
		{Do: workatotest.RespondAfter, Status: 502},
		{Do: workatotest.RespondAfter, Status: 408},
		{Do: workatotest.HTML},
		{Do: workatotest.HTMLAfter},
		{Do: workatotest.RateLimit, RetryAfter: 90},
		{Do: workatotest.Redirect},
		{Do: workatotest.ConnectRefused},
		{Do: workatotest.ResetBefore},
		{Do: workatotest.ResetAfter},
		{Do: workatotest.Late, DelayMS: 75_000},
		{Do: workatotest.Hang},
		{Do: workatotest.HangAfter},
		{Do: workatotest.CutOff},
		{Do: workatotest.Empty},
		{Do: workatotest.Null},
		{Do: workatotest.Drip},
		{Do: workatotest.RepeatPage},
		{Do: workatotest.IDsAsStrings},
		{Do: workatotest.NullArrays},
		{Do: workatotest.UnknownEnums},
		{Do: workatotest.UnknownKeys},
		{Do: workatotest.FailImport},
		{Do: workatotest.Respond, Status: 404},
		{Do: workatotest.Respond, Status: 401},
	}
	for _, kind := range kinds {
		t.Run(fmt.Sprintf("%s %d", kind.Do, kind.Status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { meetFault(t, kind) })
		})
	}
}

func meetFault(t *testing.T, fault workatotest.Fault) {
	t.Helper()
	verify := provision.Verify{Connections: true, Recipes: provision.Always}
	undisturbed := newFleet(t, 2)
	undisturbed.strategy.Verify = verify
	undisturbed.must()
	want := undisturbed.endState()
	for _, fault.Times = range []int{1, 3} { // the client's own retries hide a single one of a read
		if fault.Status == 404 && fault.Times > 1 {
			break // who is said to be gone by two calls is gone
		}
		for fault.Call = 1; ; fault.Call++ {
			f := newFleet(t, 2)
			f.client, f.strategy.Verify = []workato.Option{fast()}, verify
			f.fake.Inject(fault)
			f.insist()
			met := f.fake.Faults()[0].Met
			if diff := want.Diff(f.endState()); len(diff) > 0 {
				t.Errorf("%v, %d times from call %d:\n%s", fault, fault.Times, fault.Call, strings.Join(diff, "\n"))
			}
			f.wantEvents()
			f.fake.Close()
			if met == 0 {
				break
			}
		}
	}
}

// endState is what the service holds, without imports that have failed.
func (f *fleet) endState() workatotest.State {
	state := f.fake.Snapshot()
	for _, c := range state.Customers {
		c.Imports = slices.DeleteFunc(c.Imports, func(i *workatotest.Import) bool { return i.Error != "" })
	}
	return state
}

// insist runs the rollout until no customer has failed, as a person would who
// looks at the failures and sends them back.
func (f *fleet) insist() {
	f.t.Helper()
	for range 5 {
		if err := f.run(f.t.Context()); err != nil {
			continue
		}
		if f.counts()[provision.StateFailed] == 0 {
			break
		}
		_, err := provision.Resolve(f.t.Context(), f.ledger, rolloutID, provision.Query{States: []provision.State{provision.StateFailed}}, provision.DecideAgain)
		if err != nil {
			f.t.Fatal(err)
		}
	}
	if n := f.counts(); n[provision.StateSucceeded]+n[provision.StateSkipped] != len(f.targets) {
		f.t.Errorf("customers by state: %v", n)
	}
}
