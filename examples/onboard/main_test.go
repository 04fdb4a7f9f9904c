package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// secretValue is in the plans of the tests by reference, and may be seen nowhere.
const secretValue = "SECRETVALUE"

// try runs the program and returns its exit status and what it wrote.
func try(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	p := &program{Program: cli.Program{Command: append([]string{"onboard"}, args...), Stdout: &out, Stderr: &problems}}
	code = p.run(t.Context())
	if strings.Contains(out.String()+problems.String(), secretValue) {
		t.Errorf("%v shows a secret:\n%s%s", args, out.String(), problems.String())
	}
	return code, out.String(), problems.String()
}

// folder makes a folder with the plan of the demonstration, with some of its text
// replaced, and the files that belong to it.
func folder(t *testing.T, oldNew ...string) string {
	t.Helper()
	pkg, err := demoPackage()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"p.yaml":            strings.NewReplacer(oldNew...).Replace(string(demoPlan)),
		"billing-2.4.0.zip": string(pkg), "billing.secret": secretValue, "database.password": secretValue + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// withoutUser makes a plan that no person has to complete.
var withoutUser = []string{"\n  - name: Jira #", "\n  - name: Jira\n    input: {key: env:ONBOARD_TEST_KEY} #"}

func TestDemonstration(t *testing.T) {
	code, stdout, stderr := try(t)
	if code != cli.ExitDone || !strings.Contains(stdout, "The fake has got 1 import.") {
		t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
	}
}

func TestWrongInput(t *testing.T) {
	dir := folder(t, withoutUser...)
	plan := filepath.Join(dir, "p.yaml")
	fake := workatotest.New(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"nonsense"}, "use diff or apply"},
		{[]string{"diff"}, "needs one plan, got 0"},
		{[]string{"apply", plan, plan}, "needs one plan, got 2"},
		{[]string{"apply", "-nonsense", plan}, "not defined: -nonsense"},
		{[]string{"apply", plan, "-share", "2"}, "Share(2)"},
		{[]string{"apply", plan, "-decide", "packages/billing"}, "packages/billing=imported"},
		{[]string{"apply", plan, "-decide", "packages/billing=imported"}, "nothing is in question about"},
		{[]string{"apply", plan, "-settle", "-1s"}, "settle"},
		{[]string{"diff", filepath.Join(dir, "none.yaml")}, "none.yaml"},
		{[]string{"diff", plan}, `connections[1].input.key: environment variable ONBOARD_TEST_KEY is not set`},
	} {
		if strings.Contains(test.want, "question") {
			t.Setenv("ONBOARD_TEST_KEY", "x")
		} else {
			os.Unsetenv("ONBOARD_TEST_KEY")
		}
		args := test.args
		if len(args) > 1 {
			args = slices.Concat(args, []string{"-base-url", fake.URL(), "-journal", filepath.Join(dir, "journal")})
		}
		if code, _, stderr := try(t, args...); code != cli.ExitUsage || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit status %d, %s", test.args, code, stderr)
		}
	}
	t.Setenv("ONBOARD_TEST_KEY", "x")
	if err := os.Remove(filepath.Join(dir, "billing-2.4.0.zip")); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := try(t, "apply", plan, "-base-url", fake.URL()); code != cli.ExitUsage || !strings.Contains(stderr, "billing-2.4.0.zip") {
		t.Errorf("without the package: exit status %d, %s", code, stderr)
	}
	if n := len(fake.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
	for _, command := range []string{"diff", "apply"} {
		if code, _, stderr := try(t, command, "-h"); code != cli.ExitDone || !strings.Contains(stderr, "-journal") {
			t.Errorf("%s -h: exit status %d, %s", command, code, stderr)
		}
	}
}

// TestMistakes: the mistakes of a plan are lines with their places, and nothing
// else is written.
func TestMistakes(t *testing.T) {
	dir := folder(t, "external_id: acme\n", "external_id: 7\n", "role_name", "role", "file:billing.secret", secretValue,
		"restart: restart_running", "restart: maybe")
	t.Chdir(dir)
	code, stdout, stderr := try(t, "apply", "p.yaml")
	want := `p.yaml:3:16: customer.external_id: must be a string, got a number
p.yaml:7:5: members[0].role_name: is required
p.yaml:7:45: members[0].role: unknown field
p.yaml:10:19: properties["billing.secret"]: must be a reference: "env:NAME", "file:PATH" or "text:VALUE"
p.yaml:18:14: packages[0].restart: must be "restart_running" or "refuse_running"
`
	if code != cli.ExitUsage || stdout != "" || stderr != want {
		t.Errorf("exit status %d, stdout %q, stderr\n%s\nwant\n%s", code, stdout, stderr, want)
	}
	if err := os.WriteFile("p.json", []byte(`{"customer": {}, "x": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := try(t, "diff", "p.json"); code != cli.ExitUsage || strings.Count(stderr, "p.json:1:") != 4 {
		t.Errorf("JSON: exit status %d, %s", code, stderr)
	}
}

// TestNeedsUser: a connection that waits for its user is no failure, and the rest
// follows when they have acted.
func TestNeedsUser(t *testing.T) {
	dir := folder(t)
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	run := func(args ...string) (int, string, string) {
		return try(t, append(args, filepath.Join(dir, "p.yaml"), "-base-url", fake.URL(), "-journal", filepath.Join(dir, "journal"))...)
	}
	for range 2 {
		code, stdout, stderr := run("apply", "-poll", "1ms")
		if code != exitNeedsUser || !strings.Contains(stdout, `wait connections/Jira: connection "Jira" (id `) ||
			!strings.Contains(stderr, "When they have acted: onboard apply") {
			t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
		}
	}
	if code, stdout, stderr := run("diff"); code != cli.ExitDone || !strings.Contains(stdout, "as planned; 2 steps waiting for a person") {
		t.Errorf("diff: exit status %d:\n%s%s", code, stdout, stderr)
	}
	fake.Authorize("acme", "Jira")
	if code, stdout, stderr := run("apply", "-poll", "1ms"); code != cli.ExitDone {
		t.Errorf("exit status %d:\n%s%s", code, stdout, stderr)
	}
	fake.AssertCalls(t, "imports.create", 1)
}

// TestNothingIsWritten: neither a diff nor a dry run sends a write or makes a file,
// and both write a line of JSON for each step.
func TestNothingIsWritten(t *testing.T) {
	t.Setenv("ONBOARD_TEST_KEY", secretValue)
	dir := folder(t, withoutUser...)
	fake := workatotest.New(t)
	for _, args := range [][]string{{"diff"}, {"apply", "-dry-run"}} {
		code, stdout, stderr := try(t, append(args, "-json", filepath.Join(dir, "p.yaml"), "-base-url", fake.URL(), "-journal", filepath.Join(dir, "journal"))...)
		if want := map[string]int{"diff": exitDiffers, "apply": cli.ExitDone}[args[0]]; code != want || stderr != "" {
			t.Errorf("%v: exit status %d, %s", args, code, stderr)
		}
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		for i, line := range lines {
			var step struct {
				Kind, Address, Action string
				Steps, Changes        int
			}
			err := json.Unmarshal([]byte(line), &step)
			last := i == len(lines)-1
			if err != nil || !last && (step.Kind != "step" || step.Address == "" || step.Action == "") || last && (step.Steps != i || step.Changes != i) {
				t.Errorf("%v: line %d: %s (%v)", args, i+1, line, err)
			}
		}
		fake.AssertNoWrites(t)
		if _, err := os.Stat(filepath.Join(dir, "journal")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: the journal: %v", args, err)
		}
	}
}

// TestFailures have the exit status of what they are.
func TestFailures(t *testing.T) {
	t.Setenv("ONBOARD_TEST_KEY", workatotest.BadCredential)
	dir := folder(t, withoutUser...)
	journal := filepath.Join(dir, "journal")
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	args := []string{"apply", filepath.Join(dir, "p.yaml"), "-base-url", fake.URL(), "-journal", journal, "-poll", "1ms"}
	if code, _, stderr := try(t, args...); code != cli.ExitFailed || !strings.Contains(stderr, `credentials of connection "Jira"`) {
		t.Errorf("refused credentials: exit status %d, %s", code, stderr)
	}
	ledger := provision.File(journal)
	lease, err := ledger.Acquire(t.Context(), provision.JournalID(workato.ExternalID("acme")), provision.Self(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := try(t, args...); code != cli.ExitHeld {
		t.Errorf("held: exit status %d, %s", code, stderr)
	}
	if err := errors.Join(lease.Release(t.Context()), ledger.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(journal, []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fake.ForgetRequests()
	if code, _, stderr := try(t, args...); code != cli.ExitFailed || !strings.Contains(stderr, "journal") || len(fake.Requests()) > 0 {
		t.Errorf("a damaged journal: exit status %d, %s", code, stderr)
	}
}
