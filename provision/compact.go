package provision

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-workato/workato/provision/internal/lease"
)

// compactFrom is how many bytes must have been replaced before a file is compacted.
const compactFrom = 1 << 20

// compact writes the journal anew, without what later lines have replaced, and
// puts it in the place of the old one when it was read back and found to say the
// same. Until then the old one stays; a failure leaves things as they are.
func (f *fileStore) compact(s *state, tail *os.File) error {
	next := f.path + ".new"
	head, err := f.rewrite(s, next)
	if err == nil {
		err = f.compare(s, next)
	}
	if err != nil {
		_ = os.Remove(next) // the next one writes over it
		return nil          //nolint:nilerr // the journal is complete, only longer than it needs to be
	}
	if err := f.shut(); err != nil { // Windows renames over no open file
		return f.fail(err)
	}
	if err := os.Rename(next, f.path); err != nil {
		_ = os.Remove(next) // as above: on Windows, while somebody reads it
		return f.refresh(s)
	}
	if err := lease.SyncDir(filepath.Dir(f.path)); err != nil {
		f.broken = f.fail(err)
		return f.broken
	}
	if err := f.refresh(s); err != nil {
		return err
	}
	writeTail(tail, journalTail{Generation: head.Generation, Length: f.end})
	return nil
}

// rewrite writes what the state and the journal say to another file.
func (f *fileStore) rewrite(s *state, path string) (journalHead, error) {
	head := newHead()
	info, err := f.journal.Stat()
	if err != nil {
		return head, err
	}
	file, err := createNew(path, info.Mode().Perm())
	if err != nil {
		return head, err
	}
	w := &journalWriter{out: bufio.NewWriterSize(file, 64<<10)}
	w.line(head)
	for _, id := range slices.Sorted(maps.Keys(s.books)) {
		f.rewriteBook(w, s, id)
	}
	for at, line := range lines(f.journal, f.begin, f.end) {
		if !bytes.Contains(line, []byte(`,"event":{`)) {
			continue
		}
		e, err := decodeLine(line)
		if err != nil {
			w.fail(f.damaged(at, "%v", err))
		} else if e.Event != nil {
			w.entry(entry{Rollout: e.Rollout, Event: e.Event})
		}
	}
	w.fail(w.out.Flush())
	return head, errors.Join(w.err, file.Sync(), file.Close())
}

func (f *fileStore) rewriteBook(w *journalWriter, s *state, id string) {
	b := s.books[id]
	w.entry(entry{Rollout: id, Lease: &b.lease})
	if b.header != nil {
		w.entry(entry{Rollout: id, Header: b.header})
	}
	if b.progress.Version > 0 {
		w.entry(entry{Rollout: id, Progress: &b.progress})
	}
	for _, n := range slices.Sorted(maps.Keys(b.waves)) {
		wave := b.waves[n]
		w.entry(entry{Rollout: id, Wave: &wave})
	}
	for i := range b.rows {
		r, err := f.record(s, b, int64(i)+1)
		w.fail(err)
		if err == nil {
			w.entry(entry{Rollout: id, Record: r})
		}
	}
	if b.done > 0 {
		w.entry(entry{Rollout: id, Done: b.done})
	}
	for _, c := range b.commands {
		w.entry(entry{Rollout: id, Command: &c})
	}
	if sends := s.sends; len(sends) > 0 && id == slices.Min(slices.Collect(maps.Keys(s.books))) {
		for _, send := range sends { // of all rollouts, once
			w.entry(entry{Rollout: id, Send: &send})
		}
	}
}

// compare reads a file and reports whether it says what the state says.
func (f *fileStore) compare(s *state, path string) error {
	other, read := &fileStore{path: path}, newState()
	err := other.refresh(read)
	if err := errors.Join(err, other.close()); err != nil {
		return err
	}
	for id, want := range s.books {
		got := read.book(id)
		if len(got.rows) != len(want.rows) || !maps.Equal(got.counts, want.counts) || got.lastEvent != want.lastEvent || len(got.marks) != len(want.marks) ||
			got.lastCommand != want.lastCommand || len(got.commands) != len(want.commands) || got.lease.Epoch != want.lease.Epoch {
			return fmt.Errorf("%s does not say the same as %s about rollout %q", path, f.path, id)
		}
	}
	return nil
}

// journalWriter writes entries as transactions of their own.
type journalWriter struct {
	out *bufio.Writer
	tx  int64
	err error
}

func (w *journalWriter) fail(err error) { w.err = errors.Join(w.err, err) }

func (w *journalWriter) entry(e entry) {
	w.tx++
	e.Tx, e.End = w.tx, 1
	w.line(&e)
}

func (w *journalWriter) line(value any) {
	line, err := appendLine(nil, value)
	w.fail(err)
	_, err = w.out.Write(line)
	w.fail(err)
}
