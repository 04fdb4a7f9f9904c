package workato

import (
	"errors"
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// CallOption changes one call.
type CallOption func(*callOptions) error

type callOptions struct {
	meta       *ResponseMeta
	header     http.Header
	noRetry    bool
	timeout    time.Duration
	idempotent bool
	production bool // past the write guard
}

// ResponseMeta describes the response to a call. It is filled in for errors
// too, as far as the call got.
type ResponseMeta struct {
	// StatusCode and Header are those of the last response.
	StatusCode int
	Header     http.Header
	// RequestID is the X-Request-Id that Workato's support asks for.
	RequestID string
	// Attempts is how many requests were sent.
	Attempts int
	// Duration is the time of the whole call, waits included.
	Duration time.Duration
	// MetOwnEffect says that a retry was refused because an earlier attempt, whose
	// response was lost, had already done the work: a delete that meets 404, a
	// start of a running recipe. Such a call is a success.
	MetOwnEffect bool
}

// WithResponse fills in meta when the call ends.
func WithResponse(meta *ResponseMeta) CallOption {
	return func(o *callOptions) error {
		if meta == nil {
			return invalid("WithResponse", "meta is nil")
		}
		o.meta = meta
		return nil
	}
}

// ownHeaders cannot be set for a call: they hold the credential or frame the
// request. With an idempotency key net/http would resend a POST by itself.
var ownHeaders = map[string]bool{
	"Authorization": true, "Cookie": true, "X-User-Email": true, "X-User-Token": true,
	"Host": true, "Content-Length": true, "Transfer-Encoding": true, "Connection": true,
	"Content-Type": true, "Accept-Encoding": true, "Idempotency-Key": true, "X-Idempotency-Key": true,
}

// notToken reports whether a rune cannot be part of a header name.
func notToken(r rune) bool {
	letterOrDigit := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letterOrDigit && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// WithHeader adds a header to the requests of the call. It refuses headers that
// the client sets, such as Authorization and Content-Type, and idempotency
// keys, with which net/http would resend a create by itself.
func WithHeader(key, value string) CallOption {
	return func(o *callOptions) error {
		key := textproto.CanonicalMIMEHeaderKey(key)
		if key == "" || strings.ContainsFunc(key, notToken) {
			return invalid("WithHeader", "%q is not a header name", key)
		}
		// Servers read an underscore in a header name as a hyphen.
		if ownHeaders[textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(key, "_", "-"))] {
			return invalid("WithHeader", "%s is the client's own", key)
		}
		if err := headerValue("WithHeader", key, value); err != nil {
			return err
		}
		if o.header == nil {
			o.header = make(http.Header)
		}
		o.header.Add(key, value)
		return nil
	}
}

// WithoutRetry sends the request once.
func WithoutRetry() CallOption {
	return func(o *callOptions) error {
		o.noRetry = true
		return nil
	}
}

// WithTimeout replaces the time limit of one attempt: see WithAttemptTimeout.
// The whole call is bounded by its context.
func WithTimeout(d time.Duration) CallOption {
	return func(o *callOptions) error {
		if d <= 0 {
			return invalid("WithTimeout", "must be positive, got %v", d)
		}
		o.timeout = d
		return nil
	}
}

// AssumeIdempotent permits retries of this call although its operation creates
// something: the caller knows that a second effect does no harm.
func AssumeIdempotent() CallOption {
	return func(o *callOptions) error {
		o.idempotent = true
		return nil
	}
}

// readOptions collects the options of a call. It allocates nothing if there are
// none, as in nearly every call.
func readOptions(opts []CallOption) (*callOptions, error) {
	if len(opts) == 0 {
		return &noOptions, nil
	}
	var errs []error
	options := new(callOptions)
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("opts", "an option is nil"))
		} else if err := opt(options); err != nil {
			errs = append(errs, err)
		}
	}
	return options, errors.Join(errs...)
}

var noOptions callOptions
