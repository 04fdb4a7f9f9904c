package hostile_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// gathers responds only when n requests are there at once.
func gathers(n int, body string) func(int, *http.Request) response {
	var mu sync.Mutex
	waiting, open := 0, make(chan struct{})
	return func(int, *http.Request) response {
		return response{write: func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			gate := open
			if waiting++; waiting == n {
				waiting, open = 0, make(chan struct{})
				close(gate)
			}
			mu.Unlock()
			select {
			case <-gate:
			case <-r.Context().Done():
			}
			says(200, body).write(w, r)
		}}
	}
}

// burst makes n calls at once.
func burst(t *testing.T, c *workato.Client, n int) {
	t.Helper()
	var all sync.WaitGroup
	failed := make([]error, n)
	for i := range n {
		all.Go(func() { failed[i] = typed("managed_users.get").run(t.Context(), c) })
	}
	all.Wait()
	require.NoError(t, errors.Join(failed...))
}

// countingTransport counts requests to close its idle connections.
type countingTransport struct {
	*http.Transport

	closes atomic.Int32
}

func (t *countingTransport) CloseIdleConnections() {
	t.closes.Add(1)
	t.Transport.CloseIdleConnections()
}

// TestPools: connections are reused and shared, and no goroutine outlives its
// call. It counts goroutines and runs alone.
func TestPools(t *testing.T) {
	promiseAlone(t, "does not close the caller's idle connections when calls fail", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			s := newServer(t, proto)
			shared := &countingTransport{Transport: s.transport}
			client := &http.Client{Transport: shared}
			plain := func() {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/plain", http.NoBody)
				require.NoError(t, err)
				req.Header.Set(marker, "plain")
				resp, err := client.Do(req)
				require.NoError(t, err)
				_, err = io.Copy(io.Discard, resp.Body)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
			}
			c := s.client(t, workato.WithHTTPClient(client))
			for i, f := range append(faults(), fault{name: "404", response: says(404, ``)}, fault{name: "302", response: says(302, ``)}) {
				s.respond(func(_ int, r *http.Request) response {
					if r.Header.Get(marker) == "plain" {
						return says(200, `{}`)
					}
					return f.response
				})
				_, option := marked(f.name, i)
				require.Error(t, typed("connections.list").run(t.Context(), c, option))
				require.Error(t, typed("connections.create").run(t.Context(), c, option))
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				require.Error(t, typed("connections.create").run(ctx, c, option))
			}
			plain()
			before := s.connections()
			s.respond(func(_ int, r *http.Request) response {
				if r.Header.Get(marker) == "plain" {
					return says(200, `{}`)
				}
				return says(503, ``)
			})
			require.Error(t, typed("connections.list").run(t.Context(), c))
			plain()
			require.Equal(t, before, s.connections())
			require.Zero(t, shared.closes.Load())
		})
	})

	promiseAlone(t, "makes 200 parallel calls over at most 200 connections, and 200 more over the same", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.respond(gathers(200, goodCustomer))
		c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithBaseURL(s.url)) // with the transport of its own
		require.NoError(t, err)
		burst(t, c, 200)
		require.LessOrEqual(t, s.connections(), 200)
		before := s.connections()
		burst(t, c, 200)
		require.Equal(t, before, s.connections())
	})

	promiseAlone(t, "shares one connection over HTTP/2, and one pool with derived clients", func(t *testing.T) {
		s := newServer(t, "HTTP/2")
		s.script(says(200, goodCustomer))
		c := s.client(t)
		require.NoError(t, typed("managed_users.get").run(t.Context(), c))
		s.respond(gathers(100, goodCustomer))
		burst(t, c, 100)
		derived, err := c.With(workato.WithAPIToken("other-token"))
		require.NoError(t, err)
		burst(t, derived, 100)
		require.Equal(t, 1, s.connections())
	})

	promiseAlone(t, "opens no connection after the first round of 16 calls at once, again and again", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.respond(gathers(16, goodCustomer))
		c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithBaseURL(s.url))
		require.NoError(t, err)
		burst(t, c, 16)
		first := s.connections()
		require.LessOrEqual(t, first, 16)
		for range 60 {
			burst(t, c, 16)
		}
		require.Equal(t, first, s.connections())
	})

	promiseAlone(t, "keeps the connection after chunked responses, refusals, redirects, odd successes and large errors", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		chunked := response{write: func(w http.ResponseWriter, _ *http.Request) {
			for _, piece := range strings.SplitAfter(goodCustomer, ",") {
				_, _ = io.WriteString(w, piece)
				_ = http.NewResponseController(w).Flush()
			}
		}}
		zipped := response{write: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped(goodCustomer))
		}}
		c := s.client(t)
		for i, a := range []response{
			chunked, zipped, says(404, `{"message":"Not found"}`), says(404, ``), says(401, `{}`), says(204, ``), says(200, `null`), says(200,
				`{"success":false}`), says(302, `<a>`, "Location", "/x"),
			says(400, strings.Repeat("x", 1<<20-1)), says(503, `{}`), says(429, ``), says(500, strings.Repeat("y", 1<<20)), says(200, `{"id":1}`+strings.Repeat(" ",
				3<<20)),
		} {
			s.script(a)
			_, option := marked("keep", i)
			_ = typed("managed_users.get").run(t.Context(), c, option) // with any result
			_ = typed("connections.create").run(t.Context(), c, option)
			require.Equal(t, 1, s.connections(), "after response %d", i)
		}
	})

	promiseAlone(t, "never changes the caller's http.Client, and works with an empty one", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(503, ``), says(302, ``, "Location", "/elsewhere", "Set-Cookie", "a=b"))
		asked := 0
		theirs := http.Client{Transport: s.transport, Timeout: time.Hour, CheckRedirect: func(*http.Request, []*http.Request) error { asked++; return nil }}
		given := theirs
		c := s.client(t, workato.WithHTTPClient(&given), workato.WithHook(hookFunc(func(workato.AttemptResult) {})),
			workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper { return next }))
		require.ErrorIs(t, typed("connections.list").run(t.Context(), c), workato.ErrRedirect)
		require.Same(t, theirs.Transport, given.Transport)
		require.Equal(t, theirs.Timeout, given.Timeout)
		require.Nil(t, given.Jar)
		require.Zero(t, asked, "a redirect is refused before the policy is called")

		var empty http.Client
		s.script(says(404, ``))
		require.ErrorIs(t, typed("connections.list").run(t.Context(), s.client(t, workato.WithHTTPClient(&empty))), workato.ErrNotFound)
		require.Nil(t, empty.Transport)
	})

	promiseAlone(t, "leaves no goroutine behind, however a call ends", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			before := runtime.NumGoroutine()
			t.Run("calls", func(t *testing.T) {
				s := newServer(t, proto)
				responses := []response{
					says(200, goodCustomer), hangs(), early(hangs()), early(says(401, ``)), says(302, ``, "Location", "https://evil.example"),
					floods(200, -1, "{", "x"),
				}
				for _, f := range faults() {
					responses = append(responses, f.response)
				}
				for i, a := range responses {
					s.script(a)
					for _, op := range []string{"managed_users.get", "connections.create", "connections.delete"} {
						mark, option := marked(op, i)
						ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
						_ = typed(op).run(ctx, s.client(t, workato.WithMaxResponseBytes(1<<20)), option) // the server decides
						cancel()
						_ = mark
					}
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
					_ = upload(ctx, s.client(t), workato.PackageBytes(content))
					cancel()
				}
			})
			requireGoroutines(t, before)
		})
	})

	promiseAlone(t, "needs no goroutine of its own", func(t *testing.T) {
		transport := transportFunc(func(req *http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		})
		c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithHTTPClient(&http.Client{Transport: transport}),
			workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, MinWait: time.Microsecond}))
		require.NoError(t, err)
		before := runtime.NumGoroutine()
		for range 200 {
			require.Error(t, typed("connections.list").run(t.Context(), c))
		}
		require.LessOrEqual(t, runtime.NumGoroutine(), before)
	})
}

// requireGoroutines waits until no more goroutines run than before. Those of
// net/http end a little after their connections.
func requireGoroutines(t *testing.T, limit int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > limit; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			require.Failf(t, "goroutines left behind", "%d more than before\n%s", runtime.NumGoroutine()-limit, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
