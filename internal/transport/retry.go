package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// noBackoff leaves all waiting to checkRetry: the library passes a Backoff
// neither the call nor its context, and drops the last response when the
// context ends during its own wait.
func noBackoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 }

// checkRetry decides after each attempt whether to retry, and waits. It never
// returns an error: that would replace the real one.
func checkRetry(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	call := callFrom(ctx)
	retry, reason := call.judge()
	var wait time.Duration
	if retry {
		if wait, retry = call.wait(); !retry {
			reason = "the server asks for too long a wait"
		}
	}
	if retry && !call.absorbing && !call.client.cfg.Budget.take() {
		retry, call.BudgetSpent, reason = false, true, "the retry budget is used up"
	}
	if call.Failure == nil && call.Status >= 200 && call.Status < 300 {
		call.client.cfg.Budget.succeeded()
	}
	call.finish(Attempt{Retry: retry, Reason: reason, Wait: wait})
	if !retry {
		return false, nil
	}
	if err := Sleep(call.Context, wait); err != nil {
		// The last response is kept: the caller gets both.
		call.Failure = errors.Join(err, call.Failure)
		return false, nil
	}
	return true, nil
}

// judge applies the retry rule to the attempt that has just ended, and returns
// the reason:
//
//	what happened                          Read, Idempotent   Create
//	nothing left this side: refused here   stop               stop
//	no connection, and never one: TLS      stop               stop
//	provably unsent                        again              again
//	429                                    again              again
//	other transport error, 408,
//	5xx but 501, cut-off 2xx               again              stop, outcome unknown
//	the caller's context has ended         stop               stop, unknown unless unsent
//	any other response                       stop               stop
//
// A body that can be read only once is never resent after it was opened. A 429
// that the limiter absorbs does not count as a retry.
func (c *Call) judge() (again bool, reason string) {
	c.absorbing = false
	if c.localErr.Load() != nil {
		// Middleware may have sent the request before it did what was refused.
		if c.flight.tried.Load() && !c.flight.unsent() {
			c.OutcomeUnknown = c.Effect == Create
		}
		return false, "refused before it was sent"
	}
	unsent := c.Failure != nil && c.flight.unsent()
	ambiguous := !unsent && (c.Failure != nil || ambiguousStatus(c.Status))
	if err := c.uploads.err(); err != nil && c.Failure != nil {
		// The body never arrived completely, so it cannot have been processed.
		c.Failure = err
		return false, "the request body could not be read"
	}
	limited := c.Status == http.StatusTooManyRequests && c.Failure == nil
	c.OutcomeUnknown = ambiguous && c.Effect == Create
	switch {
	case c.Failure != nil && c.Context.Err() != nil:
		return false, "the context has ended"
	case c.Source != nil && c.Source.OneShot && c.uploadBegun.Load() && (limited || unsent || ambiguous):
		return false, "the request body can be read only once"
	case limited && c.absorbs():
		c.absorbing = true
		c.absorbed++
		return true, "rate limited"
	case c.Attempts-c.absorbed > c.MaxRetries && (limited || unsent || ambiguous):
		return false, "no retries are left"
	case c.Failure != nil && permanent(c.Failure):
		return false, "no attempt can succeed"
	case unsent:
		return true, "nothing was sent"
	case limited:
		return true, "rate limited"
	case !ambiguous && (c.Status < 300 || c.Located()):
		return false, ""
	case !ambiguous:
		return false, "the response is final"
	case tooLarge(c.Failure):
		return false, "the response is too long"
	case c.Effect == Create:
		return false, "it may have been carried out"
	}
	c.Repeated = true
	if c.Failure == nil {
		return true, "server error"
	}
	return true, "no complete response"
}

// maxAbsorbed bounds how often a call without a deadline is held back by the
// limiter after a 429.
const maxAbsorbed = 100

// absorbs reports whether the limiter handles a 429: it was notified, and holds
// the next attempt back for as long as the server asked.
func (c *Call) absorbs() bool {
	if c.Watch == nil || !c.Watch.Absorbs || c.MaxRetries == 0 {
		return false
	}
	_, bounded := c.Deadline()
	return bounded || c.absorbed < maxAbsorbed
}

func tooLarge(err error) bool {
	var e *TooLargeError
	return errors.As(err, &e)
}

// ambiguousStatus reports whether the request may or may not have been carried
// out after a response with this status.
func ambiguousStatus(status int) bool {
	return status == http.StatusRequestTimeout || (status >= 500 && status != http.StatusNotImplemented)
}

// permanent reports whether another attempt would fail to connect in the same
// way. A malformed TLS record is permanent only during the handshake;
// afterwards the connection broke.
func permanent(err error) bool {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
		record  tls.RecordHeaderError
	)
	return errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid) ||
		errors.As(err, &verify) || (errors.As(err, &record) && record.Conn != nil) || strings.Contains(err.Error(), "unsupported protocol scheme")
}

// wait returns how long to wait before the next attempt. It reports false if
// the server asks for more than the cap or the caller's deadline: then the
// caller gets the response at once instead of a late error. The cap does not
// apply to a 429 that the limiter absorbs.
func (c *Call) wait() (time.Duration, bool) {
	if c.RetryAfter > 0 {
		deadline, ok := c.Deadline()
		return c.RetryAfter, (c.absorbing || c.RetryAfter <= c.client.cfg.MaxWait) && (!ok || time.Until(deadline) > c.RetryAfter)
	}
	// The waits also grow with each 429 that the limiter absorbs, because it may
	// not hold calls back. Other failures start with the first wait.
	doublings := c.Attempts - 1
	if !c.absorbing {
		doublings -= c.absorbed
	}
	ceiling, limit := c.client.cfg.MinWait, c.client.cfg.MaxWait
	for range doublings {
		if ceiling > limit/2 {
			ceiling = limit
			break
		}
		ceiling *= 2
	}
	return rand.N(max(1, min(ceiling, limit))), true
}

// finish reports the attempt, with the decision of the retry rule, to the
// observers.
func (c *Call) finish(a Attempt) {
	w := c.Watch
	if w == nil || !w.open {
		return
	}
	w.open = false
	if w.End == nil {
		return
	}
	a.Number, a.Status, a.Header, a.Err = c.Attempts, c.Status, c.ResponseHeader, c.Failure
	a.Duration, a.RetryAfter = time.Since(w.started), c.RetryAfter
	w.End(a)
}

// Sleep waits, and returns why the context has ended if it does so first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ContextError(ctx)
	case <-timer.C:
		return nil
	}
}

// ContextError returns why ctx has ended: its Err, and the cause if it is
// different.
func ContextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || cause == nil || errors.Is(cause, err) {
		return cause
	}
	return &causeError{err: err, cause: cause}
}

type causeError struct{ err, cause error }

func (e *causeError) Error() string { return e.err.Error() + ": " + e.cause.Error() }

func (e *causeError) Unwrap() []error { return []error{e.err, e.cause} }

// ParseRetryAfter reads the Retry-After header: seconds, also with a fraction,
// or a date in one of the formats of HTTP, which is compared with now. It returns
// 0 for a header that is absent, past or unreadable, and never overflows.
func ParseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		switch {
		case math.IsNaN(seconds) || seconds <= 0:
			return 0
		case seconds >= math.MaxInt64/float64(time.Second):
			return math.MaxInt64
		}
		return time.Duration(seconds * float64(time.Second))
	}
	when, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, when.Sub(now))
}
