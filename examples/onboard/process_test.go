//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/workatotest"
)

// asProgram makes the test binary run the program, so that its process can be
// killed.
const asProgram = "ONBOARD_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// built is the folder of the programs that were built, empty before.
var built string

// fakeProgram builds cmd/workato-fake.
var fakeProgram = sync.OnceValues(func() (path string, err error) {
	if built, err = os.MkdirTemp("", "onboard-test-"); err != nil {
		return "", err
	}
	path = filepath.Join(built, "workato-fake")
	out, err := exec.Command("go", "build", "-o", path, "github.com/go-workato/workato/cmd/workato-fake").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// service is a workato-fake in a process of its own.
type service struct {
	url, state string
	cmd        *exec.Cmd

	mu    sync.Mutex
	lines []string // of its log
	seen  chan string
	done  chan struct{}
}

// serve starts one.
func serve(t *testing.T, dir string, flags ...string) *service {
	t.Helper()
	path, err := fakeProgram()
	if err != nil {
		t.Fatal(err)
	}
	s := &service{state: filepath.Join(dir, "state.json"), seen: make(chan string, 1000), done: make(chan struct{})}
	s.cmd = exec.CommandContext(t.Context(), path, append([]string{"-addr", "127.0.0.1:0", "-empty", "-strict", "-state", s.state}, flags...)...)
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	url := make(chan string, 1)
	go func() {
		defer close(s.done)
		defer close(url)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if found := regexp.MustCompile(`listens on (\S+) `).FindStringSubmatch(lines.Text()); found != nil {
				url <- found[1]
			}
			s.mu.Lock()
			s.lines = append(s.lines, lines.Text())
			s.mu.Unlock()
			select {
			case s.seen <- lines.Text():
			default:
			}
		}
	}()
	if s.url = <-url; s.url == "" {
		t.Fatal("the fake does not listen")
	}
	return s
}

// log returns the log so far, and begins anew.
func (s *service) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := strings.Join(s.lines, "\n")
	s.lines = nil
	return text
}

// end stops it and returns what it has kept.
func (s *service) end(t *testing.T) workatotest.State {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.done
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if log := s.log(); strings.Contains(log, "problem:") {
		t.Error(log)
	}
	fake := workatotest.NewServer()
	defer fake.Close()
	if err := fake.LoadState(s.state); err != nil {
		t.Fatal(err)
	}
	return fake.Snapshot()
}

// command is the program in a process of its own, in the folder of a plan.
func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1", "ONBOARD_TEST_KEY="+secretValue)
	return cmd
}

// run runs it to its end.
func run(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := command(t.Context(), dir, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), problems.String()
}

// TestProcesses: diff, apply, diff, apply; the second apply sends no write; and the
// secrets get to the service, and nowhere else.
func TestProcesses(t *testing.T) {
	dir := folder(t, withoutUser...)
	fake := serve(t, t.TempDir())
	var shown strings.Builder
	for i, want := range []struct {
		command string
		code    int
		writes  bool
	}{{"diff", exitDiffers, false}, {"apply", cli.ExitDone, true}, {"diff", cli.ExitDone, false}, {"apply", cli.ExitDone, false}} {
		code, stdout, stderr := run(t, dir, want.command, "p.yaml", "-base-url", fake.url)
		if code != want.code {
			t.Fatalf("%d. %s: exit status %d:\n%s%s", i+1, want.command, code, stdout, stderr)
		}
		log := fake.log()
		if writes := regexp.MustCompile(` (POST|PUT|DELETE) /`).MatchString(log); writes != want.writes {
			t.Errorf("%d. %s: writes: %v\n%s", i+1, want.command, writes, log)
		}
		shown.WriteString(stdout + stderr + log)
	}
	files, err := filepath.Glob(filepath.Join(dir, "onboard.journal*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(text)
	}
	if n := strings.Count(shown.String(), secretValue); n > 0 {
		t.Errorf("the secret is shown %d times", n)
	}
	state := fake.end(t)
	if got := state.Customers[0].Properties["billing.secret"]; got != secretValue {
		t.Errorf("the secret of the workspace is %q", got)
	}
}

// planned is the state after a run that nobody disturbs.
func planned(t *testing.T) workatotest.State {
	t.Helper()
	dir, fake := folder(t, withoutUser...), serve(t, t.TempDir())
	if code, _, stderr := run(t, dir, "apply", "p.yaml", "-base-url", fake.url, "-poll", "1ms"); code != cli.ExitDone {
		t.Fatalf("exit status %d, %s", code, stderr)
	}
	return fake.end(t)
}

// TestKilled: killed at any time and run again, the program ends in the same state,
// with one import.
func TestKilled(t *testing.T) {
	want := planned(t)
	const rounds, kills = 3, 12
	killed := 0
	for range rounds {
		dir, fake := folder(t, withoutUser...), serve(t, t.TempDir(), "-latency", "50ms")
		args := []string{"apply", "p.yaml", "-base-url", fake.url, "-poll", "1ms", "-settle", "2s"}
		for range kills {
			for len(fake.seen) > 0 {
				<-fake.seen
			}
			cmd := command(t.Context(), dir, args...)
			ended := make(chan error, 1)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			go func() { ended <- cmd.Wait() }()
			n := rand.N(7)
			alive := true
			for i := 0; alive && i <= n; i++ { // it dies during or after one of its requests
				select {
				case <-fake.seen:
				case <-ended:
					alive = false
				}
			}
			if !alive {
				break
			}
			time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = cmd.Process.Kill() })
			if <-ended != nil {
				killed++
			}
		}
		if code, stdout, stderr := run(t, dir, args...); code != cli.ExitDone {
			t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
		}
		got := fake.end(t)
		if diff := want.Diff(got); len(diff) > 0 || len(got.Customers[0].Imports) != 1 {
			t.Errorf("%d imports\n%s", len(got.Customers[0].Imports), strings.Join(diff, "\n"))
		}
	}
	if killed < rounds {
		t.Errorf("only %d processes were killed", killed)
	}
	t.Logf("%d kills", killed)
}

// TestInterrupted: after Ctrl-C nothing else is begun, and the command that is
// printed goes on.
func TestInterrupted(t *testing.T) {
	want := planned(t)
	dir, fake := folder(t, withoutUser...), serve(t, t.TempDir(), "-latency", "200ms")
	cmd := command(t.Context(), dir, "apply", "p.yaml", "-base-url", fake.url, "-poll", "1ms")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for line := range fake.seen {
		if strings.Contains(line, "(properties.upsert)") {
			break
		}
	}
	begun := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code, took := cmd.ProcessState.ExitCode(), time.Since(begun); code != cli.ExitInterrupted || took > 10*time.Second {
		t.Errorf("exit status %d after %v, %s", code, took, said.String())
	}
	_, again, _ := strings.Cut(said.String(), "\nTo go on: "+os.Args[0]+" ")
	args := strings.Fields(again)
	if len(args) == 0 {
		t.Fatalf("no command to go on: %s", said.String())
	}
	if code, stdout, stderr := run(t, dir, args...); code != cli.ExitDone {
		t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
	}
	if diff := want.Diff(fake.end(t)); len(diff) > 0 {
		t.Errorf("%s", strings.Join(diff, "\n"))
	}
}
