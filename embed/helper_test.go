package embed_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

// Keys are made once for all tests: that takes longer than everything else.
var (
	keyA = sync.OnceValue(func() *rsa.PrivateKey { return makeKey(2048) })
	keyB = sync.OnceValue(func() *rsa.PrivateKey { return makeKey(2048) })
	weak = sync.OnceValue(func() *rsa.PrivateKey { return makeKey(1024) })
	ec   = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

func makeKey(bits int) *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, bits)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pkcs1(key *rsa.PrivateKey) []byte {
	return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

func pkcs8(key any) []byte { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))) }

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func edKey() ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

var acme = embed.Subject{Customer: workato.ExternalID("acme")}

func newSigner(t testing.TB, key crypto.Signer, opts ...embed.Option) *embed.Signer {
	t.Helper()
	signer, err := embed.NewSigner("vendor1", key, opts...)
	require.NoError(t, err)
	return signer
}

// opened is a decoded token, its signature verified by the standard library.
type opened struct {
	header, claims map[string]any
}

func open(t testing.TB, token workato.Secret, public *rsa.PublicKey) opened {
	t.Helper()
	o, err := tryOpen(token, public)
	require.NoError(t, err)
	return o
}

func tryOpen(token workato.Secret, public *rsa.PublicKey) (opened, error) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return opened{}, fmt.Errorf("%d parts", len(parts))
	}
	var o opened
	for i, into := range []any{&o.header, &o.claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return opened{}, err
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return opened{}, err
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return o, rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature)
}

// remote is a key like that of a key management service: a type outside of the
// standard library, with a test function as Sign.
type remote struct {
	public crypto.PublicKey
	sign   func(digest []byte) ([]byte, error)
}

func (r remote) Public() crypto.PublicKey { return r.public }

func (r remote) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts.HashFunc() != crypto.SHA256 {
		return nil, errors.New("want SHA-256")
	}
	return r.sign(digest)
}

func remoteOf(key *rsa.PrivateKey) remote {
	return remote{&key.PublicKey, func(digest []byte) ([]byte, error) {
		return key.Sign(rand.Reader, digest, crypto.SHA256)
	}}
}

// issuerFunc is an Issuer of a test.
type issuerFunc func(ctx context.Context, who embed.Subject) (workato.Secret, error)

func (f issuerFunc) Token(ctx context.Context, who embed.Subject) (workato.Secret, error) {
	return f(ctx, who)
}
