//go:build go1.26

// The HTTP/2 of older versions of Go shares channels between synctest bubbles.

package workato

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// silencer is a connection that can go silent in both directions without
// notice.
type silencer struct {
	net.Conn
	silent *atomic.Bool
	closed chan struct{}
}

func (c *silencer) Write(p []byte) (int, error) {
	if c.silent.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *silencer) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.silent.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *silencer) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return c.Conn.Close()
}

type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// TestSilentConnectionIsLeft: a call over an HTTP/2 connection that has gone
// silent succeeds on a new one, with the default options.
func TestSilentConnectionIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		listener := make(pipes)
		server := &http.Server{Protocols: protocols, ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id": 98178}`)
		})}
		go func() { _ = server.Serve(listener) }()

		transport, ok := defaultTransport().(*http.Transport)
		require.True(t, ok)
		var dials []*silencer
		transport.Protocols = protocols
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			listener <- there
			conn := &silencer{Conn: here, silent: new(atomic.Bool), closed: make(chan struct{})}
			dials = append(dials, conn)
			return conn, nil
		}
		client, err := NewClient(WithAPIToken("test-token"), WithBaseURL("http://127.0.0.1"), WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = client.ManagedUsers.Get(t.Context(), AccountID(98178))
		require.NoError(t, err)
		require.Len(t, dials, 1)

		dials[0].silent.Store(true)
		began := time.Now()
		_, err = client.ManagedUsers.Get(t.Context(), AccountID(98178))
		require.NoError(t, err)
		assert.Len(t, dials, 2)
		assert.LessOrEqual(t, time.Since(began), pingAfter+pingTimeout+defaultMinWait)

		transport.CloseIdleConnections()
		close(listener) // Close of the server waits for its end
		require.NoError(t, server.Close())
	})
}
