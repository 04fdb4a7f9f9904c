package provisiontest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
)

// otherRollout is a second one in the same ledger.
const otherRollout = "billing-2.5.0"

// refused checks that a runner of another process gets no lease, and hears so at once.
func (s *suite) refused(runner provision.Ledger, id string) {
	s.t.Helper()
	start := time.Now()
	_, err := runner.Acquire(s.t.Context(), id, other, ttl)
	s.want(err, provision.ErrHeld)
	if waited := time.Since(start); waited > time.Second {
		s.t.Errorf("the refusal took %v", waited)
	}
}

// A lease is not taken from a runner of the same process, which lives and renews it.
func testHeldHere(t *testing.T, s *suite) {
	ledger, lease := s.begun(1)
	renewed := make(chan error, 1)
	go func() {
		pass(t, ttl/3)
		renewed <- lease.Renew(t.Context())
	}()
	_, err := ledger.Acquire(t.Context(), rollout, self, ttl)
	s.want(err, provision.ErrHeld)
	s.check(<-renewed)
	s.check(lease.Put(t.Context(), step(s.record(ledger, 1), provision.StatePrepared)))
}

// One ledger has the leases of several rollouts, and none is lost because another
// one was given back or was not given out.
func testHeldTogether(t *testing.T, s *suite) {
	abandoned := s.open(Options{LeaseOnly: true}) // by a runner of which nobody can tell whether it lives
	_, err := abandoned.Acquire(t.Context(), otherRollout, provision.Owner{Host: "host-2", PID: 4713}, ttl)
	s.check(err)
	s.check(abandoned.Close())

	ledger, second := s.open(Options{}), s.open(Options{})
	var slow provision.Lease
	taken := make(chan error, 1)
	go func() {
		var err error
		slow, err = ledger.Acquire(t.Context(), otherRollout, self, ttl)
		taken <- err
	}()
	pass(t, ttl/2)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ledger.Acquire(ended, rollout, self, ttl)
	s.want(err, context.Canceled)
	s.check(<-taken)
	s.refused(second, otherRollout)
	lease := s.acquire(ledger)
	for range 2 {
		s.check(lease.Release(t.Context()))
		s.refused(second, otherRollout)
	}
	s.check(slow.Renew(t.Context()))
	s.check(slow.Release(t.Context()))
	_, err = second.Acquire(t.Context(), otherRollout, other, ttl)
	s.check(err)
}

// between returns a clock that does something when it is read for the first time after
// it was armed, which is between the last look at a lease, if any, and the write.
func between(do func()) (clock func() time.Time, arm func()) {
	armed := false
	return func() time.Time {
		if armed {
			armed = false
			do()
		}
		return time.Now()
	}, func() { armed = true }
}

// A lease that was renewed or taken in the moment after the last look at it is not taken.
func testOvertaken(t *testing.T, s *suite) {
	var lease provision.Lease
	how := map[string]func() error{
		"renewed": func() error { return lease.Renew(t.Context()) },
		"taken": func() (err error) {
			lease, err = s.open(Options{LeaseOnly: true}).Acquire(t.Context(), rollout, self, ttl)
			return err
		},
	}
	for name, overtake := range how {
		clock, arm := between(func() { s.check(overtake()) })
		first, second := s.open(Options{LeaseOnly: true, Clock: clock}), s.open(Options{LeaseOnly: true, Clock: clock})
		lease = s.acquire(first)
		arm()
		if _, err := second.Acquire(t.Context(), rollout, other, ttl); !errors.Is(err, provision.ErrHeld) {
			t.Errorf("%s: %v", name, err)
		}
		s.check(lease.Renew(t.Context()))
		s.check(lease.Release(t.Context()))
	}
}

// A lease lasts from before it was written, however long that takes: others may have
// seen it in the first moment.
func testSlowToRenew(t *testing.T, s *suite) {
	const slow = 10 * time.Second
	clock, arm := between(func() { pass(t, slow) })
	ledger := s.open(Options{Clock: clock})
	arm()
	lease := s.acquire(ledger)
	for _, what := range []string{"taken", "renewed"} {
		if valid := lease.Valid(); valid > ttl-slow {
			t.Errorf("a lease that was %s within %v is valid for another %v", what, slow, valid)
		}
		arm()
		s.check(lease.Renew(t.Context()))
	}
}

// The lock of a file tells only that a runner of the same machine, since its last start,
// has died, and only if both keep to it. Any other is waited for.
func testWhoMayHaveDied(t *testing.T, s *suite) {
	if s.store.Path == "" {
		return
	}
	for name, test := range map[string]struct {
		owner            provision.Owner
		unlocked, looser bool
		at               time.Duration
	}{
		"of this machine":         {self, false, false, 0},
		"of another one":          {provision.Owner{Host: "host-2", PID: 4711, Boot: "boot-1"}, false, false, ttl},
		"before the last start":   {provision.Owner{Host: "host-1", PID: 4711, Boot: "boot-0"}, false, false, ttl},
		"it had no lock":          {self, true, false, ttl},
		"the next one takes none": {self, false, true, ttl},
	} {
		dead := s.open(Options{LeaseOnly: test.unlocked})
		_, err := dead.Acquire(t.Context(), rollout, test.owner, ttl)
		s.check(err)
		s.check(dead.Close())
		start := time.Now()
		lease, err := s.open(Options{LeaseOnly: test.looser}).Acquire(t.Context(), rollout, other, ttl)
		s.check(err)
		if waited := time.Since(start); waited < test.at || waited > test.at+2*time.Second {
			t.Errorf("%s: followed after %v, want %v", name, waited, test.at)
		}
		s.check(lease.Release(t.Context()))
	}
}

// Who gets no lease keeps nobody out, whether because the context has ended or
// because the ledger was closed.
func testNotAcquired(t *testing.T, s *suite) {
	for _, closed := range []bool{false, true} {
		ledger := s.open(Options{})
		ctx, cancel := context.WithCancel(t.Context())
		if closed {
			s.check(ledger.Close())
		} else {
			cancel()
		}
		if _, err := ledger.Acquire(ctx, rollout, self, ttl); err == nil {
			t.Errorf("closed: %v: it has given out a lease", closed)
		}
		cancel()
		lease, err := s.open(Options{}).Acquire(t.Context(), rollout, other, ttl)
		s.check(err)
		s.check(lease.Release(t.Context()))
	}
}
