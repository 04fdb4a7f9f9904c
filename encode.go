package workato

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/google/go-querystring/query"

	"github.com/go-workato/workato/internal/wire"
)

const notUTF8 = "is not valid UTF-8"

// encodeBody encodes the body of a request. Text that is not UTF-8 is refused:
// encoding/json would replace it silently.
func encodeBody(params any) ([]byte, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, invalid("params", "cannot be sent as JSON: %v", err)
	}
	valid := utf8.Valid(body)
	// The replacement character stands for what was not UTF-8: escaped, or
	// unescaped with newer versions of encoding/json.
	if valid && !bytes.Contains(body, []byte(`\ufffd`)) && !bytes.Contains(body, []byte("\ufffd")) {
		return body, nil
	}
	if field := brokenText(reflect.ValueOf(params), ""); field != "" {
		return nil, invalid(field, notUTF8)
	}
	if !valid {
		return nil, invalid("params", notUTF8)
	}
	return body, nil
}

// encodeQuery does the same for the query of a typed call. The query of a raw
// call is sent as it is.
func encodeQuery(params any) (string, error) {
	values, raw := params.(url.Values)
	if raw {
		return values.Encode(), nil
	}
	values, err := query.Values(params)
	if err != nil {
		return "", invalid("params", "%v", err)
	}
	for key, each := range values {
		for _, text := range append(each, key) {
			if !utf8.ValidString(text) {
				return "", invalid(brokenText(reflect.ValueOf(params), ""), notUTF8)
			}
		}
	}
	return values.Encode(), nil
}

// brokenText returns the path of a text in a value that is not UTF-8, or "" if
// there is none. It need not be fast: the call has failed already.
func brokenText(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return path
		}
	case reflect.Pointer, reflect.Interface:
		return brokenText(v.Elem(), path)
	case reflect.Slice, reflect.Array:
		if v.Type() == reflect.TypeFor[json.RawMessage]() && !utf8.Valid(v.Bytes()) {
			return path
		}
		for i := range v.Len() {
			if found := brokenText(v.Index(i), path+"["+strconv.Itoa(i)+"]"); found != "" {
				return found
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if key.Kind() == reflect.String && !utf8.ValidString(key.String()) {
				return join(path, oneLine(key.String()))
			}
			if found := brokenText(v.MapIndex(key), join(path, oneLine(key.String()))); found != "" {
				return found
			}
		}
	case reflect.Struct:
		return brokenField(v, path)
	default:
	}
	return ""
}

func brokenField(v reflect.Value, path string) string {
	if v.CanInterface() {
		if opt, ok := reflect.TypeAssert[interface{ held() any }](v); ok {
			return brokenText(reflect.ValueOf(opt.held()), path)
		}
	}
	for i := range v.NumField() {
		field, name := v.Type().Field(i), path
		if !field.IsExported() && !field.Anonymous {
			continue
		}
		if !field.Anonymous {
			name = join(path, field.Name)
		}
		if found := brokenText(v.Field(i), name); found != "" {
			return found
		}
	}
	return ""
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// oneLine makes a text of the service suitable for an error.
func oneLine(s string) string { return wire.Line(s, wire.MaxLine) }
