package ratelimit

import (
	"context"
	"log/slog"
	"time"
)

// Wait describes a call that has to wait.
type Wait struct {
	// Family is the quota that the call waits for.
	Family string
	// Operation is the name of the call's operation.
	Operation string
	// Duration is how long the wait is expected to last from now. It is exact for
	// the first in the queue; for the others it assumes that those ahead stay, and
	// that no pause begins.
	Duration time.Duration
	// Reason is why the call waits.
	Reason Reason
}

// Reason is what a call waits for.
type Reason string

// The reasons to wait.
const (
	// ReasonSpacing: the calls of the family are spaced, see Burst and Spread.
	ReasonSpacing Reason = "spacing"
	// ReasonSecond, ReasonMinute and ReasonHour: the quota of that time is used
	// up, or those ahead in the queue will use it up.
	ReasonSecond Reason = "quota per second"
	ReasonMinute Reason = "quota per minute"
	ReasonHour   Reason = "quota per hour"
	// ReasonPause: the service has responded with 429.
	ReasonPause Reason = "pause after 429"
)

// reasons are those of the lanes.
var reasons = [lanes]Reason{ReasonSecond, ReasonMinute, ReasonHour}

// longWait is a wait that a person notices.
const longWait = time.Second

// tell reports a wait to the user's functions and the log.
func (c *config) tell(ctx context.Context, w Wait) {
	if w.Duration <= 0 {
		return
	}
	for _, f := range c.onWait {
		f(w)
	}
	if c.logger != nil && w.Duration > longWait && c.logger.Enabled(ctx, slog.LevelInfo) {
		c.logger.LogAttrs(ctx, slog.LevelInfo, "workato wait",
			slog.String("operation", w.Operation),
			slog.String("family", w.Family),
			slog.Duration("wait", w.Duration.Round(time.Millisecond)),
			slog.String("reason", string(w.Reason)),
		)
	}
}
