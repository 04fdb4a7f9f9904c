package ratelimit_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// extremes are the numbers at which arithmetic breaks.
var extremes = []int64{
	0, 1, -1, 59, 60, 61, 1000, math.MaxInt32, math.MinInt32, math.MaxInt32 / 2, math.MaxInt64, math.MinInt64, math.MaxInt64 / 2, math.MaxInt64/2 + 1,
	math.MaxInt64 / 4, int64(time.Millisecond), int64(time.Second), int64(time.Minute), int64(time.Hour), -int64(time.Hour),
}

var extremeShares = []float64{
	1, 0.5, 1. / 3, 1e-3, 1e-9, 1e-300, math.SmallestNonzeroFloat64, math.Nextafter(1, 0), 0, -1, 1.5, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1),
}

// With any numbers in options, operations, responses or journals, nothing
// panics, no wait is negative and no deadline is missed.
func FuzzExtremes(f *testing.F) {
	any64 := func() int64 { return extremes[rand.IntN(len(extremes))] }
	for range 500 {
		f.Add(extremeShares[rand.IntN(len(extremeShares))], int(any64()), int(any64()), int(any64()), int(any64()),
			any64(), any64(), any64(), any64(), any64(), rand.Uint32())
	}
	f.Fuzz(func(t *testing.T, share float64, perSecond, perMinute, perHour, burst int, margin, spread, retryAfter, ago, patience int64, choice uint32) {
		synctest.Test(t, func(t *testing.T) {
			options := []ratelimit.Option{
				ratelimit.Share(share), ratelimit.Margin(time.Duration(margin)), ratelimit.Spread(time.Duration(spread)), ratelimit.Burst(burst),
				ratelimit.Undocumented(perMinute), ratelimit.PerSecond("x", perSecond), ratelimit.PerMinute("x", perMinute), ratelimit.PerHour("x", perHour),
			}
			chosen := []ratelimit.Option{ratelimit.OnWait(func(w ratelimit.Wait) {
				if w.Duration <= 0 || w.Reason == "" {
					t.Errorf("told %+v", w)
				}
			}), ratelimit.Logger(slog.New(slog.DiscardHandler))}
			for i, option := range options {
				if choice>>i&1 == 0 {
					continue
				}
				if _, err := ratelimit.New(option); err == nil {
					chosen = append(chosen, option)
				} else if !errors.Is(err, workato.ErrInvalidArgument) {
					t.Errorf("got %v", err)
				}
			}
			limiter := mustNew(t, chosen...)
			operation := op("x", perMinute, perHour)
			operation.Quota.PerSecond = perSecond
			for range 3 {
				extremeCalls(t, limiter, operation, time.Duration(retryAfter), time.Duration(ago), time.Duration(patience))
				operation.Quota.PerHour = 0
			}
		})
	})
}

func extremeCalls(t *testing.T, limiter *ratelimit.Limiter, operation workato.Operation, retryAfter, ago, patience time.Duration) {
	t.Helper()
	limiter.Charge(operation, time.Now().Add(-ago), time.Now().Add(ago), time.Time{}, time.Unix(math.MaxInt64, 0), time.Unix(ago.Nanoseconds(), 0))
	limiter.Observe(operation, 429, retryAfter)
	limiter.Observe(operation, int(ago), retryAfter)
	for range 20 {
		delay := limiter.Delay(operation)
		if delay < 0 {
			t.Errorf("a delay of %v", delay)
		}
		if patience > time.Hour || patience < 0 {
			patience %= time.Hour
		}
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := limiter.Wait(ctx, operation)
		cancel()
		if took := time.Since(began); took > max(0, patience) {
			t.Errorf("waited for %v, %v were allowed", took, patience)
		} else if err == nil && took != delay {
			t.Errorf("waited for %v, the delay was %v", took, delay)
		}
		if err != nil && refusal(t, err).Wait < 0 {
			t.Errorf("a negative wait: %+v", err)
		}
	}
	state, ok := limiter.State("x")
	limits := limiter.Limits(operation)
	if !ok || min(state.PerSecond, state.PerMinute, state.PerHour, state.UsedSecond, state.UsedMinute, state.UsedHour, state.Waiting) < 0 ||
		min(state.Paused, state.PausedSecond, state.PausedMinute, state.PausedHour, state.Waited) < 0 ||
		min(limits.PerSecond, limits.PerMinute, limits.PerHour) < 0 || limits.PerSecond+limits.PerMinute == 0 {
		t.Errorf("state %+v, limits %+v", state, limits)
	}
}
