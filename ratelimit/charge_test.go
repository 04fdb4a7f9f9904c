package ratelimit_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/ratelimit"
)

// A program that is killed and restarted within the hour continues from its
// journal, and the service never gets more calls than its quota.
func TestChargeAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		operation := op("imports", 1000, 500)
		perHour, perMinute := newMeter(500, time.Hour), newMeter(1000, time.Minute)
		var journal []time.Time
		start := time.Now()
		for run := range 5 {
			limiter := mustNew(t)
			shuffled := slices.Clone(journal)
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			limiter.Charge(operation, shuffled...)
			for range 240 + run { // then it is killed
				if err := limiter.Wait(t.Context(), operation); err != nil {
					t.Fatal(err)
				}
				perHour.arrive()
				perMinute.arrive()
				journal = append(journal, time.Now().Round(0))
			}
		}
		perHour.check(t)
		perMinute.check(t)
		if took := time.Since(start); took < 2*time.Hour || took > 2*time.Hour+time.Minute {
			t.Errorf("1210 imports of five runs took %v, want a little over 2h", took)
		}
	})
}

func TestCharge(t *testing.T) {
	const ago = -time.Second
	tests := map[string]struct {
		sent   []time.Duration // from now
		minute int
		hour   int
		wait   time.Duration // of the next call
	}{
		"nothing":             {nil, 0, 0, 0},
		"old":                 {[]time.Duration{61 * ago, 3601 * ago, 7200 * ago}, 0, 1, 0},
		"some":                {[]time.Duration{10 * ago, 70 * ago}, 1, 2, 0},
		"all of the minute":   {[]time.Duration{5 * ago, 30 * ago, 10 * ago}, 3, 3, 31 * time.Second},
		"all of the hour":     {[]time.Duration{600 * ago, 500 * ago, 400 * ago, 100 * ago, 300 * ago}, 0, 5, 3001 * time.Second},
		"more than the quota": {[]time.Duration{8 * ago, 7 * ago, 9 * ago, 2 * ago, 3 * ago, 4 * ago}, 3, 5, 3593 * time.Second},
		"in the future":       {[]time.Duration{time.Hour, time.Hour, time.Hour}, 3, 3, 61 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t, ratelimit.Spread(0))
				operation := op("charged", 3, 5)
				var sent []time.Time
				for _, age := range test.sent {
					sent = append(sent, time.Now().Add(age))
				}
				limiter.Charge(operation, sent...)
				state, _ := limiter.State("charged")
				if state.UsedMinute != test.minute || state.UsedHour != test.hour || state.Granted != 0 {
					t.Errorf("wrong state: %+v", state)
				}
				if got := limiter.Delay(operation); got != test.wait {
					t.Errorf("a delay of %v, want %v", got, test.wait)
				}
				near(t, "the next call", take(t, limiter, operation, 1), test.wait)
			})
		})
	}
}

// Charged calls prolong the waits in progress.
func TestChargeReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		operation := op("charged", 2, 0)
		take(t, limiter, operation, 2)
		start := time.Now()
		waited := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
			defer cancel()
			waited <- limiter.Wait(ctx, operation)
		}()
		time.Sleep(20 * time.Second)
		limiter.Charge(operation, time.Now(), time.Now())
		if wait := refusal(t, <-waited).Wait; wait != 61*time.Second || time.Since(start) != 20*time.Second {
			t.Errorf("refused after %v with a wait of %v", time.Since(start), wait)
		}
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		operation := op("delayed", 10, 0)
		if got := limiter.Delay(operation); got != 0 || len(limiter.Stats()) != 0 {
			t.Errorf("a delay of %v before the first call, %d families", got, len(limiter.Stats()))
		}
		take(t, limiter, operation, 9)
		if got := limiter.Delay(operation); got != 0 {
			t.Errorf("a delay of %v for the tenth call", got)
		}
		take(t, limiter, operation, 1)
		time.Sleep(time.Second)
		for range 12 {
			go func() { _ = limiter.Wait(t.Context(), operation) }()
		}
		synctest.Wait()
		if got := limiter.Delay(operation); got != 121*time.Second {
			t.Errorf("a delay of %v behind 12 others, want 2m1s", got)
		}
		limiter.Observe(operation, 429, 10*time.Minute)
		if got := limiter.Delay(operation); got != 11*time.Minute+time.Second {
			t.Errorf("a delay of %v in a pause, want 11m1s", got)
		}
	})
}
