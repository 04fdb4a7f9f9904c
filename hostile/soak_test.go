package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// ledger counts the results of marked requests at the server.
type ledger struct {
	mu      sync.Mutex
	applied map[string]int // requests that arrived and were not refused with 429
}

func (l *ledger) note(mark string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.applied[mark]++
}

// soakTime is how long each soak runs: HOSTILE_SOAK=5m for the long one.
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("HOSTILE_SOAK")
	if text == "" {
		return 500 * time.Millisecond
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "HOSTILE_SOAK")
	return d
}

// soak sends creates from eight goroutines until time is up, at least 50 from
// each, and returns how each ended.
func soak(t *testing.T, c *workato.Client, bound func(context.Context) (context.Context, context.CancelFunc)) map[string]error {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]error{}
	end := time.Now().Add(soakTime(t))
	for worker := range 8 {
		all.Go(func() {
			for n := 0; n < 50 || time.Now().Before(end); n++ {
				name := fmt.Sprintf("customer-%d-%d", worker, n)
				ctx, cancel := bound(t.Context())
				_, err := c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: name, NotificationEmail: "ops@example.com"}, workato.WithHeader(marker, name))
				cancel()
				mu.Lock()
				outcomes[name] = err
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return outcomes
}

// audit compares the client's results with the server's record, and returns how
// many outcomes are unknown.
func audit(t *testing.T, l *ledger, outcomes map[string]error) int {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var ok, unknown, unsent int
	for name, err := range outcomes {
		switch {
		case err == nil:
			ok++
			require.Equal(t, 1, l.applied[name], name)
		case errors.Is(err, workato.ErrOutcomeUnknown):
			unknown++
			require.LessOrEqual(t, l.applied[name], 1, "%s was sent twice: %v", name, err)
		default:
			unsent++
			require.Zero(t, l.applied[name], "%s arrived, but: %v", name, err)
		}
	}
	t.Logf("%d calls: %d done, %d unknown, %d surely not done", len(outcomes), ok, unknown, unsent)
	return unknown
}

// newSoakServer records marked requests and responds to each as chosen. It
// counts them before it responds: a response may end the handler.
func newSoakServer(t *testing.T, proto string, choose func() (a response, refusal bool)) (*server, *ledger) {
	t.Helper()
	l := &ledger{applied: map[string]int{}}
	s := newServer(t, proto)
	s.direct = func(w http.ResponseWriter, r *http.Request) {
		mark := r.Header.Get(marker)
		chosen, refusal := choose()
		if !refusal {
			l.note(mark)
		}
		if !chosen.early {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		chosen.write(w, r)
	}
	return s, l
}

// TestSoak: thousands of creates under random deadlines and failures.
func TestSoak(t *testing.T) {
	good := says(200, goodCustomer)
	well := func() (response, bool) { return good, false }
	promiseAlone(t, "never calls a create unsent that arrived, and sends none twice, under random deadlines", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			unknown := 0
			for _, limit := range []time.Duration{300 * time.Microsecond, 1500 * time.Microsecond} {
				for _, conns := range []int{0, 3} {
					if conns > 0 && proto == "HTTP/2" {
						continue // it needs only one
					}
					t.Run(fmt.Sprintf("%v, %d connections", limit, conns), func(t *testing.T) {
						s, l := newSoakServer(t, proto, well)
						s.transport.MaxConnsPerHost = conns
						outcomes := soak(t, s.client(t), func(ctx context.Context) (context.Context, context.CancelFunc) {
							return context.WithTimeout(ctx, rand.N(limit))
						})
						s.close()
						unknown += audit(t, l, outcomes)
					})
				}
			}
			require.NotZero(t, unknown, "no outcome was unknown: this proves nothing")
		})
	})

	promiseAlone(t, "does the same when the server resets, cuts off, refuses and delays at random", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			dawdles := response{write: func(w http.ResponseWriter, r *http.Request) {
				timer := time.NewTimer(rand.N(time.Millisecond))
				defer timer.Stop()
				<-timer.C
				good.write(w, r)
			}}
			spoilt := []response{good, good, good, good, dawdles, says(503, `{}`), says(500, ``), resets(), early(resets()), cutsOff(200, `{"id"`), early(good)}
			s, l := newSoakServer(t, proto, func() (response, bool) {
				if rand.N(10) == 0 {
					return says(429, ``), true
				}
				return spoilt[rand.N(len(spoilt))], false
			})
			var toggle sync.Mutex
			turn := 0
			outcomes := soak(t, s.client(t, workato.WithAttemptTimeout(2*time.Millisecond)), func(ctx context.Context) (context.Context, context.CancelFunc) {
				toggle.Lock()
				defer toggle.Unlock()
				if turn++; turn%2 == 0 {
					return context.WithTimeout(ctx, time.Second)
				}
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(rand.N(2*time.Millisecond), cancel)
				return ctx, cancel
			})
			s.close()
			require.NotZero(t, audit(t, l, outcomes), "no outcome was unknown: this proves nothing")
		})
	})
}
