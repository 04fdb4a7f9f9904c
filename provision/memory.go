package provision

import (
	"context"
	"iter"
	"sync"
	"time"
)

// LedgerOption changes Memory and File.
type LedgerOption func(*ledgerOptions)

type ledgerOptions struct {
	wall      func() time.Time
	leaseOnly bool
}

func ledgerConfig(opts []LedgerOption) ledgerOptions {
	o := ledgerOptions{wall: time.Now}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// LedgerClock is the wall clock of the ledger, time.Now by default. It gives the
// times that people see, and lets Lease.Valid end early when it runs ahead.
func LedgerClock(now func() time.Time) LedgerOption {
	return func(o *ledgerOptions) { o.wall = now }
}

// LeaseOnly leaves out the lock that ends with its process, as if the runners were
// on machines that do not see each other's locks: a runner that has died is
// followed when its lease has ended, and not at once.
func LeaseOnly() LedgerOption { return func(o *ledgerOptions) { o.leaseOnly = true } }

// MemoryLedger is a Ledger for tests: nothing survives the process.
type MemoryLedger struct {
	*embedded
	memory *memory
}

// memory is what all handles of a MemoryLedger share.
type memory struct {
	mu      sync.Mutex
	options ledgerOptions
	state   *state
	records map[*book][]*Record
	log     map[*book][]*Event
	writers map[*book]*handle // who has taken the newest lease
}

// handle is the store of one MemoryLedger.
type handle struct {
	*memory
	closed bool
}

// Memory returns an empty ledger. It keeps everything in memory, events too.
func Memory(opts ...LedgerOption) *MemoryLedger {
	return (&memory{
		options: ledgerConfig(opts), state: newState(), records: map[*book][]*Record{}, log: map[*book][]*Event{}, writers: map[*book]*handle{},
	}).open()
}

// Reopen returns another handle on the same ledger, as a second process would
// have. Closing a handle is the death of its process: what it had written stays,
// and the next runner follows at once.
func (m *MemoryLedger) Reopen() *MemoryLedger { return m.memory.open() }

func (m *memory) open() *MemoryLedger {
	return &MemoryLedger{embedded: newEmbedded(&m.mu, m.state, &handle{memory: m}, m.options.wall), memory: m}
}

func (h *handle) refresh(*state) error { return nil }

func (h *handle) write(_ context.Context, s *state, plan func() ([]entry, error)) error {
	entries, err := plan()
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		s.apply(e, 0, 0)
		b := s.books[e.Rollout]
		switch {
		case e.Record != nil && e.Record.Ordinal > int64(len(h.records[b])):
			h.records[b] = append(h.records[b], e.Record)
		case e.Record != nil:
			h.records[b][e.Record.Ordinal-1] = e.Record
		case e.Event != nil:
			h.log[b] = append(h.log[b], e.Event)
		case e.Lease != nil && e.Lease.Owner != nil:
			h.writers[b] = h
		}
	}
	return nil
}

func (h *handle) record(_ *state, b *book, ordinal int64) (*Record, error) {
	return h.records[b][ordinal-1].clone(), nil
}

func (h *handle) events(_ *state, b *book, _ string, after int64) iter.Seq2[*Event, error] {
	log := h.log[b]
	return func(yield func(*Event, error) bool) {
		for _, e := range log[min(after, int64(len(log))):] {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (h *handle) hold(Owner) (func() error, error) { return func() error { return nil }, nil }

func (h *handle) locks() bool { return !h.options.leaseOnly }

func (h *handle) holder(b *book, _ Owner) liveness {
	writer := h.writers[b]
	switch {
	case h.options.leaseOnly || writer == nil:
		return unclear
	case writer.closed:
		return gone
	}
	return alive
}

func (h *handle) close() error {
	h.closed = true
	return nil
}
