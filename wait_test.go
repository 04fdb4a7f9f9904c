package workato_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// waiter is a Wait method with its end states.
type waiter struct {
	what      string
	key       string
	good, bad []string
	// wait returns the state that was last seen.
	wait func(ctx context.Context, c *workato.Client, limit time.Duration, saw func(string)) (string, error)
	// failed returns the state and the error of a failed end, last the state of a
	// wait that ended first.
	failed func(error) (string, *workato.APIError)
	last   func(error) (string, bool)
}

func newWaiter[T any](what, key string, state func(*T) string, good, bad []string, wait func(context.Context, *workato.Client, *workato.WaitParams[T]) (*T,
	error),
) waiter {
	return waiter{
		what: what, key: key, good: good, bad: bad,
		wait: func(ctx context.Context, c *workato.Client, limit time.Duration, saw func(string)) (string, error) {
			last, err := wait(ctx, c, &workato.WaitParams[T]{MaxWait: limit, OnUpdate: func(v *T) { saw(state(v)) }})
			if last == nil {
				return "", err
			}
			return state(last), err
		},
		failed: func(err error) (string, *workato.APIError) {
			if failed, ok := err.(*workato.FailedError[T]); ok { //nolint:errorlint // the very type is promised
				return state(failed.Last), failed.Err
			}
			return "", nil
		},
		last: func(err error) (string, bool) {
			wait, ok := err.(*workato.WaitError[T]) //nolint:errorlint // the very type is promised
			if !ok || wait.Last == nil {
				return "", ok
			}
			return state(wait.Last), true
		},
	}
}

var waiters = []waiter{
	newWaiter("export 7", "status", func(e *workato.Export) string { return string(e.Status) },
		[]string{"completed", "succeeded"}, []string{"failed", "error", "stopped"},
		func(ctx context.Context, c *workato.Client, p *workato.WaitParams[workato.Export]) (*workato.Export, error) {
			return c.Exports.Wait(ctx, customerID, 7, p)
		}),
	newWaiter("export 7", "status", func(e *workato.Export) string { return string(e.Status) },
		[]string{"completed"}, []string{"failed"},
		func(ctx context.Context, c *workato.Client, p *workato.WaitParams[workato.Export]) (*workato.Export, error) {
			return c.Packages.Wait(ctx, 7, p)
		}),
	newWaiter("build 7", "state", func(b *workato.ProjectBuild) string { return string(b.State) },
		[]string{"success", "succeeded", "completed"}, []string{"failed", "failure", "error"},
		func(ctx context.Context, c *workato.Client, p *workato.WaitParams[workato.ProjectBuild]) (*workato.ProjectBuild, error) {
			return c.Deployments.WaitBuild(ctx, customerID, 7, p)
		}),
	newWaiter("deployment 7", "state", func(d *workato.Deployment) string { return string(d.State) },
		[]string{"success", "succeeded"}, []string{"failed", "failure"},
		func(ctx context.Context, c *workato.Client, p *workato.WaitParams[workato.Deployment]) (*workato.Deployment, error) {
			return c.Deployments.Wait(ctx, customerID, 7, p)
		}),
	newWaiter("test run 7", "status", func(r *workato.TestRun) string { return string(r.Status) },
		[]string{"completed"}, []string{"failed", "error", "stopped"},
		func(ctx context.Context, c *workato.Client, p *workato.WaitParams[workato.TestRun]) (*workato.TestRun, error) {
			return c.TestCases.WaitRun(ctx, customerID, "7", p)
		}),
}

func (w *waiter) response(state string) response {
	return response{body: fmt.Sprintf(`{"id": 7, %q: %q, "error": "a recipe is\nmissing"}`, w.key, state)}
}

func TestWaiters(t *testing.T) {
	t.Parallel()
	for _, w := range waiters {
		t.Run(w.what, func(t *testing.T) {
			t.Parallel()
			for _, end := range w.good {
				synctest.Test(t, func(t *testing.T) {
					transport := responding(w.response("pending"), response{status: 503}, w.response("moon_phase"), response{body: "<html>"}, w.response(end))
					var seen []string
					last, err := w.wait(t.Context(), newClient(t, transport), 0, func(state string) { seen = append(seen, state) })
					require.NoError(t, err)
					assert.Equal(t, end, last)
					assert.Equal(t, []string{"pending", "moon_phase", end}, seen, "a failed poll is skipped")
					assert.Len(t, transport.all(), 5)
				})
			}
			for _, end := range w.bad {
				synctest.Test(t, func(t *testing.T) {
					_, err := w.wait(t.Context(), newClient(t, responding(w.response("pending"), w.response(end))), 0, func(string) {})
					state, apiErr := w.failed(err)
					require.NotNil(t, apiErr, "%v", err)
					assert.Equal(t, end, state)
					assert.Equal(t, "workato: "+w.what+": "+end+": a recipe is missing", err.Error())
					assert.Equal(t, http.StatusOK, apiErr.StatusCode)
					var same *workato.APIError
					require.ErrorAs(t, err, &same)
					assert.Same(t, apiErr, same)
				})
			}
		})
	}
}

func TestWaitersEndAndGoOn(t *testing.T) {
	t.Parallel()
	for _, w := range waiters {
		t.Run(w.what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				transport := responding(w.response("pending"))
				c := newClient(t, transport)
				_, err := w.wait(t.Context(), c, time.Hour, func(string) {})
				require.ErrorIs(t, err, workato.ErrWaitTimeout)
				assert.Equal(t, time.Hour, time.Since(began))
				state, ok := w.last(err)
				assert.True(t, ok)
				assert.Equal(t, "pending", state)
				assert.Less(t, len(transport.all()), 330, "the interval grows to 15 s")

				began = time.Now()
				_, err = w.wait(t.Context(), c, 0, func(string) {})
				require.ErrorIs(t, err, workato.ErrWaitTimeout)
				assert.Equal(t, 30*time.Minute, time.Since(began), "every wait is bounded")

				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Second, cancel)
				_, err = w.wait(ctx, c, 0, func(string) {})
				require.ErrorIs(t, err, context.Canceled)

				_, err = w.wait(t.Context(), newClient(t, responding(w.response("pending"), response{status: 404, body: `{"message": "Not found"}`})), 0, func(string) {})
				require.ErrorIs(t, err, workato.ErrNotFound, "a deleted object does not come back")
				_, ok = w.last(err)
				assert.True(t, ok)

				// The token goes bad after the first poll.
				asked := 0
				c, err = workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: responding(w.response("pending"))}),
					workato.WithTokenSource(func(context.Context) (string, error) { asked++; return strings.Repeat("x", 2-asked), nil }))
				require.NoError(t, err)
				_, err = w.wait(t.Context(), c, 0, func(string) {})
				require.ErrorIs(t, err, workato.ErrInvalidArgument)
				state, ok = w.last(err)
				assert.True(t, ok)
				assert.Equal(t, "pending", state, "the last state is not lost")

				_, err = w.wait(t.Context(), newClient(t, unreachable(t)), -1, func(string) {})
				require.ErrorIs(t, err, workato.ErrInvalidArgument)
			})
		})
	}
}
