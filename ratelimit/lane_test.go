package ratelimit_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// each is an operation with a quota per second.
func each(family string, perSecond, perMinute int) workato.Operation {
	operation := op(family, perMinute, 0)
	operation.Quota.PerSecond = perSecond
	return operation
}

// A 429 pauses the quota that it is about. Calls that do not count towards it
// continue.
func TestLanesPauseByThemselves(t *testing.T) {
	create, read := op("imports", 1000, 500), op("imports", 1000, 0)
	tests := map[string]struct {
		refused      workato.Operation
		asked        time.Duration
		create, read time.Duration // how long they wait
	}{
		"rest of the hour":            {create, 50 * time.Minute, 50 * time.Minute, 0},
		"a little over a minute":      {create, 61 * time.Second, 61 * time.Second, 0},
		"rest of the minute":          {create, 40 * time.Second, 40 * time.Second, 40 * time.Second},
		"a minute":                    {create, time.Minute, time.Minute, time.Minute},
		"no figure":                   {create, 0, 5 * time.Second, 0},
		"a read":                      {read, 40 * time.Second, 40 * time.Second, 40 * time.Second},
		"a read, no figure":           {read, 0, 5 * time.Second, 5 * time.Second},
		"a read, more than a minute":  {read, 10 * time.Minute, 10 * time.Minute, 10 * time.Minute},
		"more than the service knows": {create, 24 * time.Hour, time.Hour, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t)
				limiter.Observe(test.refused, 429, test.asked)
				state, _ := limiter.State("imports")
				want := max(test.create, test.read)
				if state.Paused != want || max(state.PausedMinute, state.PausedHour) != want || state.PausedMinute != test.read || state.PausedSecond != 0 {
					t.Errorf("wrong state: %+v", state)
				}
				var wg sync.WaitGroup
				for operation, want := range map[workato.Operation]time.Duration{create: test.create, read: test.read} {
					wg.Go(func() { near(t, operation.Name, take(t, limiter, operation, 10), want) })
				}
				wg.Wait()
			})
		})
	}
}

// A successful read proves nothing about the hour.
func TestPausesGrowByLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		create, read := op("imports", 1000, 500), op("imports", 1000, 0)
		for _, want := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second} {
			limiter.Observe(create, 429, 0)
			if state, _ := limiter.State("imports"); state.PausedHour != want || state.PausedMinute != 0 {
				t.Errorf("a pause of %v, want %v", state.PausedHour, want)
			}
			take(t, limiter, read, 1)
			limiter.Observe(read, 200, 0)
			take(t, limiter, create, 1)
			limiter.Observe(read, 200, 0)
		}
		limiter.Observe(read, 429, 0)
		if state, _ := limiter.State("imports"); state.PausedMinute != 5*time.Second {
			t.Errorf("the minute pauses for %v, want 5s", state.PausedMinute)
		}
		take(t, limiter, create, 1)
		limiter.Observe(create, 200, 0)
		limiter.Observe(create, 429, 0)
		if state, _ := limiter.State("imports"); state.PausedHour != 5*time.Second {
			t.Errorf("the hour pauses for %v after a success, want 5s", state.PausedHour)
		}
	})
}

func TestSeconds(t *testing.T) {
	tests := map[string]struct {
		opts      []ratelimit.Option
		operation workato.Operation
		calls     int
		want      time.Duration
	}{
		"one":                 {nil, each("s", 1, 0), 4, 3300 * time.Millisecond},
		"ten":                 {nil, each("s", 10, 0), 31, 3300 * time.Millisecond},
		"half of one":         {[]ratelimit.Option{ratelimit.Share(0.5)}, each("s", 1, 0), 4, 6300 * time.Millisecond},
		"half of ten":         {[]ratelimit.Option{ratelimit.Share(0.5)}, each("s", 10, 0), 11, 2200 * time.Millisecond},
		"no margin":           {[]ratelimit.Option{ratelimit.Margin(0)}, each("s", 1, 0), 4, 3 * time.Second},
		"raised":              {[]ratelimit.Option{ratelimit.PerSecond("s", 2)}, each("s", 1, 0), 5, 2200 * time.Millisecond},
		"removed":             {[]ratelimit.Option{ratelimit.PerSecond("s", 0), ratelimit.Spread(0)}, each("s", 1, 0), 61, 61 * time.Second},
		"added":               {[]ratelimit.Option{ratelimit.PerSecond("s", 1)}, op("s", 1000, 0), 4, 3300 * time.Millisecond},
		"a minute besides":    {[]ratelimit.Option{ratelimit.Spread(0)}, each("s", 10, 20), 41, 2 * 61 * time.Second},
		"a minute by request": {[]ratelimit.Option{ratelimit.PerMinute("s", 2), ratelimit.Spread(0)}, each("s", 1, 0), 3, 61 * time.Second},
		"undocumented":        {[]ratelimit.Option{ratelimit.Undocumented(1)}, each("s", 1, 0), 4, 3300 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near(t, "the calls", take(t, mustNew(t, test.opts...), test.operation, test.calls), test.want)
			})
		})
	}
}

func TestPauseOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := each("s", 1, 0)
		for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			want := time.Duration(seconds) * time.Second
			limiter.Observe(operation, 429, 0)
			if state, _ := limiter.State("s"); state.PausedSecond != want || state.Paused != state.PausedSecond {
				t.Errorf("pauses for %v, want %v", state.PausedSecond, want)
			}
			take(t, limiter, operation, 1)
		}
		limiter.Observe(operation, 429, 2*time.Second)
		near(t, "longer than the second", take(t, limiter, operation, 1), 2*time.Second)
	})
}

// Calls that a second holds back fail early like all others.
func TestDeadlineInTheQueueOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		operation := each("s", 2, 0)
		take(t, limiter, operation, 2)
		for range 4 {
			go func() { _ = limiter.Wait(t.Context(), operation) }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		refused := refusal(t, limiter.Wait(ctx, operation))
		if time.Since(start) != 0 || refused.Wait != 3300*time.Millisecond || refused.Reason != ratelimit.ReasonSecond {
			t.Errorf("after %v: %+v", time.Since(start), refused)
		}
	})
}

// Imports that wait for the end of a pause of their hour are not ahead of
// others.
func TestImportsInAPauseAreOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		create, read := op("imports", 10, 500), op("imports", 10, 0)
		take(t, limiter, read, 10)
		limiter.Observe(create, 429, 30*time.Minute)
		for range 15 {
			go func() { _ = limiter.Wait(t.Context(), create) }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 62*time.Second)
		defer cancel()
		start := time.Now()
		for range 10 {
			if err := limiter.Wait(ctx, read); err != nil {
				t.Fatal(err)
			}
		}
		near(t, "ten reads", time.Since(start), 61*time.Second)
		time.Sleep(32 * time.Minute)
		if n := waiting(limiter, "imports"); n != 0 {
			t.Errorf("%d imports still wait", n)
		}
	})
}
