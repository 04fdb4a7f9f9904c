package transport

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// Stream is the response of one call whose body is not read inside the attempt
// but left to the caller. It is made for one call and filled in by it.
type Stream struct {
	// URL replaces that of the call, which is then sent without credential or
	// middleware. nil keeps the call's.
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

// located reports whether the response is a redirect to the bytes, which is as
// good as the bytes. The store may not redirect in that way.
func (s *Stream) located() bool { return s != nil && s.URL == nil && s.Location != nil }

// Located reports whether the response is a redirect to the bytes of its
// Stream.
func (c *Call) Located() bool { return c.Stream.located() }

// isDocument reports whether a body is a JSON object, and returns the body as it
// was. With that, the API says something about the call even if the status is
// 200; the store has nothing to say.
func (s *Stream) isDocument(header http.Header, body io.ReadCloser) (bool, io.ReadCloser) {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")) // a broken one is not JSON
	if s.URL != nil || kind != "application/json" {
		return false, body
	}
	ahead := bufio.NewReader(body)
	first, _ := ahead.Peek(1) // an error is that of the first read
	return string(first) == "{", struct {
		io.Reader
		io.Closer
	}{ahead, body}
}

// roundTrip detaches the body of a response with the bytes and status 200. Any
// other body must arrive within the time of the attempt.
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
	document, content := s.isDocument(resp.Header, resp.Body)
	body.ReadCloser, resp.Body = content, body
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		s.Location, _ = req.URL.Parse(location) // an unreadable one is nil
	}
	if resp.StatusCode == http.StatusOK && !document {
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

// streamBody is a body that fails when no byte arrives for a while. The time
// that its reader takes does not count.
type streamBody struct {
	io.ReadCloser

	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration

	endless bool
	nothing int // consecutive reads with neither a byte nor an error
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

// reason replaces the cancellation with the time-out that caused it.
func (b *streamBody) reason(err error) error {
	var timeout *TimeoutError
	if errors.As(context.Cause(b.ctx), &timeout) {
		return timeout
	}
	return err
}
