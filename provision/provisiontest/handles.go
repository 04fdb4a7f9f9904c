package provisiontest

import (
	"context"
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
	s.check(lease.Release(t.Context()))
	s.refused(second, otherRollout)
	s.check(slow.Renew(t.Context()))
	s.check(slow.Release(t.Context()))
	_, err = second.Acquire(t.Context(), otherRollout, other, ttl)
	s.check(err)
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
