package ratelimit

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/go-workato/workato"
)

const (
	defaultUndocumented = 60
	defaultMargin       = time.Second
	defaultSpread       = 3 * time.Second
)

// Option changes a Limiter that New is about to build.
type Option func(*config) error

// config is what the options set.
type config struct {
	share     float64
	perSecond map[string]int
	perMinute map[string]int
	perHour   map[string]int
	// partly names the families of which only some operations count by the
	// hour.
	partly       map[string]bool
	undocumented int
	margin       time.Duration
	spread       time.Duration
	burst        int // 0: a tenth of the quota
	onWait       []func(Wait)
	logger       *slog.Logger
}

// Share lets this Limiter use only a fraction of every quota, above 0 and up to
// 1, which is the default. The service counts all programs of a partner
// together: two processes that both call may take Share(0.5) each. Fractions of
// calls are cut off, so shares that add up to 1 do not exceed the quota. A
// share of less than one call is the exception: it becomes one call in a longer
// time, which comes on top of the others in its second or minute.
func Share(fraction float64) Option {
	return func(c *config) error {
		if !(fraction > 0 && fraction <= 1) { // also refuses NaN
			return invalid("Share(%v): want a fraction above 0 and up to 1", fraction)
		}
		c.share = fraction
		return nil
	}
}

// PerMinute replaces the quota of a family, for partners with other limits than
// the reference. It is the limit of the whole workspace: Share still applies to
// it. The names of families are those of Quota.Family in workato.Operations,
// and "raw" for raw calls without an operation; an unused name has no effect.
func PerMinute(family string, n int) Option {
	return func(c *config) error {
		if family == "" || n < 1 {
			return invalid("PerMinute(%q, %d): want a family and at least 1", family, n)
		}
		c.perMinute[family] = n
		return nil
	}
}

// PerSecond replaces the quota of a family per second; 0 removes it. Share
// applies to it. For the names of families see PerMinute.
func PerSecond(family string, n int) Option {
	return func(c *config) error {
		if family == "" || n < 0 {
			return invalid("PerSecond(%q, %d): want a family and at least 0", family, n)
		}
		c.perSecond[family] = n
		return nil
	}
}

// PerHour replaces the hourly quota of a family; 0 removes it. It counts the
// operations that have an hourly quota in the reference, such as imports but
// not reads of their state; in a family without one it counts all. Share
// applies to it. For the names of families see PerMinute.
func PerHour(family string, n int) Option {
	return func(c *config) error {
		if family == "" || n < 0 {
			return invalid("PerHour(%q, %d): want a family and at least 0", family, n)
		}
		c.perHour[family] = n
		return nil
	}
}

// Undocumented sets the calls per minute of each family for which the reference
// states no quota. The default is 60, the quota of most families and of the
// same endpoints in Workato's Developer API. Share applies to it.
func Undocumented(n int) Option {
	return func(c *config) error {
		if n < 1 {
			return invalid("Undocumented(%d): want at least 1", n)
		}
		c.undocumented = n
		return nil
	}
}

// Margin lengthens the minute and the hour in which calls are counted, and the
// second by a tenth of it. The service counts calls when they arrive, the
// Limiter when they leave; no quota is exceeded as long as the travel times of
// two requests differ by no more than that. The default is a second, which
// costs 1.7 % of a quota per minute and a tenth of one per second.
func Margin(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 || d > time.Hour {
			return invalid("Margin(%v): want 0 to 1h", d)
		}
		c.margin = d
		return nil
	}
}

// Burst is the number of calls of a family that may leave at the same moment
// after an idle time; further calls are spaced by Spread. The default is a
// tenth of the family's quota per minute.
func Burst(n int) Option {
	return func(c *config) error {
		if n < 1 {
			return invalid("Burst(%d): want at least 1", n)
		}
		c.burst = n
		return nil
	}
}

// Spread is the time over which a family's quota of a minute is spread when
// more calls wait than Burst permits. The default is 3 seconds: short enough to
// cost a fleet almost nothing, long enough to avoid one large burst. A minute
// spaces calls evenly and leaves gaps for other programs, but makes the first
// calls of a big job wait longer. 0 turns spacing off.
func Spread(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 || d > time.Minute {
			return invalid("Spread(%v): want 0 to 1m", d)
		}
		c.spread = d
		return nil
	}
}

// OnWait sets a function that is called before a call waits, and again if the
// wait becomes longer by a second or more, for example when a 429 pauses the
// quota. It runs in the goroutine of the call and blocks it: it must return
// quickly, and be safe for concurrent use. Several functions are called in
// order.
func OnWait(told func(Wait)) Option {
	return func(c *config) error {
		if told == nil {
			return invalid("OnWait: want a function")
		}
		c.onWait = append(c.onWait, told)
		return nil
	}
}

// Logger logs each wait of more than a second, when OnWait would be called, at
// level Info and with the context of the call. The attributes are operation,
// family, wait and reason.
func Logger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return invalid("Logger: want a logger")
		}
		c.logger = logger
		return nil
	}
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: ratelimit: %s", workato.ErrInvalidArgument, fmt.Sprintf(format, args...))
}
