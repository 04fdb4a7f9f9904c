package workato_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// target returns the origin and path that a client with the options uses.
func target(t *testing.T, opts ...workato.Option) string {
	t.Helper()
	var got string
	transport := &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
		got = req.URL.String()
		assert.Equal(t, req.URL.Host, req.Host)
		return response{body: `{"id": 1}`}.response(req), nil
	}}
	_, err := newClient(t, transport, opts...).ManagedUsers.Get(t.Context(), customerID)
	require.NoError(t, err)
	return strings.TrimSuffix(got, "/api/managed_users/98178")
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[workato.Region]string{
		workato.RegionUS: "https://www.workato.com", workato.RegionEU: "https://app.eu.workato.com", workato.RegionJP: "https://app.jp.workato.com",
		workato.RegionSG: "https://app.sg.workato.com", workato.RegionAU: "https://app.au.workato.com", workato.RegionIL: "https://app.il.workato.com",
		workato.RegionCN: "https://app.workatoapp.cn", workato.RegionKR: "https://app.kr.workato.com", workato.RegionUK: "https://app.uk.workato.com",
		workato.RegionTrial: "https://app.trial.workato.com",
	} {
		assert.Equal(t, want, target(t, workato.WithRegion(region)))
	}
	assert.Equal(t, "https://www.workato.com", target(t), "the default")
}

func TestBaseURLs(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://vpw.example.com":              "https://vpw.example.com",
		"https://vpw.example.com/":             "https://vpw.example.com",
		"https://vpw.example.com//":            "https://vpw.example.com",
		"https://vpw.example.com/api":          "https://vpw.example.com",
		"https://vpw.example.com/api/":         "https://vpw.example.com",
		"https://vpw.example.com/apia":         "https://vpw.example.com/apia",
		"https://vpw.example.com/my-api":       "https://vpw.example.com/my-api",
		"https://vpw.example.com/x/y/":         "https://vpw.example.com/x/y",
		"https://vpw.example.com/x/api":        "https://vpw.example.com/x",
		"https://vpw.example.com:8443/x/api/":  "https://vpw.example.com:8443/x",
		"HTTPS://vpw.example.com":              "https://vpw.example.com",
		"https://vpw.example.com/sp%20ace":     "https://vpw.example.com/sp%20ace",
		"http://localhost:8080/api":            "http://localhost:8080",
		"http://LOCALHOST":                     "http://localhost",
		"http://127.0.0.1:4010/":               "http://127.0.0.1:4010",
		"http://127.8.8.8":                     "http://127.8.8.8",
		"http://[::1]:4010":                    "http://[::1]:4010",
		"https://app.trial.workato.com/api/":   "https://app.trial.workato.com",
		"https://xn--bcher-kva.example/api/":   "https://xn--bcher-kva.example",
		"https://proxy.example/workato/api///": "https://proxy.example/workato",
	} {
		assert.Equal(t, want, target(t, workato.WithBaseURL(base)), base)
	}
	assert.Equal(t, "https://vpw.example.com", target(t, workato.WithBaseURL(" https://vpw.example.com/api/\n")), "as read from a file")
	assert.Equal(t, "http://www.example.com", target(t, workato.WithBaseURL("http://www.example.com"), workato.WithInsecureHTTP()))
	assert.Equal(t, "http://www.example.com", target(t, workato.WithInsecureHTTP(), workato.WithBaseURL("http://www.example.com")), "in any order")
}

func TestFromEnv(t *testing.T) {
	for _, tc := range []struct {
		name   string
		env    map[string]string
		opts   []workato.Option
		base   string
		header http.Header
		refuse string // part of the error
	}{
		{
			name: "token", env: map[string]string{"API_TOKEN": "env-token"}, base: "https://www.workato.com",
			header: http.Header{"Authorization": {"Bearer env-token"}},
		},
		{name: "token and region", env: map[string]string{"API_TOKEN": "env-token", "REGION": "eu"}, base: "https://app.eu.workato.com"},
		{name: "region in capitals, with blanks", env: map[string]string{"API_TOKEN": "env-token", "REGION": " TRIAL\n"}, base: "https://app.trial.workato.com"},
		{name: "base URL", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "http://127.0.0.1:4010/api/"}, base: "http://127.0.0.1:4010"},
		{
			name: "base URL before region", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "https://vpw.example.com", "REGION": "eu"},
			base: "https://vpw.example.com",
		},
		{
			name: "legacy pair", env: map[string]string{"USER_EMAIL": "ops@partner.example", "USER_TOKEN": "env-token"}, base: "https://www.workato.com",
			header: http.Header{"X-User-Email": {"ops@partner.example"}, "X-User-Token": {"env-token"}},
		},
		{
			name: "token before the legacy pair", env: map[string]string{"API_TOKEN": "env-token", "USER_EMAIL": "ops@partner.example", "USER_TOKEN": "old-token"},
			header: http.Header{"Authorization": {"Bearer env-token"}}, base: "https://www.workato.com",
		},
		{name: "nothing", refuse: "WORKATO_API_TOKEN"},
		{name: "half a pair", env: map[string]string{"USER_EMAIL": "ops@partner.example"}, refuse: "token is empty"},
		{name: "the other half", env: map[string]string{"USER_TOKEN": "env-token"}, refuse: "email is empty"},
		{name: "unknown region", env: map[string]string{"API_TOKEN": "env-token", "REGION": "mars"}, refuse: "mars"},
		{name: "unusable base", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "http://www.example.com"}, refuse: "plain http"},
		{name: "token with a line end", env: map[string]string{"API_TOKEN": "env-token\n"}, refuse: "FromEnv"},
		{
			name: "a second credential", env: map[string]string{"API_TOKEN": "env-token"}, opts: []workato.Option{workato.WithUserToken("a@partner.example", "x")},
			refuse: "more than one credential: WithUserToken, FromEnv",
		},
		{
			name: "a second address", env: map[string]string{"API_TOKEN": "env-token", "REGION": "eu"}, opts: []workato.Option{workato.WithRegion(workato.RegionJP)},
			refuse: "more than one address of the service: WithRegion, FromEnv",
		},
		{
			name: "no token and a bad base", env: map[string]string{"BASE_URL": "ftp://www.example.com"},
			refuse: "workato: FromEnv: WORKATO_API_TOKEN is not set\nworkato: FromEnv: WithBaseURL: must begin with https://",
		},
		{
			name: "a bad token and a bad base", env: map[string]string{"API_TOKEN": "env-token\n", "BASE_URL": "https://"},
			refuse: "workato: FromEnv: WithAPIToken: token begins or ends with white space\nworkato: FromEnv: WithBaseURL: has no host",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, name := range []string{"API_TOKEN", "REGION", "BASE_URL", "USER_EMAIL", "USER_TOKEN"} {
				t.Setenv("WORKATO_"+name, tc.env[name])
			}
			transport := responding(response{body: `{"id": 1}`})
			c, err := workato.NewClient(append(tc.opts, workato.FromEnv(), workato.WithHTTPClient(&http.Client{Transport: transport}))...)
			if tc.refuse != "" {
				assertRefused(t, err, tc.refuse)
				assert.NotContains(t, err.Error(), "env-token")
				return
			}
			require.NoError(t, err)
			require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
			got := transport.only(t)
			assert.Equal(t, tc.base[strings.LastIndex(tc.base, "/")+1:], got.Host)
			for _, name := range []string{"Authorization", "X-User-Email", "X-User-Token"} {
				if tc.header != nil {
					assert.Equal(t, tc.header[name], got.Header[name])
				}
			}
		})
	}
	t.Run("not asked", func(t *testing.T) {
		t.Setenv("WORKATO_API_TOKEN", "env-token")
		t.Setenv("WORKATO_REGION", "eu")
		t.Setenv("WORKATO_BASE_URL", "http://www.example.com")
		assert.Equal(t, "https://www.workato.com", target(t), "the environment is not read unasked")
		_, err := workato.NewClient()
		assertRefused(t, err, "no credential")
	})
}

func TestWith(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"id": 1}`})
	var order []string
	named := func(name string) workato.Option {
		return workato.WithHook(hook{operation: func(context.Context, workato.Operation) (context.Context, func(error)) {
			order = append(order, name)
			return nil, nil
		}})
	}
	middle := func(name string) workato.Option {
		return workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(req *http.Request) (*http.Response, error) {
				order = append(order, name)
				return next.RoundTrip(req)
			})
		})
	}
	original := newClient(t, transport, workato.WithApplication("original", "1"), named("hook 1"), middle("middleware 1"))
	derived, err := original.With(workato.WithRegion(workato.RegionEU), workato.WithAPIToken("other-token"), workato.WithUserAgent("derived"), named("hook 2"),
		middle("middleware 2"))
	require.NoError(t, err)
	third, err := original.With(named("hook 3"), middle("middleware 3"))
	require.NoError(t, err)

	for i, tc := range []struct {
		client             *workato.Client
		host, token, agent string
		order              []string
	}{
		{derived, "app.eu.workato.com", "other-token", "derived", []string{"hook 1", "hook 2", "middleware 1", "middleware 2"}},
		{original, "www.workato.com", testToken, "original/1", []string{"hook 1", "middleware 1"}},
		{third, "www.workato.com", testToken, "original/1", []string{"hook 1", "hook 3", "middleware 1", "middleware 3"}},
	} {
		order = nil
		require.NoError(t, ignore(tc.client.ManagedUsers.Get(t.Context(), customerID)))
		got := transport.all()
		require.Len(t, got, i+1, "all share one transport")
		assert.Equal(t, tc.host, got[i].Host)
		assert.Equal(t, "Bearer "+tc.token, got[i].Header.Get("Authorization"))
		assert.Contains(t, got[i].Header.Get("User-Agent"), tc.agent)
		assert.Equal(t, tc.order, order)
	}

	legacy, err := original.With(workato.WithUserToken("a@partner.example", "x-token"))
	require.NoError(t, err, "a derived client may have another credential")
	require.NoError(t, ignore(legacy.ManagedUsers.Get(t.Context(), customerID)))
	assert.Empty(t, transport.all()[3].Header.Get("Authorization"))

	_, err = original.With(workato.WithAPIToken("a-token"), workato.WithUserToken("a@partner.example", "b-token"))
	assertRefused(t, err, "more than one credential")
	_, err = original.With(workato.WithAttemptTimeout(-1), nil)
	assertRefused(t, err, "WithAttemptTimeout")
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	token := workato.WithAPIToken(testToken)
	base := func(url string) []workato.Option { return []workato.Option{token, workato.WithBaseURL(url)} }
	for _, tc := range []struct {
		name   string
		field  string
		opts   []workato.Option
		secret string // must not be in the error
	}{
		{name: "no credential", field: "credential"},
		{name: "empty token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("")}},
		{name: "blank token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("  ")}},
		{name: "token with a line end", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test-token\n")}, secret: "test-token"},
		{name: "token with a line in it", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\r\n-token")}, secret: "-token"},
		{name: "token with NUL", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\x00-token")}, secret: "-token"},
		{name: "empty email", field: "email", opts: []workato.Option{workato.WithUserToken("", testToken)}},
		{name: "empty user token", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "")}},
		{
			name: "user token with a line end", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "test-token\n")},
			secret: "test-token",
		},
		{name: "empty query token", field: "WithQueryToken", opts: []workato.Option{workato.WithQueryToken("a@partner.example", "")}},
		{name: "nil auth", field: "WithAuth", opts: []workato.Option{workato.WithAuth(nil)}},
		{name: "nil source", field: "WithTokenSource", opts: []workato.Option{workato.WithTokenSource(nil)}},
		{
			name: "two credentials", field: "WithAPIToken, WithUserToken", opts: []workato.Option{token, workato.WithUserToken("a@partner.example", "other-token")},
			secret: "other-token",
		},
		{name: "the same twice", field: "more than one credential", opts: []workato.Option{token, token}},
		{name: "nil option", field: "option is nil", opts: []workato.Option{token, nil}},
		{name: "unknown region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("mars")}},
		{name: "empty region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("")}},
		{name: "two addresses", field: "WithRegion, WithBaseURL", opts: []workato.Option{
			token, workato.WithRegion(workato.RegionEU),
			workato.WithBaseURL("https://a.example"),
		}},
		{name: "empty base", field: "WithBaseURL", opts: base("")},
		{name: "blank base", field: "WithBaseURL", opts: base("  ")},
		{name: "base without scheme", field: "WithBaseURL", opts: base("www.workato.example")},
		{name: "base with a port and no scheme", field: "WithBaseURL", opts: base("localhost:8080")},
		{name: "base with an unsupported scheme", field: "WithBaseURL", opts: base("ftp://workato.example")},
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
