package hostile_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// nasty are external ids that other clients send incorrectly.
var nasty = []string{
	"../../admin", "..", ".", "...", "a/b", "/", "//", "/api/admin", "a?x=1", "?", "a#b", "#", "a b", " ", "+", "a+b", "%", "%2F", "%2e%2e", "..%2f..",
	"%00", "\x00", "a\nb", "a\r\nX-Evil: 1", "\t", "\\", "..\\..\\admin", ";", "a;b=c", "&", "a&b", "=", ":", "@", "a@example.com", "acme.com", "acme.json",
	"*", "'", "\"", "<script>", "|", "^", "`", "{customer}", "~", "-", "_",
	"Ünïcode", "日本語", "🦊", "\u202e", "\xff\xfe", "0", "98178", "E", "EE", "null", "true",
	"usage", "connections", "A2300", strings.Repeat("x", 2000), strings.Repeat("../", 300),
}

// TestIdentifiers: the server sees any id as one path segment that decodes to
// it.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	promise(t, "sends any external id as exactly one segment that decodes to it, with its dots escaped", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for _, prefix := range []string{"", "/proxy/v1"} {
				s := newServer(t, proto)
				s.url += prefix + "/"
				c := s.client(t)
				next := inTurn(those(func(c *call) bool { return strings.Contains(c.Path, "{customer}") }))
				for i, id := range nasty {
					for n := range 4 {
						call := next()
						e := apitest.Lookup(call.name)
						s.script(says(200, call.good))
						if !utf8.ValidString(id) { // in JSON it would be another one
							require.ErrorIs(t, e.Call.Do(t.Context(), c, workato.ExternalID(id)), workato.ErrInvalidArgument)
							continue
						}
						mark, option := marked("id", 4*i+n)
						require.NoError(t, e.Call.Do(t.Context(), c, workato.ExternalID(id), option), "%q", id)
						arrived := s.arrived(mark)
						require.Len(t, arrived, 1)
						_, target, _ := strings.Cut(e.Want, " ")
						path, query, _ := strings.Cut(target, "?")
						before, after, _ := strings.Cut(path, "{customer}")
						segment, ok := strings.CutPrefix(arrived[0].path, prefix+before)
						require.True(t, ok, "%q went to %q", id, arrived[0].path)
						segment, ok = strings.CutSuffix(segment, after)
						require.True(t, ok, "%q went to %q", id, arrived[0].path)
						require.NotContains(t, segment, "/")
						require.NotContains(t, segment, ".")
						require.Equal(t, query, arrived[0].query)
						decoded, err := url.PathUnescape(segment)
						require.NoError(t, err)
						require.Equal(t, "E"+id, decoded)
					}
				}
			}
		})
	})

	promise(t, "keeps account ids and external ids of digits apart", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		c := s.client(t)
		for _, id := range []workato.CustomerID{workato.AccountID(98178), workato.ExternalID("98178")} {
			_, err := c.ManagedUsers.Get(t.Context(), id)
			require.NoError(t, err)
		}
		arrived := s.arrived()
		require.Equal(t, "/api/managed_users/98178", arrived[0].path)
		require.Equal(t, "/api/managed_users/E98178", arrived[1].path)
	})

	promise(t, "refuses ids that are empty, zero or negative before it sends anything", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		c := s.client(t)
		for _, op := range workato.Operations() {
			call, ids := apitest.Lookup(op.Name).Call, strings.Count(op.Path, "{")
			if strings.Contains(op.Path, "{customer}") {
				ids--
				for _, id := range []workato.CustomerID{{}, workato.ExternalID(""), workato.AccountID(0), workato.AccountID(-1)} {
					require.ErrorIs(t, call.Do(t.Context(), c, id), workato.ErrInvalidArgument, op.Name)
				}
			}
			for _, bad := range call.BadIDs(ids) {
				require.ErrorIs(t, bad.Do(t.Context(), c, acme), workato.ErrInvalidArgument, op.Name)
			}
		}
		for _, text := range []string{"", "E", "-1", "0", "+5", "1e3", "0x10", " 98178", "98178 ", "99999999999999999999", "acme", "e-acme", "../1"} {
			_, err := workato.ParseCustomerID(text)
			require.ErrorIs(t, err, workato.ErrInvalidArgument, "%q", text)
		}
		require.Empty(t, s.arrived())
	})

	promise(t, "refuses a raw path that names a host, climbs up or hides a query", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, `{}`))
		c := s.client(t)
		for _, path := range []string{
			"", "https://evil.example/api/x", "//evil.example/api/x", "/api/../admin", "../admin", "/api/./x", "/api/x/..", "/api/x?a=1",
			"/api/x#y", "/api/%zz", "http:%2F%2F/..",
			"/api/..%2f..%2fadmin", "/api/%2e%2e%2Fadmin", "/api/x%2f..", "/api/..%5cadmin", "/api/x%5C%2E%2e", "/api/..;a=b/admin", "/api/x%2F.%2Fy",
		} {
			require.ErrorIs(t, c.Do(t.Context(), workato.Request{Method: "GET", Path: path}, nil), workato.ErrInvalidArgument, path)
		}
		require.Empty(t, s.arrived())
	})

	promise(t, "sends a raw path as it was escaped, or not at all", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, `{}`))
		c := s.client(t)
		for i, id := range nasty {
			want := "/api/managed_users/" + workato.ExternalID(id).PathSegment() + "/tags"
			mark, option := marked("segment", i)
			err := c.Do(t.Context(), workato.Request{Method: "GET", Path: want}, nil, option)
			if climbs := strings.Contains("/"+strings.ReplaceAll("E"+id, `\`, "/")+"/", "/../"); climbs {
				require.ErrorIs(t, err, workato.ErrInvalidArgument, "%q", id) // a proxy that decodes first would climb
				continue
			}
			require.NoError(t, err, "%q", id)
			require.Equal(t, want, s.arrived(mark)[0].path)
		}
		for i, path := range []string{
			"/api/x/a%2Fb c", "/api/x/a%2Fbé", `/api/x/a%2Fb"`, "/api/x/a%2F..%2Fb|c", "/api/x/%2e%2e%2f<>", "/api/x/a%2Fb^",
		} {
			mark, option := marked("mixed", i)
			if c.Do(t.Context(), workato.Request{Method: "GET", Path: path}, nil, option) == nil {
				sent := s.arrived(mark)[0].path
				require.Equal(t, strings.Count(path, "/"), strings.Count(sent, "/"), "%s became %s", path, sent)
			}
		}
	})
}
