package provision_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// TestOnboardingInterrupted: whenever the context ends, a create that is under way
// is waited for and no other is begun, so that the next run need not look for the
// effect of any; and no create is sent twice.
func TestOnboardingInterrupted(t *testing.T) {
	const latency = time.Second
	plan := fullPlan()
	for after := 500 * time.Millisecond; ; after += latency {
		ended := false
		synctest.Test(t, func(t *testing.T) {
			fake, ledger := workatotest.New(t, workatotest.WithLatency(latency)), provision.Memory()
			client := fake.Client(t)
			end := time.Now().Add(after)
			ctx, cancel := context.WithDeadline(t.Context(), end)
			defer cancel()
			_, err := provision.Apply(ctx, client, plan, provision.WithJournal(ledger))
			if ended = err == nil; ended {
				return
			}
			if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, workato.ErrOutcomeUnknown) {
				t.Errorf("after %v: %v", after, err)
			}
			if late := time.Since(end); late > latency {
				t.Errorf("after %v: it went on for %v", after, late)
			}
			for r, err := range ledger.Records(t.Context(), provision.JournalID(acmeID), provision.Query{}) {
				if err != nil || r.State == provision.StateSending {
					t.Errorf("after %v: %v is %s, %v", after, r.Customer, r.State, err)
				}
			}
			if changes, err := provision.Apply(t.Context(), client, plan, provision.WithJournal(ledger)); err != nil {
				t.Errorf("after %v: the next run: %v\n%s", after, err, changes)
			}
			sent := counts(fake)
			for operation, want := range map[string]int{"managed_users.create": 1, "members.add": 1, "imports.create": 1, "connections.create": 2} {
				if sent[operation] != want {
					t.Errorf("after %v: %d times %s, want %d", after, sent[operation], operation, want)
				}
			}
		})
		if ended {
			break
		}
	}
}

// slowly is a Limiter that lets creates wait for longer than a lease lasts.
type slowly struct{}

func (slowly) Wait(ctx context.Context, op workato.Operation) error {
	if op.Effect == workato.Create {
		select {
		case <-time.After(10 * time.Minute):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// TestOnboardingWaitsForAQuota: a wait in the limiter, which may be long, does not
// use up the lease, and ends with the context.
func TestOnboardingWaitsForAQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, journal := workatotest.New(t), provision.WithJournal(provision.Memory())
		client := fake.Client(t, workato.WithLimiter(slowly{}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		_, err := provision.Apply(ctx, client, acmePlan(), journal)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > time.Minute {
			t.Errorf("after %v: %v", took, err)
		}
		fake.AssertNoWrites(t)
		if _, err := provision.Apply(t.Context(), client, acmePlan(), journal); err != nil {
			t.Error(err)
		}
	})
}

// TestOnboardingWaitsForAnAttemptAtMost: a create that was refused with 429, and waits
// for the limiter to be sent again, is left at most the time of an attempt after the end
// of the context.
func TestOnboardingWaitsForAnAttemptAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, journal := workatotest.New(t), provision.WithJournal(provision.Memory())
		fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.RateLimit, RetryAfter: 1})
		waits := 0
		again := &pacing{Limiter: limits(t), wait: func(ctx context.Context) error {
			if waits++; waits != 2 {
				return nil
			}
			<-ctx.Done()
			return context.Cause(ctx)
		}}
		client := fake.Client(t, fast(), workato.WithLimiter(again))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		_, err := provision.Apply(ctx, client, acmePlan(), journal)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 2*time.Minute+time.Second || waits != 2 {
			t.Errorf("after %v and %d waits: %v", took, waits, err)
		}
		if _, err := provision.Apply(t.Context(), client, acmePlan(), journal); err != nil {
			t.Error(err)
		}
		if n := len(fake.Snapshot().Customers[0].Imports); n != 1 {
			t.Errorf("%d imports", n)
		}
	})
}
