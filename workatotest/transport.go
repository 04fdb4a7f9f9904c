package workatotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"syscall"
	"time"
)

var errClosed = errors.New("workatotest: server is closed")

// Transport returns a transport whose requests all go to the fake, whatever
// their host. It reports to net/http/httptrace like net/http's, fails with the
// errors of the net package, and uses no port and no goroutine, so that it
// works in a testing/synctest bubble.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ server *Server }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	r, err := t.deliver(req)
	if err != nil {
		return nil, err
	}
	return r.response(req.Context(), req, t.server.closed)
}

// deliver passes a request to the server, which executes it.
func (t transport) deliver(req *http.Request) (*reply, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	ctx := req.Context()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	trace := traceOf(ctx)
	trace.GetConn(hostPort(req))
	select {
	case <-t.server.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errClosed}
	default:
	}
	if req.URL.Host == storeHost {
		trace.GotConn(httptrace.GotConnInfo{})
		return t.server.fromStore(req), nil
	}
	x := t.server.begin(req, "https://"+storeHost)
	if x.fault.is(ConnectRefused) {
		x.finish(nil, false)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	trace.GotConn(httptrace.GotConnInfo{Reused: x.entry.Number > 1})
	body, tooLarge, err := readBody(req, t.server.options.maxBody)
	trace.WroteRequest(httptrace.WroteRequestInfo{Err: err})
	if err != nil {
		return nil, fmt.Errorf("net/http: request body: %w", err)
	}
	r := x.finish(body, tooLarge)
	t.server.lag(req.Context())
	return r, nil
}

// readBody reads a request body up to a limit. The rest of a longer one is read
// and dropped, as a server must in order to respond.
func readBody(req *http.Request, limit int64) (body []byte, tooLarge bool, err error) {
	if req.Body == nil {
		return nil, false, nil
	}
	body, err = io.ReadAll(io.LimitReader(req.Body, limit+1))
	if err != nil {
		return nil, false, err
	}
	if int64(len(body)) > limit {
		_, err = io.Copy(io.Discard, io.LimitReader(req.Body, limit))
		return nil, true, err
	}
	if req.ContentLength > 0 && int64(len(body)) != req.ContentLength {
		return nil, false, fmt.Errorf("http: ContentLength=%d with Body length %d", req.ContentLength, len(body))
	}
	return body, false, nil
}

// response delivers a reply inside the process.
func (r *reply) response(ctx context.Context, req *http.Request, closed <-chan struct{}) (*http.Response, error) {
	switch r.wire {
	case wireReset:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case wireHang:
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-closed:
			return nil, &net.OpError{Op: "read", Net: "tcp", Err: errClosed}
		}
	case wireWhole, wireCut, wireDrip:
	}
	traceOf(ctx).GotFirstResponseByte()
	// net/http requests gzip by itself and decompresses the response; a client
	// that requests it has to decompress it.
	if req.Header.Get("Accept-Encoding") != "" {
		r.compress(req.Header)
	}
	resp := &http.Response{
		Status:        fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)),
		StatusCode:    r.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        r.header,
		ContentLength: int64(len(r.body)),
		Request:       req,
	}
	body := &bodyReader{ctx: ctx, rest: r.body}
	switch r.wire {
	case wireCut:
		body.rest, body.end = r.body[:len(r.body)/2], io.ErrUnexpectedEOF
	case wireDrip:
		body.pause, body.piece = r.pause, pieceOf(r.body)
	case wireWhole, wireReset, wireHang:
	}
	resp.Body = body
	if req.Method == http.MethodHead {
		resp.Body = http.NoBody
	}
	return resp, nil
}

// pieceOf is the size of the pieces in which a body drips.
func pieceOf(body []byte) int { return len(body)/16 + 1 }

// bodyReader is the body of a response. It fails when the request's context
// ends, like a body that comes from a connection.
type bodyReader struct {
	ctx   context.Context
	rest  []byte
	end   error
	pause time.Duration
	piece int
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if b.pause > 0 && len(b.rest) > 0 {
		hold(b.ctx, b.pause, nil)
		p = p[:min(len(p), b.piece)]
	}
	if err := context.Cause(b.ctx); err != nil {
		return 0, err
	}
	if len(b.rest) == 0 {
		if b.end != nil {
			return 0, b.end
		}
		return 0, io.EOF
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close implements io.Closer.
func (b *bodyReader) Close() error {
	b.rest, b.end = nil, http.ErrBodyReadAfterClose
	return nil
}

// hostPort is the address that net/http would connect to.
func hostPort(req *http.Request) string {
	if req.URL.Port() != "" {
		return req.URL.Host
	}
	if strings.EqualFold(req.URL.Scheme, "http") {
		return net.JoinHostPort(req.URL.Hostname(), "80")
	}
	return net.JoinHostPort(req.URL.Hostname(), "443")
}

// traceOf returns the trace of a context with every hook that is used here
// set. A client reads from GetConn and GotConn whether a request can have left
// the process.
func traceOf(ctx context.Context) *httptrace.ClientTrace {
	trace := httptrace.ClientTrace{
		GetConn:              func(string) {},
		GotConn:              func(httptrace.GotConnInfo) {},
		WroteRequest:         func(httptrace.WroteRequestInfo) {},
		GotFirstResponseByte: func() {},
	}
	if set := httptrace.ContextClientTrace(ctx); set != nil {
		if set.GetConn != nil {
			trace.GetConn = set.GetConn
		}
		if set.GotConn != nil {
			trace.GotConn = set.GotConn
		}
		if set.WroteRequest != nil {
			trace.WroteRequest = set.WroteRequest
		}
		if set.GotFirstResponseByte != nil {
			trace.GotFirstResponseByte = set.GotFirstResponseByte
		}
	}
	return &trace
}
