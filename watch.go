package workato

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// watch connects limiter, hooks and logger to the attempts of a call. Calls
// that no quota counts skip the limiter.
func (o *outcome) watch(counted bool) {
	c, call, op := o.core, &o.call, o.op
	cfg := &c.config
	limiter, observer := cfg.limiter, c.observer
	if !counted {
		limiter, observer = nil, nil
	}
	observed := len(cfg.hooks) > 0 || cfg.logger != nil || observer != nil
	if limiter == nil && !observed {
		return
	}
	call.Watch = &transport.Watch{Absorbs: observer != nil}
	if limiter != nil {
		call.Watch.Limit = func(ctx context.Context) error { return limiter.Wait(ctx, op.described()) }
	}
	if !observed {
		return
	}
	var done []func(AttemptResult)
	call.Watch.Begin = func(ctx context.Context, number int) context.Context {
		done = done[:0]
		for _, hook := range cfg.hooks {
			hooked, end := hook.Attempt(ctx, op.described(), number)
			if hooked != nil {
				ctx = hooked
			}
			if end != nil {
				done = append(done, end)
			}
		}
		return ctx
	}
	call.Watch.End = func(a transport.Attempt) {
		if observer != nil && a.Status != 0 {
			observer.Observe(op.described(), a.Status, a.RetryAfter)
		}
		result := AttemptResult{
			StatusCode: a.Status, RequestID: o.requestID(a.Header), Err: o.safe(a.Err),
			Duration: a.Duration, WillRetry: a.Retry, Wait: a.Wait, Reason: a.Reason,
		}
		for _, end := range slices.Backward(done) {
			end(result)
		}
		if cfg.logger != nil {
			c.logAttempt(call.Context, op, a.Number, result)
		}
	}
}

// logAttempt logs only what Begin and End of an attempt know.
func (c *core) logAttempt(ctx context.Context, op *operation, number int, r AttemptResult) {
	level, message := slog.LevelDebug, "workato attempt"
	if r.WillRetry {
		level, message = slog.LevelWarn, "workato retry"
	}
	if !c.config.logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", op.Name),
		slog.String("method", op.Method),
		slog.String("path", op.Path),
		slog.Int("attempt", number),
		slog.Int("status", r.StatusCode),
		slog.Duration("duration", r.Duration.Round(time.Microsecond)),
	}
	if r.RequestID != "" {
		attrs = append(attrs, slog.String("request_id", r.RequestID))
	}
	if r.Err != nil {
		attrs = append(attrs, slog.String("error", r.Err.Error()))
	}
	if r.Reason != "" {
		attrs = append(attrs, slog.String("reason", r.Reason))
	}
	if r.WillRetry {
		attrs = append(attrs, slog.Duration("wait", r.Wait))
	}
	c.config.logger.LogAttrs(ctx, level, message, attrs...)
}
