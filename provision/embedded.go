package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-workato/workato/provision/internal/lease"
)

// store is where an embedded ledger keeps its entries.
type store interface {
	// refresh applies to the state what other processes have written.
	refresh(s *state) error
	// write calls plan while nobody else writes and the state is up to date,
	// makes the entries durable and applies them to the state.
	write(ctx context.Context, s *state, plan func() ([]entry, error)) error
	// record reads a row of the state.
	record(s *state, b *book, ordinal int64) (*Record, error)
	// events yields those of a rollout in Seq order, from one that is not after
	// the given one to the last that is durable.
	events(s *state, b *book, rollout string, after int64) iter.Seq2[*Event, error]
	// hold keeps runners of other processes out until the file is closed. The
	// error is a *HeldError if there is one.
	hold(owner Owner) (release func() error, err error)
	// locks reports whether hold keeps them out.
	locks() bool
	// holder tells what is known of the holder of the lease, which is not this
	// ledger itself.
	holder(b *book, by Owner) liveness
	close() error
}

// liveness is what is known of the holder of a lease.
type liveness uint8

const (
	unclear liveness = iota // only its renewals tell
	alive
	gone
)

// embedded is a Ledger whose state is in memory and whose entries are in a store.
type embedded struct {
	wall func() time.Time

	mu      *sync.Mutex
	state   *state
	store   store
	closed  bool
	mine    map[string]int64 // the epoch of the last lease of each rollout that was given out here
	held    map[*held]bool   // leases that are not released
	unhold  func() error     // ends what store.hold began; nil without a lease
	pending int              // calls of Acquire that are at work, which need the hold
}

var errClosed = fmt.Errorf("%w: it was closed", ErrLedger)

func newEmbedded(mu *sync.Mutex, s *state, st store, wall func() time.Time) *embedded {
	return &embedded{wall: wall, mu: mu, state: s, store: st, mine: map[string]int64{}, held: map[*held]bool{}}
}

// look calls a function with the state up to date.
func (l *embedded) look(ctx context.Context, f func(s *state) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("provision: read the ledger: %w", context.Cause(ctx))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	if err := l.store.refresh(l.state); err != nil {
		return err
	}
	return f(l.state)
}

// change writes one transaction, unless the context has ended.
func (l *embedded) change(ctx context.Context, plan func(s *state) ([]entry, error)) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("provision: nothing was written to the ledger: %w", context.Cause(ctx))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	return l.store.write(ctx, l.state, func() ([]entry, error) { return plan(l.state) })
}

func (l *embedded) now() time.Time { return l.wall().Round(0).UTC() }

// Rollouts implements Ledger.
func (l *embedded) Rollouts(ctx context.Context) (ids []string, err error) {
	err = l.look(ctx, func(s *state) error {
		for id, b := range s.books {
			if b.header != nil {
				ids = append(ids, id)
			}
		}
		return nil
	})
	slices.Sort(ids)
	return ids, err
}

// Status implements Ledger.
func (l *embedded) Status(ctx context.Context, rollout string) (status *Status, err error) {
	err = l.look(ctx, func(s *state) error {
		b, err := s.begun(rollout)
		if err == nil {
			status = b.status(rollout)
		}
		return err
	})
	return status, err
}

// Counts implements Ledger.
func (l *embedded) Counts(ctx context.Context, rollout string) (counts Counts, err error) {
	err = l.look(ctx, func(s *state) error {
		b, err := s.begun(rollout)
		if err == nil {
			counts = b.count()
		}
		return err
	})
	return counts, err
}

// Sends implements Ledger.
func (l *embedded) Sends(ctx context.Context, since time.Time) (sends []Send, err error) {
	err = l.look(ctx, func(s *state) error {
		for _, send := range s.sends {
			if !send.At.Before(since) {
				sends = append(sends, send)
			}
		}
		return nil
	})
	return sends, err
}

// recordsPerRead is how many records are in memory while a caller loops.
const recordsPerRead = 64

// Records implements Ledger.
func (l *embedded) Records(ctx context.Context, rollout string, q Query) iter.Seq2[Record, error] {
	q.States, q.Customers = slices.Clone(q.States), slices.Clone(q.Customers)
	return func(yield func(Record, error) bool) {
		for left, after := q.Limit, q.After; ; {
			batch, next, err := l.records(ctx, rollout, q, after, cmp.Or(left, recordsPerRead))
			for _, r := range batch {
				if !yield(*r, nil) {
					return
				}
			}
			if err != nil {
				yield(Record{}, err)
				return
			}
			if left > 0 {
				if left -= len(batch); left == 0 {
					return
				}
			}
			if after = next; after == 0 {
				return
			}
		}
	}
}

// records reads a batch, and returns the ordinal after which the next one begins,
// 0 if there is none.
func (l *embedded) records(ctx context.Context, rollout string, q Query, after int64, limit int) (batch []*Record, next int64, err error) {
	err = l.look(ctx, func(s *state) error {
		b, err := s.begun(rollout)
		if err != nil {
			return err
		}
		only := map[int64]bool{}
		for _, id := range q.Customers {
			if n, known := b.ordinals[id]; known {
				only[int64(n)+1] = true
			}
		}
		for ordinal := max(0, after) + 1; ordinal <= int64(len(b.rows)); ordinal++ {
			if len(batch) == min(limit, recordsPerRead) {
				next = ordinal - 1
				return nil
			}
			if !b.rows[ordinal-1].matches(&q) || len(q.Customers) > 0 && !only[ordinal] {
				continue
			}
			r, err := l.store.record(s, b, ordinal)
			if err != nil {
				return err
			}
			batch = append(batch, r)
		}
		return nil
	})
	return batch, next, err
}

// Events implements Ledger.
func (l *embedded) Events(ctx context.Context, rollout string, after int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var events iter.Seq2[*Event, error]
		err := l.look(ctx, func(s *state) error {
			b, err := s.begun(rollout)
			if err == nil {
				events = l.store.events(s, b, rollout, max(0, after))
			}
			return err
		})
		if err != nil {
			yield(Event{}, err)
			return
		}
		for e, err := range events {
			if err == nil && ctx.Err() != nil {
				err = fmt.Errorf("provision: read the ledger: %w", context.Cause(ctx))
			}
			switch {
			case err != nil:
				yield(Event{}, err)
				return
			case e.Seq <= after:
			case !yield(*e, nil):
				return
			}
		}
	}
}

// Command implements Ledger.
func (l *embedded) Command(ctx context.Context, rollout string, c *Command) error {
	if err := c.Check(); err != nil {
		return err
	}
	if _, err := l.Status(ctx, rollout); err != nil { // a misspelt path leaves no file behind
		return err
	}
	return l.change(ctx, func(s *state) ([]entry, error) {
		entries, err := s.planCommand(rollout, c, l.now())
		if err == nil {
			c.Seq, c.At = entries[0].Command.Seq, entries[0].Command.At
		}
		return entries, err
	})
}

// Close implements Ledger.
func (l *embedded) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	for h := range maps.Keys(l.held) {
		h.term.End()
	}
	err := l.store.close()
	if l.unhold != nil {
		err = errors.Join(err, l.unhold())
		l.unhold = nil
	}
	return err
}

// sign is what another runner's lease looks like.
func (e *leaseEntry) sign() lease.Sign {
	return lease.Sign{Epoch: e.Epoch, Renewal: e.Renewal, Free: e.Owner == nil, TTL: e.TTL}
}
