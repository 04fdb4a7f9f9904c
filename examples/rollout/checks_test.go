package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// More failures than the tolerance pause the rollout before a later wave begins. When
// their cause is mended, a resume reaches all.
func TestTolerance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 14)
	w.fake.Inject(workatotest.Fault{On: "imports.create", Call: 3, Times: 3, Do: workatotest.FailImport})
	run := w.run("-waves", "1,10,100%", "-tolerance", "2", "-strict")
	stdout, _ := w.do(exitPaused, run...)
	if !strings.Contains(stdout, "3 failed") || !strings.Contains(stdout, "paused: wave 2: ") || w.sent() > 8 {
		t.Errorf("%d imports were sent:\n%s", w.sent(), stdout)
	}
	w.do(exitPaused, run...)
	w.do(cli.ExitDone, "resume")
	w.do(cli.ExitDone, run...)
	stdout, _ = w.do(cli.ExitDone, "status")
	if !strings.Contains(stdout, "14 customers: 14 succeeded") {
		t.Error(stdout)
	}
}

// A command decides after the first wave; it is given the summary.
func TestGateCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	_, stderr := w.do(exitPaused, w.run("-gate", "exit 3")...)
	if w.sent() != 1 || !strings.Contains(stderr, "gate: exit status 3") {
		t.Errorf("%d imports were sent: %s", w.sent(), stderr)
	}
	w.do(cli.ExitDone, "resume")
	w.do(cli.ExitDone, w.run("-gate", `grep -q '"succeeded":[1-5]'`)...)
	w.wantOnce()
}

// An import that leaves no trace is unknown until a person decides, and is not sent
// again.
func TestUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	run := w.run("-marker", "", "-tolerance", "1")
	w.do(cli.ExitDone, append(run, "-id", "before")...) // so that the package equals what is there
	w.fake.ForgetRequests()
	w.fake.Inject(workatotest.Fault{On: "imports.create", Call: 2, Do: workatotest.ResetAfter})
	run = append(run, "-id", "again")
	stdout, _ := w.do(exitIncomplete, run...)
	if !strings.Contains(stdout, "2 succeeded, 1 unknown") || w.sent() != 3 {
		t.Errorf("%d imports were sent: %s", w.sent(), stdout)
	}
	w.do(cli.ExitUsage, "resolve", "-as", "imported") // of two rollouts, and none is named
	w.do(cli.ExitUsage, "resolve", "-as", "perhaps", "-id", "again")
	w.do(cli.ExitDone, "resolve", "-as", "imported", "-state", "unknown", "-id", "again")
	w.do(cli.ExitDone, run...)
	if w.sent() != 3 {
		t.Errorf("%d imports were sent", w.sent())
	}
}

// A pause by a person stops the next run before it sends anything.
func TestPauseCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.do(exitPaused, w.run("-gate", "false")...)
	w.do(cli.ExitDone, "resume")
	w.do(cli.ExitDone, "pause", "-reason", "ask support first")
	_, stderr := w.do(exitPaused, w.run()...)
	if w.sent() != 1 || !strings.Contains(stderr, "ask support first") {
		t.Errorf("%d imports were sent: %s", w.sent(), stderr)
	}
}

// A ledger that is cut, overwritten or empty ends the program before anything is sent.
func TestDamagedLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.do(cli.ExitDone, w.run()...)
	path := filepath.Join(w.dir, "rollout.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.fake.ForgetRequests()
	for name, content := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "overwritten": append(bytes.Repeat([]byte("x"), 5000), whole[5000:]...), "a text": []byte("a,b\n"),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, command := range [][]string{w.run(), {"status"}, {"resume"}, {"resolve", "-as", "again"}} {
			_, stderr := w.do(cli.ExitFailed, command...)
			if strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, path) {
				t.Errorf("%s: %s: %s", name, command[0], stderr)
			}
		}
	}
	if n := len(w.fake.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Another release, or another package, needs another rollout.
func TestOtherPackage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	other := filepath.Join(w.dir, "other.zip")
	var content bytes.Buffer
	if err := zip.NewWriter(&content).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	w.do(cli.ExitDone, w.run()...)
	stdout, _ := w.do(cli.ExitDone, "status", "-json")
	var status struct{ Status provision.Status }
	if err := json.Unmarshal([]byte(stdout), &status); err != nil || status.Status.Header.SHA256 == "" {
		t.Fatal(stdout, err)
	}
	for _, change := range [][]string{{"-package", other}, {"-version", "2.5.0", "-id", "billing-2.4.0"}} {
		_, stderr := w.do(cli.ExitUsage, w.run(change...)...)
		if !strings.Contains(stderr, status.Status.Header.SHA256) || strings.Count(stderr, "sha256") < 1 {
			t.Errorf("%v: %s", change, stderr)
		}
	}
}

// Wrong flags are told before anything is opened or sent.
func TestWrongFlags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, flags := range [][]string{
		{"-settle", "0"},
		{"-lease", "-1s"},
		{"-poll", "0"},
		{"-attempt-timeout", "-1s"},
		{"-waves", "1,10"},
		{"-waves", "x"},
		{"-tolerance", "x%"},
		{"-share", "2"},
		{"-package", "no-such.zip"},
		{"-lease", "1s", "-attempt-timeout", "2s"},
		{"extra"},
	} {
		if _, stderr := w.do(cli.ExitUsage, w.run(flags...)...); strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: %q", flags, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(w.dir, "rollout.db")); err == nil || len(w.fake.Requests()) > 0 {
		t.Errorf("there is a ledger, or %d requests were sent", len(w.fake.Requests()))
	}
}

// The page has a bar for each class and the counts of the service, and nothing that a
// browser would fetch or run. A sweep is complete, or names who is missing.
func TestHealthPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.fake.AddCustomer(workatotest.Customer{
		ExternalID: "evil", Name: "<script>alert(1)</script>",
		Connections: []*workatotest.Connection{
			{Name: "Jira", Provider: "jira"},
			{Name: "Slack", Provider: "slack", AuthorizationStatus: "success", AuthorizedAt: time.Now()},
		},
	})
	file := filepath.Join(w.dir, "r.html")
	health := []string{"health", "-base-url", w.fake.URL(), "-html", file}
	stdout, _ := w.do(cli.ExitDone, health...)
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	if n := strings.Count(text, "<rect"); n != len(provision.HealthClasses()) || !strings.Contains(text, "&lt;script&gt;alert") {
		t.Errorf("%d bars in %s", n, text)
	}
	for _, foreign := range []string{"http:", "https:", "<script"} {
		if strings.Contains(text, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
	if !strings.Contains(stdout, "1 never authorized") || !strings.Contains(stdout, "customers: 3, gone: 0, waiting for a user: 1") {
		t.Error(stdout)
	}
	w.fake.Inject(workatotest.Fault{On: "connections.list", Customer: "1001", Do: workatotest.Respond, Status: 404})
	if stdout, _ = w.do(cli.ExitDone, health...); !strings.Contains(stdout, "customers: 2, gone: 1") {
		t.Error(stdout)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	w.fake.Inject(workatotest.Fault{On: "connections.list", Customer: "1002", Do: workatotest.Respond, Status: 400, Times: -1})
	if _, stderr := w.do(cli.ExitFailed, health...); !strings.Contains(stderr, "customer 1002") {
		t.Error(stderr)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a page of an incomplete sweep")
	}
}

// Nothing that the program writes holds a property or a credential.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.Respond, Status: 400})
	stdout, stderr := w.do(exitPaused, w.run("-json")...)
	page := filepath.Join(w.dir, "page.html")
	more, problems := w.do(cli.ExitDone, "health", "-base-url", w.fake.URL(), "-html", page)
	written := []string{stdout, stderr, more, problems}
	entries, err := os.ReadDir(w.dir)
	if err != nil || len(entries) < 3 {
		t.Fatal(entries, err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(w.dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, string(content))
	}
	all := strings.Join(written, "")
	for _, secret := range []string{secret, workatotest.Token} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is in it", secret)
		}
	}
}
