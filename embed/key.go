package embed

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"strings"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/transport"
)

// minKeyBits is what RFC 7518 requires of a key for RS256.
const minKeyBits = 2048

// privateKey is a private key that no format verb can print: it is in a
// closure.
type privateKey struct{ rsa func() *rsa.PrivateKey }

func (k privateKey) Public() crypto.PublicKey { return k.rsa().Public() }

func (k privateKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.rsa().Sign(random, digest, opts)
}

// ParsePrivateKey reads an RSA private key of at least 2048 bits: one PEM block
// with PKCS #1 ("RSA PRIVATE KEY") or PKCS #8 ("PRIVATE KEY"), not encrypted,
// with only white space around it. The returned key cannot be printed, and no
// error shows any part of the text.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
func ParsePrivateKey(text []byte) (crypto.Signer, error) {
	text = bytes.TrimSpace(text)
	block, rest := pem.Decode(text)
	switch {
	case len(text) == 0:
		return nil, badKey("is empty")
	case block == nil:
		return nil, badKey("holds no PEM block, which begins with -----BEGIN PRIVATE KEY----- on a line of its own; " +
			"what came through an environment variable may have lost its line breaks")
	case len(rest) > 0:
		return nil, badKey("holds something behind the key: give one PEM block and nothing else")
	case !bytes.HasPrefix(text, []byte("-----BEGIN "+block.Type+"-----")):
		return nil, badKey("holds something before the key: give one PEM block and nothing else")
	}
	key, err := parseBlock(block)
	if err != nil {
		return nil, err
	}
	signer := privateKey{func() *rsa.PrivateKey { return key }}
	_, err = checkKey(signer)
	return signer, err
}

func parseBlock(block *pem.Block) (*rsa.PrivateKey, error) {
	var parsed any
	var err error
	switch kind := block.Type; {
	case kind == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" || block.Headers["Proc-Type"] != "":
		return nil, badKey("is encrypted; decrypt it first, with openssl pkey")
	case strings.HasSuffix(kind, "PUBLIC KEY") || kind == "CERTIFICATE":
		return nil, badKey("is a public key or certificate; tokens are signed with the private key")
	case kind == "EC PRIVATE KEY":
		return nil, badKey("is an EC key; tokens are signed with RS256, which needs an RSA key")
	case kind == "OPENSSH PRIVATE KEY":
		return nil, badKey("is in the format of OpenSSH; ssh-keygen -p -m PKCS8 converts it")
	case kind == "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case kind == "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, badKey("is a PEM block of another kind; PRIVATE KEY or RSA PRIVATE KEY is needed")
	}
	if err != nil { // not shown, because its text may hold parts of the key
		return nil, badKey("is damaged, or not what its first line says")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, badKey(fmt.Sprintf("is of type %T; tokens are signed with RS256, which needs an RSA key", parsed))
	}
	var whole asn1.RawValue
	if rest, err := asn1.Unmarshal(block.Bytes, &whole); err != nil || len(rest) > 0 {
		return nil, badKey("has bytes behind the key in its PEM block")
	}
	return key, nil
}

// checkKey returns the public part of a key that can sign RS256.
func checkKey(key crypto.Signer) (*rsa.PublicKey, error) {
	if concrete, ok := key.(*rsa.PrivateKey); key == nil || ok && concrete == nil {
		return nil, badKey("is nil")
	}
	local := localKey(key)
	public, ok := key.Public().(*rsa.PublicKey)
	switch {
	case !ok || public == nil || public.N == nil:
		return nil, badKey(fmt.Sprintf("has a public key of type %T; tokens are signed with RS256, which needs an RSA key", key.Public()))
	case public.N.BitLen() < minKeyBits:
		return nil, badKey(fmt.Sprintf("has %d bits; RS256 needs %d or more", public.N.BitLen(), minKeyBits))
	case local != nil && !consistent(local):
		return nil, badKey("is not a consistent RSA key")
	}
	return public, nil
}

// consistent says whether the numbers of a key belong together. They are looked at
// without what was computed from them before: Go 1.25 trusts that without a look.
func consistent(key *rsa.PrivateKey) bool {
	bare := rsa.PrivateKey{PublicKey: key.PublicKey, D: key.D, Primes: key.Primes}
	return bare.D != nil && bare.Validate() == nil
}

// localKey returns the key if it is one in memory, nil if another device signs.
func localKey(key crypto.Signer) *rsa.PrivateKey {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key
	case privateKey:
		return key.rsa()
	}
	return nil
}

// PublicKeyPEM returns the public part of a key in the form that PUT
// /api/account/signature_verification_key takes: a PEM block "PUBLIC KEY". It
// is not a secret.
//
// https://docs.workato.com/oem/oem-api/jwt-direct-link-configurations.html
func PublicKeyPEM(key crypto.Signer) (string, error) {
	public, err := checkKey(key)
	if err != nil {
		return "", err
	}
	return encodePublic(public)
}

func encodePublic(public *rsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", badKey("has a public key that cannot be encoded")
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// signDigest signs a SHA-256 digest. A key in memory signs at once. Any other
// may hang, and does not hold the call longer than its context.
func signDigest(ctx context.Context, key crypto.Signer, digest []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, transport.ContextError(ctx)
	}
	if localKey(key) != nil {
		return key.Sign(rand.Reader, digest, crypto.SHA256)
	}
	return transport.Beside(ctx, func() ([]byte, error) { return key.Sign(rand.Reader, digest, crypto.SHA256) })
}

func badKey(problem string) error { return invalid("key", "%s", problem) }

func invalid(field, format string, args ...any) error {
	return &workato.ArgumentError{Field: field, Problem: fmt.Sprintf(format, args...)}
}
