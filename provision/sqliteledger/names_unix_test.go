//go:build unix

package sqliteledger_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
)

// A name that means something in a URI is a name.
func TestStrangeNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a?mode=memory", "a#b", "a%20b", "a%", "%3fmode=ro", "a&b=c", "a;b", "a b", "*", "'", "a\nb", "ü", "a\xffb", ":memory:", "file:a", "a.db-wal", "-", "$HOME",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		ledger, lease := begun(t, path, 2)
		if err := errors.Join(lease.Release(t.Context()), ledger.Close()); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := everything(t, path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		files, err := os.ReadDir(dir)
		for _, f := range files {
			if !strings.HasPrefix(f.Name(), name) {
				t.Errorf("%q: %q", name, f.Name())
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// Whatever link leads to a file, a second runner is kept out.
func TestOneName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "rollout.db"), filepath.Join(dir, "link.db")
	if err := os.Symlink("rollout.db", link); err != nil {
		t.Fatal(err)
	}
	for _, names := range [][2]string{{link, path}, {path, link}} {
		ledger, lease := begun(t, names[0], 2)
		other := sqliteledger.Open(names[1])
		if _, err := other.Acquire(t.Context(), rollout, owner, time.Hour); !errors.Is(err, provision.ErrHeld) {
			t.Errorf("%s after %s: %v", names[1], names[0], err)
		}
		if err := errors.Join(other.Close(), lease.Release(t.Context()), ledger.Close()); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
}

// A directory, a device and a pipe are refused, at once.
func TestNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, pipe, "/dev/null"} {
		ledger := sqliteledger.Open(path)
		_, err := ledger.Status(t.Context(), rollout)
		if !errors.Is(err, provision.ErrLedger) || !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Any text that is valid UTF-8 comes back as it was, also with a NUL.
func TestTexts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollout.db")
	ledger, lease := begun(t, path, 1)
	const strange = "a\x00b'\"\\\n\u2028<€>"
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		r.State, r.Label, r.Stage, r.Reason, r.Baseline = provision.StateFailed, strange, strange, strange, provision.Baseline(strange)
		u := &provision.Update{Records: []*provision.Record{&r}, Events: []*provision.Event{{Kind: provision.EventPaused, Message: strange}}}
		if err := lease.Put(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil || r.Label != strange || r.Stage != strange || r.Reason != strange || string(r.Baseline) != strange {
			t.Errorf("%v: %+q", err, r)
		}
	}
	for e, err := range ledger.Events(t.Context(), rollout, 0) {
		if err != nil || e.Message != strange {
			t.Errorf("%v: %+q", err, e)
		}
	}
}
