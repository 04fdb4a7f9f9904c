// Package redact removes secrets from texts that came from outside: messages,
// bodies, headers and errors. It knows nothing about the API.
//
// What is masked, and what is not:
//
//   - A secret of fewer than 4 bytes is not searched for: it would be found
//     everywhere.
//   - An ordinary word is masked only where it stands as a whole word, so that the
//     value "prod" leaves "production" alone. A word is made of letters, digits and
//     underscores, and has fewer than 8 of them, or fewer than 20 and no digit.
//   - Every other secret is masked wherever it stands, whichever of its characters
//     are written as escapes of JSON, percent codes or HTML entities.
//   - Identifiers (request ids, error codes, names of fields) keep every word, and
//     lose a secret of the request only where nothing is joined to it. A header of
//     the protocol itself, such as Content-Type, loses nothing but the credential.
//   - A value that names a field of the request is no secret: see Values.
package redact

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Mark replaces a secret.
const Mark = "[redacted]"

const ellipsis = "…"

// minSecret is the length below which a value is not searched for.
const minSecret = 4

// Secrets are values that must not appear in a text. They are immutable and
// safe for concurrent use; nil holds none.
type Secrets struct{ reveal func() *values } // behind a closure, which no format verb prints

// values are the secrets in the forms that are searched for.
type values struct {
	credential, others []string
	// own are those of the credential alone.
	own *Secrets
	// free are found anywhere, words only as whole words.
	free  []string
	words map[string]struct{}
	// machine finds the free ones. It is built for the first text.
	machine func() *automaton
}

// New returns the parts of a credential as secrets.
func New(credential ...string) *Secrets { return newSecrets(distinct(credential), nil) }

// And returns s with more parts of the credential.
func (s *Secrets) And(credential ...string) *Secrets {
	v := s.values()
	return newSecrets(distinct(slices.Concat(v.credential, credential)), v.others)
}

// With returns s with secrets that are not part of the credential.
func (s *Secrets) With(others ...string) *Secrets {
	if len(others) == 0 {
		return s
	}
	v := s.values()
	return newSecrets(v.credential, distinct(slices.Concat(v.others, others)))
}

func newSecrets(credential, others []string) *Secrets {
	v := &values{credential: credential, others: others, words: map[string]struct{}{}}
	s := &Secrets{func() *values { return v }}
	if v.own = s; len(others) > 0 {
		v.own = newSecrets(credential, nil)
	}
	for _, secret := range slices.Concat(v.credential, v.others) {
		if isWord(secret) {
			v.words[secret] = struct{}{}
			continue
		}
		v.free = append(v.free, secret)
		if strings.Contains(secret, " ") { // as in the query of a URL
			v.free = append(v.free, strings.ReplaceAll(secret, " ", "+"))
		}
	}
	v.machine = sync.OnceValue(func() *automaton { return newAutomaton(v.free) })
	return s
}

// distinct returns the values that are searched for, each once.
func distinct(secrets []string) []string {
	kept := slices.DeleteFunc(slices.Clone(secrets), func(secret string) bool { return len(secret) < minSecret })
	slices.Sort(kept)
	return slices.Compact(kept)
}

var none values

func (s *Secrets) values() *values {
	if s == nil {
		return &none
	}
	return s.reveal()
}

// isWord reports whether a secret could be an ordinary word.
func isWord(secret string) bool {
	digits := 0
	for i := range len(secret) {
		switch {
		case !inWord(secret[i]):
			return false
		case secret[i] >= '0' && secret[i] <= '9':
			digits++
		}
	}
	return len(secret) < 8 || digits == 0 && len(secret) < 20
}

// inWord reports whether a character belongs to a word. Those outside ASCII do
// not, because typographic quotes are among them.
func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// Text returns a text with secrets removed.
func (s *Secrets) Text(text string) string { return s.clean(text, rules{}) }

// Head returns the first part of a text, about limit bytes, with secrets
// removed and an ellipsis if there was more. It does not end within a secret,
// nor does a text that ends with an ellipsis because others cut it.
func (s *Secrets) Head(text string, limit int) string {
	text, cut := strings.CutSuffix(text, ellipsis)
	if len(text) > limit {
		for limit > 0 && !utf8.RuneStart(text[limit]) {
			limit--
		}
		text, cut = text[:limit], true
	}
	if !cut {
		return s.Text(text)
	}
	return s.clean(text, rules{cut: true}) + ellipsis
}

// ID returns an identifier with secrets removed.
func (s *Secrets) ID(id string) string {
	if s.values().isCredential(id) {
		return Mark
	}
	return s.clean(id, rules{id: true})
}

// isCredential reports whether a text is exactly a part of the credential.
func (v *values) isCredential(text string) bool { return slices.Contains(v.credential, text) }

// Body returns a copy of a response with secrets removed, at most limit bytes
// of it, and not ending within a secret. JSON that is not cut stays JSON.
func (s *Secrets) Body(body []byte, limit int) []byte {
	limit = min(limit, math.MaxInt32)
	kept := body[:min(len(body), limit)]
	text := string(kept)
	clean := s.clean(text, rules{cut: len(body) > limit, json: isDocument(body)})
	if clean == text {
		return bytes.Clone(kept)
	}
	return []byte(clean)
}

// isDocument reports whether a text begins like an object or a list of JSON.
func isDocument(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}
