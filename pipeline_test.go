package workato_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// roundTripFunc is a transport made of a function.
type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestTransportWithoutResponse: a transport that breaks its contract causes an
// error, not a panic, and the outcome of a create is unknown.
func TestTransportWithoutResponse(t *testing.T) {
	t.Parallel()
	client := newClient(t, roundTripFunc(func(*http.Request) (*http.Response, error) {
		return nil, nil //nolint:nilnil // what is tested
	}), workato.WithRetry(workato.RetryPolicy{}))
	_, err := client.Connections.List(t.Context(), workato.AccountID(1), nil)
	require.ErrorContains(t, err, "neither a response nor an error")
	_, err = client.Folders.Create(t.Context(), workato.AccountID(1), &workato.FolderCreateParams{Name: "Invoices"})
	require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
}

// TestTimeoutWithinTheBody: a response that begins and then stalls is cut off,
// and the error says both that the server responded and that time ran out.
func TestTimeoutWithinTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, roundTripFunc(func(req *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: stalled{req.Context()}, ContentLength: 100}, nil
		}), workato.WithAttemptTimeout(10*time.Second), workato.WithRetry(workato.RetryPolicy{}))
		started := time.Now()
		_, err := client.Connections.List(t.Context(), workato.AccountID(1), nil)
		require.ErrorContains(t, err, "status 200 was cut off: no response within 10s")
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 10*time.Second, time.Since(started))
	})
}

// stalled is a body that sends nothing before its context ends.
type stalled struct{ ctx context.Context } //nolint:containedctx // a body has nothing else to wait for

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (stalled) Close() error { return nil }

var _ io.ReadCloser = stalled{}
