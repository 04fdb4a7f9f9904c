package provisiontest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
	leasing "github.com/go-workato/workato/provision/internal/lease"
)

// A second runner is refused at once and told who is at work; it follows at once
// when the first one has given up its lease, or has died.
func testHeld(t *testing.T, s *suite) {
	ledger, lease := s.begun(1)
	second := s.open(Options{})
	for range 2 {
		start := time.Now()
		_, err := second.Acquire(t.Context(), rollout, other, ttl)
		s.want(err, provision.ErrHeld)
		var held *provision.HeldError
		if !errors.As(err, &held) || held.Owner != self || held.Rollout != rollout {
			t.Fatalf("the error does not say who works: %v", err)
		}
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("the refusal took %v", waited)
		}
		s.check(lease.Renew(t.Context()))
	}
	s.equal("owner", s.status(second).Owner, &self)
	s.check(lease.Release(t.Context()))
	if valid := lease.Valid(); valid != 0 {
		t.Errorf("a lease that was released is valid for another %v", valid)
	}
	if owner := s.status(second).Owner; owner != nil {
		t.Errorf("owner of a lease that was released: %v", owner)
	}
	taken, err := second.Acquire(t.Context(), rollout, other, ttl)
	s.check(err)
	s.equal("epoch", taken.Epoch(), lease.Epoch()+1)
	_, err = ledger.Acquire(t.Context(), rollout, self, ttl)
	s.want(err, provision.ErrHeld)
	s.check(second.Close())
	if valid := taken.Valid(); valid != 0 {
		t.Errorf("a lease of a ledger that was closed is valid for another %v", valid)
	}
	start := time.Now()
	s.acquire(s.open(Options{}))
	if waited := time.Since(start); waited > time.Second {
		t.Errorf("a dead runner was followed after %v", waited)
	}
}

// What a runner does after another one has followed is refused and leaves no
// trace.
func testFenced(t *testing.T, s *suite) {
	ledger := s.open(Options{LeaseOnly: true})
	lease := s.acquire(ledger)
	s.begin(lease, 2)
	mine := s.record(ledger, 1)
	second := s.open(Options{LeaseOnly: true})
	start := time.Now()
	taken, err := second.Acquire(t.Context(), rollout, other, ttl) // the first one is silent
	s.check(err)
	if waited := time.Since(start); waited < ttl || waited > ttl+2*time.Second {
		t.Errorf("the runner waited %v for a lease of %v", waited, ttl)
	}
	s.equal("epoch", taken.Epoch(), lease.Epoch()+1)
	if valid := lease.Valid(); valid != 0 {
		t.Errorf("the lease of before is valid for another %v", valid)
	}
	before := s.snapshot(second, taken)
	for name, write := range map[string]func() error{
		"Put":      func() error { return lease.Put(t.Context(), step(mine, provision.StateSending)) },
		"Renew":    func() error { return lease.Renew(t.Context()) },
		"Begin":    func() error { return lease.Begin(t.Context(), &header) },
		"Enroll":   func() error { _, err := lease.Enroll(t.Context(), targets(5, 5)); return err },
		"Commands": func() error { _, err := lease.Commands(t.Context()); return err },
	} {
		if err := write(); !errors.Is(err, provision.ErrFenced) {
			t.Errorf("%s: %v, want %v", name, err, provision.ErrFenced)
		}
		if valid := lease.Valid(); valid != 0 {
			t.Errorf("%s: the lease of before is valid for another %v", name, valid)
		}
	}
	s.check(lease.Release(t.Context()))
	s.equal("snapshot", s.snapshot(second, taken), before)
	s.check(taken.Put(t.Context(), step(s.record(second, 1), provision.StatePrepared)))
	s.check(taken.Release(t.Context()))
	s.check(taken.Release(t.Context()))
	s.want(taken.Put(t.Context(), step(s.record(second, 2), provision.StatePrepared)), provision.ErrFenced)
}

// Without a lock only time tells: a runner that renews is left alone, one that
// does not is followed when its lease has ended, and not before.
func testLeaseOnly(t *testing.T, s *suite) {
	ledger := s.open(Options{LeaseOnly: true})
	lease := s.acquire(ledger)
	s.begin(lease, 1)
	second := s.open(Options{LeaseOnly: true})
	var stop atomic.Bool
	ended := make(chan error, 1)
	go func() {
		var err error
		for !stop.Load() && err == nil {
			pass(t, ttl/3)
			err = lease.Renew(t.Context())
		}
		ended <- err
	}()
	for range 5 {
		_, err := second.Acquire(t.Context(), rollout, other, ttl)
		s.want(err, provision.ErrHeld)
	}
	stop.Store(true)
	s.check(<-ended)

	ctx, cancel := context.WithTimeout(t.Context(), ttl/2)
	defer cancel()
	_, err := second.Acquire(ctx, rollout, other, ttl)
	s.want(err, provision.ErrHeld)
	s.want(err, context.DeadlineExceeded)
	s.check(ledger.Close())
	start := time.Now()
	taken, err := second.Acquire(t.Context(), rollout, other, ttl)
	s.check(err)
	if waited := time.Since(start); waited < ttl || waited > ttl+2*time.Second {
		t.Errorf("the runner waited %v for a lease of %v", waited, ttl)
	}
	s.check(taken.Release(t.Context()))
	start = time.Now()
	third, err := s.open(Options{LeaseOnly: true}).Acquire(t.Context(), rollout, self, ttl)
	s.check(err)
	if waited := time.Since(start); waited > 0 {
		t.Errorf("the runner waited %v for a lease that was released", waited)
	}

	// A lease that has ended and that nobody has taken can be renewed.
	pass(t, 2*ttl)
	if valid := third.Valid(); valid != 0 {
		t.Errorf("a lease that has ended is valid for %v", valid)
	}
	s.check(third.Renew(t.Context()))
	if valid := third.Valid(); valid != ttl {
		t.Errorf("a lease just renewed is valid for %v", valid)
	}
}

// A lease lasts by the clock that says less, and a take-over looks at no wall
// clock.
func testLeaseClock(t *testing.T, s *suite) {
	jump := time.Duration(0)
	clock := func() time.Time { return time.Now().Add(jump) }
	ledger := s.open(Options{LeaseOnly: true, Clock: clock})
	lease := s.acquire(ledger)
	s.begin(lease, 1)
	s.check(lease.Renew(t.Context()))
	for name, test := range map[string]struct {
		jump, sleep, want time.Duration
	}{
		"nothing happens":            {0, 0, ttl},
		"time goes by":               {0, 20 * time.Second, 40 * time.Second},
		"the wall clock is set back": {-time.Hour, 20 * time.Second, 40 * time.Second},
		"a laptop slept":             {50 * time.Second, 0, 10 * time.Second},
		"the wall clock is set on":   {time.Hour, 0, 0},
	} {
		jump = 0
		s.check(lease.Renew(t.Context()))
		jump = test.jump
		pass(t, test.sleep)
		if got := lease.Valid(); got != test.want {
			t.Errorf("%s: valid for %v, want %v", name, got, test.want)
		}
	}
	jump = 0
	s.check(lease.Renew(t.Context()))
	for _, ahead := range []time.Duration{time.Hour, -time.Hour} {
		second := s.open(Options{LeaseOnly: true, Clock: func() time.Time { return time.Now().Add(ahead) }})
		start := time.Now()
		taken, err := second.Acquire(t.Context(), rollout, other, ttl)
		s.check(err)
		if waited := time.Since(start); waited < ttl || waited > ttl+2*time.Second {
			t.Errorf("with a clock that is %v ahead the runner waited %v", ahead, waited)
		}
		if valid := taken.Valid(); valid != ttl {
			t.Errorf("valid for %v", valid)
		}
	}
}

// pass lets time go by in the bubble.
func pass(t *testing.T, d time.Duration) {
	if err := leasing.Sleep(t.Context(), d); err != nil {
		t.Error(err)
	}
}
