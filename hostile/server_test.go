package hostile_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// protocols are the ones whose failures differ.
var protocols = []string{"HTTP/1.1", "HTTP/2"}

// arrival is one request as the server saw it.
type arrival struct {
	method, path, query string // path as it was on the wire
	header              http.Header
	announced           int64  // Content-Length, -1 without
	length              int64  // bytes of the body that came
	whole               bool   // the body arrived completely
	hash                string // of the body
	body                string // its first 64 KiB
}

// marker is a header that distinguishes the calls of one test.
const marker = "X-Marker"

// response is one way to handle a request. An early one does not wait for the
// body.
type response struct {
	early bool
	write func(w http.ResponseWriter, r *http.Request)
}

// server records what arrives and responds as configured.
type server struct {
	url       string
	transport *http.Transport

	// direct serves instead of the script and records nothing; for the soak.
	direct   http.HandlerFunc
	close    func() // ends all connections; called again when the test ends
	mu       sync.Mutex
	idle     sync.Cond // nothing is being handled; not a WaitGroup, which must not count up from zero while waited for
	handling int
	arrivals []*arrival
	marked   map[string][]*arrival // by marker
	accepted int
	choose   func(n int, r *http.Request) response
}

// newServer listens on loopback: plain HTTP/1.1, or HTTP/2 with TLS.
func newServer(t *testing.T, proto string) *server {
	t.Helper()
	s := new(server)
	s.idle.L = &s.mu
	h := httptest.NewUnstartedServer(s)
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.Config.ConnState = s.connState
	ctx, release := context.WithCancel(t.Context())
	h.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	if proto == "HTTP/2" {
		h.EnableHTTP2 = true
		h.StartTLS()
	} else {
		h.Start()
	}
	s.url = h.URL
	transport, ok := h.Client().Transport.(*http.Transport)
	require.True(t, ok)
	if transport.DialContext == nil { // that of Go 1.25 has none; checks wrap it
		transport.DialContext = new(net.Dialer).DialContext
	}
	s.transport = transport
	s.close = sync.OnceFunc(func() {
		release()
		transport.CloseIdleConnections()
		h.CloseClientConnections()
		h.Close()
	})
	t.Cleanup(s.close)
	return s
}

// newPipeServer speaks real HTTP over in-process pipes, so that it can run in a
// synctest bubble.
func newPipeServer(t *testing.T, proto string) *server {
	t.Helper()
	s := &server{url: "http://127.0.0.1"}
	s.idle.L = &s.mu
	pipes := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	var protocols http.Protocols
	protocols.SetHTTP1(proto == "HTTP/1.1")
	protocols.SetUnencryptedHTTP2(proto == "HTTP/2")
	ctx, release := context.WithCancel(t.Context())
	h := &http.Server{
		Handler: s, BaseContext: func(net.Listener) context.Context { return ctx }, Protocols: &protocols, ErrorLog: log.New(io.Discard, "",
			0), ConnState: s.connState,
		ReadHeaderTimeout: time.Hour,
	}
	go func() { _ = h.Serve(pipes) }()
	s.transport = &http.Transport{DialContext: pipes.dial, Protocols: &protocols}
	s.close = sync.OnceFunc(func() {
		release()
		s.transport.CloseIdleConnections()
		_ = h.Close()
		s.settle()
	})
	t.Cleanup(s.close)
	return s
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (s *server) connState(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.accepted++
	}
}

// script responds to the requests in this order; the last response is repeated.
func (s *server) script(responses ...response) {
	s.respond(func(n int, _ *http.Request) response { return responses[min(n, len(responses))-1] })
}

// respond lets a function choose; n counts the requests from 1, separately for
// each marker.
func (s *server) respond(choose func(n int, r *http.Request) response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.choose = choose
}

func (s *server) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handling += n; s.handling == 0 {
		s.idle.Broadcast()
	}
}

// settle waits until no request is being handled.
func (s *server) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.handling > 0 {
		s.idle.Wait()
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.count(1)
	defer s.count(-1)
	if s.direct != nil {
		s.direct(w, r)
		return
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	a := &arrival{method: r.Method, path: path, query: query, header: r.Header.Clone(), announced: r.ContentLength}
	mark := r.Header.Get(marker)
	s.mu.Lock()
	s.arrivals = append(s.arrivals, a)
	if s.marked == nil {
		s.marked = map[string][]*arrival{}
	}
	s.marked[mark] = append(s.marked[mark], a)
	chosen := s.choose(len(s.marked[mark]), r)
	s.mu.Unlock()
	if !chosen.early {
		s.read(a, r.Body)
	}
	chosen.write(w, r)
}

func (s *server) read(a *arrival, body io.Reader) {
	var first bytes.Buffer
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, &prefix{w: &first, left: 64 << 10}), body)
	s.mu.Lock()
	defer s.mu.Unlock()
	a.length, a.whole, a.hash, a.body = n, err == nil, hex.EncodeToString(sum.Sum(nil)), first.String()
}

type prefix struct {
	w    io.Writer
	left int
}

func (p *prefix) Write(b []byte) (int, error) {
	if n := min(len(b), p.left); n > 0 {
		p.left -= n
		_, _ = p.w.Write(b[:n])
	}
	return len(b), nil
}

// arrived returns copies of the requests so far, of all calls or of marked
// ones.
func (s *server) arrived(marks ...string) []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	chosen := s.arrivals
	if len(marks) > 0 {
		chosen = s.marked[marks[0]]
	}
	list := make([]arrival, len(chosen))
	for i, a := range chosen {
		list[i] = *a
	}
	return list
}

func (s *server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// client returns a client of the server with short waits. The given options
// take precedence.
func (s *server) client(t *testing.T, opts ...workato.Option) *workato.Client {
	t.Helper()
	return s.clientWith(t, workato.WithAPIToken("test-token"), opts...)
}

func (s *server) clientWith(t *testing.T, credential workato.Option, opts ...workato.Option) *workato.Client {
	t.Helper()
	all := append([]workato.Option{
		credential, workato.WithBaseURL(s.url), workato.WithHTTPClient(&http.Client{Transport: s.transport}),
		workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, MinWait: time.Microsecond, MaxWait: time.Second}),
	}, opts...)
	c, err := workato.NewClient(all...)
	require.NoError(t, err)
	return c
}

// says responds with a status and a body; headers are pairs of key and value.
func says(status int, body string, headers ...string) response {
	return response{write: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}}
}

// early sends a response before the body was read.
func early(a response) response {
	a.early = true
	return a
}

// resets drops the connection: a TCP reset, or a reset of the HTTP/2 stream.
func resets() response {
	return response{write: func(w http.ResponseWriter, _ *http.Request) {
		hijacker, ok := w.(http.Hijacker)
		if !ok {
			panic(http.ErrAbortHandler)
		}
		conn, _, err := hijacker.Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}}
}

// cutsOff announces more than it sends.
func cutsOff(status int, body string) response {
	return response{write: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "400")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}}
}

// hangs does not respond until the client has gone away or the test has ended:
// over HTTP/1.1 the server does not notice the former while a body is unread.
func hangs() response {
	return response{write: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
}

// transportFunc is a transport made of a function.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// deafConn fails all writes once it is broken, without notice.
type deafConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c *deafConn) Write(b []byte) (int, error) {
	if c.broken.Load() {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

// settled waits until the server is done with all requests.
func (s *server) settled() []arrival {
	s.settle()
	return s.arrived()
}
