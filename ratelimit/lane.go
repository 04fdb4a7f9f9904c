package ratelimit

import (
	"time"
)

// The lanes of a family: the times over which the service counts its calls, the
// shortest first. Each has its own window and its own pause. Those of the
// second and of the minute hold for all calls of the family, that of the hour
// only for operations with an hourly quota: a read of an import's state need
// not wait until the next import may start.
const (
	second = iota
	minute
	hour
	lanes
)

// spans are the times over which the service counts.
var spans = [lanes]time.Duration{time.Second, time.Minute, time.Hour}

// lane is one of the quotas of a family, nil for none.
type lane struct {
	window
	// per is the time over which the service counts.
	per time.Duration

	paused  time.Duration // end of the pause
	strikes int           // pauses in a row
}

func newLane(i, quota int, cfg *config) *lane {
	if quota <= 0 {
		return nil
	}
	margin := cfg.margin
	if i == second {
		// The full margin would halve the rate of one call a second.
		margin /= 10
	}
	return &lane{window: newWindow(quota, spans[i], cfg.share, margin), per: spans[i], paused: -farAhead}
}

// allowed returns the limit of a lane, 0 for none.
func (l *lane) allowed() int {
	if l == nil {
		return 0
	}
	return l.limit
}

// used returns the calls that still count.
func (l *lane) used(now time.Duration) int {
	if l == nil {
		return 0
	}
	l.expire(now)
	return l.n
}

// free returns how many calls may go now.
func (l *lane) free(now time.Duration) int {
	if l == nil || l.paused > now {
		return 0
	}
	return l.limit - l.used(now)
}

// pausedFor returns how long the pause still lasts.
func (l *lane) pausedFor(now time.Duration) time.Duration {
	if l == nil {
		return 0
	}
	return max(0, l.paused-now)
}

const (
	firstPause   = 5 * time.Second
	longestGrown = time.Minute
	longestAsked = time.Hour
)

// pause begins or prolongs the pause of a lane after a 429, and reports whether
// its end has moved.
func (l *lane) pause(now, retryAfter time.Duration) bool {
	// Many calls may be under way when the quota ends. All their refusals are one
	// event, which only a longer Retry-After can prolong.
	again := now < l.paused
	wait := min(retryAfter, longestAsked)
	if wait <= 0 {
		if again {
			return false
		}
		wait = min(min(firstPause, l.per)<<min(l.strikes, 16), longestGrown)
	}
	if !again {
		l.strikes++
	}
	if now+wait <= l.paused {
		return false
	}
	l.paused = now + wait
	return true
}

// accepted records that the service accepted a call. During a pause this proves
// nothing: the call left before the pause.
func (l *lane) accepted(now time.Duration) {
	if now >= l.paused {
		l.strikes = 0
	}
}
