package ratelimit

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/go-workato/workato"
)

// Limiter paces the calls of any number of clients. Build it with New. It is
// safe for concurrent use, starts no goroutine and needs no closing.
type Limiter struct {
	cfg config
	// known are the quotas of the families of workato.Operations().
	known map[string]figures

	mu       sync.RWMutex
	families map[string]*family
}

var (
	_ workato.Limiter       = (*Limiter)(nil)
	_ workato.LimitObserver = (*Limiter)(nil)
)

// New returns a Limiter for the quotas of the operations. It reports all
// invalid options at once, in an error that wraps workato.ErrInvalidArgument.
func New(opts ...Option) (*Limiter, error) {
	cfg := config{
		share:        1,
		perSecond:    map[string]int{},
		perMinute:    map[string]int{},
		perHour:      map[string]int{},
		partly:       map[string]bool{},
		undocumented: defaultUndocumented,
		margin:       defaultMargin,
		spread:       defaultSpread,
	}
	var errs []error
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("option is nil"))
			continue
		}
		errs = append(errs, opt(&cfg))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	l := &Limiter{cfg: cfg, known: map[string]figures{}, families: map[string]*family{}}
	all := workato.Operations()
	for _, op := range all {
		if op.Quota.PerHour > 0 {
			l.cfg.partly[familyOf(op)] = true
		}
	}
	for _, op := range append(all, workato.Operation{Quota: workato.Quota{Family: "raw"}}) {
		quotas, _ := l.figures(op)
		quotas[hour] = max(quotas[hour], l.known[familyOf(op)][hour])
		l.known[familyOf(op)] = quotas
	}
	return l, nil
}

// Wait blocks until op may be sent without exceeding its quotas and counts it.
// Callers of one family go in order of arrival; only those that wait for an
// hourly quota let others pass.
//
// The error is always an *Error. It comes at once if the wait would last until
// the deadline of ctx or longer, and when ctx ends: then the call is not
// counted and those behind it move up.
func (l *Limiter) Wait(ctx context.Context, op workato.Operation) error {
	return l.family(op).wait(ctx, op.Name, l.perHour(op))
}

// Observe records the status of a response to op. A 429 pauses one of the
// quotas that op counts towards: the shortest of second, minute and hour that
// can make a call wait for retryAfter; if the service asked for no wait, the
// longest. So an import that is refused for the rest of the hour does not block
// the reads of its family. The calls that count towards the quota wait, or fail
// at once if their deadline is before the end of the pause.
//
// The pause lasts for retryAfter, at most an hour, which is the longest time
// that the service counts over. If the service asked for none, it lasts 5
// seconds, a second for a quota per second, and twice as long, up to a minute,
// each time that the first response after a pause is a 429 again.
func (l *Limiter) Observe(op workato.Operation, status int, retryAfter time.Duration) {
	f := l.family(op)
	if status == http.StatusTooManyRequests {
		f.refused(l.perHour(op), retryAfter)
	} else if status > 0 && status < http.StatusInternalServerError {
		// A gateway error would prove nothing about the quota.
		f.accepted(l.perHour(op))
	}
}

// Charge counts calls of op that this Limiter did not grant, one for each time:
// those sent by an earlier run, according to its journal, or by another
// program. Calls that no longer count are ignored, and a time in the future
// means now. Waiting callers may have to wait longer.
func (l *Limiter) Charge(op workato.Operation, sent ...time.Time) {
	l.family(op).charge(l.perHour(op), sent)
}

// Delay returns how long a call of op would wait now, assuming that no call
// ahead gives up. It counts nothing, so the next call may wait longer.
func (l *Limiter) Delay(op workato.Operation) time.Duration {
	if f := l.seen(familyOf(op)); f != nil {
		return f.delay(l.perHour(op))
	}
	return 0
}

// familyOf returns the name under which op is counted. An operation without a
// family is its own.
func familyOf(op workato.Operation) string {
	if op.Quota.Family == "" {
		return op.Name
	}
	return op.Quota.Family
}

// seen returns a family, nil if it was not used yet.
func (l *Limiter) seen(name string) *family {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.families[name]
}

// family finds the family of op, or creates it from the quotas of op.
func (l *Limiter) family(op workato.Operation) *family {
	name := familyOf(op)
	if f := l.seen(name); f != nil {
		return f
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.families[name]; f != nil {
		return f
	}
	quotas, _ := l.figures(op)
	if quotas[hour] <= 0 {
		quotas[hour] = l.known[name][hour]
	}
	f := newFamily(name, quotas, &l.cfg)
	l.families[name] = f
	return f
}

// figures returns the quotas of op before the share is taken, and whether they
// are those of an operation without any.
func (l *Limiter) figures(op workato.Operation) (quotas figures, undocumented bool) {
	name := familyOf(op)
	quotas = figures{second: op.Quota.PerSecond, minute: op.Quota.PerMinute, hour: l.perHour(op)}
	if n, ok := l.cfg.perSecond[name]; ok {
		quotas[second] = n
	}
	if n, ok := l.cfg.perMinute[name]; ok {
		quotas[minute] = n
	}
	if quotas[second] <= 0 && quotas[minute] <= 0 {
		quotas[minute], undocumented = l.cfg.undocumented, true
	}
	return quotas, undocumented
}

// perHour returns the hourly quota that op counts towards, 0 for none.
func (l *Limiter) perHour(op workato.Operation) int {
	perHour := op.Quota.PerHour
	if len(l.cfg.perHour) == 0 {
		return perHour
	}
	name := familyOf(op)
	if n, ok := l.cfg.perHour[name]; ok && (perHour > 0 || !l.cfg.partly[name]) {
		return n
	}
	return perHour
}
