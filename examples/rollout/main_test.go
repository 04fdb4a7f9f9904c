package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/workatotest"
)

// try runs the program and returns its exit status and what it wrote.
func try(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	p := &program{Program: cli.Program{Command: append([]string{"rollout"}, args...), Stdout: &out, Stderr: &problems}}
	code = p.run(t.Context())
	return code, out.String(), problems.String()
}

func TestDemonstration(t *testing.T) {
	code, stdout, stderr := try(t)
	if code != cli.ExitDone || !strings.Contains(stdout+stderr, "20 customers: 20 succeeded") {
		t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"nonsense"}, {"run", "-nonsense"}, {"estimate", "-customers", "x"}} {
		if code, _, stderr := try(t, args...); code != cli.ExitUsage || stderr == "" {
			t.Errorf("%v: exit status %d, %q", args, code, stderr)
		}
	}
}

func TestEstimate(t *testing.T) {
	for args, want := range map[string][2]string{
		"":                    {"9h0m0s", "imports per hour"},
		"-share 0.5":          {"19h0m0s", "imports per hour"},
		"-imports-per-hour 0": {"2h46m0s", "folders"},
	} {
		code, stdout, stderr := try(t, append([]string{"estimate", "-customers", "5000", "-work", "rollout"}, strings.Fields(args)...)...)
		var got struct{ Least, Binding string }
		if err := json.Unmarshal([]byte(stdout), &got); code != cli.ExitDone || err != nil || got.Least != want[0] || got.Binding != want[1] {
			t.Errorf("%q: exit status %d, %s%s", args, code, stdout, stderr)
		}
	}
}

// A rollout against a service: events without a gap, a status that writes nothing,
// a ledger that is damaged.
func TestRun(t *testing.T) {
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	for _, name := range []string{"a", "b", "c"} {
		fake.AddCustomer(workatotest.Customer{ExternalID: name, Name: name, Folders: []*workatotest.Folder{{Name: "Billing"}}})
	}
	t.Setenv("WORKATO_API_TOKEN", workatotest.Token)
	ledger := filepath.Join(t.TempDir(), "l.db")
	code, stdout, stderr := try(t, "run", "-base-url", fake.URL(), "-ledger", ledger, "-json", "-poll", "1ms", "-settle", "10ms")
	if code != cli.ExitDone {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	for i, line := range strings.Split(strings.TrimSpace(stdout), "\n") {
		var event struct{ Seq int }
		if err := json.Unmarshal([]byte(line), &event); err != nil || event.Seq != i+1 {
			t.Fatalf("line %d: %s (%v)", i+1, line, err)
		}
	}
	if strings.ContainsAny(stderr, "\x1b\r") || strings.Contains(stdout+stderr, workatotest.Token) {
		t.Errorf("stderr %q", stderr)
	}
	fake.AssertCalls(t, "imports.create", 3)

	before, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, _ = try(t, "status", "-ledger", ledger)
	if code != cli.ExitDone || !strings.Contains(stdout, "3 customers: 3 succeeded") {
		t.Errorf("status: exit status %d, %s", code, stdout)
	}
	if after, err := os.ReadFile(ledger); err != nil || !bytes.Equal(before, after) {
		t.Errorf("status has written to the ledger (%v)", err)
	}
	if err := os.Truncate(ledger, 100); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr = try(t, "status", "-ledger", ledger); code != cli.ExitFailed || !strings.Contains(stderr, "ledger") {
		t.Errorf("a damaged ledger: exit status %d, %s", code, stderr)
	}
	fake.AssertCalls(t, "imports.create", 3)
}
