package redislimit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/redislimit"
)

// workerEnv makes the test binary one of the processes that share a quota.
const workerEnv = "REDISLIMIT_WORKER"

func TestMain(m *testing.M) {
	if job := os.Getenv(workerEnv); job != "" {
		if err := work(job); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// job is what a worker process does: calls as fast as its limiter permits, until
// it is told the end.
type job struct {
	Addr   string // of Redis, or of the sentinel of Master
	Master string
	Quota  int // of connections.list, 0: the documented one
	Minute time.Duration
	Margin time.Duration
	Until  time.Time
	URL    string // of a fake to call, empty: only ask for grants
}

const goroutines = 25

// What a worker prints, a line each: the time of a grant or of an accepted call, or that
// the service refused one.
const refusedLine = "refused"

func work(text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	opts := []redislimit.Option{redislimit.WithMinute(j.Minute), redislimit.Margin(j.Margin)}
	if j.Quota > 0 {
		opts = append(opts, redislimit.PerMinute("connections.list", j.Quota))
	}
	rdb := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: []string{j.Addr}, MasterName: j.Master, ContextTimeoutEnabled: true,
	})
	defer func() { _ = rdb.Close() }()
	limiter, err := redislimit.New(rdb, opts...)
	if err != nil {
		return err
	}
	call := func(ctx context.Context) error { return limiter.Wait(ctx, operation("connections.list")) }
	if j.URL != "" {
		client, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithBaseURL(j.URL),
			workato.WithLimiter(limiter), workato.WithTransportMiddleware(countRefusals),
			// The other program may be in the way more than a few times in a row.
			workato.WithRetry(workato.RetryPolicy{MaxRetries: 100}))
		if err != nil {
			return err
		}
		call = func(ctx context.Context) error {
			_, err := client.Connections.List(ctx, workato.ExternalID("acme"), nil)
			return err
		}
	}
	ctx, cancel := context.WithDeadline(context.Background(), j.Until)
	defer cancel()
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			for ctx.Err() == nil {
				err := call(ctx)
				switch {
				case err == nil:
					say(strconv.FormatInt(time.Now().UnixNano(), 10))
				case errors.As(err, new(*redislimit.UnavailableError)):
					time.Sleep(20 * time.Millisecond)
				case errors.Is(err, context.DeadlineExceeded):
					return
				case errors.Is(err, workato.ErrRateLimited) && time.Until(j.Until) <= j.Minute+time.Second:
					return // the pause would last beyond the end
				default:
					say("error: " + err.Error())
					return
				}
			}
		})
	}
	group.Wait()
	return nil
}

var saying sync.Mutex

func say(line string) {
	saying.Lock()
	defer saying.Unlock()
	fmt.Fprintln(os.Stdout, line)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func countRefusals(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil && resp.StatusCode == http.StatusTooManyRequests {
			say(refusedLine)
		}
		return resp, err
	})
}

// fleet is a number of worker processes and what they have said.
type fleet struct {
	t       *testing.T
	workers []*exec.Cmd

	mu      sync.Mutex
	group   sync.WaitGroup
	times   [][]int64 // by process
	refused int
	news    chan struct{}
}

// start runs n processes with the same job.
func start(t *testing.T, n int, j job) *fleet {
	t.Helper()
	text, err := json.Marshal(j)
	require.NoError(t, err)
	f := &fleet{t: t, times: make([][]int64, n), news: make(chan struct{}, 1)}
	for i := range n {
		worker := exec.Command(os.Args[0])
		worker.Env = append(os.Environ(), workerEnv+"="+string(text))
		worker.Stderr = os.Stderr
		out, err := worker.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, worker.Start())
		f.workers = append(f.workers, worker)
		f.group.Go(func() {
			for lines := bufio.NewScanner(out); lines.Scan(); {
				f.heard(i, lines.Text())
			}
			if err := worker.Wait(); err != nil {
				t.Errorf("worker %d: %v", i, err)
			}
		})
	}
	t.Cleanup(func() {
		for _, worker := range f.workers {
			_ = worker.Process.Kill() // has ended, if all is well
		}
	})
	return f
}

func (f *fleet) heard(i int, line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at, err := strconv.ParseInt(line, 10, 64); err == nil {
		f.times[i] = append(f.times[i], at)
	} else if line == refusedLine {
		f.refused++
	} else {
		f.t.Errorf("worker %d: %s", i, line)
	}
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// reach waits until n calls have gone in all.
func (f *fleet) reach(n int) {
	f.t.Helper()
	deadline := time.After(time.Minute)
	for {
		f.mu.Lock()
		total := 0
		for _, times := range f.times {
			total += len(times)
		}
		f.mu.Unlock()
		if total >= n {
			return
		}
		select {
		case <-f.news:
		case <-deadline:
			f.t.Fatalf("%d calls after a minute, want %d", total, n)
		}
	}
}

// end waits for the processes and returns the times of all calls, in order.
func (f *fleet) end() []int64 {
	f.group.Wait()
	return slices.Sorted(slices.Values(slices.Concat(f.times...)))
}

// worst returns the most calls in any span.
func worst(times []int64, span time.Duration) int {
	most, first := 0, 0
	for i, at := range times {
		for at-times[first] >= int64(span) {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func operation(name string) workato.Operation {
	for _, op := range workato.Operations() {
		if op.Name == name {
			return op
		}
	}
	panic("no operation " + name)
}
