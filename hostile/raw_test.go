package hostile_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// listens returns a server without a protocol: serve gets each connection, and
// arrived counts what serve reports.
func listens(t *testing.T, serve func(conn net.Conn, arrived *atomic.Int32)) (*server, *atomic.Int32) {
	t.Helper()
	arrived := new(atomic.Int32)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = listener.Close()
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				serve(conn, arrived)
			}()
		}
	}()
	return &server{url: "http://" + listener.Addr().String(), transport: transport}, arrived
}

// sends responds to every request with the same bytes and hangs up.
func sends(t *testing.T, response string) (s *server, arrived *atomic.Int32) {
	t.Helper()
	return listens(t, func(conn net.Conn, arrived *atomic.Int32) {
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		arrived.Add(1)
		_, _ = io.WriteString(conn, response)
	})
}

// ok is a complete response around a body.
func ok(headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)
}

// TestBrokenHTTP: a server may not send HTTP.
func TestBrokenHTTP(t *testing.T) {
	t.Parallel()
	lost := map[string]string{
		"nothing": "", "half a line": "HTTP/1.1 2", "half a header": "HTTP/1.1 200 OK\r\nContent-Le", "a page of HTTP/0.9": "<html>Hello</html>\r\n",
		"101": "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "status 000": "HTTP/1.1 000 ?\r\nContent-Length: 2\r\n\r\n{}",
		"status 199": "HTTP/1.1 199 ?\r\n\r\n", "status of letters": "HTTP/1.1 abc\r\n\r\n",
		"two lengths":            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
		"negative length":        "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
		"chunks of garbage":      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n",
		"header without a colon": "HTTP/1.1 200 OK\r\nBearer " + testToken + "\r\n\r\n", "the credential": "Bearer " + testToken + "\r\n\r\n",
		"a line without end": strings.Repeat("x", 3000), "megabytes": strings.Repeat("x\x1b",
			1<<20) + "\r\n\r\n", "a long status": "HTTP/1.1 " + strings.Repeat("9", 100000) + "\r\n\r\n",
		// Without "close" an attempt may meet the hang-up of the one before.
		"a flood of headers": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Flood: "+strings.Repeat("f", 1000)+"\r\n",
			12000) + "\r\n", "another encoding": ok("Connection: close\r\nContent-Encoding: gzip\r\n", "hello"),
	}
	promise(t, "treats an incomplete response as a lost one: a create is sent once and unknown, the rest is retried", func(t *testing.T) {
		next := inTurn(documents())
		for name, response := range sorted(lost) {
			for range 5 {
				call, sent := next(), int32(4)
				if call.Effect == workato.Create {
					sent = 1
				}
				s, arrived := sends(t, response)
				var meta workato.ResponseMeta
				err := call.run(t.Context(), s.client(t), workato.WithResponse(&meta))
				require.Error(t, err, name)
				assert.Equal(t, sent == 1, errors.Is(err, workato.ErrOutcomeUnknown), "%s, %s: %v", name, call.name, err)
				assert.Equal(t, sent, arrived.Load(), "%s, %s", name, call.name)
				assert.EqualValues(t, sent, meta.Attempts, "%s, %s", name, call.name)
			}
		}
	})

	promise(t, "shows what is sent instead of a response as one short line without the credential", func(t *testing.T) {
		next := inTurn(those(func(c *call) bool { return c.Effect == workato.Create }))
		for name, response := range sorted(lost) {
			s, _ := sends(t, response)
			var w watcher
			err := next().run(t.Context(), s.client(t, w.options()...))
			requireOneLine(t, err.Error())
			require.Less(t, len(err.Error()), 1024, name)
			requireSilentError(t, secretForms(), name, err)
			w.requireSilent(t, secretForms())
			require.Less(t, w.log.Len(), 4096, name)
			require.Equal(t, 1, strings.Count(w.log.String(), "\n"), "%s: a line for the one attempt", name)
		}
	})

	promise(t, "keeps an error one line when several things went wrong", func(t *testing.T) {
		s := &server{url: "https://127.0.0.1:1"}
		broken := workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(*http.Request) (*http.Response, error) {
			return nil, errors.Join(errors.New("the first\nthing"), errors.New("the second"))
		})})
		err := typed("connections.list").run(t.Context(), s.client(t, broken))
		requireOneLine(t, err.Error())
		require.ErrorContains(t, err, "the first thing the second")
	})

	promise(t, "continues to read after informational responses, and past trailers", func(t *testing.T) {
		chunked := fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n", len(goodCustomer),
			goodCustomer)
		for name, response := range map[string]string{
			"100 and 103": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok("", goodCustomer), "trailers": chunked,
			"a large header": ok("X-Request-Id: "+strings.Repeat("r", 1<<20)+"\r\n", goodCustomer),
		} {
			s, arrived := sends(t, response)
			require.NoError(t, typed("managed_users.create").run(t.Context(), s.client(t)), name)
			require.EqualValues(t, 1, arrived.Load(), name)
		}
	})

	promise(t, "does not wait for ever for the response after the informational ones", func(t *testing.T) {
		s, arrived := listens(t, func(conn net.Conn, arrived *atomic.Int32) {
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				return
			}
			arrived.Add(1)
			for err := error(nil); err == nil; {
				_, err = io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
			}
		})
		err := typed("managed_users.create").run(t.Context(), s.client(t), workato.WithTimeout(100*time.Millisecond))
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.EqualValues(t, 1, arrived.Load())
	})
}
