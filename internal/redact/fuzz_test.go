package redact

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// FuzzRedact: a secret does not come back in a text, nor in what a reader of the
// JSON would see, whichever characters are written as escapes.
func FuzzRedact(f *testing.F) {
	f.Add("before ", "test&token<1>", " after", uint64(0b1010))
	f.Add(`say \u`, "test\"token\\", `\`, uint64(0xff))
	f.Add("", "pässwörd🦊", "\\u00", ^uint64(0))
	f.Add("aaa", "aaaab", "b", uint64(1))
	f.Fuzz(func(t *testing.T, before, secret, after string, escaped uint64) {
		// A secret that shares letters with the mark could be made by it.
		if len(secret) < minSecret || !utf8.ValidString(before+secret+after) || strings.ContainsAny(secret, Mark) || strings.Contains(before+after, secret) {
			return
		}
		secrets := New(secret)
		if got := secrets.Text(before + secret + after); strings.Contains(got, secret) {
			t.Errorf("%q stands in %q", secret, got)
		}
		document := `{"message":` + withEscapes(t, before, 0) + withEscapes(t, secret, escaped) + withEscapes(t, after, 0) + `}`
		document = strings.ReplaceAll(document, `""`, "")
		var read struct{ Message string }
		if json.Unmarshal([]byte(document), &read) != nil || !strings.Contains(read.Message, secret) {
			return // quotes that met by chance
		}
		for _, got := range []string{secrets.Text(document), string(secrets.Body([]byte(document), len(document)))} {
			if json.Unmarshal([]byte(got), &read) == nil && strings.Contains(read.Message, secret) {
				t.Errorf("%q can be read in %s, which was %s", secret, got, document)
			}
		}
	})
}

// withEscapes is text as a string of JSON in which the bits of escaped say which
// characters are escapes of their own accord.
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
