package redact

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, secret, want string }{
		{"say wxyz now", "wxyz", "say [redacted] now"},
		{"say xyz now", "xyz", "say xyz now"},
		{"say wx-yz-1now", "wx-yz-1", "say [redacted]now"},
		// Escapes.
		{`a\/b\/c`, "a/b/c", "[redacted]"},
		{`note\ud83e\udd8a`, "note🦊", "[redacted]"},
		{`\ud83e\ud83enote`, "note🦊", `\ud83e\ud83enote`},
		{`C:\temp\"x\" is there`, `C:\temp"x"`, "[redacted] is there"}, // only the quotes are escaped
		{`C:\temp\"x\" is there`, `C:\temp\"x\"`, "[redacted] is there"},
		{`one \u006eote, two \u006eote`, "note", "one [redacted], two [redacted]"},
		{`{"said":"{\"p\":\"a\\u0026b\\\"c\"}"}`, `a&b"c`, `{"said":"{\"p\":\"[redacted]\"}"}`},
		// URLs and HTML.
		{"x=a%26b%3d1&y", "a&b=1", "x=[redacted]&y"},
		{"x=a%2526b%253D1&y", "a&b=1", "x=[redacted]&y"},
		{"x=a+b%26c&y", "a b&c", "x=[redacted]&y"},
		{"100%25-sure", "100%25-sure", "[redacted]"},
		{"100%2525-sure", "100%25-sure", "[redacted]"},
		{"<b>a&amp;b&lt;&gt;&quot;&apos;&#39;&#x2f;</b>", `a&b<>"''/`, "<b>[redacted]</b>"},
		{`a\u0026amp;b-c`, "a&b-c", "[redacted]"},
		{"50% &c; &#xD800; &#1114112; %zz %", "a&b-c", "50% &c; &#xD800; &#1114112; %zz %"},
		// Secrets within and beside each other.
		{"notes-and-more-1", "note|notes-and-more-1", "[redacted]"},
		{"ab-cdef-gh", "ab-cdef|cdef-gh", "[redacted]"},
		{"ab-cdab-cd", "ab-cd", "[redacted][redacted]"},
		{"--------x", "----", "[redacted]x"},
		{"ab-cdef-gi", "ab-cdef-gh|cdef-g", "ab-[redacted]i"},
	} {
		assert.Equal(t, tc.want, New(strings.Split(tc.secret, "|")...).Text(tc.text), "%s in %s", tc.secret, tc.text)
	}
	assert.Equal(t, "wxyz", (*Secrets)(nil).Text("wxyz"))
	assert.Equal(t, "[redacted]", (*Secrets)(nil).With("wxyz").Text("wxyz"))
}

func TestWords(t *testing.T) {
	t.Parallel()
	for secret, word := range map[string]bool{
		"prod": true, "json": true, "2024": true, "Ab3_x9z": true, "production": true, "a_long_field_name": true,
		"90210443": false, "Ab3x9z12": false, "us-east-1": false, "abcdefghijklmnopqrst": false, "größe": false, "a b c": false,
	} {
		assert.Equal(t, word, isWord(secret), secret)
	}
	s := New("prod", "2024", "json")
	for text, want := range map[string]string{
		"production of 20245 in json5":      "production of 20245 in json5",
		"prod. 2024, (json) prod-eu":        "[redacted]. [redacted], ([redacted]) [redacted]-eu",
		"in_prod prod_eu":                   "in_prod prod_eu",
		"“prod”":                            "“[redacted]”",
		`line\nprod\u0020 \tjson5 %20prod `: `line\n[redacted]\u0020 \tjson5 %20[redacted] `,
		`p\u0072od`:                         "[redacted]",
		"prod":                              "[redacted]",
	} {
		assert.Equal(t, want, s.Text(text))
	}
}

func TestID(t *testing.T) {
	t.Parallel()
	s := New("test-token", "hunter2").With("test-password", "prod", "2024", "90210443")
	for id, want := range map[string]string{
		"7f3e2024aa10":   "7f3e2024aa10",
		"7f3e-2024-aa10": "7f3e-2024-aa10",
		"prod":           "prod",
		"7f90210443":     "7f90210443",
		"7f-90210443-aa": "7f-[redacted]-aa",
		"x test-token":   "x [redacted]",
		"7ftest-tokens":  "7f[redacted]s", // the credential is found anywhere
		"hunter2":        "[redacted]",    // a word, but the credential itself
		"hunter2 is one": "hunter2 is one",
		"test-password":  "[redacted]",
		"test-passwords": "test-passwords",
	} {
		assert.Equal(t, want, s.ID(id))
	}
	assert.Equal(t, "ab-[redacted]", New().With("b-cd-12", "cd-12").ID("ab-cd-12"), "the shorter one stands alone")
}

func TestHead(t *testing.T) {
	t.Parallel()
	s := New("notes-and").With("ordinary")
	for text, want := range map[string]string{
		"0123456789":           "0123456789",
		"0123456789x":          "0123456789…",
		"01234notes-and":       "01234…",
		"01234567notes-and":    "01234567no…",
		"notes-and!":           "[redacted]!",
		"01234 ordinary":       "01234 …",
		"notes-andx":           "[redacted]x",
		"notes-and-more":       "[redacted]-…",
		"0123\\u006eotes-and":  "0123\\u006e…",
		"012345678ä":           "012345678…",
		"notes%2Dand":          "…",
		"a notes-an notes-and": "a …",
		"a note":               "a note",
		"a note…":              "a …",
		"notes-and…":           "[redacted]…",
	} {
		assert.Equal(t, want, s.Head(text, 10), text)
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	s := New("test-token").With("90210443", "no-te")
	for body, want := range map[string]string{
		"":                                  "",
		"test-token":                        "[redacted]",
		"pin 90210443":                      "pin [redacted]",
		`{"pin":90210443}`:                  `{"pin":"[redacted]"}`,
		` [-90210443.5e3,"x",90210443]`:     ` ["[redacted]","x","[redacted]"]`,
		`{"a":"\"90210443\"","90210443":1}`: `{"a":"\"[redacted]\"","[redacted]":1}`,
		`{"a":"\no-te","b":90210443}`:       `{"a":"[redacted]","b":"[redacted]"}`,
		`[90210443.90210443,1]`:             `["[redacted]",1]`,
	} {
		assert.Equal(t, want, string(s.Body([]byte(body), 1<<20)))
	}
	assert.Nil(t, s.Body(nil, 10))
	assert.Equal(t, "{\"a\":\"x\\", string(New(`y\`, `x\"z`).Body([]byte(`{"a":"x\"`), 8))) //nolint:testifylint // cut
	assert.JSONEq(t, `{"a":"[redacted]"}`, string(New(`abc\`).Body([]byte(`{"a":"abc\\"}`), 100)))
	assert.JSONEq(t, `{"a":"[redacted]x"}`, string(New(`abc\`).Body([]byte(`{"a":"abc\"x"}`), 100)))

	source := []byte("plain")
	kept := s.Body(source, 100)
	source[0] = 'X'
	assert.Equal(t, "plain", string(kept), "a copy")
}

func TestBodyEndsBeforeASecret(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	fill := func(end string) string { return strings.Repeat("p", limit-len(end)) }
	escaped := `\u006e\u006f\u0074\u0065`
	for _, end := range []string{escaped, escaped + `\u00`, escaped + `\`, "note", "%6eote%", "note&#11", "%256Eote%25"} {
		got := string(New("notes-and").Body([]byte(fill(end)+end+"s-and"), limit))
		assert.Equal(t, fill(end), got, end)
	}
	for _, end := range []string{"hunt", `hun\u0074`, "hunter"} {
		assert.Equal(t, fill("-"+end)+"-", string(New("hunters").Body([]byte(fill("-"+end)+"-"+end+"s"), limit)), "a word is cut as well")
	}
	short := `\u0061`
	assert.Equal(t, fill(short)+short, string(New("ab").Body([]byte(fill(short)+short+"b"), limit)), "too short to be searched for")
	assert.Equal(t, fill("abc"), string(New("abc").Body([]byte(fill("abc")+"ab"), limit))[:limit-3])
}

func TestHeader(t *testing.T) {
	t.Parallel()
	header := http.Header{"A": {"x", "is secret-1"}, "B": {"secret-1", "secret-2"}, "C": {"plain"}}
	got := New("secret-1", "secret-2").Header(header)
	assert.Equal(t, http.Header{"A": {"x", "is [redacted]"}, "B": {"[redacted]", "[redacted]"}, "C": {"plain"}}, got)
	assert.Equal(t, "is secret-1", header["A"][1], "the response's own header stays")

	s := New("test-token").With("application/json", "gzip", "no-cache", "json", "2024", "password-1")
	whole := http.Header{
		"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}, "Cache-Control": {"no-cache, password-1"},
		"X-Request-Id": {"7f3e2024aa10"}, "X-Correlation-Id": {"json"}, "Date": {"Fri, 27 Nov 2024 11:58:30 GMT"},
	}
	assert.Equal(t, whole, s.Header(whole))
	for name, values := range map[string]http.Header{
		"value":    {"Etag": {`W/"test-token"`}},
		"id":       {"X-Request-Id": {"password-1"}},
		"other":    {"X-Format": {"in json"}},
		"name":     {"X-Test-Token-Seen": {"yes"}},
		"password": {"X-Pass-Password-1": {"1"}},
	} {
		assert.Contains(t, fmt.Sprint(s.Header(values)), Mark, name)
		assert.NotContains(t, fmt.Sprint(s.Header(values)), "oken", name)
	}
	assert.Equal(t, http.Header{Mark: {"yes", "[redacted] too"}}, s.Header(http.Header{"Test-Token": {"yes", "test-token too"}}))
}
