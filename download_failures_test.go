package workato_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

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
		"an address that never works": {serve: func(_ *storage, w http.ResponseWriter, r *http.Request, _ int) {
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
		"an export that runs": {
			status: `{"id": 242, "status": "in_progress", "download_url": null}`, is: workato.ErrUnexpectedResponse,
			says: "it is in_progress and has no package yet",
		},
		"plain http": {
			status: `{"id": 242, "status": "completed", "download_url": "http://store.example.com/a.zip"}`,
			is:     workato.ErrUnexpectedResponse, says: "must be https",
		},
		"another scheme": {
			status: `{"id": 242, "status": "completed", "download_url": "file:///etc/passwd"}`, is: workato.ErrUnexpectedResponse,
			says: "must be https",
		},
		"no host": {
			status: `{"id": 242, "status": "completed", "download_url": "https:///a.zip"}`, is: workato.ErrUnexpectedResponse,
			says: "must be https",
		},
		"not a URL": {
			status: `{"id": 242, "status": "completed", "download_url": "https://a\u0001b/secret-signature"}`,
			is:     workato.ErrUnexpectedResponse, says: "is not a URL",
		},
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
			require.NoError(t, os.WriteFile(path, []byte("the previous one"), 0o600))
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
			assert.Equal(t, "the previous one", string(before))
		})
	}
	for body, want := range map[string]struct {
		is   error
		says string
	}{
		`{"success": false, "message": "The package has expired"}`: {workato.ErrRejected, "packages.download: HTTP 200: The package has expired"},
		`{"error": "The package has expired"}`:                     {workato.ErrUnexpectedResponse, "got an error: The package has expired"},
		`{"message": "The package has expired"}`:                   {workato.ErrUnexpectedResponse, "expected a package, got an object: The package has expired"},
	} {
		t.Run("a refusal in place of a package "+body, func(t *testing.T) {
			t.Parallel()
			err := ignore(newClient(t, responding(response{body: body})).Packages.Download(t.Context(), 242, io.Discard, nil))
			require.ErrorIs(t, err, want.is)
			assert.ErrorContains(t, err, want.says)
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

// TestDownloadTargets: an impossible target is detected before anything is
// downloaded, and a link stays a link.
func TestDownloadTargets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	loop, link := filepath.Join(dir, "loop"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("loop", loop))
	require.NoError(t, os.Symlink("target", link))
	c := newClient(t, unreachable(t))
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	require.NoError(t, err)
	defer socket.Close()
	for _, path := range []string{"", dir, loop, socket.Addr().String()} {
		assertRefused(t, ignore(c.Packages.DownloadFile(t.Context(), 242, path, nil)), "path")
	}
	s := &storage{}
	got, err := s.client(t).Packages.DownloadFile(t.Context(), 242, link, nil)
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(dir, "target"))
	require.NoError(t, err)
	assert.Equal(t, got.Size, int64(len(data)))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
}

// TestCutOffDownloadTellsItsCall: errors.As finds the operation.
func TestCutOffDownloadTellsItsCall(t *testing.T) {
	t.Parallel()
	s := &storage{}
	s.serve = func(w http.ResponseWriter, _ *http.Request, _ int) { s.cut(w) }
	_, err := s.client(t).Packages.Download(t.Context(), 242, io.Discard, nil)
	var failed *workato.CallError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "packages.download", failed.Operation)
}
