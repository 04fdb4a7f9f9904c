package provision

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-workato/workato/provision/internal/lease"
)

// File returns a ledger in a file, a journal of JSON lines. Nothing is opened
// before the first call, and reads create nothing.
//
// Every write is appended and flushed to the disk before it returns. What a crash
// has left behind at the end of the file, a transaction that was never
// acknowledged, is cut off by the next write. Anything else that is not as it was
// written is an error (ErrLedger), as is a file that has become shorter: an
// intent that was lost would let an import be sent twice. When a runner starts,
// and more than half of the file has been replaced by later lines, it is written
// anew under another name and renamed.
//
// In memory there are about 150 bytes for each customer; records and events are
// read from the file.
//
// Beside the file there are two more: path.lock is locked as long as a runner
// lives and names it, path.tail is locked for each write and has the length that
// was acknowledged. One process at a time can hold leases of one file: rollouts
// that have to go at once get a file each. The file system must know locks
// (flock; on Windows, sharing modes), which some network file systems do not. A
// symbolic link is followed, so that a file has one lock; of hard links each has its own.
func File(path string, opts ...LedgerOption) Ledger {
	path = lease.Path(path)
	o := ledgerConfig(opts)
	return newEmbedded(&sync.Mutex{}, newState(), &fileStore{path: path, leaseOnly: o.leaseOnly}, o.wall)
}

// fileStore is the store of a File.
type fileStore struct {
	path      string
	leaseOnly bool

	journal *os.File // nil as long as there is none
	writer  *os.File // the same, opened at the first write
	head    journalHead
	begin   int64 // where the first transaction begins
	end     int64 // where the last complete one ends
	tx      int64 // its number
	torn    bool  // something stands after it that no acknowledged write has left
	broken  error // set once it is not known what is on the disk
}

func (f *fileStore) lockPath() string { return f.path + ".lock" }

func (f *fileStore) tailPath() string { return f.path + ".tail" }

// fail wraps an error of the file.
func (f *fileStore) fail(err error) error { return fmt.Errorf("%w: %w", ErrLedger, err) }

// damaged says that the file is not as it was written.
func (f *fileStore) damaged(at int64, format string, args ...any) error {
	return fmt.Errorf("%w: %s is damaged at byte %d: %s; restore it from a copy: without it nobody knows what was sent",
		ErrLedger, f.path, at, fmt.Sprintf(format, args...))
}

func (f *fileStore) refresh(s *state) error {
	if f.broken != nil {
		return f.broken
	}
	tail := readTail(f.tailPath()) // first: what it says can only be less than there is
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.journal == nil && tail.Length == 0:
		return nil // not begun
	case errors.Is(err, fs.ErrNotExist):
		return f.fail(fmt.Errorf("%w: %s tells that it had %d bytes; restore it, or remove that file to begin anew", err, f.tailPath(), tail.Length))
	case err != nil:
		return f.fail(err)
	}
	if err := lease.Regular(f.path, info); err != nil {
		return f.fail(err)
	}
	if f.journal != nil {
		known, err := f.journal.Stat()
		if err != nil {
			return f.fail(err)
		}
		if os.SameFile(known, info) {
			return f.readOn(s, info.Size(), tail)
		}
	}
	if err := f.open(s); err != nil || f.journal == nil {
		return err
	}
	if info, err = f.journal.Stat(); err != nil {
		return f.fail(err)
	}
	return f.readOn(s, info.Size(), tail)
}

// open begins to read the file from its first line.
func (f *fileStore) open(s *state) error {
	if err := f.shut(); err != nil {
		return err
	}
	*s = *newState()
	journal, err := os.Open(f.path)
	if err != nil {
		return f.fail(err)
	}
	head, begin, err := readHead(journal)
	var foreign foreignError
	switch {
	case err == nil:
		f.journal, f.head, f.begin, f.end, f.tx = journal, head, begin, begin, 0
		return nil
	case errors.As(err, &foreign):
		return errors.Join(f.fail(fmt.Errorf("%s: %w", f.path, err)), journal.Close())
	case errors.Is(err, errEmpty) && readTail(f.tailPath()).Length == 0:
		return journal.Close() // such as one of os.CreateTemp
	}
	return errors.Join(f.damaged(0, "%v", err), journal.Close())
}

// readOn applies what was written since the last look.
func (f *fileStore) readOn(s *state, size int64, tail journalTail) error {
	if size > f.end {
		if err := f.scan(s, size); err != nil {
			return err
		}
	}
	f.torn = size > f.end
	if size < f.end {
		return f.damaged(size, "it ends here, and had %d bytes", f.end)
	}
	if tail.Generation == f.head.Generation && tail.Length > f.end {
		return f.damaged(f.end, "the last complete transaction ends here, and %d bytes had been acknowledged", tail.Length)
	}
	return nil
}

func (f *fileStore) write(ctx context.Context, s *state, plan func() ([]entry, error)) (err error) {
	if f.broken != nil {
		return f.broken
	}
	tail, err := lease.Lock(ctx, f.tailPath())
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("provision: nothing was written to the ledger: %w", err)
	case err != nil:
		return f.fail(err)
	}
	defer func() { err = errors.Join(err, tail.Close()) }()
	if err := f.refresh(s); err != nil {
		return err
	}
	entries, err := plan()
	if err != nil || len(entries) == 0 {
		return err
	}
	if f.journal == nil {
		if err := f.create(s); err != nil {
			return err
		}
	}
	at, lines, err := f.append(entries)
	if err != nil {
		return err
	}
	writeTail(tail, journalTail{Generation: f.head.Generation, Length: f.end})
	for i := range entries {
		s.apply(&entries[i], at, lines[i])
		at += int64(lines[i])
	}
	if first := entries[0].Lease; first != nil && first.Owner != nil && first.Renewal == 0 && s.dead > compactFrom && s.dead > f.end/2 {
		return f.compact(s, tail)
	}
	return nil
}

// create makes the file, which has its head from the first moment.
func (f *fileStore) create(s *state) error {
	line, err := appendLine(nil, newHead())
	if err != nil {
		return f.fail(err)
	}
	next := f.path + ".new"
	file, err := createNew(next, 0o600)
	if err != nil {
		return f.fail(err)
	}
	_, err = file.Write(line)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return f.fail(errors.Join(err, os.Remove(next)))
	}
	if err := errors.Join(os.Rename(next, f.path), lease.SyncDir(filepath.Dir(f.path))); err != nil {
		return f.fail(err)
	}
	return f.open(s)
}

// createNew makes a file in the place of what a crash has left behind there. It does not
// follow a link.
func createNew(path string, mode fs.FileMode) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

// append writes one transaction and returns where it begins and how long its
// lines are.
func (f *fileStore) append(entries []entry) (at int64, lines []int, err error) {
	if f.writer == nil {
		if f.writer, err = os.OpenFile(f.path, os.O_RDWR, 0); err != nil {
			return 0, nil, f.fail(err)
		}
	}
	var buf []byte
	lines = make([]int, len(entries))
	for i := range entries {
		entries[i].Tx = f.tx + 1
		if i == len(entries)-1 {
			entries[i].End = len(entries)
		}
		before := len(buf)
		if buf, err = appendLine(buf, &entries[i]); err != nil {
			return 0, nil, f.fail(err)
		}
		if lines[i] = len(buf) - before; lines[i] > maxLine {
			return 0, nil, f.fail(fmt.Errorf("a line of %d bytes is too long, and nothing was written", lines[i]))
		}
	}
	if err := f.put(buf); err != nil {
		return 0, nil, err
	}
	at = f.end
	f.end += int64(len(buf))
	f.tx++
	return at, lines, nil
}

// put writes at the end of the last transaction and flushes.
func (f *fileStore) put(buf []byte) error {
	if f.torn {
		if err := f.writer.Truncate(f.end); err != nil {
			return f.fail(err)
		}
		f.torn = false
	}
	if _, err := f.writer.WriteAt(buf, f.end); err != nil {
		if undo := f.writer.Truncate(f.end); undo != nil {
			f.broken = f.fail(errors.Join(err, undo))
			return f.broken
		}
		return f.fail(fmt.Errorf("%w; nothing of this step was kept", err))
	}
	if err := f.writer.Sync(); err != nil {
		// Whether the disk has it is not known, and a second flush would not
		// tell: whoever opens the file anew sees what there is.
		f.broken = f.fail(fmt.Errorf("flush: %w; start again to see what was kept", err))
		return f.broken
	}
	return nil
}

func (f *fileStore) record(_ *state, b *book, ordinal int64) (*Record, error) {
	r := b.rows[ordinal-1]
	line := make([]byte, r.size)
	if _, err := f.journal.ReadAt(line, r.at); err != nil {
		return nil, f.fail(err)
	}
	e, err := decodeLine(line)
	if err != nil || e.Record == nil || e.Record.Ordinal != ordinal {
		return nil, f.damaged(r.at, "the record of customer %d is not there any more: %v", ordinal, err)
	}
	return e.Record, nil
}

func (f *fileStore) events(_ *state, b *book, rollout string, after int64) iter.Seq2[*Event, error] {
	if after >= b.lastEvent {
		return func(func(*Event, error) bool) {}
	}
	last, at, known := b.lastEvent, b.marks[after/eventsPerMark], f.journal
	file, err := os.Open(f.path)
	if err == nil && !sameFile(file, known) {
		at = 0 // it was compacted a moment ago, by another process
	}
	return func(yield func(*Event, error) bool) {
		if err != nil {
			yield(nil, f.fail(err))
			return
		}
		defer func() { _ = file.Close() }() // it was only read
		for e, err := range readEvents(file, at, rollout) {
			if err != nil {
				yield(nil, f.damaged(at, "%v", err))
				return
			}
			if !yield(e, nil) || e.Seq >= last {
				return
			}
		}
	}
}

func (f *fileStore) hold(owner Owner) (func() error, error) {
	if f.leaseOnly {
		return func() error { return nil }, nil
	}
	name, err := json.Marshal(owner)
	if err != nil {
		return nil, f.fail(err)
	}
	lock, holder, err := lease.Hold(f.lockPath(), name)
	if errors.Is(err, lease.ErrLocked) {
		e := &HeldError{}
		if json.Unmarshal(holder, &e.Owner) != nil {
			e.Owner = Owner{}
		}
		return nil, e
	}
	if err != nil {
		return nil, f.fail(err)
	}
	return lock.Close, nil
}

func (f *fileStore) locks() bool { return !f.leaseOnly }

func (f *fileStore) holder(b *book, by Owner) liveness {
	if !f.leaseOnly && b.lease.Locked && b.lease.Owner.Host == by.Host && b.lease.Owner.Boot == by.Boot {
		return gone // it has had the lock, which is here now
	}
	return unclear
}

func (f *fileStore) close() error { return f.shut() }

// shut closes the files.
func (f *fileStore) shut() error {
	var errs []error
	for _, file := range []**os.File{&f.journal, &f.writer} {
		if *file != nil {
			errs = append(errs, (*file).Close())
			*file = nil
		}
	}
	return errors.Join(errs...)
}
