package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A family has two queues, because operations with an hourly quota may have to
// wait for most of an hour, and the others of their family must not wait behind
// them: a program that waits to start the next import still polls the last one.
const (
	plain = iota
	hourly
	queues
)

// family is one quota and its waiters. Times are durations since base:
// monotonic, and small enough to keep by the thousand.
//
// No goroutine serves the queues. The first waiter of each sleeps until its own
// time, takes its own grant and wakes the next one. So there is nothing to
// close, and no grant goes to a waiter that has just given up.
type family struct {
	name  string
	base  time.Time
	cfg   *config
	pacer *rate.Limiter // nil: no spacing

	mu      sync.Mutex
	lanes   [lanes]*lane
	waiting [queues]list.List
	tickets uint64

	granted, denied, throttled, waits uint64
	waited                            time.Duration
}

// figures are the calls of a family that the service allows in each lane, 0 for
// no limit.
type figures [lanes]int

func newFamily(name string, quotas figures, cfg *config) *family {
	f := &family{name: name, base: time.Now(), cfg: cfg}
	for i, quota := range quotas {
		f.lanes[i] = newLane(i, quota, cfg)
	}
	if perMinute := f.lanes[minute].allowed(); perMinute > 0 && cfg.spread > 0 {
		burst := cfg.burst
		if burst == 0 {
			burst = max(1, perMinute/10)
		}
		limit := rate.Limit(float64(perMinute) / cfg.spread.Seconds())
		f.pacer = rate.NewLimiter(limit, min(burst, perMinute))
	}
	return f
}

func (f *family) now() time.Duration { return time.Since(f.base) }

// queueOf returns the queue of the operations with the given hourly quota, 0
// for none, and makes the lane that they need.
func (f *family) queueOf(perHour int) int {
	if perHour <= 0 {
		return plain
	}
	if f.lanes[hour] == nil {
		f.lanes[hour] = newLane(hour, perHour, f.cfg)
	}
	return hourly
}

// lanesOf returns the lanes in which the calls of a queue count.
func (f *family) lanesOf(queue int) []*lane {
	if queue == plain {
		return f.lanes[:hour]
	}
	return f.lanes[:]
}

// wait queues for one grant.
func (f *family) wait(ctx context.Context, operation string, perHour int) error {
	f.mu.Lock()
	now := f.now()
	if ctx.Err() != nil {
		defer f.mu.Unlock()
		return f.deny(0, "", ended(ctx))
	}
	queue := f.queueOf(perHour)
	if f.waiting[queue].Len() == 0 && f.goesFirst(queue, f.tickets, now) {
		if next, _ := f.next(queue, now); next <= now {
			f.grant(queue, now)
			f.mu.Unlock()
			return nil
		}
	}
	w, news, err := f.join(ctx, operation, queue, now)
	f.mu.Unlock()
	if err != nil {
		return err
	}
	defer f.abandon(w)
	f.cfg.tell(ctx, news)
	return f.sleep(ctx, w)
}

// expect returns when a call that joined a queue now would get its grant, and
// the reason for the wait.
func (f *family) expect(queue int, now time.Duration) (time.Duration, Reason) {
	// All waiters of its own queue are ahead. Those of the other one too, except
	// imports that wait for their hour.
	ahead := f.waiting[queue].Len()
	if queue == hourly {
		ahead += f.waiting[plain].Len()
	} else {
		ahead += min(f.waiting[hourly].Len(), f.lanes[hour].free(now))
	}
	return f.due(queue, now, ahead+1, f.waiting[queue].Len()+1)
}

// join adds a new waiter to the end of its queue, unless it would miss its
// deadline.
func (f *family) join(ctx context.Context, operation string, queue int, now time.Duration) (*waiter, Wait, error) {
	due, reason := f.expect(queue, now)
	w := &waiter{operation: operation, queue: queue, ticket: f.tickets, wake: make(chan struct{}, 1), since: now, due: due, reason: reason}
	if deadline, ok := ctx.Deadline(); ok {
		w.hasDeadline, w.deadline = true, deadline.Sub(f.base)
		if due >= w.deadline {
			return nil, Wait{}, f.deny(due-now, reason, context.DeadlineExceeded)
		}
	}
	f.tickets++
	f.waits++
	w.place = f.waiting[queue].PushBack(w)
	return w, f.news(w, now), nil
}

// goesFirst reports whether the first of a queue, with the given ticket, comes
// before the first of the other queue.
func (f *family) goesFirst(queue int, ticket uint64, now time.Duration) bool {
	other := waiterAt(f.waiting[queues-1-queue].Front())
	if other == nil || other.ticket > ticket {
		return true
	}
	return queue == plain && f.lanes[hour].free(now) == 0
}

// next returns when the next call of a queue may go, not before now.
func (f *family) next(queue int, now time.Duration) (time.Duration, Reason) {
	return f.due(queue, now, 1, 1)
}

// due returns when the k-th call of the family may go if it is the j-th with an
// hourly quota, and the reason for the wait. It is exact for the first of a
// queue. For the others it is never too late, unless a call ahead gives up.
func (f *family) due(queue int, now time.Duration, k, j int) (due time.Duration, reason Reason) {
	due = now
	for i, lane := range f.lanesOf(queue) {
		if lane == nil {
			continue
		}
		at, why := now, ReasonPause
		if lane.paused > now {
			at = lane.paused
		}
		if i == minute {
			if spaced := f.spaced((k-1)%lane.limit+1, at); spaced > at {
				at, why = spaced, ReasonSpacing
			}
		}
		n := k
		if i == hour {
			n = j
		}
		if free := lane.at(n, at); free > at {
			at, why = free, reasons[i]
		}
		if at > due {
			due, reason = at, why
		}
	}
	return due, reason
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

func (f *family) grant(queue int, now time.Duration) {
	for _, lane := range f.lanesOf(queue) {
		if lane != nil {
			lane.add(now, now)
		}
	}
	if f.pacer != nil {
		f.pacer.AllowN(f.base.Add(now), 1) // next has checked that there is one
	}
	f.granted++
}

// deny counts and builds the error of a call that is not permitted.
func (f *family) deny(wait time.Duration, reason Reason, err error) error {
	f.denied++
	return &Error{Family: f.name, Wait: max(0, wait), Reason: reason, Err: err}
}

// refused records a 429 of an operation with the given hourly quota.
func (f *family) refused(perHour int, retryAfter time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.throttled++
	now := f.now()
	if f.exceeded(f.queueOf(perHour), retryAfter).pause(now, retryAfter) {
		f.reconsider(now)
	}
}

// exceeded returns the lane whose quota a 429 is about: the shortest one that
// can make a call wait for as long as the service asks. Without a Retry-After
// it is the longest: if that is wrong, the calls of the others get a 429 of
// their own.
func (f *family) exceeded(queue int, retryAfter time.Duration) *lane {
	var longest *lane
	for _, lane := range f.lanesOf(queue) {
		if lane == nil {
			continue
		}
		if retryAfter > 0 && retryAfter <= lane.per {
			return lane
		}
		longest = lane
	}
	return longest
}

// accepted records a response that was not a refusal.
func (f *family) accepted(perHour int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	for _, lane := range f.lanesOf(f.queueOf(perHour)) {
		if lane != nil {
			lane.accepted(now)
		}
	}
}

// charge counts calls that were not granted here.
func (f *family) charge(perHour int, sent []time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, today := f.now(), time.Now()
	for _, lane := range f.lanesOf(f.queueOf(perHour)) {
		if lane == nil {
			continue
		}
		for _, at := range sent {
			age := max(0, today.Sub(at)) // another clock may be ahead
			lane.add(now-age, now)
		}
	}
	f.reconsider(now)
}

// delay returns how long a call of an operation with the given hourly quota
// would wait.
func (f *family) delay(perHour int) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	due, _ := f.expect(f.queueOf(perHour), now)
	return due - now
}
