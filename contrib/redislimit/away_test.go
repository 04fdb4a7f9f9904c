package redislimit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/redislimit"
	"github.com/go-workato/workato/ratelimit"
)

func TestRedisAway(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var log bytes.Buffer
	l := s.limiter(t, redislimit.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	s.Close()
	for range 3 {
		err := l.Wait(t.Context(), operation("connections.list"))
		var away *redislimit.UnavailableError
		require.ErrorAs(t, err, &away)
		require.ErrorIs(t, err, workato.ErrLimiter)
		assert.Equal(t, "connections.list", away.Family)
	}
	assert.Equal(t, 1, bytes.Count(log.Bytes(), []byte("Redis is away")), "said once: %s", log.String())
	_, err := l.State(t.Context(), "connections.list")
	require.ErrorIs(t, err, workato.ErrLimiter)
}

func TestFallback(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	opts := []ratelimit.Option{ratelimit.Share(0.005), ratelimit.Burst(5)} // 5 a minute
	local, err := ratelimit.New(opts...)
	require.NoError(t, err)
	l := s.limiter(t, redislimit.Fallback(local), redislimit.Share(0.02)) // 20 a minute
	drain(t, s, l, "connections.list", 2)
	s.stop()
	for range 3 {
		wait, _ := ask(t, l, "connections.list")
		assert.Zero(t, wait, "the local share")
	}
	wait, why := ask(t, l, "connections.list")
	assert.Equal(t, ratelimit.ReasonMinute, why)
	assert.Greater(t, wait, 50*time.Second, "the calls that Redis had granted count in the fallback too")
	l.Observe(operation("connections.list"), http.StatusTooManyRequests, 40*time.Second)
	require.NoError(t, s.Restart())
	ctx := t.Context()
	eventually(t, "Redis is asked again", func(context.Context) bool {
		state, err := l.State(ctx, "connections.list")
		return err == nil && state.UsedMinute == 2
	})
	wait, why = ask(t, l, "connections.list")
	assert.Equal(t, ratelimit.ReasonPause, why, "the pause is stored late")
	assert.InDelta(t, 40*time.Second, wait, float64(20*time.Second))
	state, err := l.State(ctx, "connections.list")
	require.NoError(t, err)
	assert.Equal(t, 5, state.UsedMinute, "what the fallback let go counts in Redis")
}

// stop closes the port, and keeps the data.
func (s *store) stop() string {
	addr := s.Addr()
	s.Close()
	return addr
}

func TestClientErrors(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	l := s.limiter(t)
	s.Close()
	client, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithLimiter(l),
		workato.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			t.Error("something was sent")
			return nil, errors.New("no")
		})}))
	require.NoError(t, err)
	_, err = client.Connections.List(t.Context(), workato.ExternalID("acme"), nil)
	require.ErrorIs(t, err, workato.ErrLimiter)
	require.ErrorAs(t, err, new(*redislimit.UnavailableError))
}

// A response of Redis that is lost makes the client send the script again.
func TestAGrantThatIsRepeatedCountsOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	hook := &repeating{}
	s.client.AddHook(hook)
	l := s.limiter(t, redislimit.Share(0.002))
	drain(t, s, l, "connections.list", 2)
	require.NotZero(t, hook.repeated)
	state, err := l.State(t.Context(), "connections.list")
	require.NoError(t, err)
	assert.Equal(t, 2, state.UsedMinute)
}

type repeating struct{ repeated int }

func (r *repeating) DialHook(next redis.DialHook) redis.DialHook { return next }

func (r *repeating) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (r *repeating) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "evalsha" {
			r.repeated++
			_ = next(ctx, cmd)
		}
		return next(ctx, cmd)
	}
}
