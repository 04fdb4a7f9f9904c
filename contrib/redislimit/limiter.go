package redislimit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Limiter paces the calls of any number of processes. Build it with New. It is
// safe for concurrent use, starts no goroutine and needs no closing; the Redis
// client remains the caller's.
type Limiter struct {
	rdb redis.UniversalClient
	cfg config
	// quotas are the figures before the share, allowed those after it.
	quotas, allowed *ratelimit.Limiter
	id              string
	tickets         atomic.Uint64
	outage          outage

	mu       sync.Mutex
	families map[string]*family
}

var (
	_ workato.Limiter       = (*Limiter)(nil)
	_ workato.LimitObserver = (*Limiter)(nil)
)

// New returns a Limiter for the quotas of workato.Operations. It sends nothing.
// It reports all invalid options at once, in an error that wraps
// workato.ErrInvalidArgument.
func New(rdb redis.UniversalClient, opts ...Option) (*Limiter, error) {
	cfg := config{prefix: "workato:", share: 1, margin: time.Second, minute: time.Minute}
	var errs []error
	if rdb == nil {
		errs = append(errs, invalid("New: want a Redis client"))
	}
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("option is nil"))
			continue
		}
		errs = append(errs, opt(&cfg))
	}
	quotas, err := ratelimit.New(cfg.quotas...)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	allowed, err := ratelimit.New(append(cfg.quotas, ratelimit.Share(cfg.share))...)
	if err != nil {
		return nil, err
	}
	return &Limiter{
		rdb: rdb, cfg: cfg, quotas: quotas, allowed: allowed,
		id: fmt.Sprintf("%016x", rand.Uint64()), families: map[string]*family{},
	}, nil
}

// Wait blocks until op may be sent without exceeding its quotas and counts it,
// for all processes. It is a *ratelimit.Error if ctx ends first, or if the wait
// is known to last until its deadline: then the call is not counted. It is an
// *UnavailableError if Redis is away and there is no Fallback.
func (l *Limiter) Wait(ctx context.Context, op workato.Operation) error {
	name, w := l.windows(op)
	f := l.family(name)
	q := &f.queues[plain]
	if w[hour].limit > 0 {
		q = &f.queues[hourly]
	}
	err := q.wait(ctx, request{op: op, windows: w})
	var away *UnavailableError
	if l.cfg.fallback == nil {
		return err
	}
	switch {
	case err == nil:
		if c, ok := l.cfg.fallback.(interface {
			Charge(op workato.Operation, sent ...time.Time)
		}); ok {
			c.Charge(op, time.Now())
		}
	case errors.As(err, &away):
		if err = l.cfg.fallback.Wait(ctx, op); err == nil {
			q.owe(time.Now(), w)
		}
	}
	return err
}

// Observe records the status of a response to op. A 429 pauses, for all
// processes, one of the quotas that op counts towards, as
// ratelimit.Limiter.Observe does. It waits for Redis for at most a second; a
// pause that could not be stored is stored before the next call.
func (l *Limiter) Observe(op workato.Operation, status int, retryAfter time.Duration) {
	if o, ok := l.cfg.fallback.(workato.LimitObserver); ok {
		o.Observe(op, status, retryAfter)
	}
	name, w := l.windows(op)
	f := l.family(name)
	switch {
	case status == http.StatusTooManyRequests:
		f.throttled.Add(1)
		f.refused(w, retryAfter)
	case status > 0 && status < http.StatusInternalServerError && f.struck.Load():
		// A gateway error would prove nothing about the quota.
		f.accepted(w)
	}
}

func (l *Limiter) family(name string) *family {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.families[name]
	if f == nil {
		tag := l.cfg.prefix + "{" + name + "}:"
		f = &family{limiter: l, name: name, keys: []string{tag + "sent", tag + "hour", tag + "state"}}
		for i := range f.queues {
			f.queues[i].family = f
		}
		l.families[name] = f
	}
	return f
}

// ticket names one grant.
func (l *Limiter) ticket() string { return l.id + "-" + strconv.FormatUint(l.tickets.Add(1), 36) }

// again is how long Redis is not asked after it did not answer: a queue of
// callers would each have to find out by themselves.
const again = time.Second

// outage is what this process knows of Redis being away.
type outage struct {
	mu    sync.Mutex
	since time.Time // zero: it is not
	until time.Time // when it is asked again
	err   error
}

// run executes a script. The error says that Redis is away or that ctx ended.
func (l *Limiter) run(ctx context.Context, script *redis.Script, f *family, args ...any) (*redis.Cmd, error) {
	if err := l.outage.present(); err != nil {
		return nil, &UnavailableError{Family: f.name, Err: err}
	}
	result := script.Run(ctx, l.rdb, f.keys, args...)
	err := result.Err()
	if err != nil && ctx.Err() != nil {
		return nil, ended(ctx)
	}
	began, over := l.outage.set(err)
	if l.cfg.logger != nil {
		switch {
		case began:
			l.cfg.logger.WarnContext(ctx, "workato quotas: Redis is away", "error", err.Error(), "fallback", l.cfg.fallback != nil)
		case over > 0:
			l.cfg.logger.InfoContext(ctx, "workato quotas: Redis is back", "away", over.Round(time.Millisecond))
		}
	}
	if err != nil {
		return nil, &UnavailableError{Family: f.name, Err: err}
	}
	return result, nil
}

// present returns why Redis should not be asked now.
func (o *outage) present() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Now().Before(o.until) {
		return o.err
	}
	return nil
}

// set records how a request ended, and reports whether an outage began or how
// long the one that is over was.
func (o *outage) set(err error) (began bool, over time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		if !o.since.IsZero() {
			over = time.Since(o.since)
		}
		o.since, o.until, o.err = time.Time{}, time.Time{}, nil
		return false, over
	}
	began = o.since.IsZero()
	if began {
		o.since = time.Now()
	}
	o.until, o.err = time.Now().Add(again), err
	return began, 0
}
