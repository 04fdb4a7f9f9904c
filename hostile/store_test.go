package hostile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// zipEndMark is the end record of a zip without a comment, and also a complete
// zip without files.
const zipEndMark = "PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

var aZip = "PK\x03\x04" + strings.Repeat("0123456789", 100) + zipEndMark

// chunked sends a body without its length.
func chunked(body string, headers ...string) response {
	return response{write: func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, body)
	}}
}

// trickles sends a byte a second, for ever.
func trickles(status int, headers ...string) response {
	return response{write: func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, " "); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}}
}

// store is a service with a completed export whose package is on the same host.
func store(t *testing.T, s *server, link string, pkg response) {
	t.Helper()
	s.respond(func(_ int, r *http.Request) response {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			return says(200, fmt.Sprintf(`{"id":242,"status":"completed","download_url":%q}`, s.url+link))
		}
		return pkg
	})
}

func download(ctx context.Context, c *workato.Client, w io.Writer, opts ...workato.CallOption) error {
	_, err := c.Exports.Download(ctx, lentCustomer, 242, w, nil, opts...)
	return err
}

// TestPackageStores: a package is a zip from its first bytes to its end;
// anything else that a store sends is an error and leaves no file.
func TestPackageStores(t *testing.T) {
	t.Parallel()
	promise(t, "accepts only a zip, from its first bytes to its end record, as a package", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t, workato.WithRetry(workato.RetryPolicy{}))
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		_, _ = io.WriteString(zip, aZip)
		require.NoError(t, zip.Close())
		bad := map[string]response{
			"nothing": says(200, ""), "nothing, chunked": chunked(""), "a page": says(200, "\n<!DOCTYPE html>"), "a marked page": says(200, "\ufeff<?xml?>"),
			"an error": says(200, "\n{\"error\":\"x\"}"), "a list": says(200, "[]"), "null": says(200, "null"), "UTF-16": says(200, "\xff\xfe<\x00h\x00"),
			"text": says(200, "Request has expired"), "one byte": says(200, "P"), "gzip": says(200, packed.String()), "tar": says(200, strings.Repeat("\x00", 512)),
			"compressed by the way": says(200, packed.String(), "Content-Encoding", "gzip"), "an unknown coding": says(200, aZip, "Content-Encoding", "br"),
			"no end": chunked(aZip[:500]), "an end cut off": chunked(aZip[:len(aZip)-1]), "no bytes of a file": chunked("PK\x03\x04"),
		}
		for name, pkg := range bad {
			dir := t.TempDir()
			store(t, s, "/a.zip", pkg)
			_, err := c.Exports.DownloadFile(t.Context(), lentCustomer, 242, filepath.Join(dir, "p.zip"), nil)
			require.ErrorIs(t, err, workato.ErrUnexpectedResponse, name)
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left, name)
		}
		for name, pkg := range map[string]response{
			"with its length": says(200, aZip), "without": chunked(aZip), "without files": chunked(zipEndMark), "identity": says(200, aZip, "Content-Encoding",
				"identity"),
			"with a comment": chunked(aZip[:len(aZip)-2] + "\x03\x00abc"), "in bytes": chunked(aZip),
		} {
			store(t, s, "/a.zip", pkg)
			require.NoError(t, download(t.Context(), c, io.Discard), name)
		}
	})

	promise(t, "requests the intended address from the store, blanks included", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		store(t, s, "/p.zip?response-content-disposition=attachment; filename=Acme Package.zip&X-Amz-Signature=abc", says(200, aZip))
		require.NoError(t, download(t.Context(), s.client(t), io.Discard))
		require.Equal(t, "response-content-disposition=attachment;%20filename=Acme%20Package.zip&X-Amz-Signature=abc", s.arrived()[1].query)
	})

	promise(t, "allows an error or a redirect of a store no more time than an attempt", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			for name, pkg := range map[string]response{
				"403": trickles(403), "500": trickles(500), "302": trickles(302, "Location", "/b.zip"),
			} {
				store(t, s, "/a.zip", pkg)
				c := s.client(t, workato.WithAttemptTimeout(10*time.Second), workato.WithRetry(workato.RetryPolicy{}))
				began := time.Now()
				require.Error(t, download(t.Context(), c, io.Discard), name)
				assert.LessOrEqual(t, time.Since(began), time.Minute, name)
			}
		})
	})

	promise(t, "bounds the silence of a store by the Timeout of the http.Client", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			store(t, s, "/a.zip", hangs())
			c := s.client(t, workato.WithHTTPClient(&http.Client{Transport: s.transport, Timeout: 2 * time.Second}), workato.WithRetry(workato.RetryPolicy{}))
			began := time.Now()
			require.ErrorIs(t, download(t.Context(), c, io.Discard), context.DeadlineExceeded)
			require.Equal(t, 2*time.Second, time.Since(began))
		})
	})

	promise(t, "writes files of any name, through symbolic links, and detects an impossible target in advance", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		store(t, s, "/a.zip", says(200, aZip))
		c := s.client(t)
		dir := t.TempDir()
		target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
		require.NoError(t, os.Symlink("target", link))
		for _, path := range []string{filepath.Join(dir, strings.Repeat("n", 255)), link, link} {
			_, err := c.Exports.DownloadFile(t.Context(), lentCustomer, 242, path, nil)
			require.NoError(t, err)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, aZip, string(data))
		}
		info, err := os.Lstat(link)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays")
		require.FileExists(t, target)

		before := len(s.arrived())
		loop := filepath.Join(dir, "loop")
		require.NoError(t, os.Symlink("loop", loop))
		for _, path := range []string{dir, dir + "/", loop, ""} {
			_, err := c.Exports.DownloadFile(t.Context(), lentCustomer, 242, path, nil)
			require.ErrorIs(t, err, workato.ErrInvalidArgument, path)
		}
		require.Len(t, s.arrived(), before)
	})

	promise(t, "leaves no file behind when the caller's progress function panics", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		store(t, s, "/a.zip", says(200, aZip))
		dir := t.TempDir()
		require.Panics(t, func() {
			_, _ = s.client(t).Exports.DownloadFile(t.Context(), lentCustomer, 242, filepath.Join(dir, "p"), &workato.DownloadParams{
				OnProgress: func(int64, int64) { panic("mine") },
			})
		})
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	})

	promise(t, "decompresses a response that a gateway has compressed without being asked", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.transport.DisableCompression = true
		s.script(response{write: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped(goodCustomer))
		}})
		require.NoError(t, getCustomer(t.Context(), s.client(t)))
	})
}
