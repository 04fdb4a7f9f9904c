package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

var lentCustomer = workato.AccountID(98178)

func getCustomer(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
	_, err := c.ManagedUsers.Get(ctx, lentCustomer, opts...)
	return err
}

func createFolder(ctx context.Context, c *workato.Client) error {
	_, err := c.Folders.Create(ctx, lentCustomer, &workato.FolderCreateParams{Name: "Billing"})
	return err
}

// paced returns a byte after each pause, and then blocks until it is closed.
type paced struct {
	pause time.Duration
	left  int
	ended chan struct{}
}

func (r *paced) Read(p []byte) (int, error) {
	if r.left == 0 {
		<-r.ended
		return 0, io.EOF
	}
	time.Sleep(r.pause)
	r.left--
	return copy(p, "x"), nil
}

func (r *paced) Close() error {
	close(r.ended)
	return nil
}

func newPaced(pause time.Duration, n int) *paced {
	return &paced{pause: pause, left: n, ended: make(chan struct{})}
}

// TestLentCode: readers, token sources and bodies that hang do not block a call
// past its deadline.
func TestLentCode(t *testing.T) {
	t.Parallel()
	promise(t, "ends at the deadline although a lent reader hangs", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodImport))
			for name, r := range map[string]*paced{"from the start": newPaced(0, 0), "in the middle": newPaced(time.Millisecond, 500)} {
				for lent, p := range map[string]workato.Package{
					"reader": workato.PackageReader(r, 70000), "function": workato.PackageFunc(func() (io.ReadCloser, error) { return io.NopCloser(r), nil }, 70000),
				} {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					started := time.Now()
					err := upload(ctx, s.client(t), p)
					cancel()
					require.ErrorIs(t, err, context.DeadlineExceeded, "%s %s", lent, name)
					require.Equal(t, 5*time.Second, time.Since(started), "%s %s", lent, name)
				}
				require.NoError(t, r.Close()) // what is left of our goroutines ends with it
			}
		})
	})

	promise(t, "sends a package whose bytes have all arrived although its reader stays open", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodImport))
			r := newPaced(time.Millisecond, 300)
			require.NoError(t, upload(t.Context(), s.client(t), workato.PackageReader(r, 300)))
			require.Equal(t, int64(300), s.settled()[0].length)
			require.NoError(t, r.Close())
		})
	})

	promise(t, "lets an upload that makes progress take longer than an attempt, and ends one that stalls", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodImport))
			c := s.client(t, workato.WithAttemptTimeout(10*time.Second))
			r := newPaced(time.Second, 60)
			require.NoError(t, upload(t.Context(), c, workato.PackageReader(r, 60)))
			require.NoError(t, r.Close())

			r = newPaced(time.Second, 30)
			started := time.Now()
			err := upload(t.Context(), c, workato.PackageReader(r, 60))
			require.ErrorContains(t, err, "no response within 10s")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Less(t, time.Since(started), 42*time.Second)
			require.NoError(t, r.Close())
		})
	})

	promise(t, "ends at the deadline although a token source or an Auth hangs", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodCustomer))
			release := make(chan struct{})
			for name, credential := range map[string]workato.Option{
				"source": workato.WithTokenSource(func(context.Context) (string, error) {
					<-release
					return testToken, nil
				}),
				"auth": workato.WithAuth(authFunc(func(*http.Request) error {
					<-release
					return nil
				})),
			} {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				started := time.Now()
				err := getCustomer(ctx, s.clientWith(t, credential))
				cancel()
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, name)
				require.Equal(t, 3*time.Second, time.Since(started), name)
			}
			require.Empty(t, s.arrived())
			close(release)
		})
	})

	promise(t, "gives up on a body that yields neither bytes nor an error", func(t *testing.T) {
		c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithRetry(workato.RetryPolicy{}),
			workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(nothingReader{}), Request: req}, nil
			})}))
		require.NoError(t, err)
		require.ErrorIs(t, getCustomer(t.Context(), c), io.ErrNoProgress)
	})
}

type nothingReader struct{}

func (nothingReader) Read([]byte) (int, error) { return 0, nil }

var errBudget = errors.New("the budget of the job is spent")

// TestEndsOfContexts: a context that ends with a cause is still a deadline or a
// cancel, wherever it ends.
func TestEndsOfContexts(t *testing.T) {
	t.Parallel()
	promise(t, "says both that the context has ended and why", func(t *testing.T) {
		for name, slow := range map[string]func(*server){
			"in the attempt":       func(s *server) { s.script(hangs()) },
			"between two attempts": func(s *server) { s.script(says(429, ``, "Retry-After", "1")) },
		} {
			inBubbles(t, func(t *testing.T, s *server) {
				slow(s)
				c := s.client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1000}))
				stopped, stop := context.WithCancelCause(t.Context())
				time.AfterFunc(2500*time.Millisecond, func() { stop(errBudget) })
				err := getCustomer(stopped, c)
				require.ErrorIs(t, err, context.Canceled, name)
				require.ErrorIs(t, err, errBudget, name)

				late, cancel := context.WithTimeoutCause(t.Context(), 2500*time.Millisecond, errBudget)
				defer cancel()
				err = getCustomer(late, c)
				if name == "between two attempts" { // a wait that does not fit is not started
					require.ErrorIs(t, err, workato.ErrRateLimited)
					return
				}
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				require.ErrorIs(t, err, errBudget, name)
			})
		}
	})

	promise(t, "waits between attempts without overflow, and reads a date in Retry-After by the clock of the server", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(503, ``))
			c := s.client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 80, MinWait: time.Minute, MaxWait: 5 * time.Minute}))
			require.ErrorIs(t, getCustomer(t.Context(), c), workato.ErrServer)
			require.Len(t, s.arrived(), 81)
			c = s.client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: math.MaxInt64 - 1, MaxWait: math.MaxInt64}))
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			require.ErrorIs(t, getCustomer(ctx, c), context.DeadlineExceeded)
			cancel()
			for _, ahead := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
				date := time.Now().Add(ahead)
				s.script(says(429, ``, "Date", date.UTC().Format(http.TimeFormat), "Retry-After", date.Add(3*time.Second).UTC().Format(http.TimeFormat)))
				var apiErr *workato.APIError
				require.ErrorAs(t, getCustomer(t.Context(), s.client(t, workato.WithRetry(workato.RetryPolicy{}))), &apiErr)
				require.Equal(t, 3*time.Second, apiErr.RetryAfter)
			}
		})
	})
}

// TestCredentialLeaks: a credential may leak in other ways than the header of a
// request.
func TestCredentialLeaks(t *testing.T) {
	t.Parallel()
	promise(t, "shows middleware no credential in the request of a response", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			s := newServer(t, "HTTP/1.1")
			s.script(says(200, goodCustomer))
			var seen string
			c := s.clientWith(t, st.option(), workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return transportFunc(func(req *http.Request) (*http.Response, error) {
					resp, err := next.RoundTrip(req)
					if err == nil {
						seen += fmt.Sprint(resp.Request.URL, resp.Request.Header)
					}
					return resp, err
				})
			}))
			require.NoError(t, getCustomer(t.Context(), c))
			require.NotEmpty(t, seen)
			for _, secret := range st.secrets {
				require.NotContains(t, seen, secret)
			}
		})
	})

	promise(t, "sends a credential to no other host, whether URL, Host or Opaque names it", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		for name, lead := range map[string]func(*http.Request){
			"Host": func(req *http.Request) { req.Host = "elsewhere.example" }, "Opaque": func(req *http.Request) { req.URL.Opaque = "//elsewhere.example/x" },
			"URL": func(req *http.Request) { req.URL.Host = "elsewhere.example" },
		} {
			middleware := workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return transportFunc(func(req *http.Request) (*http.Response, error) {
					req = req.Clone(req.Context())
					lead(req)
					return next.RoundTrip(req)
				})
			})
			require.ErrorContains(t, getCustomer(t.Context(), s.client(t, middleware)), "credential", name)
			require.ErrorContains(t, getCustomer(t.Context(), s.clientWith(t, workato.WithAuth(authFunc(func(req *http.Request) error {
				lead(req)
				return nil
			})))), "origin", name)
		}
		require.Empty(t, s.arrived())
	})

	promise(t, "prints no credential with the context of an attempt", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			s := newServer(t, "HTTP/1.1")
			s.script(says(503, ``), says(200, goodCustomer))
			var printed strings.Builder
			middleware := workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return transportFunc(func(req *http.Request) (*http.Response, error) {
					for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
						fmt.Fprintf(&printed, verb, req.Context())
					}
					return next.RoundTrip(req)
				})
			})
			require.NoError(t, getCustomer(t.Context(), s.clientWith(t, st.option(), middleware)))
			for _, secret := range st.secrets {
				require.NotContains(t, printed.String(), secret)
			}
		})
	})

	promise(t, "sends a create once although middleware adds an idempotency key", func(t *testing.T) {
		for _, key := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
			var creates []string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = io.WriteString(w, goodCustomer)
					return
				}
				_, _ = io.Copy(io.Discard, r.Body)
				creates = append(creates, r.Header.Get(key))
				panic(http.ErrAbortHandler)
			}))
			c, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithBaseURL(srv.URL),
				workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
					return transportFunc(func(req *http.Request) (*http.Response, error) {
						req = req.Clone(req.Context())
						req.Header.Set(key, "k-1")
						return next.RoundTrip(req)
					})
				}))
			require.NoError(t, err)
			require.NoError(t, getCustomer(t.Context(), c)) // so that the connection is reused
			require.ErrorIs(t, createFolder(t.Context(), c), workato.ErrOutcomeUnknown)
			srv.Close()
			assert.Equal(t, []string{"k-1"}, creates)
		}
	})

	promise(t, "refuses headers of the client's own in every spelling that a server may read as one", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for _, key := range []string{"X_User_Token", "x_user_email", "X-USER_TOKEN", "authorization", "Content_Type", "idempotency_key"} {
			require.ErrorIs(t, getCustomer(t.Context(), s.client(t), workato.WithHeader(key, "x")), workato.ErrInvalidArgument, key)
		}
		require.Empty(t, s.arrived())
	})

	promise(t, "keeps a header that an Auth changes in place to that request", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		first := true
		c := s.clientWith(t, workato.WithAuth(authFunc(func(req *http.Request) error {
			if first {
				req.Header["Accept"][0] = "text/html"
			}
			first = false
			return nil
		})))
		require.NoError(t, getCustomer(t.Context(), c))
		require.NoError(t, getCustomer(t.Context(), c))
		require.Equal(t, "application/json", s.arrived()[1].header.Get("Accept"))
	})
}
