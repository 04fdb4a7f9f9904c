package workato

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/go-workato/workato/internal/wire"
)

// RecipeStartError says why a recipe was not started. The service sends it with
// HTTP 200.
type RecipeStartError struct {
	Err *APIError
	// CodeErrors are faults of the recipe itself, ConfigErrors connections that
	// are missing or not connected. Both may be empty: a refusal is reported even
	// if its reasons cannot be read. They are then in Err.Body.
	CodeErrors   []StepError
	ConfigErrors []StepError
}

// StepError is what is wrong with one field of one step of a recipe.
type StepError struct {
	// Step is the number of the step, 0 if the service gave none.
	Step int
	// Field is the label of the field: "account_id", "Body/Error".
	Field   string
	Message string
	// Value is the present value, which may be any JSON.
	Value json.RawMessage
	// Path leads to the field, if the service states it: "response.error".
	Path string
}

// String returns "step 1: account_id: unconnected".
func (e StepError) String() string {
	var b strings.Builder
	if e.Step != 0 {
		fmt.Fprintf(&b, "step %d: ", e.Step)
	}
	if e.Field != "" {
		b.WriteString(e.Field)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// shownStepErrors is how many reasons the text of the error shows.
const shownStepErrors = 5

func (e *RecipeStartError) Error() string {
	all := append(append([]StepError(nil), e.ConfigErrors...), e.CodeErrors...)
	if len(all) == 0 {
		return e.Err.Error()
	}
	shown := make([]string, 0, shownStepErrors+1)
	for i, reason := range all {
		if i == shownStepErrors {
			shown = append(shown, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		shown = append(shown, reason.String())
	}
	return "workato: " + e.Err.Operation + ": refused: " + strings.Join(shown, "; ")
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *RecipeStartError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the service's response.
func (e *RecipeStartError) Unwrap() error { return e.Err }

// NeedsConnection reports whether only connections are missing: the recipe will
// start when they are connected.
func (e *RecipeStartError) NeedsConnection() bool {
	if len(e.CodeErrors) > 0 || len(e.ConfigErrors) == 0 {
		return false
	}
	for _, reason := range e.ConfigErrors {
		if reason.Field != accountID {
			return false
		}
	}
	return true
}

// ConnectionIDs returns the ids of the connections that the refusal names.
func (e *RecipeStartError) ConnectionIDs() []int64 {
	var ids []int64
	for _, reason := range e.ConfigErrors {
		if id, named := reason.connection(); named {
			ids = append(ids, id)
		}
	}
	return ids
}

// accountID is the label of the connection of a step.
const accountID = "account_id"

// connection returns the id of the connection that the error names.
func (e StepError) connection() (id int64, named bool) {
	var number json.Number
	if e.Field != accountID || json.Unmarshal(e.Value, &number) != nil {
		return 0, false
	}
	id, err := number.Int64()
	return id, err == nil && id > 0
}

// MissingConnections returns which entries of the recipe's config the refusal is
// about: those whose connection it names, and those without a connection if it
// says that one is missing. An entry has the provider, by which a job chooses the
// credentials, and the id of the connection, nil if there is none yet. Read the
// recipe with Recipes.Get: the refusal itself names no provider.
func (e *RecipeStartError) MissingConnections(recipe *Recipe) ([]RecipeConfig, error) {
	entries, err := recipe.ConfigEntries()
	if err != nil {
		return nil, err
	}
	named := e.ConnectionIDs()
	none := slices.ContainsFunc(e.ConfigErrors, func(reason StepError) bool {
		_, named := reason.connection()
		return reason.Field == accountID && !named
	})
	var missing []RecipeConfig
	for _, entry := range entries {
		if entry.AccountID == nil && none || entry.AccountID != nil && slices.Contains(named, *entry.AccountID) {
			missing = append(missing, entry)
		}
	}
	return missing, nil
}

// RecipeRunningError says that a recipe was not changed because it is running.
type RecipeRunningError struct{ Err *APIError }

func (e *RecipeRunningError) Error() string { return e.Err.Error() }

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *RecipeRunningError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the service's response.
func (e *RecipeRunningError) Unwrap() error { return e.Err }

// recipeRunning recognises the refusal to change a running recipe. It was seen
// as HTTP 200 with the field "running" among the errors, and reported as HTTP
// 400 with an unknown text.
func recipeRunning(e *APIError, _ []byte) error {
	if !e.Rejected && !e.Is(ErrBadRequest) && !e.Is(ErrConflict) {
		return nil
	}
	_, named := e.Fields["running"]
	_, base := e.Fields["base"]
	if named || (base || len(e.Fields) == 0) && e.says("running") {
		return &RecipeRunningError{Err: e}
	}
	return nil
}

// startRefused reads the reasons of a refused start.
func startRefused(e *APIError, response []byte) error {
	if !e.Rejected {
		return nil
	}
	// Reasons that cannot be read leave the lists empty: the refusal is still
	// reported.
	d := wire.NewDecoder(context.Background(), int64(len(response)))
	defer d.Release()
	if result, err := d.Member(response, "result"); err == nil && wire.KindOf(result) == wire.KindObject {
		response = result
	}
	code, _ := d.Member(response, "code_errors")
	config, _ := d.Member(response, "config_errors")
	return &RecipeStartError{Err: e, CodeErrors: stepErrors(code), ConfigErrors: stepErrors(config)}
}

// alreadyRuns recognises the refusal of a second start. Its exact text is
// unknown, only that a 400 about the change of state is documented.
func alreadyRuns(e *APIError) bool {
	return e.refusesWith("recipe is running", "already running", "already started", "already active")
}

// alreadyStopped recognises the refusal of a second stop.
func alreadyStopped(e *APIError) bool {
	return e.refusesWith("recipe is stopped", "recipe is not running", "already stopped", "already inactive")
}

// refusesWith reports whether a refusal consists only of one of the phrases,
// with or without "the recipe is" before it. A longer text gives another reason
// ("cannot be stopped while a deployment is in progress") or is about something
// else ("the on-prem agent is not running").
func (e *APIError) refusesWith(phrases ...string) bool {
	if !e.Rejected && !e.Is(ErrBadRequest) && !e.Is(ErrConflict) {
		return false
	}
	means := func(text string) bool {
		text = strings.TrimRight(strings.ToLower(strings.TrimSpace(text)), ".!")
		for _, article := range []string{"the ", "this "} {
			text = strings.TrimPrefix(text, article)
		}
		text = strings.Replace(text, "recipe has ", "recipe is ", 1)
		bare := strings.TrimPrefix(strings.TrimPrefix(text, "recipe is "), "is ")
		return slices.Contains(phrases, text) || slices.Contains(phrases, bare)
	}
	if len(e.Fields) == 0 {
		return means(e.Message)
	}
	for _, messages := range e.Fields {
		if slices.ContainsFunc(messages, func(message string) bool { return !means(message) }) {
			return false
		}
	}
	return true
}

// stepErrors reads the reasons of a refusal, which come as
//
//	[[step, [[label, value, message, path?, ...], ...], ...], ...]
//	[{"line_number": step, "errors": [{"field_label", "value", "message"}, ...]}, ...]
//	["text", ...]
//
// and in mixtures. Any other form is kept as the message.
func stepErrors(entries []byte) []StepError {
	var all []StepError
	for entry := range wire.Elements(entries) {
		if all = appendEntry(all, entry); len(all) == maxReasons {
			break
		}
	}
	return all
}

// maxReasons is how many reasons are read from each list of a refusal. A recipe
// has at most a thousand steps.
const maxReasons = 2000

func appendEntry(all []StepError, entry []byte) []StepError {
	if tuple := leading(entry, 2); len(tuple) == 2 && wire.KindOf(tuple[1]) == wire.KindList {
		var step int
		if wire.Decode(tuple[0], &step) == nil {
			return appendFields(all, step, tuple[1])
		}
	}
	var object struct {
		LineNumber int             `json:"line_number"`
		Errors     json.RawMessage `json:"errors"`
	}
	if wire.Decode(entry, &object) == nil && wire.KindOf(object.Errors) == wire.KindList {
		return appendFields(all, object.LineNumber, object.Errors)
	}
	return append(all, fieldError(0, entry))
}

func appendFields(all []StepError, step int, fields []byte) []StepError {
	for field := range wire.Elements(fields) {
		if len(all) == maxReasons {
			break
		}
		all = append(all, fieldError(step, field))
	}
	return all
}

// leading returns the first elements of a list, or nil for another value.
func leading(list []byte, n int) [][]byte {
	var first [][]byte
	for element := range wire.Elements(list) {
		if first = append(first, element); len(first) == n {
			break
		}
	}
	return first
}

func fieldError(step int, raw []byte) StepError {
	if tuple := leading(raw, 4); len(tuple) >= 2 {
		e := StepError{Step: step, Field: jsonText(tuple[0])}
		if len(tuple) == 2 {
			e.Message = jsonText(tuple[1])
			return e
		}
		e.Value, e.Message = bytes.Clone(tuple[1]), jsonText(tuple[2])
		if len(tuple) > 3 {
			_ = json.Unmarshal(tuple[3], &e.Path) // an object was seen there too
		}
		return e
	}
	var object struct {
		FieldLabel *string         `json:"field_label"`
		Field      *string         `json:"field"`
		Value      json.RawMessage `json:"value"`
		Message    *string         `json:"message"`
		Path       string          `json:"path"`
	}
	if wire.KindOf(raw) == wire.KindObject && json.Unmarshal(raw, &object) == nil && object.Message != nil {
		e := StepError{Step: step, Message: oneLine(*object.Message), Value: object.Value, Path: object.Path}
		for _, label := range []*string{object.FieldLabel, object.Field} {
			if e.Field == "" && label != nil {
				e.Field = oneLine(*label)
			}
		}
		return e
	}
	return StepError{Step: step, Message: jsonText(raw)}
}

// jsonText returns the content of a string, or any other value as it is.
func jsonText(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil || string(raw) == "null" {
		s = string(raw)
	}
	return oneLine(s)
}
