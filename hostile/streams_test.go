package hostile_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// What is spoken of HTTP/2 here.
const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway = 0, 1, 3, 4, 6, 7

	flagEnd        = 1 // of a stream; of SETTINGS: acknowledged
	flagEndHeaders = 4

	preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
)

// frames writes frames to a connection that no net/http server would send.
type frames struct{ net.Conn }

func (f frames) write(kind, flags byte, stream uint32, payload ...byte) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	head = binary.BigEndian.AppendUint32(append(head, flags), stream)
	_, _ = f.Write(append(head, payload...)) // the client may have gone
}

// uint32s is a payload of numbers.
func uint32s(numbers ...uint32) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func (f frames) reset(stream, code uint32) { f.write(frameReset, 0, stream, uint32s(code)...) }

// goAway says that streams above the last one were not processed.
func (f frames) goAway(last, code uint32) { f.write(frameGoAway, 0, 0, uint32s(last, code)...) }

// awaitPing returns when the client has read what was written so far.
func (f frames) awaitPing() {
	f.write(framePing, 0, 0, make([]byte, 8)...)
	for head := [9]byte{}; head[3] != framePing; {
		if _, err := io.ReadFull(f, head[:]); err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, f, int64(binary.BigEndian.Uint32(head[:])>>8)) // the next read tells of an error
	}
}

func (f frames) response(stream uint32, body string) {
	f.write(frameHeaders, flagEndHeaders, stream, 0x88) // :status 200
	f.write(frameData, flagEnd, stream, []byte(body)...)
}

// speaksFrames serves HTTP/2: treat is called for each complete request; n
// counts them.
func speaksFrames(t *testing.T, treat func(f frames, stream uint32, n int)) (s *server, arrived *atomic.Int32) {
	t.Helper()
	s, arrived = listens(t, func(conn net.Conn, arrived *atomic.Int32) {
		f := frames{conn}
		f.write(frameSettings, 0, 0)
		if _, err := io.ReadFull(conn, make([]byte, len(preface))); err != nil {
			return
		}
		for {
			var head [9]byte
			if _, err := io.ReadFull(conn, head[:]); err != nil {
				return
			}
			length, kind, flags := binary.BigEndian.Uint32(head[:])>>8, head[3], head[4]
			if _, err := io.CopyN(io.Discard, conn, int64(length)); err != nil {
				return
			}
			switch {
			case kind == frameSettings && flags&flagEnd == 0:
				f.write(frameSettings, flagEnd, 0)
			case (kind == frameHeaders || kind == frameData) && flags&flagEnd != 0:
				treat(f, binary.BigEndian.Uint32(head[5:]), int(arrived.Add(1)))
			}
		}
	})
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	s.transport.Protocols = &protocols
	return s, arrived
}

// TestStreams: over HTTP/2 a server can reject a single request, and net/http
// resends some of these by itself.
func TestStreams(t *testing.T) {
	t.Parallel()
	endings := map[string]func(f frames, stream uint32){
		"connection closed":    func(f frames, _ uint32) { _ = f.Close() },
		"GOAWAY":               func(f frames, stream uint32) { f.goAway(stream, 0); _ = f.Close() },
		"GOAWAY with an error": func(f frames, stream uint32) { f.goAway(stream, 11); _ = f.Close() },
		"reset after a hint": func(f frames, stream uint32) {
			f.write(frameHeaders, flagEndHeaders, stream, 0x08, 3, '1', '0', '3') // :status 103
			f.reset(stream, 1)
		},
		"GOAWAY for this stream": func(f frames, _ uint32) { f.goAway(0, 0) },
	}
	for code, name := range []string{
		"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
		"REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED", "of a non-standard code",
	} {
		endings["reset: "+name] = func(f frames, stream uint32) { f.reset(stream, uint32(code)) }
	}
	bare := call{name: "POST without a body", run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Do(ctx, workato.Request{Method: http.MethodPost, Path: "/api/unheard_of"}, nil, opts...)
	}}

	promise(t, "sends a create once over HTTP/2 and calls its outcome unknown, however the stream or the connection ends", func(t *testing.T) {
		for name, end := range endings {
			s, arrived := speaksFrames(t, func(f frames, stream uint32, n int) {
				if n == 1 {
					end(f, stream)
				} else {
					f.response(stream, goodPlain)
				}
			})
			for _, call := range append(operations(workato.Create), bare) {
				arrived.Store(0)
				err := call.run(t.Context(), s.client(t))
				assert.ErrorIs(t, err, workato.ErrOutcomeUnknown, "%s, %s", name, call.name)
				require.EqualValues(t, 1, arrived.Load(), "%s, %s", name, call.name)
			}
		}
	})

	promise(t, "succeeds with reads and idempotent writes after any of these", func(t *testing.T) {
		next := inTurn(operations(workato.Read, workato.Idempotent))
		for name, end := range sorted(endings) {
			for range 4 {
				call := next()
				s, _ := speaksFrames(t, func(f frames, stream uint32, n int) {
					if n == 1 {
						end(f, stream)
					} else {
						f.response(stream, call.good)
					}
				})
				require.NoError(t, call.run(t.Context(), s.client(t)), "%s, %s", name, call.name)
			}
		}
	})

	promise(t, "sends a create over a new connection when the old one ended before it, also in the middle of a call", func(t *testing.T) {
		s, arrived := speaksFrames(t, func(f frames, stream uint32, n int) {
			if n%2 == 1 {
				f.goAway(stream, 0)
			}
			f.response(stream, goodCustomer)
		})
		c := s.client(t)
		for range 10 {
			require.NoError(t, typed("managed_users.create").run(t.Context(), c))
		}
		require.EqualValues(t, 10, arrived.Load())
	})

	promise(t, "sends a create only once, also when another call has opened the connection that net/http would use", func(t *testing.T) {
		begun, opened := make(chan struct{}), make(chan struct{})
		s, arrived := speaksFrames(t, func(f frames, stream uint32, n int) {
			if n > 1 {
				f.response(stream, goodPlain)
				return
			}
			f.goAway(stream, 0)
			f.awaitPing() // the client knows now
			close(begun)
			<-opened
			f.reset(stream, 1) // PROTOCOL_ERROR
		})
		ctx, cancel := context.WithCancel(t.Context())
		given := make(chan struct{}) // up: the other call
		var dials atomic.Int32
		s.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			second := dials.Add(1) == 2
			if second {
				cancel()
				<-given
			}
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			if second {
				conn = &writtenConn{Conn: conn, written: sync.OnceFunc(func() { close(opened) })}
			}
			return conn, err
		}
		c := s.client(t)
		outcome := make(chan error, 1)
		go func() { outcome <- typed("managed_users.create").run(t.Context(), c) }()
		<-begun
		require.ErrorIs(t, typed("managed_users.get").run(ctx, c), context.Canceled)
		close(given)
		require.ErrorIs(t, <-outcome, workato.ErrOutcomeUnknown)
		require.EqualValues(t, 1, arrived.Load())
	})

	notYet := func(f frames, stream uint32, n int) {
		if n == 1 {
			f.response(stream, `{"message":"not yet"}`)
		} else {
			f.response(stream, goodCustomer)
		}
	}
	promise(t, "lets a transport resend a create that got a response", func(t *testing.T) {
		s, arrived := speaksFrames(t, notYet)
		c := s.client(t, workato.WithHTTPClient(&http.Client{Transport: twice(s.transport)}))
		require.NoError(t, typed("managed_users.create").run(t.Context(), c))
		require.EqualValues(t, 2, arrived.Load())
	})

	promise(t, "lets a middleware resend a create, which it does deliberately", func(t *testing.T) {
		s, arrived := speaksFrames(t, notYet)
		c := s.client(t, workato.WithTransportMiddleware(twice))
		require.NoError(t, typed("managed_users.create").run(t.Context(), c))
		require.EqualValues(t, 2, arrived.Load())
	})
}

// twice resends every request that got a response.
func twice(next http.RoundTripper) http.RoundTripper {
	return transportFunc(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return nil, err
		}
		again := req.Clone(req.Context())
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
		return next.RoundTrip(again)
	})
}

// writtenConn reports the first write to it.
type writtenConn struct {
	net.Conn
	written func()
}

func (c *writtenConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written()
	return n, err
}
