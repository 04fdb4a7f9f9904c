package ratelimit_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
)

// Ten times every quota of the table, from many goroutines: nothing exceeds it,
// and almost no time is lost.
func TestEveryQuotaIsUsedAndKept(t *testing.T) {
	met := map[workato.Quota]bool{}
	for _, operation := range workato.Operations() {
		if met[operation.Quota] {
			continue
		}
		met[operation.Quota] = true
		t.Run(operation.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t)
				limits := limiter.Limits(operation)
				var meters []*meter
				var least time.Duration
				calls := 10 * max(limits.PerSecond, limits.PerMinute)
				if limits.PerHour > 0 {
					calls = 3 * limits.PerHour
				}
				for span, quota := range map[time.Duration]int{time.Second: limits.PerSecond, time.Minute: limits.PerMinute, time.Hour: limits.PerHour} {
					if quota > 0 {
						meters = append(meters, newMeter(quota, span))
						least = max(least, time.Duration((calls-1)/quota)*span)
					}
				}
				start := time.Now()
				var begun atomic.Int64
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() {
						for int(begun.Add(1)) <= calls {
							if err := limiter.Wait(t.Context(), operation); err != nil {
								t.Error(err)
								return
							}
							for _, m := range meters {
								m.arrive()
							}
						}
					})
				}
				wg.Wait()
				for _, m := range meters {
					m.check(t)
				}
				tolerated := 3.5 // per cent
				if limits.PerMinute == 0 {
					tolerated = 10 // the margin of a second, see Margin
				}
				took := time.Since(start)
				over := 100 * (took.Seconds()/least.Seconds() - 1)
				t.Logf("%d calls took %v, %.2f %% over the least of %v", calls, took, over, least)
				if over < 0 || over > tolerated+1e-6 {
					t.Errorf("%.2f %% over the least possible time, want 0 to %v", over, tolerated)
				}
			})
		})
	}
}
