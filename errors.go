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
	// ErrInvalidArgument says that a call was refused before anything was sent.
	// An *ArgumentError with the name of the field is behind it.
	ErrInvalidArgument = errors.New("invalid argument")
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
	// Body is the answer as it came, at most 64 KiB, with the credential taken
	// out. It is in no text, log or dump of the error.
	Body []byte `json:"-"`

	unexpected error  // why an answer with a status of success is none
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
		b.WriteString("; the token may be wrong or of another data centre, or its client role may lack this endpoint")
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

// LogValue implements slog.LogValuer with everything but texts of the body.
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

// callError is a call that ended without a complete answer.
type callError struct {
	op       *operation
	attempts int
	cause    error
	// last is the answer of the attempt before, if there was one.
	last *APIError
	// class is the sentinel that the cause belongs to, nil for none.
	class             error
	unknown, noBudget bool
}

func (e *callError) Error() string {
	var b strings.Builder
	b.WriteString("workato: ")
	b.WriteString(e.op.Name)
	b.WriteString(": ")
	b.WriteString(e.cause.Error())
	b.WriteString(attemptsText(e.attempts, e.noBudget))
	if e.last != nil {
		b.WriteString("; last answer: HTTP ")
		b.WriteString(strconv.Itoa(e.last.StatusCode))
		if e.last.Message != "" {
			b.WriteString(": ")
			b.WriteString(e.last.Message)
		}
	}
	if e.unknown {
		b.WriteString("; ")
		b.WriteString(unknownText(e.op.lookup))
	}
	return b.String()
}

// GoString keeps %#v from dumping the causes.
func (e *callError) GoString() string { return "&workato.callError{" + strconv.Quote(e.Error()) + "}" }

func (e *callError) Unwrap() []error {
	errs := []error{e.cause}
	if e.last != nil {
		errs = append(errs, e.last)
	}
	if e.class != nil {
		errs = append(errs, e.class)
	}
	if e.unknown {
		errs = append(errs, ErrOutcomeUnknown)
	}
	return errs
}

// ArgumentError says which argument of a call or an option cannot be used. It
// is made before anything is sent.
type ArgumentError struct {
	// Field is the name of the parameter, field or option.
	Field string
	// Problem says what is wrong with it.
	Problem string
}

func (e *ArgumentError) Error() string { return "workato: " + e.Field + ": " + e.Problem }

// Is makes it an ErrInvalidArgument.
func (e *ArgumentError) Is(target error) bool { return target == ErrInvalidArgument }

func invalid(field, format string, args ...any) error {
	return &ArgumentError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// required returns an error for each pair of a field's name and its value that
// is empty.
func required(pairs ...string) error {
	var errs []error
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			errs = append(errs, invalid(pairs[i], "is required"))
		}
	}
	return errors.Join(errs...)
}

// requiredID refuses an id that is missing or impossible.
func requiredID(field string, id int64) error {
	if id <= 0 {
		return invalid(field, "must be a positive id, got %d", id)
	}
	return nil
}

// optionalID refuses an id that is impossible; 0 stands for none.
func optionalID(field string, id int64) error {
	if id < 0 {
		return invalid(field, "must be a positive id, got %d", id)
	}
	return nil
}

// oneLine makes a text of the service fit for an error.
func oneLine(s string) string { return wire.Line(s, wire.MaxLine) }

// notCleared refuses Null where no source shows what it would do.
func notCleared[T any](field string, opt Opt[T]) error {
	if opt.IsNull() {
		return invalid(field, "cannot be cleared")
	}
	return nil
}

// idIfSet is requiredID for an id that is set.
func idIfSet(field string, id Opt[int64]) error {
	if v, ok := id.Get(); ok {
		return requiredID(field, v)
	}
	return nil
}

// changedName checks the name in an update, which may be left alone or changed,
// but be neither cleared nor blank.
func changedName(name Opt[string]) error {
	if v, ok := name.Get(); ok {
		return required("Name", v)
	}
	return notCleared("Name", name)
}
