package ratelimit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// The window agrees with a simple model: a list of all grants.
func TestWindowAgainstList(t *testing.T) {
	for range 100 {
		limit, span := 1+rand.IntN(70), time.Duration(1+rand.IntN(1000))
		w := &window{limit: limit, span: span}
		var all []time.Duration
		kth := func(k int, floor time.Duration) time.Duration {
			planned := slices.Clone(all[max(0, len(all)-limit):])
			for range k {
				at := floor
				if len(planned) >= limit {
					at = max(at, planned[len(planned)-limit]+span)
				}
				planned = append(planned, at)
			}
			return planned[len(planned)-1]
		}
		now := time.Duration(-rand.IntN(2000))
		for range 300 {
			for _, k := range []int{1, 1 + rand.IntN(limit), 1 + rand.IntN(5*limit)} {
				if got, want := w.at(k, now), kth(k, now); got != want {
					t.Fatalf("limit %d, span %d: call %d at %d, want %d", limit, span, k, got, want)
				}
			}
			now = w.at(1, now)
			w.add(now, now)
			all = append(all, now)
			if rand.IntN(3) == 0 {
				now += time.Duration(rand.IntN(int(span)/limit*2 + 1))
			}
		}
		if len(w.ring) > max(16, limit) {
			t.Errorf("%d places for a limit of %d", len(w.ring), limit)
		}
	}
}

// Grants that become known late are sorted in.
func TestWindowTakesOldGrants(t *testing.T) {
	for range 100 {
		limit, span := 1+rand.IntN(40), time.Duration(1+rand.IntN(1000))
		w := &window{limit: limit, span: span}
		var all []time.Duration
		now := time.Duration(0)
		for range 200 {
			now += time.Duration(rand.IntN(int(span)/limit + 2))
			at := now - time.Duration(rand.IntN(int(span)*2))
			w.add(at, now)
			all = append(all, at)
			slices.Sort(all)
			want := now
			if len(all) >= limit {
				want = max(now, all[len(all)-limit]+span)
			}
			if got := w.at(1, now); got != want {
				t.Fatalf("limit %d, span %d: at %d the next call may go at %d, want %d", limit, span, now, got, want)
			}
			used := 0
			for _, at := range all {
				if at+span > now {
					used++
				}
			}
			w.expire(now)
			if w.n != min(used, limit) {
				t.Fatalf("limit %d: %d calls count, want %d", limit, w.n, used)
			}
		}
		if len(w.ring) > max(16, limit) {
			t.Errorf("%d places for a limit of %d", len(w.ring), limit)
		}
	}
}

func TestWindowFarAhead(t *testing.T) {
	w := newWindow(1, time.Hour, 1e-12, 0)
	w.add(0, 0)
	if at := w.at(math.MaxInt, 0); at < 0 || at < w.span {
		t.Errorf("overflow: %v", at)
	}
}

// The waits of many callers may add up to more than a Duration holds.
func TestWaitedStaysAtItsMost(t *testing.T) {
	f := newFamily("w", figures{minute: 1}, &config{share: 1})
	f.waited = math.MaxInt64 - 1
	for range 2 {
		w, _, err := f.join(t.Context(), "", plain, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.leave(w, 2)
		if s := f.state(); s.Waited != math.MaxInt64 {
			t.Errorf("waited for %v", s.Waited)
		}
	}
}

func TestMemoryFollowsUse(t *testing.T) {
	w := newWindow(1<<30, time.Minute, 1, 0)
	for i := range 100_000 {
		w.add(time.Duration(i)*time.Second, time.Duration(i)*time.Second)
	}
	if len(w.ring) > 128 {
		t.Errorf("%d places for 60 calls a minute", len(w.ring))
	}
}
