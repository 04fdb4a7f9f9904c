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

// Sentinels for errors.Is. The first group says what the service answered, and
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
	// ErrNotFound is HTTP 404: missing, or belonging to someone else.
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
	// ErrRejected is an answer that says "success": false, whatever its status:
	// the service mostly sends it with HTTP 200.
	ErrRejected = errors.New("rejected")
	// ErrUnexpectedResponse is an answer with a status of success that does not
	// hold what it should: HTML, nothing, null, a list where an object is due.
	ErrUnexpectedResponse = errors.New("unexpected response")
	// ErrRedirect is HTTP 3xx. Redirects are never followed, for they could
	// carry the credential elsewhere.
	ErrRedirect = errors.New("redirect refused")

	// ErrOutcomeUnknown says that something may have been created although no
	// usable answer came: look before you try again.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrLimiter says that the Limiter of the client gave up waiting. The
	// attempt that it held back was not sent.
	ErrLimiter = errors.New("limiter gave up")
	// ErrRepeatedPage says that a list went on with a page that it had sent
	// before, as a service does that ignores the page number.
	ErrRepeatedPage = fmt.Errorf("%w: the same page again", ErrUnexpectedResponse)
	// ErrWaitTimeout says that a Wait call used up its MaxWait.
	ErrWaitTimeout = errors.New("maximum wait used up")
)

// APIError is what the service said when it did not do what was asked. Its
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
	// OutcomeUnknown says that something may have been created all the same.
	OutcomeUnknown bool
	// Body is the answer as it came, at most 64 KiB, with secrets taken out. It is
	// in no text, log or dump of the error.
	Body []byte `json:"-"`

	unexpected error  // why a response with a status of success cannot be used
	legacy     bool   // the credential is of a style that the service has retired
	noBudget   bool   // a repeat was due, but the retry budget was used up
	status     string // the word under "status" of the body
	lookup     string // how to find out what became of a Create
}

// Error returns one line: operation, status, message, request id and what to
// look at next.
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
		text += "; not repeated: the retry budget of the client is used up"
	}
	return text
}

func unknownText(lookup string) string {
	if lookup == "" {
		lookup = "look before you try again"
	}
	return "the outcome is unknown: " + lookup
}

// Is reports whether the answer belongs to the class of a sentinel.
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

// Unwrap returns why an answer with a status of success could not be used.
func (e *APIError) Unwrap() error { return e.unexpected }

// As makes a *CallError of the error, for whoever asks for the operation alone.
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

// taken recognises the answer to a duplicate external id: a 400 whose exact
// words were never seen, only that they hold "taken".
func (e *APIError) taken() bool {
	if e.StatusCode != http.StatusBadRequest && e.StatusCode != http.StatusUnprocessableEntity {
		return false
	}
	return e.says("already been taken") || e.says("already taken")
}

// says reports whether the service's text holds words, in any case.
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

// LogValue implements slog.LogValuer: what the text says, without the fields and
// the body.
func (e *APIError) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation),
		slog.Int("status", e.StatusCode),
		slog.String("message", e.Message),
		slog.String("request_id", e.RequestID),
		slog.Int("attempts", e.Attempts),
		slog.Bool("outcome_unknown", e.OutcomeUnknown),
	)
}

// isGone says that what a repeated deletion was to delete is not there. The 404
// must be the service's own: a router that has lost the service says the same in
// HTML, as text or without a word.
func isGone(e *APIError) bool { return e.Is(ErrNotFound) && wire.KindOf(e.Body) == wire.KindObject }
