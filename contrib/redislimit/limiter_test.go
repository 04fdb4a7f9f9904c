package redislimit_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/redislimit"
	"github.com/go-workato/workato/ratelimit"
)

// store is a Redis inside the test, whose clock stands still.
type store struct {
	*miniredis.Miniredis
	client *redis.Client
	now    time.Time
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{Miniredis: miniredis.RunT(t), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s.SetTime(s.now)
	s.client = redis.NewClient(&redis.Options{Addr: s.Addr(), ContextTimeoutEnabled: true, MaxRetries: -1})
	t.Cleanup(func() { _ = s.client.Close() })
	return s
}

func (s *store) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.SetTime(s.now)
}

func (s *store) limiter(t *testing.T, opts ...redislimit.Option) *redislimit.Limiter {
	t.Helper()
	l, err := redislimit.New(s.client, opts...)
	require.NoError(t, err)
	return l
}

// ask asks for a grant that has to come at once, and returns the wait and its
// reason if there is none.
func ask(t *testing.T, l *redislimit.Limiter, name string) (time.Duration, ratelimit.Reason) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
	defer cancel()
	err := l.Wait(ctx, operation(name))
	if err == nil {
		return 0, ""
	}
	var denied *ratelimit.Error
	require.ErrorAs(t, err, &denied)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Positive(t, denied.Wait, "denied at once, and not by the end of the context")
	return denied.Wait, denied.Reason
}

// drain takes all that is free in the burst of a quota.
func drain(t *testing.T, s *store, l *redislimit.Limiter, name string, n int) {
	t.Helper()
	for i := range n {
		for wait, why := ask(t, l, name); wait > 0; wait, why = ask(t, l, name) {
			require.Equal(t, ratelimit.ReasonSpacing, why, "call %d", i+1)
			s.pass(wait)
		}
	}
}

func TestLanes(t *testing.T) {
	t.Parallel()
	perMinute, perSecond := redislimit.PerMinute("folders", 5), redislimit.PerSecond("connections.list", 2)
	tests := map[string]struct {
		operation string
		opts      []redislimit.Option
		free      int
		after     ratelimit.Reason
		span      time.Duration
	}{
		"minute":             {"folders.create", []redislimit.Option{perMinute}, 5, ratelimit.ReasonMinute, 61 * time.Second},
		"second":             {"jobs.repeat", nil, 1, ratelimit.ReasonSecond, 1100 * time.Millisecond},
		"hour":               {"imports.create", []redislimit.Option{redislimit.PerHour("imports", 4)}, 4, ratelimit.ReasonHour, time.Hour + time.Second},
		"share":              {"connections.list", []redislimit.Option{redislimit.Share(0.003)}, 3, ratelimit.ReasonMinute, 61 * time.Second},
		"less than one call": {"connections.list", []redislimit.Option{redislimit.Share(0.0005)}, 1, ratelimit.ReasonMinute, 2*time.Minute + time.Second},
		"margin":             {"connections.list", []redislimit.Option{redislimit.Share(0.001), redislimit.Margin(3e9)}, 1, ratelimit.ReasonMinute, 63 * time.Second},
		"own second":         {"connections.list", []redislimit.Option{perSecond}, 2, ratelimit.ReasonSecond, 1100 * time.Millisecond},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			l := s.limiter(t, test.opts...)
			other := s.limiter(t, test.opts...)
			began := s.now
			drain(t, s, l, test.operation, test.free)
			wait, why := ask(t, other, test.operation) // another process
			assert.Equal(t, test.after, why)
			assert.InDelta(t, test.span-s.now.Sub(began), wait, float64(time.Millisecond))
			s.pass(wait)
			wait, _ = ask(t, other, test.operation)
			assert.Zero(t, wait, "the oldest call no longer counts")
		})
	}
}

// A family has one hash tag, another prefix other counts.
func TestKeys(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	drain(t, s, s.limiter(t), "imports.create", 1)
	drain(t, s, s.limiter(t, redislimit.Prefix("eu:")), "imports.get", 1)
	assert.Equal(t, []string{
		"eu:{imports}:sent", "eu:{imports}:state", "workato:{imports}:hour", "workato:{imports}:sent", "workato:{imports}:state",
	}, s.Keys())
}

// Reads of an import do not count towards the hour of imports.
func TestHourCountsImportsOnly(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	l := s.limiter(t, redislimit.PerHour("imports", 2))
	drain(t, s, l, "imports.create", 1)
	drain(t, s, l, "imports.get", 5)
	drain(t, s, l, "imports.create", 1)
	s.pass(2 * time.Minute)
	drain(t, s, l, "imports.get", 1) // forgets the older calls of the minute
	wait, why := ask(t, l, "imports.create")
	assert.Greater(t, wait, 57*time.Minute)
	assert.Equal(t, ratelimit.ReasonHour, why)
}

func TestPauseOfALane(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	l, other := s.limiter(t), s.limiter(t)
	l.Observe(operation("imports.create"), http.StatusTooManyRequests, 20*time.Minute)
	l.Observe(operation("imports.create"), http.StatusTooManyRequests, 10*time.Minute) // one event: only a longer one counts
	wait, why := ask(t, other, "imports.create")
	assert.Equal(t, ratelimit.ReasonPause, why)
	assert.Equal(t, 20*time.Minute, wait)
	drain(t, s, other, "imports.get", 1)
	l.Observe(operation("imports.get"), http.StatusTooManyRequests, 30*time.Second)
	wait, _ = ask(t, other, "imports.get")
	assert.Equal(t, 30*time.Second, wait)
	state, err := other.State(t.Context(), "imports")
	require.NoError(t, err)
	assert.Equal(t, 20*time.Minute, state.Paused)
	assert.Equal(t, 30*time.Second, state.PausedMinute)
}

// Pauses that the service does not measure grow, until it accepts a call.
func TestPausesGrow(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	l := s.limiter(t)
	list := operation("connections.list")
	for _, seconds := range []int{5, 10, 20, 40, 60, 60} {
		l.Observe(list, http.StatusTooManyRequests, 0)
		l.Observe(list, http.StatusTooManyRequests, 0)
		wait, _ := ask(t, l, "connections.list")
		assert.Equal(t, time.Duration(seconds)*time.Second, wait)
		s.pass(wait)
	}
	l.Observe(list, http.StatusBadGateway, 0) // proves nothing
	l.Observe(list, http.StatusTooManyRequests, 0)
	wait, _ := ask(t, l, "connections.list")
	assert.Equal(t, time.Minute, wait)
	s.pass(wait)
	l.Observe(list, http.StatusOK, 0)
	l.Observe(list, http.StatusTooManyRequests, 0)
	wait, _ = ask(t, l, "connections.list")
	assert.Equal(t, 5*time.Second, wait)
}

// Redis has lost everything: who remembers pauses each lane for its span, once.
func TestAmnesia(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	l := s.limiter(t)
	drain(t, s, l, "imports.create", 1)
	drain(t, s, l, "imports.get", 1)
	s.FlushAll()
	wait, why := ask(t, l, "imports.get")
	assert.Equal(t, 61*time.Second, wait)
	assert.Equal(t, ratelimit.ReasonPause, why)
	s.pass(10 * time.Second)
	wait, _ = ask(t, l, "imports.create")
	assert.Equal(t, time.Hour+time.Second, wait)
	fresh := s.limiter(t)
	wait, _ = ask(t, fresh, "imports.get")
	assert.Equal(t, 51*time.Second, wait, "a new process is told")
	s.pass(wait)
	drain(t, s, l, "imports.get", 1)
}

// Calls of one process go in order; those that wait for their hour let others pass.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	waiting := make(chan ratelimit.Wait, 10)
	l := s.limiter(t, redislimit.PerHour("imports", 1), redislimit.OnWait(func(w ratelimit.Wait) { waiting <- w }))
	drain(t, s, l, "imports.create", 1)
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error, 2)
	go func() { results <- l.Wait(ctx, operation("imports.create")) }()
	told := <-waiting
	assert.Equal(t, ratelimit.Wait{
		Family: "imports", Operation: "imports.create", Duration: time.Hour + time.Second, Reason: ratelimit.ReasonHour,
	}, told)
	go func() { results <- l.Wait(ctx, operation("imports.create")) }()
	behind := <-waiting
	assert.Greater(t, behind.Duration, 59*time.Minute, "it is told what the first waits for")
	wait, why := ask(t, l, "imports.create")
	assert.Greater(t, wait, 59*time.Minute, "without asking Redis")
	assert.Equal(t, ratelimit.ReasonHour, why)
	drain(t, s, l, "imports.get", 3)
	state, err := l.State(t.Context(), "imports")
	require.NoError(t, err)
	assert.Equal(t, 2, state.Waiting)
	assert.Equal(t, 4, state.UsedMinute)
	assert.Equal(t, 1, state.UsedHour)
	assert.Equal(t, uint64(4), state.Granted)
	assert.Equal(t, uint64(1), state.Denied)
	assert.Equal(t, uint64(2), state.Waits)
	cancel()
	for range 2 {
		var denied *ratelimit.Error
		err := <-results
		require.ErrorAs(t, err, &denied)
		require.ErrorIs(t, err, context.Canceled)
	}
	s.pass(time.Hour + time.Second)
	wait, _ = ask(t, l, "imports.create")
	assert.Zero(t, wait, "the queue is empty again")
}

func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	queued := make(chan ratelimit.Wait, 10)
	l := s.limiter(t, redislimit.Undocumented(1), redislimit.WithMinute(3*time.Second), redislimit.OnWait(func(w ratelimit.Wait) { queued <- w }))
	op := operation("folders.list")
	require.NoError(t, l.Wait(t.Context(), op))
	served := make(chan int, 3)
	for i := range 3 {
		go func() {
			if l.Wait(t.Context(), op) == nil {
				served <- i
			}
		}()
		<-queued // so that the next one is behind it
	}
	for i := range 3 {
		s.pass(time.Minute)
		assert.Equal(t, i, <-served)
	}
}

func TestLimitsAreKnownBeforehand(t *testing.T) {
	t.Parallel()
	l := newStore(t).limiter(t, redislimit.Share(0.5), redislimit.PerHour("imports", 100))
	assert.Equal(t, ratelimit.Limits{Family: "imports", PerMinute: 500, PerHour: 50}, l.Limits(operation("imports.create")))
	state, err := l.State(t.Context(), "imports")
	require.NoError(t, err)
	assert.Equal(t, ratelimit.State{Family: "imports", PerMinute: 500, PerHour: 50}, state)
	_, err = l.State(t.Context(), "no such")
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	stats, err := l.Stats(t.Context())
	require.NoError(t, err)
	assert.Len(t, stats, 1)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]redislimit.Option{
		"Share(0)": redislimit.Share(0), `Prefix("a{b")`: redislimit.Prefix("a{b"), `Prefix("")`: redislimit.Prefix(""),
		"Margin(-1ns)": redislimit.Margin(-1), `PerMinute("imports", 0)`: redislimit.PerMinute("imports", 0),
		`PerSecond("", 1)`: redislimit.PerSecond("", 1), `PerHour("imports", -1)`: redislimit.PerHour("imports", -1),
		"Undocumented(0)": redislimit.Undocumented(0), "Fallback": redislimit.Fallback(nil), "OnWait": redislimit.OnWait(nil),
		"Logger": redislimit.Logger(nil), "option is nil": nil,
	} {
		_, err := redislimit.New(redis.NewClient(&redis.Options{}), opt)
		require.ErrorIs(t, err, workato.ErrInvalidArgument, name)
		assert.ErrorContains(t, err, name)
	}
	_, err := redislimit.New(nil, redislimit.Share(2))
	require.ErrorContains(t, err, "Redis client")
	require.ErrorContains(t, err, "Share(2)")
}
