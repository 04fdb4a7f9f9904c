package temporal

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/go-workato/workato"
)

// window is the time in which an activity may send an import: as long as an
// attempt ends before the server takes the activity for lost, and the workflow
// begins to look. The server counts from when it has handed the activity out, which
// it knows by its own clock, and the worker from when it has got it: the earlier
// end holds.
type window struct {
	ctx     context.Context
	attempt time.Duration
	end     time.Time // by the clock of the server, as this machine has it
	asked   atomic.Bool
}

func newWindow(ctx context.Context, attempt time.Duration) *window {
	info := activity.GetInfo(ctx)
	return &window{ctx: ctx, attempt: attempt, end: info.StartedTime.Add(info.StartToCloseTimeout)}
}

// left is how long the window is open.
func (w *window) left() time.Duration {
	left := time.Until(w.end.Round(0))
	if deadline, ok := w.ctx.Deadline(); ok {
		left = min(left, time.Until(deadline))
	}
	return left
}

// ready is asked in the last moment before an attempt leaves.
func (w *window) ready() error {
	if err := context.Cause(w.ctx); err != nil {
		return err
	}
	if w.left() < w.attempt {
		return errors.New("temporal: the activity has come too late to send: it was held up, or the clocks of this machine and of the server differ")
	}
	w.asked.Store(true)
	return nil
}

// beat tells the server each few seconds that a read goes on, so that it is
// repeated soon when its worker dies. An import has no heartbeat: it must not be
// looked for before its attempt has ended.
func beat(ctx context.Context) (stop func()) {
	interval := activity.GetInfo(ctx).HeartbeatTimeout / 3
	if interval <= 0 {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// limited makes a limiter that gives up soon.
func limited(l workato.Limiter) workato.Limiter {
	observer, ok := l.(workato.LimitObserver)
	if !ok {
		return impatient{l}
	}
	return impatientObserver{impatient{l}, observer}
}

type impatient struct{ workato.Limiter }

type impatientObserver struct {
	impatient
	workato.LimitObserver
}

type patienceKey struct{}

func withPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

// Wait implements workato.Limiter.
func (i impatient) Wait(ctx context.Context, op workato.Operation) error {
	d, ok := ctx.Value(patienceKey{}).(time.Duration)
	if !ok {
		d = patience
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return i.Limiter.Wait(ctx, op)
}

// throttles counts responses with 429 for the activity that has got them.
type throttles struct{}

type throttlesKey struct{}

func countThrottles(ctx context.Context) (context.Context, *atomic.Int32) {
	seen := new(atomic.Int32)
	return context.WithValue(ctx, throttlesKey{}, seen), seen
}

// Operation implements workato.Hook.
func (throttles) Operation(ctx context.Context, _ workato.Operation) (context.Context, func(error)) {
	return ctx, nil
}

// Attempt implements workato.Hook.
func (throttles) Attempt(ctx context.Context, _ workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, func(result workato.AttemptResult) {
		if seen, ok := ctx.Value(throttlesKey{}).(*atomic.Int32); ok && result.StatusCode == http.StatusTooManyRequests {
			seen.Add(1)
		}
	}
}
