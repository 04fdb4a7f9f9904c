package redact

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
		assert.Equal(t, tc.want, New(tc.secret).Text(tc.text), tc.text)
	}
	assert.Equal(t, "[redacted]", New("note", "notes-and-more").Text("notes-and-more"), "the whole of the longer one")
	assert.Equal(t, "wxyz", (*Secrets)(nil).Text("wxyz"))
}

func TestBodyEndsBeforeASecret(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	fill := func(end string) string { return strings.Repeat("p", limit-len(end)) }
	escaped := `\u006e\u006f\u0074\u0065`
	assert.Equal(t, fill(escaped), string(New("notes-and").Body([]byte(fill(escaped)+escaped+"s-and"), limit)))
	short := `\u0061`
	assert.Equal(t, fill(short)+short, string(New("ab").Body([]byte(fill(short)+short+"b"), limit)), "too short to be searched for")
}

func TestHeader(t *testing.T) {
	t.Parallel()
	header := http.Header{"A": {"x", "is secret-1"}, "B": {"secret-1", "secret-2"}, "C": {"plain"}}
	got := New("secret-1", "secret-2").Header(header)
	assert.Equal(t, http.Header{"A": {"x", "is [redacted]"}, "B": {"[redacted]", "[redacted]"}, "C": {"plain"}}, got)
	assert.Equal(t, "is secret-1", header["A"][1], "the answer's own header stays")
}

func TestValues(t *testing.T) {
	t.Parallel()
	got := Values(map[string]any{
		"API_KEY": "one", "use_token": "true", "skip_token": "false", "host": "plain", "tokens": []any{"two", map[string]any{"id": "three"}}, "count": 4,
	})
	slices.Sort(got)
	assert.Equal(t, []string{"one", "three", "two"}, got)
}
