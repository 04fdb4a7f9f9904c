package redislimit

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Limits returns the limits of op for all processes together: the quotas times
// the share. It asks nobody.
func (l *Limiter) Limits(op workato.Operation) ratelimit.Limits { return l.allowed.Limits(op) }

// State returns the state of a family, read from Redis. The limits, the calls
// used and the pauses are those of all processes; Waiting, Granted, Denied,
// Throttled, Waits and Waited are of this one. A family that
// workato.Operations() does not have is an error that wraps
// workato.ErrInvalidArgument, Redis being away an *UnavailableError.
func (l *Limiter) State(ctx context.Context, family string) (ratelimit.State, error) {
	s, known := l.allowed.State(family)
	if !known {
		return s, invalid("State(%q): no such family", family)
	}
	// An operation of the family that counts in all of its lanes.
	op := workato.Operation{Quota: workato.Quota{Family: family}}
	for _, candidate := range workato.Operations() {
		if q := candidate.Quota; q.Family == family || q.Family == "" && candidate.Name == family {
			if op = candidate; q.PerHour > 0 {
				break
			}
		}
	}
	_, w := l.windows(op)
	f := l.family(family)
	s.Waiting, s.Granted, s.Denied = 0, f.granted.Load(), f.denied.Load()
	s.Throttled, s.Waits, s.Waited = f.throttled.Load(), f.waits.Load(), time.Duration(f.waited.Load())
	for i := range f.queues {
		q := &f.queues[i]
		q.mu.Lock()
		s.Waiting += q.waiting.Len()
		q.mu.Unlock()
	}
	result, err := l.run(ctx, look, f, w[second].span.Microseconds(), w[minute].span.Microseconds(), w[hour].span.Microseconds())
	if err != nil {
		return s, err
	}
	reply, err := result.Int64Slice()
	if err != nil || len(reply) != 2*lanes {
		return s, &UnavailableError{Family: family, Err: errors.Join(errors.New("unexpected reply"), err)}
	}
	s.UsedSecond, s.UsedMinute, s.UsedHour = int(reply[second]), int(reply[minute]), int(reply[hour])
	pause := func(lane int) time.Duration { return time.Duration(reply[lanes+lane]) * time.Microsecond }
	s.PausedSecond, s.PausedMinute, s.PausedHour = pause(second), pause(minute), pause(hour)
	s.Paused = max(s.PausedSecond, s.PausedMinute, s.PausedHour)
	return s, nil
}

// Stats returns the states of the families that this process has used, sorted by
// name.
func (l *Limiter) Stats(ctx context.Context) ([]ratelimit.State, error) {
	l.mu.Lock()
	names := slices.Sorted(maps.Keys(l.families))
	l.mu.Unlock()
	states := make([]ratelimit.State, 0, len(names))
	for _, name := range names {
		s, err := l.State(ctx, name)
		if err != nil {
			return states, err
		}
		states = append(states, s)
	}
	return states, nil
}
