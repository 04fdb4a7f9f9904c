package provision_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// resolve decides n customers in a state.
func (f *fleet) resolve(n int, state provision.State, d provision.Decision, customers ...workato.CustomerID) {
	f.t.Helper()
	which := provision.Query{States: []provision.State{state}, Customers: customers}
	if got, err := provision.Resolve(context.Background(), f.ledger, rolloutID, which, d); got != n || err != nil {
		f.t.Errorf("%s: %d customers, want %d: %v", d, got, n, err)
	}
}

// A rollout that is resumed while more customers are unknown than may fail says so,
// and does not wait for a decision without a word.
func TestResumeWithoutADecision(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 4)
		f.strategy = provision.Strategy{Settle: provision.Settle{Then: provision.AskPerson}}
		f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore})
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		for i := range 3 {
			if err := f.run(ctx); !errors.Is(err, provision.ErrPaused) || !strings.Contains(fmt.Sprint(err), "more than the tolerance allows") {
				t.Fatalf("run %d: %v", i, err)
			}
			if got := f.counts(); got[provision.StatePending]+got[provision.StatePrepared] != 3 || got[provision.StateUnknown] != 1 {
				t.Error(got)
			}
			f.resume()
		}
		f.resolve(1, provision.StateUnknown, provision.DecideAgain)
		f.must()
		f.wantStates(states{provision.StateSucceeded: 4})
		f.wantOnce()
		f.wantEvents()
	})
}

// Customers to whom the release was sent are taken to their ends, however many of
// them fail there: a pause would keep nobody from it.
func TestFailuresAtTheEndKeepNobodyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 4)
		f.strategy.Settle.Then = provision.AskPerson
		f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore, Times: -1})
		f.must()
		f.wantStates(states{provision.StateUnknown: 4})
		f.strategy = provision.Strategy{}
		f.resolve(4, provision.StateUnknown, provision.DecideImported)
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		if err := f.run(ctx); err != nil {
			t.Error(err)
		}
		f.wantStates(states{provision.StateFailed: 4})
	})
}

// A customer that a person sends back while its wave is waited for, or the gate is
// asked, has its outcome before the next wave begins.
func TestSentBackBeforeTheNextWave(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"bake", "gate"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 4)
				f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: "c0001", Do: workatotest.Respond, Status: 422})
				again := func() { f.resolve(1, provision.StateFailed, provision.DecideAgain) }
				asked := 0
				f.strategy.Waves = []provision.Wave{
					{Name: "canary", Count: 2, Bake: time.Hour, Gate: func(_ context.Context, s *provision.Summary) (provision.Verdict, error) {
						asked++
						want := 2
						if when == "gate" {
							want = 1
							again()
							time.Sleep(10 * time.Second)
						}
						if s.Counts[provision.StateSucceeded] != want {
							t.Errorf("the gate was asked with %v", s.Counts)
						}
						return provision.Proceed, nil
					}},
					{Name: "rest", Percent: 100},
				}
				if when == "bake" {
					time.AfterFunc(30*time.Minute, again)
				}
				f.must()
				f.wantStates(states{provision.StateSucceeded: 4})
				f.wantOnce()
				f.wantEvents()
				done := 0
				for _, e := range f.events {
					switch {
					case e.Kind == provision.EventCustomer && e.Wave == 1 && e.To == provision.StateSucceeded:
						done++
					case e.Wave == 2 && done < 2:
						t.Fatalf("the second wave has begun after %d of 2: %+v", done, e)
					}
				}
				if asked != 1 {
					t.Errorf("the gate was asked %d times", asked)
				}
			})
		})
	}
}

// A customer that was given up leaves the count of the failures once, and is in it
// again when it is sent back.
func TestGivenUpOnce(t *testing.T) {
	t.Parallel()
	for second, failed := range map[provision.Decision]int{provision.DecideAgain: 2, provision.DecideGiveUp: 3} {
		t.Run(string(second), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 8)
				f.strategy = provision.Strategy{
					FailureTolerance: provision.Tolerance{Count: 1}, MaxConcurrent: 1, Verify: provision.Verify{Settle: 10 * time.Minute},
				}
				f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: "c0001", Do: workatotest.Respond, Status: 422})
				for _, name := range []string{"c0003", "c0004", "c0005"} {
					f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: name, Do: workatotest.Respond, Status: 422, Times: -1})
				}
				for after, d := range map[time.Duration]provision.Decision{time.Minute: provision.DecideGiveUp, 2 * time.Minute: second} {
					time.AfterFunc(after, func() { f.resolve(1, provision.StateFailed, d, f.targets[0].Customer) })
				}
				if err := f.run(t.Context()); !errors.Is(err, provision.ErrPaused) {
					t.Error(err)
				}
				if n := f.counts()[provision.StateFailed]; n != failed {
					t.Errorf("%d customers have failed at the pause, want %d", n, failed)
				}
			})
		})
	}
}

// meeting is a ledger whose commands are seen in the moment in which a verdict or the
// end was written.
type meeting struct {
	provision.Ledger
	written chan struct{}
	is      func(*provision.Update) bool
}

type meetingLease struct {
	provision.Lease
	*meeting
}

func (m *meeting) Acquire(ctx context.Context, rollout string, owner provision.Owner, ttl time.Duration) (provision.Lease, error) {
	lease, err := m.Ledger.Acquire(ctx, rollout, owner, ttl)
	return meetingLease{lease, m}, err
}

func (l meetingLease) Put(ctx context.Context, u *provision.Update) error {
	err := l.Lease.Put(ctx, u)
	if l.is(u) {
		close(l.written)
	}
	return err
}

func (l meetingLease) Commands(ctx context.Context) ([]provision.Command, error) {
	commands, err := l.Lease.Commands(ctx)
	if len(commands) > 0 && commands[0].Kind == provision.CommandPause {
		<-l.written
	}
	return commands, err
}

// A pause that is obeyed while the verdict of a gate, or the end, is written. The race
// detector watches.
func TestPauseMeetsTheVerdict(t *testing.T) {
	t.Parallel()
	for verdict, want := range map[provision.Verdict][]error{provision.Stop: {provision.ErrAborted}, provision.Proceed: {nil, provision.ErrPaused}} {
		t.Run(string(verdict), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 3)
				f.ledger = &meeting{Ledger: f.ledger, written: make(chan struct{}), is: func(u *provision.Update) bool {
					return len(u.Waves) > 0 && u.Waves[0].Verdict == verdict
				}}
				f.strategy.Waves = []provision.Wave{{Percent: 100, Gate: func(ctx context.Context, _ *provision.Summary) (provision.Verdict, error) {
					err := provision.PauseRollout(ctx, f.ledger, rolloutID, "the CEO calls")
					time.Sleep(10 * time.Second)
					return verdict, err
				}}}
				err := f.run(t.Context())
				if !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) }) {
					t.Error(err)
				}
				f.wantStates(states{provision.StateSucceeded: 3})
			})
		})
	}
}
