package hostile_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestAttempts: each attempt is judged by itself, and all of them count.
func TestAttempts(t *testing.T) {
	t.Parallel()
	promise(t, "resends a create that never left, also when the previous attempt was refused with 429", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		transport := s.transport.Clone()
		transport.DisableKeepAlives = true
		dial, dials := transport.DialContext, 0
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials%3 == 2 {
				return nil, errors.New("connection refused")
			}
			return dial(ctx, network, addr)
		}
		s.transport = transport
		for i, call := range operations(workato.Create) {
			s.script(says(429, ``), says(200, call.good))
			mark, option := marked(call.name, i)
			var meta workato.ResponseMeta
			require.NoError(t, call.run(t.Context(), s.client(t), option, workato.WithResponse(&meta)), call.name)
			require.Len(t, s.arrived(mark), 2)
			require.Equal(t, 3, meta.Attempts)
		}
	})

	promise(t, "treats a later attempt without trace events as possibly sent, whatever the transport reported before", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for i, call := range operations(workato.Create) {
			s.script(says(429, ``))
			tries := 0
			c := s.client(t, workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return transportFunc(func(req *http.Request) (*http.Response, error) {
					if tries++; tries > 1 {
						return nil, errors.New("it broke")
					}
					return next.RoundTrip(req)
				})
			}))
			_, option := marked(call.name, i)
			require.ErrorIs(t, call.run(t.Context(), c, option), workato.ErrOutcomeUnknown, call.name)
			require.Equal(t, 2, tries, call.name)
		}
	})

	promise(t, "names the failure besides the context that ended the wait for another attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			broken := errors.New("it broke")
			s := &server{url: "https://127.0.0.1:1"}
			c := s.client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1 << 20, MinWait: time.Hour, MaxWait: time.Hour}), workato.WithHTTPClient(&http.Client{
				Transport: transportFunc(func(*http.Request) (*http.Response, error) { return nil, broken }),
			}))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Hour)
			defer cancel()
			err := typed("connections.list").run(ctx, c)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, err, broken)
			require.ErrorContains(t, err, "it broke")
		})
	})
}
