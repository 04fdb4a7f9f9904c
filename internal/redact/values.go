package redact

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// secretWords mark keys whose values are secret. The list errs on the side of
// too many: the caller still has a value that is redacted in a message.
var secretWords = []string{"pass", "secret", "token", "key", "pwd", "credential", "private", "auth", "pin", "cert", "sign"}

// innocent are keys of the API that sound secret and are not.
var innocent = []string{"keyword", "author", "authors", "author_name", "author_email", "auth_settings", "auth_type", "oauth_id"}

// Values collects the strings and numbers of a document under keys that sound
// secret, at any depth and in any Go type, and under any key the password and
// the secret parameters of a URL or connection string.
//
// A value that is the name of a key of the same document, in any case, is left
// out, as is "password": messages contain these words as field names, and as
// passwords they are not secret.
func Values(in any) []string { return collect(in, false) }

// AllValues is Values for a document in which every value is secret.
func AllValues(in any) []string { return collect(in, true) }

func collect(in any, secret bool) []string {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil // it could not be sent either
	}
	c := collector{keys: []string{"password", "true", "false"}}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a number is shown as it was sent
	var document any
	if decoder.Decode(&document) != nil {
		return nil
	}
	c.walk(secret, document)
	return except(c.values, c.keys)
}

// except returns the values that are not a name, in any case.
func except(values, names []string) []string {
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[strings.ToLower(name)] = true
	}
	return slices.DeleteFunc(values, func(v string) bool { return known[strings.ToLower(v)] })
}

// collector gathers keys and secret values of a document.
type collector struct{ keys, values []string }

func (c *collector) walk(secret bool, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			c.keys = append(c.keys, key)
			c.walk(secret || soundsSecret(key), inner)
		}
	case []any:
		for _, inner := range v {
			c.walk(secret, inner)
		}
	case json.Number:
		if secret {
			c.values = append(c.values, v.String())
		}
	case string:
		if secret {
			c.values = append(c.values, v)
		}
		c.values = append(c.values, within(v)...)
	}
}

func soundsSecret(key string) bool {
	key = strings.ToLower(key)
	return !slices.Contains(innocent, key) && slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(key, word) })
}

// within returns the secrets inside a value: the password of a URL, and what
// follows a name that sounds secret and an equals sign, as in the query of a
// URL or in "Server=db;Pwd=...".
func within(value string) []string {
	var secrets []string
	note := func(secret string) {
		secrets = append(secrets, secret)
		if plain, err := url.PathUnescape(secret); err == nil && plain != secret {
			secrets = append(secrets, plain)
		}
	}
	if _, rest, ok := strings.Cut(value, "://"); ok {
		authority := rest[:max(0, strings.IndexAny(rest+"/", "/?#"))]
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			if _, password, ok := strings.Cut(authority[:at], ":"); ok {
				note(password)
			}
		}
	}
	for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune("?&;# \t\r\n", r) }) {
		if name, secret, ok := strings.Cut(pair, "="); ok && soundsSecret(name) {
			note(strings.Trim(secret, `"'`))
		}
	}
	return secrets
}
