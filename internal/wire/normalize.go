package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

var (
	timeType        = reflect.TypeFor[time.Time]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
)

func typeOf(v any) reflect.Type { return reflect.TypeOf(v).Elem() }

// reset sets what v points to back to zero: a failed strict decoding leaves
// half of the document behind.
func reset(v any) { reflect.ValueOf(v).Elem().SetZero() }

var null = []byte("null")

// normalize returns the document with each value in the form that t asks for.
// What it cannot bring into that form is an error with the path of the value.
func normalize(data []byte, t reflect.Type, path string) ([]byte, error) {
	data = bytes.TrimSpace(data)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(data) == 0 || bytes.Equal(data, null) {
		return null, nil
	}
	var (
		out []byte
		err error
	)
	switch {
	case t == timeType:
		out, err = normalizeTime(data)
	case t.Kind() == reflect.Interface:
		return data, nil
	case reflect.PointerTo(t).Implements(unmarshalerType):
		// It reads the value by itself later on; only here is it known where the
		// value stands.
		v, _ := reflect.TypeAssert[json.Unmarshaler](reflect.New(t))
		if err := v.UnmarshalJSON(data); err != nil {
			return nil, Within(path, err)
		}
		return data, nil
	default:
		switch t.Kind() {
		case reflect.Struct:
			return normalizeStruct(data, t, path)
		case reflect.Map:
			return normalizeMap(data, t, path)
		case reflect.Slice, reflect.Array:
			return normalizeList(data, t, path)
		case reflect.String:
			out, err = normalizeString(data)
		case reflect.Bool:
			out, err = normalizeBool(data)
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			out, err = normalizeInt(data)
		case reflect.Float32, reflect.Float64:
			out, err = normalizeFloat(data)
		default:
			return data, nil
		}
	}
	if err != nil {
		return nil, &FieldError{Path: path, Err: err}
	}
	return out, nil
}

// scalar returns the text of a string, or the literal of a number or boolean.
// Objects and lists are returned as they are, with nested set.
func scalar(data []byte) (text string, nested bool, err error) {
	switch data[0] {
	case '"':
		err = json.Unmarshal(data, &text)
		return strings.TrimSpace(text), false, err
	case '{', '[':
		return string(data), true, nil
	}
	return string(data), false, nil
}

var errKind = errors.New("wrong kind of value")

func wrong(want string, data []byte) error {
	return fmt.Errorf("%w: expected %s, got %s", errKind, want, KindOf(data))
}

func normalizeInt(data []byte) ([]byte, error) {
	text, nested, err := scalar(data)
	switch {
	case err != nil:
		return nil, err
	case nested:
		return nil, wrong("a whole number", data)
	case text == "" || text == "null":
		return null, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return strconv.AppendInt(nil, n, 10), nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == float64(int64(f)) && f < 1<<53 && f > -1<<53 {
		return strconv.AppendInt(nil, int64(f), 10), nil
	}
	return nil, wrong("a whole number", data)
}

func normalizeFloat(data []byte) ([]byte, error) {
	text, nested, err := scalar(data)
	switch {
	case err != nil:
		return nil, err
	case nested:
		return nil, wrong("a number", data)
	case text == "" || text == "null":
		return null, nil
	case !json.Valid([]byte(text)):
		return nil, wrong("a number", data)
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return nil, wrong("a number", data)
	}
	return []byte(text), nil
}

func normalizeBool(data []byte) ([]byte, error) {
	text, nested, err := scalar(data)
	if err != nil {
		return nil, err
	}
	if !nested {
		switch strings.ToLower(text) {
		case "true", "1":
			return []byte("true"), nil
		case "false", "0":
			return []byte("false"), nil
		case "", "null":
			return null, nil
		}
	}
	return nil, wrong("true or false", data)
}

// normalizeString takes the text of anything: a number's digits, a document's
// JSON as it stands. false stands for "none" in places that hold text.
func normalizeString(data []byte) ([]byte, error) {
	if data[0] == '"' {
		return data, nil
	}
	if string(data) == "false" {
		return null, nil
	}
	return json.Marshal(string(data))
}

// timeLayouts are the forms of a timestamp that are read besides RFC 3339.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999 Z0700",
	"2006-01-02 15:04:05.999999999 UTC", // no other name: most stand for more than one offset
	"2006-01-02 15:04:05.999999999",
	time.DateOnly,
}

func normalizeTime(data []byte) ([]byte, error) {
	text, nested, err := scalar(data)
	switch {
	case err != nil:
		return nil, err
	case nested || data[0] != '"' && text != "false":
		return nil, wrong("a timestamp", data)
	case text == "" || text == "null" || text == "false":
		return null, nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.MarshalJSON()
		}
	}
	return nil, fmt.Errorf("%w: cannot read %s as a timestamp", errKind, Line(text, 64))
}

// document returns data, or the JSON document inside if data is a string that
// holds one of the kind that begins with open.
func document(data []byte, open byte) ([]byte, bool) {
	if data[0] == open {
		return data, true
	}
	text, _, err := scalar(data)
	if err != nil {
		return nil, false
	}
	if text == "" || text == "null" {
		return null, true
	}
	if text[0] == open && json.Valid([]byte(text)) {
		return []byte(text), true
	}
	return nil, false
}

func normalizeList(data []byte, t reflect.Type, path string) ([]byte, error) {
	inner, ok := document(data, '[')
	if !ok {
		return nil, &FieldError{Path: path, Err: wrong("a list", data)}
	}
	var items []json.RawMessage
	if err := json.Unmarshal(inner, &items); err != nil {
		return null, err
	}
	for i, item := range items {
		out, err := normalize(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
		if err != nil {
			return nil, err
		}
		items[i] = out
	}
	return json.Marshal(items)
}

func normalizeMap(data []byte, t reflect.Type, path string) ([]byte, error) {
	return normalizeFields(data, path, func(string) (reflect.Type, bool) { return t.Elem(), true })
}

func normalizeStruct(data []byte, t reflect.Type, path string) ([]byte, error) {
	return normalizeFields(data, path, func(key string) (reflect.Type, bool) { return fieldType(t, key) })
}

// normalizeFields brings the values of an object into the types that wanted
// gives for their keys, and leaves the others alone.
func normalizeFields(data []byte, path string, wanted func(key string) (reflect.Type, bool)) ([]byte, error) {
	inner, ok := document(data, '{')
	if !ok {
		if string(bytes.Join(bytes.Fields(data), nil)) == "[]" { // an empty hash, said as an empty list
			return null, nil
		}
		return nil, &FieldError{Path: path, Err: wrong("an object", data)}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(inner, &fields); err != nil {
		return null, err
	}
	for key, value := range fields {
		t, ok := wanted(key)
		if !ok {
			continue
		}
		out, err := normalize(value, t, strings.TrimPrefix(path+"."+key, "."))
		if err != nil {
			return nil, err
		}
		fields[key] = out
	}
	return json.Marshal(fields)
}

// fieldType finds the field that encoding/json would decode key into.
func fieldType(t reflect.Type, key string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if name != "-" && strings.EqualFold(name, key) {
			return f.Type, true
		}
	}
	return nil, false
}
