//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/workatotest"
)

// asProgram makes the test binary the program, in a process of its own that can be
// killed and stopped.
const asProgram = "ROLLOUT_TEST_PROGRAM"

// killsEnv is how many processes TestKilled kills, a dozen if it is not set:
//
//	ROLLOUT_KILLS=300 go test -run TestKilled -v .
const killsEnv = "ROLLOUT_KILLS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func (w *world) start(args ...string) *process {
	w.t.Helper()
	p := &process{Cmd: exec.CommandContext(w.t.Context(), os.Args[0], args...)}
	p.Dir, p.Env = w.dir, append(os.Environ(), asProgram+"=1")
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if err := p.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// end waits for the end of the process and returns its exit status, -1 after a kill.
func (p *process) end() int {
	_ = p.Wait()
	return p.ProcessState.ExitCode()
}

// wantEnd checks the exit status of a process.
func (w *world) wantEnd(p *process, code int) {
	w.t.Helper()
	if got := p.end(); got != code {
		w.t.Fatalf("exit status %d, want %d:\n%s%s", got, code, p.stdout.String(), p.stderr.String())
	}
}

// at calls a function when the service gets the nth request of an operation.
func (w *world) at(operation string, n int) <-chan struct{} {
	arrived := make(chan struct{})
	var once sync.Once
	w.fake.Before(operation, n, func(workatotest.Request) { once.Do(func() { close(arrived) }) })
	return arrived
}

// trouble is what the service does while processes are killed.
func trouble(seed uint64) []workatotest.Fault {
	return append(workatotest.Trouble(seed, 0.1, "imports.create"),
		workatotest.Fault{On: "imports.get", Do: workatotest.Respond, Status: 503, Chance: 0.1, Seed: seed, Times: -1})
}

// killAll starts the program again and again and kills it at some moment of its work,
// until there are enough kills; then it may go on to its end. It returns how many
// processes it has killed.
func (w *world) killAll(kills int, args ...string) int {
	w.t.Helper()
	for killed := 0; ; {
		// From the first request on: on a busy machine a process takes long to start.
		begun := w.at("workspace.whoami", 1)
		p := w.start(args...)
		ended := make(chan struct{})
		go func() {
			_ = p.Wait()
			close(ended)
		}()
		if killed < kills {
			select {
			case <-ended:
			case <-begun:
				select {
				case <-ended:
				case <-time.After(rand.N(250 * time.Millisecond)):
				}
			}
			_ = p.Process.Kill()
		}
		<-ended
		switch code := p.ProcessState.ExitCode(); code {
		case cli.ExitDone:
			return killed
		case -1:
			killed++
		default:
			w.t.Fatalf("exit status %d: %s", code, p.stderr.String())
		}
	}
}

func killsWanted(t *testing.T) int {
	t.Helper()
	text := os.Getenv(killsEnv)
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", killsEnv, err)
	}
	return n
}

// The program is killed at random while the service loses responses.
func TestKilled(t *testing.T) {
	t.Parallel()
	kills, customers := 0, 0
	for round := uint64(1); kills < killsWanted(t); round++ {
		w := newWorld(t, 8)
		w.fake.Inject(trouble(100 * round)...)
		// The settle time outlasts a service that is slow because the machine is busy.
		kills += w.killAll(min(killsWanted(t)-kills, 30), w.run("-attempt-timeout", "1s", "-settle", "800ms")...)
		customers += 8
		w.wantOnce()
		if t.Failed() {
			break
		}
	}
	t.Logf("%d kills, %d customers, 0 imported twice, 0 forgotten", kills, customers)
}

// The same with a program that sends again without looking imports twice: the test
// above can fail.
func TestKilledControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6)
	w.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter, Call: 2, Times: 2})
	w.killAll(3, w.run("-unsafe-resend")...)
	if twice, _ := w.outcome(); twice == 0 {
		t.Error("no customer has got the release twice")
	}
}

// A second runner on the same ledger is refused and told who works. When that one is
// dead, a third follows at once.
func TestSecondRunner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6, workatotest.WithLatency(20*time.Millisecond))
	sending := w.at("imports.create", 2)
	first := w.start(w.run()...)
	<-sending
	second := w.start(w.run()...)
	w.wantEnd(second, cli.ExitHeld)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if text := second.stderr.String(); !strings.Contains(text, fmt.Sprintf("pid %d on host %s", first.Process.Pid, host)) {
		t.Errorf("the second runner says %q", text)
	}
	_ = first.Process.Kill()
	first.end()
	w.wantEnd(w.start(w.run()...), cli.ExitDone)
	w.wantOnce()
}

// A runner that is stopped for longer than its lease is followed, and sends nothing
// when it wakes. Where it was stopped in the middle of a write, it keeps the ledger: then
// the other one is refused.
func TestStopped(t *testing.T) {
	t.Parallel()
	for fenced, trial := 0, 1; fenced < 2; trial++ {
		w := newWorld(t, 4, workatotest.WithLatency(20*time.Millisecond))
		flags := []string{"-lock=false", "-lease", "600ms"}
		sending := w.at("imports.create", 1+trial%3)
		first := w.start(w.run(flags...)...)
		<-sending
		if err := first.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		takenOver := w.at("workspace.whoami", 1)
		second := w.start(w.run(flags...)...)
		ended := make(chan int, 1)
		go func() { ended <- second.end() }()
		select {
		case <-takenOver:
		case <-time.After(2 * time.Second): // it waits for a write that was stopped
		}
		if err := first.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		codes := [2]int{first.end(), <-ended}
		if _, err := w.fake.Client(t).Workspace.Whoami(t.Context()); err != nil { // for w.at, if nobody has asked
			t.Fatal(err)
		}
		switch codes {
		case [2]int{exitFenced, cli.ExitDone}:
			fenced++
		case [2]int{cli.ExitDone, cli.ExitHeld}:
		default:
			t.Fatalf("trial %d: exit status %v:\n%s\n%s", trial, codes, first.stderr.String(), second.stderr.String())
		}
		w.wantOnce()
		if t.Failed() || trial == 12 {
			t.Fatalf("%d of %d runners were followed", fenced, trial)
		}
	}
}

// Ctrl-C ends the program soon, with the command that goes on.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6, workatotest.WithLatency(20*time.Millisecond), workatotest.WithImportReads(2))
	sending := w.at("imports.create", 2)
	p := w.start(w.run("-id", "billing-2.4.0")...)
	<-sending
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.wantEnd(p, cli.ExitInterrupted)
	_, command, said := strings.Cut(p.stderr.String(), "To go on: ")
	command, _, _ = strings.Cut(command, "\n")
	if !said {
		t.Fatalf("no command to go on: %s", p.stderr.String())
	}
	again := exec.CommandContext(t.Context(), "sh", "-c", command)
	again.Dir, again.Env = w.dir, append(os.Environ(), asProgram+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	w.wantOnce()
}

// Status reads a ledger in use, and that of a dead runner, and writes nothing.
func TestStatusOfARun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4, workatotest.WithLatency(20*time.Millisecond))
	sending := w.at("imports.create", 2)
	p := w.start(w.run()...)
	<-sending
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil { // so that nothing else changes the file
		t.Fatal(err)
	}
	for _, runner := range []string{"stopped", "dead"} {
		before, requests := w.files(), len(w.fake.Requests())
		status := w.start("status")
		w.wantEnd(status, cli.ExitDone)
		if text := status.stdout.String(); !strings.Contains(text, "4 customers: ") || !strings.Contains(text, fmt.Sprint("process ", p.Process.Pid)) {
			t.Errorf("%s: %s", runner, text)
		}
		if after := w.files(); after != before || len(w.fake.Requests()) != requests {
			t.Errorf("%s: status has changed the ledger from %.300q to %.300q, or sent something", runner, before, after)
		}
		_ = p.Process.Kill()
		p.end()
	}
	w.wantEnd(w.start(w.run()...), cli.ExitDone)
	w.wantOnce()
}

// files returns what the ledger and its log hold.
func (w *world) files() string {
	w.t.Helper()
	var all strings.Builder
	for _, name := range []string{"rollout.db", "rollout.db-wal"} {
		f, err := os.Open(filepath.Join(w.dir, name))
		if err == nil {
			_, err = io.Copy(&all, bufio.NewReader(f))
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return all.String()
}
