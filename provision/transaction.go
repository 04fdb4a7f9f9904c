package provision

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// The functions below turn a write into the entries of one transaction, or say
// why it is refused. They change nothing; the state changes when the entries are
// durable.

// writable returns the book of a rollout for the holder of a lease.
func (s *state) writable(rollout string, epoch int64) (*book, error) {
	b := s.book(rollout)
	switch {
	case b.lease.Epoch > epoch:
		return nil, fmt.Errorf("%w: epoch %d was followed by %d, and nothing was written", ErrFenced, epoch, b.lease.Epoch)
	case b.lease.Owner == nil:
		return nil, fmt.Errorf("%w: it was released, and nothing was written", ErrFenced)
	}
	return b, nil
}

// working is writable for what needs a header.
func (s *state) working(rollout string, epoch int64) (*book, error) {
	b, err := s.writable(rollout, epoch)
	if err == nil && b.header == nil {
		err = fmt.Errorf("%w: %q has not begun: Lease.Begin comes first", ErrNoRollout, rollout)
	}
	return b, err
}

func (s *state) planBegin(rollout string, epoch int64, h *Header) ([]entry, error) {
	b, err := s.writable(rollout, epoch)
	if err != nil {
		return nil, err
	}
	if b.header != nil {
		return nil, b.header.Compare(rollout, h)
	}
	header := *h
	return []entry{{Rollout: rollout, Header: &header}}, nil
}

func (s *state) planEnroll(rollout string, epoch int64, targets []Target, now time.Time) ([]entry, error) {
	b, err := s.working(rollout, epoch)
	if err != nil {
		return nil, err
	}
	var entries []entry
	added := map[Target]bool{}
	for _, t := range targets {
		key := Target{Customer: t.Customer}
		if _, known := b.ordinals[t.Customer]; known || added[key] {
			continue
		}
		if b.progress.Frozen {
			return nil, fmt.Errorf("%w: customer %v is not in rollout %q, and nobody was added", ErrFrozen, t.Customer, rollout)
		}
		added[key] = true
		entries = append(entries, entry{Rollout: rollout, Record: &Record{
			Target: t, Ordinal: int64(len(b.rows) + len(added)), State: StatePending, Version: 1, Epoch: epoch, UpdatedAt: now,
		}})
	}
	return entries, nil
}

func (s *state) planPut(rollout string, epoch int64, u *Update, now time.Time) ([]entry, error) {
	b, err := s.working(rollout, epoch)
	if err != nil {
		return nil, err
	}
	var entries []entry
	add := func(e entry) {
		e.Rollout = rollout
		entries = append(entries, e)
	}
	for _, r := range u.Records {
		n, known := b.ordinals[r.Customer]
		if !known || int64(n)+1 != r.Ordinal {
			return nil, badField("record", "customer %v is not enrolled in rollout %q with ordinal %d", r.Customer, rollout, r.Ordinal)
		}
		if have := b.rows[n].version; have != r.Version {
			return nil, &ConflictError{Row: r.Customer.String(), Have: have, Want: r.Version}
		}
		next := r.clone()
		next.Version, next.Epoch, next.UpdatedAt = r.Version+1, epoch, now
		add(entry{Record: next})
	}
	for _, w := range u.Waves {
		if have := b.waves[w.Wave].Version; have != w.Version {
			return nil, &ConflictError{Row: fmt.Sprintf("wave %d", w.Wave), Have: have, Want: w.Version}
		}
		next := *w
		next.Version++
		add(entry{Wave: &next})
	}
	if u.Progress != nil {
		if have := b.progress.Version; have != u.Progress.Version {
			return nil, &ConflictError{Row: "progress", Have: have, Want: u.Progress.Version}
		}
		next := *u.Progress
		next.Version++
		add(entry{Progress: &next})
	}
	seq := b.lastEvent
	for _, e := range u.Events {
		seq++
		next := *e
		next.Seq, next.Rollout = seq, rollout
		if next.Time.IsZero() {
			next.Time = now
		}
		add(entry{Event: &next})
	}
	for _, send := range u.Sends {
		add(entry{Send: &send})
	}
	if u.CommandsDone > b.done {
		if u.CommandsDone > b.lastCommand {
			return nil, badField("commands_done", "there is no command %d, the last one is %d", u.CommandsDone, b.lastCommand)
		}
		add(entry{Done: u.CommandsDone})
	}
	return entries, nil
}

// written tells the caller what became of its rows.
func (u *Update) written(entries []entry) {
	records, waves, events := u.Records, u.Waves, u.Events
	for i := range entries {
		switch e := &entries[i]; {
		case e.Record != nil:
			r := records[0]
			r.Version, r.Epoch, r.UpdatedAt = e.Record.Version, e.Record.Epoch, e.Record.UpdatedAt
			records = records[1:]
		case e.Wave != nil:
			waves[0].Version = e.Wave.Version
			waves = waves[1:]
		case e.Progress != nil:
			u.Progress.Version = e.Progress.Version
		case e.Event != nil:
			*events[0] = *e.Event
			events = events[1:]
		}
	}
}

func (s *state) planCommand(rollout string, c *Command, now time.Time) ([]entry, error) {
	b, err := s.begun(rollout)
	if err != nil {
		return nil, err
	}
	next := *c
	next.Seq = b.lastCommand + 1
	if next.At.IsZero() {
		next.At = now
	}
	return []entry{{Rollout: rollout, Command: &next}}, nil
}

// errMoved says that a lease changed between a look at it and the attempt to
// take it.
var errMoved = errors.New("provision: another runner was faster")

func (s *state) planAcquire(rollout string, seen leaseEntry, owner Owner, ttl time.Duration) ([]entry, error) {
	lease := s.book(rollout).lease
	if lease.Owner != nil && (lease.Epoch != seen.Epoch || lease.Renewal != seen.Renewal) {
		return nil, errMoved
	}
	return []entry{{Rollout: rollout, Lease: &leaseEntry{Epoch: lease.Epoch + 1, Owner: &owner, TTL: ttl}}}, nil
}

func (s *state) planRenew(rollout string, epoch int64) ([]entry, error) {
	b, err := s.writable(rollout, epoch)
	if err != nil {
		return nil, err
	}
	next := b.lease
	next.Renewal++
	return []entry{{Rollout: rollout, Lease: &next}}, nil
}

func (s *state) planRelease(rollout string, epoch int64) ([]entry, error) {
	b, err := s.writable(rollout, epoch)
	if errors.Is(err, ErrFenced) {
		return nil, nil // nothing is left to give back
	}
	return []entry{{Rollout: rollout, Lease: &leaseEntry{Epoch: b.lease.Epoch}}}, err
}

// clone copies a record so that nothing is shared.
func (r *Record) clone() *Record {
	out := *r
	out.Baseline, out.Connections = slices.Clone(r.Baseline), slices.Clone(r.Connections)
	return &out
}
