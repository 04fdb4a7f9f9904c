package workato_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

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
			assert.Equal(t, 1, calls, "a retry would not help")
		})
	}
}

// TestLegacyCredentialsInRequests shows where the two deprecated styles put
// their values.
func TestLegacyCredentialsInRequests(t *testing.T) {
	t.Parallel()
	list := func(t *testing.T, option workato.Option) wireRequest {
		transport := responding(response{body: `{"result": []}`})
		c, err := workato.NewClient(option, workato.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, ignore(c.Connections.List(t.Context(), customerID, &workato.ConnectionListParams{Provider: "jira"})))
		return transport.only(t)
	}
	t.Run("headers", func(t *testing.T) {
		t.Parallel()
		got := list(t, workato.WithUserToken("ops@partner.example", testToken))
		assert.Equal(t, "ops@partner.example", got.Header.Get("X-User-Email"))
		assert.Equal(t, testToken, got.Header.Get("X-User-Token"))
		assert.Empty(t, got.Header.Get("Authorization"))
		assert.Equal(t, "provider=jira", got.Query)
	})
	t.Run("query", func(t *testing.T) {
		t.Parallel()
		got := list(t, workato.WithQueryToken("ops+x@partner.example", "a&b="+strconv.Itoa(7)))
		query, err := url.ParseQuery(got.Query)
		require.NoError(t, err)
		assert.Equal(t, url.Values{"provider": {"jira"}, "user_email": {"ops+x@partner.example"}, "user_token": {"a&b=7"}}, query)
		assert.NotContains(t, got.Header, "Authorization")
		assert.NotContains(t, got.Header, "X-User-Token")
	})
}

// TestThirdPartyOrigins: neither middleware nor an Auth can carry the
// credential to another host.
func TestThirdPartyOrigins(t *testing.T) {
	t.Parallel()
	move := func(req *http.Request) *http.Request {
		moved := req.Clone(req.Context())
		moved.URL.Host, moved.Host = "elsewhere.example", "elsewhere.example"
		return moved
	}
	middleware := workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) { return next.RoundTrip(move(req)) })
	})
	_, err := newClient(t, unreachable(t), middleware).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorContains(t, err, "elsewhere.example")
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "nothing was sent")

	c, err := workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: unreachable(t)}), workato.WithAuth(authFunc(func(req *http.Request) error {
		target := *req.URL
		target.Host = "elsewhere.example"
		req.URL = &target
		return nil
	})))
	require.NoError(t, err)
	_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorContains(t, err, "origin")
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
}

type authFunc func(*http.Request) error

func (f authFunc) Apply(req *http.Request) error { return f(req) }

func TestCustomAuthAndTokenSource(t *testing.T) {
	t.Parallel()
	transport := responding(response{status: 503}, response{body: `{"id": 1}`})
	attempts := 0
	c, err := workato.NewClient(
		workato.WithTokenSource(func(context.Context) (string, error) {
			attempts++
			return fmt.Sprintf("token-%d", attempts), nil
		}),
		workato.WithHTTPClient(&http.Client{Transport: transport}), workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
	require.NoError(t, err)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Equal(t, "Bearer token-1", transport.all()[0].Header.Get("Authorization"))
	assert.Equal(t, "Bearer token-2", transport.all()[1].Header.Get("Authorization"), "asked for every attempt")

	transport = responding(response{body: `{"id": 1}`})
	c, err = workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: transport}), workato.WithAuth(authFunc(func(req *http.Request) error {
		req.Header.Set("X-Signature", "s")
		return nil
	})))
	require.NoError(t, err)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Equal(t, "s", transport.only(t).Header.Get("X-Signature"))

	refusal := errors.New("no key")
	c, err = workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: unreachable(t)}),
		workato.WithAuth(authFunc(func(*http.Request) error { return refusal })))
	require.NoError(t, err)
	_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorIs(t, err, refusal)
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
}

func TestMiddlewareNeverSeesTheCredential(t *testing.T) {
	t.Parallel()
	for _, credential := range []workato.Option{
		workato.WithAPIToken(testToken), workato.WithUserToken("ops@partner.example", testToken), workato.WithQueryToken("ops@partner.example", testToken),
	} {
		var kept []*http.Request
		spy := workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(req *http.Request) (*http.Response, error) {
				kept = append(kept, req)
				req.Header.Set("X-Added", "by middleware")
				return next.RoundTrip(req)
			})
		})
		transport := responding(response{body: `{"id": 1}`})
		c, err := workato.NewClient(credential, spy, workato.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
		require.Len(t, kept, 1)
		assert.NotContains(t, fmt.Sprint(kept[0].Header, kept[0].URL), testToken, "also after the fact")
		assert.Equal(t, "by middleware", transport.only(t).Header.Get("X-Added"))
	}
}

func TestWhatMiddlewareAddsDoesNotComeBack(t *testing.T) {
	t.Parallel()
	gateway := workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			req = req.Clone(req.Context())
			req.Header.Set("X-Gateway-Key", "gateway-secret")
			return next.RoundTrip(req)
		})
	})
	err := ignore(newClient(t, responding(response{status: 400, body: `{"message": "bad gateway-secret"}`}), gateway).ManagedUsers.Get(t.Context(), customerID))
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, "bad [redacted]", apiErr.Message)
	assert.NotContains(t, string(apiErr.Body), "gateway-secret")
}

func TestMiddlewareThatIsNoneSendsNothing(t *testing.T) {
	t.Parallel()
	none := workato.WithTransportMiddleware(func(http.RoundTripper) http.RoundTripper { return nil })
	_, err := newClient(t, unreachable(t), none).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorContains(t, err, "middleware returned nil")
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	const secret = "very-private-token"
	options := map[string]workato.Option{
		"token": workato.WithAPIToken(secret), "headers": workato.WithUserToken("ops@partner.example",
			secret), "query": workato.WithQueryToken("ops@partner.example", secret),
		"source": workato.WithTokenSource(func(context.Context) (string, error) { return secret, nil }),
	}
	for name, option := range options {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := responding(response{status: 400, body: `{"message": "token ` + secret + ` is bad", "errors": {"token": ["` + secret + `"]}}`})
			c, err := workato.NewClient(option, workato.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			_, callErr := c.ManagedUsers.Get(t.Context(), customerID)
			var apiErr *workato.APIError
			require.ErrorAs(t, callErr, &apiErr)
			assert.NotContains(t, string(apiErr.Body), secret)
			assert.NotContains(t, fmt.Sprint(apiErr.Fields), secret)
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
				for _, printed := range []any{c, *c, option, []workato.Option{option}, callErr, *apiErr} {
					text := fmt.Sprintf(verb, printed)
					assert.NotContains(t, text, secret)
					assert.NotContains(t, text, fmt.Sprintf("%x", secret))
				}
			}
			var logged bytes.Buffer
			slog.New(slog.NewJSONHandler(&logged, nil)).InfoContext(t.Context(), "x", "client", c, "error", callErr)
			assert.NotContains(t, logged.String(), secret)
		})
	}
}
