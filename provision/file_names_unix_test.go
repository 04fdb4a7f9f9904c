//go:build unix

package provision_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
)

// names are all ways to name one file.
func names(t *testing.T, dir string) []string {
	t.Helper()
	target := filepath.Join(dir, "real")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(target, "ledger")
	for link, to := range map[string]string{"file": file, "relative": "real/ledger", "chain": "file", "folder": target} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	return []string{
		file, filepath.Join(dir, "file"), filepath.Join(dir, "relative"), filepath.Join(dir, "chain"), filepath.Join(dir, "folder", "ledger"),
		dir + "/real/../folder/./ledger",
	}
}

// TestFileHasOneName: whatever links lead to a file, a second runner is kept out, links
// stay links, and all see the same. With one lock for each name, a runner took the lease
// of another that was alive.
func TestFileHasOneName(t *testing.T) {
	t.Parallel()
	for first := range 6 {
		dir := t.TempDir()
		all := names(t, dir)
		ledger := provision.File(all[first])
		begun(t, ledger, 2)
		for _, name := range all {
			other := provision.File(name)
			if _, err := other.Acquire(t.Context(), "r", owner, time.Hour); !errors.Is(err, provision.ErrHeld) {
				t.Errorf("%s after %s: %v", name, all[first], err)
			}
			if status, err := other.Status(t.Context(), "r"); err != nil || status.Epoch != 1 {
				t.Errorf("%s after %s: %v", name, all[first], err)
			}
		}
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
		if info, err := os.Lstat(filepath.Join(dir, "file")); err != nil || info.Mode().Type() != fs.ModeSymlink {
			t.Errorf("the link is %v, %v", info, err)
		}
	}
}

// TestFileIsNoFile: a directory, a device and a pipe are refused, at once and as they
// are.
func TestFileIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	device := filepath.Join(dir, "device")
	if err := os.Symlink("/dev/null", device); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, pipe, device} {
		ledger := provision.File(path)
		_, err := ledger.Status(t.Context(), "r")
		if !errors.Is(err, provision.ErrLedger) || !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat("/dev/null"); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%v, %v", info, err)
	}
}

// TestFileFollowsNoLinkOfItsOwn: what stands under the name of the new file is not
// written through.
func TestFileFollowsNoLinkOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	path := filepath.Join(dir, "ledger")
	if err := errors.Join(os.WriteFile(precious, []byte("kept"), 0o600), os.Symlink(precious, path+".new")); err != nil {
		t.Fatal(err)
	}
	ledger := provision.File(path)
	begun(t, ledger, 1)
	if err := ledger.Close(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != "kept" {
		t.Errorf("%q, %v", text, err)
	}
}
