package ratelimit_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
)

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func response(req *http.Request, status int, retryAfter, body string) *http.Response {
	header := http.Header{"Content-Type": {"application/json"}}
	if retryAfter != "" {
		header.Set("Retry-After", retryAfter)
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}
}

// A decision of the limiter is the error of the client's call: not sent, with
// the reason.
func TestClientAndLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t)
		requests := 0
		client, err := workato.NewClient(
			workato.WithAPIToken("test-token"),
			workato.WithRegion(workato.RegionUS),
			workato.WithLimiter(limiter),
			workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
				if requests++; requests == 1 {
					return response(req, 429, "20", `{"message":"Too many requests"}`), nil
				}
				return response(req, 200, "", `{"result":[]}`), nil
			})}),
		)
		if err != nil {
			t.Fatal(err)
		}
		customer := workato.AccountID(98178)

		start := time.Now()
		if _, err := client.Connections.List(t.Context(), customer, nil, workato.WithoutRetry()); !errors.Is(err, workato.ErrRateLimited) {
			t.Fatalf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err = client.Connections.List(ctx, customer, nil)
		if refused := refusal(t, err); refused.Family != "connections.list" || refused.Wait != 20*time.Second {
			t.Errorf("got %+v", refused)
		}
		if !errors.Is(err, workato.ErrLimiter) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, workato.ErrOutcomeUnknown) {
			t.Errorf("wrong kind of error: %v", err)
		}
		if requests != 1 || time.Since(start) != 0 {
			t.Errorf("%d requests in %v", requests, time.Since(start))
		}
		if _, err := client.Connections.List(t.Context(), customer, nil); err != nil {
			t.Error(err)
		}
		near(t, "the call after the pause", time.Since(start), 20*time.Second)
	})
}

// onlooker is a limiter that holds no call back.
type onlooker struct{}

func (onlooker) Wait(context.Context, workato.Operation) error { return nil }

func (onlooker) Observe(workato.Operation, int, time.Duration) {}

// The client leaves a 429 to a limiter that observes it, but still waits
// between attempts if the limiter does nothing.
func TestOnlookerMakesNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		client, err := workato.NewClient(
			workato.WithAPIToken("test-token"),
			workato.WithRegion(workato.RegionUS),
			workato.WithLimiter(onlooker{}),
			workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
				requests++
				time.Sleep(50 * time.Millisecond)
				return response(req, 429, "", `{"message":"Too many requests"}`), nil
			})}),
		)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		_, err = client.Connections.List(ctx, workato.AccountID(98178), nil)
		if !errors.Is(err, workato.ErrRateLimited) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if requests < 5 || requests > 50 {
			t.Errorf("%d requests in five minutes", requests)
		}
	})
}
