package ratelimit

import (
	"math"
	"time"
)

// window permits at most limit grants in any span, wherever the span begins,
// because it remembers the time of each. A token bucket cannot do this without
// a loss: over a minute it permits its burst on top of its rate, so either the
// burst or the rate has to stay far below the quota.
type window struct {
	limit int
	span  time.Duration

	// ring holds the grants of the last span, the oldest at head. It grows on
	// demand, so a large quota costs memory only when it is used.
	ring    []time.Duration
	head, n int
}

// farAhead stands for all times in the distant future. Sums of two such times
// do not overflow.
const farAhead time.Duration = math.MaxInt64 / 4

// newWindow allows the given share of quota calls in each per, and lengthens
// the time by margin. A share of less than one call is one call in a longer
// time.
func newWindow(quota int, per time.Duration, share float64, margin time.Duration) window {
	exact := float64(quota) * share
	// A share is rarely exact in binary: 0.29 of 100 has to be 29.
	allowed := exact * (1 + 1e-12)
	if allowed < 1 {
		per = time.Duration(min(float64(per)/exact, float64(farAhead)))
		allowed = 1
	}
	return window{limit: int(min(allowed, math.MaxInt32)), span: per + margin}
}

// at returns the earliest time, not before floor, of the k-th grant from now
// on, if only this window holds the grants back.
func (w *window) at(k int, floor time.Duration) time.Duration {
	// Calls that are not in the ring yet follow those before them.
	rounds := (k - 1) / w.limit
	i := w.n + (k-1)%w.limit - w.limit
	if i >= 0 {
		floor = max(floor, w.ring[(w.head+i)%len(w.ring)]+w.span)
	}
	if rounds > 0 && w.span > (2*farAhead-floor)/time.Duration(rounds) {
		return 2 * farAhead
	}
	return floor + time.Duration(rounds)*w.span
}

// add records a grant. It may be older than others that are known: the window
// needs the newest ones, at most limit of them.
func (w *window) add(at, now time.Duration) {
	w.expire(now)
	if at+w.span <= now {
		return
	}
	if w.n == w.limit {
		if at <= w.ring[w.head] {
			return
		}
		w.head = (w.head + 1) % len(w.ring)
		w.n--
	}
	if w.n == len(w.ring) {
		grown := make([]time.Duration, min(w.limit, max(16, 2*len(w.ring))))
		copied := copy(grown, w.ring[w.head:])
		copy(grown[copied:], w.ring[:w.head])
		w.ring, w.head = grown, 0
	}
	i := w.n
	for ; i > 0; i-- {
		before := w.ring[(w.head+i-1)%len(w.ring)]
		if before <= at {
			break
		}
		w.ring[(w.head+i)%len(w.ring)] = before
	}
	w.ring[(w.head+i)%len(w.ring)] = at
	w.n++
}

// expire forgets the grants that no longer count.
func (w *window) expire(now time.Duration) {
	for w.n > 0 && w.ring[w.head]+w.span <= now {
		w.head = (w.head + 1) % len(w.ring)
		w.n--
	}
}
