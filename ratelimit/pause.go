package ratelimit

import (
	"time"
)

// refused begins or prolongs the pause of the family after a 429.
func (f *family) refused(retryAfter time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.throttled++
	now := f.now()
	// Many calls may be under way when the quota ends. All their refusals are
	// one event, and only the wait that one of them names can add to it.
	again := now < f.paused
	wait := min(retryAfter, longestAsked)
	if wait <= 0 {
		if again {
			return
		}
		wait = min(firstPause<<min(f.strikes, 16), longestGrown)
	}
	if !again {
		f.strikes++
	}
	if now+wait <= f.paused {
		return
	}
	f.paused = now + wait
	f.dropHopeless(now)
}

// dropHopeless sends away the waiters that cannot go before their deadlines
// any more: the sooner they know, the more can their callers do.
func (f *family) dropHopeless(now time.Duration) {
	for lane := range f.waiting {
		stay := 0
		for place := f.waiting[lane].Front(); place != nil; {
			w := waiterAt(place)
			place = place.Next()
			w.due = f.due(lane, now, stay+1, stay+1)
			if w.hasDeadline && w.due >= w.deadline {
				f.waiting[lane].Remove(w.place)
				w.place = nil
				w.rouse()
				continue
			}
			stay++
		}
	}
	f.wakeFirst()
}

// accepted notes that the service let a call pass. While a pause lasts this
// says nothing: the call left before the pause.
func (f *family) accepted() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.strikes > 0 && f.now() >= f.paused {
		f.strikes = 0
	}
}

func (f *family) state() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	f.minute.expire(now)
	s := State{
		Family:     f.name,
		PerMinute:  f.minute.limit,
		UsedMinute: f.minute.n,
		Waiting:    f.waiting[plain].Len() + f.waiting[hourly].Len(),
		Paused:     max(0, f.paused-now),
		Granted:    f.granted,
		Denied:     f.denied,
		Throttled:  f.throttled,
	}
	if f.hour != nil {
		f.hour.expire(now)
		s.PerHour, s.UsedHour = f.hour.limit, f.hour.n
	}
	return s
}
