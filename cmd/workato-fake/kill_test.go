package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// asProgram makes the test binary run the program, with the arguments in the
// variable, so that its process can be killed.
const asProgram = "WORKATO_FAKE_TEST_ARGS"

func TestMain(m *testing.M) {
	args, given := os.LookupEnv(asProgram)
	if !given {
		os.Exit(m.Run())
	}
	s, err := parse(strings.Fields(args), os.Stderr)
	if err != nil {
		os.Exit(2)
	}
	// The program writes all the time, so that it is killed while writing.
	s.saveEvery = time.Millisecond
	if err := serve(context.Background(), s, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startProcess starts the program in a process of its own.
func startProcess(t *testing.T, args string) (*program, *exec.Cmd) {
	t.Helper()
	p := &program{out: newOutput()}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), asProgram+"=-addr 127.0.0.1:0 "+args)
	child.Stdout, child.Stderr = p.out, p.out
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case p.url = <-p.out.address:
	case <-time.After(30 * time.Second):
		t.Fatalf("the program does not listen:\n%s", p.out)
	}
	return p, child
}

// TestKilledWhileWriting kills the program while it writes its state, a few
// times or as often as WORKATO_FAKE_KILLS says. Each time the file must be
// complete and hold what earlier rounds created.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("WORKATO_FAKE_KILLS")); err == nil {
		rounds = n
	}
	dir := t.TempDir()
	state := filepath.Join(dir, "state.json")
	// A large state takes a while to write.
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "large", Properties: map[string]string{"text": strings.Repeat("state ", 1<<17)}})
	if err := fake.SaveState(state); err != nil {
		t.Fatal(err)
	}
	made, torn := 0, 0
	for round := range rounds {
		p, child := startProcess(t, "-quiet -state "+state)
		var answered int
		done := make(chan struct{})
		go func() {
			defer close(done)
			answered = createUntilDead(p.url, made)
		}()
		for writes := rand.IntN(3); writes >= 0; writes-- {
			awaitWriting(t, dir, true)
			if writes > 0 {
				awaitWriting(t, dir, false)
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait()
		<-done
		for _, name := range unfinished(t, dir) {
			torn++
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}

		if err := fake.LoadState(state); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		// Changes after the last write are lost, as with any killed program; the rest
		// is complete.
		kept := len(fake.Snapshot().Customers) - 1
		if kept < made || kept > answered+1 {
			t.Fatalf("round %d: %d customers are in the file, %d before the round and %d answered", round, kept, made, answered)
		}
		for i := range kept {
			if got := fake.Customer(fmt.Sprintf("c%d", i)); got.Name != "customer" {
				t.Fatalf("round %d: customer %d is %v", round, i, got)
			}
		}
		made = kept
	}
	t.Logf("%d rounds, %d customers, %d files left half-written beside the state", rounds, made, torn)
}

// createUntilDead creates customers until the program is gone and returns how
// many were confirmed.
func createUntilDead(url string, n int) int {
	for ; ; n++ {
		body, _ := json.Marshal(map[string]string{"name": "customer", "external_id": fmt.Sprintf("c%d", n), "notification_email": "ops@example.com"})
		req, _ := http.NewRequestWithContext(context.Background(), "POST", url+"/api/managed_users", strings.NewReader(string(body)))
		req.Header.Set("Authorization", "Bearer test-token")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return n
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return n
		}
	}
}

// unfinished are the files beside the state.
func unfinished(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != "state.json" {
			names = append(names, entry.Name())
		}
	}
	return names
}

// awaitWriting returns when the program writes, or when it does not.
func awaitWriting(t *testing.T, dir string, want bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for len(unfinished(t, dir)) > 0 != want {
		if time.Now().After(deadline) {
			t.Fatal("the program does not write")
		}
	}
}
