package workato_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// busy responds with 429 and a Retry-After, then with success.
func busy(retryAfter string) *recorder {
	return responding(response{status: 429, header: http.Header{"Retry-After": {retryAfter}}}, response{body: `{"id": 1}`})
}

func patient(t *testing.T, transport http.RoundTripper) *workato.Client {
	t.Helper()
	return newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}))
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	date := func(ahead time.Duration) func() string {
		return func() string { return time.Now().UTC().Add(ahead).Format(http.TimeFormat) }
	}
	text := func(s string) func() string { return func() string { return s } }
	for _, tc := range []struct {
		name     string
		header   func() string
		from, to time.Duration
	}{
		{"seconds", text("17"), 17 * time.Second, 17 * time.Second},
		{"seconds with a fraction", text("1.5"), 1500 * time.Millisecond, 1500 * time.Millisecond},
		{"the cap itself", text("60"), time.Minute, time.Minute},
		{"a date", date(23 * time.Second), 23 * time.Second, 23 * time.Second},
		{"a date that has passed", date(-time.Hour), 0, 500 * time.Millisecond},
		{"nothing", text(""), 0, 500 * time.Millisecond},
		{"zero", text("0"), 0, 500 * time.Millisecond},
		{"negative", text("-5"), 0, 500 * time.Millisecond},
		{"nonsense", text("soon"), 0, 500 * time.Millisecond},
	} {
		inBubble(t, tc.name, func(t *testing.T) {
			for _, create := range []bool{false, true} { // nothing was done, so a Create is retried too
				transport := busy(tc.header())
				c := patient(t, transport)
				started := time.Now()
				var err error
				if create {
					_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
				} else {
					_, err = c.ManagedUsers.Get(t.Context(), customerID)
				}
				require.NoError(t, err)
				assert.GreaterOrEqual(t, time.Since(started), tc.from)
				assert.LessOrEqual(t, time.Since(started), tc.to)
				assert.Len(t, transport.all(), 2)
			}
		})
	}
}

// TestRetryAfterThatIsTooLong: the caller gets the response at once instead of
// a late error.
func TestRetryAfterThatIsTooLong(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		header   string
		deadline time.Duration
	}{
		{"beyond the cap", "61", 0},
		{"beyond any number", "1e300", 0},
		{"beyond 64 bits", "99999999999999999999", 0},
		{"a date beyond the cap", "Fri, 31 Dec 9999 23:59:59 GMT", 0},
		{"beyond the deadline", "30", 20 * time.Second},
		{"up to the deadline", "20", 20 * time.Second},
	} {
		inBubble(t, tc.name, func(t *testing.T) {
			transport := busy(tc.header)
			ctx := t.Context()
			if tc.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tc.deadline)
				defer cancel()
			}
			started := time.Now()
			_, err := patient(t, transport).ManagedUsers.Get(ctx, customerID)
			require.ErrorIs(t, err, workato.ErrRateLimited)
			assert.NotErrorIs(t, err, context.DeadlineExceeded)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			assert.Zero(t, time.Since(started))
			transport.only(t)
			var apiErr *workato.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Greater(t, apiErr.RetryAfter, 19*time.Second, "the caller can wait by itself")
		})
	}
}

func TestRetryAfterOfAServerThatIsDown(t *testing.T) {
	t.Parallel()
	inBubble(t, "503", func(t *testing.T) {
		transport := responding(response{status: 503, header: http.Header{"Retry-After": {"9"}}}, response{body: `{"id": 1}`})
		started := time.Now()
		_, err := patient(t, transport).ManagedUsers.Get(t.Context(), customerID)
		require.NoError(t, err)
		assert.Equal(t, 9*time.Second, time.Since(started))
	})
}

// TestWaitThatIsCutShort: the error has both the cause and the last response of
// the service.
func TestWaitThatIsCutShort(t *testing.T) {
	t.Parallel()
	inBubble(t, "cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		started := time.Now()
		_, err := patient(t, busy("30")).ManagedUsers.Get(ctx, customerID)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, workato.ErrRateLimited)
		assert.Equal(t, 5*time.Second, time.Since(started))
	})
	inBubble(t, "a refused create made nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		_, err := patient(t, busy("30")).Folders.Create(ctx, customerID, &workato.FolderCreateParams{Name: "x"})
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	})
}

func TestBackoffGrowsAndIsCapped(t *testing.T) {
	t.Parallel()
	inBubble(t, "upper bounds", func(t *testing.T) {
		var waits []time.Duration
		c := newClient(t, responding(response{status: 503}), workato.WithRetry(workato.RetryPolicy{MaxRetries: 6, MinWait: time.Second, MaxWait: 5 * time.Second}),
			workato.WithHook(hook{attempt: func(context.Context, workato.Operation, int) (context.Context, func(workato.AttemptResult)) {
				return nil, func(r workato.AttemptResult) { waits = append(waits, r.Wait) }
			}}))
		started := time.Now()
		require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
		require.Len(t, waits, 7)
		var total time.Duration
		for i, bound := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second, 0} {
			assert.LessOrEqual(t, waits[i], bound)
			total += waits[i]
		}
		assert.Equal(t, total, time.Since(started), "the reported wait is the actual one")
		assert.Positive(t, total)
	})
}
