package workato_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// Each case of the registry runs for an account id and for an external id full
// of characters that need escaping, with and without a prefix in the base URL,
// and once over a real connection.

// awkwardID is an external id in which nearly every character needs escaping.
const awkwardID, awkwardSegment = apitest.AwkwardID, apitest.AwkwardSegment

var userAgent = regexp.MustCompile(`^workato-go/` + regexp.QuoteMeta(workato.Version) + ` \(go[^;]+; \w+/\w+\)$`)

// overCases runs a check for each case of the registry.
func overCases(t *testing.T, check func(t *testing.T, e *apitest.Entry, c *apitest.Case)) {
	t.Helper()
	for _, e := range apitest.All() {
		for _, c := range e.Cases() {
			t.Run(c.Title(), func(t *testing.T) {
				t.Parallel()
				check(t, e, &c)
			})
		}
	}
}

// checkRequest compares what was sent. own lists headers that net/http adds.
func checkRequest(t *testing.T, c *apitest.Case, prefix, segment string, got wireRequest, own ...string) {
	t.Helper()
	method, target, _ := strings.Cut(strings.ReplaceAll(c.Want, "{customer}", segment), " ")
	path, query, _ := strings.Cut(target, "?")
	assert.Equal(t, method, got.Method)
	assert.Equal(t, prefix+path, got.Path)
	assert.Equal(t, query, got.Query)

	header := http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer " + testToken}}
	switch {
	case c.JSON != "":
		header.Set("Content-Type", "application/json")
		assert.JSONEq(t, c.JSON, string(got.Body))
	default:
		assert.Equal(t, c.Bytes, string(got.Body))
	}
	if c.ContentType != "" {
		header.Set("Content-Type", c.ContentType)
	}
	assert.Equal(t, int64(len(got.Body)), got.ContentLength)
	assert.Regexp(t, userAgent, got.Header.Get("User-Agent"))
	sent := got.Header.Clone()
	for _, name := range append(own, "User-Agent") {
		sent.Del(name)
	}
	assert.Equal(t, header, sent)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	customers := map[string]workato.CustomerID{
		"98178":        workato.AccountID(98178),
		awkwardSegment: workato.ExternalID(awkwardID),
	}
	for _, prefix := range []string{"", "/behind/a.proxy"} {
		for segment, id := range customers {
			t.Run("under "+prefix+" for "+id.String(), func(t *testing.T) {
				t.Parallel()
				overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
					transport := responding(response{body: e.Response()})
					c := newClient(t, transport, workato.WithBaseURL("https://api.example.com"+prefix))
					require.NoError(t, tc.Call.Do(t.Context(), c, id))
					got := transport.only(t)
					assert.Equal(t, "api.example.com", got.Host)
					checkRequest(t, tc, prefix, segment, got)
				})
			})
		}
	}
}

// TestRequestsOverTheWire reads the requests on the other side of a connection:
// net/http must not change the path, and must send the length.
func TestRequestsOverTheWire(t *testing.T) {
	t.Parallel()
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		transport := responding(response{body: e.Response()})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path, _, _ := strings.Cut(r.RequestURI, "?")
			r.URL.RawPath = path
			assert.Equal(t, path, r.URL.EscapedPath(), "the path on the wire is correctly escaped")
			assert.Empty(t, r.TransferEncoding)
			resp, err := transport.RoundTrip(r)
			if assert.NoError(t, err) {
				defer resp.Body.Close()
				_, _ = io.WriteString(w, e.Response())
			}
		}))
		defer server.Close()
		c := newClient(t, &http.Transport{DisableKeepAlives: true}, workato.WithBaseURL(server.URL))
		require.NoError(t, tc.Call.Do(t.Context(), c, workato.ExternalID(awkwardID)))
		checkRequest(t, tc, "", awkwardSegment, transport.only(t), "Accept-Encoding", "Connection", "Content-Length")
	})
}

// TestCasesMatchTheirOperations finds cases with a wrong name.
func TestCasesMatchTheirOperations(t *testing.T) {
	t.Parallel()
	parameter := regexp.MustCompile(`\\\{(\w+)\\\}`)
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		op := operation(t, e.Operation)
		method, target, _ := strings.Cut(tc.Want, " ")
		path, _, _ := strings.Cut(target, "?")
		assert.Equal(t, op.Method, method)
		template := parameter.ReplaceAllStringFunc(regexp.QuoteMeta(op.Path), func(name string) string {
			if name == `\{customer\}` {
				return name
			}
			return `[^/]+`
		})
		assert.Regexp(t, "^"+template+"$", path)
	})
}
