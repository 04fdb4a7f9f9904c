package workatotest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxOutcome is the longest text of an outcome or a note that is kept.
const maxOutcome = 300

// shortened is a text as the log keeps it.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > maxOutcome {
		return string(runes[:maxOutcome]) + "..."
	}
	return text
}

// outcomeOf says what a response means if it is not a success: that it refuses
// the request, or that the work it reports has failed.
func outcomeOf(a response) string {
	body, _ := a.body.(object)
	if inner, wrapped := body["result"].(object); wrapped {
		body = inner
	}
	text := ""
	switch {
	case a.status >= http.StatusBadRequest:
		text = "refused: " + cmp.Or(textOf(body), http.StatusText(a.status))
	case body["success"] == false:
		text = "refused: " + strings.Trim(strings.Join(append(reasons(body), textOf(body)), "; "), "; ")
	case body["status"] == StatusFailed, body["state"] == StateFailed:
		text = "failed: " + textOf(body)
	case body["authorization_status"] == StatusFailed:
		text = "authorization failed: " + textOf(body)
	}
	return shortened(text)
}

// textOf is the text of an error, under any of the keys that the service has
// for it.
func textOf(body object) string {
	for _, key := range []string{"message", "error", "authorization_error"} {
		if text := toText(body[key]); text != "" {
			return text
		}
	}
	return ""
}

// reasons are those of a recipe that was not started or changed.
func reasons(body object) []string {
	var all []string
	if errs, given := body["errors"].(object); given {
		for _, field := range slices.Sorted(maps.Keys(errs)) {
			all = append(all, strings.Trim(fmt.Sprint(errs[field]), "[]"))
		}
	}
	for _, key := range []string{"code_errors", "config_errors"} {
		steps, _ := body[key].([]any)
		for _, step := range steps {
			all = append(all, reasonsOfStep(step)...)
		}
	}
	return all
}

// reasonsOfStep reads a tuple [step, [[field, value, message, more]...]].
func reasonsOfStep(step any) []string {
	tuple, _ := step.([]any)
	if len(tuple) < 2 {
		return []string{fmt.Sprint(step)}
	}
	var all []string
	fields, _ := tuple[1].([]any)
	for _, field := range fields {
		parts, _ := field.([]any)
		words := []string{fmt.Sprintf("step %v:", tuple[0])}
		for _, part := range parts[:min(len(parts), 3)] {
			if part != nil {
				words = append(words, fmt.Sprint(part))
			}
		}
		all = append(all, strings.Join(words, " "))
	}
	return all
}
