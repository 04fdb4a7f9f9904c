package workato_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// storage is the service with export 242 and package 242, and the store on
// another host. Each read of the export returns a new address.
type storage struct {
	zip    []byte
	store  string // scheme and host
	serve  func(w http.ResponseWriter, r *http.Request, number int)
	status string // body of the status instead of a completed export
	bytes  bool   // packages.download returns the bytes

	mu       sync.Mutex
	looks    int
	requests []*http.Request // to the store
}

// zipOf has the parts of a zip that the client checks: the signature of its
// first file and its end record.
func zipOf(size int) []byte {
	zip := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
	copy(zip, "PK\x03\x04")
	copy(zip[size-22:], append([]byte("PK\x05\x06"), make([]byte, 18)...))
	return zip
}

func (s *storage) api(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.looks++
	link := fmt.Sprintf("%s/packages/242.zip?X-Amz-Expires=10&X-Amz-Signature=secret-signature-%d&a=b%%20c+d", s.store, s.looks)
	s.mu.Unlock()
	switch {
	case !strings.HasSuffix(r.URL.Path, "/download"):
		w.Header().Set("Content-Type", "application/json")
		if s.status != "" {
			_, _ = io.WriteString(w, s.status)
			return
		}
		fmt.Fprintf(w, `{"result": {"id": 242, "status": "completed", "download_url": %q}}`, link)
	case s.bytes:
		_, _ = w.Write(s.zip)
	default:
		http.Redirect(w, r, link, http.StatusFound)
	}
}

func (s *storage) files(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Clone(context.Background()))
	number := len(s.requests)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/zip")
	if s.serve != nil {
		s.serve(w, r, number)
		return
	}
	s.whole(w)
}

// whole sends the package with its length.
func (s *storage) whole(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(len(s.zip)))
	_, _ = w.Write(s.zip)
}

// counts returns the number of requests to the service and the store.
func (s *storage) counts() (looks, fetches int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.looks, len(s.requests)
}

// start opens both hosts.
func (s *storage) start(t testing.TB) (api string) {
	t.Helper()
	if s.zip == nil {
		s.zip = zipOf(4 + 16*8192)
	}
	store := httptest.NewServer(http.HandlerFunc(s.files))
	t.Cleanup(store.Close)
	s.store = strings.Replace(store.URL, "127.0.0.1", "localhost", 1)
	server := httptest.NewServer(http.HandlerFunc(s.api))
	t.Cleanup(server.Close)
	return server.URL
}

func (s *storage) client(t testing.TB, opts ...workato.Option) *workato.Client {
	t.Helper()
	api := s.start(t)
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // it is one
	t.Cleanup(transport.CloseIdleConnections)
	base := []workato.Option{workato.WithBaseURL(api), workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond})}
	return newClient(t, transport, append(base, opts...)...)
}

// cut sends half of the package under the full length and breaks the
// connection.
func (s *storage) cut(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(len(s.zip)))
	_, _ = w.Write(s.zip[:len(s.zip)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// downloads are the two ways to a package.
var downloads = map[string]func(context.Context, *workato.Client, io.Writer, *workato.DownloadParams, ...workato.CallOption) (*workato.Download, error){
	"exports": func(ctx context.Context, c *workato.Client, w io.Writer, p *workato.DownloadParams, opts ...workato.CallOption) (*workato.Download, error) {
		return c.Exports.Download(ctx, customerID, 242, w, p, opts...)
	},
	"packages": func(ctx context.Context, c *workato.Client, w io.Writer, p *workato.DownloadParams, opts ...workato.CallOption) (*workato.Download, error) {
		return c.Packages.Download(ctx, 242, w, p, opts...)
	},
}

func hashOf(zip []byte) string {
	sum := sha256.Sum256(zip)
	return hex.EncodeToString(sum[:])
}

func TestDownload(t *testing.T) {
	t.Parallel()
	for name, download := range downloads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := new(storage)
			c := s.client(t)
			var got bytes.Buffer
			var last, whole int64
			result, err := download(t.Context(), c, &got, &workato.DownloadParams{
				SHA256: strings.ToUpper(hashOf(s.zip)),
				OnProgress: func(done, total int64) {
					assert.Greater(t, done, last)
					last, whole = done, total
				},
			})
			require.NoError(t, err)
			assert.Equal(t, s.zip, got.Bytes())
			assert.Equal(t, &workato.Download{Size: int64(len(s.zip)), SHA256: hashOf(s.zip)}, result)
			assert.Equal(t, []int64{int64(len(s.zip)), int64(len(s.zip))}, []int64{last, whole})
			looks, fetches := s.counts()
			assert.Equal(t, []int{1, 1}, []int{looks, fetches})
			assert.Equal(t, "/packages/242.zip?X-Amz-Expires=10&X-Amz-Signature=secret-signature-1&a=b%20c+d", s.requests[0].RequestURI,
				"not a byte of a signed address may change")
		})
	}
	t.Run("bytes in the response", func(t *testing.T) {
		t.Parallel()
		s := &storage{bytes: true}
		var got bytes.Buffer
		_, err := s.client(t).Packages.Download(t.Context(), 242, &got, nil)
		require.NoError(t, err)
		assert.Equal(t, s.zip, got.Bytes())
	})
}

type customAuth struct{}

func (customAuth) Apply(req *http.Request) error {
	req.Header.Set("X-Custom", "Custom test-token")
	return nil
}

// TestDownloadWithoutCredentials checks everything that reaches the store, for
// each style of credential.
func TestDownloadWithoutCredentials(t *testing.T) {
	t.Parallel()
	const email = "api@borealis.example"
	styles := map[string]workato.Option{
		"token":  workato.WithAPIToken(testToken),
		"source": workato.WithTokenSource(func(context.Context) (string, error) { return testToken, nil }),
		"legacy": workato.WithUserToken(email, testToken), "query": workato.WithQueryToken(email, testToken), "custom": workato.WithAuth(customAuth{}),
	}
	for style, credential := range styles {
		for name, download := range downloads {
			t.Run(style+" "+name, func(t *testing.T) {
				t.Parallel()
				s := new(storage)
				s.serve = func(w http.ResponseWriter, r *http.Request, number int) {
					if number == 1 { // the store may redirect, and to another host
						other := strings.Replace(s.store, "localhost", "127.0.0.1", 1)
						http.Redirect(w, r, other+"/elsewhere.zip", http.StatusTemporaryRedirect)
						return
					}
					s.whole(w)
				}
				api := s.start(t)
				through := 0
				c, err := workato.NewClient(credential, workato.WithBaseURL(api),
					workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
						return tripper(func(req *http.Request) (*http.Response, error) {
							through++
							req.Header.Set("X-Middleware", "internal")
							return next.RoundTrip(req)
						})
					}))
				require.NoError(t, err)
				var got bytes.Buffer
				_, err = download(t.Context(), c, &got, nil, workato.WithHeader("X-Private", "internal"))
				require.NoError(t, err)
				assert.Equal(t, s.zip, got.Bytes())
				assert.Equal(t, 1, through, "middleware belongs to the API")
				require.Len(t, s.requests, 2)
				for _, req := range s.requests {
					var wire bytes.Buffer
					require.NoError(t, req.Header.Write(&wire))
					wire.WriteString(req.RequestURI)
					for _, secret := range []string{testToken, email, "api%40", "internal", "Referer", "Cookie", "Authorization"} {
						assert.NotContains(t, wire.String(), secret)
					}
					header := req.Header.Clone()
					header.Del("User-Agent")
					assert.Equal(t, http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"identity"}}, header)
				}
			})
		}
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestDownloadFile(t *testing.T) {
	t.Parallel()
	s := new(storage)
	c := s.client(t)
	path := filepath.Join(t.TempDir(), "package.zip")
	require.NoError(t, os.WriteFile(path, []byte("the previous one"), 0o600))
	s.serve = func(w http.ResponseWriter, _ *http.Request, _ int) {
		before, err := os.ReadFile(path)
		assert.NoError(t, err)
		assert.Equal(t, "the previous one", string(before), "the name belongs to the old file until the new one is whole")
		s.whole(w)
	}
	for name, download := range map[string]func() (*workato.Download, error){
		"exports": func() (*workato.Download, error) {
			return c.Exports.DownloadFile(t.Context(), customerID, 242, path, nil)
		},
		"packages": func() (*workato.Download, error) { return c.Packages.DownloadFile(t.Context(), 242, path, nil) },
	} {
		require.NoError(t, os.WriteFile(path, []byte("the previous one"), 0o600))
		result, err := download()
		require.NoError(t, err, name)
		assert.Equal(t, hashOf(s.zip), result.SHA256)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, s.zip, got)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1)

	_, err = c.Exports.DownloadFile(t.Context(), customerID, 242, filepath.Join(path, "no", "directory"), nil)
	require.Error(t, err)
	_, fetches := s.counts()
	assert.Equal(t, 2, fetches, "nothing is fetched that cannot be stored")
}

// TestDownloadIntoImport streams a package from one customer to another.
func TestDownloadIntoImport(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]func(context.Context, *workato.Client) workato.Package{
		"exports": func(ctx context.Context, c *workato.Client) workato.Package {
			return c.Exports.Source(ctx, customerID, 242)
		},
		"packages": func(ctx context.Context, c *workato.Client) workato.Package { return c.Packages.Source(ctx, 242) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := new(storage)
			c := s.client(t)
			var lengths []int64
			var got []byte
			target := newClient(t, &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
				lengths = append(lengths, req.ContentLength)
				if number == 1 {
					return response{status: 429}.response(req), nil
				}
				return response{body: `{"id": 251, "status": "in_progress"}`}.response(req), nil
			}}, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1}),
				workato.WithTransportMiddleware(func(next http.RoundTripper) http.RoundTripper {
					return tripper(func(req *http.Request) (*http.Response, error) {
						body, err := io.ReadAll(req.Body)
						assert.NoError(t, err)
						assert.NoError(t, req.Body.Close())
						got, req.Body = body, nil
						return next.RoundTrip(req)
					})
				}))
			done, err := target.Imports.Create(t.Context(), workato.AccountID(5), &workato.ImportCreateParams{Package: source(t.Context(), c), FolderID: 7})
			require.NoError(t, err)
			assert.Equal(t, int64(251), done.ID)
			assert.Equal(t, s.zip, got)
			assert.Equal(t, []int64{int64(len(s.zip)), int64(len(s.zip))}, lengths)
			_, fetches := s.counts()
			assert.Equal(t, 3, fetches, "once for the size, once for each attempt")
		})
	}
	t.Run("bad arguments come first", func(t *testing.T) {
		t.Parallel()
		c := newClient(t, unreachable(t))
		_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: c.Exports.Source(t.Context(), customerID, 242)})
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
	})
	t.Run("a failure of the source is not a bad argument", func(t *testing.T) {
		t.Parallel()
		s := &storage{serve: func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusServiceUnavailable) }}
		c := s.client(t)
		_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: c.Exports.Source(t.Context(), customerID, 242), FolderID: 1})
		require.ErrorIs(t, err, workato.ErrServer)
		require.NotErrorIs(t, err, workato.ErrInvalidArgument)
		require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "nothing was imported")
	})
	t.Run("a package of unknown size", func(t *testing.T) {
		t.Parallel()
		s := new(storage)
		s.serve = func(w http.ResponseWriter, _ *http.Request, _ int) {
			_, _ = w.Write(s.zip[:10])
			_ = http.NewResponseController(w).Flush()
			_, _ = w.Write(s.zip[10:])
		}
		c := s.client(t)
		_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: c.Packages.Source(t.Context(), 242), FolderID: 1})
		require.ErrorContains(t, err, "use DownloadFile")
		var got bytes.Buffer
		_, err = c.Packages.Download(t.Context(), 242, &got, nil)
		require.NoError(t, err)
		assert.Equal(t, s.zip, got.Bytes())
	})
}
