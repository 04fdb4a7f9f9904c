package workato_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// looks returns a transport that responds to polls of an import with these
// states.
func looks(states ...string) *recorder {
	responses := make([]response, len(states))
	for i, state := range states {
		responses[i] = response{body: `{"id": 251, "operation_type": "import", "status": "` + state + `"}`}
	}
	return responding(responses...)
}

// inBubble runs a test with synthetic time.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func TestImportsWait(t *testing.T) {
	t.Parallel()
	inBubble(t, "progress is reported until it has completed", func(t *testing.T) {
		transport := looks("pending", "in_progress", "in_progress", "completed")
		var seen []workato.ImportStatus
		var times []time.Duration
		started := time.Now()
		got, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{OnUpdate: func(i *workato.Import) {
			seen = append(seen, i.Status)
			times = append(times, time.Since(started))
		}})
		require.NoError(t, err)
		assert.Equal(t, workato.ImportCompleted, got.Status)
		assert.Equal(t, []workato.ImportStatus{"pending", "in_progress", "in_progress", "completed"}, seen)
		assert.Zero(t, times[0], "the first poll is immediate")
		// 1 s, 1.5 s, 2.25 s, each up to a quarter shorter.
		for i, bounds := range [][2]time.Duration{
			{750 * time.Millisecond, time.Second},
			{1125 * time.Millisecond, 1500 * time.Millisecond},
			{1687 * time.Millisecond, 2250 * time.Millisecond},
		} {
			wait := times[i+1] - times[i]
			assert.GreaterOrEqual(t, wait, bounds[0])
			assert.LessOrEqual(t, wait, bounds[1])
		}
		for _, req := range transport.all() {
			assert.Equal(t, "/api/managed_users/98178/imports/251", req.Path)
		}
	})

	inBubble(t, "intervals grow to a maximum", func(t *testing.T) {
		states := append(slices.Repeat([]string{"in_progress"}, 60), "succeeded")
		var last time.Time
		var longest time.Duration
		_, err := newClient(t, looks(states...)).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{
			MinInterval: 2 * time.Second, MaxInterval: 5 * time.Second,
			OnUpdate: func(*workato.Import) {
				if !last.IsZero() {
					longest = max(longest, time.Since(last))
					assert.GreaterOrEqual(t, time.Since(last), 1500*time.Millisecond)
				}
				last = time.Now()
			},
		})
		require.NoError(t, err)
		assert.LessOrEqual(t, longest, 5*time.Second)
		assert.Greater(t, longest, 3750*time.Millisecond)
	})

	inBubble(t, "intervals of which one and a half are more than a Duration holds", func(t *testing.T) {
		const century = math.MaxInt64/3 + 1
		started := time.Now()
		_, err := newClient(t, looks("in_progress", "in_progress", "completed")).Imports.Wait(t.Context(), customerID, 251,
			&workato.ImportWaitParams{MinInterval: century, MaxWait: math.MaxInt64})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(started), time.Duration(century/4*3*2))
	})

	inBubble(t, "a first interval beyond the usual longest one", func(t *testing.T) {
		started := time.Now()
		_, err := newClient(t, looks("in_progress", "completed")).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{MinInterval: time.Minute})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(started), 45*time.Second)
	})

	inBubble(t, "polls are not in step", func(t *testing.T) {
		states := append(slices.Repeat([]string{"in_progress"}, 20), "completed")
		waits := map[time.Duration]bool{}
		last := time.Now()
		_, err := newClient(t, looks(states...)).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{
			MinInterval: 4 * time.Second, MaxInterval: 4 * time.Second,
			OnUpdate: func(*workato.Import) {
				waits[time.Since(last)] = true
				last = time.Now()
			},
		})
		require.NoError(t, err)
		assert.Greater(t, len(waits), 2) // the wait before the first poll is 0
	})

	for _, state := range []string{"failed", "error", "stopped"} {
		inBubble(t, state+" is an error", func(t *testing.T) {
			transport := responding(response{body: `{"id": 251, "status": "in_progress"}`},
				response{body: `{"id": 251, "status": "` + state + `", "error": "folder is missing"}`})
			seen := 0
			_, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{OnUpdate: func(*workato.Import) { seen++ }})
			var failed *workato.ImportFailedError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, "folder is missing", failed.Import.Error)
			assert.Equal(t, workato.ImportStatus(state), failed.Import.Status)
			assert.Equal(t, 2, seen)
			var general *workato.FailedError[workato.Import]
			require.ErrorAs(t, err, &general, "as with other waits")
			assert.Equal(t, failed.Import, general.Last)
			assert.Equal(t, err.Error(), general.Error())
			var apiErr *workato.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, 200, apiErr.StatusCode)
		})
	}

	inBubble(t, "recipes that were not restarted", func(t *testing.T) {
		body := fixture(t, "imports/completed.json")
		got, err := newClient(t, responding(response{body: body})).Imports.Wait(t.Context(), customerID, 251, nil)
		require.NoError(t, err, "are not an error")
		assert.Len(t, got.NotRestarted(), 2)
		_, err = newClient(t, responding(response{body: body})).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{RequireRestarted: true})
		var failed *workato.ImportFailedError
		require.ErrorAs(t, err, &failed, "unless asked for")
		assert.ErrorContains(t, err, "recipes not restarted: 2, the first is 12346 (stopped)")
		_, err = newClient(t, looks("completed")).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{RequireRestarted: true})
		assert.NoError(t, err)
	})

	inBubble(t, "an unknown state counts as not ended", func(t *testing.T) {
		got, err := newClient(t, looks("queued_somewhere", "", "completed")).Imports.Wait(t.Context(), customerID, 251, nil)
		require.NoError(t, err)
		assert.Equal(t, workato.ImportCompleted, got.Status)
	})

	inBubble(t, "MaxWait", func(t *testing.T) {
		started := time.Now()
		got, err := newClient(t, looks("in_progress")).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{MaxWait: 90 * time.Second})
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it was not the caller's")
		assert.Equal(t, 90*time.Second, time.Since(started))
		assert.ErrorContains(t, err, "1m30s")
		var waitErr *workato.WaitError[workato.Import]
		require.ErrorAs(t, err, &waitErr)
		assert.Equal(t, workato.ImportInProgress, waitErr.Last.Status)
		assert.Equal(t, waitErr.Last, got)
	})

	inBubble(t, "MaxWait during a poll", func(t *testing.T) {
		silent := roundTrip(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		_, err := newClient(t, silent).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{MaxWait: 5 * time.Second})
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it was not the caller's")
		var waitErr *workato.WaitError[workato.Import]
		require.ErrorAs(t, err, &waitErr)
		assert.Nil(t, waitErr.Last)
	})

	inBubble(t, "deadline of the context", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		_, err := newClient(t, looks("in_progress")).Imports.Wait(ctx, customerID, 251, &workato.ImportWaitParams{MaxWait: time.Hour})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, workato.ErrWaitTimeout)
		var waitErr *workato.WaitError[workato.Import]
		require.ErrorAs(t, err, &waitErr)
		assert.Equal(t, workato.ImportInProgress, waitErr.Last.Status)
	})

	inBubble(t, "cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := newClient(t, looks("in_progress")).Imports.Wait(ctx, customerID, 251, &workato.ImportWaitParams{OnUpdate: func(*workato.Import) { cancel() }})
		require.ErrorIs(t, err, context.Canceled)
	})

	inBubble(t, "thirty minutes if nothing else bounds it", func(t *testing.T) {
		started := time.Now()
		_, err := newClient(t, looks("in_progress")).Imports.Wait(t.Context(), customerID, 251, nil)
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		assert.Equal(t, 30*time.Minute, time.Since(started))
	})

	inBubble(t, "a deadline alone bounds it", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		started := time.Now()
		_, err := newClient(t, looks("in_progress")).Imports.Wait(ctx, customerID, 251, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 2*time.Hour, time.Since(started))
	})

	inBubble(t, "transient errors are skipped polls", func(t *testing.T) {
		broken := errors.New("line is down")
		steady := responding(
			response{body: `{"id": 251, "status": "in_progress"}`}, response{status: 502, body: "<html>"}, response{}, response{status: 429}, response{body: "<html>"},
			response{status: 503}, response{body: `{"id": 251, "status": "completed"}`},
		)
		transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
			if number == 3 {
				return nil, broken
			}
			return steady.respond(number, req)
		}}
		got, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, nil)
		require.NoError(t, err)
		assert.Equal(t, workato.ImportCompleted, got.Status)
		assert.Len(t, transport.all(), 7)
	})

	inBubble(t, "the last failed poll is reported", func(t *testing.T) {
		transport := responding(response{body: `{"id": 251, "status": "in_progress"}`}, response{status: 503, body: `{"message": "down for the night"}`})
		_, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{MaxWait: time.Minute})
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		require.ErrorIs(t, err, workato.ErrServer)
		assert.EqualError(t, err, "workato: waiting with imports.get for 251: maximum wait used up (1m0s); last poll: HTTP 503: down for the night")
	})

	for status, class := range map[int]error{401: workato.ErrUnauthorized, 403: workato.ErrForbidden, 404: workato.ErrNotFound, 400: workato.ErrBadRequest} {
		inBubble(t, "permanent: "+class.Error(), func(t *testing.T) {
			transport := responding(response{body: `{"id": 251, "status": "in_progress"}`}, response{status: status})
			got, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, nil)
			require.ErrorIs(t, err, class)
			assert.NotErrorIs(t, err, workato.ErrWaitTimeout)
			var waitErr *workato.WaitError[workato.Import]
			require.ErrorAs(t, err, &waitErr)
			assert.Equal(t, workato.ImportInProgress, waitErr.Last.Status)
			assert.Equal(t, waitErr.Last, got)
			assert.Len(t, transport.all(), 2)
			assert.True(t, strings.HasPrefix(err.Error(), fmt.Sprintf("workato: waiting with imports.get for 251: HTTP %d", status)), err)
		})
	}

	inBubble(t, "can be resumed", func(t *testing.T) {
		transport := looks("in_progress", "in_progress", "in_progress", "in_progress", "completed")
		c := newClient(t, transport)
		_, err := c.Imports.Wait(t.Context(), customerID, 251, &workato.ImportWaitParams{MaxWait: 2 * time.Second})
		var waitErr *workato.WaitError[workato.Import]
		require.ErrorAs(t, err, &waitErr)
		got, err := c.Imports.Wait(t.Context(), customerID, waitErr.Last.ID, nil)
		require.NoError(t, err)
		assert.Equal(t, workato.ImportCompleted, got.Status)
	})

	inBubble(t, "options of the call apply to every poll", func(t *testing.T) {
		transport := looks("in_progress", "completed")
		_, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 251, nil, workato.WithHeader("X-Trace", "a"))
		require.NoError(t, err)
		for _, req := range transport.all() {
			assert.Equal(t, "a", req.Header.Get("X-Trace"))
		}
	})
}
