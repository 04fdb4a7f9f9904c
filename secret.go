package workato

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"

	"github.com/go-workato/workato/internal/wire"
)

// Secret is a value that the service shows once, such as the token of a new API
// client, or that it accepts and never shows, such as the secret of an OAuth
// app. It prints as *** in every format verb, log and JSON document; Reveal
// returns the value. Store a secret from a response before anything else,
// because no call returns it again. Calls still send a secret in their
// parameters.
type Secret struct {
	reveal func() string // a closure, which code that walks through values cannot look into
}

// NewSecret makes a secret of a value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{func() string { return value }}
}

// Reveal returns the value, "" if there is none.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no value: the service has not shown one.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal compares two secrets in constant time.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// secretMark is what is printed for a secret.
const secretMark = "***"

// Format keeps the value out of every format verb.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, secretMark) // fmt ignores the error as well
}

// LogValue keeps the value out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(secretMark) }

// MarshalText keeps the value out of JSON and other documents.
func (s Secret) MarshalText() ([]byte, error) { return []byte(secretMark), nil }

func (s *Secret) readWire(d *wire.Decoder, data []byte) error {
	if kind := wire.KindOf(data); kind == wire.KindObject || kind == wire.KindList {
		return &wire.KindError{Want: "a secret", Got: kind.String()}
	}
	var value string
	if err := d.Decode(data, &value); err != nil {
		return err
	}
	*s = NewSecret(value)
	return nil
}

// UnmarshalJSON reads a string.
func (s *Secret) UnmarshalJSON(data []byte) error { return wire.ReadWith(data, s, (*Secret).readWire) }
