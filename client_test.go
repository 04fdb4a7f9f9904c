package workato_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestTimeoutOfOneAttempt: the shortest of all time limits counts, except that
// the limit of a call replaces them.
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
				assert.ErrorContains(t, err, "no response within "+tc.want.String())
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
		transport := responding(response{body: `{"id": 1}`})
		require.NoError(t, ignore(newClient(t, transport, tc.opts...).ManagedUsers.Get(t.Context(), customerID)))
		assert.Equal(t, []string{tc.want}, transport.only(t).Header["User-Agent"])
	}
}

func TestWithHeader(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"id": 1}`})
	c := newClient(t, transport)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithHeader("x-trace", "a"), workato.WithHeader("X-Trace", "b"),
		workato.WithHeader("X-Correlation-Id", "c"))))
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

	c := newClient(t, responding(response{status: 503}, response{status: 201, body: `{"id": 1}`, header: header}), retry)
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))))
	assert.Equal(t, 201, meta.StatusCode)
	assert.Equal(t, "0123456789abcdef", meta.RequestID)
	assert.Equal(t, "1a2b", meta.Header.Get("X-Workato-Version"))
	assert.Equal(t, 2, meta.Attempts)
	assert.Positive(t, meta.Duration)
	assert.False(t, meta.MetOwnEffect)

	c = newClient(t, responding(response{status: 404, header: header}), retry)
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))))
	assert.Equal(t, 404, meta.StatusCode)
	assert.Equal(t, 1, meta.Attempts)
	assert.Equal(t, "0123456789abcdef", meta.RequestID)

	broken := errors.New("no route")
	c = newClient(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, broken }), retry)
	require.ErrorIs(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta))), broken)
	assert.Zero(t, meta.StatusCode)
	assert.Equal(t, 3, meta.Attempts)
	assert.Empty(t, meta.RequestID, "nothing is left of the previous call")

	c = newClient(t, responding(response{status: 503}), retry)
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID, workato.WithResponse(&meta), workato.WithoutRetry())))
	assert.Equal(t, 1, meta.Attempts)
}

func TestMaxResponseBytes(t *testing.T) {
	t.Parallel()
	body := `{"id": 1, "name": "` + strings.Repeat("x", 1000) + `"}`
	for limit, ok := range map[int64]bool{int64(len(body)): true, int64(len(body)) - 1: false, 1: false} {
		c := newClient(t, responding(response{body: body}), workato.WithMaxResponseBytes(limit))
		_, err := c.ManagedUsers.Get(t.Context(), customerID)
		assert.Equal(t, ok, err == nil, limit)
		if !ok {
			assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
			assert.ErrorContains(t, err, "limit")
		}
	}
}

func TestHTTPClientIsCopied(t *testing.T) {
	t.Parallel()
	first, second := responding(response{body: `{"id": 1}`}), unreachable(t)
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

// jar is a cookie jar that must not be used.
type jar struct{ t *testing.T }

func (j jar) SetCookies(*url.URL, []*http.Cookie) { j.t.Error("cookies are not kept") }

func (j jar) Cookies(*url.URL) []*http.Cookie {
	j.t.Error("cookies are not sent")
	return nil
}
