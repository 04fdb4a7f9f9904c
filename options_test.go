package workato_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// target returns the origin and path that a client with the options asks.
func target(t *testing.T, opts ...workato.Option) string {
	t.Helper()
	var got string
	transport := &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
		got = req.URL.String()
		assert.Equal(t, req.URL.Host, req.Host)
		return answer{body: `{"id": 1}`}.response(req), nil
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
		{name: "token", env: map[string]string{"API_TOKEN": "env-token"}, base: "https://www.workato.com", header: http.Header{"Authorization": {"Bearer env-token"}}},
		{name: "token and region", env: map[string]string{"API_TOKEN": "env-token", "REGION": "eu"}, base: "https://app.eu.workato.com"},
		{name: "region in capitals, with blanks", env: map[string]string{"API_TOKEN": "env-token", "REGION": " TRIAL\n"}, base: "https://app.trial.workato.com"},
		{name: "base URL", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "http://127.0.0.1:4010/api/"}, base: "http://127.0.0.1:4010"},
		{name: "base URL before region", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "https://vpw.example.com", "REGION": "eu"}, base: "https://vpw.example.com"},
		{name: "legacy pair", env: map[string]string{"USER_EMAIL": "ops@partner.example", "USER_TOKEN": "env-token"}, base: "https://www.workato.com", header: http.Header{"X-User-Email": {"ops@partner.example"}, "X-User-Token": {"env-token"}}},
		{name: "token before the legacy pair", env: map[string]string{"API_TOKEN": "env-token", "USER_EMAIL": "ops@partner.example", "USER_TOKEN": "old-token"}, header: http.Header{"Authorization": {"Bearer env-token"}}, base: "https://www.workato.com"},
		{name: "nothing", refuse: "WORKATO_API_TOKEN"},
		{name: "half a pair", env: map[string]string{"USER_EMAIL": "ops@partner.example"}, refuse: "token is empty"},
		{name: "the other half", env: map[string]string{"USER_TOKEN": "env-token"}, refuse: "email is empty"},
		{name: "unknown region", env: map[string]string{"API_TOKEN": "env-token", "REGION": "mars"}, refuse: "mars"},
		{name: "unusable base", env: map[string]string{"API_TOKEN": "env-token", "BASE_URL": "http://www.example.com"}, refuse: "plain http"},
		{name: "token with a line end", env: map[string]string{"API_TOKEN": "env-token\n"}, refuse: "FromEnv"},
		{name: "a second credential", env: map[string]string{"API_TOKEN": "env-token"}, opts: []workato.Option{workato.WithUserToken("a@partner.example", "x")}, refuse: "more than one credential: WithUserToken, FromEnv"},
		{name: "a second address", env: map[string]string{"API_TOKEN": "env-token", "REGION": "eu"}, opts: []workato.Option{workato.WithRegion(workato.RegionJP)}, refuse: "more than one address of the service: WithRegion, FromEnv"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, name := range []string{"API_TOKEN", "REGION", "BASE_URL", "USER_EMAIL", "USER_TOKEN"} {
				t.Setenv("WORKATO_"+name, tc.env[name])
			}
			transport := answering(answer{body: `{"id": 1}`})
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
	transport := answering(answer{body: `{"id": 1}`})
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
	derived, err := original.With(workato.WithRegion(workato.RegionEU), workato.WithAPIToken("other-token"), workato.WithUserAgent("derived"), named("hook 2"), middle("middleware 2"))
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

func TestHTTPClientIsCopied(t *testing.T) {
	t.Parallel()
	first, second := answering(answer{body: `{"id": 1}`}), unreachable(t)
	given := &http.Client{Transport: first, Jar: jar{t: t}, CheckRedirect: func(*http.Request, []*http.Request) error {
		t.Error("redirects are not followed")
		return nil
	}}
	before := *given
	c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithHTTPClient(given))
	require.NoError(t, err)
	assert.Equal(t, before.Transport, given.Transport)
	assert.Equal(t, before.Timeout, given.Timeout)
	given.Transport = second
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	first.only(t)
}

// jar is a cookie jar that must not be asked.
type jar struct{ t *testing.T }

func (j jar) SetCookies(*url.URL, []*http.Cookie) { j.t.Error("cookies are not kept") }

func (j jar) Cookies(*url.URL) []*http.Cookie {
	j.t.Error("cookies are not sent")
	return nil
}

// TestTimeoutOfOneAttempt: of all the times that bound an attempt the shortest
// counts, but the time of a call replaces them.
func TestTimeoutOfOneAttempt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		httpClient time.Duration
		opts       []workato.Option
		call       []workato.CallOption
		want       time.Duration
	}{
		"default":          {want: 50 * time.Second},
		"http.Client":      {httpClient: 7 * time.Second, want: 7 * time.Second},
		"http.Client, big": {httpClient: time.Hour, want: 50 * time.Second},
		"option":           {opts: []workato.Option{workato.WithAttemptTimeout(9 * time.Second)}, want: 9 * time.Second},
		"call": {
			httpClient: 7 * time.Second, opts: []workato.Option{workato.WithAttemptTimeout(9 * time.Second)},
			call: []workato.CallOption{workato.WithTimeout(2 * time.Minute)}, want: 2 * time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				silent := roundTrip(func(req *http.Request) (*http.Response, error) {
					sent++
					<-req.Context().Done()
					return nil, req.Context().Err()
				})
				c := newClient(t, silent, append(tc.opts, workato.WithHTTPClient(&http.Client{Transport: silent, Timeout: tc.httpClient}))...)
				started := time.Now()
				_, err := c.ManagedUsers.Get(t.Context(), customerID, tc.call...)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.NoError(t, t.Context().Err())
				assert.Equal(t, tc.want, time.Since(started))
				assert.ErrorContains(t, err, "no answer within "+tc.want.String())
				assert.Equal(t, 1, sent)
				var timeout interface{ Timeout() bool }
				require.ErrorAs(t, err, &timeout)
				assert.True(t, timeout.Timeout())

				_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"}, tc.call...)
				assert.ErrorIs(t, err, workato.ErrOutcomeUnknown)
			})
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestUserAgents(t *testing.T) {
	t.Parallel()
	own := fmt.Sprintf("workato-go/%s (%s; %s/%s)", workato.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, tc := range []struct {
		opts []workato.Option
		want string
	}{
		{nil, own},
		{[]workato.Option{workato.WithApplication("onboarder", "2.1")}, own + " onboarder/2.1"},
		{[]workato.Option{workato.WithApplication("onboarder", "")}, own + " onboarder"},
		{[]workato.Option{workato.WithUserAgent("mine/1")}, "mine/1"},
		{[]workato.Option{workato.WithUserAgent("mine/1"), workato.WithApplication("onboarder", "2.1")}, "mine/1"},
	} {
		transport := answering(answer{body: `{"id": 1}`})
		require.NoError(t, ignore(newClient(t, transport, tc.opts...).ManagedUsers.Get(t.Context(), customerID)))
		assert.Equal(t, []string{tc.want}, transport.only(t).Header["User-Agent"])
	}
}

func TestWithHeader(t *testing.T) {
	t.Parallel()
	transport := answering(answer{body: `{"id": 1}`})
	c := newClient(t, transport)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithHeader("x-trace", "a"), workato.WithHeader("X-Trace", "b"), workato.WithHeader("X-Correlation-Id", "c"))))
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	got := transport.all()
	assert.Equal(t, []string{"a", "b"}, got[0].Header["X-Trace"])
	assert.Equal(t, []string{"c"}, got[0].Header["X-Correlation-Id"])
	assert.Equal(t, []string{"Bearer " + testToken}, got[0].Header["Authorization"])
	assert.NotContains(t, got[1].Header, "X-Trace", "the headers of one call are its own")
	assert.Len(t, got[1].Header, 3)

	for _, name := range []string{
		"Authorization", "authorization", "Cookie", "X-User-Email", "x-user-token", "Host", "Content-Length", "Transfer-Encoding", "Connection",
		"Content-Type", "Accept-Encoding", "Idempotency-Key", "X-Idempotency-Key",
	} {
		_, err := newClient(t, unreachable(t)).ManagedUsers.Get(t.Context(), customerID, workato.WithHeader(name, "x"))
		assertRefused(t, err, "WithHeader")
	}
}

func TestWithResponse(t *testing.T) {
	t.Parallel()
	retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1})
	header := http.Header{"X-Request-Id": {"0123456789abcdef"}, "X-Workato-Version": {"1a2b"}}
	var meta workato.ResponseMeta

	c := newClient(t, answering(answer{status: 503}, answer{status: 201, body: `{"id": 1}`, header: header}), retry)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))))
	assert.Equal(t, 201, meta.StatusCode)
	assert.Equal(t, "0123456789abcdef", meta.RequestID)
	assert.Equal(t, "1a2b", meta.Header.Get("X-Workato-Version"))
	assert.Equal(t, 2, meta.Attempts)
	assert.Positive(t, meta.Duration)
	assert.False(t, meta.MetOwnEffect)

	c = newClient(t, answering(answer{status: 404, header: header}), retry)
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))))
	assert.Equal(t, 404, meta.StatusCode)
	assert.Equal(t, 1, meta.Attempts)
	assert.Equal(t, "0123456789abcdef", meta.RequestID)

	broken := errors.New("no route")
	c = newClient(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, broken }), retry)
	require.ErrorIs(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))), broken)
	assert.Zero(t, meta.StatusCode)
	assert.Equal(t, 3, meta.Attempts)
	assert.Empty(t, meta.RequestID, "nothing is left of the call before")

	c = newClient(t, answering(answer{status: 503}), retry)
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta), workato.WithoutRetry())))
	assert.Equal(t, 1, meta.Attempts)
}

// hook is a Hook of two functions, each of which may be nil.
type hook struct {
	operation func(context.Context, workato.Operation) (context.Context, func(error))
	attempt   func(context.Context, workato.Operation, int) (context.Context, func(workato.AttemptResult))
}

func (h hook) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	if h.operation == nil {
		return nil, nil
	}
	return h.operation(ctx, op)
}

func (h hook) Attempt(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
	if h.attempt == nil {
		return nil, nil
	}
	return h.attempt(ctx, op, number)
}

func TestHooks(t *testing.T) {
	t.Parallel()
	type key string
	var events []string
	var results []workato.AttemptResult
	watcher := func(name string) workato.Option {
		return workato.WithHook(hook{
			operation: func(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
				events = append(events, name+" operation "+op.Name)
				return context.WithValue(ctx, key(name), "call"), func(err error) {
					events = append(events, fmt.Sprintf("%s operation ends %v", name, err == nil))
				}
			},
			attempt: func(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
				assert.Equal(t, "call", ctx.Value(key(name)), "the attempt is inside the call")
				events = append(events, fmt.Sprintf("%s attempt %d %s", name, number, op.Path))
				return context.WithValue(ctx, key(name), "attempt"), func(r workato.AttemptResult) {
					events = append(events, fmt.Sprintf("%s attempt ends %d", name, r.StatusCode))
					if name == "a" {
						results = append(results, r)
					}
				}
			},
		})
	}
	transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		assert.Equal(t, "attempt", req.Context().Value(key("a")))
		assert.Equal(t, "attempt", req.Context().Value(key("b")))
		if number == 1 {
			return answer{status: 503, header: http.Header{"X-Request-Id": {"first"}}}.response(req), nil
		}
		return answer{body: `{"id": 1}`, header: http.Header{"X-Request-Id": {"second"}}}.response(req), nil
	}}
	c := newClient(t, transport, watcher("a"), workato.WithHook(hook{}), watcher("b"), workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	path := "/api/managed_users/{customer}"
	assert.Equal(t, []string{
		"a operation managed_users.get", "b operation managed_users.get",
		"a attempt 1 " + path, "b attempt 1 " + path, "b attempt ends 503", "a attempt ends 503",
		"a attempt 2 " + path, "b attempt 2 " + path, "b attempt ends 200", "a attempt ends 200",
		"b operation ends true", "a operation ends true",
	}, events)
	require.Len(t, results, 2)
	assert.True(t, results[0].WillRetry)
	assert.Equal(t, "first", results[0].RequestID)
	assert.False(t, results[1].WillRetry)
	assert.Zero(t, results[1].Wait)
	assert.Equal(t, "second", results[1].RequestID)
	assert.NoError(t, results[1].Err)

	events = nil
	broken := errors.New("no route")
	c = newClient(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, broken }), watcher("a"))
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Equal(t, []string{"a operation managed_users.get", "a attempt 1 " + path, "a attempt ends 0", "a operation ends false"}, events)
	assert.ErrorIs(t, results[2].Err, broken)

	events = nil
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), workato.CustomerID{})))
	assert.Equal(t, []string{"a operation managed_users.get", "a operation ends false"}, events, "a refused call has no attempts")
}

// keeper is a slog handler that keeps what it gets.
type keeper struct {
	level   slog.Level
	mu      sync.Mutex
	records []slog.Record
}

func (k *keeper) Enabled(_ context.Context, level slog.Level) bool { return level >= k.level }
func (k *keeper) Handle(_ context.Context, r slog.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.records = append(k.records, r)
	return nil
}
func (k *keeper) WithAttrs([]slog.Attr) slog.Handler { return k }
func (k *keeper) WithGroup(string) slog.Handler      { return k }

func TestLoggingIsAnAllowlist(t *testing.T) {
	t.Parallel()
	allowed := []string{"operation", "method", "path", "attempt", "status", "duration", "request_id", "error", "reason", "wait"}
	secrets := []string{"EXT-SECRET", "98178", "secret-query", "test-token", "secret-body", "secret-answer", "secret-header", "4242"}
	log := &keeper{level: slog.LevelDebug}
	for _, credential := range []workato.Option{
		workato.WithAPIToken(testToken), workato.WithUserToken("ops@partner.example", testToken), workato.WithQueryToken("ops@partner.example", testToken),
	} {
		transport := answering(
			answer{status: 503, body: `{"message": "secret-answer test-token"}`, header: http.Header{"Set-Cookie": {"secret-header"}}},
			answer{body: `{"result": [{"id": 4242, "name": "secret-answer"}]}`, header: http.Header{"X-Request-Id": {"req-1"}}},
			answer{status: 404, body: `{"message": "secret-answer"}`},
		)
		c, err := workato.NewClient(credential, workato.WithLogger(slog.New(log)), workato.WithHTTPClient(&http.Client{Transport: transport}),
			workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
		require.NoError(t, err)
		_, err = c.Connections.List(t.Context(), workato.ExternalID("EXT-SECRET"), &workato.ConnectionListParams{ExternalID: "secret-query"}, workato.WithHeader("X-A", "secret-header"))
		require.NoError(t, err)
		_, err = c.Connections.Create(t.Context(), customerID, &workato.ConnectionCreateParams{Provider: "x", Input: map[string]any{"password": "secret-body"}})
		require.Error(t, err)
		err = c.Do(t.Context(), workato.Request{Method: http.MethodGet, Path: "/api/managed_users/EEXT-SECRET/unheard_of/4242"}, nil)
		require.Error(t, err)
	}
	require.Len(t, log.records, 12)
	for i, record := range log.records {
		level, message := slog.LevelDebug, "workato attempt"
		if i%4 == 0 {
			level, message = slog.LevelWarn, "workato retry"
		}
		assert.Equal(t, level, record.Level)
		assert.Equal(t, message, record.Message)
		var text bytes.Buffer
		require.NoError(t, slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}).Handle(t.Context(), record))
		for _, secret := range secrets {
			assert.NotContains(t, text.String(), secret)
		}
		record.Attrs(func(a slog.Attr) bool {
			assert.Contains(t, allowed, a.Key)
			return true
		})
		assert.Contains(t, text.String(), "path=")
	}
	var second bytes.Buffer
	require.NoError(t, slog.NewTextHandler(&second, nil).Handle(t.Context(), log.records[1]))
	for _, want := range []string{"operation=connections.list", "method=GET", "path=/api/managed_users/{customer}/connections", "attempt=2", "status=200", "request_id=req-1"} {
		assert.Contains(t, second.String(), want)
	}

	quiet := &keeper{level: slog.LevelInfo}
	c := newClient(t, answering(answer{body: `{"id": 1}`}), workato.WithLogger(slog.New(quiet)))
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Empty(t, quiet.records, "nothing at Info while all is well")
}

// TestLogOfFailedTransport: errors of a transport like to quote the URL.
func TestLogOfFailedTransport(t *testing.T) {
	t.Parallel()
	log := &keeper{level: slog.LevelDebug}
	c, err := workato.NewClient(workato.WithQueryToken("ops@partner.example", testToken), workato.WithLogger(slog.New(log)), workato.WithRetry(workato.RetryPolicy{}),
		workato.WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s", req.URL)
		})}))
	require.NoError(t, err)
	_, err = c.Connections.List(t.Context(), customerID, nil)
	require.ErrorContains(t, err, "cannot reach")
	assert.NotContains(t, err.Error(), testToken)
	require.Len(t, log.records, 1)
	var text bytes.Buffer
	require.NoError(t, slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}).Handle(t.Context(), log.records[0]))
	assert.Contains(t, text.String(), "cannot reach")
	assert.NotContains(t, text.String(), testToken)
}

// limiter is a Limiter and LimitObserver of two functions.
type limiter struct {
	wait    func(context.Context, workato.Operation) error
	observe func(workato.Operation, int, time.Duration)
}

func (l limiter) Wait(ctx context.Context, op workato.Operation) error { return l.wait(ctx, op) }
func (l limiter) Observe(op workato.Operation, status int, retryAfter time.Duration) {
	l.observe(op, status, retryAfter)
}

func TestLimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var events []string
		transport := answering(answer{status: 429, header: http.Header{"Retry-After": {"7"}}}, answer{status: 503}, answer{body: `{"id": 1}`})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}), workato.WithLimiter(limiter{
			wait: func(_ context.Context, op workato.Operation) error {
				events = append(events, fmt.Sprintf("wait %s %d", op.Name, len(transport.all())))
				return nil
			},
			observe: func(op workato.Operation, status int, retryAfter time.Duration) {
				events = append(events, fmt.Sprintf("observe %s %d %v", op.Name, status, retryAfter))
			},
		}))
		require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
		assert.Equal(t, []string{
			"wait managed_users.get 0", "observe managed_users.get 429 7s", "wait managed_users.get 1", "observe managed_users.get 503 0s",
			"wait managed_users.get 2", "observe managed_users.get 200 0s",
		}, events)
	})
}

// TestLimiterHearsOfAnswersOnly: and one that only paces is asked all the same.
func TestLimiterHearsOfAnswersOnly(t *testing.T) {
	t.Parallel()
	asked := 0
	l := limiter{
		wait:    func(context.Context, workato.Operation) error { asked++; return nil },
		observe: func(_ workato.Operation, status int, _ time.Duration) { t.Errorf("observed %d", status) },
	}
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("line is down") })
	for _, limiter := range []workato.Limiter{l, struct{ workato.Limiter }{l}} {
		require.Error(t, ignore(newClient(t, down, workato.WithLimiter(limiter)).ManagedUsers.Get(t.Context(), customerID, workato.WithoutRetry())))
	}
	assert.Equal(t, 2, asked)
}

func TestLimiterGivesUp(t *testing.T) {
	t.Parallel()
	exhausted := errors.New("quota of the day is used up")
	refuse := func(after int) workato.Option {
		asked := 0
		return workato.WithLimiter(limiter{
			wait: func(context.Context, workato.Operation) error {
				if asked++; asked > after {
					return exhausted
				}
				return nil
			},
			observe: func(workato.Operation, int, time.Duration) {},
		})
	}
	retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, MinWait: 1, MaxWait: 1})
	t.Run("at once", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, unreachable(t), retry, refuse(0)).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
		require.ErrorIs(t, err, workato.ErrLimiter)
		require.ErrorIs(t, err, exhausted)
		assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	})
	t.Run("before a repeat", func(t *testing.T) {
		t.Parallel()
		transport := answering(answer{status: 503, body: `{"message": "busy"}`})
		err := ignore(newClient(t, transport, retry, refuse(1)).ManagedUsers.Get(t.Context(), customerID))
		require.ErrorIs(t, err, workato.ErrLimiter)
		require.ErrorIs(t, err, exhausted)
		require.ErrorIs(t, err, workato.ErrServer, "and what the service said last")
		assert.ErrorContains(t, err, "busy")
		transport.only(t)
	})
	t.Run("context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		c := newClient(t, unreachable(t), workato.WithLimiter(limiter{wait: func(ctx context.Context, _ workato.Operation) error {
			cancel()
			return ctx.Err()
		}}))
		err := ignore(c.ManagedUsers.Get(ctx, customerID))
		require.ErrorIs(t, err, workato.ErrLimiter)
		assert.ErrorIs(t, err, context.Canceled)
	})
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
	err := ignore(newClient(t, answering(answer{status: 400, body: `{"message": "bad gateway-secret"}`}), gateway).ManagedUsers.Get(t.Context(), customerID))
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, "bad [redacted]", apiErr.Message)
	assert.NotContains(t, string(apiErr.Body), "gateway-secret")
}

func TestHooksNeverSeeANilContext(t *testing.T) {
	t.Parallel()
	watcher := workato.WithHook(hook{operation: func(context.Context, workato.Operation) (context.Context, func(error)) {
		t.Error("called")
		return nil, nil
	}})
	err := ignore(newClient(t, unreachable(t), watcher).ManagedUsers.Get(nil, customerID)) //nolint:staticcheck // on purpose
	assert.ErrorIs(t, err, workato.ErrInvalidArgument)
}

func TestMiddlewareThatIsNoneSendsNothing(t *testing.T) {
	t.Parallel()
	none := workato.WithTransportMiddleware(func(http.RoundTripper) http.RoundTripper { return nil })
	_, err := newClient(t, unreachable(t), none).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorContains(t, err, "middleware returned nil")
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
		transport := answering(answer{body: `{"id": 1}`})
		c, err := workato.NewClient(credential, spy, workato.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
		require.Len(t, kept, 1)
		assert.NotContains(t, fmt.Sprint(kept[0].Header, kept[0].URL), testToken, "also after the fact")
		assert.Equal(t, "by middleware", transport.only(t).Header.Get("X-Added"))
	}
}

func TestMaxResponseBytes(t *testing.T) {
	t.Parallel()
	body := `{"id": 1, "name": "` + strings.Repeat("x", 1000) + `"}`
	for limit, ok := range map[int64]bool{int64(len(body)): true, int64(len(body)) - 1: false, 1: false} {
		c := newClient(t, answering(answer{body: body}), workato.WithMaxResponseBytes(limit))
		_, err := c.ManagedUsers.Get(t.Context(), customerID)
		assert.Equal(t, ok, err == nil, limit)
		if !ok {
			assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
			assert.ErrorContains(t, err, "limit")
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	const secret = "very-private-token"
	options := map[string]workato.Option{
		"token": workato.WithAPIToken(secret), "headers": workato.WithUserToken("ops@partner.example", secret), "query": workato.WithQueryToken("ops@partner.example", secret),
		"source": workato.WithTokenSource(func(context.Context) (string, error) { return secret, nil }),
	}
	for name, option := range options {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{status: 400, body: `{"message": "token ` + secret + ` is bad", "errors": {"token": ["` + secret + `"]}}`})
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

func TestConnectionInputDoesNotPrint(t *testing.T) {
	t.Parallel()
	create := workato.ConnectionCreateParams{
		Provider: "jira", Name: "n", Input: map[string]any{"apitoken": "very-private", "host_name": "private-host"},
		OAuthTokenPair: map[string]any{"access": "private-access"},
	}
	update := workato.ConnectionUpdateParams{Name: workato.Set("n"), Input: create.Input, OAuthTokenPair: create.OAuthTokenPair}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, printed := range []any{create, &create, update, &update, []any{create, update}, map[string]any{"x": &create}} {
			text := fmt.Sprintf(verb, printed)
			assert.NotContains(t, text, "private")
			assert.NotContains(t, text, "70726976617465")
		}
	}
	assert.Contains(t, fmt.Sprint(create), "apitoken", "the keys are shown")
	assert.Contains(t, fmt.Sprint(update), "access", "the keys are shown")
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).InfoContext(t.Context(), "x", "create", create, "update", update, "pointer", &create, "other", &update)
	assert.NotContains(t, logged.String(), "private")

	// A secret of the parameters does not come back in an error either.
	c := newClient(t, answering(answer{status: 400, body: `{"message": "very-private and private-access were refused by private-host"}`}))
	_, err := c.Connections.Create(t.Context(), customerID, &create)
	require.ErrorContains(t, err, "private-host")
	assert.NotContains(t, err.Error(), "very-private")
	assert.NotContains(t, err.Error(), "private-access")
	_, err = c.Connections.Update(t.Context(), customerID, 1, &update)
	require.ErrorContains(t, err, "private-host")
	assert.NotContains(t, err.Error(), "very-private")
	assert.NotContains(t, err.Error(), "private-access")
}

func TestDo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	transport := answering(answer{body: `{"result": [{"handle": "tag-1"}], "n": 12345678901234567890}`})
	var seen []workato.Operation
	c := newClient(t, transport, workato.WithHook(hook{operation: func(_ context.Context, op workato.Operation) (context.Context, func(error)) {
		seen = append(seen, op)
		return nil, nil
	}}))

	var out struct {
		Result []struct{ Handle string }
	}
	path := "/api/managed_users/" + workato.ExternalID(awkwardID).PathSegment() + "/tags"
	require.NoError(t, c.Do(ctx, workato.Request{Method: http.MethodGet, Path: path, Query: map[string][]string{"page[number]": {"1"}}}, &out))
	assert.Equal(t, "tag-1", out.Result[0].Handle)
	require.NoError(t, c.Do(ctx, workato.Request{Method: http.MethodPost, Path: "managed_users/98178/tags", Body: map[string]any{"title": "x"}}, nil))
	require.NoError(t, c.Do(ctx, workato.Request{Method: http.MethodDelete, Path: "/managed_users/98178/connections/12"}, nil))
	got := transport.all()
	assert.Equal(t, "/api/managed_users/"+awkwardSegment+"/tags", got[0].Path)
	assert.Equal(t, "page%5Bnumber%5D=1", got[0].Query)
	assert.Equal(t, "Bearer "+testToken, got[0].Header.Get("Authorization"))
	assert.Equal(t, "/api/managed_users/98178/tags", got[1].Path)
	assert.JSONEq(t, `{"title": "x"}`, string(got[1].Body))
	assert.Equal(t, "application/json", got[1].Header.Get("Content-Type"))
	assert.Equal(t, "/api/managed_users/98178/connections/12", got[2].Path)

	assert.Equal(t, []string{"raw", "raw", "connections.delete"}, []string{seen[0].Name, seen[1].Name, seen[2].Name})
	assert.Equal(t, []workato.Effect{workato.Read, workato.Create, workato.Idempotent}, []workato.Effect{seen[0].Effect, seen[1].Effect, seen[2].Effect})
	assert.NotContains(t, seen[0].Path, "Ea", "a raw path holds ids, and operations go into logs")
}

func TestDoRawMessage(t *testing.T) {
	t.Parallel()
	get := func(body string, out any) error {
		return newClient(t, answering(answer{body: body})).Do(t.Context(), workato.Request{Method: http.MethodGet, Path: "/api/x"}, out)
	}
	var raw json.RawMessage
	require.NoError(t, get(`{"n": 12345678901234567890}`, &raw))
	assert.Equal(t, `{"n": 12345678901234567890}`, string(raw))
	require.NoError(t, get(`"text"`, &raw))
	assert.Equal(t, `"text"`, string(raw))
	require.ErrorIs(t, get(`<html>`, &raw), workato.ErrUnexpectedResponse)
	require.ErrorIs(t, get(`{"a"`, &raw), workato.ErrUnexpectedResponse)

	var out map[string]any
	for _, body := range []string{``, `null`, `<html>`, `[1]`, `{"a"`} {
		assert.ErrorIs(t, get(body, &out), workato.ErrUnexpectedResponse, body)
	}
	assert.NoError(t, get(``, nil), "nobody wants the answer")
	assert.NoError(t, get(`done`, nil))
	assert.ErrorIs(t, get(`<html>`, nil), workato.ErrUnexpectedResponse, "a page is not from the API")
	assert.ErrorIs(t, get("\ufeff"+`{"success": false}`, nil), workato.ErrUnexpectedResponse, "what cannot be read may be a refusal")
	assert.ErrorIs(t, get(`{"success": false}`, nil), workato.ErrRejected, "a refusal is one all the same")
	assert.ErrorIs(t, get(`{"success": false}`, &raw), workato.ErrRejected)
}

func TestDoRefusesPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "https://elsewhere.example/api/x", "http://www.workato.com/api/x", "//elsewhere.example/api", "/api/../admin", "/api/./x", "..", "/..",
		"/api/x/..", "/api/%2e%2e/x", "/api/%2E./x", "/api/x/%2E", "/api/..%2fadmin", "/api/%2e%2e%2Fadmin", "/api/x%5C..", "/api/..;x/y", "/api/x?y=1", "/api/x#y", "/api/%zz", "/api/x\x00", "/api/x\ny",
	} {
		err := newClient(t, unreachable(t)).Do(t.Context(), workato.Request{Method: http.MethodGet, Path: path}, nil)
		assertRefused(t, err, "Path")
	}
	for _, key := range []string{"user_email", "user_token"} {
		err := newClient(t, unreachable(t)).Do(t.Context(), workato.Request{Method: http.MethodGet, Path: "/api/x", Query: url.Values{key: {"test-token"}}}, nil)
		assertRefused(t, err, "Query")
		assert.Contains(t, err.Error(), key)
		assert.NotContains(t, err.Error(), "test-token")
	}
	for _, method := range []string{"", "get", "CONNECT", "GET /x HTTP/1.1\r\nX: y"} {
		assertRefused(t, newClient(t, unreachable(t)).Do(t.Context(), workato.Request{Method: method, Path: "/api/x"}, nil), "Method")
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		err := newClient(t, unreachable(t)).Do(t.Context(), workato.Request{Method: method, Path: "/api/x", Body: 1}, nil)
		assertRefused(t, err, "Body")
	}
}

func TestDoRetriesByEffect(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method, path string
		opts         []workato.CallOption
		attempts     int
	}{
		{http.MethodGet, "/api/unheard_of", nil, 3},
		{http.MethodHead, "/api/unheard_of", nil, 3},
		{http.MethodPut, "/api/unheard_of", nil, 1},
		{http.MethodPost, "/api/unheard_of", nil, 1},
		{http.MethodPost, "/api/unheard_of", []workato.CallOption{workato.AssumeIdempotent()}, 3},
		{http.MethodPost, "/api/unheard_of", []workato.CallOption{workato.AssumeIdempotent(), workato.WithoutRetry()}, 1},
		{http.MethodPut, "/api/managed_users/98178/recipes/1/start", nil, 3},
		{http.MethodPost, "/api/managed_users/98178/connections/1/pick_list", nil, 3},
		{http.MethodPost, "/api/managed_users", nil, 1},
	} {
		transport := answering(answer{status: 503})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		err := c.Do(t.Context(), workato.Request{Method: tc.method, Path: tc.path}, nil, tc.opts...)
		require.ErrorIs(t, err, workato.ErrServer)
		assert.Len(t, transport.all(), tc.attempts, "%s %s", tc.method, tc.path)
		assert.Equal(t, tc.attempts == 1 && tc.opts == nil, errors.Is(err, workato.ErrOutcomeUnknown), "%s %s", tc.method, tc.path)
	}
}

// TestForeignOrigins: neither middleware nor an Auth can carry the credential
// to another host.
func TestForeignOrigins(t *testing.T) {
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
	transport := answering(answer{status: 503}, answer{body: `{"id": 1}`})
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

	transport = answering(answer{body: `{"id": 1}`})
	c, err = workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: transport}), workato.WithAuth(authFunc(func(req *http.Request) error {
		req.Header.Set("X-Signature", "s")
		return nil
	})))
	require.NoError(t, err)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Equal(t, "s", transport.only(t).Header.Get("X-Signature"))

	refusal := errors.New("no key")
	c, err = workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: unreachable(t)}), workato.WithAuth(authFunc(func(*http.Request) error { return refusal })))
	require.NoError(t, err)
	_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	require.ErrorIs(t, err, refusal)
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
}
