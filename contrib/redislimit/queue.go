package redislimit

import (
	"container/list"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/go-workato/workato/ratelimit"
)

// queue holds the waiting calls of a family in this process. The first one asks
// Redis and sleeps for as long as it is told to; the others wait for it.
type queue struct {
	family *family
	epoch  string // of the last grant; only the first of the queue uses it

	mu      sync.Mutex
	waiting list.List
	// due is when the first may go, as far as is known.
	due    time.Time
	reason ratelimit.Reason
	owed   []time.Time // grants of the fallback that Redis does not know of
}

type waiter struct {
	// wake says that the waiter has become the first, was dropped, or has to wait
	// for longer than it knows.
	wake     chan struct{}
	place    *list.Element // nil once it has left
	deadline time.Time     // zero for none
	told     time.Time     // the due that was reported to the user
	since    time.Time
	waits    bool
}

func (w *waiter) misses(due time.Time) bool { return !w.deadline.IsZero() && !due.Before(w.deadline) }

func (w *waiter) rouse() {
	select {
	case w.wake <- struct{}{}:
	default: // it has not read the last signal yet
	}
}

// longWait is a wait that a person notices.
const longWait = time.Second

// jitter keeps processes that are told the same time from asking in the same
// moment. A little late is also a little fair: it is not always the same that
// comes first.
const jitter = 2 * time.Millisecond

// wait queues for one grant.
func (q *queue) wait(ctx context.Context, r request) error {
	if ctx.Err() != nil {
		return q.deny(0, "", ended(ctx))
	}
	w, err := q.join(ctx)
	if err != nil {
		return err
	}
	defer q.leave(w)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return q.gaveUp(ctx, w)
		case <-w.wake:
		case <-timer.C:
		}
		first, err := q.turn(ctx, w, r)
		if err != nil {
			return err
		}
		if !first {
			continue
		}
		v, err := q.ask(ctx, r)
		switch {
		case err != nil && ctx.Err() != nil:
			return q.gaveUp(ctx, w)
		case err != nil:
			return err
		case v.wait <= 0:
			q.family.granted.Add(1)
			return nil
		}
		if err := q.hold(ctx, w, r, v); err != nil {
			return err
		}
		timer.Reset(time.Until(w.told) + rand.N(jitter))
	}
}

// join adds a waiter to the end, unless it would miss its deadline.
func (q *queue) join(ctx context.Context) (*waiter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w := &waiter{wake: make(chan struct{}, 1), since: time.Now()}
	w.deadline, _ = ctx.Deadline()
	if q.waiting.Len() > 0 {
		if w.misses(q.due) {
			return nil, q.deny(time.Until(q.due), q.reason, context.DeadlineExceeded)
		}
		q.counts(w)
	}
	w.place = q.waiting.PushBack(w)
	return w, nil
}

// counts records that a call has to wait.
func (q *queue) counts(w *waiter) {
	if !w.waits {
		w.waits = true
		q.family.waits.Add(1)
	}
}

// turn reports whether w is the first. Otherwise it reports the wait to the user
// if it is news.
func (q *queue) turn(ctx context.Context, w *waiter, r request) (bool, error) {
	q.mu.Lock()
	if w.place == nil {
		defer q.mu.Unlock()
		return false, q.deny(time.Until(q.due), q.reason, context.DeadlineExceeded)
	}
	if q.waiting.Front() == w.place {
		defer q.mu.Unlock()
		return !time.Now().Before(q.due), nil
	}
	due, reason := q.due, q.reason
	news := due.Sub(w.told) >= longWait
	if news {
		w.told = due
	}
	q.mu.Unlock()
	if news {
		q.tell(ctx, r, time.Until(due), reason)
	}
	return false, nil
}

// hold makes the first of the queue wait as Redis said, and the others with it.
func (q *queue) hold(ctx context.Context, w *waiter, r request, v verdict) error {
	q.mu.Lock()
	q.due, q.reason = time.Now().Add(v.wait), v.reason
	if w.misses(q.due) {
		defer q.mu.Unlock()
		return q.deny(v.wait, v.reason, context.DeadlineExceeded)
	}
	news := q.due.Sub(w.told) >= longWait || w.told.IsZero()
	w.told = q.due
	q.counts(w)
	// Those that can no longer go before their deadlines know it at once.
	for place := w.place.Next(); place != nil; {
		other, _ := place.Value.(*waiter)
		place = place.Next()
		if other.misses(q.due) {
			q.remove(other)
		}
		other.rouse()
	}
	q.mu.Unlock()
	if news {
		q.tell(ctx, r, v.wait, v.reason)
	}
	return nil
}

// leave takes w out of the queue, if it is still in it, and lets the next one ask.
func (q *queue) leave(w *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.place == nil {
		return
	}
	first := q.waiting.Front() == w.place
	q.remove(w)
	if !first {
		return
	}
	q.due = time.Time{} // the next one has to ask for itself
	if next := q.waiting.Front(); next != nil {
		if w, ok := next.Value.(*waiter); ok {
			w.rouse()
		}
	}
}

func (q *queue) remove(w *waiter) {
	q.waiting.Remove(w.place)
	w.place = nil
	if w.waits {
		q.family.waited.Add(int64(time.Since(w.since)))
	}
}

// gaveUp is the error of a waiter whose context has ended.
func (q *queue) gaveUp(ctx context.Context, w *waiter) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.deny(time.Until(w.told), q.reason, ended(ctx))
}

// deny counts and builds the error of a call that is not permitted.
func (q *queue) deny(wait time.Duration, reason ratelimit.Reason, err error) error {
	q.family.denied.Add(1)
	return &ratelimit.Error{Family: q.family.name, Wait: max(0, wait), Reason: reason, Err: err}
}

// tell reports a wait to the user's functions and the log.
func (q *queue) tell(ctx context.Context, r request, wait time.Duration, reason ratelimit.Reason) {
	if wait <= 0 {
		return
	}
	cfg := &q.family.limiter.cfg
	for _, told := range cfg.onWait {
		told(ratelimit.Wait{Family: q.family.name, Operation: r.op.Name, Duration: wait, Reason: reason})
	}
	if cfg.logger != nil && wait > longWait && cfg.logger.Enabled(ctx, slog.LevelInfo) {
		cfg.logger.LogAttrs(ctx, slog.LevelInfo, "workato wait",
			slog.String("operation", r.op.Name),
			slog.String("family", q.family.name),
			slog.Duration("wait", wait.Round(time.Millisecond)),
			slog.String("reason", string(reason)),
		)
	}
}
