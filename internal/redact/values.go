package redact

import (
	"encoding/json"
	"slices"
	"strings"
)

// secretWords mark keys of connection parameters whose values are secret. The
// list errs on the side of too many: a value that is redacted in a message can
// still be found in what the caller sent.
var secretWords = []string{"pass", "secret", "token", "key", "pwd", "credential", "private", "auth", "pin", "cert", "sign"}

// Values collects the texts in connection parameters that stand under a
// key that sounds secret, at any depth and in whatever Go type.
func Values(input map[string]any) []string {
	raw, err := json.Marshal(input)
	if err != nil {
		return nil // it could not be sent either
	}
	var document any
	if json.Unmarshal(raw, &document) != nil {
		return nil
	}
	var values []string
	var walk func(secret bool, v any)
	walk = func(secret bool, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(secret || soundsSecret(key), inner)
			}
		case []any:
			for _, inner := range v {
				walk(secret, inner)
			}
		case string:
			if secret && v != "true" && v != "false" {
				values = append(values, v)
			}
		}
	}
	walk(false, document)
	return values
}

func soundsSecret(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(key, word) })
}
