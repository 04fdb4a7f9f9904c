package otel_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/otel"
	"github.com/go-workato/workato/internal/apitest"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

// seen is what the SDK exported.
type seen struct {
	*otel.Telemetry
	t      *testing.T
	spans  *tracetest.InMemoryExporter
	tracer trace.Tracer
	reader *sdkmetric.ManualReader
}

func watch(t *testing.T) *seen {
	t.Helper()
	s := &seen{t: t, spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(s.spans))
	s.tracer = tracers.Tracer("caller")
	var err error
	s.Telemetry, err = otel.New(otel.WithTracerProvider(tracers),
		otel.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(s.reader))))
	require.NoError(t, err)
	return s
}

// metrics returns what was measured, by name.
func (s *seen) metrics() map[string]metricdata.Aggregation {
	s.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(s.t, s.reader.Collect(s.t.Context(), &all))
	found := map[string]metricdata.Aggregation{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			found[m.Name] = m.Data
		}
	}
	return found
}

// sets returns the attributes of all points of a metric.
func sets(data metricdata.Aggregation) (all []attribute.Set) {
	switch d := data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			all = append(all, p.Attributes)
		}
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			all = append(all, p.Attributes)
		}
	case metricdata.Gauge[int64]:
		for _, p := range d.DataPoints {
			all = append(all, p.Attributes)
		}
	}
	return all
}

func value(set []attribute.KeyValue, key string) string {
	for _, kv := range set {
		if string(kv.Key) == key {
			return kv.Value.String()
		}
	}
	return ""
}

const path = "/api/managed_users/{customer}/connections"

// scenario is a call that is refused by a full quota, fails once and succeeds.
func scenario(t *testing.T, s *seen) *workatotest.Server {
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	limiter, err := ratelimit.New(ratelimit.PerMinute("connections.list", 2), ratelimit.Spread(0))
	require.NoError(t, err)
	fake.Inject(workatotest.Fault{On: "connections.list", Do: workatotest.Respond, Status: 503})
	client := fake.Client(t, s.ClientOptions(limiter)...)
	ctx, root := s.tracer.Start(t.Context(), "onboard")
	for range 2 { // three attempts: the last one waits
		_, err = client.Connections.List(ctx, workato.ExternalID("acme"), nil)
		require.NoError(t, err)
	}
	root.End()
	return fake
}

func TestTree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := watch(t)
		fake := scenario(t, s)
		spans := s.spans.GetSpans()
		slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
		parents := map[trace.SpanID]string{}
		for _, span := range spans {
			parents[span.SpanContext.SpanID()] = span.Name
		}
		var tree []string
		var sent []string
		for _, span := range spans {
			if span.Name == "wait for quota" {
				assert.InDelta(t, time.Minute, span.EndTime.Sub(span.StartTime), float64(2*time.Second))
			}
			tree = append(tree, parents[span.Parent.SpanID()]+" > "+span.Name)
			if span.SpanKind == trace.SpanKindClient {
				sent = append(sent, fmt.Sprintf("00-%s-%s-01", span.SpanContext.TraceID(), span.SpanContext.SpanID()))
			}
		}
		assert.ElementsMatch(t, []string{
			" > onboard",
			"onboard > workato connections.list", "onboard > workato connections.list",
			"workato connections.list > GET " + path, "workato connections.list > GET " + path,
			"workato connections.list > wait for quota", "workato connections.list > GET " + path,
		}, tree)
		var received []string
		for _, r := range fake.Requests() {
			received = append(received, r.Header.Get("Traceparent"))
		}
		assert.Equal(t, sent, received, "each attempt sends its own context")
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(received))), 3)
	})
}

// TestPropagator: baggage goes to the service only if that was asked for.
func TestPropagator(t *testing.T) {
	t.Parallel()
	user, err := baggage.Parse("user=ada")
	require.NoError(t, err)
	for want, opts := range map[string][]otel.Option{"": nil, "user=ada": {otel.WithPropagator(propagation.Baggage{})}} {
		telemetry, err := otel.New(opts...)
		require.NoError(t, err)
		fake := workatotest.New(t)
		_, err = fake.Client(t, telemetry.ClientOptions(nil)...).Workspace.Whoami(baggage.ContextWithBaggage(t.Context(), user))
		require.NoError(t, err)
		assert.Equal(t, want, fake.Requests()[0].Header.Get("Baggage"))
	}
}

func TestAttributesOfAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := watch(t)
		scenario(t, s)
		var attempts []tracetest.SpanStub
		for _, span := range s.spans.GetSpans() {
			if span.SpanKind == trace.SpanKindClient {
				attempts = append(attempts, span)
			}
		}
		require.Len(t, attempts, 3)
		for i, want := range []map[string]string{
			{"http.response.status_code": "503", "error.type": "503", "http.request.resend_count": ""},
			{"http.response.status_code": "200", "error.type": "", "http.request.resend_count": "1"},
			{"http.response.status_code": "200", "error.type": "", "http.request.resend_count": ""},
		} {
			for key, text := range want {
				assert.Equal(t, text, value(attempts[i].Attributes, key), "attempt %d: %s", i, key)
			}
			assert.Equal(t, "GET", value(attempts[i].Attributes, "http.request.method"))
			assert.Equal(t, path, value(attempts[i].Attributes, "url.template"))
			assert.NotEmpty(t, value(attempts[i].Attributes, "server.address"))
			assert.Equal(t, "443", value(attempts[i].Attributes, "server.port"))
		}
		assert.Equal(t, codes.Error, attempts[0].Status.Code)
		require.Len(t, attempts[0].Events, 1)
		assert.Equal(t, "retry", attempts[0].Events[0].Name)
		assert.Equal(t, codes.Unset, attempts[1].Status.Code)
	})
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := watch(t)
		scenario(t, s)
		time.Sleep(30 * time.Second) // the last call still counts, the one before does not
		found := s.metrics()
		duration, ok := found["http.client.request.duration"].(metricdata.Histogram[float64])
		require.True(t, ok)
		attempts := map[string]uint64{}
		for _, p := range duration.DataPoints {
			attempts[value(p.Attributes.ToSlice(), "http.response.status_code")] += p.Count
		}
		assert.Equal(t, map[string]uint64{"503": 1, "200": 2}, attempts)
		waits, ok := found["workato.client.limiter.wait.duration"].(metricdata.Histogram[float64])
		require.True(t, ok)
		require.Len(t, waits.DataPoints, 1)
		assert.Equal(t, uint64(1), waits.DataPoints[0].Count)
		assert.InDelta(t, 60, waits.DataPoints[0].Sum, 2)
		for name, want := range map[string]int64{"http.client.active_requests": 0, "workato.client.retries": 1} {
			sum, ok := found[name].(metricdata.Sum[int64])
			require.True(t, ok, name)
			require.Len(t, sum.DataPoints, 1)
			assert.Equal(t, want, sum.DataPoints[0].Value, name)
		}
		for name, want := range map[string]int64{"workato.client.quota.remaining": 1, "workato.client.quota.limit": 2} {
			gauge, ok := found[name].(metricdata.Gauge[int64])
			require.True(t, ok, name)
			require.Len(t, gauge.DataPoints, 1)
			assert.Equal(t, want, gauge.DataPoints[0].Value, name)
		}
	})
}

// TestActive: what is under way is counted as long as it is.
func TestActive(t *testing.T) {
	t.Parallel()
	s := watch(t)
	var during int64
	client, err := workato.NewClient(append(s.ClientOptions(nil), workato.WithAPIToken("test-token"),
		workato.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if sum, ok := s.metrics()["http.client.active_requests"].(metricdata.Sum[int64]); ok {
				during = sum.DataPoints[0].Value
			}
			return answer(r, 200, `{"result": []}`), nil
		})}))...)
	require.NoError(t, err)
	_, err = client.Connections.List(t.Context(), workato.AccountID(1), nil)
	require.NoError(t, err)
	assert.Equal(t, int64(1), during)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(bytes.NewBufferString(body)), Request: r, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}},
	}
}

// A client reads from its limiter's type whether it handles 429.
func TestLimiterObservesIfTheOtherDoes(t *testing.T) {
	t.Parallel()
	s := watch(t)
	inner, err := ratelimit.New()
	require.NoError(t, err)
	_, observes := s.Limiter(inner).(workato.LimitObserver)
	assert.True(t, observes)
	_, observes = s.Limiter(plain{}).(workato.LimitObserver)
	assert.False(t, observes)
}

type plain struct{}

func (plain) Wait(context.Context, workato.Operation) error { return context.DeadlineExceeded }

// shared tells its state as a limiter in Redis does.
type shared struct{ plain }

func (shared) Stats(context.Context) ([]ratelimit.State, error) {
	return []ratelimit.State{{Family: "imports", PerMinute: 1000, UsedMinute: 10, PerHour: 500, UsedHour: 10, PausedHour: time.Minute}}, nil
}

func TestQuotasOfASharedLimiter(t *testing.T) {
	t.Parallel()
	s := watch(t)
	s.Limiter(shared{})
	gauge, ok := s.metrics()["workato.client.quota.remaining"].(metricdata.Gauge[int64])
	require.True(t, ok)
	free := map[string]int64{}
	for _, p := range gauge.DataPoints {
		free[value(p.Attributes.ToSlice(), "workato.quota.window")] = p.Value
	}
	assert.Equal(t, map[string]int64{"minute": 990, "hour": 0}, free, "nothing goes in a pause")
}

func TestDeniedWait(t *testing.T) {
	t.Parallel()
	s := watch(t)
	client, err := workato.NewClient(append(s.ClientOptions(plain{}), workato.WithAPIToken("test-token"))...)
	require.NoError(t, err)
	_, err = client.Connections.List(t.Context(), workato.AccountID(1), nil)
	require.ErrorIs(t, err, workato.ErrLimiter)
	spans := s.spans.GetSpans()
	require.Len(t, spans, 2)
	assert.Equal(t, "wait for quota", spans[0].Name)
	assert.Equal(t, "timeout", value(spans[0].Attributes, "error.type"))
	assert.Equal(t, "limiter", value(spans[1].Attributes, "error.type"))
}

// keys are all attributes that may be exported: those of the operation and its outcome.
var keys = []string{
	"error.type", "http.request.method", "http.request.resend_count", "http.response.status_code", "server.address", "server.port",
	"url.template", "workato.operation", "workato.quota.family", "workato.quota.reason", "workato.quota.window",
	"workato.request_id", "workato.retry.wait",
}

// TestNothingOfTheCustomer drives every operation, refused with its own text and
// broken, and searches all that is exported.
func TestNothingOfTheCustomer(t *testing.T) {
	t.Parallel()
	s := watch(t)
	const customer, token, text = "customer-7311", "token-7312", "text-7313"
	var broken bool
	limiter, err := ratelimit.New(ratelimit.Undocumented(1_000_000), ratelimit.Spread(0))
	require.NoError(t, err)
	client, err := workato.NewClient(append(s.ClientOptions(limiter), workato.WithAPIToken(token), workato.WithRetry(workato.RetryPolicy{}),
		workato.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if broken {
				return nil, fmt.Errorf("no route to %s with %s", r.URL, r.Header.Get("Authorization"))
			}
			return answer(r, 422, `{"message": "`+text+` `+customer+`"}`), nil
		})}))...)
	require.NoError(t, err)
	for _, broken = range []bool{false, true} {
		for _, entry := range apitest.All() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			require.Error(t, entry.Call.Do(ctx, client, workato.ExternalID(customer)), entry.Operation)
			cancel()
		}
	}
	exported := map[string][]attribute.KeyValue{}
	templates := map[string]bool{}
	for _, op := range workato.Operations() {
		templates[op.Path] = true
	}
	for i, span := range s.spans.GetSpans() {
		exported[fmt.Sprintf("span %d %s", i, span.Name)] = span.Attributes
		exported[fmt.Sprintf("status %d %s", i, span.Status.Description)] = nil
		for _, event := range span.Events {
			exported[fmt.Sprintf("event %d %s", i, event.Name)] = event.Attributes
		}
	}
	require.GreaterOrEqual(t, len(exported), 4*len(apitest.All()), "a call and an attempt of each")
	for name, data := range s.metrics() {
		points := sets(data)
		require.NotEmpty(t, points, name)
		for i, set := range points {
			exported[fmt.Sprintf("metric %s %d", name, i)] = set.ToSlice()
		}
	}
	for where, attrs := range exported {
		for _, kv := range attrs {
			assert.Contains(t, keys, string(kv.Key), where)
			if kv.Key == "url.template" {
				assert.True(t, templates[kv.Value.AsString()], "%s: %s", where, kv.Value.AsString())
			}
			where += " " + kv.Value.String()
		}
		for _, secret := range []string{customer, token, text, "7311", "7312", "7313"} {
			assert.NotContains(t, where, secret)
		}
	}
}

// TestNilOptions are refused here and not by a panic in a call.
func TestNilOptions(t *testing.T) {
	t.Parallel()
	for _, opt := range []otel.Option{otel.WithTracerProvider(nil), otel.WithMeterProvider(nil), otel.WithPropagator(nil)} {
		_, err := otel.New(opt)
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		require.ErrorContains(t, err, "is nil")
	}
	_, err := otel.New(nil)
	require.NoError(t, err, "an option itself may be nil")
}
