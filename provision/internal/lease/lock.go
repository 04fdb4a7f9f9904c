// Package lease has what ledgers share to keep runners apart: a lock that dies
// with its process, and the time that a lease lasts.
package lease

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
)

// ErrLocked says that another file descriptor, of this process or another one,
// has the lock.
var ErrLocked = errors.New("locked")

// TryLock opens a file, which it creates if there is none, and locks it until the
// file is closed or the process dies. The file may be read meanwhile.
func TryLock(path string) (*os.File, error) {
	f, err := tryLock(path)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

// Lock is TryLock, again and again until the context ends.
func Lock(ctx context.Context, path string) (*os.File, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		f, err := TryLock(path)
		if !errors.Is(err, ErrLocked) {
			return f, err
		}
		if err := Sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
	}
}

// Sleep waits, and returns the cause if the context ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Hold is TryLock for a runner, whose name it writes into the file. If another
// runner has the lock, it returns that one's name with ErrLocked; the name is
// empty in the moment before it is written.
func Hold(path string, name []byte) (lock *os.File, holder []byte, err error) {
	lock, err = TryLock(path)
	if errors.Is(err, ErrLocked) {
		holder, readErr := os.ReadFile(path)
		if readErr != nil {
			holder = nil
		}
		return nil, holder, err
	}
	if err != nil {
		return nil, nil, err
	}
	_, err = lock.WriteAt(append(name, '\n'), 0)
	if err := errors.Join(lock.Truncate(int64(len(name))+1), err); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), lock.Close())
	}
	return lock, nil, nil
}

// SyncDir makes a new or renamed file in a directory durable. Windows does that by
// itself and cannot flush a directory.
func SyncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
