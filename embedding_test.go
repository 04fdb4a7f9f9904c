package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestSigningKey(t *testing.T) {
	t.Parallel()
	params := &workato.EmbeddingUpdateSigningKeyParams{Key: fixture(t, "embedding/public_key.pem")}
	assert.Equal(t, &workato.SigningKey{VendorID: "nw7Qk2Lp"},
		decoded(t, "embedding/signing_key.json", func(ctx context.Context, c *workato.Client) (*workato.SigningKey, error) {
			return c.Embedding.UpdateSigningKey(ctx, params)
		}))
}
