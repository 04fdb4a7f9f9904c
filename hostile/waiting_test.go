package hostile_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// inBubbles runs a check in virtual time over both protocols. The server is
// real, its connections are pipes.
func inBubbles(t *testing.T, check func(t *testing.T, s *server)) {
	t.Helper()
	overProtocols(t, func(t *testing.T, proto string) {
		if proto == "HTTP/2" && !bubblesTakeHTTP2 {
			t.Skip("the HTTP/2 server of Go 1.25 shares channels between bubbles")
		}
		synctest.Test(t, func(t *testing.T) { check(t, newPipeServer(t, proto)) })
	})
}

// patient is a policy that never runs out of attempts.
var patient = workato.WithRetry(workato.RetryPolicy{MaxRetries: 1 << 20, MinWait: 10 * time.Millisecond, MaxWait: 50 * time.Millisecond})

// both requires that an error is the context's and keeps the last response.
func both(t *testing.T, err, context error, status int, words string) {
	t.Helper()
	require.ErrorIs(t, err, context)
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	require.Equal(t, status, apiErr.StatusCode)
	require.Equal(t, words, apiErr.Message)
	require.ErrorContains(t, err, words)
}

// TestWaiting: waiting never hides the reason and never outlives the caller. It
// runs in virtual time, exact to the nanosecond.
func TestWaiting(t *testing.T) {
	t.Parallel()
	const maintenance = "maintenance until 04:00"
	busy := says(503, `{"message":"`+maintenance+`"}`)

	promise(t, "ends on time when every response is 503, with the deadline and the last response", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(busy)
			for _, call := range operations() {
				ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
				started := time.Now()
				err := call.run(ctx, s.client(t, patient))
				cancel()
				if call.Effect == workato.Create {
					require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
					require.Less(t, time.Since(started), 150*time.Millisecond)
					continue
				}
				require.Equal(t, 150*time.Millisecond, time.Since(started), call.name)
				both(t, err, context.DeadlineExceeded, 503, maintenance)
			}
		})
	})

	promise(t, "keeps the last response when the deadline or a cancel ends a later attempt", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(busy, hangs())
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, mark := marked("deadline", 1)
			err := typed("connections.list").run(ctx, s.client(t, patient), mark)
			both(t, err, context.DeadlineExceeded, 503, maintenance)

			ctx, cancel = context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			_, mark = marked("cancel", 1)
			err = typed("connections.update").run(ctx, s.client(t, patient), mark)
			both(t, err, context.Canceled, 503, maintenance)
		})
	})

	promise(t, "returns a 429 at once when it asks for a wait of an hour, with or without a deadline", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			date := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
			for _, header := range []string{"3600", "1743444000", "99999999999999999999", "1e300", date} {
				s.script(says(429, `{"message":"quota used up"}`, "Retry-After", header))
				for _, call := range operations() {
					ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
					started := time.Now()
					errShort, errLong := call.run(ctx, s.client(t)), call.run(t.Context(), s.client(t))
					cancel()
					require.Zero(t, time.Since(started), call.name)
					for _, err := range []error{errShort, errLong} {
						require.ErrorIs(t, err, workato.ErrRateLimited)
						require.NotErrorIs(t, err, context.DeadlineExceeded)
						require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
						var apiErr *workato.APIError
						require.ErrorAs(t, err, &apiErr)
						require.GreaterOrEqual(t, apiErr.RetryAfter, time.Hour-time.Second)
						require.Equal(t, 1, apiErr.Attempts)
					}
				}
			}
		})
	})

	promise(t, "returns a 429 at once when its wait does not fit before the deadline", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(429, ``, "Retry-After", "5"))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			started := time.Now()
			require.ErrorIs(t, typed("folders.create").run(ctx, s.client(t)), workato.ErrRateLimited)
			require.Zero(t, time.Since(started))
			require.Len(t, s.arrived(), 1)
		})
	})

	promise(t, "obeys a Retry-After below the cap to the second, as seconds and as a date", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			policy := workato.WithRetry(workato.RetryPolicy{MaxRetries: 3, MinWait: time.Millisecond, MaxWait: time.Minute})
			for i, status := range []int{429, 503, 408} {
				s.script(says(status, ``, "Retry-After", "7"), says(200, goodCustomer))
				started := time.Now()
				_, mark := marked("seconds", i)
				require.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t, policy), mark))
				require.Equal(t, 7*time.Second, time.Since(started))

				at := time.Now().Add(9 * time.Second).UTC().Truncate(time.Second)
				s.script(says(status, ``, "Retry-After", at.Format(http.TimeFormat)), says(200, goodCustomer))
				_, mark = marked("date", i)
				require.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t, policy), mark))
				require.False(t, time.Now().Before(at))
				require.WithinDuration(t, at, time.Now(), time.Second)
			}
		})
	})

	promise(t, "ignores a Retry-After that is invalid or in the past", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			for i, header := range []string{"-5", "0", "soon", "NaN", "", "Thu, 01 Jan 1970 00:00:00 GMT"} {
				s.script(says(429, ``, "Retry-After", header), says(200, goodCustomer))
				started := time.Now()
				_, mark := marked("header", i)
				require.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t), mark), header)
				require.LessOrEqual(t, time.Since(started), time.Millisecond)
			}
		})
	})

	promise(t, "waits no longer than the policy says, and not always the same", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(busy)
			var waits []time.Duration
			hook := hookFunc(func(r workato.AttemptResult) {
				if r.WillRetry {
					waits = append(waits, r.Wait)
				}
			})
			policy := workato.WithRetry(workato.RetryPolicy{MaxRetries: 40, MinWait: time.Second, MaxWait: 10 * time.Second})
			require.Error(t, typed("managed_users.get").run(t.Context(), s.client(t, policy, workato.WithHook(hook))))
			require.Len(t, waits, 40)
			different := map[time.Duration]bool{}
			for i, wait := range waits {
				require.LessOrEqual(t, wait, min(10*time.Second, time.Second<<min(i, 10)))
				different[wait] = true
			}
			require.Greater(t, len(different), 35)
		})
	})

	promise(t, "ends a wait at once when the caller cancels, with the last response", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(503, `{"message":"`+maintenance+`"}`, "Retry-After", "50"))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(2*time.Second, cancel)
			started := time.Now()
			err := typed("connections.delete").run(ctx, s.client(t, workato.WithRetry(workato.RetryPolicy{MaxRetries: 9})))
			require.Equal(t, 2*time.Second, time.Since(started))
			both(t, err, context.Canceled, 503, maintenance)
		})
	})

	promise(t, "sends nothing after the caller has cancelled", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			for _, delay := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, time.Second} {
				s.script(busy)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(delay, cancel)
				require.ErrorIs(t, typed("connections.list").run(ctx, s.client(t, patient)), context.Canceled)
				before := len(s.arrived())
				time.Sleep(time.Hour)
				require.Len(t, s.arrived(), before)
			}
		})
	})

	promise(t, "sends nothing for a context that ended before the call, and knows it", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodPlain))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			for _, call := range operations() {
				err := call.run(ctx, s.client(t))
				require.ErrorIs(t, err, context.Canceled, call.name)
				require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
			}
			require.Empty(t, s.arrived())
		})
	})

	promise(t, "calls the outcome of a create unknown after the attempt's time-out, the caller's deadline and the caller's cancel, and sends it once",
		func(t *testing.T) {
			inBubbles(t, func(t *testing.T, s *server) {
				half := response{write: func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Length", "400")
					w.WriteHeader(http.StatusCreated)
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}}
				for k, stuck := range []response{hangs(), early(hangs()), half, early(half)} {
					s.script(stuck)
					for i, call := range operations(workato.Create) {
						mark, option := marked(call.name+" timeout", 100*k+i)
						started := time.Now()
						err := call.run(t.Context(), s.client(t), option, workato.WithTimeout(3*time.Second))
						require.Equal(t, 3*time.Second, time.Since(started), call.name)
						require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
						require.Len(t, s.arrived(mark), 1, call.name)
						var timeout interface{ Timeout() bool }
						require.ErrorAs(t, err, &timeout)
						require.True(t, timeout.Timeout())

						mark, option = marked(call.name+" deadline", 100*k+i)
						ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
						err = call.run(ctx, s.client(t), option)
						cancel()
						require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
						require.ErrorIs(t, err, context.DeadlineExceeded, call.name)
						require.Len(t, s.arrived(mark), 1, call.name)

						mark, option = marked(call.name+" cancel", 100*k+i)
						ctx, cancel = context.WithCancel(t.Context())
						time.AfterFunc(time.Second, cancel)
						err = call.run(ctx, s.client(t), option)
						require.ErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
						require.ErrorIs(t, err, context.Canceled, call.name)
						require.Len(t, s.arrived(mark), 1, call.name)
					}
				}
			})
		})

	promise(t, "retries a read after the attempt's time-out, which is not the caller's", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(hangs(), hangs(), says(200, goodCustomer))
			started := time.Now()
			require.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t), workato.WithTimeout(10*time.Second)))
			require.GreaterOrEqual(t, time.Since(started), 20*time.Second)
			require.Less(t, time.Since(started), 21*time.Second)
		})
	})

	promise(t, "ends a response that trickles endlessly with the attempt's time-out", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			for i, status := range []int{200, 500} {
				s.script(response{write: func(w http.ResponseWriter, r *http.Request) {
					w.WriteHeader(status)
					for r.Context().Err() == nil {
						_, _ = w.Write([]byte(" "))
						_ = http.NewResponseController(w).Flush()
						time.Sleep(time.Second)
					}
				}})
				started := time.Now()
				_, mark := marked("trickle", i)
				err := typed("managed_users.get").run(t.Context(), s.client(t), mark, workato.WithoutRetry(), workato.WithTimeout(30*time.Second))
				require.Error(t, err)
				require.Equal(t, 30*time.Second, time.Since(started))
			}
		})
	})

	promise(t, "sends nothing when the limiter gives up, and keeps the last response", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(busy)
			full := errors.New("the bucket is empty")
			allowed := 1
			limiter := limiterFunc(func(context.Context, workato.Operation) error {
				if allowed--; allowed < 0 {
					return full
				}
				return nil
			})
			err := typed("connections.list").run(t.Context(), s.client(t, workato.WithLimiter(limiter)))
			require.ErrorIs(t, err, workato.ErrLimiter)
			both(t, err, full, 503, maintenance)
			require.Len(t, s.arrived(), 1)
			for _, call := range operations(workato.Create) {
				err := call.run(t.Context(), s.client(t, workato.WithLimiter(limiter)))
				require.ErrorIs(t, err, full, call.name)
				require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, call.name)
			}
			require.Len(t, s.arrived(), 1)
		})
	})

	promise(t, "bounds the wait for an import by the caller's deadline, and survives failed polls", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(busy, says(200, goodImport), says(200, `null`), says(200, `{"id":12,"status":"of a new kind"}`))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			started := time.Now()
			last, err := s.client(t).Imports.Wait(ctx, acme, 12, nil)
			require.Equal(t, 10*time.Minute, time.Since(started))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			var waitErr *workato.WaitError[workato.Import]
			require.ErrorAs(t, err, &waitErr)
			require.NotNil(t, last)
			assert.EqualValues(t, "of a new kind", last.Status)
			assert.Greater(t, len(s.arrived()), 30, "it kept polling")
		})
	})
}

// hookFunc sees how attempts end.
type hookFunc func(workato.AttemptResult)

func (f hookFunc) Operation(ctx context.Context, _ workato.Operation) (context.Context, func(error)) {
	return ctx, nil
}

func (f hookFunc) Attempt(ctx context.Context, _ workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, f
}

type limiterFunc func(context.Context, workato.Operation) error

func (f limiterFunc) Wait(ctx context.Context, op workato.Operation) error { return f(ctx, op) }
