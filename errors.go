package workato

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// Sentinels for errors.Is. The first group is about the service's response, and
// an *APIError is behind each of them.
var (
	// ErrBadRequest is HTTP 400.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized is HTTP 401. The service sends it for a wrong token, for
	// a token of another data centre, and for an endpoint that the role of the
	// API client lacks.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is HTTP 403.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is HTTP 404: missing, or owned by someone else.
	ErrNotFound = errors.New("not found")
	// ErrConflict is HTTP 409, and the 400 for a value that must be unique and
	// is already taken, such as the external id of a customer.
	ErrConflict = errors.New("conflict")
	// ErrUnprocessable is HTTP 422.
	ErrUnprocessable = errors.New("unprocessable")
	// ErrRateLimited is HTTP 429. Nothing was done.
	ErrRateLimited = errors.New("rate limited")
	// ErrServer is any HTTP 5xx.
	ErrServer = errors.New("server error")
	// ErrRejected is a response that says "success": false, whatever its status:
	// the service usually sends it with HTTP 200.
	ErrRejected = errors.New("rejected")
	// ErrUnexpectedResponse is a response with a success status but the wrong
	// content: HTML, nothing, null, a list where an object is due.
	ErrUnexpectedResponse = errors.New("unexpected response")
	// ErrRedirect is HTTP 3xx. Redirects are never followed, because they could
	// carry the credential elsewhere.
	ErrRedirect = errors.New("redirect refused")

	// ErrOutcomeUnknown says that something may have been created although no
	// usable response was received, or that a retry found one of several objects
	// gone that were to be removed: check before you try again.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrLimiter says that the client's Limiter gave up waiting. The attempt that
	// it held back was not sent.
	ErrLimiter = errors.New("limiter gave up")
	// ErrRepeatedPage says that a list continued with a page that it had sent
	// before, for example because the service ignores the page number.
	ErrRepeatedPage = fmt.Errorf("%w: the same page again", ErrUnexpectedResponse)
	// ErrWaitTimeout says that a Wait call used up its MaxWait.
	ErrWaitTimeout = errors.New("maximum wait used up")
)

// APIError is the service's response when it did not do what was asked. Its
// text is one line without URLs or credentials.
type APIError struct {
	// StatusCode is the HTTP status. It may be 200: see ErrRejected.
	StatusCode int
	// Message is the text of the service, at most 512 bytes on one line.
	Message string
	// Code is the code or error_type of the body, as found.
	Code string
	// Fields are the messages by field of a failed validation.
	Fields map[string][]string
	// RequestID is the X-Request-Id header, or the incident id in the body of a
	// 500. Workato's support asks for it.
	RequestID string
	// Operation is the name of the Operation, Method and Path are its verb and
	// its path template.
	Operation, Method, Path string
	// Attempts is how many requests were sent.
	Attempts int
	// RetryAfter is the wait that the service asked for, 0 for none.
	RetryAfter time.Duration
	// Rejected says that the body holds "success": false.
	Rejected bool
	// OutcomeUnknown says that something may have been done: see ErrOutcomeUnknown.
	OutcomeUnknown bool
	// Body is the response as received, at most 64 KiB, with secrets taken out. It
	// appears in no text, log or dump of the error. It is empty if the response
	// should have shown a secret, such as a new token, and could not be used.
	Body []byte `json:"-"`

	unexpected error  // why a response with a success status cannot be used
	legacy     bool   // the credential is of a style that the service has retired
	noBudget   bool   // a retry was due, but the retry budget was used up
	status     string // the value of "status" in the body
	lookup     string // how to find out what became of a Create
}

// Error returns one line: operation, status, message, request id and what to
// check next.
func (e *APIError) Error() string {
	var b strings.Builder
	b.WriteString("workato: ")
	b.WriteString(e.Operation)
	b.WriteString(": HTTP ")
	b.WriteString(strconv.Itoa(e.StatusCode))
	switch {
	case e.unexpected != nil:
		b.WriteString(": unexpected response: ")
		b.WriteString(e.unexpected.Error())
		if e.Message != "" {
			b.WriteString(": ")
			b.WriteString(e.Message)
		}
	case e.Message != "":
		b.WriteString(": ")
		b.WriteString(e.Message)
	case e.Rejected: // the name of the status is mostly OK
		b.WriteString(": ")
		b.WriteString(ErrRejected.Error())
	case http.StatusText(e.StatusCode) != "":
		b.WriteString(": ")
		b.WriteString(http.StatusText(e.StatusCode))
	}
	if e.RequestID != "" {
		b.WriteString(" (request ")
		b.WriteString(e.RequestID)
		b.WriteString(")")
	}
	b.WriteString(attemptsText(e.Attempts, e.noBudget))
	if e.StatusCode == http.StatusUnauthorized {
		if e.legacy {
			b.WriteString("; the service has retired keys of this style: use WithAPIToken with the token of an API client")
		} else {
			b.WriteString("; the token may be wrong or of another data centre, or its client role may lack this endpoint")
		}
	}
	if e.OutcomeUnknown {
		b.WriteString("; ")
		b.WriteString(unknownText(e.lookup))
	}
	return b.String()
}

func attemptsText(attempts int, noBudget bool) string {
	var text string
	if attempts > 1 {
		text = " after " + strconv.Itoa(attempts) + " attempts"
	}
	if noBudget {
		text += "; not retried: the retry budget of the client is used up"
	}
	return text
}

func unknownText(lookup string) string {
	if lookup == "" {
		lookup = "check before you try again"
	}
	return "the outcome is unknown: " + lookup
}

// Is reports whether the response belongs to the class of a sentinel.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrBadRequest:
		return e.StatusCode == http.StatusBadRequest
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrForbidden:
		return e.StatusCode == http.StatusForbidden
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound
	case ErrConflict:
		return e.StatusCode == http.StatusConflict || e.taken()
	case ErrUnprocessable:
		return e.StatusCode == http.StatusUnprocessableEntity
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	case ErrRejected:
		return e.Rejected
	case ErrRedirect:
		return e.StatusCode >= 300 && e.StatusCode < 400
	case ErrOutcomeUnknown:
		return e.OutcomeUnknown
	case ErrUnexpectedResponse:
		return e.unexpected != nil
	}
	return false
}

// Unwrap returns why a response with a success status could not be used.
func (e *APIError) Unwrap() error { return e.unexpected }

// As converts the error to a *CallError, for callers that only want the
// operation.
func (e *APIError) As(target any) bool {
	call, ok := target.(**CallError)
	if ok {
		*call = &CallError{
			Operation: e.Operation, Method: e.Method, Path: e.Path,
			Attempts: e.Attempts, OutcomeUnknown: e.OutcomeUnknown, Err: e,
		}
	}
	return ok
}

// taken recognises the response to a duplicate external id: a 400 whose exact
// text is unknown, except that it contains "taken".
func (e *APIError) taken() bool {
	if e.StatusCode != http.StatusBadRequest && e.StatusCode != http.StatusUnprocessableEntity {
		return false
	}
	return e.says("already been taken") || e.says("already taken")
}

// says reports whether the service's text contains words, in any case.
func (e *APIError) says(words string) bool {
	if strings.Contains(strings.ToLower(e.Message), words) {
		return true
	}
	for _, messages := range e.Fields {
		for _, message := range messages {
			if strings.Contains(strings.ToLower(message), words) {
				return true
			}
		}
	}
	return false
}

// GoString keeps %#v from dumping the body.
func (e *APIError) GoString() string { return "&workato.APIError{" + strconv.Quote(e.Error()) + "}" }

// LogValue implements slog.LogValuer, as all errors of this package do: a group
// of operation, status, message, request_id, attempts and outcome_unknown. The
// message of an *APIError is the service's text, that of the others their own.
func (e *APIError) LogValue() slog.Value { return logValue(e, e.Message) }

// isGone says that a retried delete found nothing to delete. The 404 must be
// the service's own: a router that has lost the service sends one with HTML,
// text or no body.
func isGone(e *APIError) bool { return e.Is(ErrNotFound) && wire.KindOf(e.Body) == wire.KindObject }
