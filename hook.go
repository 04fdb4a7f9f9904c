package workato

import (
	"context"
	"time"
)

// Hook watches calls, for metrics and traces. Its methods run in the goroutine
// of the call and must be safe for concurrent use. The returned context is that
// of the call or of the attempt and must derive from the given one; the
// returned function, which may be nil, is called at the end. Neither operation
// nor results hold a credential, an id or a body.
type Hook interface {
	// Operation surrounds a call with all its attempts and waits.
	Operation(ctx context.Context, op Operation) (context.Context, func(error))
	// Attempt surrounds one attempt; number counts from 1.
	Attempt(ctx context.Context, op Operation, number int) (context.Context, func(AttemptResult))
}

// AttemptResult says how an attempt ended and what follows.
type AttemptResult struct {
	// StatusCode is 0 if there was no response.
	StatusCode int
	// RequestID is the X-Request-Id of the response.
	RequestID string
	// Err is why there is no complete response.
	Err error
	// Duration is the time from sending to the end of the response.
	Duration time.Duration
	// WillRetry says that another attempt follows after Wait. That is the client's
	// own wait: a Limiter may hold the attempt back for longer.
	WillRetry bool
	Wait      time.Duration
	// Reason says in a few words why another attempt follows or not. It is empty
	// after a success, and meant for people: its wording may change.
	Reason string
}
