package provision_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

// TestSendsOnlyWithinItsLease: however long the write of the intent takes, the import
// leaves only while the lease outlasts an attempt.
func TestSendsOnlyWithinItsLease(t *testing.T) {
	t.Parallel()
	const ttl, attempt = 40 * time.Second, 20 * time.Second
	for stall := time.Duration(0); stall <= 2*ttl; stall += 7 * time.Second {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, 1)
			leaseOnly(f)
			var lease provision.Lease
			stalls := 0
			f.ledger = stalled{taking{f.ledger, &lease}, func(*provision.Update) {
				if stalls++; stalls == 1 {
					time.Sleep(stall)
				}
			}}
			f.options = []provision.RolloutOption{provision.WithLease(ttl), provision.WithAttemptTimeout(attempt)}
			f.fake.Before("imports.create", 1, func(workatotest.Request) {
				if valid := lease.Valid(); valid <= attempt {
					t.Errorf("stalled for %v: sent with a lease that lasts for another %v", stall, valid)
				}
			})
			f.must()
			f.wantStates(states{provision.StateSucceeded: 1})
			f.wantOnce()
		})
	}
}

// taking is a ledger that shows the lease which it gives out.
type taking struct {
	provision.Ledger
	lease *provision.Lease
}

func (l taking) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	lease, err := l.Ledger.Acquire(ctx, rollout, o, ttl)
	*l.lease = lease
	return lease, err
}

// TestSendNeedsItsLease: without a lease that outlasts an attempt not even the intent
// is written.
func TestSendNeedsItsLease(t *testing.T) {
	t.Parallel()
	unreachable := errors.New("the ledger cannot be reached")
	for want, renew := range map[error]func() error{
		unreachable:         func() error { return unreachable },
		provision.ErrFenced: func() error { return nil }, // and lasts no longer than before
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, 1)
			f.ledger = lent{Ledger: f.ledger, renew: renew, valid: func() time.Duration {
				if len(f.fake.Requests("recipes.list")) == 0 {
					return time.Hour
				}
				return 10 * time.Second // when the customer is prepared
			}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := f.run(ctx); !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
			if r := f.record(0); r.State != provision.StatePrepared || r.Attempt > 0 {
				t.Errorf("%+v", r)
			}
			f.fake.AssertCalls(t, "imports.create", 0)
		})
	}
}

// pacing is a Limiter that lets creates wait as a test wants it, and counts those
// that it is charged with.
type pacing struct {
	*ratelimit.Limiter
	wait    func(context.Context) error
	charged int
}

func (l *pacing) Wait(ctx context.Context, op workato.Operation) error {
	if op.Name != "imports.create" || l.wait == nil {
		return nil
	}
	return l.wait(ctx)
}

func (l *pacing) Charge(_ workato.Operation, sent ...time.Time) { l.charged += len(sent) }

// TestPausedBeforeTheSend: nothing is begun after a pause, even if the limiter lets it
// go in the same moment.
func TestPausedBeforeTheSend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		f.options = []provision.RolloutOption{provision.WithLimiter(&pacing{Limiter: limits(t), wait: func(ctx context.Context) error {
			err := provision.PauseRollout(t.Context(), f.ledger, rolloutID, "the CEO calls")
			<-ctx.Done()
			return err
		}})}
		if err := f.run(t.Context()); !errors.Is(err, provision.ErrPaused) {
			t.Error(err)
		}
		f.fake.AssertCalls(t, "imports.create", 0)
		f.wantStates(states{provision.StatePrepared: 1})
	})
}

// TestChargedOnce: a Rollout that is run again charges its limiter with what others
// have sent, and not with what the limiter has let go.
func TestChargedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		limiter := &pacing{Limiter: limits(t)}
		f.options = []provision.RolloutOption{provision.WithLimiter(limiter)}
		r := f.rollout(f.fake.Client(t))
		if _, err := r.Enroll(t.Context(), f.all()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := r.Run(t.Context()); err != nil || limiter.charged != 0 {
				t.Errorf("charged with %d, %v", limiter.charged, err)
			}
		}
		if _, err := f.rollout(f.fake.Client(t)).Run(t.Context()); err != nil || limiter.charged != 2 {
			t.Errorf("another one is charged with %d, %v", limiter.charged, err)
		}
	})
}

// TestSendIsHeldBackAtLast: a context that ends when the intent is written keeps the
// import back.
func TestSendIsHeldBackAtLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		f.ledger = stalled{f.ledger, func(*provision.Update) { cancel() }}
		if err := f.run(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		f.fake.AssertCalls(t, "imports.create", 0)
		f.wantStates(states{provision.StatePrepared: 1})
	})
}

// failedImport is the response to an import that has failed at once.
const failedImport = `{"id":4711,"status":"failed","error":"no more space"}`

// TestRunEndsWhileSending: what an import has come to when the context ends on its way
// is written down. Nothing is repeated.
func TestRunEndsWhileSending(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault workatotest.Fault
		want  provision.State
		stage string
	}{
		"imported": {workatotest.Fault{}, provision.StateImporting, ""},
		"failed":   {workatotest.Fault{Do: workatotest.Respond, Status: 200, Body: failedImport}, provision.StateFailed, provision.StageImport},
		"refused":  {workatotest.Fault{Do: workatotest.Respond, Status: 422}, provision.StatePrepared, ""},
		"lost":     {workatotest.Fault{Do: workatotest.ResetAfter}, provision.StateSending, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1, workatotest.WithImportReads(0))
				if test.fault.On = "imports.create"; test.fault.Do != "" {
					f.fake.Inject(test.fault)
				}
				ctx, cancel := context.WithCancel(t.Context())
				f.fake.Before("imports.create", 1, func(workatotest.Request) {
					cancel()
					time.Sleep(10 * time.Second)
				})
				if err := f.run(ctx); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				f.wantStates(states{test.want: 1})
				if r := f.record(0); r.Stage != test.stage || r.Attempt != 1 {
					t.Errorf("%+v", r)
				}
				for _, e := range f.events {
					if e.Kind == provision.EventCustomer && e.From == e.To {
						t.Errorf("it has not moved: %+v", e)
					}
				}
			})
		})
	}
}

// TestSendWaitsForItsLeaseAtMost: an import that was refused with 429, and waits for
// the limiter, is handed back when the lease of the attempt ends, and within the time of
// an attempt when the context has ended. Else nobody could tell of a runner that dies
// meanwhile whether it has sent it.
func TestSendWaitsForItsLeaseAtMost(t *testing.T) {
	t.Parallel()
	const ttl, attempt = 3 * time.Minute, time.Minute
	for end, most := range map[time.Duration]time.Duration{10 * time.Second: attempt + 10*time.Second, time.Hour: ttl} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, 1)
			waits := 0
			f.options = []provision.RolloutOption{
				provision.WithLease(ttl), provision.WithAttemptTimeout(attempt),
				provision.WithLimiter(&pacing{Limiter: limits(t), wait: func(ctx context.Context) error {
					if waits++; waits == 1 {
						return nil
					}
					<-ctx.Done()
					return context.Cause(ctx)
				}}),
			}
			f.client = []workato.Option{fast()}
			f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.RateLimit, RetryAfter: 1})
			ctx, cancel := context.WithTimeout(t.Context(), end)
			defer cancel()
			if err := f.run(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			var sent time.Time
			for e, err := range f.ledger.Events(t.Context(), rolloutID, 0) {
				switch {
				case err != nil:
					t.Fatal(err)
				case e.To == provision.StateSending:
					sent = e.Time
				case e.From == provision.StateSending && (e.To != provision.StatePrepared || e.Time.Sub(sent) > most):
					t.Errorf("%v after %v, want at most %v", e.To, e.Time.Sub(sent), most)
				}
			}
			f.wantStates(states{provision.StatePrepared: 1})
			if waits < 2 {
				t.Error("the 429 was not met")
			}
		})
	}
}

// TestFewestLooks: an import that was just sent is not polled at once, and a release
// that the detector has seen is not looked for again.
func TestFewestLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		f.strategy.Verify.Recipes = provision.Always
		f.must()
		sent, polled := f.fake.Requests("imports.create")[0].Time, f.fake.Requests("imports.get")[0].Time
		if wait := polled.Sub(sent); wait < time.Second {
			t.Errorf("polled after %v", wait)
		}

		f = newFleet(t, 1, workatotest.WithImportReads(0))
		f.strategy.Verify.Recipes = provision.Always
		f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter})
		f.must()
		f.wantStates(states{provision.StateSucceeded: 1})
		f.fake.AssertCalls(t, "recipes.list", 1+2) // of a folder before the import; of two after its response was lost
	})
}
