package ratelimit

import (
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// Limits are the calls that a Limiter permits an operation: the quotas times
// the share. A share of less than one call is shown as 1, see Share.
type Limits struct {
	// Family is the name of the quota, which the operation may share with others.
	Family string
	// PerSecond, PerMinute and PerHour are 0 where there is no such quota.
	PerSecond, PerMinute, PerHour int
	// Undocumented says that the reference states no quota, so PerMinute is the
	// value of the option Undocumented.
	Undocumented bool
}

// Limits returns the limits of op. They are known before the first call.
func (l *Limiter) Limits(op workato.Operation) Limits {
	quotas, undocumented := l.figures(op)
	var allowed figures
	for i, quota := range quotas {
		allowed[i] = newLane(i, quota, &l.cfg).allowed()
	}
	return Limits{
		Family: familyOf(op), PerSecond: allowed[second], PerMinute: allowed[minute], PerHour: allowed[hour],
		Undocumented: undocumented,
	}
}

// State describes a family at one moment.
type State struct {
	// Family is the name of the quota.
	Family string
	// PerSecond, PerMinute and PerHour are the calls that the Limiter allows:
	// the quota times the share. They are 0 where there is no such quota.
	PerSecond, PerMinute, PerHour int
	// UsedSecond, UsedMinute and UsedHour are the calls of the last second,
	// minute and hour that still count.
	UsedSecond, UsedMinute, UsedHour int
	// Waiting is the number of calls in the queue.
	Waiting int
	// Paused is how long the pause after a 429 still lasts, 0 for none: the
	// longest of those of the second, the minute and the hour, each of which
	// pauses by itself.
	Paused                                 time.Duration
	PausedSecond, PausedMinute, PausedHour time.Duration
	// Granted counts the calls permitted so far, Denied those that ended with an
	// *Error, Throttled the responses with status 429.
	Granted, Denied, Throttled uint64
	// Waits counts the calls that had to wait, or still do, and Waited is the
	// total wait of those that have gone or given up.
	Waits  uint64
	Waited time.Duration
}

// State returns the state of a family. The second result is false for a family
// that workato.Operations() does not have and of which no call has been seen.
func (l *Limiter) State(family string) (State, bool) {
	f := l.seen(family)
	if f == nil {
		quotas, ok := l.known[family]
		if !ok {
			return State{}, false
		}
		f = newFamily(family, quotas, &l.cfg)
	}
	return f.state(), true
}

// Stats returns the states of all families seen so far, sorted by name.
func (l *Limiter) Stats() []State {
	l.mu.RLock()
	all := make([]*family, 0, len(l.families))
	for _, f := range l.families {
		all = append(all, f)
	}
	l.mu.RUnlock()
	slices.SortFunc(all, func(a, b *family) int { return strings.Compare(a.name, b.name) })
	states := make([]State, len(all))
	for i, f := range all {
		states[i] = f.state()
	}
	return states
}

func (f *family) state() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	s := State{
		Family:       f.name,
		PerSecond:    f.lanes[second].allowed(),
		PerMinute:    f.lanes[minute].allowed(),
		PerHour:      f.lanes[hour].allowed(),
		UsedSecond:   f.lanes[second].used(now),
		UsedMinute:   f.lanes[minute].used(now),
		UsedHour:     f.lanes[hour].used(now),
		Waiting:      f.waiting[plain].Len() + f.waiting[hourly].Len(),
		PausedSecond: f.lanes[second].pausedFor(now),
		PausedMinute: f.lanes[minute].pausedFor(now),
		PausedHour:   f.lanes[hour].pausedFor(now),
		Granted:      f.granted,
		Denied:       f.denied,
		Throttled:    f.throttled,
		Waits:        f.waits,
		Waited:       f.waited,
	}
	s.Paused = max(s.PausedSecond, s.PausedMinute, s.PausedHour)
	return s
}
