package workato_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// storage is the service with export 242 and package 242, and the store on
// another host. Each look at the export gives a new address.
type storage struct {
	zip    []byte
	store  string // scheme and host
	serve  func(w http.ResponseWriter, r *http.Request, number int)
	status string // body of the status instead of a completed export
	bytes  bool   // packages.download answers with the bytes

	mu       sync.Mutex
	looks    int
	requests []*http.Request // to the store
}

// zipOf is as much of a zip as the client looks at: the mark of its first file and
// its end record.
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

// counts returns how often the service and the store were asked.
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
			assert.Equal(t, "/packages/242.zip?X-Amz-Expires=10&X-Amz-Signature=secret-signature-1&a=b%20c+d", s.requests[0].RequestURI, "not a byte of a signed address may change")
		})
	}
	t.Run("bytes in the answer", func(t *testing.T) {
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

// TestDownloadWithoutCredentials looks at everything that reaches the store,
// for each style of credential.
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
					if number == 1 { // the store may send on, and to another host
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

func TestDownloadGoesOn(t *testing.T) {
	t.Parallel()
	forbidden := func(w http.ResponseWriter) {
		http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
	}
	for name, test := range map[string]struct {
		serve          func(s *storage, w http.ResponseWriter, number int)
		looks, fetches int
	}{
		"an expired address": {func(s *storage, w http.ResponseWriter, number int) {
			if number == 1 {
				forbidden(w)
				return
			}
			s.whole(w)
		}, 2, 2},
		"an address that the store no longer understands": {func(s *storage, w http.ResponseWriter, number int) {
			if number < 3 {
				http.Error(w, "<Error/>", http.StatusBadRequest)
				return
			}
			s.whole(w)
		}, 3, 3},
		"a busy store": {func(s *storage, w http.ResponseWriter, number int) {
			if number < 3 {
				http.Error(w, "", http.StatusServiceUnavailable)
				return
			}
			s.whole(w)
		}, 1, 3},
		"a cut-off package whose address has expired": {func(s *storage, w http.ResponseWriter, number int) {
			switch number {
			case 1, 3:
				s.cut(w)
			case 2:
				forbidden(w)
			default:
				_, _ = w.Write(s.zip) // without a length
			}
		}, 4, 4},
	} {
		for way, download := range downloads {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				s := new(storage)
				s.serve = func(w http.ResponseWriter, _ *http.Request, number int) { test.serve(s, w, number) }
				var got bytes.Buffer
				result, err := download(t.Context(), s.client(t), &got, nil)
				require.NoError(t, err)
				assert.Equal(t, s.zip, got.Bytes(), "each byte once")
				assert.Equal(t, hashOf(s.zip), result.SHA256)
				looks, fetches := s.counts()
				assert.Equal(t, []int{test.looks, test.fetches}, []int{looks, fetches})
			})
		}
	}
}

func TestDownloadThatFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status  string
		bytes   bool
		serve   func(s *storage, w http.ResponseWriter, r *http.Request, number int)
		params  *workato.DownloadParams
		is      error
		says    string
		fetches int
	}{
		"an address that is never good": {serve: func(_ *storage, w http.ResponseWriter, r *http.Request, _ int) {
			http.Error(w, "<Error>SignatureDoesNotMatch "+r.URL.Query().Get("X-Amz-Signature")+"</Error>", http.StatusForbidden)
		}, is: workato.ErrForbidden, says: "[redacted]", fetches: 4},
		"no such package": {serve: func(_ *storage, w http.ResponseWriter, _ *http.Request, _ int) {
			http.Error(w, "", http.StatusNotFound)
		}, is: workato.ErrNotFound, says: "404", fetches: 1},
		"a store that is down": {serve: func(_ *storage, w http.ResponseWriter, _ *http.Request, _ int) {
			http.Error(w, "", http.StatusServiceUnavailable)
		}, is: workato.ErrServer, says: "503", fetches: 3},
		"a package that never ends": {
			serve: func(s *storage, w http.ResponseWriter, _ *http.Request, _ int) { s.cut(w) },
			is:    workato.ErrUnexpectedResponse, says: "cut off after 65538 of 131076 bytes: unexpected EOF", fetches: 3,
		},
		"a package that changes": {serve: func(s *storage, w http.ResponseWriter, _ *http.Request, number int) {
			if number == 1 {
				s.cut(w)
			}
			s.zip = bytes.ToUpper(s.zip)
			s.whole(w)
		}, is: workato.ErrUnexpectedResponse, says: "has changed within its first", fetches: 2},
		"a package that becomes shorter": {serve: func(s *storage, w http.ResponseWriter, _ *http.Request, number int) {
			if number == 1 {
				s.cut(w)
			}
			_, _ = w.Write(s.zip[:100])
		}, is: workato.ErrUnexpectedResponse, says: "has changed: 100 bytes instead of 131076", fetches: 2},
		"a package that becomes longer": {serve: func(s *storage, w http.ResponseWriter, _ *http.Request, number int) {
			if number == 1 {
				s.cut(w)
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(s.zip)+1))
			_, _ = w.Write(append(slices.Clone(s.zip), 'x'))
		}, is: workato.ErrUnexpectedResponse, says: "has changed: 131077 bytes instead of 131076", fetches: 2},
		"a package that becomes longer than was announced": {serve: func(s *storage, w http.ResponseWriter, _ *http.Request, number int) {
			if number == 1 {
				s.cut(w)
			}
			_, _ = w.Write(append(slices.Clone(s.zip), 'x')) // of unknown length
		}, is: workato.ErrUnexpectedResponse, says: "more than the announced 131076 bytes", fetches: 2},
		"a package of unknown length that becomes shorter": {serve: func(s *storage, w http.ResponseWriter, _ *http.Request, number int) {
			_, _ = w.Write(s.zip[:len(s.zip)/number/2])
			_ = http.NewResponseController(w).Flush()
			if number == 1 {
				panic(http.ErrAbortHandler)
			}
		}, is: workato.ErrUnexpectedResponse, says: "has changed: it ends after 32769 bytes", fetches: 2},
		"another hash": {params: &workato.DownloadParams{SHA256: hashOf(nil)}, is: workato.ErrUnexpectedResponse, says: "the hash of the package is", fetches: 1},
		"no hash":      {params: &workato.DownloadParams{SHA256: "abc"}, is: workato.ErrInvalidArgument, says: "SHA256"},
		"half a hash":  {params: &workato.DownloadParams{SHA256: "abcd"}, is: workato.ErrInvalidArgument, says: "SHA256"},
		"a page": {serve: func(_ *storage, w http.ResponseWriter, _ *http.Request, _ int) {
			_, _ = io.WriteString(w, "<html>log in</html>")
		}, is: workato.ErrUnexpectedResponse, says: "expected a package, got an HTML page", fetches: 1},
		"an object": {serve: func(_ *storage, w http.ResponseWriter, _ *http.Request, _ int) {
			_, _ = io.WriteString(w, `{"error": "gone"}`)
		}, is: workato.ErrUnexpectedResponse, says: "expected a package, got an object", fetches: 1},
		"nothing": {serve: func(_ *storage, w http.ResponseWriter, _ *http.Request, _ int) {
			w.WriteHeader(http.StatusNoContent)
		}, is: workato.ErrUnexpectedResponse, says: "expected a package, got nothing", fetches: 1},
		"no end of redirects": {serve: func(_ *storage, w http.ResponseWriter, r *http.Request, number int) {
			http.Redirect(w, r, fmt.Sprintf("/%d", number), http.StatusFound)
		}, is: workato.ErrRedirect, says: "redirect", fetches: 4},
		"a redirect to plain http": {serve: func(_ *storage, w http.ResponseWriter, r *http.Request, _ int) {
			http.Redirect(w, r, "http://store.example.com/a.zip", http.StatusFound)
		}, is: workato.ErrUnexpectedResponse, says: "must be https", fetches: 1},
		"an export that runs":           {status: `{"id": 242, "status": "in_progress", "download_url": null}`, is: workato.ErrUnexpectedResponse, says: "it is in_progress and has no package yet"},
		"plain http":                    {status: `{"id": 242, "status": "completed", "download_url": "http://store.example.com/a.zip"}`, is: workato.ErrUnexpectedResponse, says: "must be https"},
		"another scheme":                {status: `{"id": 242, "status": "completed", "download_url": "file:///etc/passwd"}`, is: workato.ErrUnexpectedResponse, says: "must be https"},
		"no host":                       {status: `{"id": 242, "status": "completed", "download_url": "https:///a.zip"}`, is: workato.ErrUnexpectedResponse, says: "must be https"},
		"no URL":                        {status: `{"id": 242, "status": "completed", "download_url": "https://a\u0001b/secret-signature"}`, is: workato.ErrUnexpectedResponse, says: "is no URL"},
		"an export that does not exist": {status: `{"message": "Not found"}`, is: workato.ErrUnexpectedResponse, says: "id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &storage{status: test.status}
			if test.serve != nil {
				s.serve = func(w http.ResponseWriter, r *http.Request, number int) { test.serve(s, w, r, number) }
			}
			c := s.client(t)
			dir := t.TempDir()
			path := filepath.Join(dir, "package.zip")
			require.NoError(t, os.WriteFile(path, []byte("the one before"), 0o600))
			_, err := c.Exports.DownloadFile(t.Context(), customerID, 242, path, test.params)
			require.ErrorIs(t, err, test.is)
			assert.ErrorContains(t, err, test.says)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "secret-signature")
			_, fetches := s.counts()
			assert.Equal(t, test.fetches, fetches)

			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, 1, "no part of a package is left behind")
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, "the one before", string(before))
		})
	}
	t.Run("a failed export", func(t *testing.T) {
		t.Parallel()
		s := &storage{status: fixture(t, "exports/failed_2020.json")}
		_, err := s.client(t).Exports.Download(t.Context(), customerID, 242, io.Discard, nil)
		var failed *workato.FailedError[workato.Export]
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, "workato: export 242: failed: a recipe is missing", err.Error())
	})
	t.Run("an address that does not change", func(t *testing.T) {
		t.Parallel()
		s := &storage{serve: func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusForbidden) }}
		c := s.client(t)
		s.status = `{"id": 242, "status": "completed", "download_url": "` + s.store + `/a.zip"}`
		_, err := c.Exports.Download(t.Context(), customerID, 242, io.Discard, nil)
		require.ErrorIs(t, err, workato.ErrForbidden)
		looks, fetches := s.counts()
		assert.Equal(t, []int{2, 2}, []int{looks, fetches})
	})
	t.Run("an address whose escapes come back", func(t *testing.T) {
		t.Parallel()
		s := &storage{serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			http.Error(w, r.URL.RawQuery, http.StatusNotFound)
		}}
		c := s.client(t)
		s.status = `{"id": 242, "status": "completed", "download_url": "` + s.store + `/a.zip?signature=secret%2Fsignature%3D"}`
		_, err := c.Exports.Download(t.Context(), customerID, 242, io.Discard, nil)
		require.ErrorIs(t, err, workato.ErrNotFound)
		assert.ErrorContains(t, err, "signature=[redacted]")
	})
	t.Run("without retries", func(t *testing.T) {
		t.Parallel()
		s := new(storage)
		s.serve = func(w http.ResponseWriter, _ *http.Request, _ int) { s.cut(w) }
		_, err := s.client(t).Packages.Download(t.Context(), 242, io.Discard, nil, workato.WithoutRetry())
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		_, fetches := s.counts()
		assert.Equal(t, 1, fetches)
	})
	t.Run("a writer that fails", func(t *testing.T) {
		t.Parallel()
		s := new(storage)
		full := errors.New("disk full")
		_, err := s.client(t).Exports.Download(t.Context(), customerID, 242, failingWriter{full}, nil)
		require.ErrorIs(t, err, full)
		_, fetches := s.counts()
		assert.Equal(t, 1, fetches)
	})
	t.Run("bad arguments", func(t *testing.T) {
		t.Parallel()
		c := newClient(t, unreachable(t))
		require.ErrorIs(t, ignore(c.Exports.Download(t.Context(), customerID, 242, nil, nil)), workato.ErrInvalidArgument)
		require.ErrorIs(t, ignore(c.Exports.Download(t.Context(), customerID, 0, io.Discard, nil)), workato.ErrInvalidArgument)
		require.ErrorIs(t, ignore(c.Exports.DownloadFile(t.Context(), customerID, 242, "", nil)), workato.ErrInvalidArgument)
		require.ErrorIs(t, ignore(c.Packages.Download(t.Context(), 242, io.Discard, nil, workato.WithTimeout(-1))), workato.ErrInvalidArgument)
		require.ErrorIs(t, ignore(c.Packages.Download(nil, 242, io.Discard, nil)), workato.ErrInvalidArgument) //nolint:staticcheck // on purpose
	})
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestDownloadFile(t *testing.T) {
	t.Parallel()
	s := new(storage)
	c := s.client(t)
	path := filepath.Join(t.TempDir(), "package.zip")
	require.NoError(t, os.WriteFile(path, []byte("the one before"), 0o600))
	s.serve = func(w http.ResponseWriter, _ *http.Request, _ int) {
		before, err := os.ReadFile(path)
		assert.NoError(t, err)
		assert.Equal(t, "the one before", string(before), "the name belongs to the old file until the new one is whole")
		s.whole(w)
	}
	for name, download := range map[string]func() (*workato.Download, error){
		"exports": func() (*workato.Download, error) {
			return c.Exports.DownloadFile(t.Context(), customerID, 242, path, nil)
		},
		"packages": func() (*workato.Download, error) { return c.Packages.DownloadFile(t.Context(), 242, path, nil) },
	} {
		require.NoError(t, os.WriteFile(path, []byte("the one before"), 0o600))
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
	assert.Equal(t, 2, fetches, "nothing is fetched that cannot be kept")
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
					return answer{status: 429}.response(req), nil
				}
				return answer{body: `{"id": 251, "status": "in_progress"}`}.response(req), nil
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
	t.Run("what goes wrong at the source is no bad argument", func(t *testing.T) {
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

// TestDownloadTimes lets the store fall silent.
func TestDownloadTimes(t *testing.T) {
	t.Parallel()
	zip := string(zipOf(2000))
	// slow gives a piece of the package every so often.
	slow := func(every time.Duration, silentAfter int) *recorder {
		return &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
			if req.URL.Host != "store.example.com" {
				return answer{body: `{"id": 242, "status": "completed", "download_url": "https://store.example.com/a.zip"}`}.response(req), nil
			}
			resp := answer{body: zip}.response(req)
			resp.Body = &slowBody{ctx: req.Context(), rest: zip, every: every, silentAfter: silentAfter}
			return resp, nil
		}}
	}
	t.Run("a slow one may take hours", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			result, err := newClient(t, slow(40*time.Second, -1)).Exports.Download(t.Context(), customerID, 242, io.Discard, nil)
			require.NoError(t, err)
			assert.Equal(t, int64(len(zip)), result.Size)
			assert.Greater(t, time.Since(began), 20*time.Minute)
		})
	})
	t.Run("a silent one does not", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			_, err := newClient(t, slow(0, 300)).Exports.Download(t.Context(), customerID, 242, io.Discard, nil, workato.WithTimeout(7*time.Second))
			require.ErrorContains(t, err, "cut off after 300 of 2000 bytes: no answer within 7s")
			assert.Equal(t, 7*time.Second, time.Since(began))
		})
	})
	t.Run("a slow writer is not a silent store", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			result, err := newClient(t, slow(0, -1)).Exports.Download(t.Context(), customerID, 242, slowWriter(time.Hour), nil)
			require.NoError(t, err)
			assert.Equal(t, int64(len(zip)), result.Size)
		})
	})
	t.Run("the context ends it", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			began := time.Now()
			c := newClient(t, slow(time.Second, -1), workato.WithRetry(workato.RetryPolicy{MaxRetries: 5}))
			_, err := c.Exports.Download(ctx, customerID, 242, io.Discard, nil)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 3*time.Second, time.Since(began))
		})
	})
}

type slowBody struct {
	ctx         context.Context
	rest        string
	every       time.Duration
	given       int
	silentAfter int
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.given == b.silentAfter {
		<-b.ctx.Done()
		return 0, b.ctx.Err()
	}
	select {
	case <-time.After(b.every):
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	}
	if b.rest == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 50)], b.rest)
	b.rest = b.rest[n:]
	b.given += n
	return n, nil
}

func (b *slowBody) Close() error { return nil }

type slowWriter time.Duration

func (w slowWriter) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(w))
	return len(p), nil
}

// TestDownloadInConstantMemory and leaves no goroutine behind.
func TestDownloadInConstantMemory(t *testing.T) {
	const size = 64 << 20
	s := &storage{zip: zipOf(size)}
	c := s.client(t)
	run := func() {
		result, err := c.Exports.Download(t.Context(), customerID, 242, io.Discard, nil)
		require.NoError(t, err)
		require.Equal(t, int64(size), result.Size)
	}
	run() // the connections
	goroutines := runtime.NumGoroutine()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20), "bytes allocated for 64 MiB, server included")
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines+2)
}

// countingLimiter notes which operations were paced and which answers it saw.
type countingLimiter struct{ paced, seen []string }

func (l *countingLimiter) Wait(_ context.Context, op workato.Operation) error {
	l.paced = append(l.paced, op.Name)
	return nil
}

func (l *countingLimiter) Observe(op workato.Operation, status int, _ time.Duration) {
	l.seen = append(l.seen, fmt.Sprint(op.Name, " ", status))
}

// callHook notes how operations ended.
type callHook struct{ ended []string }

func (h *callHook) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	return ctx, func(err error) { h.ended = append(h.ended, fmt.Sprint(op.Name, " ", err)) }
}

func (h *callHook) Attempt(ctx context.Context, _ workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, nil
}

// TestDownloadIsWatched paces the service and not the store, and counts no
// failure where there is none.
func TestDownloadIsWatched(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"exports": {"exports.get_export_status", "exports.download"}, "packages": {"packages.download", "packages.download"},
	} {
		limiter, hook := new(countingLimiter), new(callHook)
		c := new(storage).client(t, workato.WithLimiter(limiter), workato.WithHook(hook))
		_, err := downloads[name](t.Context(), c, io.Discard, nil)
		require.NoError(t, err)
		assert.Equal(t, want[:1], limiter.paced, "the store does not count requests against the quota")
		assert.Len(t, limiter.seen, 1)
		assert.Equal(t, []string{want[0] + " <nil>", want[1] + " <nil>"}, hook.ended)
	}
}
