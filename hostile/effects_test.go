package hostile_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestOwnEffects: a retry that meets the effect of the first attempt is a
// success, and ResponseMeta says so.
func TestOwnEffects(t *testing.T) {
	t.Parallel()
	const runs = `{"success":false,"errors":{"running":["recipe is already running"]}}`
	deletions := those(func(c *call) bool { return c.Method == http.MethodDelete })
	cases := map[string]response{
		"recipes.start": says(200, runs),
		"recipes.stop":  says(400, `{"message":"Recipe is already stopped"}`),
	}
	for _, call := range deletions {
		cases[call.name] = says(404, `{"message":"Not found"}`)
	}
	promise(t, "treats a delete that meets 404, a start of a running recipe and a stop of a stopped one as done when the first response was lost",
		func(t *testing.T) {
			overProtocols(t, func(t *testing.T, proto string) {
				s := newServer(t, proto)
				c := s.client(t)
				n := 0
				for _, f := range faults() {
					for op, met := range cases {
						n++
						s.script(f.response, met)
						mark, option := marked(op, n)
						var meta workato.ResponseMeta
						require.NoError(t, typed(op).run(t.Context(), c, option, workato.WithResponse(&meta)), "%s after %s", op, f.name)
						require.True(t, meta.MetOwnEffect, "%s after %s", op, f.name)
						require.Len(t, s.arrived(mark), 2)
					}
				}
			})
		})
	promise(t, "keeps a 404 of the first attempt, or after nothing but 429, a refusal", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		for _, busy := range []int{0, 1, 2} {
			for _, call := range deletions {
				script := []response{says(429, ``), says(429, ``), says(404, `{"message":"Not found"}`)}
				s.script(script[2-busy:]...)
				mark, option := marked(call.name, busy)
				var meta workato.ResponseMeta
				require.ErrorIs(t, call.run(t.Context(), c, option, workato.WithResponse(&meta)), workato.ErrNotFound)
				require.False(t, meta.MetOwnEffect)
				require.Len(t, s.arrived(mark), busy+1)
			}
		}
	})
	promise(t, "keeps a 404 a refusal when the previous attempt never left", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(404, ``))
		transport := s.transport.Clone()
		dial, dials := transport.DialContext, 0
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials == 1 {
				return nil, errors.New("connection refused")
			}
			return dial(ctx, network, addr)
		}
		s.transport = transport
		for _, call := range deletions {
			dials = 0
			require.ErrorIs(t, call.run(t.Context(), s.client(t)), workato.ErrNotFound, call.name)
			require.Equal(t, 2, dials)
			transport.CloseIdleConnections()
		}
	})
	promise(t, "does not treat another refusal of a retry as success", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		for _, call := range operations(workato.Read, workato.Idempotent) {
			for i, refusal := range []response{says(401, ``), says(403, ``), says(422, `{"message":"no"}`), says(200, `{"success":false,"message":"other"}`)} {
				s.script(resets(), refusal)
				_, option := marked(call.name, i)
				require.Error(t, call.run(t.Context(), c, option), call.name)
			}
		}
		for _, call := range operations(workato.Read) {
			s.script(resets(), says(404, ``))
			_, option := marked("gone "+call.name, 1)
			require.ErrorIs(t, call.run(t.Context(), c, option), workato.ErrNotFound, "a read has no effect to meet")
		}
	})
}

// TestCutOffResponses: a response that ends too early is not a response.
func TestCutOffResponses(t *testing.T) {
	t.Parallel()
	promise(t, "retries a read whose 200 is cut off, and names the status when it stays so", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			s := newServer(t, proto)
			for i, call := range those(func(c *call) bool { return c.Effect == workato.Read && !c.isDownload() }) {
				s.script(cutsOff(200, `{"id": 98178, "na`), cutsOff(200, ``), says(200, call.good))
				mark, option := marked(call.name, i)
				require.NoError(t, call.run(t.Context(), s.client(t), option), call.name)
				require.Len(t, s.arrived(mark), 3, call.name)

				s.script(cutsOff(200, `{"id": 98178, "na`))
				err := call.run(t.Context(), s.client(t))
				require.ErrorContains(t, err, "status 200")
				require.ErrorContains(t, err, call.name)
				require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
			}
		})
	})
	promise(t, "says of a create whose 200 is cut off that the server had accepted it", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			s := newServer(t, proto)
			s.script(cutsOff(200, `{"id": 98178, "na`))
			for i, call := range operations(workato.Create) {
				mark, option := marked(call.name, i)
				err := call.run(t.Context(), s.client(t), option)
				require.ErrorContains(t, err, "status 200", call.name)
				require.ErrorContains(t, err, strings.TrimPrefix(call.name, "raw "))
				require.Len(t, s.arrived(mark), 1, call.name)
			}
		})
	})
	promise(t, "notices a chunked response and a compressed response that are cut off", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		chunked := response{write: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":98178}`) // complete as JSON, but without its last chunk
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}}
		zipped := response{write: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			whole := gzipped(goodCustomer)
			_, _ = w.Write(whole[:len(whole)-4])
		}}
		for i, a := range []response{chunked, zipped} {
			s.script(a)
			mark, option := marked("create", i)
			require.ErrorIs(t, typed("managed_users.create").run(t.Context(), s.client(t), option), workato.ErrOutcomeUnknown)
			require.Len(t, s.arrived(mark), 1)
			s.script(a, says(200, goodCustomer))
			mark, option = marked("get", i)
			assert.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t), option))
			assert.Len(t, s.arrived(mark), 2)
		}
	})
}
