package workato

import (
	"errors"
	"log/slog"
	"strconv"
	"strings"
)

// CallError says which call failed. errors.As finds one for every error of a
// call: an *APIError, and any error that wraps one, converts to it, and a call
// that was refused before anything was sent or that ended without a complete
// response is one itself.
type CallError struct {
	// Operation is the name of the Operation, Method and Path are its verb and
	// its path template.
	Operation, Method, Path string
	// Attempts is how many requests were sent; 0 means that nothing left this
	// process.
	Attempts int
	// OutcomeUnknown says that something may have been created. Such an error is
	// also an ErrOutcomeUnknown.
	OutcomeUnknown bool
	// Err is why the call failed.
	Err error

	// last is the response of the previous attempt, if there was one.
	last *APIError
	// class is the sentinel that the cause belongs to, nil for none.
	class    error
	noBudget bool
	lookup   string
}

// failedCall makes the error of a call whose responses make no sense together.
func failedCall(op *operation, err error) *CallError {
	return &CallError{Operation: op.Name, Method: op.Method, Path: op.Path, Err: err}
}

// Error returns one line: operation, reason, last response, outcome. An
// argument error includes the argument's name.
func (e *CallError) Error() string {
	if errors.Is(e.Err, ErrInvalidArgument) && e.Attempts == 0 {
		return e.Err.Error()
	}
	var b strings.Builder
	b.WriteString("workato: ")
	b.WriteString(e.Operation)
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	b.WriteString(attemptsText(e.Attempts, e.noBudget))
	if e.last != nil {
		b.WriteString("; last response: HTTP ")
		b.WriteString(strconv.Itoa(e.last.StatusCode))
		if e.last.Message != "" {
			b.WriteString(": ")
			b.WriteString(e.last.Message)
		}
	}
	if e.OutcomeUnknown {
		b.WriteString("; ")
		b.WriteString(unknownText(e.lookup))
	}
	return b.String()
}

// GoString keeps %#v from dumping the causes.
func (e *CallError) GoString() string { return "&workato.CallError{" + strconv.Quote(e.Error()) + "}" }

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *CallError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the reason, the response of the previous attempt and the
// classes that the error belongs to.
func (e *CallError) Unwrap() []error {
	errs := []error{e.Err}
	if e.last != nil {
		errs = append(errs, e.last)
	}
	if e.class != nil {
		errs = append(errs, e.class)
	}
	if e.OutcomeUnknown {
		errs = append(errs, ErrOutcomeUnknown)
	}
	return errs
}
