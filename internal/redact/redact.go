// Package redact takes secrets out of texts that came from outside: messages,
// bodies, headers and errors. It knows secrets and texts, and nothing of the API.
package redact

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Mark stands where a secret was.
const Mark = "[redacted]"

// minSecret is the length below which a value is not searched for: it would be
// found everywhere.
const minSecret = 4

// Secrets are values that must not come back in a text. They are never changed
// and safe for concurrent use; nil holds none.
type Secrets struct{ values func() []string } // behind a closure, which no format verb prints

// New returns the secrets among values, without those that are too short.
func New(values ...string) *Secrets {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if len(v) >= minSecret {
			kept = append(kept, v)
		}
	}
	// One may hold another.
	slices.SortFunc(kept, func(a, b string) int { return len(b) - len(a) })
	return &Secrets{func() []string { return kept }}
}

func (s *Secrets) all() []string {
	if s == nil {
		return nil
	}
	return s.values()
}

// With returns s and more values.
func (s *Secrets) With(values ...string) *Secrets {
	if len(values) == 0 {
		return s
	}
	return New(slices.Concat(s.all(), values)...)
}

// Text returns a text with secrets taken out.
func (s *Secrets) Text(text string) string {
	for _, secret := range s.all() {
		text = strings.ReplaceAll(text, secret, Mark)
		if strings.IndexByte(text, '\\') >= 0 {
			text = redactEscaped(text, secret)
		}
	}
	return text
}

// redactEscaped takes out a secret of which a part is written as escapes. JSON
// does that to quotes, and Rails to & and < as well.
func redactEscaped(text, secret string) string {
	var clean strings.Builder
	done := 0
	for i := 0; i < len(text); {
		n, whole := match(text[i:], secret)
		if !whole {
			i++
			continue
		}
		clean.WriteString(text[done:i])
		clean.WriteString(Mark)
		i += n
		done = i
	}
	if done == 0 {
		return text
	}
	clean.WriteString(text[done:])
	return clean.String()
}

// match returns how much of text is secret, with or without escapes. Not the
// whole of it if text ends before.
func match(text, secret string) (n int, whole bool) {
	for secret != "" {
		rest := text[n:]
		char, size := rest[:min(1, len(rest))], 1
		if escaped, width := unescape(rest); width > 0 && strings.HasPrefix(secret, escaped) {
			char, size = escaped, width
		}
		switch {
		case strings.HasPrefix(rest, secret):
			return n + len(secret), true
		case strings.HasPrefix(secret, rest):
			return n + len(rest), false
		case rest[0] == '\\' && size == 1 && len(rest) < len(`\ud83e\udd8a`): // ends within an escape, perhaps
			return n, false
		case !strings.HasPrefix(secret, char):
			return 0, false
		}
		secret = secret[len(char):]
		n += size
	}
	return n, true
}

// maxEscape is the length of the longest escape of one byte.
const maxEscape = len(`\u0000`)

// unescape reads an escape of JSON or Go and returns its length, 0 for none.
func unescape(text string) (char string, size int) {
	switch {
	case len(text) < 2 || text[0] != '\\':
		return "", 0
	case text[1] == '/':
		return "/", 2
	case len(text) >= 12 && text[1] == 'u' && text[6:8] == `\u`:
		high, _ := strconv.ParseUint(text[2:6], 16, 16) // 0 for what is no number, which is no half of a pair
		low, _ := strconv.ParseUint(text[8:12], 16, 16)
		if r := utf16.DecodeRune(rune(high), rune(low)); r != utf8.RuneError {
			return string(r), 12
		}
	}
	r, multibyte, tail, err := strconv.UnquoteChar(text, '"')
	switch {
	case err != nil:
		return "", 0
	case multibyte:
		return string(r), len(text) - len(tail)
	}
	return string([]byte{byte(r)}), len(text) - len(tail) //nolint:gosec // one byte, says UnquoteChar
}

// Body returns a copy of an answer with secrets taken out, at most limit bytes
// of it, and not ending with the first part of a secret.
func (s *Secrets) Body(body []byte, limit int) []byte {
	kept := s.bytes(body[:min(len(body), limit)])
	if len(body) <= limit {
		return kept
	}
	for _, secret := range s.all() {
		start := max(0, len(kept)-maxEscape*len(secret))
		tail := string(kept[start:])
		for i := range len(tail) {
			if n, _ := match(tail[i:], secret); n >= minSecret {
				kept = kept[:start+i]
				break
			}
		}
	}
	return kept
}

func (s *Secrets) bytes(body []byte) []byte {
	escapes := bytes.IndexByte(body, '\\') >= 0
	for _, secret := range s.all() {
		if escapes || bytes.Contains(body, []byte(secret)) {
			return []byte(s.Text(string(body)))
		}
	}
	return bytes.Clone(body)
}

// Header returns the header of an answer with secrets taken out. It copies only
// if there are some.
func (s *Secrets) Header(header http.Header) http.Header {
	clean, copied := header, false
	for key, values := range header {
		for i, value := range values {
			safe := s.Text(value)
			if safe == value {
				continue
			}
			if !copied {
				clean, copied = header.Clone(), true
			}
			clean[key][i] = safe
		}
	}
	return clean
}
