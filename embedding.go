package workato

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
)

// EmbeddingService serves the key by which the service verifies the tokens of
// direct links. Package embed makes the tokens.
//
// https://docs.workato.com/oem/oem-api/jwt-direct-link-configurations.html
type EmbeddingService struct{ core *core }

var embeddingUpdateSigningKey = operation{Operation: Operation{
	Name: "embedding.update_signing_key", Method: "PUT", Path: "/api/account/signature_verification_key",
	Effect: Idempotent, Quota: Quota{Family: "embedding", PerMinute: 60}, Doc: "https://docs.workato.com/oem/oem-api/jwt-direct-link-configurations.html",
}}

// EmbeddingUpdateSigningKeyParams holds the new key. Key is required.
type EmbeddingUpdateSigningKeyParams struct {
	// Key is an RSA public key in PEM form: "-----BEGIN PUBLIC KEY-----...".
	Key string `json:"key"`
}

// SigningKey says for whom a key was stored.
type SigningKey struct {
	// VendorID is the Embedded vendor ID, with which the subject of a token
	// begins. Older pages call it the vendor API key.
	VendorID string `json:"vendor_id"`
}

func (k *SigningKey) key() string { return k.VendorID }

// UpdateSigningKey replaces the public key of the partner's workspace. Tokens
// that were signed with the former private key are no longer accepted: no
// source describes a time in which both keys work. A private key, or one that
// is not RSA, is refused before anything is sent.
//
// https://docs.workato.com/oem/oem-api/jwt-direct-link-configurations.html
func (s *EmbeddingService) UpdateSigningKey(ctx context.Context, params *EmbeddingUpdateSigningKeyParams, opts ...CallOption) (*SigningKey, error) {
	params, missing := needed(params)
	return fetch[SigningKey](ctx, s.core, embeddingUpdateSigningKey.at().withBody(params).check(missing, publicKey("Key", params.Key)), opts)
}

// publicKey refuses a key that cannot verify an RS256 signature, above all a
// private key, which must not leave its owner.
func publicKey(field, text string) error {
	block, rest := pem.Decode([]byte(text))
	switch {
	case strings.Contains(text, "PRIVATE KEY"):
		return invalid(field, "holds a private key, which nobody else needs: send the public key")
	case block == nil || strings.TrimSpace(string(rest)) != "":
		return invalid(field, "is not one key in PEM form")
	case block.Type != "PUBLIC KEY":
		return invalid(field, "is a %s, not a PUBLIC KEY", oneLine(block.Type))
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if _, ok := key.(*rsa.PublicKey); err != nil || !ok {
		return invalid(field, "is not an RSA key")
	}
	return nil
}
