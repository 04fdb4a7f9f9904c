package workato_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

// TestDoRefusesAnOutThatHoldsNothing: found after sending, the mistake would
// leave the outcome of a create unknown.
func TestDoRefusesAnOutThatHoldsNothing(t *testing.T) {
	t.Parallel()
	type tag struct{ Handle string }
	c := newClient(t, unreachable(t))
	for name, out := range map[string]any{
		"a struct": tag{}, "a map": map[string]any{}, "a slice": []tag{}, "a text": "", "a number": 0, "JSON": json.RawMessage{}, "a function": func() {},
		"a nil pointer": (*tag)(nil), "a nil pointer to JSON": (*json.RawMessage)(nil), "a nil map": map[string]any(nil),
	} {
		err := c.Do(t.Context(), workato.Request{Method: http.MethodPost, Path: "/api/x"}, out)
		assertRefused(t, err, "out")
		assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, name)
	}
	assertRefused(t, c.Do(t.Context(), workato.Request{Method: http.MethodHead, Path: "/api/x"}, new(tag)), "out")
}
