package provision_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

func leaseOnly(f *fleet) *provision.MemoryLedger {
	memory := provision.Memory(provision.LeaseOnly())
	f.ledger = memory
	f.options = append(f.options, provision.WithLease(40*time.Second))
	return memory
}

// Of two runners that see no lock of each other one waits, and follows when the
// other has died.
func TestTwoRunners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 60, workatotest.WithLatency(time.Second))
		f.strategy.MaxConcurrent = 5
		memory := leaseOnly(f)
		second := *f
		second.ledger, second.events = memory.Reopen(), nil
		name := provision.Owner{Host: "billing-1", PID: 7}
		f.options = append(f.options, provision.WithOwner(name))
		ctx, kill := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() {
			f.ledger = mortal{Ledger: memory, dead: func() bool { return ctx.Err() != nil }}
			first <- f.run(ctx)
		}()
		time.Sleep(30 * time.Second)
		var held *provision.HeldError
		if err := second.run(t.Context()); !errors.As(err, &held) || held.Owner != name {
			t.Errorf("a second runner: %v", err)
		}
		start := time.Now()
		kill() // with imports under way, and without giving the lease back
		if err := <-first; err == nil {
			t.Error("the first runner has reached the end")
		}
		second.events = nil
		if err := second.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited < 40*time.Second {
			t.Errorf("followed within %v of the death of the other, its lease lasts 40s", waited)
		}
		second.wantStates(states{provision.StateSucceeded: 60})
		second.wantOnce()
	})
}

// A runner that is stopped between intent and request, for longer than its lease,
// does not send when it wakes.
func TestZombie(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		memory := leaseOnly(f)
		second := *f
		second.ledger, second.events = memory.Reopen(), nil
		var asleep atomic.Bool
		f.ledger = stalled{memory, func(u *provision.Update) {
			if len(u.Sends) > 0 && !asleep.Swap(true) {
				time.Sleep(10*time.Minute + 3*time.Second) // after the intent is durable, and between two renewals
			}
		}}
		first := make(chan error, 1)
		go func() { first <- f.run(t.Context()) }()
		synctest.Wait()
		if err := second.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-first; !errors.Is(err, provision.ErrFenced) {
			t.Errorf("the first runner ended with %v", err)
		}
		if n := len(f.fake.Requests("imports.create")); n != 1 {
			t.Errorf("%d imports were sent", n)
		}
		second.wantOnce()
	})
}

// stalled is a ledger whose process is stopped after some writes: meanwhile it
// neither renews its lease nor sees that it has lost it.
type stalled struct {
	provision.Ledger
	after func(*provision.Update)
}

func (s stalled) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	l, err := s.Ledger.Acquire(ctx, rollout, o, ttl)
	return stalledLease{l, s, &atomic.Bool{}}, err
}

type stalledLease struct {
	provision.Lease
	s    stalled
	stop *atomic.Bool
}

func (l stalledLease) Put(ctx context.Context, u *provision.Update) error {
	err := l.Lease.Put(ctx, u)
	if len(u.Sends) > 0 {
		l.stop.Store(true)
		l.s.after(u)
		l.stop.Store(false)
	}
	return err
}

func (l stalledLease) Renew(ctx context.Context) error {
	if l.stop.Load() {
		return nil
	}
	return l.Lease.Renew(ctx)
}

func (l stalledLease) Commands(ctx context.Context) ([]provision.Command, error) {
	if l.stop.Load() {
		return nil, nil
	}
	return l.Lease.Commands(ctx)
}

// A runner whose lease was taken over stops, whatever it is doing.
func TestFencedRunnerStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 30, workatotest.WithLatency(time.Second))
		f.strategy.MaxConcurrent = 2
		start := time.Now()
		f.ledger = mortal{Ledger: f.ledger, err: provision.ErrFenced, dead: func() bool { return time.Since(start) > 25*time.Second }}
		if err := f.run(t.Context()); !errors.Is(err, provision.ErrFenced) {
			t.Errorf("error %v", err)
		}
		if n := f.counts()[provision.StateSucceeded]; n == 0 || n > 10 {
			t.Errorf("%v", f.counts())
		}
	})
}

// Ctrl-C: nothing is begun, what is being sent is waited for, what the service
// works at is not.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	for _, leave := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, 10, workatotest.WithImportReads(1000))
			f.strategy.MaxConcurrent = 1
			sent := make(chan struct{})
			slow := func(next http.RoundTripper) http.RoundTripper {
				return roundTrip(func(req *http.Request) (*http.Response, error) {
					resp, err := next.RoundTrip(req)
					if req.Method == http.MethodPost {
						close(sent)
						time.Sleep(30 * time.Second)
					}
					return resp, err
				})
			}
			r := f.rollout(f.fake.Client(t, workato.WithTransportMiddleware(slow)))
			if _, err := r.Enroll(t.Context(), f.all()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if !leave {
				go func() {
					<-sent
					cancel()
				}()
			}
			var last error
			start := time.Now()
			for e, err := range r.Events(ctx) {
				if last = err; leave && e.To == provision.StateSending {
					<-sent // else it may be held back in the last moment
					break
				}
			}
			if took := time.Since(start); took < 30*time.Second || took > 50*time.Second {
				t.Errorf("took %v, the response 30s", took)
			}
			if want := map[bool]error{false: context.Canceled, true: nil}[leave]; !errors.Is(last, want) {
				t.Errorf("the last error is %v, want %v", last, want)
			}
			prepared := f.counts()[provision.StatePrepared]
			f.wantStates(states{provision.StateImporting: 1, provision.StatePrepared: prepared, provision.StatePending: 9 - prepared})
			if f.counts()[provision.StatePrepared] > 2 || f.record(0).ImportID == 0 {
				t.Errorf("%v, %+v", f.counts(), f.record(0))
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// The clock of the ledger jumps at every reading, by an hour ahead and back.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 6)
		var readings atomic.Int64
		f.ledger = provision.Memory(provision.LedgerClock(func() time.Time {
			return time.Now().Add([]time.Duration{0, -time.Hour, time.Minute, -time.Minute}[readings.Add(1)%4])
		}))
		f.fake.Inject(workatotest.Fault{On: "imports.create", Times: 3, Do: workatotest.ResetAfter},
			workatotest.Fault{On: "imports.create", Times: 2, Do: workatotest.ResetBefore})
		for range 50 {
			if err := f.run(t.Context()); err == nil {
				break
			} else if !errors.Is(err, provision.ErrFenced) { // the lease ends early when a clock runs ahead
				t.Fatal(err)
			}
		}
		f.wantStates(states{provision.StateSucceeded: 6})
		f.wantOnce()
	})
}

// A run that follows within the hour charges its limiter with what was sent.
func TestLimiterIsCharged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 25, workatotest.WithQuota("imports.create", 100000))
		start := time.Now()
		for run := range 30 {
			limiter, err := ratelimit.New(ratelimit.PerHour("imports", 10))
			if err != nil {
				t.Fatal(err)
			}
			f.options = []provision.RolloutOption{provision.WithLimiter(limiter)}
			ctx, cancel := context.WithTimeout(t.Context(), 7*time.Minute)
			err = f.run(ctx)
			if err == nil {
				cancel()
				break
			}
			<-ctx.Done() // the limiter has seen before that the quota comes too late
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(run, err)
			}
			if n := f.counts()[provision.StateSending]; n > 0 {
				t.Errorf("run %d has left %d customers of which it is not known whether they were sent", run, n)
			}
		}
		f.wantStates(states{provision.StateSucceeded: 25})
		f.wantOnce()
		if took := time.Since(start); took < 2*time.Hour {
			t.Errorf("25 imports at 10 an hour took %v", took)
		}
		sent := f.fake.Requests("imports.create")
		for i := 10; i < len(sent); i++ {
			if gap := sent[i].Time.Sub(sent[i-10].Time); gap < time.Hour {
				t.Errorf("imports %d and %d are %v apart", i-10, i, gap)
			}
		}
	})
}

// Refusals with 429 are told and counted.
func TestThrottledIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 4)
		f.fake.Inject(workatotest.Fault{On: "imports.create", Times: 3, Do: workatotest.RateLimit, RetryAfter: 5})
		f.must()
		f.wantEvents()
		told := 0
		for _, e := range f.events {
			if e.Kind == provision.EventThrottled {
				told++
			}
		}
		s, err := provision.Summarize(t.Context(), f.ledger, rolloutID)
		if err != nil || told != 3 || s.Throttled != 3 || !s.Complete {
			t.Errorf("%d events, %+v, %v", told, s, err)
		}
	})
}
