package ratelimit_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// The first thousand calls can go at once and every further thousand a minute
// later: no limiter can be faster.
const (
	fleetWorkers = 200
	fleetCalls   = 10_000
	fleetQuota   = 1000
	fleetMinimum = (fleetCalls/fleetQuota - 1) * time.Minute
)

func mustNew(t testing.TB, opts ...ratelimit.Option) *ratelimit.Limiter {
	t.Helper()
	limiter, err := ratelimit.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return limiter
}

// checkFleet holds the time of a fleet against the minimum.
func checkFleet(t *testing.T, m *meter, took time.Duration) {
	t.Helper()
	m.check(t)
	over := 100 * (float64(took)/float64(fleetMinimum) - 1)
	t.Logf("%d calls of %d goroutines took %v, %.2f %% over the minimum of %v", m.total(), fleetWorkers, took, over, fleetMinimum)
	if m.total() != fleetCalls {
		t.Errorf("%d calls arrived, want %d", m.total(), fleetCalls)
	}
	if over < 0 || over > 3 {
		t.Errorf("%.2f %% over the minimum, want 0 to 3", over)
	}
}

func TestFleetIsFastAndMeetsNo429(t *testing.T) {
	ways := map[string]func() time.Duration{
		"steady network": func() time.Duration { return 40 * time.Millisecond },
		// Each request may be delayed by anything up to the margin.
		"jittering network": func() time.Duration { return rand.N(time.Second) },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limiter := mustNew(t)
				m := newMeter(fleetQuota, time.Minute)
				var calls atomic.Int64
				var wg sync.WaitGroup
				for range fleetWorkers {
					wg.Go(func() {
						for calls.Add(1) <= fleetCalls {
							if err := limiter.Wait(t.Context(), op("fleet", fleetQuota, 0)); err != nil {
								t.Error(err)
								return
							}
							time.Sleep(way())
							limiter.Observe(op("fleet", fleetQuota, 0), m.arrive(), 0)
						}
					})
				}
				wg.Wait()
				checkFleet(t, m, time.Since(m.start))
			})
		})
	}
}

// meteredTransport is a service that a client can call.
type meteredTransport struct{ m *meter }

func (rt meteredTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	time.Sleep(20 * time.Millisecond)
	return &http.Response{
		StatusCode: rt.m.arrive(),
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(`{"result":[]}`)),
		Request:    req,
	}, nil
}

func TestClientsShareOneLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		m := newMeter(fleetQuota, time.Minute)
		var clients [3]*workato.Client
		for i := range clients {
			client, err := workato.NewClient(
				workato.WithAPIToken("test-token"),
				workato.WithRegion(workato.RegionUS),
				workato.WithHTTPClient(&http.Client{Transport: meteredTransport{m}}),
				workato.WithLimiter(limiter),
			)
			if err != nil {
				t.Fatal(err)
			}
			clients[i] = client
		}
		var calls atomic.Int64
		var wg sync.WaitGroup
		for i := range fleetWorkers {
			wg.Go(func() {
				client := clients[i%len(clients)]
				for calls.Add(1) <= fleetCalls {
					if _, err := client.Connections.List(t.Context(), workato.AccountID(98178), nil); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		checkFleet(t, m, time.Since(m.start))
	})
}

func TestShares(t *testing.T) {
	tests := map[string][]float64{
		"halves":       {0.5, 0.5},
		"unequal":      {0.29, 0.71},
		"thirds":       {1. / 3, 1. / 3, 1. / 3},
		"one, not all": {0.25},
	}
	for name, shares := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const minutes = 10
				m := newMeter(100, time.Minute)
				var sum float64
				var wg sync.WaitGroup
				for _, share := range shares {
					sum += share
					limiter := mustNew(t, ratelimit.Share(share))
					for range 40 {
						wg.Go(func() {
							for limiter.Wait(t.Context(), op("shared", 100, 0)) == nil {
								if time.Since(m.start) > minutes*time.Minute {
									return
								}
								m.arrive()
							}
						})
					}
				}
				wg.Wait()
				m.check(t)
				// Ten minutes and a started one, less what is cut off.
				if low := int((sum*100 - 1) * minutes); m.total() < low {
					t.Errorf("only %d calls, want at least %d", m.total(), low)
				}
			})
		})
	}
}

func TestShareIsExact(t *testing.T) {
	limiter := mustNew(t, ratelimit.Share(0.29)) // times 100 it is 28.999999999999996
	take(t, limiter, op("shared", 100, 0), 1)
	if state, _ := limiter.State("shared"); state.PerMinute != 29 {
		t.Errorf("%d calls a minute, want 29", state.PerMinute)
	}
}

func TestShareOfLessThanOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Share(0.005), ratelimit.Margin(0)) // 0.3 calls a minute
		start := time.Now()
		for range 4 {
			if err := limiter.Wait(t.Context(), op("shared", 60, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start).Round(time.Second); took != 10*time.Minute {
			t.Errorf("4 calls took %v, want 10m", took)
		}
	})
}

func TestEverybodyGetsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// One call per moment: the order of several is not observable afterwards.
		limiter := mustNew(t, ratelimit.Burst(1))
		for range 60 { // now no call is free, and all have to queue
			if err := limiter.Wait(t.Context(), op("fair", 60, 0)); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		counts := make([]int, fleetWorkers)
		var wg sync.WaitGroup
		for i := range fleetWorkers {
			wg.Go(func() {
				time.Sleep(time.Duration(i)) // a known order
				for range 20 {
					if err := limiter.Wait(t.Context(), op("fair", 60, 0)); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for other := range counts {
						// The first is ahead by at most one call.
						if d := counts[i] - counts[other]; d > 0 || (other < i && d >= 0) {
							t.Errorf("worker %d got call %d when worker %d had %d", i, counts[i]+1, other, counts[other])
							break
						}
					}
					counts[i]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}
