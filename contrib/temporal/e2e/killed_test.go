// Package e2e_test runs rollouts on the real Temporal server, in this process, with
// real worker processes.
package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/server/temporaltest"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

const (
	wantedKills = 50
	perRound    = 15 // customers
	maxTime     = 4 * time.Minute
)

// trouble is what the service does meanwhile.
func trouble(seed uint64) []workatotest.Fault {
	return append(workatotest.Trouble(seed, 0.1, "imports.create"),
		workatotest.Fault{On: "imports.get", Do: workatotest.Respond, Status: 503, Chance: 0.1, Seed: seed, Times: -1})
}

// keepWorking starts a worker again and again, and kills it after a while as long as
// there have not been enough kills.
func keepWorking(ctx context.Context, t *testing.T, program string, args []string, kills *atomic.Int64) {
	t.Helper()
	for ctx.Err() == nil {
		cmd := exec.CommandContext(ctx, program, args...)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Error(err)
			return
		}
		killed := false
		if line, _ := bufio.NewReader(out).ReadString('\n'); line == "started\n" && kills.Load() < wantedKills {
			killed = true
			select {
			case <-time.After(100*time.Millisecond + rand.N(900*time.Millisecond)):
			case <-ctx.Done():
			}
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
		switch {
		case ctx.Err() != nil:
			return
		case killed:
			kills.Add(1)
		default:
			t.Errorf("a worker has ended by itself: %v: %s", cmd.ProcessState, said.String())
			return
		}
	}
}

// Workers are killed at random while the service loses responses: no customer gets
// a second import, none is forgotten.
func TestKilledWorkers(t *testing.T) {
	program := filepath.Join(t.TempDir(), "worker")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./worker").CombinedOutput()
	require.NoError(t, err, string(out))
	ts := temporalServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), maxTime)
	defer cancel()
	var kills atomic.Int64
	customers, twice, forgotten, adopted := 0, 0, 0, 0
	start := time.Now()
	for round := uint64(0); kills.Load() < wantedKills; round++ {
		f := newFleet(t, "round-"+string(rune('a'+round)), perRound)
		f.fake.Inject(trouble(round * 100)...)
		adopted += killRound(ctx, t, ts, f, program, &kills)
		tw, fo := f.look()
		customers, twice, forgotten = customers+perRound, twice+tw, forgotten+fo
		if t.Failed() {
			break
		}
	}
	t.Logf("kills %d, customers %d, twice %d, forgotten %d; %d adopted by their effect; %v",
		kills.Load(), customers, twice, forgotten, adopted, time.Since(start).Round(time.Second))
	assert.GreaterOrEqual(t, kills.Load(), int64(wantedKills))
	assert.Zero(t, twice)
	assert.Zero(t, forgotten)
}

// killRound is one rollout, with two workers that are killed. It returns how many
// imports were found by their effect.
func killRound(ctx context.Context, t *testing.T, ts *temporaltest.TestServer, f *fleet, program string, kills *atomic.Int64) int {
	t.Helper()
	args := []string{
		"-server", ts.GetFrontendHostPort(), "-namespace", ts.GetDefaultNamespace(), "-queue", queue,
		"-service", f.fake.URL(), "-package", f.pack,
	}
	working, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() { keepWorking(working, t, program, args, kills) })
	}
	s := f.wait(ctx, f.start(ts.GetDefaultClient()))
	adopted := adoptions(ctx, t, ts, f) // the workflows of customers end after they have told so
	stop()
	workers.Wait()
	assert.Equal(t, map[provision.State]int{provision.StateSucceeded: f.n}, s.Counts, "%+v", s.Failures)
	t.Logf("%s: %d kills so far", f.rollout, kills.Load())
	return adopted
}
