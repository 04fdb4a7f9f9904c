// Package strictjson decodes JSON strictly, and reports the line and the field
// of a mistake.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PlaceError is a mistake at one place of a document.
type PlaceError struct {
	// Place is the path of the value: "customers[1].name". It is empty for the
	// whole document.
	Place string
	// Problem says what is wrong with it.
	Problem string
}

// Error implements error.
func (m *PlaceError) Error() string { return strings.TrimPrefix(m.Place+": "+m.Problem, ": ") }

// Decode decodes JSON and names the line and the field of a mistake.
func Decode(name string, data []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(target)
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrongType):
		mismatch := &PlaceError{withoutIndexes(wrongType.Field), article(wrongType.Value) + " instead of " + article(kindName(wrongType))}
		return fmt.Errorf("%s:%d: %w", name, lineAt(data, wrongType.Offset), mismatch)
	case errors.As(err, &syntax):
		return fmt.Errorf("%s:%d: %w", name, lineAt(data, syntax.Offset), err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%s:%d: the JSON text ends too early", name, lineAt(data, int64(len(data))))
	}
	walk := json.NewDecoder(bytes.NewReader(data))
	if mistake := firstMistake(walk, reflect.TypeOf(target), ""); mistake != nil {
		return fmt.Errorf("%s:%d: %w", name, lineAt(data, walk.InputOffset()), mistake)
	}
	if err != nil {
		return fmt.Errorf("%s:%d: %s", name, lineAt(data, decoder.InputOffset()), strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, more := decoder.Token(); more != io.EOF {
		return fmt.Errorf("%s:%d: more than one JSON value", name, lineAt(data, decoder.InputOffset()))
	}
	return nil
}

// firstMistake reads a JSON value and returns the first key that its type does
// not have, or the first text that is not a time where one belongs. The decoder
// is then just after it: encoding/json itself reports neither their place nor
// the line of a key.
func firstMistake(decoder *json.Decoder, t reflect.Type, place string) *PlaceError {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	open, _ := decoder.Token()
	switch open {
	case json.Delim('{'):
		for decoder.More() {
			key, _ := decoder.Token()
			name, isKey := key.(string)
			if !isKey {
				return nil
			}
			inner, known := typeOfKey(t, name)
			at := strings.TrimPrefix(place+"."+name, ".")
			if !known {
				return &PlaceError{at, "unknown field"}
			}
			if found := firstMistake(decoder, inner, at); found != nil {
				return found
			}
		}
	case json.Delim('['):
		element := reflect.TypeFor[any]()
		if t.Kind() == reflect.Slice {
			element = t.Elem()
		}
		for i := 0; decoder.More(); i++ {
			if found := firstMistake(decoder, element, fmt.Sprintf("%s[%d]", place, i)); found != nil {
				return found
			}
		}
	default:
		text, isText := open.(string)
		if _, err := time.Parse(time.RFC3339, text); isText && err != nil && t == reflect.TypeFor[time.Time]() {
			return &PlaceError{place, strconv.Quote(text) + " is not a time"}
		}
		return nil
	}
	_, _ = decoder.Token()
	return nil
}

// typeOfKey is the type of the value under a key.
func typeOfKey(t reflect.Type, key string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for i := range t.NumField() {
			tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if tag == key {
				return t.Field(i).Type, true
			}
		}
		return nil, false
	default:
		return reflect.TypeFor[any](), true
	}
}

// article puts one before a word.
func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}

// kindName is the JSON kind that a field expects.
func kindName(err *json.UnmarshalTypeError) string {
	switch kind := err.Type.Kind().String(); {
	case kind == "struct" && err.Type.String() == "time.Time":
		return "time"
	case kind == "struct" || kind == "map" || kind == "ptr":
		return "object"
	case kind == "slice":
		return "list"
	case strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "float"):
		return "number"
	default:
		return kind
	}
}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

// Locate turns places in a seed ("customers[1].name") into lines of its text.
func Locate(name string, data []byte, err error) error {
	if err == nil {
		return nil
	}
	joined, several := err.(interface{ Unwrap() []error })
	if !several {
		return fmt.Errorf("%s: %w", name, err)
	}
	var located []error
	for _, one := range joined.Unwrap() {
		var at *PlaceError
		if !errors.As(one, &at) {
			located = append(located, fmt.Errorf("%s: %w", name, one))
			continue
		}
		located = append(located, fmt.Errorf("%s:%d: %w", name, lineAt(data, offsetOf(data, at.Place)), one))
	}
	return errors.Join(located...)
}

// offsetOf walks through a JSON text to a place such as
// "customers[1].recipes[0].name" and returns how far it came: a field that is
// missing is found at the object it is missing from.
func offsetOf(data []byte, place string) int64 {
	decoder := json.NewDecoder(bytes.NewReader(data))
	steps := strings.FieldsFunc(place, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	at := int64(0)
	for _, step := range steps {
		open, err := decoder.Token()
		if err != nil {
			return at
		}
		at = decoder.InputOffset()
		found := false
		switch open {
		case json.Delim('{'):
			found = enterKey(decoder, step)
		case json.Delim('['):
			found = enterIndex(decoder, step)
		}
		if !found {
			return at
		}
		at = decoder.InputOffset()
	}
	// Next is the value itself: its line is where it begins.
	rest := data[at:]
	return at + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

func enterKey(decoder *json.Decoder, key string) bool {
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return false
		}
		if name == key {
			return true
		}
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}

func enterIndex(decoder *json.Decoder, index string) bool {
	for i := 0; decoder.More(); i++ {
		if strconv.Itoa(i) == index {
			return true
		}
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}

// withoutIndexes removes the list positions from a path. One implementation of
// encoding/json includes them and the other does not.
func withoutIndexes(path string) string {
	steps := slices.DeleteFunc(strings.Split(path, "."), func(step string) bool {
		return step != "" && strings.Trim(step, "0123456789") == ""
	})
	return strings.Join(steps, ".")
}
