package workato_test

import (
	"context"
	"fmt"
	"os"

	"github.com/go-workato/workato"
)

func ExampleEmbeddingService_UpdateSigningKey() {
	client, done := exampleClient()
	defer done()

	public, err := os.ReadFile("testdata/fixtures/embedding/public_key.pem")
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := client.Embedding.UpdateSigningKey(context.Background(), &workato.EmbeddingUpdateSigningKeyParams{Key: string(public)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stored.VendorID)
	// Output: fake-vendor
}
