package provisiontest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
)

// childPath tells a process that it is a writer, and of which file.
const childPath = "PROVISIONTEST_LEDGER"

// TestKilledProcesses starts the test program again and again as a writer, kills
// each after some acknowledged writes (SIGKILL where there is such a thing), and
// checks after each kill that every acknowledged write is there, that no half
// transaction is, and that the next writer follows at once. It must be called by
// a test of its own that does nothing else, and not by a subtest.
func TestKilledProcesses(t *testing.T, kills int, open func(path string) (provision.Ledger, error)) {
	t.Helper()
	if path := os.Getenv(childPath); path != "" {
		ledger, err := open(path)
		if err == nil {
			err = writeOn(context.Background(), ledger, os.Stdout) //nolint:usetesting // the process is killed
		}
		fmt.Fprintln(os.Stderr, "the writer has ended:", err)
		os.Exit(3)
	}
	path := filepath.Join(t.TempDir(), "killed")
	acknowledged, unacknowledged := int64(0), 0
	for kill := range kills {
		seq, err := killOne(t, path, 1+rand.Int64N(25))
		if err != nil {
			t.Fatalf("writer %d: %v", kill, err)
		}
		last, err := lastWrite(t, path, open)
		if err != nil {
			t.Fatalf("after kill %d: %v", kill, err)
		}
		switch {
		case last < seq:
			t.Fatalf("after kill %d: write %d was acknowledged, the last one there is %d", kill, seq, last)
		case last > seq+1:
			t.Fatalf("after kill %d: %d is there, though only %d was acknowledged", kill, last, seq)
		case last > seq:
			unacknowledged++
		}
		acknowledged = last
	}
	t.Logf("%d kills, %d writes, 0 acknowledged and lost, %d done but not acknowledged", kills, acknowledged, unacknowledged)
}

// killOne starts a writer, kills it after n acknowledged writes, and returns the
// number of the last one.
func killOne(t *testing.T, path string, n int64) (seq int64, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	//nolint:gosec // this very test program
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v=false")
	cmd.Env = append(os.Environ(), childPath+"="+path)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d", &seq); err != nil {
			continue // such as a line of the test framework
		}
		if n--; n == 0 {
			err = cmd.Process.Kill()
			break
		}
	}
	for lines.Scan() { // what it said before it died
		_, _ = fmt.Sscanf(lines.Text(), "acknowledged %d", &seq)
	}
	_ = cmd.Wait() // it was killed, which is an error
	if n > 0 {
		err = fmt.Errorf("it has ended by itself: %s", stderr.String())
	}
	return seq, errors.Join(err, lines.Err())
}

const killedCustomers = 20

// writeOn works on a rollout for ever: each write is the next state of one
// customer and its event, in one transaction.
func writeOn(ctx context.Context, ledger provision.Ledger, out io.Writer) error {
	lease, err := ledger.Acquire(ctx, rollout, provision.Self(), time.Hour)
	if err != nil {
		return err
	}
	if err := lease.Begin(ctx, &header); err != nil {
		return err
	}
	if _, err := lease.Enroll(ctx, targets(1, killedCustomers)); err != nil {
		return err
	}
	for {
		for r, err := range ledger.Records(ctx, rollout, provision.Query{}) {
			if err != nil {
				return err
			}
			u := step(&r, provision.States()[int(r.Version)%len(provision.States())])
			u.Records[0].Baseline = make(provision.Baseline, 1+rand.IntN(provision.MaxBaseline))
			if err := lease.Put(ctx, u); err != nil {
				return err
			}
			fmt.Fprintln(out, "acknowledged", u.Events[0].Seq)
		}
	}
}

// lastWrite returns the number of the last write, after it has compared rows with
// events.
func lastWrite(t *testing.T, path string, open func(path string) (provision.Ledger, error)) (int64, error) {
	ledger, err := open(path)
	if err != nil {
		return 0, err
	}
	writes, events := int64(0), int64(0)
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			return 0, err
		}
		writes += r.Version - 1
	}
	for e, err := range ledger.Events(t.Context(), rollout, 0) {
		if err != nil {
			return 0, err
		}
		if events++; e.Seq != events {
			return 0, fmt.Errorf("event %d follows %d", e.Seq, events-1)
		}
	}
	if writes != events {
		return 0, fmt.Errorf("%d writes of rows and %d events: half of a transaction is there", writes, events)
	}
	lease, err := ledger.Acquire(t.Context(), rollout, provision.Self(), time.Hour)
	if err != nil {
		return 0, err
	}
	return events, errors.Join(lease.Release(t.Context()), ledger.Close())
}
