package hostile_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// fault is a way to lose or spoil a response after which it is unknown whether
// the request was executed.
type fault struct {
	name     string
	response response
	status   int // that the error names, 0 for none
}

func faults() []fault {
	return []fault{
		{"connection reset after the headers", early(resets()), 0},
		{"connection reset after the request was applied", resets(), 0},
		{"2xx with a body that is cut off", cutsOff(200, `{"id": 4711, "nam`), 200},
		{"2xx with no body at all but a length", cutsOff(201, ``), 201},
		{"500 with JSON", says(500, `{"message":"Server error","id":"11111111-2222"}`), 500},
		{"502 with HTML", says(502, `<html><head><title>502 Bad Gateway</title></head></html>`, "Content-Type", "text/html"), 502},
		{"503", says(503, `{"message":"maintenance"}`), 503},
		{"503 with Retry-After", says(503, `{"message":"maintenance"}`, "Retry-After", "0.001"), 503},
		{"504 without a body", says(504, ``), 504},
		{"408", says(408, `{"message":"Request timeout"}`), 408},
		{"599, a non-standard status", says(599, `?`), 599},
	}
}

// TestDuplicates: no write is sent twice unless that is safe. Effects are those
// of workato.Operations; every operation is driven, by its typed method and by
// Client.Do.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	promise(t, "sends a create whose response is lost once, and says that the outcome is unknown", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for _, f := range faults() {
				t.Run(f.name, func(t *testing.T) {
					s := newServer(t, proto)
					s.script(f.response)
					c := s.client(t)
					for i, call := range operations(workato.Create) {
						mark, option := marked(call.name, i)
						err := call.run(t.Context(), c, option)
						require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
						require.Len(t, s.arrived(mark), 1, call.name)
						require.Contains(t, err.Error(), "outcome is unknown", "the text says so too")
						if f.status >= 300 {
							var apiErr *workato.APIError
							require.ErrorAs(t, err, &apiErr)
							require.Equal(t, f.status, apiErr.StatusCode)
							require.True(t, apiErr.OutcomeUnknown)
						}
					}
				})
			}
		})
	})

	promise(t, "counts a create as sent when the server hangs up after its first byte", func(t *testing.T) {
		for i, call := range operations(workato.Create) {
			var accepted atomic.Int32
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					accepted.Add(1)
					_, _ = io.ReadFull(conn, make([]byte, 1))
					if tcp, ok := conn.(*net.TCPConn); ok {
						_ = tcp.SetLinger(0)
					}
					_ = conn.Close()
				}
			}()
			s := &server{url: "http://" + listener.Addr().String(), transport: &http.Transport{}}
			_, option := marked(call.name, i)
			err = call.run(t.Context(), s.client(t), option)
			require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
			require.EqualValues(t, 1, accepted.Load(), call.name)
			require.NoError(t, listener.Close())
		}
	})

	promise(t, "retries reads and idempotent writes after every one of these failures, and then gives up", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for _, f := range faults() {
				t.Run(f.name, func(t *testing.T) {
					s := newServer(t, proto)
					s.script(f.response)
					c := s.client(t)
					calls := operations(workato.Read, workato.Idempotent)
					require.NotEmpty(t, calls)
					for i, call := range calls {
						if call.isDownload() && f.status/100 == 2 {
							continue // half of an object is not the beginning of a package
						}
						mark, option := marked(call.name, i)
						var meta workato.ResponseMeta
						err := call.run(t.Context(), c, option, workato.WithResponse(&meta))
						require.Error(t, err, call.name)
						require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "a retry would have done no harm")
						require.Equal(t, 4, meta.Attempts, call.name)
						// net/http itself may send a GET again on a connection that was reused.
						require.GreaterOrEqual(t, len(s.arrived(mark)), 4, call.name)
					}
				})
			}
		})
	})

	promise(t, "succeeds with reads and idempotent writes when the third attempt gets a response", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for _, f := range faults() {
				if f.status == 0 {
					continue // net/http may also retry a reset GET, which shifts the count
				}
				s := newServer(t, proto)
				c := s.client(t)
				for i, call := range operations(workato.Read, workato.Idempotent) {
					if call.isDownload() && f.status/100 == 2 {
						continue // half of an object is not the beginning of a package
					}
					s.script(f.response, f.response, says(200, call.good))
					mark, option := marked(call.name, i)
					var meta workato.ResponseMeta
					require.NoError(t, call.run(t.Context(), c, option, workato.WithResponse(&meta)), call.name)
					require.Len(t, s.arrived(mark), 3, call.name)
					require.Equal(t, 3, meta.Attempts)
				}
			}
		})
	})

	promise(t, "resends a create when it provably never left: no connection, no TLS", func(t *testing.T) {
		for name, broken := range map[string]func(ctx context.Context, network, addr string) (net.Conn, error){
			"refused": func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("connection refused") },
			"no name": func(context.Context, string, string) (net.Conn, error) { return nil, &net.DNSError{IsTemporary: true} },
			"half TLS": func(context.Context, string, string) (net.Conn, error) {
				here, there := net.Pipe()
				return here, there.Close()
			},
		} {
			t.Run(name, func(t *testing.T) {
				for i, call := range operations(workato.Create) {
					s := newServer(t, "HTTP/2")
					s.script(says(200, call.good))
					transport := s.transport.Clone()
					working, dials := transport.DialContext, 0
					transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						if dials++; dials <= 2 {
							return broken(ctx, network, addr)
						}
						return working(ctx, network, addr)
					}
					s.transport = transport
					mark, option := marked(call.name, i)
					var meta workato.ResponseMeta
					require.NoError(t, call.run(t.Context(), s.client(t), option, workato.WithResponse(&meta)), call.name)
					require.Len(t, s.arrived(mark), 1)
					require.Equal(t, 3, meta.Attempts)
					transport.CloseIdleConnections()
				}
			})
		}
	})

	promise(t, "does not call the outcome unknown when no attempt ever left", func(t *testing.T) {
		s := &server{url: "https://127.0.0.1:1", transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("connection refused")
		}}}
		for _, call := range operations(workato.Create) {
			err := call.run(t.Context(), s.client(t))
			require.ErrorContains(t, err, "connection refused", call.name)
			require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
		}
	})

	promise(t, "does not retry after a certificate error", func(t *testing.T) {
		s := newServer(t, "HTTP/2")
		s.script(says(200, goodPlain))
		s.transport = &http.Transport{} // knows nothing of the test's authority
		var meta workato.ResponseMeta
		err := typed("folders.create").run(t.Context(), s.client(t), workato.WithResponse(&meta))
		require.ErrorContains(t, err, "certificate")
		require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.Equal(t, 1, meta.Attempts)
		require.Empty(t, s.arrived())
	})

	promise(t, "treats a transport without trace events as possibly sent", func(t *testing.T) {
		for _, call := range operations(workato.Create) {
			sends := 0
			s := &server{url: "https://127.0.0.1:1"}
			err := call.run(t.Context(), s.client(t, workato.WithHTTPClient(&http.Client{
				Transport: transportFunc(func(*http.Request) (*http.Response, error) {
					sends++
					return nil, errors.New("it broke")
				}),
			})))
			require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
			require.Equal(t, 1, sends, call.name)
		}
	})

	promise(t, "treats a request as possibly sent when a middleware gives up before the transport does", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodPlain))
		dialing, gaveUp, sent := make(chan struct{}), make(chan struct{}), make(chan struct{})
		transport := s.transport.Clone()
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			close(dialing)
			<-gaveUp
			return dial(context.WithoutCancel(ctx), network, addr)
		}
		s.transport = transport
		tries := 0
		c := s.client(t, workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return transportFunc(func(req *http.Request) (*http.Response, error) {
				if tries++; tries > 1 {
					return nil, errors.New("too slow again")
				}
				go func() {
					defer close(sent)
					if resp, err := next.RoundTrip(req); err == nil {
						_ = resp.Body.Close()
					}
				}()
				<-dialing
				return nil, errors.New("too slow for me")
			})
		}))
		err := typed("folders.create").run(t.Context(), c)
		close(gaveUp)
		<-sent
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.Equal(t, 1, tries)
		transport.CloseIdleConnections()
	})

	promise(t, "keeps the outcome unknown when a middleware sends a create and then tries a third-party host", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(resets())
		c := s.client(t, workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return transportFunc(func(req *http.Request) (*http.Response, error) {
				if resp, err := next.RoundTrip(req); err == nil {
					return resp, nil
				}
				again := req.Clone(req.Context())
				again.URL.Host = "standby.example"
				return next.RoundTrip(again)
			})
		}))
		for i, call := range operations(workato.Create) {
			mark, option := marked(call.name, i)
			require.ErrorIs(t, call.run(t.Context(), c, option), workato.ErrOutcomeUnknown, call.name)
			require.Len(t, s.arrived(mark), 1)
		}
	})

	promise(t, "resends a create after 429, with which the service says that it did nothing", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			s := newServer(t, proto)
			c := s.client(t)
			for i, call := range operations() {
				s.script(says(429, `{"message":"slow down"}`), says(429, ``), says(200, call.good))
				mark, option := marked(call.name, i)
				require.NoError(t, call.run(t.Context(), c, option), call.name)
				arrived := s.arrived(mark)
				require.Len(t, arrived, 3, call.name)
				require.Equal(t, arrived[0].hash, arrived[2].hash, "the whole body each time")
			}
		})
	})

	promise(t, "does not retry a refusal, and a refused create has a known outcome", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for _, status := range []int{300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 423, 425, 451, 501} {
			s.script(says(status, `{"message":"no"}`))
			c := s.client(t)
			for i, call := range operations() {
				mark, option := marked(call.name, 1000*status+i)
				err := call.run(t.Context(), c, option)
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr, call.name)
				require.Equal(t, status, apiErr.StatusCode)
				require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
				require.Len(t, s.arrived(mark), 1, "%s %d", call.name, status)
			}
		}
	})

	promise(t, "does not let net/http retry a create on a connection that died while idle", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.respond(func(_ int, r *http.Request) response {
			if r.Header.Get(marker) == "warm" {
				return says(200, goodCustomer)
			}
			return early(resets()) // without a byte of response, like a server that closes an idle connection
		})
		c := s.client(t)
		for i, call := range operations(workato.Create) {
			require.NoError(t, typed("managed_users.get").run(t.Context(), c, workato.WithHeader(marker, "warm")))
			before := s.connections()
			mark, option := marked(call.name, i)
			require.ErrorIs(t, call.run(t.Context(), c, option), workato.ErrOutcomeUnknown, call.name)
			require.Equal(t, before, s.connections(), "the connection was reused, otherwise this proves nothing")
			require.Len(t, s.arrived(mark), 1, call.name)
		}
	})

	promise(t, "sends a create over another connection when the kept one takes no byte of it", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		var broken atomic.Bool
		dial := s.transport.DialContext
		s.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			broken.Store(false)
			return &deafConn{conn, &broken}, err
		}
		c := s.client(t)
		for i, call := range operations(workato.Create) {
			s.script(says(200, goodCustomer))
			require.NoError(t, typed("managed_users.get").run(t.Context(), c))
			s.script(says(200, call.good))
			broken.Store(true)
			mark, option := marked(call.name, i)
			require.NoError(t, call.run(t.Context(), c, option), call.name)
			require.False(t, broken.Load(), "no other connection, so this proves nothing")
			require.Len(t, s.arrived(mark), 1, call.name)
		}
	})

	promise(t, "treats an update that may add up like a create", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(resets())
		_, err := s.client(t).ManagedUsers.Update(t.Context(), acme, &workato.ManagedUserUpdateParams{TaskLimitAdjustment: workato.Set[int64](500)})
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.Len(t, s.arrived(), 1)
	})

	promise(t, "retries a create only with the caller's permission, and nothing against it", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for i, call := range operations(workato.Create) {
			s.script(says(503, ``), says(503, ``), says(200, call.good))
			mark, option := marked(call.name, i)
			require.NoError(t, call.run(t.Context(), s.client(t), option, workato.AssumeIdempotent()), call.name)
			require.Len(t, s.arrived(mark), 3, call.name)
		}
		s.script(says(503, ``))
		for i, call := range operations() {
			mark, option := marked("once "+call.name, i)
			require.Error(t, call.run(t.Context(), s.client(t), option, workato.WithoutRetry()), call.name)
			require.Len(t, s.arrived(mark), 1, call.name)
		}
	})

	promise(t, "treats a raw call that no operation describes as a create, unless it is a GET", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(503, ``))
		c := s.client(t)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			mark, option := marked(method, 1)
			require.ErrorIs(t, c.Do(t.Context(), workato.Request{Method: method, Path: "/api/unheard_of/1"}, nil, option), workato.ErrOutcomeUnknown)
			require.Len(t, s.arrived(mark), 1)
		}
		mark, option := marked("GET", 1)
		require.Error(t, c.Do(t.Context(), workato.Request{Method: "GET", Path: "/api/unheard_of/1"}, nil, option))
		require.Len(t, s.arrived(mark), 4)
	})
}
