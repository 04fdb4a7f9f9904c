package workato

import (
	"context"
	"time"
)

// Limiter paces requests. It is called before every attempt, retries included,
// because the service counts attempts and not calls. Wait blocks until op may
// be sent, and returns an error when ctx ends first or cannot last long enough;
// then nothing is sent and the call's error wraps both ErrLimiter and the
// limiter's error.
//
// Quotas are counted per partner workspace over all customers and keys, so one
// Limiter should serve every client of a process. Package ratelimit has one
// that knows the documented quotas.
type Limiter interface {
	Wait(ctx context.Context, op Operation) error
}

// LimitObserver is implemented by a Limiter that needs to know how attempts
// ended. Observe is called after each attempt that brought a response, with its
// HTTP status and, for 429, the wait that the service asked for (0 for none).
//
// The client relies on such a Limiter to hold calls back after a 429. So a 429
// does not count as a retry of the call or against the retry budget: the call
// is resent until its deadline or, without one, up to a hundred times.
type LimitObserver interface {
	Observe(op Operation, status int, retryAfter time.Duration)
}
