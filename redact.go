package workato

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

const redacted = "[redacted]"

// minSecret is the length below which a value is not searched for: it would be
// found everywhere.
const minSecret = 4

// secretsOf returns what must not come back in a text: the credential of the
// last attempt and the secret parts of the body. The slice is not to be changed.
func (c *core) secretsOf(call *transport.Call, inBody func() []string) []string {
	if c.config.knownForGood && len(c.config.middleware) == 0 && inBody == nil {
		return c.config.known()
	}
	secrets := call.Secrets() // those that middleware has added too
	if inBody != nil {
		secrets = append(secrets, inBody()...)
	}
	return longestFirst(secrets)
}

// longestFirst sorts secrets, for one may hold another.
func longestFirst(secrets []string) []string {
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	return secrets
}

// clean makes a text of the service, read long after the call that brought it,
// fit for an error.
func (c *core) clean(text string) string {
	if c.config.known != nil {
		text = redact(text, c.config.known())
	}
	return oneLine(text)
}

// redact takes secrets out of a text from outside. They come longest first.
func redact(text string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		text = strings.ReplaceAll(text, secret, redacted)
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
		clean.WriteString(redacted)
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

// keptBody returns a copy of an answer with secrets taken out, at most
// maxKeptBody of it, and not ending with the first part of a secret.
func keptBody(body []byte, secrets []string) []byte {
	kept := redactBytes(body[:min(len(body), maxKeptBody)], secrets)
	if len(body) <= maxKeptBody {
		return kept
	}
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
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

// redactBytes returns a copy of an answer with secrets taken out.
func redactBytes(body []byte, secrets []string) []byte {
	escapes := bytes.IndexByte(body, '\\') >= 0
	for _, secret := range secrets {
		if len(secret) >= minSecret && (escapes || bytes.Contains(body, []byte(secret))) {
			return []byte(redact(string(body), secrets))
		}
	}
	return bytes.Clone(body)
}

// cleanHeader returns the header of an answer with secrets taken out. It copies
// only if there are some.
func cleanHeader(header http.Header, secrets []string) http.Header {
	clean, copied := header, false
	for key, values := range header {
		for i, value := range values {
			safe := redact(value, secrets)
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

// safe returns an error whose text holds neither URL nor secret and is one line:
// net/http repeats what the server sent in place of an answer, megabytes of it.
func safe(err error, secrets []string) error {
	if err == nil {
		return nil
	}
	err = transport.WithoutURL(err)
	text := err.Error()
	if clean := wire.Line(redact(text, secrets), wire.MaxLine); clean != text {
		return newRedactedError(clean, err)
	}
	return err
}

// secretWords mark keys of connection parameters whose values are secret. The
// list errs on the side of too many: a value that is redacted in a message can
// still be found in what the caller sent.
var secretWords = []string{"pass", "secret", "token", "key", "pwd", "credential", "private", "auth", "pin", "cert", "sign"}

// secretValues collects the texts in connection parameters that stand under a
// key that sounds secret, at any depth and in whatever Go type.
func secretValues(input map[string]any) []string {
	raw, err := json.Marshal(input)
	if err != nil {
		return nil // it could not be sent either
	}
	var document any
	if json.Unmarshal(raw, &document) != nil {
		return nil
	}
	var values []string
	var walk func(secret bool, v any)
	walk = func(secret bool, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(secret || soundsSecret(key), inner)
			}
		case []any:
			for _, inner := range v {
				walk(secret, inner)
			}
		case string:
			if secret && v != "true" && v != "false" {
				values = append(values, v)
			}
		}
	}
	walk(false, document)
	return values
}

func soundsSecret(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(key, word) })
}

// keysOnly describes connection parameters without their values.
func keysOnly(input map[string]any) string {
	if input == nil {
		return "none"
	}
	keys := make([]string, 0, len(input))
	for key := range input {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return fmt.Sprintf("%d values redacted (%s)", len(keys), strings.Join(keys, ", "))
}
