package redact

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// FuzzRedact: a secret does not appear in a text, nor in the decoded JSON, URL
// or page, whichever characters are escaped.
func FuzzRedact(f *testing.F) {
	f.Add("before ", "test&token<1>", " after", uint64(0b1010))
	f.Add(`say \u`, "test\"token\\", `\`, uint64(0xff))
	f.Add("", "pässwörd🦊", "\\u00", ^uint64(0))
	f.Add("aaa", "aaaab", "b", uint64(1))
	f.Add("re", "prod", "uction", uint64(2))
	f.Add("%2", "100%25;", "&amp", uint64(0b101))
	f.Fuzz(func(t *testing.T, before, secret, after string, coded uint64) {
		// A secret that shares letters with the mark could be made by it.
		if len(secret) < minSecret || !utf8.ValidString(before+secret+after) || strings.ContainsAny(secret, Mark) || strings.Contains(before+after, secret) {
			return
		}
		secrets := New(secret)
		if got := secrets.Text(before + secret + after); isRead(got, secret) {
			t.Errorf("%q stands in %q", secret, got)
		}
		document := `{"message":` + withEscapes(t, before, 0) + withEscapes(t, secret, coded) + withEscapes(t, after, 0) + `}`
		document = strings.ReplaceAll(document, `""`, "")
		var read struct{ Message string }
		if json.Unmarshal([]byte(document), &read) == nil && strings.Contains(read.Message, secret) { // else quotes met by chance
			for _, got := range []string{secrets.Text(document), string(secrets.Body([]byte(document), len(document)))} {
				if json.Unmarshal([]byte(got), &read) == nil && isRead(read.Message, secret) {
					t.Errorf("%q can be read in %s, which was %s", secret, got, document)
				}
			}
		}
		for name, coding := range map[string]struct {
			code func(byte) string
			read func(string) (string, error)
		}{
			"percents": {func(c byte) string { return fmt.Sprintf("%%%02x", c) }, url.PathUnescape},
			"twice":    {func(c byte) string { return fmt.Sprintf("%%25%02X", c) }, unescapeTwice},
			"entities": {func(c byte) string { return fmt.Sprintf("&#%d;", c) }, func(s string) (string, error) { return html.UnescapeString(s), nil }},
		} {
			page := escaped(before, secret, after, coded, coding.code)
			got := secrets.Text(page)
			if text, err := coding.read(got); err == nil && isRead(text, secret) {
				t.Errorf("%s: %q can be read in %q, which was %q", name, secret, got, page)
			}
		}
	})
}

// isRead reports whether a secret is in a text, a word as a whole word.
func isRead(text, secret string) bool {
	for i := 0; ; i++ {
		next := strings.Index(text[i:], secret)
		if next < 0 {
			return false
		}
		if i += next; !isWord(secret) || isAlone(text, i, i+len(secret)) {
			return true
		}
	}
}

// escaped is a text in which everything that can be escaped is, and those
// characters of the secret that the bits of coded select.
func escaped(before, secret, after string, coded uint64, code func(byte) string) string {
	var b strings.Builder
	for part, text := range []string{before, secret, after} {
		for i := range len(text) {
			c := text[i]
			if c < utf8.RuneSelf && (c == '%' || c == '&' || part == 1 && coded>>(i%64)&1 == 1) {
				b.WriteString(code(c))
			} else {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}

func unescapeTwice(text string) (string, error) {
	once, err := url.PathUnescape(text)
	if err != nil {
		return "", err
	}
	return url.PathUnescape(once)
}

// withEscapes is text as a JSON string in which the bits of escaped select the
// characters to escape.
func withEscapes(t *testing.T, text string, escaped uint64) string {
	t.Helper()
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range []rune(text) {
		if escaped>>(i%64)&1 == 1 {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
			continue
		}
		quoted, err := json.Marshal(string(r))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(quoted[1 : len(quoted)-1])
	}
	b.WriteByte('"')
	return b.String()
}
