package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// signCopy is the end of a middleware chain: the credential goes into a copy,
// so that no middleware sees it, even afterwards.
func (c *Client) signCopy(req *http.Request) (*http.Response, error) {
	call := callFrom(req.Context())
	if call == nil {
		closeBody(req)
		return nil, errors.New("a transport middleware replaced the request's context")
	}
	signed := req.WithContext(req.Context())
	if signed.Header = req.Header.Clone(); signed.Header == nil { // middleware may have taken it away
		signed.Header = make(http.Header)
	}
	resp, err := c.sign(call, signed)
	if resp != nil {
		resp.Request = req // net/http has put the signed one there
	}
	return resp, err
}

// refuseAll replaces a middleware that returned nil: without it calls would
// silently bypass the others.
func refuseAll(req *http.Request) (*http.Response, error) {
	closeBody(req)
	err := errors.New("a transport middleware returned nil")
	if call := callFrom(req.Context()); call != nil {
		err = call.refuse(err)
	}
	return nil, err
}

// sign adds the credential to req, which it owns, and sends it.
func (c *Client) sign(call *Call, req *http.Request) (*http.Response, error) {
	if !c.mayHaveCredential(req) {
		closeBody(req)
		return nil, call.refuse(fmt.Errorf("credentials are for %s://%s: refusing to send them to %s://%s",
			c.cfg.Base.Scheme, c.cfg.Base.Host, req.URL.Scheme, req.URL.Host))
	}
	if err := c.authorize(req); err != nil {
		closeBody(req)
		return nil, call.refuse(fmt.Errorf("credential: %w", err))
	}
	if call.Effect == Create {
		hideIdempotencyKey(req.Header)
	}
	if !c.mayHaveCredential(req) {
		closeBody(req)
		return nil, call.refuse(errors.New("the credential changed the origin of the request"))
	}
	call.sent.Store(req)
	flight, _ := req.Context().Value(flightKey{}).(*flight)
	if flight.tried.Swap(true) {
		flight.free.Store(true) // middleware resends deliberately
	}
	flight.inFlight.Add(1)
	defer flight.inFlight.Add(-1)
	if call.Stream != nil {
		return call.Stream.roundTrip(c.cfg.Transport, req)
	}
	return c.cfg.Transport.RoundTrip(req)
}

// mayHaveCredential reports whether a request goes to the configured origin, by
// its URL and everything else that decides where it goes.
func (c *Client) mayHaveCredential(req *http.Request) bool {
	host := req.Host == "" || req.Host == req.URL.Host || sameOrigin(&url.URL{Scheme: req.URL.Scheme, Host: req.Host}, c.cfg.Base)
	return sameOrigin(req.URL, c.cfg.Base) && req.URL.Opaque == "" && host
}

// authorize adds the credential. Code of the caller that hangs must not block
// the call: it runs beside the attempt, on its own request.
func (c *Client) authorize(req *http.Request) error {
	if !c.cfg.Lent {
		return c.cfg.Authorize(req)
	}
	signed := req.Clone(req.Context())
	_, err := Beside(req.Context(), func() (struct{}, error) { return struct{}{}, c.cfg.Authorize(signed) })
	if err == nil {
		*req = *signed
	}
	return err
}

// Beside runs f in a goroutine and waits for its result until ctx ends. What f
// returns later is dropped, so nothing of f may be read but its result. A panic
// of f is passed on.
func Beside[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value    T
		err      error
		panicked any
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			r.panicked = recover()
			done <- r
		}()
		r.value, r.err = f()
	}()
	select {
	case r := <-done:
		if r.panicked != nil {
			panic(r.panicked)
		}
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ContextError(ctx)
	}
}

// hideIdempotencyKey writes the keys, which middleware may have added, in lower
// case: it is the same header, but with the usual spelling net/http would
// resend a request by itself.
func hideIdempotencyKey(header http.Header) {
	for _, key := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := header[key]; ok {
			delete(header, key)
			header[strings.ToLower(key)] = values
		}
	}
}

// refuse records that nothing was sent, with the client's reason.
func (c *Call) refuse(err error) error {
	c.localErr.Store(&err)
	return err
}

// closeBody closes the body, as a RoundTripper must for a request that it does
// not send.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func sameOrigin(a, b *url.URL) bool {
	if a.Scheme == b.Scheme && a.Host == b.Host {
		return true
	}
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(hostPort(a), hostPort(b))
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if strings.EqualFold(u.Scheme, "http") {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}

// WithoutURL unwraps a *url.Error: it prints the whole URL, which may hold a
// credential.
func WithoutURL(err error) error {
	for {
		var ue *url.Error
		if !errors.As(err, &ue) {
			return err
		}
		err = ue.Err
	}
}
