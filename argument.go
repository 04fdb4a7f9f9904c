package workato

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// ErrInvalidArgument says that a call was refused before anything was sent.
// An *ArgumentError with the name of the field is behind it.
var ErrInvalidArgument = errors.New("invalid argument")

// ArgumentError says which argument of a call or an option cannot be used. It
// is returned before anything is sent.
type ArgumentError struct {
	// Field is the name of the parameter, field or option.
	Field string
	// Problem says what is wrong with it.
	Problem string
}

func (e *ArgumentError) Error() string { return "workato: " + e.Field + ": " + e.Problem }

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *ArgumentError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Is makes it an ErrInvalidArgument.
func (e *ArgumentError) Is(target error) bool { return target == ErrInvalidArgument }

func invalid(field, format string, args ...any) error {
	return &ArgumentError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// needed returns the params of a call that requires them, and the problem if
// they are nil, so that the rest of the call can still be checked.
func needed[P any](params *P) (*P, error) {
	if params == nil {
		return new(P), invalid("params", "is nil")
	}
	return params, nil
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

// eachID is requiredID for every id of a list, which may be empty.
func eachID(field string, ids []int64) error {
	for _, id := range ids {
		if err := requiredID(field, id); err != nil {
			return err
		}
	}
	return nil
}

// optionalID refuses an impossible id; 0 means none.
func optionalID(field string, id int64) error {
	if id < 0 {
		return invalid(field, "must be a positive id, got %d", id)
	}
	return nil
}

// notCleared refuses Null where its effect is unknown.
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

// changedName checks the name in an update, which may be absent or changed, but
// neither cleared nor blank.
func changedName(name Opt[string]) error { return changedText("Name", name) }

// changedText is changedName for another field.
func changedText(field string, text Opt[string]) error {
	if v, ok := text.Get(); ok {
		return required(field, v)
	}
	return notCleared(field, text)
}

// given returns a copy of params, which may be nil.
func given[P any](params *P) P {
	if params == nil {
		var none P
		return none
	}
	return *params
}
