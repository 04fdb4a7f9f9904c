package redislimit_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// These tests do not run side by side: each needs the machine for itself, for it
// counts what real processes reach in a time.
//
// The minute of these tests. Calls go in rounds, the quota in each, a minute and
// a margin apart. The margin is large because the times are taken in other
// processes on a machine that may be busy.
const (
	shortMinute = 3 * time.Second
	margin      = 300 * time.Millisecond
	round       = shortMinute + margin
	processes   = 4
	quota       = 200
)

// share returns how much of rounds times the quota was used.
func share(times []int64, quota, rounds int) float64 {
	return float64(len(times)) / float64(quota*rounds)
}

func newJob(addr string, rounds int) job {
	return job{
		Addr: addr, Quota: quota, Minute: shortMinute, Margin: margin,
		Until: time.Now().Add(time.Duration(rounds)*round - round/4),
	}
}

func TestProcessesShareAQuota(t *testing.T) {
	const rounds = 3
	times := start(t, processes, newJob(redisServer(t, memory).addr, rounds)).end()
	t.Logf("%d calls of %d, worst window %d of %d", len(times), rounds*quota, worst(times, shortMinute), quota)
	assert.LessOrEqual(t, worst(times, shortMinute), quota)
	assert.GreaterOrEqual(t, share(times, quota, rounds), 0.99)
}

func TestFlushedInABurst(t *testing.T) {
	const rounds = 4
	s := redisServer(t, memory)
	f := start(t, processes, newJob(s.addr, rounds))
	f.reach(quota + quota/2)
	require.NoError(t, s.client.FlushAll(t.Context()).Err())
	times := f.end()
	t.Logf("%d calls, worst window %d of %d", len(times), worst(times, shortMinute), quota)
	assert.LessOrEqual(t, worst(times, shortMinute), quota)
	// The rest of the round is lost on purpose.
	assert.GreaterOrEqual(t, len(times), 2*quota+quota/2)
}

func TestMasterKilledInABurst(t *testing.T) {
	const rounds = 4
	master := redisServer(t, memory)
	host, port, err := net.SplitHostPort(master.addr)
	require.NoError(t, err)
	replica := redisServer(t, memory+fmt.Sprintf("replicaof %s %s\n", host, port))
	eventually(t, "the replica is up to date", func(ctx context.Context) bool {
		n, err := master.client.Wait(ctx, 1, time.Second).Result()
		return err == nil && n == 1
	})
	sentinel := redisServer(t, fmt.Sprintf("sentinel monitor quotas %s %s 1\n"+
		"sentinel down-after-milliseconds quotas 300\nsentinel failover-timeout quotas 4000\n", host, port), "--sentinel")
	eventually(t, "the sentinel knows the replica", func(ctx context.Context) bool {
		replicas, err := redis.NewSentinelClient(&redis.Options{Addr: sentinel.addr}).Replicas(ctx, "quotas").Result()
		return err == nil && len(replicas) == 1 && replicas[0]["master-link-status"] == "ok"
	})
	j := newJob(sentinel.addr, rounds+1)
	j.Master = "quotas"
	f := start(t, processes, j)
	f.reach(quota + quota/2)
	master.kill(t)
	times := f.end()
	role, err := replica.client.Do(t.Context(), "ROLE").Slice()
	require.NoError(t, err)
	assert.Equal(t, "master", role[0], "the replica has taken over")
	t.Logf("%d calls, worst window %d of %d", len(times), worst(times, shortMinute), quota)
	// Replication is asynchronous: of each process one grant, which the master gave
	// in its last moment, may be unknown to the replica.
	assert.LessOrEqual(t, worst(times, shortMinute), quota+processes)
	// The failover may delay the rounds by one at most.
	assert.GreaterOrEqual(t, share(times, quota, rounds), 0.99)
}

func fake(t *testing.T, opts ...workatotest.Option) *workatotest.Server {
	t.Helper()
	s := workatotest.New(t, append(opts, workatotest.WithMinute(shortMinute))...)
	s.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	return s
}

// The documented quotas of the fake, which counts by its own clock, and real
// clients.
func TestQuotasOfTheService(t *testing.T) {
	const rounds = 3
	j := newJob(redisServer(t, memory).addr, rounds)
	j.Quota, j.URL = 0, fake(t, workatotest.WithQuotas()).URL()
	f := start(t, processes, j)
	times := f.end()
	documented := operation("connections.list").Quota.PerMinute
	t.Logf("%d calls of %d, %d refused", len(times), rounds*documented, f.refused)
	assert.Zero(t, f.refused, "429")
	assert.GreaterOrEqual(t, share(times, documented, rounds), 0.99)
}

// Another program uses the same quota and does not ask Redis: the refusal that
// one process gets holds all of them back.
func TestForeignTraffic(t *testing.T) {
	const rounds = 4
	service := fake(t, workatotest.WithQuota("connections.list", quota))
	j := newJob(redisServer(t, memory).addr, rounds)
	j.URL = service.URL()
	ctx, cancel := context.WithDeadline(t.Context(), j.Until)
	defer cancel()
	var foreign sync.WaitGroup
	client := service.Client(t)
	foreign.Go(func() {
		for tick := time.NewTicker(shortMinute / 60); ; {
			select {
			case <-tick.C:
			case <-ctx.Done():
				tick.Stop()
				return
			}
			if _, err := client.Connections.List(ctx, workato.ExternalID("acme"), nil, workato.WithoutRetry()); err != nil &&
				!errors.Is(err, workato.ErrRateLimited) && ctx.Err() == nil {
				t.Errorf("foreign call: %v", err)
			}
		}
	})
	f := start(t, processes, j)
	times := f.end()
	foreign.Wait()
	t.Logf("%d calls of %d, %d refused", len(times), rounds*quota, f.refused)
	assert.NotZero(t, f.refused, "the other program is in the way")
	// Those that are under way when the quota ends are refused, once in each pause.
	assert.LessOrEqual(t, f.refused, (rounds+1)*processes*goroutines)
	assert.GreaterOrEqual(t, len(times), quota, "and the calls go on")
}
