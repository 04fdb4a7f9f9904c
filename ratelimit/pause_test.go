package ratelimit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/ratelimit"
)

func TestPauseLastsUntilRetryAfter(t *testing.T) {
	tests := map[string]struct{ asked, want time.Duration }{
		"as asked":         {90 * time.Second, 90 * time.Second},
		"a little":         {time.Second, time.Second},
		"no figure":        {0, 5 * time.Second},
		"negative":         {-time.Minute, 5 * time.Second},
		"more than a hour": {24 * time.Hour, time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t)
				limiter.Observe(op("paused", 1000, 0), 429, test.asked)
				if state, _ := limiter.State("paused"); state.Paused != test.want || state.Throttled != 1 {
					t.Errorf("wrong state: %+v", state)
				}
				near(t, "another family", take(t, limiter, op("other", 1000, 0), 10), 0)
				near(t, "an hourly call", take(t, limiter, op("paused", 1000, 500), 10), test.want)
				near(t, "after the pause", take(t, limiter, op("paused", 1000, 0), 10), 0)
			})
		})
	}
}

// Calls in the queue have to wait longer, and the first of them has a timer for
// an earlier time.
func TestPauseReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		operation := op("paused", 10, 0)
		take(t, limiter, operation, 10)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				timeout := 10 * time.Minute
				if i%3 == 0 {
					timeout = 80 * time.Second
				}
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				defer cancel()
				time.Sleep(time.Duration(i))
				err := limiter.Wait(ctx, operation)
				if timeout == 10*time.Minute {
					if err != nil {
						t.Error(err)
					}
					near(t, "a patient call", time.Since(start), 100*time.Second)
					return
				}
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				} else if wait := refusal(t, err).Wait; wait != 90*time.Second {
					t.Errorf("wait of %v, want 1m30s", wait)
				}
				near(t, "an impatient call", time.Since(start), 10*time.Second)
			})
		}
		time.Sleep(10 * time.Second)
		limiter.Observe(operation, 429, 90*time.Second)
		wg.Wait()
	})
}

func TestPauseGrowsUntilSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := op("paused", 1000, 0)
		paused := func() time.Duration {
			state, _ := limiter.State("paused")
			return state.Paused
		}
		for _, seconds := range []int{5, 10, 20, 40, 60, 60} {
			aSecondLater := time.Duration(seconds-1) * time.Second
			limiter.Observe(operation, 429, 0)
			// The refusals of the other calls under way are the same event, and their
			// successes prove nothing about later calls.
			limiter.Observe(operation, 200, 0)
			time.Sleep(time.Second)
			limiter.Observe(operation, 429, 0)
			if got := paused(); got != aSecondLater {
				t.Errorf("a pause of %v a second later, want %v", got, aSecondLater)
			}
			take(t, limiter, operation, 1)
			limiter.Observe(operation, 502, 0)
		}
		// A longer Retry-After counts, a shorter one does not end the pause.
		limiter.Observe(operation, 429, 70*time.Second)
		limiter.Observe(operation, 429, 80*time.Second)
		limiter.Observe(operation, 429, time.Second)
		if got := paused(); got != 80*time.Second {
			t.Errorf("a pause of %v, want 1m20s", got)
		}
		take(t, limiter, operation, 1)
		limiter.Observe(operation, 404, 0)
		limiter.Observe(operation, 429, 0)
		if got := paused(); got != 5*time.Second {
			t.Errorf("a pause of %v after a success, want 5s", got)
		}
		// Three refusals in one pause are one step of growth.
		limiter.Observe(operation, 429, 7*time.Second)
		limiter.Observe(operation, 429, 8*time.Second)
		take(t, limiter, operation, 1)
		limiter.Observe(operation, 429, 0)
		if got := paused(); got != 10*time.Second {
			t.Errorf("a pause of %v after one pause, want 10s", got)
		}
	})
}

// The pause never exceeds a minute, however often the service refuses.
func TestPauseStopsGrowing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := op("paused", 1000, 0)
		for range 70 {
			limiter.Observe(operation, 429, 0)
			time.Sleep(time.Minute)
		}
		limiter.Observe(operation, 429, 0)
		if state, _ := limiter.State("paused"); state.Paused != time.Minute {
			t.Errorf("a pause of %v, want 1m", state.Paused)
		}
	})
}

func TestStateTellsWhatStillCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := op("import", 1000, 100)
		take(t, limiter, operation, 1)
		limiter.Observe(operation, 429, 0)
		for _, want := range []ratelimit.State{{UsedMinute: 1, UsedHour: 1, Paused: 5 * time.Second}, {UsedHour: 1}, {}} {
			got, _ := limiter.State("import")
			if got.UsedMinute != want.UsedMinute || got.UsedHour != want.UsedHour || got.Paused != want.Paused {
				t.Errorf("state %+v, want %+v", got, want)
			}
			time.Sleep(31 * time.Minute)
		}
	})
}

// Another program uses most of the quota: few calls are refused, and all
// succeed in the end.
func TestSharedQuotaWithAStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := op("shared", 60, 0)
		m := newMeter(60, time.Minute)
		stop := make(chan struct{})
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(1500 * time.Millisecond):
					m.arrive()
				}
			}
		}()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 10 {
					for {
						if err := limiter.Wait(t.Context(), operation); err != nil {
							t.Error(err)
							return
						}
						status := m.arrive()
						limiter.Observe(operation, status, 30*time.Second)
						if status == 200 {
							break
						}
					}
				}
			})
		}
		wg.Wait()
		close(stop)
		state, _ := limiter.State("shared")
		t.Logf("200 calls needed %d attempts and %v", state.Granted, time.Since(m.start))
		if state.Throttled > 40 {
			t.Errorf("%d calls were refused", state.Throttled)
		}
	})
}
