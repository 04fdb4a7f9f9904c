package ratelimit_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/ratelimit"
)

// Callers come in random waves, with and without deadlines, give up, are
// cancelled; the network delays each request by up to the margin. In all cases
// no window is exceeded, no call is overtaken, and nothing is lost.
func TestRandomArrivals(t *testing.T) {
	for range 40 {
		seed := rand.Uint64()
		synctest.Test(t, func(t *testing.T) {
			t.Helper()
			randomArrivals(t, seed)
			if t.Failed() {
				t.Logf("seed %d", seed)
			}
		})
	}
}

func randomArrivals(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	below := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
	quota, perHour := 1+r.IntN(80), 1+r.IntN(100)
	margin := below(3 * time.Second)
	limiter := mustNew(t, ratelimit.Margin(margin), ratelimit.Burst(1+r.IntN(quota)), ratelimit.Spread(below(time.Minute)))
	minute, hour := newMeter(quota, time.Minute), newMeter(perHour, time.Hour)

	var mu sync.Mutex
	var granted, denied int
	var moment time.Time
	newest, before := -1, -1 // of the grants so far, and of those before this moment
	var wg sync.WaitGroup
	callers := 50 + r.IntN(400)
	for number := range callers {
		operation := op("random", quota, 0)
		hourly := r.IntN(4) == 0
		if hourly {
			operation.Quota.PerHour = perHour
		}
		ctx, cancel := context.WithCancel(t.Context())
		switch r.IntN(3) {
		case 0:
			ctx, cancel = context.WithTimeout(ctx, below(10*time.Minute))
		case 1:
			time.AfterFunc(below(10*time.Minute), cancel)
		}
		way := below(margin)
		wg.Go(func() {
			defer cancel()
			began := time.Now()
			err := limiter.Wait(ctx, operation)
			mu.Lock()
			if err == nil {
				granted++
				if now := time.Now(); now.After(moment) {
					moment, before = now, newest
				}
				if !hourly {
					if number < before {
						t.Errorf("caller %d was overtaken by %d", number, before)
					}
					newest = max(newest, number)
				}
			} else {
				denied++
				deadline, ok := ctx.Deadline()
				if errors.Is(err, context.DeadlineExceeded) != ok {
					t.Errorf("wrong kind of error: %v", err)
				}
				if ok && time.Now().After(deadline) {
					t.Errorf("waited %v past the deadline", time.Since(deadline))
				}
				if ok && time.Since(began)+refusal(t, err).Wait < deadline.Sub(began) {
					t.Errorf("refused, though the wait would have ended before the deadline: %v", err)
				}
			}
			mu.Unlock()
			if err == nil {
				time.Sleep(way)
				minute.arrive()
				if hourly {
					hour.arrive()
				}
			}
		})
		// The order of goroutines that start at one moment is not defined.
		synctest.Wait()
		if r.IntN(10) == 0 {
			time.Sleep(below(time.Duration(1) << r.IntN(38)))
		}
	}
	wg.Wait()
	minute.check(t)
	hour.check(t)
	state, _ := limiter.State("random")
	if state.Waiting != 0 || int(state.Granted) != granted || int(state.Denied) != denied || granted+denied != callers {
		t.Errorf("%d callers, %d granted, %d denied, but %+v", callers, granted, denied, state)
	}
}

// As long as a call waits, the quota is fully used: the grant of a cancelled
// caller goes to the next.
func TestNothingIsWasted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const quota, minutes = 60, 20
		limiter := mustNew(t)
		m := newMeter(quota, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for ctx.Err() == nil {
					patience, giveUp := context.WithCancel(ctx)
					timer := time.AfterFunc(rand.N(2*time.Minute), giveUp)
					if limiter.Wait(patience, op("busy", quota, 0)) == nil {
						m.arrive()
					}
					timer.Stop()
					giveUp()
				}
			})
		}
		time.Sleep(minutes * 61 * time.Second)
		cancel()
		wg.Wait()
		m.check(t)
		if want := minutes * quota; m.total() < want-1 {
			t.Errorf("%d calls, want %d", m.total(), want)
		}
	})
}
