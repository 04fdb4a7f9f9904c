package redislimit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// A family has two queues in each process, as in package ratelimit: those that
// wait for an hourly quota must not keep the others waiting.
const (
	plain = iota
	hourly
	queues
)

// family is what a process keeps of one quota. The counts are in Redis.
type family struct {
	limiter *Limiter
	name    string
	keys    []string
	queues  [queues]queue
	// struck says that Redis knows of a pause after which no call was accepted.
	struck atomic.Bool

	granted, denied, throttled, waits atomic.Uint64
	waited                            atomic.Int64

	mu   sync.Mutex
	owed []debt // pauses that Redis does not know of
}

// debt is a pause of a lane that has yet to be stored.
type debt struct {
	lane  int
	until time.Time
}

// request is a call that asks for a grant.
type request struct {
	op      workato.Operation
	windows windows
}

// verdict is what Redis says to it.
type verdict struct {
	wait   time.Duration
	reason ratelimit.Reason
}

// ask asks Redis for a grant. Only the first of a queue does.
func (q *queue) ask(ctx context.Context, r request) (verdict, error) {
	f := q.family
	if err := q.settle(ctx, r.windows); err != nil {
		return verdict{}, err
	}
	args := []any{f.limiter.ticket(), q.epoch, fmt.Sprintf("%016x", rand.Uint64())}
	for _, w := range r.windows {
		args = append(args, w.limit, w.span.Microseconds())
	}
	result, err := f.limiter.run(ctx, take, f, args...)
	if err != nil {
		return verdict{}, err
	}
	reply, err := result.Slice()
	if err != nil || len(reply) != 4 {
		return verdict{}, &UnavailableError{Family: f.name, Err: fmt.Errorf("unexpected reply %v: %w", result, err)}
	}
	wait, _ := reply[0].(int64)
	lane, _ := reply[1].(int64)
	q.epoch, _ = reply[2].(string)
	f.struck.Store(reply[3] == int64(1))
	v := verdict{wait: time.Duration(wait) * time.Microsecond}
	if lane > 0 && int(lane) <= len(reasons) {
		v.reason = reasons[lane-1]
	}
	return v, nil
}

// owe records a grant that Redis does not know of.
func (q *queue) owe(at time.Time, w windows) {
	q.mu.Lock()
	defer q.mu.Unlock()
	keep := max(w[second].limit, w[minute].limit, w[hour].limit)
	if q.owed = append(q.owed, at); len(q.owed) > keep {
		q.owed = q.owed[len(q.owed)-keep:]
	}
}

// settle tells Redis what happened while it was away.
func (q *queue) settle(ctx context.Context, w windows) error {
	f := q.family
	q.mu.Lock()
	sent := q.owed
	q.owed = nil
	q.mu.Unlock()
	if len(sent) > 0 {
		counted := 0
		if w[hour].limit > 0 {
			counted = 1
		}
		args := []any{counted}
		for _, at := range sent {
			args = append(args, f.limiter.ticket(), time.Since(at).Microseconds())
		}
		if _, err := f.limiter.run(ctx, charge, f, args...); err != nil {
			q.mu.Lock()
			q.owed = append(sent, q.owed...)
			q.mu.Unlock()
			return err
		}
	}
	f.mu.Lock()
	debts := f.owed
	f.owed = nil
	f.mu.Unlock()
	for i, d := range debts {
		if left := time.Until(d.until); left > 0 {
			if err := f.pause(ctx, d.lane, left, 0); err != nil {
				f.mu.Lock()
				f.owed = append(debts[i:], f.owed...)
				f.mu.Unlock()
				return err
			}
		}
	}
	return nil
}

const (
	firstPause   = 5 * time.Second
	longestGrown = time.Minute
	longestAsked = time.Hour
	// patience is how long Observe, which has no context, waits for Redis.
	patience = time.Second
)

// refused records a 429.
func (f *family) refused(w windows, retryAfter time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	lane := w.exceeded(retryAfter)
	first := min(firstPause, w[lane].per)
	asked := min(max(0, retryAfter), longestAsked)
	f.struck.Store(true)
	if f.pause(ctx, lane, asked, first) == nil {
		return
	}
	if asked == 0 {
		asked = first
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.owed) > 0 && f.owed[len(f.owed)-1].lane == lane { // one event
		f.owed = f.owed[:len(f.owed)-1]
	}
	f.owed = append(f.owed, debt{lane, time.Now().Add(asked)})
}

func (f *family) pause(ctx context.Context, lane int, asked, first time.Duration) error {
	_, err := f.limiter.run(ctx, refuse, f, lane+1, asked.Microseconds(), first.Microseconds(), longestGrown.Microseconds())
	return err
}

// accepted records a response that was not a refusal.
func (f *family) accepted(w windows) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var args []any
	for i := range lanes {
		if w[i].limit > 0 {
			args = append(args, i+1)
		}
	}
	if _, err := f.limiter.run(ctx, accept, f, args...); err == nil {
		f.struck.Store(false) // take says so if a pause lasts
	}
}
