package provision_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// lent is a ledger whose leases are as a test wants them; what is nil is as it was.
type lent struct {
	provision.Ledger
	valid   func() time.Duration
	renew   func() error
	records error
	release func(ctx context.Context)
}

func (l lent) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	lease, err := l.Ledger.Acquire(ctx, rollout, o, ttl)
	return lentLease{lease, l}, err
}

func (l lent) Records(ctx context.Context, rollout string, q provision.Query) iter.Seq2[provision.Record, error] {
	if l.records != nil {
		return func(yield func(provision.Record, error) bool) { yield(provision.Record{}, l.records) }
	}
	return l.Ledger.Records(ctx, rollout, q)
}

type lentLease struct {
	provision.Lease
	l lent
}

func (l lentLease) Valid() time.Duration {
	if l.l.valid != nil {
		return l.l.valid()
	}
	return l.Lease.Valid()
}

func (l lentLease) Renew(ctx context.Context) error {
	if l.l.renew != nil {
		return l.l.renew()
	}
	return l.Lease.Renew(ctx)
}

func (l lentLease) Release(ctx context.Context) error {
	if l.l.release != nil {
		l.l.release(ctx)
	}
	return l.Lease.Release(ctx)
}

func fenced() error { return provision.ErrFenced }

// TestOnboardingFenced: a process whose lease is too short for an attempt, and was
// taken over, sends no create.
func TestOnboardingFenced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t)
		ledger := lent{Ledger: provision.Memory(), valid: func() time.Duration { return 30 * time.Second }, renew: fenced}
		if _, err := provision.Apply(t.Context(), fake.Client(t), acmePlan(), provision.WithJournal(ledger)); !errors.Is(err, provision.ErrFenced) {
			t.Errorf("error %v", err)
		}
		fake.AssertNoWrites(t)
	})
}

// TestOnboardingFencedMeanwhile: a create that is under way ends with the lease.
func TestOnboardingFencedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const valid = 61 * time.Second
		ctx, leave := context.WithCancelCause(t.Context())
		var took time.Duration
		measure := func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(req *http.Request) (*http.Response, error) {
				begun := time.Now()
				resp, err := next.RoundTrip(req)
				if req.Method == http.MethodPost {
					took = time.Since(begun)
					leave(context.Cause(req.Context()))
				}
				return resp, err
			})
		}
		fake := workatotest.New(t, workatotest.WithLatency(2*valid))
		client := fake.Client(t, workato.WithTransportMiddleware(measure), workato.WithAttemptTimeout(time.Hour))
		ledger := lent{Ledger: provision.Memory(), valid: func() time.Duration { return valid }}
		_, _ = provision.Apply(ctx, client, acmePlan(), provision.WithJournal(ledger)) // ends with the create
		if cause := context.Cause(ctx); took != valid || !errors.Is(cause, provision.ErrFenced) {
			t.Errorf("the create took %v and ended with %v", took, cause)
		}
	})
}

// TestOnboardingEndsWithItsLease: a lease is renewed long before its end, and what
// is being waited for is left when that is refused.
func TestOnboardingEndsWithItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithImportReads(1<<20))
		begun := time.Now()
		_, err := provision.Apply(t.Context(), fake.Client(t), acmePlan(), provision.WithJournal(lent{Ledger: provision.Memory(), renew: fenced}))
		if took := time.Since(begun); !errors.Is(err, provision.ErrFenced) || took > 90*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// TestOnboardingGivesItsLeaseBack: also when the journal cannot be read, and after
// the end of the context.
func TestOnboardingGivesItsLeaseBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithImportReads(1<<20))
		unreadable := errors.New("it cannot be read")
		for _, records := range []error{unreadable, nil} {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, unreadable)
			released := 0
			ledger := lent{Ledger: provision.Memory(), records: records, release: func(ctx context.Context) {
				if released++; ctx.Err() != nil {
					t.Error("it is released with a context that has ended")
				}
			}}
			_, err := provision.Apply(ctx, fake.Client(t), acmePlan(), provision.WithJournal(ledger))
			if cancel(); !errors.Is(err, unreadable) || released != 1 {
				t.Errorf("released %d times, error %v", released, err)
			}
		}
	})
}

// TestOnboardingNotesItsImports for the limiters of other processes.
func TestOnboardingNotesItsImports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := provision.Memory()
		if _, err := provision.Apply(t.Context(), workatotest.New(t).Client(t), acmePlan(), provision.WithJournal(ledger)); err != nil {
			t.Fatal(err)
		}
		sends, err := ledger.Sends(t.Context(), time.Time{})
		if err != nil || len(sends) != 1 || sends[0].Operation != "imports.create" {
			t.Errorf("%v, %v", sends, err)
		}
	})
}

// full is a ledger that has no room left for what is about to be sent.
type full struct{ provision.Ledger }

type fullLease struct{ provision.Lease }

func (l full) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	lease, err := l.Ledger.Acquire(ctx, rollout, o, ttl)
	return fullLease{lease}, err
}

func (l fullLease) Put(ctx context.Context, u *provision.Update) error {
	if len(u.Sends) > 0 {
		return errFull
	}
	return l.Lease.Put(ctx, u)
}

// TestNothingIsSentThatIsNotWrittenDown: neither by a rollout nor by an onboarding.
func TestNothingIsSentThatIsNotWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		f.ledger = full{f.ledger}
		if err := f.run(t.Context()); !errors.Is(err, errFull) {
			t.Error(err)
		}
		f.fake.AssertCalls(t, "imports.create", 0)

		fake := workatotest.New(t)
		_, err := provision.Apply(t.Context(), fake.Client(t), acmePlan(), provision.WithJournal(full{provision.Memory()}))
		if !errors.Is(err, errFull) {
			t.Error(err)
		}
		fake.AssertCalls(t, "imports.create", 0)
	})
}
