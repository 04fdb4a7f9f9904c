package workato

import (
	"encoding/json"
	"reflect"
)

// Opt is a field of an update: absent (the zero value), set to a value (Set) or
// cleared (Null). Updates of the API change only the properties that are in the
// body, and null clears a property.
type Opt[T any] struct {
	state optState
	value T
}

type optState uint8

const (
	optSet optState = iota + 1
	optNull
)

// Set returns an Opt that sets the property to v.
func Set[T any](v T) Opt[T] { return Opt[T]{state: optSet, value: v} }

// Null returns an Opt that clears the property.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optSet }

// IsNull reports whether the property is to be cleared.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero reports whether the property is absent. encoding/json calls it for
// fields tagged omitzero.
func (o Opt[T]) IsZero() bool { return o.state == 0 }

// MarshalJSON returns the value, or null. A list or map that is nil is an empty
// one: only Null clears a property.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	switch v := reflect.ValueOf(o.value); {
	case v.Kind() == reflect.Map && v.IsNil():
		return []byte("{}"), nil
	case v.Kind() == reflect.Slice && v.IsNil() && v.Type().Elem().Kind() != reflect.Uint8: // bytes are not a list
		return []byte("[]"), nil
	}
	return json.Marshal(o.value)
}

// Ptr returns a pointer to v, for the few optional fields of a list filter or a
// create whose zero value means something: Running: workato.Ptr(false). From Go
// 1.26 on, new(v) does the same. Fields of updates have the type Opt instead,
// because they can also be cleared.
func Ptr[T any](v T) *T { return &v }

// held is the value, for code that visits all texts of a request.
func (o Opt[T]) held() any { return o.value }

// UnmarshalJSON reads null as Null and anything else as Set.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}
