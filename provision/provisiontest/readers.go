package provisiontest

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
)

// Readers of other processes see whole transactions while a runner writes.
func testReaders(t *testing.T, s *suite) {
	const customers, rounds = 40, 6
	_, lease := s.begun(customers)
	var work, readers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		reader := s.open(Options{})
		readers.Go(func() {
			for last := int64(0); ; {
				select {
				case <-done:
					return
				default:
				}
				if err := readAll(t, reader, customers, &last); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	own := s.open(Options{})
	work.Go(func() {
		for range rounds {
			for ordinal := int64(1); ordinal <= customers; ordinal++ {
				for r, err := range own.Records(t.Context(), rollout, provision.Query{After: ordinal - 1, Limit: 1}) {
					if err == nil {
						err = lease.Put(t.Context(), step(&r, provision.States()[r.Version%5]))
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			}
		}
	})
	work.Wait()
	close(done)
	readers.Wait()
	s.equal("events", len(s.events(own, 0)), customers*rounds)
}

// readAll looks once, and fails if what it sees does not fit together.
func readAll(t *testing.T, reader provision.Ledger, customers int, last *int64) error {
	counts, err := reader.Counts(t.Context(), rollout)
	if err != nil {
		return err
	}
	if counts.Total() != customers {
		return errors.New("the counts do not add up")
	}
	status, err := reader.Status(t.Context(), rollout)
	if err != nil {
		return err
	}
	if status.LastEvent < *last {
		return errors.New("events have gone")
	}
	n := *last
	for e, err := range reader.Events(t.Context(), rollout, n) {
		if err != nil {
			return err
		}
		if n++; e.Seq != n {
			return errors.New("there is a gap in the events")
		}
	}
	if n < status.LastEvent {
		return errors.New("events are missing that the status has told of")
	}
	*last = n
	rows, writes := 0, int64(0)
	for r, err := range reader.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			return err
		}
		rows++
		writes += r.Version - 1
	}
	if rows != customers {
		return errors.New("rows are missing")
	}
	if writes < n {
		return errors.New("an event was there before its row")
	}
	return nil
}

// Reading a ledger, in use or not, changes no byte of it.
func testReadsWriteNothing(t *testing.T, s *suite) {
	if s.store.Path == "" {
		return // there is nothing to compare
	}
	ledger, lease := s.begun(10)
	s.check(lease.Put(t.Context(), step(s.record(ledger, 1), provision.StatePrepared)))
	for _, dead := range []bool{false, true} {
		if dead {
			s.check(ledger.Close())
		}
		before, err := os.ReadFile(s.store.Path)
		s.check(err)
		info, err := os.Stat(s.store.Path)
		s.check(err)
		reader := s.open(Options{})
		s.status(reader)
		s.records(reader, provision.Query{})
		s.events(reader, 0)
		_, err = reader.Counts(t.Context(), rollout)
		s.check(err)
		_, err = reader.Sends(t.Context(), time.Time{})
		s.check(err)
		after, err := os.ReadFile(s.store.Path)
		s.check(err)
		again, err := os.Stat(s.store.Path)
		s.check(err)
		if !bytes.Equal(before, after) || !info.ModTime().Equal(again.ModTime()) {
			t.Errorf("reading has written to %s (the runner is dead: %v)", s.store.Path, dead)
		}
		s.check(reader.Close())
	}
}

// A file that was cut, or overwritten in its middle, is refused by everybody, and
// is left as it is.
func testDamaged(t *testing.T, s *suite) {
	if s.store.Path == "" {
		return // there is nothing to damage
	}
	for name, damage := range map[string]func(content []byte) []byte{
		"cut by a third":   func(content []byte) []byte { return content[:len(content)*2/3] },
		"cut to a hundred": func(content []byte) []byte { return content[:100] },
		"overwritten":      func(content []byte) []byte { copy(content[len(content)/2:], make([]byte, 5000)); return content },
		"other file":       func([]byte) []byte { return []byte("customer,state\nE1,done\n") },
	} {
		one := &suite{t: t, store: s.fresh()}
		damageOne(t, one, name, damage)
		one.closeAll()
	}
}

func damageOne(t *testing.T, s *suite, name string, damage func(content []byte) []byte) {
	ledger, lease := s.begun(200)
	var u provision.Update
	for _, r := range s.records(ledger, provision.Query{}) {
		r.Baseline = bytes.Repeat([]byte{1}, 100)
		u.Records = append(u.Records, &r)
	}
	s.check(lease.Put(t.Context(), &u))
	s.check(lease.Release(t.Context()))
	s.check(ledger.Close())
	content, err := os.ReadFile(s.store.Path)
	s.check(err)
	damaged := damage(content)
	s.check(os.WriteFile(s.store.Path, damaged, 0o600))

	ledger, err = s.store.Open(Options{})
	if err == nil {
		s.opened = append(s.opened, ledger)
		_, err = ledger.Acquire(t.Context(), rollout, self, ttl)
		if !errors.Is(err, provision.ErrLedger) {
			t.Errorf("%s: a runner gets the error %v, want %v", name, err, provision.ErrLedger)
		}
		for range 2 {
			if err = readToEnd(t, ledger); !errors.Is(err, provision.ErrLedger) {
				t.Errorf("%s: a reader gets the error %v, want %v", name, err, provision.ErrLedger)
			}
		}
	}
	if !errors.Is(err, provision.ErrLedger) {
		t.Errorf("%s: Open: the error is %v, want %v", name, err, provision.ErrLedger)
	}
	after, err := os.ReadFile(s.store.Path)
	s.check(err)
	if !bytes.Equal(after, damaged) {
		t.Errorf("%s: the file was changed", name)
	}
}

// readToEnd reads all that there is.
func readToEnd(t *testing.T, ledger provision.Ledger) error {
	if _, err := ledger.Status(t.Context(), rollout); err != nil {
		return err
	}
	for _, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			return err
		}
	}
	for _, err := range ledger.Events(t.Context(), rollout, 0) {
		if err != nil {
			return err
		}
	}
	return nil
}
