package provision_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/internal/lease"
)

// A lease lasts from before it was written, however long the write takes: another
// runner may have seen it in the first moment.
func TestFileWritesSlowly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ttl, slow = time.Minute, 10 * time.Second
		path := filepath.Join(t.TempDir(), "rollout.jsonl")
		ledger := provision.File(path)
		defer func() { assert.NoError(t, ledger.Close()) }()
		busy := func() { // somebody else writes
			tail, err := lease.TryLock(path + ".tail")
			require.NoError(t, err)
			time.AfterFunc(slow, func() { assert.NoError(t, tail.Close()) })
		}
		busy()
		got, err := ledger.Acquire(t.Context(), "r", owner, ttl)
		require.NoError(t, err)
		assert.LessOrEqual(t, got.Valid(), ttl-slow, "a new lease")
		time.Sleep(ttl / 2)
		busy()
		require.NoError(t, got.Renew(t.Context()))
		assert.LessOrEqual(t, got.Valid(), ttl-slow, "a renewed lease")
		assert.Greater(t, got.Valid(), ttl/2, "a renewed lease")
	})
}

// A lock file that a person has removed lets a second runner in at once. The first
// one sends nothing any more as soon as it sees that.
func TestFileLockRemoved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollout.jsonl")
	ledger, second := provision.File(path), provision.File(path)
	first := begun(t, ledger, 1)
	if err := os.Remove(path + ".lock"); err != nil {
		t.Skip("this system keeps the file as long as it is open: ", err)
	}
	_, err := second.Acquire(t.Context(), "r", owner, time.Hour)
	require.NoError(t, err)
	assert.Positive(t, first.Valid())
	require.ErrorIs(t, first.Renew(t.Context()), provision.ErrFenced)
	assert.Zero(t, first.Valid(), "of a lease that was taken over")
	require.NoError(t, ledger.Close())
	require.NoError(t, second.Close())
}
