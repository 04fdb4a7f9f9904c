package otel

import (
	"net/http"

	"go.opentelemetry.io/otel/propagation"
)

// Middleware sends the trace context of each attempt, and tells the Hook where
// requests go.
func (t *Telemetry) Middleware() func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			ctx := req.Context()
			if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
				t.sees(ctx, a, req.Method, req.URL.Scheme, req.URL.Host)
			}
			req = req.Clone(ctx)
			t.propagator.Inject(ctx, propagation.HeaderCarrier(req.Header))
			return next.RoundTrip(req)
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
