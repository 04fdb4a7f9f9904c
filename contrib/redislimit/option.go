package redislimit

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Option changes a Limiter that New is about to build.
type Option func(*config) error

type config struct {
	prefix   string
	share    float64
	margin   time.Duration
	quotas   []ratelimit.Option
	fallback workato.Limiter
	onWait   []func(ratelimit.Wait)
	logger   *slog.Logger
	minute   time.Duration // shorter in tests
}

// Share lets all processes together use only a fraction of every quota, above 0
// and up to 1, which is the default. It leaves the rest to programs that do not
// ask this Redis. A share of less than one call is one call in a longer time.
func Share(fraction float64) Option {
	return func(c *config) error {
		if !(fraction > 0 && fraction <= 1) { // also refuses NaN
			return invalid("Share(%v): want a fraction above 0 and up to 1", fraction)
		}
		c.share = fraction
		return nil
	}
}

// Prefix is the beginning of all keys, "workato:" by default. Programs that call
// for different partner workspaces need different ones. It must not hold the
// braces of a hash tag.
func Prefix(prefix string) Option {
	return func(c *config) error {
		if prefix == "" || strings.ContainsAny(prefix, "{}") {
			return invalid("Prefix(%q): want a text without braces", prefix)
		}
		c.prefix = prefix
		return nil
	}
}

// Margin lengthens the minute and the hour in which calls are counted, and the
// second by a tenth of it, because the service counts calls when they arrive.
// It covers how much the times from the grant to the arrival differ, and how much
// the clocks of a Redis and its replica do. The default is a second.
func Margin(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 || d > time.Hour {
			return invalid("Margin(%v): want 0 to 1h", d)
		}
		c.margin = d
		return nil
	}
}

// PerSecond replaces the quota of a family per second, 0 removes it. As in
// package ratelimit it is the quota of the whole workspace, Share applies to it,
// and the names are those of Quota.Family in workato.Operations.
func PerSecond(family string, n int) Option { return quota(ratelimit.PerSecond(family, n)) }

// PerMinute replaces the quota of a family per minute; see PerSecond.
func PerMinute(family string, n int) Option { return quota(ratelimit.PerMinute(family, n)) }

// PerHour replaces the hourly quota of a family, 0 removes it; see PerSecond.
func PerHour(family string, n int) Option { return quota(ratelimit.PerHour(family, n)) }

// Undocumented sets the calls per minute of families for which the reference
// states no quota, 60 by default; see PerSecond.
func Undocumented(n int) Option { return quota(ratelimit.Undocumented(n)) }

func quota(opt ratelimit.Option) Option {
	return func(c *config) error {
		c.quotas = append(c.quotas, opt)
		return nil
	}
}

// Fallback paces the calls while Redis is away: see the package comment. A
// limiter with the methods Observe and Charge of ratelimit.Limiter is told of the
// responses and of the calls that Redis grants this process.
func Fallback(limiter workato.Limiter) Option {
	return func(c *config) error {
		if limiter == nil {
			return invalid("Fallback: want a limiter")
		}
		c.fallback = limiter
		return nil
	}
}

// OnWait sets a function that is called when a call begins to wait, and again if
// the wait becomes longer by a second or more. For a call that is not the first
// in the queue of this process the Duration is that of the first: its own is at
// least as long. The function runs in the goroutine of the call and must return
// quickly. Several are called in order.
func OnWait(told func(ratelimit.Wait)) Option {
	return func(c *config) error {
		if told == nil {
			return invalid("OnWait: want a function")
		}
		c.onWait = append(c.onWait, told)
		return nil
	}
}

// Logger logs each wait of more than a second as package ratelimit does, at
// level Info, and at Warn that Redis is away.
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
	return fmt.Errorf("%w: redislimit: %s", workato.ErrInvalidArgument, fmt.Sprintf(format, args...))
}
