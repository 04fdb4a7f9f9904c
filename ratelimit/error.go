package ratelimit

import (
	"context"
	"fmt"
	"time"
)

// Error says that a call was not permitted. It comes from this package, not
// from the service: nothing was sent.
//
// The client wraps it: errors.Is(err, workato.ErrLimiter) and errors.As with an
// *Error both hold for the error of a call.
type Error struct {
	// Family is the quota that was used up or paused.
	Family string
	// Wait is how long the call would have had to wait, counted from the moment of
	// the error and assuming that no call ahead gives up. It is 0 if the context
	// had ended before.
	Wait time.Duration
	// Reason is what it would have waited for.
	Reason Reason
	// Err is context.DeadlineExceeded or context.Canceled, with the context's
	// cause if it has one. DeadlineExceeded comes early: as soon as it is clear
	// that the call cannot go before the deadline.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Wait <= 0 {
		return fmt.Sprintf("ratelimit: family %q: %v", e.Family, e.Err)
	}
	// Three digits are enough for a prediction.
	wait := e.Wait
	for unit := time.Microsecond; unit < wait/1000; unit *= 10 {
		wait = e.Wait.Round(unit)
	}
	return fmt.Sprintf("ratelimit: family %q: no call free for another %v: %v", e.Family, wait, e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// ended is the error of a context that has ended.
func ended(ctx context.Context) error {
	err := ctx.Err()
	//nolint:errorlint // identity is meant: a cause of the caller's own is added
	if cause := context.Cause(ctx); cause != err {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}
