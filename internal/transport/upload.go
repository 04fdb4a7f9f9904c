package transport

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// uploads are the bodies that one attempt hands to the transport: one, and
// another whenever net/http or middleware starts again.
type uploads struct {
	call    *Call
	attempt context.Context //nolint:containedctx // bodies are only opened while it lasts
	mu      sync.Mutex
	bodies  []*lazyBody
	sealed  bool
}

// progress restarts the time of the attempt: an upload may take longer as long
// as bytes are sent.
func (c *Call) progress() {
	if timer := c.patience.Load(); timer != nil && timer.Stop() {
		timer.Reset(c.Timeout)
	}
}

var errBodyClosed = errors.New("request body read after close")

// open returns a body for the request.
func (u *uploads) open() (io.ReadCloser, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.sealed {
		return nil, errBodyClosed
	}
	body := &lazyBody{call: u.call, attempt: u.attempt}
	if u.call.Source.Lent {
		body.done = make(chan struct{})
	}
	u.bodies = append(u.bodies, body)
	return body, nil
}

// seal ends all reading: a transport that has its response may continue to read
// the body for a while, but the caller's reader must not be used after the call
// returns.
func (u *uploads) seal() {
	u.mu.Lock()
	u.sealed = true
	bodies := u.bodies
	u.mu.Unlock()
	for _, body := range bodies {
		body.seal()
	}
}

// err returns why the last body could not be read completely.
func (u *uploads) err() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.bodies) == 0 {
		return nil
	}
	body := u.bodies[len(u.bodies)-1]
	body.mu.Lock()
	defer body.mu.Unlock()
	return body.err
}

// maxReadWait is how long the end of an attempt waits for a read in progress. A
// read that hangs must not block the call.
const maxReadWait = time.Second

// lazyBody opens its source on the first read: a source that can be read once
// must not be used up by an attempt that gets no connection. A transport may
// close a body while it is being read. The source of a lent package may hang:
// it is read beside the attempt, into its own memory, and is not waited for
// once the body is closed.
type lazyBody struct {
	call *Call

	mu      sync.Mutex
	source  io.ReadCloser
	closed  bool
	err     error         // why it could not be read completely
	reading bool          // the source is being opened or read
	idle    chan struct{} // closed when the read in progress ends, if it is waited for

	attempt context.Context //nolint:containedctx // of the attempt that the body belongs to

	done  chan struct{} // closed with the body, nil unless the source is lent
	ahead chan chunk    // the read in progress, nil if there is none
	space []byte
}

// chunk is the result of a read.
type chunk struct {
	bytes []byte
	err   error
}

// maxChunk is the size of the reads of a lent source.
const maxChunk = 32 << 10

func (b *lazyBody) Read(p []byte) (int, error) {
	if b.done != nil {
		return b.readLent(p)
	}
	return b.read(p)
}

// readLent returns what a goroutine reads.
func (b *lazyBody) readLent(p []byte) (int, error) {
	if b.ahead == nil {
		if b.space == nil {
			b.space = make([]byte, maxChunk)
		}
		ahead, space := make(chan chunk, 1), b.space[:min(len(p), maxChunk)]
		b.ahead = ahead
		go func() {
			n, err := b.read(space)
			ahead <- chunk{bytes: space[:n], err: err}
		}()
	}
	select {
	case c := <-b.ahead:
		b.ahead = nil
		return copy(p, c.bytes), c.err
	case <-b.done:
		return 0, errBodyClosed
	case <-b.attempt.Done(): // HTTP/1.1 does not close a body that it is reading
		return 0, ContextError(b.attempt)
	}
}

// read opens the source if necessary, and reads from it.
func (b *lazyBody) read(p []byte) (int, error) {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return 0, errBodyClosed
	}
	b.reading = true
	source := b.source
	b.mu.Unlock()
	// Neither opening nor reading holds the lock: both may hang, and Close must not.
	n, err := 0, error(nil)
	if source == nil {
		source, err = b.open()
	}
	if err == nil {
		n, err = source.Read(p)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > 0 {
		b.call.progress()
	}
	// After the body was closed, an error is a consequence and not the reason.
	if err != nil && !errors.Is(err, io.EOF) && !b.closed {
		b.err = err
	}
	b.reading = false
	if b.idle != nil {
		close(b.idle)
		b.idle = nil
	}
	return n, err
}

// open opens the source, and closes it if the body was closed meanwhile.
func (b *lazyBody) open() (io.ReadCloser, error) {
	b.call.uploadBegun.Store(true)
	source, err := b.call.Source.Open()
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		_ = source.Close() // nothing was read
		return nil, errBodyClosed
	}
	b.source = source
	return source, nil
}

func (b *lazyBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed && b.done != nil {
		close(b.done)
	}
	b.closed = true
	if b.source == nil {
		return nil
	}
	source := b.source
	b.source = nil
	return source.Close()
}

// seal closes the body and waits for a read in progress, unless the caller's
// time is up.
func (b *lazyBody) seal() {
	_ = b.Close() // it was only read from
	b.mu.Lock()
	if !b.reading {
		b.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	b.idle = idle
	b.mu.Unlock()
	timer := time.NewTimer(maxReadWait)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	case <-b.call.Done():
	}
}
