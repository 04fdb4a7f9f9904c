// Package wire reads JSON as the service really sends it: ids as numbers or as
// strings of digits, timestamps that are null, empty or the word "null",
// envelopes that come and go, JSON documents inside strings. It knows no
// resource of the API.
//
// Everything is first decoded strictly by encoding/json, which is what nearly
// every answer needs. Only if that fails is the document brought into the form
// that the Go type asks for and decoded again, so that tolerance costs nothing
// where it is not needed.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// FieldError names the part of a document that cannot be read.
type FieldError struct {
	Path string // "result[3].id"
	Err  error
}

func (e *FieldError) Error() string { return fmt.Sprintf("field %q: %v", e.Path, e.Err) }

func (e *FieldError) Unwrap() error { return e.Err }

// Within says that an error was met in the part of a document with this path;
// an empty path is the whole.
func Within(path string, err error) error {
	inner, ok := err.(*FieldError) //nolint:errorlint // a wrapped one has said its path in its text
	switch {
	case path == "":
		return err
	case !ok:
		return &FieldError{Path: path, Err: err}
	case inner.Path != "" && inner.Path[0] != '[':
		path += "."
	}
	return &FieldError{Path: path + inner.Path, Err: inner.Err}
}

// Decode reads data into v, which is a pointer.
func Decode(data []byte, v any) error {
	strict := json.Unmarshal(data, v)
	if strict == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(strict, &syntax) {
		return strict
	}
	tolerant, err := normalize(data, typeOf(v), "")
	if err != nil {
		return err
	}
	reset(v)
	return json.Unmarshal(tolerant, v)
}

func isObject(data []byte) bool { return firstByte(data) == '{' }

func isList(data []byte) bool { return firstByte(data) == '[' }

func firstByte(data []byte) byte {
	for _, c := range data {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// List is a list with what its envelope said.
type List[T any] struct {
	Items []T
	// Count is nil where the envelope lacks it.
	Count *int64
}

// maxRoom bounds how many rows are made room for on a guess.
const maxRoom = 100

// resultOfObjects is how nearly every list begins.
const resultOfObjects = `{"result":[{`

// roomFor guesses the number of rows of such a list from the length of the
// first one. The guess is a little high: one row too few would cost as much
// again as all of them.
func roomFor(data []byte) int {
	data = data[len(resultOfObjects):]
	first := bytes.Index(data, []byte("},{"))
	if first < 0 {
		return 1
	}
	rows := len(data)/(first+len("},{")) + 1
	return min(rows+rows/8, maxRoom)
}

// DecodeList reads a list: bare, or under result, items or data. A document
// without any of them is an error and never an empty list.
func DecodeList[T any](data []byte) (List[T], error) {
	switch {
	case isList(data):
		var l List[T]
		err := Decode(data, &l.Items)
		return l, err
	case !isObject(data):
		return List[T]{}, &KindError{Want: "a list", Got: KindOf(data).String()}
	}
	var envelope struct {
		Result *[]T   `json:"result"`
		Items  *[]T   `json:"items"`
		Data   *[]T   `json:"data"`
		Count  *int64 `json:"count"`
	}
	// Room for all rows at once saves half of the memory of a page. It is made
	// only where the key is seen to be there with a row in it: a missing list
	// must not pass for an empty one.
	if bytes.HasPrefix(data, []byte(resultOfObjects)) {
		room := make([]T, 0, roomFor(data))
		envelope.Result = &room
	}
	if err := Decode(data, &envelope); err != nil {
		return List[T]{}, err
	}
	l := List[T]{Count: envelope.Count}
	for _, items := range []*[]T{envelope.Result, envelope.Items, envelope.Data} {
		if items != nil {
			l.Items = *items
			return l, nil
		}
	}
	return List[T]{}, &KindError{Want: "a list under result, items or data", Got: "an object without one"}
}

// DecodeObject reads an object: bare, or under result or data, where it may
// also be the only element of a list.
func DecodeObject[T any](data []byte) (*T, error) {
	if !isObject(data) {
		return nil, &KindError{Want: "an object", Got: KindOf(data).String()}
	}
	inner, err := unwrap(data)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := Decode(inner, v); err != nil {
		return nil, err
	}
	return v, nil
}

// unwrap takes an object out of its envelope, if it has one.
func unwrap(data []byte) ([]byte, error) {
	if !MentionsKey(data, "result") && !MentionsKey(data, "data") {
		return data, nil
	}
	var envelope struct {
		ID     json.RawMessage `json:"id"`
		Result json.RawMessage `json:"result"`
		Data   json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(data, &envelope); err != nil {
		return nil, err
	}
	if envelope.ID != nil { // an object that has such a key besides
		return data, nil
	}
	inner := envelope.Result
	if inner == nil {
		inner = envelope.Data
	}
	switch {
	case inner == nil: // the word stands deeper down
		return data, nil
	case isObject(inner):
		return inner, nil
	case !isList(inner):
		return nil, &KindError{Want: "an object under result", Got: KindOf(inner).String()}
	}
	var list []json.RawMessage
	if err := json.Unmarshal(inner, &list); err != nil {
		return nil, err
	}
	if len(list) != 1 || !isObject(list[0]) {
		return nil, &KindError{Want: "one object under result", Got: fmt.Sprintf("a list of %d", len(list))}
	}
	return list[0], nil
}

// MentionsKey reports whether key stands somewhere in data as the key of an
// object, with a small or a capital first letter. It is a cheap way to find out
// that a document need not be looked at more closely.
func MentionsKey(data []byte, key string) bool {
	tail := []byte(key[1:] + `"`)
	for rest := data; ; {
		i := bytes.Index(rest, tail)
		if i < 0 {
			return false
		}
		after := rest[i+len(tail):]
		if i >= 2 && rest[i-2] == '"' && rest[i-1]|0x20 == key[0]|0x20 && firstByte(after) == ':' {
			return true
		}
		rest = after
	}
}

// firstObject returns raw if it is an object, or the first element of a list of
// objects, as which one source types the result of a confirmation. Anything
// else yields nil.
func firstObject(raw json.RawMessage) json.RawMessage {
	if isObject(raw) {
		return raw
	}
	var list []json.RawMessage
	if !isList(raw) || json.Unmarshal(raw, &list) != nil || len(list) == 0 || !isObject(list[0]) {
		return nil
	}
	return list[0]
}
