package redislimit

import (
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// The lanes of a family, as in package ratelimit, and the spacing of its calls.
// In the scripts they count from 1.
const (
	second = iota
	minute
	hour
	lanes
	spacing = lanes
)

var reasons = [lanes + 2]ratelimit.Reason{
	ratelimit.ReasonSecond, ratelimit.ReasonMinute, ratelimit.ReasonHour, ratelimit.ReasonSpacing, ratelimit.ReasonPause,
}

// window permits limit calls in any span, 0 for no limit.
type window struct {
	limit     int
	per, span time.Duration // without and with the margin
}

// windows are those of an operation: its lanes and the spacing.
type windows [lanes + 1]window

// windows returns those of op. The quotas are ratelimit's, before the share.
func (l *Limiter) windows(op workato.Operation) (string, windows) {
	limits := l.quotas.Limits(op)
	unit := l.cfg.minute
	var w windows
	for i, lane := range []struct {
		quota int
		per   time.Duration
	}{
		second: {limits.PerSecond, unit / 60},
		minute: {limits.PerMinute, unit},
		hour:   {limits.PerHour, 60 * unit},
	} {
		if lane.quota <= 0 {
			continue
		}
		margin := l.cfg.margin
		if i == second {
			// The full margin would halve the rate of one call a second.
			margin /= 10
		}
		w[i] = newWindow(lane.quota, lane.per, l.cfg.share, margin)
	}
	// A minute's worth leaves within three seconds and not in one burst.
	if n := w[minute].limit; n > 0 {
		burst := max(1, n/10)
		w[spacing] = window{limit: burst, span: unit / 20 * time.Duration(burst) / time.Duration(n)}
	}
	return limits.Family, w
}

// longest is the span of a share of next to nothing: ten years.
const longest = 10 * 365 * 24 * time.Hour

func newWindow(quota int, per time.Duration, share float64, margin time.Duration) window {
	exact := float64(quota) * share
	// A share is rarely exact in binary: 0.29 of 100 has to be 29.
	allowed, span := exact*(1+1e-12), per
	if allowed < 1 {
		allowed, span = 1, time.Duration(min(float64(per)/exact, float64(longest)))
	}
	return window{limit: int(min(allowed, 1<<31-1)), per: per, span: span + margin}
}

// exceeded returns the lane whose quota a 429 is about: the shortest one that
// can make a call wait for as long as the service asks, else the longest.
func (w windows) exceeded(retryAfter time.Duration) int {
	found := minute
	for i := range lanes {
		if w[i].limit == 0 {
			continue
		}
		if retryAfter > 0 && retryAfter <= w[i].per {
			return i
		}
		found = i
	}
	return found
}
