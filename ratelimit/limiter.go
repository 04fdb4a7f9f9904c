package ratelimit

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-workato/workato"
)

// Limiter paces the calls of any number of clients. Build it with New. It is
// safe for concurrent use, starts no goroutine and needs no closing.
type Limiter struct {
	cfg config
	// allHourly names the families all of whose operations count by the hour.
	allHourly map[string]int

	mu       sync.RWMutex
	families map[string]*family
}

var (
	_ workato.Limiter       = (*Limiter)(nil)
	_ workato.LimitObserver = (*Limiter)(nil)
)

// Wait blocks until op may be sent without exceeding its quota and counts it.
// Callers of one family go in the order in which they came; only those that
// wait for an hourly quota let the others pass.
//
// The error is always an *Error. It comes at once if the wait would last until
// the deadline of ctx or longer, and when ctx ends: then the call is not
// counted and those behind it move up.
func (l *Limiter) Wait(ctx context.Context, op workato.Operation) error {
	return l.family(op).wait(ctx, l.laneOf(op))
}

// Observe takes note of how the service answered op. A 429 pauses the family
// of op, whose waiting calls then fail at once where their deadline comes before
// the end of the pause. The pause lasts for retryAfter, at most an hour, which
// is the longest time that the service counts over. If the service asked for
// none, it lasts 5 seconds, and twice as long, up to a minute, each time that
// the first answer after a pause is a 429 again.
func (l *Limiter) Observe(op workato.Operation, status int, retryAfter time.Duration) {
	f := l.family(op)
	if status == http.StatusTooManyRequests {
		f.refused(retryAfter)
	} else if status > 0 && status < http.StatusInternalServerError {
		// An error of a gateway would prove nothing about the quota.
		f.accepted()
	}
}

// State describes a family at one moment.
type State struct {
	// Family is the name of the quota.
	Family string
	// PerMinute and PerHour are the calls that the Limiter allows: the quota
	// times the share. PerHour is 0 where there is no such quota.
	PerMinute, PerHour int
	// UsedMinute and UsedHour are the calls of the last minute and hour that
	// still count.
	UsedMinute, UsedHour int
	// Waiting is the number of calls in the queue.
	Waiting int
	// Paused is how long the pause after a 429 still lasts, 0 for none.
	Paused time.Duration
	// Granted counts the calls let go so far, Denied those that ended with an
	// *Error, Throttled the answers with status 429.
	Granted, Denied, Throttled uint64
}

// State returns the state of a family. The second result is false as long as
// no call of the family has been seen.
func (l *Limiter) State(family string) (State, bool) {
	l.mu.RLock()
	f := l.families[family]
	l.mu.RUnlock()
	if f == nil {
		return State{}, false
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

// familyOf returns the name under which op is counted. An operation without a
// family is its own.
func familyOf(op workato.Operation) string {
	if op.Quota.Family == "" {
		return op.Name
	}
	return op.Quota.Family
}

// family finds the family of op, or makes it from the figures of op.
func (l *Limiter) family(op workato.Operation) *family {
	name := familyOf(op)
	l.mu.RLock()
	f := l.families[name]
	l.mu.RUnlock()
	if f != nil {
		return f
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.families[name]; f != nil {
		return f
	}
	f = newFamily(name, l.perMinute(op), &l.cfg)
	l.families[name] = f
	return f
}

func (l *Limiter) perMinute(op workato.Operation) int {
	if n, ok := l.cfg.perMinute[familyOf(op)]; ok {
		return n
	}
	if op.Quota.PerMinute > 0 {
		return op.Quota.PerMinute
	}
	return l.cfg.undocumented
}

// laneOf returns the hourly quota that op counts towards, 0 for none.
func (l *Limiter) laneOf(op workato.Operation) int {
	perHour := op.Quota.PerHour
	if len(l.cfg.perHour) == 0 {
		return perHour
	}
	name := familyOf(op)
	if n, ok := l.cfg.perHour[name]; ok {
		if _, all := l.allHourly[name]; all || perHour > 0 {
			return n
		}
	}
	return perHour
}
