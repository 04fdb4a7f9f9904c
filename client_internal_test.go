package workato

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDerivedClientsShareTheDefaultTransport: a caller's client without a
// transport gets one, and derived clients use the same connections.
func TestDerivedClientsShareTheDefaultTransport(t *testing.T) {
	t.Parallel()
	own := &http.Client{Timeout: time.Minute}
	for _, opts := range [][]Option{{WithAPIToken("test-token")}, {WithAPIToken("test-token"), WithHTTPClient(own)}} {
		client, err := NewClient(opts...)
		require.NoError(t, err)
		derived, err := client.With(WithUserAgent("derived"))
		require.NoError(t, err)
		require.NotNil(t, client.core.config.httpClient.Transport)
		assert.Same(t, client.core.config.httpClient.Transport, derived.core.config.httpClient.Transport)
	}
	assert.Nil(t, own.Transport, "the caller's client is not changed")
}
