package provision

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/go-workato/workato"
)

// Limiter paces the calls of a rollout. A *ratelimit.Limiter is one.
type Limiter interface {
	workato.Limiter
	workato.LimitObserver
	Limits
	// Charge counts calls that were sent earlier.
	Charge(op workato.Operation, sent ...time.Time)
}

// ticket goes with the request of a create, in its context.
type ticket struct {
	// granted says that the Limiter has let the next attempt go.
	granted atomic.Bool
	// ready refuses an attempt in the last moment before it is sent.
	ready func() error
	// refused says that it did or that the lease has ended, left that an attempt
	// went on its way.
	refused, left atomic.Bool
}

type ticketKey struct{}

func ticketOf(ctx context.Context) *ticket {
	t, _ := ctx.Value(ticketKey{}).(*ticket)
	return t
}

// advance is a Limiter that has granted the first attempt of an import before its
// intent was written: a runner that dies in a wait of an hour leaves nothing of
// which it would not be known whether it was sent.
type advance struct{ Limiter }

// Wait implements workato.Limiter.
func (a advance) Wait(ctx context.Context, op workato.Operation) error {
	if t := ticketOf(ctx); t != nil && t.granted.Swap(false) {
		return nil
	}
	return a.Limiter.Wait(ctx, op)
}

// charge counts what runners have sent within the last hour, and what this
// Rollout has not, because the limiter has counted that already.
func (r *Rollout) charge(ctx context.Context) error {
	sends, err := r.ledger.Sends(ctx, time.Now().Add(-time.Hour))
	if err != nil {
		return err
	}
	times := map[string][]time.Time{}
	for _, send := range sends {
		if !slices.ContainsFunc(r.own, func(at time.Time) bool { return at.Equal(send.At) }) {
			times[send.Operation] = append(times[send.Operation], send.At)
		}
	}
	for name, sent := range times {
		r.limiter.Charge(operationNamed(name), sent...)
	}
	return nil
}

// sends remembers a call, for an hour.
func (r *Rollout) sends(at time.Time) {
	r.own = append(slices.DeleteFunc(r.own, func(old time.Time) bool { return at.Sub(old) > time.Hour }), at)
}
