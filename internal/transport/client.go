// Package transport carries one API call over HTTP: attempts, retries,
// credentials bound to their origin, bounded reads. It knows HTTP but no
// resource of the API.
//
// The loop is that of go-retryablehttp with every policy replaced. A call goes
//
//	Client.Do -> retryablehttp -> http.Client -> attempt -> middleware -> sign -> transport
//
// and the response is read whole inside the attempt, so that a body that is cut
// off counts as a failed attempt.
package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Config is shared by all calls of a client.
type Config struct {
	// Base is the origin and the path prefix of the API.
	Base *url.URL
	// Transport sends requests. It is never asked to close idle connections.
	Transport http.RoundTripper
	// Middleware wraps the transport. It sees requests without credentials.
	Middleware []func(http.RoundTripper) http.RoundTripper
	// Authorize adds the credential to a request that it may change.
	Authorize func(*http.Request) error
	// Lent says that Authorize runs code of the caller, which may hang.
	Lent bool
	// MaxResponseBytes bounds the body of a response with status 2xx.
	MaxResponseBytes int64
	// MinWait and MaxWait bound the waits between attempts.
	MinWait, MaxWait time.Duration
	// Budget bounds the retries of all calls together, nil for no bound.
	Budget *Budget
}

// Client sends calls. It is safe for concurrent use.
type Client struct {
	cfg   Config
	chain http.RoundTripper // middleware down to sign, nil if there is none
	retry *retryablehttp.Client
}

// New returns a client for cfg.
func New(cfg Config) *Client {
	c := &Client{cfg: cfg}
	if len(cfg.Middleware) > 0 {
		c.chain = roundTripper(c.signCopy)
		for _, middleware := range slices.Backward(cfg.Middleware) {
			if c.chain = middleware(c.chain); c.chain == nil {
				c.chain = roundTripper(refuseAll)
			}
		}
	}
	c.retry = &retryablehttp.Client{
		// The struct hides CloseIdleConnections, which the library calls after every
		// failed call and which would empty a shared pool.
		HTTPClient:   &http.Client{Transport: roundTripper(c.attempt)},
		RetryMax:     math.MaxInt, // the number is each call's own
		CheckRetry:   checkRetry,
		Backoff:      noBackoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return c
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// shell is the request that go-retryablehttp and http.Client handle. It is not
// sent: each attempt builds its own request and body. So it can be reused when
// the call has ended.
type shell struct {
	loop retryablehttp.Request
	http http.Request
}

var shells = sync.Pool{New: func() any { return new(shell) }}

// Do executes call and stores the outcome in it.
func (c *Client) Do(call *Call) {
	call.client = c
	s, _ := shells.Get().(*shell)
	template := http.Request{Method: call.Method, URL: c.cfg.Base, Header: noHeader}
	s.http = *template.WithContext(call)
	s.loop.Request = &s.http
	// The result is in call, where the attempts put it. The library's error prints
	// whole URLs.
	resp, err := c.retry.Do(&s.loop)
	if resp != nil {
		_ = resp.Body.Close() // http.NoBody: the attempt has read and closed the real one
	}
	if err != nil && call.Failure == nil && call.Status == 0 {
		call.Failure = WithoutURL(err)
	}
	call.end()
	*s = shell{}
	shells.Put(s)
}

// request builds what one attempt sends.
func (c *Client) request(ctx context.Context, call *Call) *http.Request {
	base := c.cfg.Base
	target := &url.URL{Scheme: base.Scheme, Host: base.Host, Path: base.Path + call.Path, RawQuery: call.RawQuery}
	if call.RawPath != "" {
		target.RawPath = base.EscapedPath() + call.RawPath
	}
	if call.Stream != nil && call.Stream.URL != nil {
		target = call.Stream.URL
	}
	template := http.Request{
		Method: call.Method, URL: target, Host: target.Host, Header: call.Header.request(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	// With GetBody, net/http resends a request that it had not started to write
	// when it found the connection closed.
	switch {
	case call.Source != nil:
		call.uploads = &uploads{call: call, attempt: ctx}
		template.Body, _ = call.uploads.open() // refused only when sealed
		template.ContentLength = call.Source.Size
		if !call.Source.OneShot {
			template.GetBody = call.uploads.open
		}
	case call.JSON != nil:
		template.Body, template.ContentLength = jsonBody(call.JSON), int64(len(call.JSON))
		template.GetBody = func() (io.ReadCloser, error) { return jsonBody(call.JSON), nil }
	}
	return template.WithContext(ctx)
}

func jsonBody(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// noHeader is the shell's header: http.Client copies headers for redirects,
// which it never sees.
var noHeader = http.Header{}

// attempt is the transport of the http.Client: everything that happens for each
// attempt.
func (c *Client) attempt(req *http.Request) (*http.Response, error) {
	call := callFrom(req.Context())
	if call.flight == nil {
		call.flight = &call.first
	} else {
		call.flight = new(flight)
	}
	if call.Watch != nil && call.Watch.Limit != nil {
		// The wait is outside the attempt's time-out, and before the last response is
		// dropped: if the limiter gives up, the caller gets both.
		if err := call.Watch.Limit(call.Context); err != nil {
			err = call.refuse(&LimitError{Err: err})
			call.Failure = errors.Join(err, call.Failure)
			return nil, err
		}
	}
	// net/http fails in the same way before it asks for a connection, which would
	// count as sent.
	if err := call.Context.Err(); err != nil {
		call.Failure = errors.Join(call.refuse(err), call.Failure)
		return nil, err
	}
	call.begin()
	resp, err := c.try(call, req)
	if err != nil {
		call.Failure = err
		return nil, err
	}
	resp.Body = http.NoBody
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		// http.Client must not see it, or it would follow the redirect.
		return nil, errRedirect
	}
	return resp, nil
}

var errRedirect = errors.New("redirects are not followed")

// attemptContext is the context of one attempt. It saves a timer where the
// caller's own is set for an earlier time. The time of an upload restarts with
// its progress.
func (c *Call) attemptContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.Source != nil && c.Timeout > 0 {
		ctx, cancel := context.WithCancelCause(ctx)
		timer := time.AfterFunc(c.Timeout, func() { cancel(context.DeadlineExceeded) })
		c.patience.Store(timer)
		return ctx, func() {
			timer.Stop()
			cancel(nil)
		}
	}
	deadline, ok := ctx.Deadline()
	switch {
	case c.Timeout > 0 && (!ok || time.Until(deadline) > c.Timeout):
		return context.WithTimeout(ctx, c.Timeout)
	case c.Effect == Create:
		return context.WithCancel(ctx)
	}
	return ctx, func() {}
}

func (c *Client) try(call *Call, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if w := call.Watch; w != nil {
		w.open, w.started = true, time.Now()
		if w.Begin != nil {
			ctx = w.Begin(ctx, call.Attempts)
		}
	}
	parent := ctx
	ctx, cancel := call.attemptContext(ctx)
	defer cancel()
	flight := call.flight
	flight.Context, ctx = ctx, flight
	if call.Effect == Create {
		flight.end = cancel
		_, plain := c.cfg.Transport.(*http.Transport)
		flight.wrapped = !plain
	}
	if call.Effect != Read { // which may be retried either way
		ctx = flight.trace()
	}
	sent := c.request(ctx, call)
	if call.uploads != nil {
		defer call.uploads.seal()
	}
	resp, err := c.send(call, sent)
	switch {
	case err != nil:
	case resp == nil:
		err = errors.New("the transport returned neither a response nor an error")
	case resp.StatusCode < http.StatusOK:
		// 101 leaves a connection that is no longer HTTP, the others are nonsense.
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
		err = fmt.Errorf("status %d is not a response", resp.StatusCode)
	default:
		err = c.read(call, resp)
	}
	switch {
	case err == nil:
		return resp, nil
	case flight.again.Load():
		return nil, errAgain
	}
	ended := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	if ended && parent.Err() == nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		late := &TimeoutError{After: call.Timeout}
		var cutOff *CutOffError
		if errors.As(err, &cutOff) {
			return nil, &CutOffError{Status: cutOff.Status, Err: late}
		}
		return nil, late
	}
	return resp, err
}

// LimitError says that the limiter gave up and nothing was sent.
type LimitError struct{ Err error }

func (e *LimitError) Error() string { return "limiter: " + e.Err.Error() }

func (e *LimitError) Unwrap() error { return e.Err }

// TimeoutError says that one attempt took too long, although the caller's
// context had time left.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string { return fmt.Sprintf("no response within %v", e.After) }

// Timeout implements net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary implements net.Error.
func (e *TimeoutError) Temporary() bool { return true }

// Unwrap returns what a context would have returned.
func (e *TimeoutError) Unwrap() error { return context.DeadlineExceeded }

// send hands the request to the chain.
func (c *Client) send(call *Call, sent *http.Request) (*http.Response, error) {
	if call.Stream != nil && call.Stream.URL != nil { // nothing of the client's own is sent there
		return call.Stream.roundTrip(c.cfg.Transport, sent)
	}
	if c.chain != nil {
		return c.chain.RoundTrip(sent)
	}
	return c.sign(call, sent)
}
