package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Stream is the answer of one call whose body is not read inside the attempt
// but left to the caller. It is made for one call and filled in by it.
type Stream struct {
	// URL replaces that of the call, which then goes there without anything of
	// the client's own: no credential, no middleware. nil keeps the call's.
	URL *url.URL
	// Idle bounds the time without a byte, before the answer and within it.
	Idle time.Duration

	// Body and Length are those of a 200, Length -1 if unknown. The caller
	// closes the body.
	Body   io.ReadCloser
	Length int64
	// Location is where a redirect leads to.
	Location *url.URL

	next http.RoundTripper
}

// Streaming returns a client that carries the call of s.
func (c *Client) Streaming(s *Stream) *Client {
	cfg := c.cfg
	s.next, cfg.Transport = cfg.Transport, s
	if s.URL != nil {
		cfg.Base = &url.URL{Scheme: s.URL.Scheme, Host: s.URL.Host}
		cfg.Authorize = func(*http.Request) error { return nil }
		cfg.Middleware = nil
	}
	return New(cfg)
}

// RoundTrip takes the body off an answer with status 200.
func (s *Stream) RoundTrip(req *http.Request) (*http.Response, error) {
	s.Close() // of an attempt that failed further up
	body := &streamBody{idle: s.Idle}
	body.ctx, body.cancel = context.WithCancelCause(req.Context())
	body.timer = time.AfterFunc(s.Idle, func() { body.cancel(&TimeoutError{After: s.Idle}) })
	req = req.WithContext(body.ctx)
	if s.URL != nil {
		req.URL, req.Host = s.URL, s.URL.Host
	}
	resp, err := s.next.RoundTrip(req)
	body.timer.Stop()
	if err != nil {
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
	switch {
	case resp.StatusCode == http.StatusOK:
		s.Body, s.Length = body, resp.ContentLength
		resp.Body, resp.ContentLength = http.NoBody, 0
	case s.Location != nil && s.URL == nil:
		// To be told where the bytes are is what the call was made for: as a
		// redirect it would count as a failure in every log.
		resp.StatusCode = http.StatusNoContent
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
// its reader takes does not count.
type streamBody struct {
	io.ReadCloser

	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
}

func (b *streamBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.idle)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
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
