package redact

import (
	"errors"
	"reflect"
	"strconv"
)

// shown is a third-party error whose text must be changed, usually because it
// holds a secret. errors.Is and errors.As work as on the original, which is
// kept in closures: format verbs that do not call Error would print it.
type shown struct {
	text string
	is   func(error) bool
	as   func(any) bool
}

// Error returns err with another text. errors.As finds in it only errors
// without a secret in their own text.
func (s *Secrets) Error(err error, text string) error {
	return &shown{
		text: text,
		is:   func(target error) bool { return errors.Is(err, target) },
		as:   func(target any) bool { return s.as(err, target) },
	}
}

// as is errors.As, but skips errors that show a secret.
func (s *Secrets) as(err error, target any) bool {
	found := reflect.New(reflect.TypeOf(target).Elem())
	if !errors.As(err, found.Interface()) {
		return false
	}
	inner, _ := reflect.TypeAssert[error](found.Elem())
	if text := inner.Error(); s.Text(text) == text {
		reflect.ValueOf(target).Elem().Set(found.Elem())
		return true
	}
	switch err := err.(type) { //nolint:errorlint // walks the chain itself
	case interface{ Unwrap() error }:
		return s.as(err.Unwrap(), target)
	case interface{ Unwrap() []error }:
		for _, part := range err.Unwrap() {
			if s.as(part, target) {
				return true
			}
		}
	}
	return false
}

func (e *shown) Error() string        { return e.text }
func (e *shown) GoString() string     { return strconv.Quote(e.text) }
func (e *shown) Is(target error) bool { return e.is(target) }
func (e *shown) As(target any) bool   { return e.as(target) }
