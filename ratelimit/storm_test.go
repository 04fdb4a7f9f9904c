package ratelimit_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
)

// promised is what an attempt reported about the next one of its call.
type promised struct {
	at   time.Time
	wait time.Duration
}

// waitsHook checks that no attempt starts sooner than the previous one
// reported.
type waitsHook struct{ t *testing.T }

func (waitsHook) Operation(ctx context.Context, _ workato.Operation) (context.Context, func(error)) {
	return context.WithValue(ctx, contextKey{}, new(promised)), nil
}

func (h waitsHook) Attempt(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
	last, _ := ctx.Value(contextKey{}).(*promised)
	if waited := time.Since(last.at); number > 1 && waited < last.wait {
		h.t.Errorf("%s: attempt %d after %v, reported were %v", op.Name, number, waited, last.wait)
	}
	return ctx, func(r workato.AttemptResult) { *last = promised{time.Now(), r.Wait} }
}

// Another program uses up the quotas, so that two of five attempts are refused.
// The limiter handles it: with the default of three retries no call fails.
func TestNothingFailsInAStormOf429s(t *testing.T) {
	for _, retryAfter := range []string{"7", ""} {
		t.Run("Retry-After "+retryAfter, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, 2))
				var mu sync.Mutex
				var sent, refused int
				service := transportFunc(func(req *http.Request) (*http.Response, error) {
					time.Sleep(50 * time.Millisecond)
					mu.Lock()
					defer mu.Unlock()
					sent++
					switch {
					case random.Float64() < 0.4:
						refused++
						return response(req, 429, retryAfter, `{"message":"Too many requests"}`), nil
					case strings.HasSuffix(req.URL.Path, "/connections"):
						return response(req, 200, "", `{"result":[]}`), nil
					}
					return response(req, 200, "", `{"id":7,"name":"Billing"}`), nil
				})
				limiter := mustNew(t)
				client, err := workato.NewClient(
					workato.WithAPIToken("test-token"),
					workato.WithRegion(workato.RegionUS),
					workato.WithHTTPClient(&http.Client{Transport: service}),
					workato.WithLimiter(limiter),
					workato.WithHook(waitsHook{t}),
				)
				if err != nil {
					t.Fatal(err)
				}
				const customers, rounds = 20, 10
				start := time.Now()
				var wg sync.WaitGroup
				for i := range customers {
					wg.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
						defer cancel()
						customer := workato.AccountID(int64(i + 1))
						for range rounds {
							if _, err := client.Connections.List(ctx, customer, nil); err != nil {
								t.Error(err)
							}
							if _, err := client.Folders.Create(ctx, customer, &workato.FolderCreateParams{Name: "Billing"}); err != nil {
								t.Error(err)
							}
						}
					})
				}
				wg.Wait()
				t.Logf("%d of %d attempts were refused, %d calls took %v", refused, sent, sent-refused, time.Since(start))
				if sent-refused != 2*customers*rounds {
					t.Errorf("%d attempts came through, want %d", sent-refused, 2*customers*rounds)
				}
				var throttled, denied uint64
				for _, state := range limiter.Stats() {
					throttled += state.Throttled
					denied += state.Denied
				}
				if int(throttled) != refused || denied != 0 {
					t.Errorf("the limiter has seen %d refusals of %d, and denied %d calls", throttled, refused, denied)
				}
			})
		})
	}
}
