package provision_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// TestRunKeepsItsLease: a run that polls for long renews its lease in time, outlives a
// renewal that fails, and ends with its lease.
func TestRunKeepsItsLease(t *testing.T) {
	t.Parallel()
	const ttl, end = 40 * time.Second, 10 * time.Minute
	unreachable := errors.New("the ledger cannot be reached")
	for name, test := range map[string]struct {
		fails func(renewals int) error
		want  error
		most  time.Duration
	}{
		"renewed":         {func(int) error { return nil }, context.DeadlineExceeded, end},
		"failed once":     {func(n int) error { return map[int]error{3: unreachable}[n] }, context.DeadlineExceeded, end},
		"cannot be":       {func(int) error { return unreachable }, unreachable, ttl + ttl/4},
		"was taken over":  {func(int) error { return provision.ErrFenced }, provision.ErrFenced, ttl / 4},
		"is out of reach": {func(n int) error { return map[bool]error{true: unreachable}[n > 2] }, unreachable, 2*ttl + ttl/4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1, workatotest.WithImportReads(1<<20))
				var lease provision.Lease
				renewals := 0
				memory := taking{f.ledger, &lease}
				f.ledger = lent{Ledger: memory, renew: func() error {
					renewals++
					if err := test.fails(renewals); err != nil {
						return err
					}
					return lease.Renew(t.Context())
				}}
				f.options = []provision.RolloutOption{provision.WithLease(ttl)}
				f.client = []workato.Option{workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
					return roundTrip(func(req *http.Request) (*http.Response, error) {
						if valid := lease.Valid(); name == "renewed" && valid < ttl/2 {
							t.Errorf("the lease lasts for another %v", valid)
						}
						return next.RoundTrip(req)
					})
				})}
				ctx, cancel := context.WithTimeout(t.Context(), end)
				defer cancel()
				begun := time.Now()
				if err := f.run(ctx); !errors.Is(err, test.want) {
					t.Errorf("error %v, want %v", err, test.want)
				}
				if took := time.Since(begun); took > test.most || took < test.most/2 {
					t.Errorf("it took %v, want %v", took, test.most)
				}
				if status, err := f.ledger.Status(t.Context(), rolloutID); err != nil || status.Owner != nil {
					t.Errorf("the lease was not given back: %+v, %v", status, err)
				}
			})
		})
	}
}

// TestEnrollKeepsItsLease, however long the list of customers takes.
func TestEnrollKeepsItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ttl = 40 * time.Second
		f := newFleet(t, 1)
		var lease provision.Lease
		f.ledger = taking{f.ledger, &lease}
		f.options = []provision.RolloutOption{provision.WithLease(ttl)}
		slow := func(yield func(provision.Target, error) bool) {
			for i, target := range customers(1000) {
				if target.FolderID = 1; i%100 == 0 {
					time.Sleep(ttl * 2 / 5)
				}
				if lease.Valid() == 0 {
					t.Errorf("no lease at customer %d", i)
					return
				}
				if !yield(target, nil) {
					return
				}
			}
		}
		if n, err := f.rollout(f.fake.Client(t)).Enroll(t.Context(), slow); n != 1000 || err != nil {
			t.Errorf("%d customers, %v", n, err)
		}
	})
}

// TestRolloutIsRunOnce at a time, also within a process, and one that cannot begin
// keeps nobody out.
func TestRolloutIsRunOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		memory := provision.Memory()
		f.ledger = memory
		f.fake.Inject(workatotest.Fault{On: "workspace.whoami", Do: workatotest.Respond, Status: 401})
		if err := f.run(t.Context()); !errors.Is(err, workato.ErrUnauthorized) {
			t.Error(err)
		}
		second := *f
		second.ledger = memory.Reopen()
		r := second.rollout(f.fake.Client(t))
		if _, err := r.Enroll(t.Context(), f.all()); err != nil {
			t.Fatal(err)
		}
		begun := false
		for _, err := range r.Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if begun { // it may have ended, and the events are those of before
				continue
			}
			begun = true
			start := time.Now()
			if _, err := r.Enroll(t.Context(), f.all()); !errors.Is(err, provision.ErrHeld) || time.Since(start) > 0 {
				t.Errorf("a second use of a rollout that runs: %v", err)
			}
		}
		second.wantStates(states{provision.StateSucceeded: 1})
	})
}

// frail is a ledger that fails one write, and counts those that it does after it.
type frail struct {
	provision.Ledger
	left, after *int
}

type frailLease struct {
	provision.Lease
	frail
}

func (l frail) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	lease, err := l.Ledger.Acquire(ctx, rollout, o, ttl)
	return frailLease{lease, l}, err
}

func (l frailLease) Put(ctx context.Context, u *provision.Update) error {
	*l.left--
	if *l.left == 0 {
		return errFull
	}
	err := l.Lease.Put(ctx, u)
	if *l.left < 0 && err == nil {
		*l.after++
	}
	return err
}

// TestNothingIsWrittenAfterAFailure: after a write that has failed, whichever, nothing
// is written or sent, because nobody knows what the ledger holds. The next run goes on.
func TestNothingIsWrittenAfterAFailure(t *testing.T) {
	t.Parallel()
	for write := 1; ; write++ {
		ended := false
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, 4, workatotest.WithLatency(time.Second))
			sound := f.ledger
			left, after := write, 0
			f.ledger = frail{sound, &left, &after}
			err := f.run(t.Context())
			if ended = left > 0; ended {
				return
			}
			if !errors.Is(err, errFull) || after > 0 {
				t.Errorf("write %d: %d were done after it, %v", write, after, err)
			}
			f.ledger = sound
			f.must()
			f.wantOnce()
		})
		if ended {
			break
		}
	}
}
