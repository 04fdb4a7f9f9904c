package transport

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upload sends a body through a transport that responds with 401 at any time,
// and returns how long that took.
func upload(ctx context.Context, open func() (io.ReadCloser, error), transport roundTripper) (*Call, time.Duration) {
	base, _ := url.Parse("https://api.test")
	client := New(Config{Base: base, Transport: transport, Authorize: func(*http.Request) error { return nil }, MaxResponseBytes: 1 << 20, MaxWait: time.Second})
	call := &Call{
		Context: ctx, Method: http.MethodPost, Path: "/api/import", Header: NewHeader(nil), Effect: Create, Source: &Source{Open: open, Size: 9},
	}
	started := time.Now()
	client.Do(call)
	return call, time.Since(started)
}

func unauthorized() *http.Response {
	return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody}
}

// slowReader takes a while for each read and counts the reads.
type slowReader struct {
	takes         time.Duration
	reads, closed atomic.Int32
}

func (r *slowReader) Read(p []byte) (int, error) {
	r.reads.Add(1)
	time.Sleep(r.takes)
	return copy(p, "x"), nil
}

func (r *slowReader) Close() error {
	r.closed.Add(1)
	return nil
}

func opens(r io.ReadCloser) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return r, nil }
}

func TestNothingIsReadAfterTheCall(t *testing.T) {
	t.Parallel()
	lent := new(slowReader)
	var kept *http.Request
	call, _ := upload(t.Context(), opens(lent), func(req *http.Request) (*http.Response, error) {
		kept = req
		_, err := req.Body.Read(make([]byte, 1))
		return unauthorized(), err
	})
	assert.Equal(t, http.StatusUnauthorized, call.Status)
	_, err := kept.Body.Read(make([]byte, 1))
	require.ErrorIs(t, err, errBodyClosed)
	_, err = kept.GetBody()
	require.ErrorIs(t, err, errBodyClosed)
	assert.EqualValues(t, 1, lent.reads.Load())
	assert.EqualValues(t, 1, lent.closed.Load())
}

func TestTheCallWaitsForAReadUnderWay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ takes, want time.Duration }{
		"one that ends":    {maxReadWait / 2, maxReadWait / 2},
		"but not for ever": {time.Hour, maxReadWait},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				lent := &slowReader{takes: row.takes}
				call, took := upload(t.Context(), opens(lent), func(req *http.Request) (*http.Response, error) {
					go func() { _, _ = io.Copy(io.Discard, req.Body) }()
					synctest.Wait()
					return unauthorized(), nil
				})
				assert.Equal(t, http.StatusUnauthorized, call.Status)
				assert.Equal(t, row.want, took)
				time.Sleep(row.takes)
				assert.EqualValues(t, 1, lent.reads.Load())
				assert.EqualValues(t, 1, lent.closed.Load())
			})
		})
	}
}

func TestASourceThatHangsWhileItOpensHoldsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		late := new(slowReader)
		_, took := upload(ctx, func() (io.ReadCloser, error) {
			time.Sleep(time.Hour)
			return late, nil
		}, func(req *http.Request) (*http.Response, error) {
			go func() { _, _ = io.Copy(io.Discard, req.Body) }()
			<-req.Context().Done()
			_ = req.Body.Close()
			return nil, req.Context().Err()
		})
		assert.Equal(t, time.Minute, took)
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.EqualValues(t, 0, late.reads.Load())
		assert.EqualValues(t, 1, late.closed.Load())
	})
}
