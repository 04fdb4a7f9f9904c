package redact

import (
	"errors"
	"strconv"
)

// shown is an error of foreign origin whose text cannot be shown as it is, most
// likely for a secret in it. It answers errors.Is and errors.As like the
// original, which stays behind closures: format verbs that do not call Error
// would print it.
type shown struct {
	text string
	is   func(error) bool
	as   func(any) bool
}

// Error returns an error that is err in all but its text.
func Error(err error, text string) error {
	return &shown{
		text: text,
		is:   func(target error) bool { return errors.Is(err, target) },
		as:   func(target any) bool { return errors.As(err, target) },
	}
}

func (e *shown) Error() string        { return e.text }
func (e *shown) GoString() string     { return strconv.Quote(e.text) }
func (e *shown) Is(target error) bool { return e.is(target) }
func (e *shown) As(target any) bool   { return e.as(target) }
