package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

const (
	testToken    = "test-token"
	testEmail    = "partner+api@example.com"
	testPassword = "test-password"
)

// style is a way to configure the credential.
type style struct {
	name   string
	option func() workato.Option
	// secrets are the credential in all forms in which it is sent.
	secrets []string
	// carried reports whether a request holds the credential, in its place.
	carried func(a arrival) bool
}

// with adds a secret to those of the style.
func (st style) with(secret string) []string { return append(slices.Clip(st.secrets), secret) }

func styles() []style {
	return []style{
		{"token", func() workato.Option { return workato.WithAPIToken(testToken) }, []string{testToken}, func(a arrival) bool {
			return a.header.Get("Authorization") == "Bearer "+testToken
		}},
		{"token source", func() workato.Option {
			return workato.WithTokenSource(func(context.Context) (string, error) { return testToken, nil })
		}, []string{testToken}, func(a arrival) bool { return a.header.Get("Authorization") == "Bearer "+testToken }},
		{"user token", func() workato.Option { return workato.WithUserToken(testEmail, testToken) }, []string{testToken, testEmail}, func(a arrival) bool {
			return a.header.Get("X-User-Email") == testEmail && a.header.Get("X-User-Token") == testToken
		}},
		{"query token", func() workato.Option { return workato.WithQueryToken(testEmail, testToken) }, secretForms(), func(a arrival) bool {
			query, _ := url.ParseQuery(a.query)
			return query.Get("user_email") == testEmail && query.Get("user_token") == testToken
		}},
		{"auth", func() workato.Option {
			return workato.WithAuth(authFunc(func(r *http.Request) error {
				r.Header.Set("X-Partner-Key", testToken)
				return nil
			}))
		}, []string{testToken}, func(a arrival) bool { return a.header.Get("X-Partner-Key") == testToken }},
	}
}

// overStyles runs a check for each style of credential.
func overStyles(t *testing.T, check func(t *testing.T, st style)) {
	t.Helper()
	for _, st := range styles() {
		t.Run(st.name, func(t *testing.T) { check(t, st) })
	}
}

// asText prints everything in a request.
func (a arrival) asText() string {
	header, _ := json.Marshal(a.header)
	return a.method + " " + a.path + "?" + a.query + " " + string(header) + " " + a.body
}

// secretForms are the forms of the credential in a text.
func secretForms() []string {
	return []string{testToken, testEmail, url.QueryEscape(testEmail)}
}

func requireNoSecret(t *testing.T, text, where string) {
	t.Helper()
	for _, secret := range append(secretForms(), testPassword) {
		require.NotContains(t, text, secret, where)
	}
}

// TestCredentials: they go to the configured scheme, host and port, in their
// place, and nowhere else.
func TestCredentials(t *testing.T) {
	t.Parallel()
	promise(t, "sends the credential with every attempt, in its place and nowhere else", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			overStyles(t, func(t *testing.T, st style) {
				s := newServer(t, proto)
				c := s.clientWith(t, st.option())
				for i, call := range typedCalls() {
					s.script(says(429, ``), says(200, call.good))
					mark, option := marked(call.name, i)
					require.NoError(t, call.run(t.Context(), c, option), call.name)
					arrived := s.arrived(mark)
					require.Len(t, arrived, 2)
					for _, a := range arrived {
						require.True(t, st.carried(a), call.name)
						require.Equal(t, 1, strings.Count(a.asText(), testToken), call.name)
						require.Empty(t, a.header["Referer"])
						require.Empty(t, a.header["Cookie"])
					}
				}
			})
		})
	})

	promise(t, "follows no redirect, to another host, another port or the same place, and carries nothing there", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			overStyles(t, func(t *testing.T, st style) {
				s, other := newServer(t, proto), newServer(t, proto)
				other.script(says(200, goodCustomer))
				_, port, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(other.url, "https://"), "http://"), ":")
				targets := map[string]string{
					"another port":   other.url + "/api/managed_users/1",
					"another host":   strings.Replace(other.url, "127.0.0.1", "localhost", 1) + "/elsewhere",
					"same place":     "/api/managed_users/1",
					"no scheme":      "//localhost:" + port + "/elsewhere",
					"another scheme": "http://localhost:" + port + "/elsewhere",
					"nonsense":       "ht!tp://%zz",
					"nowhere":        "",
				}
				c := s.clientWith(t, st.option())
				n := 0
				next := inTurn(documents()) // a package comes from the store, without a credential
				for where, location := range sorted(targets) {
					for _, status := range []int{301, 302, 303, 307, 308} {
						s.script(says(status, `<a href="x">moved</a>`, "Location", location))
						for range 4 {
							n++
							call := next()
							mark, option := marked(call.name, n)
							err := call.run(t.Context(), c, option)
							require.ErrorIs(t, err, workato.ErrRedirect, where)
							requireNoSecret(t, err.Error(), where)
							require.Len(t, s.arrived(mark), 1, where)
						}
					}
				}
				require.Empty(t, other.arrived(), "nothing was sent elsewhere")
			})
		})
	})

	promise(t, "refuses a middleware that points the request at another scheme, host or port", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			s, other := newServer(t, "HTTP/1.1"), newServer(t, "HTTP/1.1")
			s.script(says(200, goodCustomer))
			other.script(says(200, goodCustomer))
			theirs, err := url.Parse(other.url)
			require.NoError(t, err)
			rewrites := map[string]func(*http.Request){
				"port":      func(r *http.Request) { r.URL.Host = theirs.Host },
				"host":      func(r *http.Request) { r.URL.Host = "localhost:" + r.URL.Port() },
				"scheme":    func(r *http.Request) { r.URL.Scheme = "https" },
				"new URL":   func(r *http.Request) { r.URL = theirs },
				"user info": func(r *http.Request) { r.URL.Host = "evil.example"; r.URL.User = url.User(r.URL.Host) },
			}
			for name, rewrite := range rewrites {
				c := s.clientWith(t, st.option(), workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
					return transportFunc(func(req *http.Request) (*http.Response, error) {
						req = req.Clone(req.Context())
						rewrite(req)
						return next.RoundTrip(req)
					})
				}))
				for _, call := range typedCalls() {
					err := call.run(t.Context(), c)
					require.ErrorContains(t, err, "credentials are for", name)
					require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "nothing was sent")
					requireNoSecret(t, err.Error(), name)
				}
			}
			require.Empty(t, s.arrived())
			require.Empty(t, other.arrived())
		})
	})

	promise(t, "shows no middleware the credential, before or after", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			s := newServer(t, "HTTP/1.1")
			s.script(says(503, ``), says(200, goodCustomer))
			looked := 0
			look := func(req *http.Request) {
				looked++
				text, _ := json.Marshal(req.Header)
				requireNoSecret(t, req.URL.String()+string(text), "middleware")
			}
			c := s.clientWith(t, st.option(), workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return transportFunc(func(req *http.Request) (*http.Response, error) {
					look(req)
					resp, err := next.RoundTrip(req)
					look(req)
					return resp, err
				})
			}))
			require.NoError(t, typed("managed_users.get").run(t.Context(), c))
			require.Equal(t, 4, looked)
			require.True(t, st.carried(s.arrived()[1]))
		})
	})

	promise(t, "limits a middleware's change of a header to that one attempt", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(503, ``), says(200, goodCustomer))
		tries := 0
		c := s.client(t, workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return transportFunc(func(req *http.Request) (*http.Response, error) {
				if tries++; tries == 1 {
					req.Header.Set("X-Tenant", "another")
					req.Header.Del("User-Agent")
				}
				return next.RoundTrip(req)
			})
		}))
		require.NoError(t, typed("managed_users.get").run(t.Context(), c))
		require.NoError(t, typed("managed_users.get").run(t.Context(), c))
		arrived := s.arrived()
		require.Len(t, arrived, 3)
		require.Equal(t, "another", arrived[0].header.Get("X-Tenant"))
		for _, a := range arrived[1:] {
			require.Empty(t, a.header.Get("X-Tenant"))
			require.Contains(t, a.header.Get("User-Agent"), "workato-go/")
		}
	})

	promise(t, "does not send without the credential when a middleware loses the call's context", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		c := s.client(t, workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return transportFunc(func(req *http.Request) (*http.Response, error) {
				return next.RoundTrip(req.WithContext(context.WithoutCancel(t.Context())))
			})
		}))
		require.ErrorContains(t, typed("managed_users.get").run(t.Context(), c), "context")
		require.Empty(t, s.arrived())
	})

	promise(t, "refuses an Auth that changes the origin, and sends nothing when an Auth fails", func(t *testing.T) {
		s, other := newServer(t, "HTTP/1.1"), newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		other.script(says(200, goodCustomer))
		theirs, err := url.Parse(other.url)
		require.NoError(t, err)
		for name, auth := range map[string]authFunc{
			"host":   func(r *http.Request) error { r.URL = theirs; return nil },
			"failed": func(*http.Request) error { return errors.New("vault is sealed") },
		} {
			for _, call := range typedCalls() {
				err := call.run(t.Context(), s.clientWith(t, workato.WithAuth(auth)))
				require.Error(t, err, name)
				require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			}
		}
		require.Empty(t, s.arrived())
		require.Empty(t, other.arrived())
	})

	promise(t, "refuses plain http except for loopback, and base URLs that hold more than an address", func(t *testing.T) {
		for _, base := range []string{
			"http://www.workato.com", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1", "http://192.168.0.1",
			"http://[2001:db8::1]", "http://0x7f.1.example", "ftp://127.0.0.1", "//www.workato.com", "www.workato.com", "https://",
			"https://user:" + testPassword + "@www.workato.com", "https://www.workato.com?user_token=" + testToken, "https://www.workato.com/#x",
			"https://%zz" + testToken, "https://proxy.example.com/tenant%2Fworkato", "https://proxy.example.com/tenant%2f",
		} {
			_, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithBaseURL(base))
			require.ErrorIs(t, err, workato.ErrInvalidArgument, base)
			requireNoSecret(t, err.Error(), base)
		}
		for _, base := range []string{
			"http://127.0.0.1:8080", "http://localhost", "http://[::1]:1", "https://www.workato.com/api/",
			"https://proxy.example.com/tenant é/%7E",
		} {
			_, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithBaseURL(base))
			assert.NoError(t, err, base)
		}
	})

	promise(t, "lets no call option set or double the credential", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		c := s.client(t)
		for _, header := range []string{"Authorization", "authorization", "AUTHORIZATION", "X-User-Token", "x-user-email", "Cookie", "Host"} {
			require.ErrorIs(t, typed("managed_users.get").run(t.Context(), c, workato.WithHeader(header, "other")), workato.ErrInvalidArgument, header)
		}
		require.Empty(t, s.arrived())
	})

	promise(t, "requires exactly one credential, and one that fits in a header", func(t *testing.T) {
		_, err := workato.NewClient()
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		_, err = workato.NewClient(workato.WithAPIToken(testToken), workato.WithUserToken(testEmail, testToken))
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		requireNoSecret(t, err.Error(), "two credentials")
		for _, bad := range []string{"", " ", testToken + "\n", "\t" + testToken, testToken + "\r\nX-Evil: 1", testToken + "\x00"} {
			for i, option := range []workato.Option{
				workato.WithAPIToken(bad), workato.WithUserToken(testEmail, bad), workato.WithUserToken(bad, testToken),
				workato.WithQueryToken(testEmail, bad),
			} {
				_, err := workato.NewClient(option)
				require.ErrorIs(t, err, workato.ErrInvalidArgument, strconv.Quote(bad)+" "+strconv.Itoa(i))
				requireNoSecret(t, err.Error(), "bad credential")
			}
		}
	})

	promise(t, "sends no Referer and keeps no cookie", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			s := newServer(t, "HTTP/1.1")
			s.script(says(200, goodCustomer, "Set-Cookie", "session=1; Path=/"))
			c := s.clientWith(t, st.option())
			for range 3 {
				require.NoError(t, typed("managed_users.get").run(t.Context(), c))
			}
			for _, a := range s.arrived() {
				require.Empty(t, a.header["Referer"])
				require.Empty(t, a.header["Cookie"])
			}
		})
	})
}

type authFunc func(*http.Request) error

func (f authFunc) Apply(req *http.Request) error { return f(req) }
