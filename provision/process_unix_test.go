//go:build unix

package provision_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// runnerEnv tells a process that it is a runner: the address of the service, the
// ledger, the number of customers, and whether it goes without the file lock.
const runnerEnv = "PROVISION_RUNNER"

// killsEnv is how many kills there have to be; CI makes do with a few.
const killsEnv = "PROVISION_KILLS"

// runnerLease is that of a runner, and long enough for a busy machine to renew it.
const runnerLease = time.Second

// runnerCustomers is how many customers there are in a round.
const runnerCustomers = 8

// startedLine is what a runner prints when it begins to work. It is disturbed only
// then: on a busy machine a process may take longer to start than it is left alone.
const startedLine = "started"

// disturbed is how many runners of a round are disturbed. The next one may finish.
const disturbed = 12

// patience is how long a round may take.
const patience = 2 * time.Minute

// The exit codes of a runner.
const (
	exitHeld   = 3
	exitFenced = 4
)

// runner is the program that is killed.
func runner(t *testing.T, how string) {
	t.Helper()
	part := strings.Split(how, "|")
	n, err := strconv.Atoi(part[2])
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, strategy: provision.Strategy{
		MaxConcurrent: 4, Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100},
		Settle: provision.Settle{For: 2 * runnerLease},
	}}
	f.ledger = provision.File(part[1])
	f.options = []provision.RolloutOption{
		provision.WithLease(runnerLease),
		provision.WithImportWait(workato.ImportWaitParams{MinInterval: 5 * time.Millisecond, MaxInterval: 20 * time.Millisecond}),
	}
	if part[3] == "lease" {
		f.ledger = provision.File(part[1], provision.LeaseOnly())
	}
	for i := range n {
		f.targets = append(f.targets, provision.Target{Customer: workato.ExternalID(customerName(i))})
	}
	f.release = releaseOf(t)
	client, err := workato.NewClient(workato.WithAPIToken(workatotest.Token), workato.WithBaseURL(part[0]), fast())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stdout, startedLine)
	err = f.runWith(t.Context(), client)
	switch {
	case errors.Is(err, provision.ErrHeld):
		os.Exit(exitHeld)
	case errors.Is(err, provision.ErrFenced):
		os.Exit(exitFenced)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// tallies are what has happened to the runners.
type tallies struct{ kills, stops, held, fenced atomic.Int64 }

// keepRunning starts a runner again and again until one reaches the end. The first
// ones are disturbed after a while.
func keepRunning(ctx context.Context, t *testing.T, how string, disturb func(*os.Process), n *tallies) {
	t.Helper()
	for run := 0; ; run++ {
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), runnerEnv+"="+how)
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
		if line, _ := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) == startedLine && run < disturbed {
			time.AfterFunc(20*time.Millisecond+rand.N(300*time.Millisecond), func() { disturb(cmd.Process) })
		}
		err = cmd.Wait()
		switch code := cmd.ProcessState.ExitCode(); {
		case ctx.Err() != nil:
			t.Errorf("a round takes more than %v", patience)
			return
		case err == nil:
			return
		case code == exitHeld:
			n.held.Add(1)
			run-- // it was none
			time.Sleep(100 * time.Millisecond)
		case code == exitFenced:
			n.fenced.Add(1)
		case code == -1:
			n.kills.Add(1)
		default:
			t.Errorf("a runner has ended with %d: %s", code, said.String())
			return
		}
	}
}

// trouble is what the service does meanwhile.
func trouble(seed uint64) []workatotest.Fault {
	return append(workatotest.Trouble(seed, 0.1, "imports.create"),
		workatotest.Fault{On: "imports.get", Do: workatotest.Respond, Status: 503, Chance: 0.1, Seed: seed, Times: -1})
}

func killsWanted(t *testing.T, few int64) int64 {
	t.Helper()
	text := os.Getenv(killsEnv)
	if text == "" {
		return few
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", killsEnv, err)
	}
	return n
}

// rounds lets runners work for fleets of customers, until enough of them were
// disturbed: no customer gets a second import, none is forgotten.
func rounds(t *testing.T, seed uint64, lock string, enough func() bool, work func(ctx context.Context, how string)) (customers int) {
	t.Helper()
	for ; !enough() && !t.Failed(); seed += 100 {
		f := newFleet(t, runnerCustomers)
		f.fake.Inject(trouble(seed)...)
		path := filepath.Join(t.TempDir(), "rollout.jsonl")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		work(ctx, strings.Join([]string{f.fake.URL(), path, strconv.Itoa(runnerCustomers), lock}, "|"))
		cancel()
		f.wantAtEnd(path)
		customers += runnerCustomers
	}
	return customers
}

// Real processes are killed at random while the service loses responses.
func TestKilledRunners(t *testing.T) {
	if how := os.Getenv(runnerEnv); how != "" {
		runner(t, how)
	}
	if testing.Short() {
		t.Skip("processes that are killed are for the full run")
	}
	var n tallies
	wanted := killsWanted(t, 20)
	customers := rounds(t, 0, "lock", func() bool { return n.kills.Load() >= wanted }, func(ctx context.Context, how string) {
		keepRunning(ctx, t, how, func(p *os.Process) { _ = p.Kill() }, &n)
	})
	t.Logf("%d kills, %d held, %d customers, 0 imported twice, 0 forgotten", n.kills.Load(), n.held.Load(), customers)
}

// Two runners that see only each other's lease are stopped for longer than it
// lasts, continued, and killed.
func TestStoppedRunners(t *testing.T) {
	if how := os.Getenv(runnerEnv); how != "" {
		runner(t, how)
	}
	if testing.Short() {
		t.Skip("processes that are killed are for the full run")
	}
	var n tallies
	stopped := func(p *os.Process) {
		if rand.N(3) > 0 && p.Signal(syscall.SIGSTOP) == nil {
			n.stops.Add(1)
			time.Sleep(runnerLease * 3 / 2)
			if p.Signal(syscall.SIGCONT) == nil {
				time.Sleep(200 * time.Millisecond)
			}
		}
		_ = p.Kill()
	}
	wanted := killsWanted(t, 8)
	customers := rounds(t, 7, "lease", func() bool { return n.kills.Load()+n.stops.Load() >= wanted }, func(ctx context.Context, how string) {
		var runners sync.WaitGroup
		for range 2 {
			runners.Go(func() { keepRunning(ctx, t, how, stopped, &n) })
		}
		runners.Wait()
	})
	t.Logf("%d kills, %d stops, %d fenced, %d held, %d customers, 0 imported twice, 0 forgotten",
		n.kills.Load(), n.stops.Load(), n.fenced.Load(), n.held.Load(), customers)
}

// wantAtEnd checks what the service and the ledger hold at the end.
func (f *fleet) wantAtEnd(path string) {
	f.t.Helper()
	f.ledger = provision.File(path)
	f.wantStates(states{provision.StateSucceeded: len(f.targets)})
	f.wantOnce()
	if err := f.ledger.Close(); err != nil {
		f.t.Error(err)
	}
}
