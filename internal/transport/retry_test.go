package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestJudge is the retry table: what happened, and the decision for each
// effect.
func TestJudge(t *testing.T) {
	t.Parallel()
	reset := errors.New("connection reset")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	type verdict struct{ retry, unknown bool }
	again, stop, unknown := verdict{retry: true}, verdict{}, verdict{unknown: true}
	for _, row := range []struct {
		what           string
		set            func(*Call)
		repeat, create verdict
	}{
		{"refused here", func(c *Call) { _ = c.refuse(reset); c.Failure = reset }, stop, stop},
		{"refused here after middleware had sent", func(c *Call) { _ = c.refuse(reset); c.Failure = reset; c.flight.tried.Store(true) }, stop, unknown},
		{"no connection was got", func(c *Call) { c.Failure = reset; c.flight.asking.Store(true) }, again, again},
		{"no connection was got, but the transport is still at it", func(c *Call) {
			c.Failure = reset
			c.flight.asking.Store(true)
			c.flight.inFlight.Store(1)
		}, again, unknown},
		{"what answers the handshake speaks no TLS", func(c *Call) {
			c.Failure = tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake", Conn: new(net.TCPConn)}
			c.flight.asking.Store(true)
		}, stop, stop},
		{"a connection sent something other than TLS after the handshake", func(c *Call) {
			c.Failure = tls.RecordHeaderError{Msg: "received record with version 2f31"}
			c.flight.asking.Store(true)
			c.flight.connected.Store(true)
		}, again, unknown},
		{"the certificate is not trusted", func(c *Call) {
			c.Failure = fmt.Errorf("tls: %w", x509.UnknownAuthorityError{})
			c.flight.asking.Store(true)
		}, stop, stop},
		{"the certificate is not trusted, says a transport without events", func(c *Call) { c.Failure = x509.UnknownAuthorityError{} }, stop, unknown},
		{"the connection was lost", func(c *Call) { c.Failure = reset; c.flight.asking.Store(true); c.flight.connected.Store(true) }, again, unknown},
		{"a transport without events failed", func(c *Call) { c.Failure = reset }, again, unknown},
		{"the body could not be read", func(c *Call) { c.Failure = reset; c.uploads = &uploads{bodies: []*lazyBody{{err: errors.New("disk")}}} }, stop, stop},
		{"a cut-off 200", func(c *Call) { c.Status = 200; c.Failure = &CutOffError{Status: 200, Err: reset} }, again, unknown},
		{"a 200 longer than allowed", func(c *Call) { c.Status = 200; c.Failure = &TooLargeError{Limit: 1} }, stop, unknown},
		{"the caller's context ended under way", func(c *Call) { c.Context = ended; c.Failure = ended.Err() }, stop, unknown},
		{"the caller's context ended, nothing sent", func(c *Call) { c.Context = ended; c.Failure = ended.Err(); c.flight.asking.Store(true) }, stop, stop},
		{"200", func(c *Call) { c.Status = 200 }, stop, stop},
		{"302", func(c *Call) { c.Status = 302 }, stop, stop},
		{"400", func(c *Call) { c.Status = 400 }, stop, stop},
		{"404", func(c *Call) { c.Status = 404 }, stop, stop},
		{"408", func(c *Call) { c.Status = http.StatusRequestTimeout }, again, unknown},
		{"409", func(c *Call) { c.Status = 409 }, stop, stop},
		{"429", func(c *Call) { c.Status = http.StatusTooManyRequests }, again, again},
		{"500", func(c *Call) { c.Status = 500 }, again, unknown},
		{"501", func(c *Call) { c.Status = http.StatusNotImplemented }, stop, stop},
		{"503", func(c *Call) { c.Status = 503 }, again, unknown},
		{"the last attempt", func(c *Call) { c.Status = 429; c.Attempts = 4 }, stop, stop},
		{"429, a body that can be read once was opened", func(c *Call) {
			c.Status = 429
			c.Source = &Source{OneShot: true}
			c.uploadBegun.Store(true)
		}, stop, stop},
	} {
		for effect, want := range map[Effect]verdict{Read: row.repeat, Idempotent: row.repeat, Create: row.create} {
			call := &Call{Context: t.Context(), Effect: effect, MaxRetries: 3, Attempts: 1, flight: new(flight)}
			row.set(call)
			retry, reason := call.judge()
			got := verdict{retry: retry, unknown: call.OutcomeUnknown}
			assert.Equal(t, row.what == "200", reason == "", "%s: %s", row.what, reason)
			assert.Equal(t, want, got, "%s, effect %d", row.what, effect)
		}
	}
}

// TestWait bounds the waits between attempts.
func TestWait(t *testing.T) {
	t.Parallel()
	client := &Client{cfg: Config{MinWait: 100 * time.Millisecond, MaxWait: time.Second}}
	for attempts, ceiling := range map[int]time.Duration{
		1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 4: 800 * time.Millisecond, 5: time.Second, 1000: time.Second,
	} {
		for range 200 {
			wait, ok := (&Call{Context: t.Context(), client: client, Attempts: attempts}).wait()
			assert.True(t, ok)
			assert.GreaterOrEqual(t, wait, time.Duration(0))
			assert.LessOrEqual(t, wait, ceiling)
		}
	}
	for asked, obeyed := range map[time.Duration]bool{time.Millisecond: true, time.Second: true, time.Second + 1: false, math.MaxInt64: false} {
		wait, ok := (&Call{Context: t.Context(), client: client, Attempts: 1, RetryAfter: asked}).wait()
		assert.Equal(t, obeyed, ok, asked)
		assert.Equal(t, asked, wait)
	}
}

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"-5":                             0,
		"soon":                           0,
		"NaN":                            0,
		"2":                              2 * time.Second,
		" 2 ":                            2 * time.Second,
		"1.5":                            1500 * time.Millisecond,
		"1e300":                          math.MaxInt64,
		"+Inf":                           math.MaxInt64,
		"99999999999999999999":           math.MaxInt64,
		"Sun, 01 Mar 2026 12:00:30 GMT":  30 * time.Second,
		"Sunday, 01-Mar-26 12:00:30 GMT": 30 * time.Second,
		"Sun Mar  1 12:00:30 2026":       30 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT":  0,
	} {
		assert.Equal(t, want, ParseRetryAfter(value, now), "%q", value)
	}
}
