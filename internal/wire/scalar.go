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
	"unicode/utf8"
)

var errKind = errors.New("wrong kind of value")

func wrong(want string, value []byte) error {
	return fmt.Errorf("%w: expected %s, got %s", errKind, want, KindOf(value))
}

// unquote returns the text of a string as encoding/json reads it.
func unquote(value []byte) string {
	text := value[1 : len(value)-1]
	if bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return string(text)
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return string(text)
	}
	return s
}

// scalar reads a value that is not null into v. none is set if it means no
// value.
func scalar(value []byte, v reflect.Value, f form) (none bool, err error) {
	switch f {
	case asText:
		return readText(value, v)
	case asTime:
		return readTime(value, v)
	default:
	}
	text, quoted := value, value[0] == '"'
	if quoted {
		if text = value[1 : len(value)-1]; bytes.IndexByte(text, '\\') >= 0 {
			text = []byte(unquote(value))
		}
		text = bytes.TrimSpace(text)
	}
	switch {
	case quoted && (len(text) == 0 || bytes.Equal(text, null)):
		return true, nil
	case f == asBool:
		return false, readBool(value, text, v)
	case len(text) > longestNumber:
		return false, wrong("a shorter number", value)
	case f == asInt:
		return false, readInt(value, text, v)
	}
	return false, readFloat(value, text, v)
}

// longestNumber is how many digits of a number are read. A float64 has fewer.
const longestNumber = 1 << 10

func readInt(value, text []byte, v reflect.Value) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(string(text), 64)
		if err != nil || f != float64(int64(f)) || f >= 1<<53 || f <= -1<<53 {
			return wrong("a whole number", value)
		}
		n = int64(f)
	}
	if v.OverflowInt(n) {
		return wrong("a smaller whole number", value)
	}
	v.SetInt(n)
	return nil
}

func readFloat(value, text []byte, v reflect.Value) error {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || v.OverflowFloat(f) || !isValid(text) { // more is a number to strconv
		return wrong("a number", value)
	}
	v.SetFloat(f)
	return nil
}

func readBool(value, text []byte, v reflect.Value) error {
	switch strings.ToLower(string(text[:min(len(text), len("false")+1)])) {
	case "true", "1":
		v.SetBool(true)
	case "false", "0":
		v.SetBool(false)
	default:
		return wrong("true or false", value)
	}
	return nil
}

// readText reads any value as text: a number's digits, a document's JSON as it
// is. false means "none" in places that hold text.
func readText(value []byte, v reflect.Value) (none bool, err error) {
	switch value[0] {
	case '"':
		v.SetString(unquote(value))
	case 'f':
		return true, nil
	default:
		v.SetString(string(value))
	}
	return false, nil
}

// timeLayouts are the timestamp formats that are read besides RFC 3339.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999 Z0700",
	"2006-01-02 15:04:05.999999999 UTC", // no other name: most stand for more than one offset
	"2006-01-02 15:04:05.999999999",
	time.DateOnly,
}

func readTime(value []byte, v reflect.Value) (none bool, err error) {
	into, _ := reflect.TypeAssert[*time.Time](v.Addr()) // otherwise the form is another one
	if value[0] == '"' && into.UnmarshalJSON(value) == nil {
		return false, nil
	}
	*into = time.Time{}
	if value[0] == 'f' {
		return true, nil
	}
	if value[0] != '"' {
		return false, wrong("a timestamp", value)
	}
	text := strings.TrimSpace(unquote(value))
	if text == "" || text == "null" || text == "false" {
		return true, nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			if written, err := t.MarshalJSON(); err != nil || into.UnmarshalJSON(written) != nil {
				break // package time reads more than it writes
			}
			return false, nil
		}
	}
	*into = time.Time{}
	return false, fmt.Errorf("%w: cannot read %s as a timestamp", errKind, Line(text, 64))
}
