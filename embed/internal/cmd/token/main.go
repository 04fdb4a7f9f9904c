// Command token prints a direct-link token of package embed and the public key
// that verifies it, as JSON, for implementations of JWT in other languages:
//
//	go run ./embed/internal/cmd/token | node verify.mjs
//
// The key is a new one each time, so that the token is good for nothing else.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "token:", err)
		os.Exit(1)
	}
}

func run() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	signer, err := embed.NewSigner("vendor1", key, embed.WithOrigin("https://app.example.com"))
	if err != nil {
		return err
	}
	token, err := signer.Token(context.Background(), embed.Subject{
		Customer: workato.ExternalID("AM10:XV303"), User: embed.ExternalUser("ada@acme.example"),
	})
	if err != nil {
		return err
	}
	public, err := signer.PublicKeyPEM()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]string{"token": token.Reveal(), "public_key": public})
}
