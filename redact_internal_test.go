package workato

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, secret, want string }{
		{"say wxyz now", "wxyz", "say [redacted] now"},
		{"say xyz now", "xyz", "say xyz now"},
		{`a\/b\/c`, "a/b/c", "[redacted]"},
		{`note\ud83e\udd8a`, "note🦊", "[redacted]"},
		{`\ud83e\ud83enote`, "note🦊", `\ud83e\ud83enote`},
		{`C:\temp\"x\" is there`, `C:\temp"x"`, "[redacted] is there"}, // only the quotes are escaped
		{`one \u006eote, two \u006eote`, "note", "one [redacted], two [redacted]"},
	} {
		assert.Equal(t, tc.want, redact(tc.text, []string{tc.secret}), tc.text)
	}
	both := longestFirst([]string{"note", "notes-and-more"})
	assert.Equal(t, "[redacted]", redact("notes-and-more", both), "the whole of the longer one")
}

func TestKeptBodyEndsBeforeASecret(t *testing.T) {
	t.Parallel()
	fill := func(end string) string { return strings.Repeat("p", maxKeptBody-len(end)) }
	escaped := `\u006e\u006f\u0074\u0065`
	assert.Equal(t, fill(escaped), string(keptBody([]byte(fill(escaped)+escaped+"s-and"), []string{"notes-and"})))
	short := `\u0061`
	assert.Equal(t, fill(short)+short, string(keptBody([]byte(fill(short)+short+"b"), []string{"ab"})), "too short to be searched for")
}

func TestCleanHeader(t *testing.T) {
	t.Parallel()
	header := http.Header{"A": {"x", "is secret-1"}, "B": {"secret-1", "secret-2"}, "C": {"plain"}}
	got := cleanHeader(header, []string{"secret-1", "secret-2"})
	assert.Equal(t, http.Header{"A": {"x", "is [redacted]"}, "B": {"[redacted]", "[redacted]"}, "C": {"plain"}}, got)
	assert.Equal(t, "is secret-1", header["A"][1], "the answer's own header stays")
}

func TestSecretValues(t *testing.T) {
	t.Parallel()
	got := secretValues(map[string]any{
		"API_KEY": "one", "use_token": "true", "skip_token": "false", "host": "plain", "tokens": []any{"two", map[string]any{"id": "three"}}, "count": 4,
	})
	slices.Sort(got)
	assert.Equal(t, []string{"one", "three", "two"}, got)
	assert.Equal(t, "6 values redacted (a, b, c, d, e, f)", keysOnly(map[string]any{"f": 1, "d": 1, "b": 1, "e": 1, "c": 1, "a": 1}))
}
