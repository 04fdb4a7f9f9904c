package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	firstPause   = 5 * time.Second
	longestGrown = time.Minute
	longestAsked = time.Hour
)

// A family has two queues, because the operations with an hourly quota may have
// to wait for most of an hour, and the others of their family must not wait
// behind them: whoever waits to start the next import still asks how the last
// one went.
const (
	plain = iota
	hourly
	lanes
)

// family is one quota and those who wait for it. Times are durations since
// base: monotonic, and small enough to keep by the thousand.
//
// No goroutine serves the queues. The first waiter of each sleeps until its own
// time, takes its own grant and wakes the next one. So there is nothing to
// close, and no grant can meet a waiter that has just given up.
type family struct {
	name  string
	base  time.Time
	cfg   *config
	pacer *rate.Limiter // nil: no spacing

	mu      sync.Mutex
	minute  *window
	hour    *window // nil until the first call that has an hourly quota
	waiting [lanes]list.List
	tickets uint64

	paused  time.Duration // end of the pause
	strikes int           // pauses in a row

	granted, denied, throttled uint64
}

// waiter is an entry of a queue.
type waiter struct {
	lane   int
	ticket uint64
	// wake says that the waiter may have become the first, or was dropped.
	wake chan struct{}
	// place is nil once the waiter has left the queue.
	place       *list.Element
	deadline    time.Duration
	hasDeadline bool
	// due is when the grant is expected.
	due time.Duration
}

func newFamily(name string, perMinute int, cfg *config) *family {
	f := &family{
		name:   name,
		base:   time.Now(),
		cfg:    cfg,
		minute: newWindow(perMinute, time.Minute, cfg.share, cfg.margin),
		paused: -1 << 62,
	}
	if cfg.spread > 0 {
		burst := cfg.burst
		if burst == 0 {
			burst = max(1, f.minute.limit/10)
		}
		limit := rate.Limit(float64(f.minute.limit) / cfg.spread.Seconds())
		f.pacer = rate.NewLimiter(limit, min(burst, f.minute.limit))
	}
	return f
}

func (f *family) now() time.Duration { return time.Since(f.base) }

// wait queues for one grant; perHour is 0 for operations without an hourly
// quota.
func (f *family) wait(ctx context.Context, perHour int) error {
	if ctx.Err() != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.deny(0, ended(ctx))
	}
	lane := plain
	f.mu.Lock()
	if perHour > 0 {
		lane = hourly
		if f.hour == nil {
			f.hour = newWindow(perHour, time.Hour, f.cfg.share, f.cfg.margin)
		}
	}
	now := f.now()
	if f.waiting[lane].Len() == 0 && f.goesFirst(lane, f.tickets, now) && f.next(lane, now) <= now {
		f.grant(lane, now)
		f.mu.Unlock()
		return nil
	}
	w, err := f.join(ctx, lane, now)
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.sleep(ctx, w)
}

// join puts a new waiter at the end of its queue, unless it would wait in vain.
func (f *family) join(ctx context.Context, lane int, now time.Duration) (*waiter, error) {
	// In its own queue everybody is ahead. In the other one too, but for imports
	// that wait for their hour.
	ahead := f.waiting[lane].Len()
	if lane == hourly {
		ahead += f.waiting[plain].Len()
	} else if others := f.waiting[hourly].Len(); others > 0 {
		f.hour.expire(now)
		ahead += min(others, f.hour.limit-f.hour.n)
	}
	due := f.due(lane, now, ahead+1, f.waiting[lane].Len()+1)
	w := &waiter{lane: lane, ticket: f.tickets, wake: make(chan struct{}, 1), due: due}
	if deadline, ok := ctx.Deadline(); ok {
		w.hasDeadline, w.deadline = true, deadline.Sub(f.base)
		if due >= w.deadline {
			return nil, f.deny(due-now, context.DeadlineExceeded)
		}
	}
	f.tickets++
	w.place = f.waiting[lane].PushBack(w)
	return w, nil
}

// sleep waits until w is first and its time has come.
func (f *family) sleep(ctx context.Context, w *waiter) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-timer.C:
		}
		done, err := f.try(ctx, w, timer)
		if done {
			return err
		}
	}
}

// try takes the grant of w if it is due, and reports whether w has left the
// queue. Otherwise it sets the timer if w is the one whose turn is next.
func (f *family) try(ctx context.Context, w *waiter, timer *time.Timer) (done bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if w.place == nil {
		return true, f.deny(w.due-now, context.DeadlineExceeded)
	}
	if ctx.Err() != nil {
		f.leave(w)
		return true, f.deny(w.due-now, ended(ctx))
	}
	if f.waiting[w.lane].Front() != w.place || !f.goesFirst(w.lane, w.ticket, now) {
		return false, nil
	}
	next := f.next(w.lane, now)
	if next <= now {
		f.grant(w.lane, now)
		f.leave(w)
		return true, nil
	}
	if w.hasDeadline && next >= w.deadline {
		f.leave(w)
		return true, f.deny(next-now, context.DeadlineExceeded)
	}
	timer.Reset(next - now)
	return false, nil
}

// goesFirst reports whether the first of a queue, with the given ticket, comes
// before the first of the other queue.
func (f *family) goesFirst(lane int, ticket uint64, now time.Duration) bool {
	other := waiterAt(f.waiting[lanes-1-lane].Front())
	if other == nil || other.ticket > ticket {
		return true
	}
	return lane == plain && f.hour.at(1, now) > now
}

// waiterAt returns nil if there is no such place.
func waiterAt(place *list.Element) *waiter {
	if place == nil {
		return nil
	}
	w, _ := place.Value.(*waiter)
	return w
}

// next returns when the next call of a lane may go, not before now.
func (f *family) next(lane int, now time.Duration) time.Duration { return f.due(lane, now, 1, 1) }

// due returns when the k-th call of the family may go if it is the j-th with an
// hourly quota. It is exact for the first of a queue. For the others it is
// never too late, unless somebody ahead gives up.
func (f *family) due(lane int, now time.Duration, k, j int) time.Duration {
	floor := max(now, f.paused)
	due := f.minute.at(k, f.spaced((k-1)%f.minute.limit+1, floor))
	if lane == hourly {
		due = max(due, f.hour.at(j, floor))
	}
	return due
}

// spaced returns when the spacing lets the k-th call from now go.
func (f *family) spaced(k int, floor time.Duration) time.Duration {
	if f.pacer == nil {
		return floor
	}
	missing := float64(k) - f.pacer.TokensAt(f.base.Add(floor))
	if missing <= 0 {
		return floor
	}
	// The nanosecond keeps rounding from waking a waiter just too early.
	return floor + time.Duration(missing/float64(f.pacer.Limit())*float64(time.Second)) + 1
}

func (f *family) grant(lane int, now time.Duration) {
	f.minute.add(now)
	if lane == hourly {
		f.hour.add(now)
	}
	if f.pacer != nil {
		f.pacer.AllowN(f.base.Add(now), 1) // next has seen that there is one
	}
	f.granted++
}

// deny counts and builds the error of a call that is not let go.
func (f *family) deny(wait time.Duration, err error) error {
	f.denied++
	return &Error{Family: f.name, Wait: max(0, wait), Err: err}
}

// leave takes w out of its queue and lets the others move up.
func (f *family) leave(w *waiter) {
	f.waiting[w.lane].Remove(w.place)
	w.place = nil
	f.wakeFirst()
}

// wakeFirst makes the first waiter of each queue look at its turn again.
func (f *family) wakeFirst() {
	for i := range f.waiting {
		if first := waiterAt(f.waiting[i].Front()); first != nil {
			first.rouse()
		}
	}
}

func (w *waiter) rouse() {
	select {
	case w.wake <- struct{}{}:
	default: // it has not yet looked since the last time
	}
}
