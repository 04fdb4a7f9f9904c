package workato_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// limiter is a Limiter and LimitObserver of two functions.
type limiter struct {
	wait    func(context.Context, workato.Operation) error
	observe func(workato.Operation, int, time.Duration)
}

func (l limiter) Wait(ctx context.Context, op workato.Operation) error { return l.wait(ctx, op) }

func (l limiter) Observe(op workato.Operation, status int, retryAfter time.Duration) {
	l.observe(op, status, retryAfter)
}

func TestLimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var events []string
		transport := responding(response{status: 429, header: http.Header{"Retry-After": {"7"}}}, response{status: 503}, response{body: `{"id": 1}`})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}), workato.WithLimiter(limiter{
			wait: func(_ context.Context, op workato.Operation) error {
				events = append(events, fmt.Sprintf("wait %s %d", op.Name, len(transport.all())))
				return nil
			},
			observe: func(op workato.Operation, status int, retryAfter time.Duration) {
				events = append(events, fmt.Sprintf("observe %s %d %v", op.Name, status, retryAfter))
			},
		}))
		require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
		assert.Equal(t, []string{
			"wait managed_users.get 0", "observe managed_users.get 429 7s", "wait managed_users.get 1", "observe managed_users.get 503 0s",
			"wait managed_users.get 2", "observe managed_users.get 200 0s",
		}, events)
	})
}

// TestLimiterObservesOnlyResponses: a limiter that only paces works too.
func TestLimiterObservesOnlyResponses(t *testing.T) {
	t.Parallel()
	asked := 0
	l := limiter{
		wait:    func(context.Context, workato.Operation) error { asked++; return nil },
		observe: func(_ workato.Operation, status int, _ time.Duration) { t.Errorf("observed %d", status) },
	}
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("line is down") })
	for _, limiter := range []workato.Limiter{l, struct{ workato.Limiter }{l}} {
		require.Error(t, ignore(newClient(t, down, workato.WithLimiter(limiter)).ManagedUsers.Get(t.Context(), customerID, workato.WithoutRetry())))
	}
	assert.Equal(t, 2, asked)
}

func TestLimiterGivesUp(t *testing.T) {
	t.Parallel()
	exhausted := errors.New("quota of the day is used up")
	refuse := func(after int) workato.Option {
		asked := 0
		return workato.WithLimiter(limiter{
			wait: func(context.Context, workato.Operation) error {
				if asked++; asked > after {
					return exhausted
				}
				return nil
			},
			observe: func(workato.Operation, int, time.Duration) {},
		})
	}
	retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, MinWait: 1, MaxWait: 1})
	t.Run("at once", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, unreachable(t), retry, refuse(0)).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
		require.ErrorIs(t, err, workato.ErrLimiter)
		require.ErrorIs(t, err, exhausted)
		assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	})
	t.Run("before a repeat", func(t *testing.T) {
		t.Parallel()
		transport := responding(response{status: 503, body: `{"message": "busy"}`})
		err := ignore(newClient(t, transport, retry, refuse(1)).ManagedUsers.Get(t.Context(), customerID))
		require.ErrorIs(t, err, workato.ErrLimiter)
		require.ErrorIs(t, err, exhausted)
		require.ErrorIs(t, err, workato.ErrServer, "and what the service said last")
		assert.ErrorContains(t, err, "busy")
		transport.only(t)
	})
	t.Run("context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		c := newClient(t, unreachable(t), workato.WithLimiter(limiter{wait: func(ctx context.Context, _ workato.Operation) error {
			cancel()
			return ctx.Err()
		}}))
		err := ignore(c.ManagedUsers.Get(ctx, customerID))
		require.ErrorIs(t, err, workato.ErrLimiter)
		assert.ErrorIs(t, err, context.Canceled)
	})
}
