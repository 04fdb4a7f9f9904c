//go:build unix

package provision_test

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/provision"
)

const childTask = "PROVISION_TEST_TASK"

// child runs a test of this program in a process of its own, in which the task
// is done instead.
func child(t *testing.T, path string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), childTask+"="+path)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

// A disk that is full is stood in for by a limit on the size of files, which the
// kernel enforces in the same place. The write that does not fit is refused, with
// nothing of it kept; what fits is written again; all that was acknowledged is
// there.
func TestFileFullDisk(t *testing.T) {
	path := os.Getenv(childTask)
	if path == "" {
		path = filepath.Join(t.TempDir(), "rollout.jsonl")
		assert.Contains(t, child(t, path), "refused")
		moved, err := read(t, provision.File(path))
		require.NoError(t, err)
		assert.Equal(t, 3, moved)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	ledger := provision.File(path)
	lease := begun(t, ledger, 50)
	move(t, ledger, lease, provision.StatePrepared, provision.Query{Limit: 1})
	info, err := os.Stat(path)
	require.NoError(t, err)
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	unlimited := limit
	limit.Cur = uint64(info.Size()) + 2000
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	// The test program writes a file of its own at its end, if coverage is measured.
	defer func() { assert.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &unlimited)) }()
	u := &provision.Update{}
	for r, err := range ledger.Records(t.Context(), "r", provision.Query{}) {
		require.NoError(t, err)
		r.State = provision.StateFailed
		u.Records = append(u.Records, &r)
	}
	err = lease.Put(t.Context(), u)
	require.ErrorIs(t, err, provision.ErrLedger)
	require.ErrorIs(t, err, syscall.EFBIG)
	require.ErrorContains(t, err, path)
	assert.Equal(t, int64(1), u.Records[49].Version, "what was not written has no new version")
	added, err := lease.Enroll(t.Context(), customers(100))
	require.ErrorIs(t, err, syscall.EFBIG)
	assert.Zero(t, added, "nobody was enrolled")
	t.Log("refused:", err)
	moved, err := read(t, ledger)
	require.NoError(t, err)
	assert.Equal(t, 1, moved)
	move(t, ledger, lease, provision.StateSkipped, provision.Query{After: 1, Limit: 2})
	require.NoError(t, ledger.Close())
}

// A ledger that cannot be written can be read, and a runner is told why it cannot
// work.
func TestFileReadOnly(t *testing.T) {
	path := os.Getenv(childTask)
	if path == "" {
		path, _ = journal(t)
		for _, dir := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path))} { // those of t.TempDir
			require.NoError(t, os.Chmod(dir, 0o755))
		}
		for file, mode := range map[string]os.FileMode{path: 0o644, path + ".tail": 0o644, path + ".lock": 0o644} {
			require.NoError(t, os.Chmod(file, mode))
		}
		child(t, path)
		return
	}
	if os.Getuid() == 0 { // for whom nothing is read-only
		require.NoError(t, syscall.Setgid(65534))
		require.NoError(t, syscall.Setuid(65534))
	} else {
		require.NoError(t, os.Chmod(path+".lock", 0o444))
	}
	ledger := provision.File(path)
	moved, err := read(t, ledger)
	require.NoError(t, err)
	assert.Equal(t, 1, moved)
	_, err = ledger.Acquire(t.Context(), "r", owner, time.Hour)
	require.ErrorIs(t, err, provision.ErrLedger)
	require.ErrorIs(t, err, syscall.EACCES)
	require.ErrorContains(t, err, path)
}
