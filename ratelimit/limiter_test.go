package ratelimit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// take lets n calls through and returns how long that took.
func take(t *testing.T, limiter *ratelimit.Limiter, op workato.Operation, n int) time.Duration {
	t.Helper()
	start := time.Now()
	for range n {
		if err := limiter.Wait(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	return time.Since(start)
}

// refusal is the limiter's error in err.
func refusal(t *testing.T, err error) *ratelimit.Error {
	t.Helper()
	var refused *ratelimit.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a *ratelimit.Error", err)
	}
	return refused
}

func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d < 0 || d > time.Millisecond {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func waiting(limiter *ratelimit.Limiter, family string) int {
	state, _ := limiter.State(family)
	return state.Waiting
}

func TestSpacing(t *testing.T) {
	tests := map[string]struct {
		opts []ratelimit.Option
		// atOnce calls take no time, all 60 take the given one.
		atOnce int
		all    time.Duration
	}{
		"default":       {nil, 6, 2700 * time.Millisecond},
		"one by one":    {[]ratelimit.Option{ratelimit.Burst(1), ratelimit.Spread(time.Minute)}, 1, 59 * time.Second},
		"a few at once": {[]ratelimit.Option{ratelimit.Burst(20), ratelimit.Spread(30 * time.Second)}, 20, 20 * time.Second},
		"all at once":   {[]ratelimit.Option{ratelimit.Spread(0)}, 60, 0},
		"large burst":   {[]ratelimit.Option{ratelimit.Burst(1000)}, 60, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t, test.opts...)
				start := time.Now()
				if took := take(t, limiter, op("spaced", 60, 0), test.atOnce); took != 0 {
					t.Errorf("the first %d calls took %v", test.atOnce, took)
				}
				take(t, limiter, op("spaced", 60, 0), 60-test.atOnce)
				near(t, "60 calls", time.Since(start), test.all)
				take(t, limiter, op("spaced", 60, 0), 1)
				near(t, "61 calls", time.Since(start), 61*time.Second)
			})
		})
	}
}

func TestFiguresInForce(t *testing.T) {
	limiter := mustNew(t, ratelimit.Share(0.5), ratelimit.Undocumented(40),
		ratelimit.PerMinute("raised", 5000), ratelimit.PerHour("recipes", 1000), ratelimit.PerHour("imports", 2000))
	operations := []workato.Operation{
		op("documented", 1000, 0), op("", 60, 0), op("unknown", 0, 0), op("raised", 60, 0),
		op("hourly", 1000, 500), op("recipes", 0, 0), op("imports", 1000, 500),
	}
	for _, operation := range operations {
		if err := limiter.Wait(t.Context(), operation); err != nil {
			t.Fatal(err)
		}
	}
	type figures struct{ PerMinute, PerHour int }
	want := map[string]figures{
		"documented": {500, 0}, ".do": {30, 0}, "unknown": {20, 0}, "raised": {2500, 0},
		"hourly": {500, 250}, "recipes": {20, 500}, "imports": {500, 1000},
	}
	states := limiter.Stats()
	if len(states) != len(want) {
		t.Errorf("%d families, want %d", len(states), len(want))
	}
	for i, state := range states {
		if got := (figures{state.PerMinute, state.PerHour}); got != want[state.Family] {
			t.Errorf("%s: %v, want %v", state.Family, got, want[state.Family])
		}
		if state.Granted != 1 || state.UsedMinute != 1 || (state.PerHour > 0) != (state.UsedHour == 1) {
			t.Errorf("%s: wrong counts: %+v", state.Family, state)
		}
		if i > 0 && states[i-1].Family > state.Family {
			t.Errorf("%s stands after %s", state.Family, states[i-1].Family)
		}
	}
	if _, ok := limiter.State("never seen"); ok {
		t.Error("a family that was never seen has a state")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	wrong := map[string]ratelimit.Option{
		"Share(0)": ratelimit.Share(0), "Share(1.1)": ratelimit.Share(1.1), "Share(-1)": ratelimit.Share(-1),
		`PerMinute("", 1)`: ratelimit.PerMinute("", 1), `PerMinute("a", 0)`: ratelimit.PerMinute("a", 0),
		`PerHour("", 1)`: ratelimit.PerHour("", 1), `PerHour("a", -1)`: ratelimit.PerHour("a", -1),
		"Undocumented(0)": ratelimit.Undocumented(0), "Burst(0)": ratelimit.Burst(0),
		"Margin(-1ns)": ratelimit.Margin(-1), "Margin(1h0m1s)": ratelimit.Margin(time.Hour + time.Second),
		"Spread(-1ns)": ratelimit.Spread(-1), "Spread(1m1s)": ratelimit.Spread(61 * time.Second),
		"option is nil": nil,
	}
	all := make([]ratelimit.Option, 0, len(wrong))
	for _, opt := range wrong {
		all = append(all, opt)
	}
	limiter, err := ratelimit.New(all...)
	if limiter != nil || !errors.Is(err, workato.ErrInvalidArgument) {
		t.Fatalf("got %v, %v", limiter, err)
	}
	for text := range wrong {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q is missing in: %v", text, err)
		}
	}
}

// Raw calls and quotas by hand would depend on which operation comes first if
// the operations of a family disagreed.
func TestTableAgreesWithItself(t *testing.T) {
	perMinute, perHour := map[string]int{}, map[string]int{}
	for _, operation := range workato.Operations() {
		quota := operation.Quota
		if quota.Family == "" {
			t.Errorf("%s has no family", operation.Name)
		}
		if n, ok := perMinute[quota.Family]; ok && n != quota.PerMinute {
			t.Errorf("family %s has %d and %d calls a minute", quota.Family, n, quota.PerMinute)
		}
		perMinute[quota.Family] = quota.PerMinute
		if n, ok := perHour[quota.Family]; ok && quota.PerHour > 0 && n != quota.PerHour {
			t.Errorf("family %s has %d and %d calls an hour", quota.Family, n, quota.PerHour)
		}
		if quota.PerHour > 0 {
			perHour[quota.Family] = quota.PerHour
		}
	}
}

func TestDeadlineIsJudgedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		operation := op("queue", 10, 0)
		take(t, limiter, operation, 10)
		start := time.Now()
		for range 25 { // two and a half minutes of queue
			go func() { _ = limiter.Wait(t.Context(), operation) }()
		}
		synctest.Wait()
		due := 3 * 61 * time.Second // of the 36th call

		ctx, cancel := context.WithTimeout(t.Context(), due)
		defer cancel()
		err := limiter.Wait(ctx, operation)
		if time.Since(start) != 0 {
			t.Fatalf("the refusal took %v", time.Since(start))
		}
		refused := refusal(t, err)
		if refused.Family != "queue" || refused.Wait != due || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v", refused)
		}
		if want := `ratelimit: family "queue": no call free for another 3m3s: context deadline exceeded`; err.Error() != want {
			t.Errorf("text %q, want %q", err, want)
		}

		// A call with an hourly quota stands in the same queue for the minute.
		if err := limiter.Wait(ctx, op("queue", 10, 500)); time.Since(start) != 0 || refusal(t, err).Wait != due {
			t.Errorf("got %v after %v", err, time.Since(start))
		}

		ctx, cancel = context.WithTimeout(t.Context(), due+time.Nanosecond)
		defer cancel()
		if err := limiter.Wait(ctx, operation); err != nil {
			t.Errorf("a nanosecond more would have been enough: %v", err)
		}
		near(t, "the 36th call", time.Since(start), due)
	})
}

func TestCancelGivesThePlaceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Spread(0))
		operation := op("queue", 10, 0)
		take(t, limiter, operation, 10)
		start := time.Now()

		cause := errors.New("the user went home")
		ctx, cancel := context.WithCancelCause(t.Context())
		var canceled sync.WaitGroup
		for range 95 {
			canceled.Go(func() {
				err := limiter.Wait(ctx, operation)
				if refused := refusal(t, err); refused.Wait <= 0 || !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
					t.Errorf("got %+v", refused)
				}
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("a canceled call returned after %v", took)
				}
			})
		}
		synctest.Wait()
		behind := make(chan time.Duration, 1)
		go func() {
			_ = limiter.Wait(t.Context(), operation)
			behind <- time.Since(start)
		}()
		time.Sleep(5 * time.Second)
		cancel(cause)
		canceled.Wait()
		if n := waiting(limiter, "queue"); n != 1 {
			t.Errorf("%d calls wait, want 1", n)
		}
		near(t, "the one behind", <-behind, 61*time.Second)

		// A context that has ended is not let through, even if a call is free.
		if refused := refusal(t, limiter.Wait(ctx, operation)); refused.Wait != 0 || !errors.Is(refused, cause) {
			t.Errorf("got %+v", refused)
		}
		if state, _ := limiter.State("queue"); state.UsedMinute != 1 || state.Granted != 11 || state.Denied != 96 {
			t.Errorf("wrong counts: %+v", state)
		}
	})
}

// A call that arrives at the very moment at which a grant becomes free does not
// take it from a waiting one.
func TestNoBarging(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			limiter := mustNew(t)
			operation := op("queue", 1, 0)
			take(t, limiter, operation, 1)
			start := time.Now()
			go func() {
				time.Sleep(61 * time.Second)
				_ = limiter.Wait(t.Context(), operation)
			}()
			time.Sleep(time.Second)
			take(t, limiter, operation, 1)
			near(t, "the one who waited", time.Since(start), 61*time.Second)
		})
	}
}
