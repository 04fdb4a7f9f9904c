package workato_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// switching responds with 503 until the service is set to healthy.
type switching struct {
	healthy  atomic.Bool
	requests atomic.Int64
}

func (s *switching) RoundTrip(req *http.Request) (*http.Response, error) {
	s.requests.Add(1)
	status, body := http.StatusServiceUnavailable, `{"message":"maintenance"}`
	if s.healthy.Load() {
		status, body = http.StatusOK, `{"result":[]}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// TestRetryBudget counts the retries that a fleet sends to a service that fails
// everything: no more than the budget, however many calls there are.
func TestRetryBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const (
			goroutines, calls = 50, 20
			budget            = 30
		)
		service := new(switching)
		client, err := workato.NewClient(workato.WithAPIToken("test-token"),
			workato.WithHTTPClient(&http.Client{Transport: service}),
			workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, Budget: budget}))
		require.NoError(t, err)
		derived, err := client.With(workato.WithUserAgent("derived"))
		require.NoError(t, err)

		var fleet sync.WaitGroup
		var told atomic.Int64
		for i := range goroutines {
			own := client
			if i%2 == 1 {
				own = derived // shares the budget
			}
			fleet.Go(func() {
				for range calls {
					_, err := own.Connections.List(t.Context(), workato.AccountID(1), nil)
					assert.ErrorIs(t, err, workato.ErrServer)
					if strings.Contains(err.Error(), "retry budget") {
						told.Add(1)
					}
				}
			})
		}
		fleet.Wait()
		assert.EqualValues(t, goroutines*calls+budget, service.requests.Load())
		assert.GreaterOrEqual(t, told.Load(), int64(goroutines*calls-budget), "errors name the budget")

		// Ten successes earn one retry.
		service.healthy.Store(true)
		for range 10 {
			_, err := client.Connections.List(t.Context(), workato.AccountID(1), nil)
			require.NoError(t, err)
		}
		service.healthy.Store(false)
		before := service.requests.Load()
		for range 5 {
			_, err := client.Connections.List(t.Context(), workato.AccountID(1), nil)
			require.Error(t, err)
		}
		assert.EqualValues(t, 5+1, service.requests.Load()-before)
	})
}

// TestRetryWithoutBudget shows that there is no budget by default.
func TestRetryWithoutBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := new(switching)
		client, err := workato.NewClient(workato.WithAPIToken("test-token"),
			workato.WithHTTPClient(&http.Client{Transport: service}))
		require.NoError(t, err)
		for range 50 {
			_, err := client.Connections.List(t.Context(), workato.AccountID(1), nil)
			require.Error(t, err)
		}
		assert.EqualValues(t, 50*4, service.requests.Load())
	})
}

// TestRetryBudgetIsNotForAQuota: a 429 after which the limiter holds the call back is
// no retry that the budget counts.
func TestRetryBudgetIsNotForAQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := response{status: 429, header: http.Header{"Retry-After": {"1"}}}
		transport := responding(full, full, full, full, response{body: `{"id": 1}`})
		client := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, Budget: 1}), workato.WithLimiter(limiter{
			wait:    func(context.Context, workato.Operation) error { return nil },
			observe: func(workato.Operation, int, time.Duration) {},
		}))
		_, err := client.ManagedUsers.Get(t.Context(), customerID)
		require.NoError(t, err)
		assert.Len(t, transport.all(), 5)
	})
}
