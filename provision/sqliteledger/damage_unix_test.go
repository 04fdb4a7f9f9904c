//go:build unix

package sqliteledger_test

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
)

// childPath tells a test that it is in a process of its own, in which it may give up
// rights, and of which file.
const childPath = "SQLITELEDGER_CHILD"

// child runs the calling test in a process of its own.
func child(t *testing.T, path string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), childPath+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// wantNamed checks that an error of the ledger names its file, in one line.
func wantNamed(t *testing.T, what string, err error, path string) {
	t.Helper()
	if !errors.Is(err, provision.ErrLedger) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: %v", what, err)
	}
}

// A disk that is full is stood in for by a limit on the size of files. The write that
// does not fit is refused with nothing of it kept, and what was written is there.
func TestFullDisk(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		path = filepath.Join(t.TempDir(), "rollout.db")
		child(t, path)
		text, err := everything(t, path)
		if err != nil || strings.Count(text, "State:prepared") != 1 || strings.Count(text, "State:pending") != 199 {
			t.Errorf("%v: %.300s", err, text)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	ledger, lease := begun(t, path, 200)
	u := &provision.Update{}
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		r.State = provision.StatePrepared
		u.Records = append(u.Records, &r)
	}
	if err := lease.Put(t.Context(), &provision.Update{Records: u.Records[:1]}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	limit := syscall.Rlimit{Cur: uint64(info.Size()) + 2000, Max: uint64(info.Size()) + 1<<20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	u.Records = u.Records[1:]
	wantNamed(t, "Put", lease.Put(t.Context(), u), path)
	if v := u.Records[0].Version; v != 1 {
		t.Errorf("what was not written has the version %d", v)
	}
}

// A ledger that cannot be written tells a runner why it cannot work.
func TestReadOnly(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		path, _ = used(t)
		for _, dir := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path))} { // those of t.TempDir
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(path+".lock", 0o444)); err != nil {
			t.Fatal(err)
		}
		child(t, path)
		return
	}
	if os.Getuid() == 0 { // for whom nothing is read-only
		if err := errors.Join(syscall.Setgid(65534), syscall.Setuid(65534)); err != nil {
			t.Fatal(err)
		}
	}
	ledger := sqliteledger.Open(path)
	_, err := ledger.Acquire(t.Context(), rollout, owner, time.Hour)
	wantNamed(t, "Acquire", err, path)
	_, err = sqliteledger.Open(path, sqliteledger.LeaseOnly()).Acquire(t.Context(), rollout, owner, time.Hour)
	wantNamed(t, "Acquire without the lock", err, path)
	t.Log(err)
	// It can be read: nothing has to be written for that.
	text, err := everything(t, path)
	if err != nil || strings.Count(text, "State:importing") != 60 {
		t.Errorf("%v: %.300s", err, text)
	}
}

// A reader in a directory that it cannot write to sees what a runner writes later.
func TestReadOnlyFollows(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		path, _ = used(t)
		for _, dir := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		child(t, path)
		return
	}
	if os.Getuid() != 0 {
		return // it takes two users
	}
	// The effective id is that of the thread: readers and the runner take turns.
	as := func(uid int) {
		if err := syscall.Setresuid(-1, uid, 0); err != nil {
			t.Fatal(err)
		}
	}
	reader := sqliteledger.Open(path)
	count := func() int {
		as(65534)
		defer as(0)
		status, err := reader.Status(t.Context(), rollout)
		if err != nil {
			t.Fatal(err)
		}
		return status.Pending
	}
	if n := count(); n != 0 {
		t.Errorf("%d commands", n)
	}
	for i := range 3 {
		runner := sqliteledger.Open(path)
		err := runner.Command(t.Context(), rollout, &provision.Command{Kind: provision.CommandPause})
		if err := errors.Join(err, runner.Close()); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != i+1 {
			t.Errorf("%d commands, want %d", n, i+1)
		}
	}
}
