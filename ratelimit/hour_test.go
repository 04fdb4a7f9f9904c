package ratelimit_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/ratelimit"
)

func TestImportsByTheHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		start := op("imports", 1000, 500)
		status := op("imports", 1000, 0)
		hour, minute := newMeter(500, time.Hour), newMeter(1000, time.Minute)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for range 24 {
					if err := limiter.Wait(t.Context(), start); err != nil {
						t.Error(err)
						return
					}
					hour.arrive()
					minute.arrive()
				}
			})
		}
		// The next import may be most of an hour away. Reading the state of the last
		// one must not be.
		ctx, cancel := context.WithCancel(t.Context())
		var poller sync.WaitGroup
		poller.Go(func() {
			for ctx.Err() == nil {
				time.Sleep(10 * time.Second)
				began := time.Now()
				if err := limiter.Wait(ctx, status); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
				minute.arrive()
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("waited %v to read the state of an import", took)
				}
			}
		})
		wg.Wait()
		cancel()
		poller.Wait()
		hour.check(t)
		minute.check(t)
		if took := time.Since(hour.start); took < 2*time.Hour || took > 2*time.Hour+5*time.Minute {
			t.Errorf("1200 imports took %v, want a little over 2h", took)
		}
	})
}

func TestHourOverrideCountsOnlyWhatTheReferenceCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.PerHour("imports", 3), ratelimit.PerHour("recipes", 2), ratelimit.PerHour("lifted", 0))
		near(t, "states of imports", take(t, limiter, op("imports", 1000, 0), 10), 0)
		near(t, "imports", take(t, limiter, op("imports", 1000, 500), 4), time.Hour+time.Second)
		near(t, "recipes", take(t, limiter, op("recipes", 1000, 0), 3), time.Hour+time.Second)
		near(t, "lifted", take(t, limiter, op("lifted", 1000, 1), 10), 0)
	})
}

// Imports that wait for their hour do not make others fail, until their hour
// comes: then they were first.
func TestImportsThatWaitForTheirHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		imports, status := op("imports", 10, 10), op("imports", 10, 0)
		take(t, limiter, imports, 10)
		start := time.Now()
		for range 10 {
			go func() { _ = limiter.Wait(t.Context(), imports) }()
		}
		time.Sleep(time.Hour - 5*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 10 {
			if err := limiter.Wait(ctx, status); err != nil {
				t.Fatal(err)
			}
		}
		// The minute is used up until 56 seconds past the hour, the imports may go
		// one second past it. So they get the next ten calls, and a later call, which
		// could not know, is told when they have taken them.
		ctx, cancel = context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		wait := refusal(t, limiter.Wait(ctx, status)).Wait
		near(t, "the refusal", time.Since(start), time.Hour+56*time.Second)
		near(t, "the wait", wait, 61*time.Second)
		if n := waiting(limiter, "imports"); n != 0 {
			t.Errorf("%d imports still wait", n)
		}
	})
}

// Imports whose hour leaves room are ahead of later calls.
func TestImportsAheadCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		imports, status := op("imports", 10, 30), op("imports", 10, 0)
		take(t, limiter, imports, 10)
		for range 25 { // of which the hour takes 20
			go func() { _ = limiter.Wait(t.Context(), imports) }()
		}
		synctest.Wait()
		want := 3 * 61 * time.Second
		if got := limiter.Delay(status); got != want {
			t.Errorf("a delay of %v, want %v", got, want)
		}
		near(t, "the state of an import", take(t, limiter, status, 1), want)
		time.Sleep(2 * time.Hour)
	})
}
