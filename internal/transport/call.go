package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Effect says what repeating the request would do.
type Effect uint8

const (
	// Read changes nothing.
	Read Effect = iota + 1
	// Idempotent leaves the same state however often it is applied.
	Idempotent
	// Create makes something new each time it is applied.
	Create
)

// Source is a request body that is not held in memory.
type Source struct {
	Open    func() (io.ReadCloser, error)
	Size    int64 // -1 if unknown
	OneShot bool  // Open works once
	Lent    bool  // Open and the reader are the caller's, and may hang
}

// Attempt says how one attempt of a call ended and what comes next.
type Attempt struct {
	Number   int
	Status   int // 0 without a response
	Header   http.Header
	Err      error
	Duration time.Duration
	Retry    bool
	Reason   string // why there is another attempt or not, empty after a success
	Wait     time.Duration
	// RetryAfter is the wait that the server asked for, 0 for none.
	RetryAfter time.Duration
}

// Call is one API call: what to send, how to handle failures and, afterwards,
// its result. It is the context of its request, so that the retry policy can
// find it: go-retryablehttp passes a policy neither the request nor, after a
// transport error, the response.
type Call struct {
	context.Context

	Method   string
	Path     string // unescaped
	RawPath  string // escaped; empty if Path needs no escaping
	RawQuery string
	Header   *Header // never holds a credential
	JSON     []byte
	Source   *Source

	Effect     Effect
	MaxRetries int
	Timeout    time.Duration // of one attempt

	// Stream takes the body of the response, nil to have it read in the attempt.
	Stream *Stream

	// Watch is notified of each attempt. It may be nil.
	Watch *Watch

	// Status, ResponseHeader and Body are the last complete response, Failure is
	// why there is none. Both are set if an attempt got a response, a retry was
	// due, and the context ended meanwhile.
	Status         int
	ResponseHeader http.Header
	Failure        error
	Attempts       int
	// OutcomeUnknown says that the request may have been carried out although
	// there is no usable response.
	OutcomeUnknown bool
	// Repeated says that an earlier attempt, which had no usable response, may
	// have been carried out.
	Repeated bool
	// BudgetSpent says that a retry was due and the budget was used up.
	BudgetSpent bool
	// RetryAfter is the wait that the last response asked for.
	RetryAfter time.Duration

	client      *Client
	body        *buffer
	flight      *flight               // of the present attempt
	first       flight                // of the first one, which needs no memory of its own
	localErr    atomic.Pointer[error] // why nothing was sent, decided by the client
	uploads     *uploads              // of the present attempt, nil without a Source
	uploadBegun atomic.Bool
	absorbing   bool                         // the limiter handles the current response
	patience    atomic.Pointer[time.Timer]   // ends a stalled upload
	sent        atomic.Pointer[http.Request] // what went out last, with the credential
	spent       []string                     // the credentials of earlier attempts
	last        *response
	absorbed    int // responses that the limiter has handled so far
}

// String keeps the content of the call out of texts: it is a context, and
// contexts get printed.
func (c *Call) String() string { return "workato.Call" }

// Format does the same for all verbs.
func (c *Call) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// response is a complete response.
type response struct {
	status     int
	header     http.Header
	body       *buffer
	retryAfter time.Duration
}

// Watch connects a call with a limiter and with observers. Each function may be
// nil.
type Watch struct {
	// Limit is called before every attempt and may wait.
	Limit func(context.Context) error
	// Begin and End surround each attempt. The context of Begin is that of the
	// attempt.
	Begin func(ctx context.Context, number int) context.Context
	End   func(Attempt)
	// Absorbs says that End reports each 429 to the limiter, which holds the next
	// attempts back.
	Absorbs bool

	started time.Time
	open    bool // between Begin and End
}

type callKey struct{}

// Value makes the call reachable through contexts derived from it.
func (c *Call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	return c.Context.Value(key)
}

func callFrom(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}

// Body returns the bytes of the last response. They are valid until Release.
func (c *Call) Body() []byte {
	if c.body == nil {
		return nil
	}
	return c.body.b
}

// Release frees the memory of the response.
func (c *Call) Release() { c.releaseBody() }

func (c *Call) releaseBody() {
	if c.body != nil {
		c.body.release()
		c.body = nil
	}
}

// flight is the state of the request of one attempt. httptrace reports it,
// possibly from a goroutine of the transport that outlives the attempt: late
// events do not affect the next attempt.
type flight struct {
	context.Context // of the attempt

	// asking and connected: the transport wants a connection, and has got one.
	// Round trips in progress are counted, because middleware may start several
	// and return before they do.
	asking, connected, tried atomic.Bool
	inFlight                 atomic.Int32

	// The rest is only for a Create. end ends the attempt if the transport is
	// about to resend a request that it has sent completely; again says that this
	// happened, free that it may resend as often as it likes.
	end                             context.CancelFunc
	wrapped                         bool // the transport may resend for its own reasons
	streamed, answered, again, free atomic.Bool
	wrote                           atomic.Int32
}

// String keeps the content of the flight out of texts.
func (f *flight) String() string { return "workato.Attempt" }

// Format does the same for all verbs.
func (f *flight) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, f.String()) }

type flightKey struct{}

// Value makes the flight reachable through contexts derived from it.
func (f *flight) Value(key any) any {
	if key == (flightKey{}) {
		return f
	}
	return f.Context.Value(key)
}

// unsent reports whether the request provably never left the process: the
// transport asked for a connection, never got one and gave up. No other event
// is proof. On HTTP/2 WroteHeaders can come after RoundTrip has returned, and a
// transport that fires no events at all proves nothing.
func (f *flight) unsent() bool {
	return f.asking.Load() && !f.connected.Load() && f.inFlight.Load() == 0
}

// trace returns the context of the request, with the events that show whether a
// connection was obtained, and, if end is set, those that show how much of the
// request was written.
func (f *flight) trace() context.Context {
	trace := &httptrace.ClientTrace{
		GetConn: func(string) {
			f.asking.Store(true)
			f.stopAgain()
		},
		GotConn: func(httptrace.GotConnInfo) {
			f.connected.Store(true)
			f.stopAgain() // GetConn may be skipped for a connection that another request opened
		},
	}
	if f.end != nil {
		trace.WroteHeaderField = func(key string, _ []string) {
			if strings.HasPrefix(key, ":") { // :method and its like are of HTTP/2
				f.streamed.Store(true)
			}
		}
		trace.WroteRequest = func(info httptrace.WroteRequestInfo) {
			if info.Err == nil && f.streamed.Load() {
				f.wrote.Store(wroteAll)
			} else {
				f.wrote.Store(wroteSome)
			}
		}
		trace.GotFirstResponseByte = func() { f.answered.Store(true) }
		trace.Got1xxResponse = func(int, textproto.MIMEHeader) error {
			f.answered.Store(false) // only announced
			return nil
		}
	}
	return httptrace.WithClientTrace(f, trace)
}

// stopAgain ends an attempt that is about to resend a request that it has sent
// completely.
func (f *flight) stopAgain() {
	if f.wrapped && f.answered.Swap(false) { // net/http is done: the transport around it resends deliberately
		f.wrote.Store(wroteNothing)
	}
	if f.end != nil && f.wrote.Load() == wroteAll && !f.free.Load() {
		f.again.Store(true)
		f.end()
	}
}

// What the transport reports about the request that it writes. Only HTTP/2
// reports all of it: over HTTP/1.1 the request is in a buffer then, and
// net/http resends a Create by itself only if no byte of it has left.
const (
	wroteNothing = iota // yet
	wroteSome
	wroteAll
)

// errAgain ends an attempt in which net/http was about to resend a Create that
// it had sent completely. Over HTTP/2 it does so by itself, with or without a
// body, when the server resets the stream with PROTOCOL_ERROR, which proves
// nothing. It also does so after REFUSED_STREAM and GOAWAY, which would be
// proof, but these look the same from here.
var errAgain = errors.New("the server reset the stream after the request was sent")

// begin sets the previous attempt aside.
func (c *Call) begin() {
	c.Attempts++
	if c.Attempts > 1 { // its response may still be shown, and the credential may change
		c.spent = slices.Compact(slices.Sorted(slices.Values(c.Secrets())))
	}
	if c.Status != 0 && c.Failure == nil {
		c.last.release()
		c.last = &response{c.Status, c.ResponseHeader, c.body, c.RetryAfter}
		c.body = nil
	}
	c.Failure = nil
	c.Status, c.ResponseHeader, c.RetryAfter = 0, nil, 0
	c.uploads = nil
	c.releaseBody()
}

// end restores the last response if later attempts had none: the caller gets
// both the failure and the last response.
func (c *Call) end() {
	if c.Failure != nil && c.Context.Err() != nil {
		if why := ContextError(c.Context); !errors.Is(c.Failure, c.Context.Err()) || !errors.Is(c.Failure, context.Cause(c.Context)) {
			c.Failure = &endedError{why: why, err: c.Failure}
		}
	}
	if c.last == nil {
		return
	}
	if c.Status != 0 {
		c.last.release()
	} else {
		c.Status, c.ResponseHeader, c.body, c.RetryAfter = c.last.status, c.last.header, c.last.body, c.last.retryAfter
	}
	c.last = nil
}

// endedError is a failure of a call whose context has ended, with the context's
// reason, which the failure does not include.
type endedError struct{ why, err error }

func (e *endedError) Error() string {
	if said := e.err.Error(); said != e.why.Error() {
		return e.why.Error() + ": " + said
	}
	return e.why.Error()
}

func (e *endedError) Unwrap() []error { return []error{e.why, e.err} }

func (a *response) release() {
	if a != nil && a.body != nil {
		a.body.release()
	}
}
