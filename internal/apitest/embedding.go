package apitest

import (
	"strings"

	"github.com/go-workato/workato"
)

func updateSigningKey(key string) Call {
	return func(c *Caller) error {
		return c.keep(c.Embedding.UpdateSigningKey(c.ctx, &workato.EmbeddingUpdateSigningKeyParams{Key: key}, c.opts...))
	}
}

var publicKey = Fixture("embedding/public_key.pem")

var _ = register(Entry{
	Operation: "embedding.update_signing_key", Call: updateSigningKey(publicKey),
	Want: "PUT /api/account/signature_verification_key", JSON: `{"key": "` + strings.ReplaceAll(publicKey, "\n", `\n`) + `"}`,
	Good: Good{"embedding/signing_key.json"},
	Refuses: Bad{
		"params": {func(c *Caller) error { return c.keep(c.Embedding.UpdateSigningKey(c.ctx, nil)) }},
		"Key": {
			updateSigningKey(""), updateSigningKey("MIIBIjANBgkqhkiG9w0B"), updateSigningKey(publicKey + "\n" + publicKey),
			updateSigningKey(strings.ReplaceAll(publicKey, "PUBLIC", "PRIVATE")), updateSigningKey(strings.ReplaceAll(publicKey, "PUBLIC KEY", "CERTIFICATE")),
			updateSigningKey(Fixture("embedding/public_key_ec.pem")),
		},
	},
})
