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

// noBackoff leaves all waiting to checkRetry: the library tells a Backoff
// neither the call nor its context, and drops the server's last words when the
// context ends during its own wait.
func noBackoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 }

// checkRetry decides after each attempt whether there is another one, and
// waits for it. It never returns an error: that would replace the real one.
func checkRetry(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	call := callFrom(ctx)
	retry := call.judge()
	var wait time.Duration
	if retry {
		wait, retry = call.wait()
	}
	if retry && !call.client.cfg.Budget.take() {
		retry, call.BudgetSpent = false, true
	}
	if call.Failure == nil && call.Status >= 200 && call.Status < 300 {
		call.client.cfg.Budget.succeeded()
	}
	call.finish(retry, wait)
	if !retry {
		return false, nil
	}
	if err := sleep(call.Context, wait); err != nil {
		// The answer of the last attempt stays where it is: the caller gets
		// both.
		call.Failure = errors.Join(err, call.Failure)
		return false, nil
	}
	return true, nil
}

// judge applies the retry rule to the attempt that has just ended:
//
//	what happened                          Read, Idempotent   Create
//	nothing left this side: refused here   stop               stop
//	no connection, and never one: TLS      stop               stop
//	provably unsent                        again              again
//	429                                    again              again
//	other transport error, 408,
//	5xx but 501, cut-off 2xx               again              stop, outcome unknown
//	the caller's context has ended         stop               stop, unknown unless unsent
//	any other answer                       stop               stop
//
// A body that can be read only once is never sent again after it was opened.
func (c *Call) judge() bool {
	if c.localErr.Load() != nil {
		// Middleware may have sent the request before it did what was refused.
		if c.flight.tried.Load() && !c.flight.unsent() {
			c.OutcomeUnknown = c.Effect == Create
		}
		return false
	}
	unsent := c.Failure != nil && c.flight.unsent()
	ambiguous := !unsent && (c.Failure != nil || ambiguousStatus(c.Status))
	if err := c.uploads.err(); err != nil && c.Failure != nil {
		// The body never arrived whole, so it cannot have been acted upon.
		c.Failure = err
		return false
	}
	c.OutcomeUnknown = ambiguous && c.Effect == Create
	switch {
	case c.Failure != nil && c.Context.Err() != nil:
		return false
	case c.Attempts > c.MaxRetries:
		return false
	case c.Source != nil && c.Source.OneShot && c.uploadBegun.Load():
		return false
	case c.Failure != nil && permanent(c.Failure):
		return false
	case unsent:
		return true
	case c.Status == http.StatusTooManyRequests && c.Failure == nil:
		return true
	case !ambiguous || c.Effect == Create || tooLarge(c.Failure):
		return false
	}
	c.Repeated = true
	return true
}

func tooLarge(err error) bool {
	var e *TooLargeError
	return errors.As(err, &e)
}

// ambiguousStatus holds for answers after which the request may or may not
// have been carried out.
func ambiguousStatus(status int) bool {
	return status == http.StatusRequestTimeout || (status >= 500 && status != http.StatusNotImplemented)
}

// permanent holds for failures to connect that another try would meet again. A
// record that is none counts only as the first one: later it is a line that broke.
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
// the server asks for more than the cap or than the caller has time for: then
// the caller gets the answer at once instead of a late error.
func (c *Call) wait() (time.Duration, bool) {
	if c.RetryAfter > 0 {
		deadline, ok := c.Deadline()
		return c.RetryAfter, c.RetryAfter <= c.client.cfg.MaxWait && (!ok || time.Until(deadline) > c.RetryAfter)
	}
	ceiling := c.client.cfg.MaxWait
	if shift := c.Attempts - 1; shift < 30 {
		ceiling = min(ceiling, c.client.cfg.MinWait<<shift)
	}
	return rand.N(ceiling + 1), true
}

// finish reports the attempt to whoever watches.
func (c *Call) finish(retry bool, wait time.Duration) {
	w := c.Watch
	if w == nil || !w.open {
		return
	}
	w.open = false
	if w.End == nil {
		return
	}
	w.End(Attempt{
		Number: c.Attempts, Status: c.Status, Header: c.ResponseHeader, Err: c.Failure,
		Duration: time.Since(w.started), Retry: retry, Wait: wait, RetryAfter: c.RetryAfter,
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// ParseRetryAfter reads the Retry-After header: seconds, also with a fraction,
// or a date in one of the formats of HTTP. It returns 0 for a header that is
// absent, past or unreadable, and never overflows.
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
