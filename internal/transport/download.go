package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Stream is the response of one call whose body is not read inside the attempt
// but left to the caller. It is made for one call and filled in by it.
type Stream struct {
	// URL replaces that of the call, which then goes there without anything of
	// the client's own: no credential, no middleware. nil keeps the call's.
	URL *url.URL
	// Idle bounds the time without a byte, before the response and within it.
	Idle time.Duration

	// Body and Length are those of a 200, Length -1 if unknown. The caller
	// closes the body.
	Body   io.ReadCloser
	Length int64
	// Encoding is the Content-Encoding of the body, empty for none.
	Encoding string
	// Location is where a redirect leads to.
	Location *url.URL
}

// located reports whether the call was told where the bytes are, which is as good
// as the bytes. The store may not send on in that way.
func (s *Stream) located() bool { return s != nil && s.URL == nil && s.Location != nil }

// Located reports whether the response is the way to the bytes of its Stream.
func (c *Call) Located() bool { return c.Stream.located() }

// roundTrip takes the body off a response with status 200. Any other body has
// only the time of the attempt, and not that of each byte.
func (s *Stream) roundTrip(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	s.Close() // of an attempt that failed further up
	body := &streamBody{idle: s.Idle}
	body.ctx, body.cancel = context.WithCancelCause(req.Context())
	body.timer = time.AfterFunc(s.Idle, func() { body.cancel(&TimeoutError{After: s.Idle}) })
	resp, err := next.RoundTrip(req.WithContext(body.ctx))
	if err != nil {
		body.timer.Stop()
		err = body.reason(err)
		body.cancel(nil)
		return nil, err
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	body.ReadCloser, resp.Body = resp.Body, body
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		s.Location, _ = req.URL.Parse(location) // what cannot be read leads nowhere
	}
	if resp.StatusCode == http.StatusOK {
		body.timer.Stop()
		body.endless = true
		s.Body, s.Length, s.Encoding = body, resp.ContentLength, resp.Header.Get("Content-Encoding")
		resp.Body, resp.ContentLength = http.NoBody, 0
	}
	return resp, nil
}

// Close closes the body, if there is one.
func (s *Stream) Close() {
	if s.Body != nil {
		_ = s.Body.Close() // only read from
		s.Body = nil
	}
}

// streamBody is a body that fails when nothing comes for a while. The time that
// its reader takes does not count. It may take as long as it likes if it is
// endless, else no longer than its timer has left.
type streamBody struct {
	io.ReadCloser

	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration

	endless bool
	nothing int // reads in a row that gave neither a byte nor an error
}

func (b *streamBody) Read(p []byte) (int, error) {
	if b.endless {
		b.timer.Reset(b.idle)
		defer b.timer.Stop()
	}
	n, err := b.ReadCloser.Read(p)
	if b.nothing++; n > 0 {
		b.nothing = 0
	}
	if b.nothing > maxIdleReads && err == nil {
		err = io.ErrNoProgress
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.reason(err)
	}
	return n, err
}

func (b *streamBody) Close() error {
	b.timer.Stop()
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}

// reason puts the time-out in place of the cancellation that it has caused.
func (b *streamBody) reason(err error) error {
	var timeout *TimeoutError
	if errors.As(context.Cause(b.ctx), &timeout) {
		return timeout
	}
	return err
}
