package otel

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Limiter makes a span and a measurement of each wait. If the limiter has the
// method Stats of ratelimit.Limiter or of redislimit.Limiter, its quotas are
// observed from then on: wrap each limiter once, and give the result to all
// clients.
func (t *Telemetry) Limiter(inner workato.Limiter) workato.Limiter {
	t.observe(inner)
	l := limiter{t, inner}
	// A client treats a 429 differently if its limiter observes.
	if observer, ok := inner.(workato.LimitObserver); ok {
		return observing{l, observer}
	}
	return l
}

type limiter struct {
	telemetry *Telemetry
	inner     workato.Limiter
}

type observing struct {
	limiter
	workato.LimitObserver
}

func (l limiter) Wait(ctx context.Context, op workato.Operation) error {
	began := time.Now()
	err := l.inner.Wait(ctx, op)
	took := time.Since(began)
	if err == nil && took < shortest {
		return nil
	}
	attrs := []attribute.KeyValue{familyKey.String(family(op))}
	_, span := l.telemetry.tracer.Start(ctx, "wait for quota", trace.WithTimestamp(began), trace.WithAttributes(attrs...))
	var denied *ratelimit.Error
	if errors.As(err, &denied) && denied.Reason != "" {
		span.SetAttributes(attribute.String("workato.quota.reason", string(denied.Reason)))
	}
	if err != nil {
		why := errorType(err)
		attrs = append(attrs, semconv.ErrorTypeKey.String(why))
		failed(span, why)
	}
	span.End()
	l.telemetry.waits.Record(ctx, took.Seconds(), metric.WithAttributes(attrs...))
	return err
}

// observe registers the gauges of a limiter that tells its state.
func (t *Telemetry) observe(inner workato.Limiter) {
	local, _ := inner.(interface{ Stats() []ratelimit.State })
	shared, _ := inner.(interface {
		Stats(ctx context.Context) ([]ratelimit.State, error)
	})
	if local == nil && shared == nil {
		return
	}
	// It fails only for instruments of another meter.
	_, _ = t.meter.RegisterCallback(func(ctx context.Context, o metric.Observer) (err error) {
		var states []ratelimit.State
		if local != nil {
			states = local.Stats()
		} else {
			states, err = shared.Stats(ctx)
		}
		for _, s := range states {
			for _, w := range []struct {
				name        string
				limit, used int
				paused      time.Duration
			}{
				{"second", s.PerSecond, s.UsedSecond, s.PausedSecond},
				{"minute", s.PerMinute, s.UsedMinute, s.PausedMinute},
				{"hour", s.PerHour, s.UsedHour, s.PausedHour},
			} {
				if w.limit == 0 {
					continue
				}
				attrs := metric.WithAttributes(familyKey.String(s.Family), windowKey.String(w.name))
				free := max(0, w.limit-w.used)
				if w.paused > 0 {
					free = 0
				}
				o.ObserveInt64(t.remaining, int64(free), attrs)
				o.ObserveInt64(t.limit, int64(w.limit), attrs)
			}
		}
		return err
	}, t.remaining, t.limit)
}
