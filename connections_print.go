package workato

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/go-workato/workato/internal/redact"
)

// printed is a struct of parameters as text, with the keys of its maps but
// without their values. Fields of an update that are not set are left out.
func printed(params any) string {
	var fields []string
	v := reflect.ValueOf(params)
	for i := range v.NumField() {
		name, text := v.Type().Field(i).Name, ""
		switch value := v.Field(i).Interface().(type) {
		case map[string]any:
			if value == nil && name == "OAuthTokenPair" {
				continue
			}
			text = keysOnly(value)
		case string:
			text = fmt.Sprintf("%q", value)
		case json.Marshaler: // an Opt
			if v.Field(i).IsZero() {
				continue
			}
			raw, _ := value.MarshalJSON() // of a string, number or boolean: cannot fail
			text = string(raw)
		default:
			text = fmt.Sprint(value)
		}
		fields = append(fields, name+":"+text)
	}
	return v.Type().Name() + "{" + strings.Join(fields, " ") + "}"
}

// keysOnly describes connection parameters without their values.
func keysOnly(input map[string]any) string {
	if input == nil {
		return "none"
	}
	return fmt.Sprintf("%d values redacted (%s)", len(input), strings.Join(slices.Sorted(maps.Keys(input)), ", "))
}

// hiddenInput returns the keys of connection parameters with redacted values.
func hiddenInput(input map[string]any) map[string]any {
	if input == nil {
		return nil
	}
	keys := make(map[string]any, len(input))
	for key := range input {
		keys[key] = redact.Mark
	}
	return keys
}

// Format keeps credentials out of every format verb.
func (p ConnectionCreateParams) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, printed(p)) // fmt ignores the error as well
}

// LogValue keeps credentials out of logs.
func (p ConnectionCreateParams) LogValue() slog.Value { return slog.StringValue(printed(p)) }

// MarshalJSON keeps credentials out of dumps. Calls still send them.
func (p ConnectionCreateParams) MarshalJSON() ([]byte, error) {
	type shown ConnectionCreateParams
	p.Input, p.OAuthTokenPair = hiddenInput(p.Input), hiddenInput(p.OAuthTokenPair)
	return json.Marshal(shown(p))
}

// Format keeps credentials out of every format verb.
func (p ConnectionUpdateParams) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, printed(p)) // fmt ignores the error as well
}

// LogValue keeps credentials out of logs.
func (p ConnectionUpdateParams) LogValue() slog.Value { return slog.StringValue(printed(p)) }

// MarshalJSON keeps credentials out of dumps. Calls still send them.
func (p ConnectionUpdateParams) MarshalJSON() ([]byte, error) {
	type shown ConnectionUpdateParams
	p.Input, p.OAuthTokenPair = hiddenInput(p.Input), hiddenInput(p.OAuthTokenPair)
	return json.Marshal(shown(p))
}
