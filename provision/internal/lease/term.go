package lease

import (
	"context"
	"sync"
	"time"
)

// Mark is a moment on both clocks.
type Mark struct{ mono, wall time.Time }

// MarkNow returns the present moment; wall is the wall clock.
func MarkNow(wall func() time.Time) Mark { return Mark{mono: time.Now(), wall: wall().Round(0)} }

// Term is how long a lease surely lasts. It is safe for concurrent use.
type Term struct {
	ttl  time.Duration
	wall func() time.Time
	mu   sync.Mutex
	from Mark
}

// NewTerm returns a Term that has run out.
func NewTerm(ttl time.Duration, wall func() time.Time) *Term { return &Term{ttl: ttl, wall: wall} }

// Start lets it last for its ttl from a moment that was taken before the renewal
// was written: whoever sees the renewal sees it later.
func (t *Term) Start(from Mark) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.from = from
}

// End lets it run out.
func (t *Term) End() { t.Start(Mark{}) }

// Valid is what is left of it by the clock that says less: the monotonic one
// stands still while a machine sleeps, the wall clock can be set back.
func (t *Term) Valid() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.from.mono.IsZero() {
		return 0
	}
	elapsed := max(time.Since(t.from.mono), t.wall().Round(0).Sub(t.from.wall))
	return max(0, t.ttl-elapsed)
}

// Sign is what can be seen of another runner's lease. It changes with every
// renewal.
type Sign struct {
	Epoch, Renewal int64
	// Free says that nobody has the lease.
	Free bool
	// TTL is what the other runner has promised to renew it within.
	TTL time.Duration
}

// Watch looks at a lease until it is free or has not been renewed for its whole
// ttl, by the monotonic clock of this process alone. It returns the last sign,
// and alive if the lease was renewed or taken meanwhile.
func Watch(ctx context.Context, look func() (Sign, error)) (last Sign, alive bool, err error) {
	first, err := look()
	if err != nil || first.Free {
		return first, false, err
	}
	for start := time.Now(); time.Since(start) < first.TTL; {
		if err := Sleep(ctx, max(time.Millisecond, min(first.TTL/10, time.Second))); err != nil {
			return first, false, err
		}
		last, err := look()
		if err != nil || last.Free {
			return last, false, err
		}
		if last != first {
			return last, true, nil
		}
	}
	return first, false, nil
}
