package workato_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestPackageFileKeepsTheReason: the caller may want to know fs.ErrNotExist.
func TestPackageFileKeepsTheReason(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.zip")
	_, err := newClient(t, unreachable(t)).Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{
		Package: workato.PackageFile(missing), FolderID: 1,
	})
	assertRefused(t, err, "missing.zip")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestPackageThatDoesNotKeepItsWord: the size was announced in a header.
func TestPackageThatDoesNotKeepItsWord(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for name, tc := range map[string]struct {
		pack workato.Package
		want string
	}{
		"shorter":     {workato.PackageReader(strings.NewReader("abc"), 5), "not the announced 5 bytes"},
		"longer":      {workato.PackageReader(strings.NewReader("abcdefgh"), 5), "not the announced 5 bytes"},
		"cannot open": {workato.PackageFunc(func() (io.ReadCloser, error) { return nil, broken }, 5), "disk on fire"},
		"cannot read": {workato.PackageFunc(func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("ab"), failingReader{broken})), nil
		}, 5), "disk on fire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{body: `{"id": 1}`})
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
			_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: tc.pack, FolderID: 1})
			require.ErrorContains(t, err, tc.want)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "what never arrived whole was not imported")
			assert.Empty(t, transport.all())
		})
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestBadOptions(t *testing.T) {
	t.Parallel()
	token := workato.WithAPIToken(testToken)
	base := func(url string) []workato.Option { return []workato.Option{token, workato.WithBaseURL(url)} }
	for _, tc := range []struct {
		name   string
		field  string
		opts   []workato.Option
		secret string // must not stand in the error
	}{
		{name: "no credential", field: "credential"},
		{name: "empty token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("")}},
		{name: "blank token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("  ")}},
		{name: "token with a line end", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test-token\n")}, secret: "test-token"},
		{name: "token with a line in it", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\r\n-token")}, secret: "-token"},
		{name: "token with NUL", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\x00-token")}, secret: "-token"},
		{name: "empty email", field: "email", opts: []workato.Option{workato.WithUserToken("", testToken)}},
		{name: "empty user token", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "")}},
		{name: "user token with a line end", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "test-token\n")}, secret: "test-token"},
		{name: "empty query token", field: "WithQueryToken", opts: []workato.Option{workato.WithQueryToken("a@partner.example", "")}},
		{name: "nil auth", field: "WithAuth", opts: []workato.Option{workato.WithAuth(nil)}},
		{name: "nil source", field: "WithTokenSource", opts: []workato.Option{workato.WithTokenSource(nil)}},
		{name: "two credentials", field: "WithAPIToken, WithUserToken", opts: []workato.Option{token, workato.WithUserToken("a@partner.example", "other-token")}, secret: "other-token"},
		{name: "the same twice", field: "more than one credential", opts: []workato.Option{token, token}},
		{name: "nil option", field: "option is nil", opts: []workato.Option{token, nil}},
		{name: "unknown region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("mars")}},
		{name: "empty region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("")}},
		{name: "two addresses", field: "WithRegion, WithBaseURL", opts: []workato.Option{token, workato.WithRegion(workato.RegionEU), workato.WithBaseURL("https://a.example")}},
		{name: "empty base", field: "WithBaseURL", opts: base("")},
		{name: "blank base", field: "WithBaseURL", opts: base("  ")},
		{name: "base without scheme", field: "WithBaseURL", opts: base("www.workato.example")},
		{name: "base with a port and no scheme", field: "WithBaseURL", opts: base("localhost:8080")},
		{name: "base with a foreign scheme", field: "WithBaseURL", opts: base("ftp://workato.example")},
		{name: "base without a host", field: "WithBaseURL", opts: base("https://")},
		{name: "base with a port alone", field: "WithBaseURL", opts: base("https://:443")},
		{name: "base with a password", field: "WithBaseURL", opts: base("https://ana:test-password@workato.example"), secret: "test-password"},
		{name: "base with a query", field: "WithBaseURL", opts: base("https://workato.example?user_token=test-password"), secret: "test-password"},
		{name: "base with an empty query", field: "WithBaseURL", opts: base("https://workato.example?")},
		{name: "base with a fragment", field: "WithBaseURL", opts: base("https://workato.example#top")},
		{name: "base with a control character", field: "WithBaseURL", opts: base("https://workato.example/\x7f")},
		{name: "base that does not parse", field: "WithBaseURL", opts: base("https://ana:test-password@[::1"), secret: "test-password"},
		{name: "plain http", field: "WithBaseURL", opts: base("http://www.workato.example")},
		{name: "plain http, looks like loopback", field: "WithBaseURL", opts: base("http://127.0.0.1.example")},
		{name: "plain http, localhost elsewhere", field: "WithBaseURL", opts: base("http://localhost.example")},
		{name: "base with a bad port", field: "WithBaseURL", opts: base("https://workato.example:99999999")},
		{name: "base with dot segments", field: "WithBaseURL", opts: base("https://workato.example/a/../b")},
		{name: "nil client", field: "WithHTTPClient", opts: []workato.Option{token, workato.WithHTTPClient(nil)}},
		{name: "nil middleware", field: "WithTransportMiddleware", opts: []workato.Option{token, workato.WithTransportMiddleware(nil)}},
		{name: "negative retries", field: "MaxRetries", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MaxRetries: -1})}},
		{name: "negative wait", field: "MinWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MinWait: -1})}},
		{name: "negative longest wait", field: "MaxWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MaxWait: -1})}},
		{name: "waits in the wrong order", field: "MaxWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MinWait: 2, MaxWait: 1})}},
		{name: "no attempt time", field: "WithAttemptTimeout", opts: []workato.Option{token, workato.WithAttemptTimeout(0)}},
		{name: "no response bytes", field: "WithMaxResponseBytes", opts: []workato.Option{token, workato.WithMaxResponseBytes(0)}},
		{name: "nil limiter", field: "WithLimiter", opts: []workato.Option{token, workato.WithLimiter(nil)}},
		{name: "nil logger", field: "WithLogger", opts: []workato.Option{token, workato.WithLogger(nil)}},
		{name: "nil hook", field: "WithHook", opts: []workato.Option{token, workato.WithHook(nil)}},
		{name: "empty user agent", field: "WithUserAgent", opts: []workato.Option{token, workato.WithUserAgent("")}},
		{name: "user agent with a line end", field: "WithUserAgent", opts: []workato.Option{token, workato.WithUserAgent("a\r\nX: b")}},
		{name: "application without a name", field: "WithApplication", opts: []workato.Option{token, workato.WithApplication("", "1")}},
		{name: "application version with a line end", field: "WithApplication", opts: []workato.Option{token, workato.WithApplication("a", "1\n")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, err := workato.NewClient(tc.opts...)
			assert.Nil(t, c)
			assertRefused(t, err, tc.field)
			if tc.secret != "" {
				assert.NotContains(t, err.Error(), tc.secret)
			}
		})
	}
}

func TestAllFaultyOptionsAreNamed(t *testing.T) {
	t.Parallel()
	_, err := workato.NewClient(
		workato.WithAPIToken(""), workato.WithUserToken("", ""), workato.WithRegion("mars"), workato.WithBaseURL("http://www.workato.example"),
		workato.WithAttemptTimeout(-1), nil, workato.WithLogger(nil), workato.WithUserAgent("\n"),
		workato.WithRetry(workato.RetryPolicy{MaxRetries: -1, MinWait: -1, MaxWait: -1, Budget: -1}),
	)
	for _, field := range []string{
		"WithAPIToken", "email", "WithUserToken", "more than one credential", "WithRegion", "WithBaseURL", "WithAttemptTimeout",
		"option is nil", "WithLogger", "WithUserAgent",
		"MaxRetries is negative", "MinWait is negative", "MaxWait is negative", "Budget is negative",
	} {
		assertRefused(t, err, field)
	}
}

// TestTokenSourceFaults: what a source returns is checked like a fixed token.
func TestTokenSourceFaults(t *testing.T) {
	t.Parallel()
	failure := errors.New("vault is sealed")
	for name, tc := range map[string]struct {
		token string
		err   error
		want  error
	}{
		"error":    {err: failure, want: failure},
		"empty":    {want: workato.ErrInvalidArgument},
		"line end": {token: "test-token\n", want: workato.ErrInvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			c, err := workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: unreachable(t)}),
				workato.WithTokenSource(func(context.Context) (string, error) { calls++; return tc.token, tc.err }))
			require.NoError(t, err)
			_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
			require.ErrorIs(t, err, tc.want)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			assert.NotContains(t, err.Error(), "test-token")
			assert.Equal(t, 1, calls, "asking again would not help")
		})
	}
}
