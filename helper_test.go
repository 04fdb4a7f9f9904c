package workato_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// wireRequest is what left the client, read before net/http adds its own.
type wireRequest struct {
	Method        string
	Path          string // escaped, as it goes over the wire
	Query         string // raw
	Header        http.Header
	Body          []byte
	ContentLength int64
	Host          string
}

// recorder is a transport that records every request and returns prepared
// responses.
type recorder struct {
	// respond makes the response to the request with this number, from 1.
	respond func(number int, req *http.Request) (*http.Response, error)

	mu       sync.Mutex
	requests []wireRequest
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	seen := wireRequest{
		Method: req.Method, Path: req.URL.EscapedPath(), Query: req.URL.RawQuery, Header: req.Header.Clone(),
		ContentLength: req.ContentLength, Host: req.URL.Host,
	}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		_ = req.Body.Close()
		seen.Body = body
	}
	r.mu.Lock()
	r.requests = append(r.requests, seen)
	number := len(r.requests)
	r.mu.Unlock()
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return r.respond(number, req)
}

// all returns the requests seen so far.
func (r *recorder) all() []wireRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// only returns the one request that was sent.
func (r *recorder) only(t testing.TB) wireRequest {
	t.Helper()
	all := r.all()
	require.Len(t, all, 1, "requests sent")
	return all[0]
}

// response is a prepared response of the service.
type response struct {
	status int // 0 stands for 200
	body   string
	header http.Header
}

func (a response) response(req *http.Request) *http.Response {
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json; charset=utf-8")
	}
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: req,
	}
}

// answering returns a transport that returns the responses one after the other,
// then the last one for ever.
func responding(responses ...response) *recorder {
	return &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		return responses[min(number, len(responses))-1].response(req), nil
	}}
}

// unreachable returns a transport that fails the test when it is used.
func unreachable(t testing.TB) *recorder {
	return &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
		t.Errorf("a request left the client: %s %s", req.Method, req.URL.EscapedPath())
		return nil, errors.New("no request was expected")
	}}
}

const testToken = "test-token"

// newClient returns a client without retries on a transport of the test, with
// more options.
func newClient(t testing.TB, transport http.RoundTripper, opts ...workato.Option) *workato.Client {
	t.Helper()
	c, err := workato.NewClient(append([]workato.Option{
		workato.WithAPIToken(testToken),
		workato.WithHTTPClient(&http.Client{Transport: transport}),
		workato.WithRetry(workato.RetryPolicy{}),
	}, opts...)...)
	require.NoError(t, err)
	return c
}

// customerID is the customer of tests that need any.
var customerID = workato.AccountID(98178)

// fixture reads testdata/fixtures/<name>.
func fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "fixtures", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(bytes.TrimSpace(data))
}

// ignore makes a call of a test table from one that returns a value.
func ignore[T any](_ T, err error) error { return err }

// call is one call of the client in a test table.
type call func(context.Context, *workato.Client, workato.CustomerID) error

// at reads a timestamp of a fixture.
func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// decoded returns what a call decodes from a fixture.
func decoded[T any](t *testing.T, name string, call func(context.Context, *workato.Client) (T, error)) T {
	t.Helper()
	got, err := call(t.Context(), newClient(t, responding(response{body: fixture(t, name)})))
	require.NoError(t, err)
	return got
}

// enveloped returns the forms in which an object or a list was seen or
// reported.
func enveloped(body string) map[string]string {
	return map[string]string{
		"bare": body, "result": `{"result": ` + body + `}`, "data": `{"data": ` + body + `}`, "items": `{"items": ` + body + `}`,
	}
}

// keepsKeys checks that a decoded object, encoded again, has every key of the
// sample with its value.
func keepsKeys(t *testing.T, sample string, object any) {
	t.Helper()
	encoded, err := json.Marshal(object)
	require.NoError(t, err)
	var want, got map[string]any
	require.NoError(t, json.Unmarshal([]byte(sample), &want))
	require.NoError(t, json.Unmarshal(encoded, &got))
	for key, value := range want {
		if assert.Contains(t, got, key) {
			assert.Equal(t, moment(value), moment(got[key]), key)
		}
	}
}

// keepsAsReceived checks that an object with a Raw, encoded again, is the sample,
// and that its fields have every key without Raw too.
func keepsAsReceived(t *testing.T, sample string, object any, raw *json.RawMessage) {
	t.Helper()
	assert.JSONEq(t, sample, asJSON(t, object))
	*raw = nil
	keepsKeys(t, sample, object)
}

// keepsRows is keepsKeys for each row of the list in a fixture.
func keepsRows[T any](t *testing.T, name string, items []T) {
	t.Helper()
	for i, item := range items {
		keepsKeys(t, rowOf(t, name, i), item)
	}
}

// rowOf is one row of the list in a fixture.
func rowOf(t *testing.T, name string, number int) string {
	t.Helper()
	var rows []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(rowsOf(t, name)), &rows))
	return string(rows[number])
}

// keepsFixture does so for the object in a fixture, or for each object of a list.
// Secrets in it must be the token of tests.
func keepsFixture[T any](t *testing.T, name string) {
	t.Helper()
	rest := []byte(strings.ReplaceAll(fixture(t, name), testToken, "***"))
	for _, key := range []string{"result", "data", "items"} {
		var envelope map[string]json.RawMessage
		if json.Unmarshal(rest, &envelope) == nil && envelope["id"] == nil && envelope[key] != nil {
			rest = envelope[key]
		}
	}
	objects := []json.RawMessage{rest}
	if rest[0] == '[' {
		require.NoError(t, json.Unmarshal(rest, &objects))
	}
	for _, object := range objects {
		v := new(T)
		require.NoError(t, json.Unmarshal(object, v))
		keepsKeys(t, string(object), v)
	}
}

// moment makes timestamps with different numbers of zeros comparable.
func moment(v any) any {
	if s, ok := v.(string); ok {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return t.UTC()
		}
	}
	return v
}

func fixtureOf[T any](t *testing.T, name string) *T {
	t.Helper()
	v := new(T)
	require.NoError(t, json.Unmarshal([]byte(fixture(t, name)), v))
	return v
}

// asJSON returns v as encoding/json writes it.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// rowsOf returns the list in a fixture, with or without an envelope.
func rowsOf(t testing.TB, name string) string {
	t.Helper()
	text := fixture(t, name)
	var envelope map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &envelope) != nil {
		return text
	}
	for _, key := range []string{"result", "items", "data"} {
		if rows, ok := envelope[key]; ok {
			return string(rows)
		}
	}
	t.Fatalf("%s has no list", name)
	return ""
}

// needsExactFigures skips a test of allocations if other code allocates too.
func needsExactFigures(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector allocates by itself")
	}
}
