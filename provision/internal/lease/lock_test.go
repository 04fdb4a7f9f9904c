package lease_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/provision/internal/lease"
)

func TestLockGivesUpWithTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lease.Lock(t.Context(), path)
	require.NoError(t, err)

	ended := errors.New("the runner ends")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	_, err = lease.Lock(ctx, path)
	require.ErrorIs(t, err, ended)
	require.ErrorContains(t, err, path)

	require.NoError(t, first.Close())
	second, err := lease.Lock(ctx, path)
	require.NoError(t, err, "a lock that is free is taken without waiting")
	require.NoError(t, second.Close())
}

func TestHoldTellsWhoHolds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	require.NoError(t, os.WriteFile(path, []byte("a longer name of an earlier runner\n"), 0o600))
	lock, _, err := lease.Hold(path, []byte("host 1"))
	require.NoError(t, err)
	_, holder, err := lease.Hold(path, []byte("host 2"))
	require.ErrorIs(t, err, lease.ErrLocked)
	require.Equal(t, "host 1\n", string(holder), "nothing is left of a longer name")
	require.NoError(t, lock.Close())
}

func TestDirectoriesThatAreNotThere(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	_, err := lease.Lock(t.Context(), filepath.Join(missing, "lock"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, _, err = lease.Hold(filepath.Join(missing, "lock"), []byte("host"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	if runtime.GOOS != "windows" {
		require.ErrorIs(t, lease.SyncDir(missing), fs.ErrNotExist)
	}
}
