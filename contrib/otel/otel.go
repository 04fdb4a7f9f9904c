// Package otel shows the calls of a Workato client in OpenTelemetry.
//
//	telemetry, err := otel.New() // to the global providers
//	if err != nil {
//		return err
//	}
//	client, err := workato.NewClient(append(telemetry.ClientOptions(limiter), workato.FromEnv())...)
//
// The limiter may be nil. One Telemetry serves any number of clients.
//
// # Spans
//
//	workato connections.list                        the call, with all its attempts
//	    wait for quota                              only if the limiter made it wait
//	    GET /api/managed_users/{customer}/connections   an attempt, kind client
//	    GET /api/managed_users/{customer}/connections   another one, resend_count 1
//
// The trace context of each attempt is sent with it.
//
// # Metrics
//
//	http.client.request.duration            histogram of attempts, s
//	http.client.active_requests             attempts under way
//	workato.client.retries                  attempts that another one followed
//	workato.client.limiter.wait.duration    histogram of waits for a quota, s
//	workato.client.quota.remaining          calls that may go now, by family and window
//	workato.client.quota.limit              calls that may go in the whole window
//
// Names and attributes are those of the semantic conventions where they have
// one. Attributes are of the operation, never of the customer: no id, token,
// query, text of the service or body is in any of them, or in a span's name,
// status or event. dashboard.json is a Grafana dashboard of these metrics, as
// Prometheus names them.
//
// # What it promises
//
// It adds the trace context to the headers of each attempt, and changes nothing else
// of a call: neither its result nor its error, its time-out or its retries. A
// [Telemetry] is safe for concurrent use, starts no goroutine and keeps nothing of a
// call that has ended; to export and to flush is for the providers. The number of
// time series grows with the operations and their statuses, and not with the
// customers.
//
// docs/observe.md shows it beside the hooks and logs that need no module.
package otel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	global "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/go-workato/workato"
)

const scope = "github.com/go-workato/workato/contrib/otel"

// Attributes that the semantic conventions do not have.
const (
	operationKey = attribute.Key("workato.operation")
	familyKey    = attribute.Key("workato.quota.family")
	windowKey    = attribute.Key("workato.quota.window")
	requestIDKey = attribute.Key("workato.request_id")
)

// Option changes a Telemetry that New is about to build.
type Option func(*config)

type config struct {
	tracers    trace.TracerProvider
	meters     metric.MeterProvider
	propagator propagation.TextMapPropagator
}

// WithTracerProvider sets where spans go. The default is the global provider.
func WithTracerProvider(p trace.TracerProvider) Option { return func(c *config) { c.tracers = p } }

// WithMeterProvider sets where metrics go. The default is the global provider.
func WithMeterProvider(p metric.MeterProvider) Option { return func(c *config) { c.meters = p } }

// WithPropagator sets what is sent with each attempt. The default is the trace
// context alone and not the global propagator: baggage can hold what another
// company should not get.
func WithPropagator(p propagation.TextMapPropagator) Option {
	return func(c *config) { c.propagator = p }
}

// Telemetry watches any number of clients. It is safe for concurrent use.
type Telemetry struct {
	tracer     trace.Tracer
	meter      metric.Meter
	propagator propagation.TextMapPropagator

	duration, waits  metric.Float64Histogram
	active           metric.Int64UpDownCounter
	retries          metric.Int64Counter
	remaining, limit metric.Int64ObservableGauge
}

// New returns a Telemetry, or the error of an instrument that cannot be made or of
// an option that is nil, which is a workato.ErrInvalidArgument.
func New(opts ...Option) (*Telemetry, error) {
	cfg := config{tracers: global.GetTracerProvider(), meters: global.GetMeterProvider(), propagator: propagation.TraceContext{}}
	for _, opt := range opts {
		if opt != nil {
			opt(&cfg)
		}
	}
	if cfg.tracers == nil || cfg.meters == nil || cfg.propagator == nil {
		return nil, fmt.Errorf("%w: otel: a provider or the propagator is nil: leave the option out for the default", workato.ErrInvalidArgument)
	}
	t := &Telemetry{
		tracer:     cfg.tracers.Tracer(scope, trace.WithInstrumentationVersion(workato.Version), trace.WithSchemaURL(semconv.SchemaURL)),
		meter:      cfg.meters.Meter(scope, metric.WithInstrumentationVersion(workato.Version), metric.WithSchemaURL(semconv.SchemaURL)),
		propagator: cfg.propagator,
	}
	var errs [6]error
	t.duration, errs[0] = t.meter.Float64Histogram("http.client.request.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of an attempt."),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50))
	t.active, errs[1] = t.meter.Int64UpDownCounter("http.client.active_requests", metric.WithUnit("{request}"),
		metric.WithDescription("Attempts under way."))
	t.retries, errs[2] = t.meter.Int64Counter("workato.client.retries", metric.WithUnit("{attempt}"),
		metric.WithDescription("Attempts that another one followed."))
	t.waits, errs[3] = t.meter.Float64Histogram("workato.client.limiter.wait.duration", metric.WithUnit("s"),
		metric.WithDescription("Waits for a quota."),
		metric.WithExplicitBucketBoundaries(0.01, 0.1, 1, 5, 10, 30, 60, 300, 900, 3600))
	t.remaining, errs[4] = t.meter.Int64ObservableGauge("workato.client.quota.remaining", metric.WithUnit("{call}"),
		metric.WithDescription("Calls that may go now."))
	t.limit, errs[5] = t.meter.Int64ObservableGauge("workato.client.quota.limit", metric.WithUnit("{call}"),
		metric.WithDescription("Calls that may go in the whole window."))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return t, nil
}

// ClientOptions returns all that a client needs: the hook, the middleware and,
// if limiter is not nil, the limiter.
func (t *Telemetry) ClientOptions(limiter workato.Limiter) []workato.Option {
	opts := []workato.Option{workato.WithHook(t.Hook()), workato.WithTransportMiddleware(t.Middleware())}
	if limiter != nil {
		opts = append(opts, workato.WithLimiter(t.Limiter(limiter)))
	}
	return opts
}

// Hook makes the spans of calls and attempts, and their metrics.
func (t *Telemetry) Hook() workato.Hook { return hook{t} }

type hook struct{ *Telemetry }

func (h hook) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	ctx, span := h.tracer.Start(ctx, "workato "+op.Name, trace.WithAttributes(
		operationKey.String(op.Name), semconv.URLTemplate(op.Path), familyKey.String(family(op))))
	return ctx, func(err error) {
		if err != nil {
			failed(span, errorType(err))
		}
		span.End()
	}
}

type attemptKey struct{}

// attempt is what the hook and the middleware know of one attempt.
type attempt struct {
	span   trace.Span
	server []attribute.KeyValue // nil until the middleware has seen the request
	active metric.MeasurementOption
}

func (h hook) Attempt(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
	attrs := []attribute.KeyValue{semconv.HTTPRequestMethodKey.String(op.Method), semconv.URLTemplate(op.Path)}
	of := attrs
	if number > 1 {
		of = append(slices.Clip(of), semconv.HTTPRequestResendCount(number-1))
	}
	ctx, span := h.tracer.Start(ctx, op.Method+" "+op.Path, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(of...))
	a := &attempt{span: span}
	return context.WithValue(ctx, attemptKey{}, a), func(r workato.AttemptResult) {
		var end []attribute.KeyValue
		if r.StatusCode > 0 {
			end = append(end, semconv.HTTPResponseStatusCode(r.StatusCode))
		}
		var why string
		switch {
		case r.Err != nil:
			why = errorType(r.Err)
		case r.StatusCode >= 300: // the client follows no redirect
			why = strconv.Itoa(r.StatusCode)
		}
		if why != "" {
			end = append(end, semconv.ErrorTypeKey.String(why))
			failed(span, why)
		}
		span.SetAttributes(end...)
		if r.RequestID != "" {
			span.SetAttributes(requestIDKey.String(r.RequestID))
		}
		measured := append(append(slices.Clip(attrs), a.server...), end...)
		h.duration.Record(ctx, r.Duration.Seconds(), metric.WithAttributes(measured...))
		if r.WillRetry {
			span.AddEvent("retry", trace.WithAttributes(attribute.Float64("workato.retry.wait", r.Wait.Seconds())))
			h.retries.Add(ctx, 1, metric.WithAttributes(operationKey.String(op.Name), semconv.ErrorTypeKey.String(why)))
		}
		if a.active != nil {
			h.active.Add(ctx, -1, a.active)
		}
		span.End()
	}
}

// sees adds what only the request tells: where it goes.
func (t *Telemetry) sees(ctx context.Context, a *attempt, method, scheme, host string) {
	if a.server != nil { // another middleware sends again
		return
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, map[string]string{"http": "80", "https": "443"}[scheme]
	}
	a.server = []attribute.KeyValue{semconv.ServerAddress(name)}
	if n, err := strconv.Atoi(port); err == nil {
		a.server = append(a.server, semconv.ServerPort(n))
	}
	a.span.SetAttributes(a.server...)
	a.active = metric.WithAttributes(append(slices.Clip(a.server), semconv.HTTPRequestMethodKey.String(method))...)
	t.active.Add(ctx, 1, a.active)
}

func failed(span trace.Span, why string) {
	span.SetStatus(codes.Error, why)
	span.SetAttributes(semconv.ErrorTypeKey.String(why))
}

// classes are the values of error.type, the first that holds.
var classes = []struct {
	is   error
	name string
}{
	{workato.ErrOutcomeUnknown, "outcome_unknown"},
	{workato.ErrLimiter, "limiter"},
	{workato.ErrInvalidArgument, "invalid_argument"},
	{workato.ErrRateLimited, "rate_limited"},
	{workato.ErrUnauthorized, "unauthorized"},
	{workato.ErrForbidden, "forbidden"},
	{workato.ErrNotFound, "not_found"},
	{workato.ErrConflict, "conflict"},
	{workato.ErrRejected, "rejected"},
	{workato.ErrUnprocessable, "unprocessable"},
	{workato.ErrBadRequest, "bad_request"},
	{workato.ErrServer, "server"},
	{workato.ErrRedirect, "redirect"},
	{workato.ErrUnexpectedResponse, "unexpected_response"},
	{context.Canceled, "canceled"},
	{context.DeadlineExceeded, "timeout"},
}

// errorType is the class of an error and never its text, which may name a customer.
func errorType(err error) string {
	for _, class := range classes {
		if errors.Is(err, class.is) {
			return class.name
		}
	}
	if errors.As(err, new(*net.DNSError)) {
		return "name_resolution"
	}
	if errors.As(err, new(*net.OpError)) {
		return "connection"
	}
	return semconv.ErrorTypeOther.Value.AsString()
}

func family(op workato.Operation) string {
	if op.Quota.Family == "" {
		return op.Name
	}
	return op.Quota.Family
}

// shortest is the shortest wait that is shown: taking a grant is not one.
const shortest = time.Millisecond
