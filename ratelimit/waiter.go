package ratelimit

import (
	"container/list"
	"context"
	"math"
	"time"
)

// waiter is an entry of a queue.
type waiter struct {
	operation string
	queue     int
	ticket    uint64
	since     time.Duration
	// wake says that the waiter may have become the first, was dropped, or has
	// to wait for longer.
	wake chan struct{}
	// place is nil once the waiter has left the queue.
	place       *list.Element
	deadline    time.Duration
	hasDeadline bool
	// due is when the grant is expected, told what was reported to the user.
	due, told time.Duration
	reason    Reason
	// timer rouses the waiter when its grant is due; nil until that is known.
	timer *time.Timer
}

// waiterAt returns nil if there is no such place.
func waiterAt(place *list.Element) *waiter {
	if place == nil {
		return nil
	}
	w, _ := place.Value.(*waiter)
	return w
}

// expects records when the grant is due now.
func (w *waiter) expects(due time.Duration, reason Reason) { w.due, w.reason = due, reason }

// surprised reports whether the wait has become so much longer than reported
// that the user should know.
func (w *waiter) surprised() bool { return w.due-w.told >= longWait }

// news is what to report to the user about w.
func (f *family) news(w *waiter, now time.Duration) Wait {
	w.told = w.due
	return Wait{Family: f.name, Operation: w.operation, Duration: w.due - now, Reason: w.reason}
}

func (w *waiter) rouse() {
	select {
	case w.wake <- struct{}{}:
	default: // it has not read the last signal yet
	}
}

// rouseIn sets the time of the grant, in place of the one set before.
func (w *waiter) rouseIn(d time.Duration) {
	if w.timer == nil {
		w.timer = time.AfterFunc(d, w.rouse)
		return
	}
	w.timer.Reset(d)
}

// sleep waits until w is first and its time has come.
func (f *family) sleep(ctx context.Context, w *waiter) error {
	defer func() {
		if w.timer != nil {
			w.timer.Stop()
		}
	}()
	for {
		done, news, err := f.try(ctx, w)
		if done {
			return err
		}
		f.cfg.tell(ctx, news)
		select {
		case <-ctx.Done():
		case <-w.wake:
		}
	}
}

// try takes the grant of w if it is due, and reports whether w has left the
// queue. Otherwise it sets the timer if w is the one whose turn is next, and
// returns what to report to the user if w waits longer than reported before.
func (f *family) try(ctx context.Context, w *waiter) (done bool, news Wait, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if w.place == nil {
		return true, news, f.deny(w.due-now, w.reason, context.DeadlineExceeded)
	}
	if ctx.Err() != nil {
		f.leave(w, now)
		return true, news, f.deny(w.due-now, w.reason, ended(ctx))
	}
	if f.waiting[w.queue].Front() == w.place && f.goesFirst(w.queue, w.ticket, now) {
		next, reason := f.next(w.queue, now)
		if next <= now {
			f.grant(w.queue, now)
			f.leave(w, now)
			return true, news, nil
		}
		w.expects(next, reason)
		if w.hasDeadline && next >= w.deadline {
			f.leave(w, now)
			return true, news, f.deny(next-now, reason, context.DeadlineExceeded)
		}
		w.rouseIn(next - now)
	}
	if w.surprised() {
		news = f.news(w, now)
	}
	return false, news, nil
}

// leave takes w out of its queue and lets the others move up.
func (f *family) leave(w *waiter, now time.Duration) {
	f.remove(w, now)
	f.wakeFirst()
}

func (f *family) remove(w *waiter, now time.Duration) {
	f.waiting[w.queue].Remove(w.place)
	w.place = nil
	if f.waited += now - w.since; f.waited < 0 { // the waits of many callers over years
		f.waited = math.MaxInt64
	}
}

// abandon takes w out of its queue if it is still in it, after the user's
// function has panicked.
func (f *family) abandon(w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.place != nil {
		f.leave(w, f.now())
	}
}

// wakeFirst makes the first waiter of each queue check its turn again.
func (f *family) wakeFirst() {
	for i := range f.waiting {
		if first := waiterAt(f.waiting[i].Front()); first != nil {
			first.rouse()
		}
	}
}

// reconsider updates the waiters after their times have become later, and drops
// those that can no longer go before their deadlines: the sooner they know, the
// more their callers can do.
func (f *family) reconsider(now time.Duration) {
	for queue := range f.waiting {
		stay := 0
		for place := f.waiting[queue].Front(); place != nil; {
			w := waiterAt(place)
			place = place.Next()
			w.expects(f.due(queue, now, stay+1, stay+1))
			if w.hasDeadline && w.due >= w.deadline {
				f.remove(w, now)
				w.rouse()
				continue
			}
			if w.surprised() {
				w.rouse()
			}
			stay++
		}
	}
	f.wakeFirst()
}
