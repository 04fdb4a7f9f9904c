package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestDoRefusesAnOutThatHoldsNothing: found after sending, the mistake would
// leave the outcome of a create unknown.
func TestDoRefusesAnOutThatHoldsNothing(t *testing.T) {
	t.Parallel()
	type tag struct{ Handle string }
	c := newClient(t, unreachable(t))
	for name, out := range map[string]any{
		"a struct": tag{}, "a map": map[string]any{}, "a slice": []tag{}, "a text": "", "a number": 0, "JSON": json.RawMessage{}, "a function": func() {},
		"a nil pointer": (*tag)(nil), "a nil pointer to JSON": (*json.RawMessage)(nil), "a nil map": map[string]any(nil),
	} {
		err := c.Do(t.Context(), workato.Request{Method: http.MethodPost, Path: "/api/x"}, out)
		assertRefused(t, err, "out")
		assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, name)
	}
	assertRefused(t, c.Do(t.Context(), workato.Request{Method: http.MethodHead, Path: "/api/x"}, new(tag)), "out")
}

func TestDo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	transport := responding(response{body: `{"result": [{"handle": "tag-1"}], "n": 12345678901234567890}`})
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
		return newClient(t, responding(response{body: body})).Do(t.Context(), workato.Request{Method: http.MethodGet, Path: "/api/x"}, out)
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
	assert.NoError(t, get(``, nil), "the response is ignored")
	assert.NoError(t, get(`done`, nil))
	assert.ErrorIs(t, get(`<html>`, nil), workato.ErrUnexpectedResponse, "a page is not from the API")
	assert.ErrorIs(t, get("\ufeff"+`{"success": false}`, nil), workato.ErrUnexpectedResponse, "an unreadable body may be a refusal")
	assert.ErrorIs(t, get(`{"success": false}`, nil), workato.ErrRejected, "a refusal is still an error")
	assert.ErrorIs(t, get(`{"success": false}`, &raw), workato.ErrRejected)
}

func TestDoRefusesPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "https://elsewhere.example/api/x", "http://www.workato.com/api/x", "//elsewhere.example/api", "/api/../admin", "/api/./x", "..", "/..",
		"/api/x/..", "/api/%2e%2e/x", "/api/%2E./x", "/api/x/%2E", "/api/..%2fadmin", "/api/%2e%2e%2Fadmin", "/api/x%5C..", "/api/..;x/y", "/api/x?y=1",
		"/api/x#y", "/api/%zz", "/api/x\x00", "/api/x\ny",
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
		transport := responding(response{status: 503})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		err := c.Do(t.Context(), workato.Request{Method: tc.method, Path: tc.path}, nil, tc.opts...)
		require.ErrorIs(t, err, workato.ErrServer)
		assert.Len(t, transport.all(), tc.attempts, "%s %s", tc.method, tc.path)
		assert.Equal(t, tc.attempts == 1 && tc.opts == nil, errors.Is(err, workato.ErrOutcomeUnknown), "%s %s", tc.method, tc.path)
	}
}
