// Package jwttest checks the tokens of package embed with a third-party
// implementation of JWT. It is a separate module, so that users of the client
// do not depend on that.
package jwttest

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

func newKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func token(t *testing.T, key *rsa.PrivateKey, who embed.Subject, opts ...embed.Option) string {
	t.Helper()
	signer, err := embed.NewSigner("vendor1", key, opts...)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Token(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

// verify reads a token as Workato does, as far as its pages say: RS256 by the
// public key in PEM form.
func verify(t *testing.T, token string, key *rsa.PrivateKey, opts ...jwt.ParserOption) (jwt.MapClaims, error) {
	t.Helper()
	pem, err := embed.PublicKeyPEM(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jwt.ParseRSAPublicKeyFromPEM([]byte(pem))
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	opts = append(opts, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuedAt(), jwt.WithStrictDecoding())
	parsed, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return public, nil }, opts...)
	if err == nil && parsed.Header["typ"] != "JWT" {
		t.Errorf("typ is %v", parsed.Header["typ"])
	}
	return claims, err
}

func TestTokens(t *testing.T) {
	for _, bits := range []int{2048, 2056, 3072} { // one whose length is not a multiple of 64
		key := newKey(t, bits)
		for _, tt := range []struct {
			name, sub string
			who       embed.Subject
		}{
			{"workspace", "vendor1:98178", embed.Subject{Customer: workato.AccountID(98178)}},
			{"member", "vendor1:98178:303", embed.Subject{Customer: workato.AccountID(98178), User: embed.User(303)}},
			{
				"external ids", "vendor1:EAM10%3AXV303:Eada%40acme%2Eexample",
				embed.Subject{Customer: workato.ExternalID("AM10:XV303"), User: embed.ExternalUser("ada@acme.example")},
			},
		} {
			text := token(t, key, tt.who, embed.WithOrigin("https://app.example.com"), embed.WithExpiry(time.Minute))
			claims, err := verify(t, text, key, jwt.WithSubject(tt.sub), jwt.WithExpirationRequired())
			if err != nil {
				t.Errorf("%d bits, %s: %v", bits, tt.name, err)
			}
			if claims["origin"] != "https://app.example.com" || claims["jti"] == "" {
				t.Errorf("%d bits, %s: claims %v", bits, tt.name, claims)
			}
		}
	}
}

func TestWrongTokens(t *testing.T) {
	key := newKey(t, 2048)
	who := embed.Subject{Customer: workato.ExternalID("acme")}
	good := token(t, key, who)
	parts := strings.Split(good, ".")
	other := strings.Split(token(t, key, embed.Subject{Customer: workato.ExternalID("other")}), ".")
	hourAgo := embed.WithClock(func() time.Time { return time.Now().Add(-time.Hour) })
	for name, text := range map[string]string{
		"claims of another one":    parts[0] + "." + other[1] + "." + parts[2],
		"another key":              token(t, newKey(t, 2048), who),
		"expired":                  token(t, key, who, hourAgo, embed.WithExpiry(time.Minute)),
		"of a clock that is ahead": token(t, key, who, embed.WithClock(func() time.Time { return time.Now().Add(time.Hour) })),
	} {
		if _, err := verify(t, text, key); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := verify(t, good, key); err != nil {
		t.Error(err)
	}
	// Without an exp claim JWT sets no maximum age.
	if _, err := verify(t, token(t, key, who, hourAgo), key); err != nil {
		t.Error(err)
	}
}
