package workatotest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// field is a known parameter of a request.
type field struct {
	name     string
	kind     fieldKind
	required bool
	// filled parameters may be absent, but not blank.
	filled bool
}

// fieldKind says which JSON values a parameter may have. Null is always fine.
type fieldKind byte

const (
	// kindScalar takes strings, numbers and booleans: the service reads most
	// parameters from a query as well as from a body.
	kindScalar fieldKind = 's'
	// kindString takes only strings, where the service requires them.
	kindString fieldKind = 'S'
	// kindID takes integers and strings of digits.
	kindID fieldKind = 'i'
	// kindBool takes booleans and the strings true and false.
	kindBool fieldKind = 'b'
	// kindObject takes objects.
	kindObject fieldKind = 'o'
	// kindArray takes arrays.
	kindArray fieldKind = 'a'
	// kindAny takes anything.
	kindAny fieldKind = 'v'
)

// parseFields reads "name* folder_id:i"; a name without a kind is a scalar, a
// star marks a required one, a plus one that cannot be cleared.
func parseFields(spec string) []field {
	var fields []field
	for word := range strings.FieldsSeq(spec) {
		f := field{kind: kindScalar}
		word, f.required = strings.CutSuffix(word, "*")
		word, f.filled = strings.CutSuffix(word, "+")
		name, kind, _ := strings.Cut(word, ":")
		f.name = name
		if kind != "" {
			f.kind = fieldKind(kind[0])
		}
		fields = append(fields, f)
	}
	return fields
}

// check returns what is wrong with a value, "" if nothing is.
func (f field) check(value any) string {
	if value == nil {
		return ""
	}
	ok := true
	want := ""
	switch f.kind {
	case kindScalar:
		want = "a String"
		switch value.(type) {
		case map[string]any, []any:
			ok = false
		}
	case kindString:
		want = "a String"
		_, ok = value.(string)
	case kindID:
		want = "an Integer"
		_, ok = toInt(value)
	case kindBool:
		want = "a Boolean"
		_, ok = toBool(value)
	case kindObject:
		want = "a Hash"
		_, ok = value.(map[string]any)
	case kindArray:
		want = "an Array"
		_, ok = value.([]any)
	case kindAny:
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("Invalid parameter '%s': must be %s", f.name, want)
}

// toInt reads 12 and "12". An empty string counts as absent.
func toInt(value any) (int64, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case string:
		if v == "" {
			return 0, true
		}
		n, err := json.Number(v).Int64()
		return n, err == nil
	}
	return 0, false
}

func toBool(value any) (set, ok bool) {
	switch v := value.(type) {
	case bool:
		return v, true
	case string:
		switch v {
		case "true", "1":
			return true, true
		case "false", "0", "":
			return false, true
		}
	}
	return false, false
}

// toText shows a scalar as the service's string parameters do.
func toText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
