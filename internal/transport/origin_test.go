package transport

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSameOrigin: scheme, host and port, in any spelling.
func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		same bool
	}{
		{"https://api.test", "https://api.test", true},
		{"https://api.test", "https://api.test:443", true},
		{"http://api.test", "http://api.test:80", true},
		{"https://API.test:443", "HTTPS://api.TEST", true},
		{"https://[::1]:443", "https://[::1]", true},
		{"https://api.test", "http://api.test", false},
		{"https://api.test:8443", "http://api.test:8443", false},
		{"https://api.test:443", "http://api.test:443", false},
		{"https://api.test:443", "http://api.test", false},
		{"https://api.test:80", "https://api.test", false},
		{"http://api.test:443", "http://api.test", false},
		{"https://api.test:8443", "https://api.test:8444", false},
		{"https://api.test", "https://api.test.", false},
		{"https://api.test", "https://api.test.evil.example", false},
		{"https://api.test", "https://sub.api.test", false},
	} {
		a, err := url.Parse(row.a)
		require.NoError(t, err)
		b, err := url.Parse(row.b)
		require.NoError(t, err)
		a.Scheme, b.Scheme = row.a[:len(a.Scheme)], row.b[:len(b.Scheme)] // as written, for Parse lowers it
		assert.Equal(t, row.same, sameOrigin(a, b), "%s and %s", row.a, row.b)
		assert.Equal(t, row.same, sameOrigin(b, a), "%s and %s", row.b, row.a)
	}
}
