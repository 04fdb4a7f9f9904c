package workato_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestDownloadTimes lets the store go silent.
func TestDownloadTimes(t *testing.T) {
	t.Parallel()
	zip := string(zipOf(2000))
	// slow sends a part of the package at intervals.
	slow := func(every time.Duration, silentAfter int) *recorder {
		return &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
			if req.URL.Host != "store.example.com" {
				return response{body: `{"id": 242, "status": "completed", "download_url": "https://store.example.com/a.zip"}`}.response(req), nil
			}
			resp := response{body: zip}.response(req)
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
			require.ErrorContains(t, err, "cut off after 300 of 2000 bytes: no response within 7s")
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

// countingLimiter records which operations were paced and which responses it
// saw.
type countingLimiter struct{ paced, seen []string }

func (l *countingLimiter) Wait(_ context.Context, op workato.Operation) error {
	l.paced = append(l.paced, op.Name)
	return nil
}

func (l *countingLimiter) Observe(op workato.Operation, status int, _ time.Duration) {
	l.seen = append(l.seen, fmt.Sprint(op.Name, " ", status))
}

// callHook records how operations ended.
type callHook struct{ ended []string }

func (h *callHook) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	return ctx, func(err error) { h.ended = append(h.ended, fmt.Sprint(op.Name, " ", err)) }
}

func (h *callHook) Attempt(ctx context.Context, _ workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, nil
}

// TestDownloadIsWatched: the service is paced and not the store, and a success
// counts as no failure.
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
