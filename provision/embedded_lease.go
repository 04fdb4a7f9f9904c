package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato/provision/internal/lease"
)

// held is the Lease of an embedded ledger.
type held struct {
	ledger  *embedded
	rollout string
	epoch   int64
	term    *lease.Term
}

// Acquire implements Ledger.
func (l *embedded) Acquire(ctx context.Context, rollout string, owner Owner, ttl time.Duration) (Lease, error) {
	if err := CheckLease(rollout, ttl); err != nil {
		return nil, err
	}
	if err := l.keep(rollout, owner); err != nil {
		return nil, err
	}
	h, err := l.acquire(ctx, rollout, owner, ttl)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending--
	if err != nil {
		return nil, errors.Join(err, l.letGo())
	}
	l.held[h] = true
	return h, nil
}

// keep begins to keep other processes out, once for all leases.
func (l *embedded) keep(rollout string, owner Owner) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	if l.unhold == nil {
		release, err := l.store.hold(owner)
		var held *HeldError
		if errors.As(err, &held) {
			held.Rollout = rollout
		}
		if err != nil {
			return err
		}
		l.unhold = release
	}
	l.pending++
	return nil
}

// letGo lets other processes in when no lease is left.
func (l *embedded) letGo() error {
	if l.unhold == nil || len(l.held) > 0 || l.pending > 0 {
		return nil
	}
	release := l.unhold
	l.unhold = nil
	return release()
}

func (l *embedded) acquire(ctx context.Context, rollout string, owner Owner, ttl time.Duration) (*held, error) {
	var seen leaseEntry
	look := func() (lease.Sign, error) {
		err := l.look(ctx, func(s *state) error {
			b := s.book(rollout)
			seen = b.lease
			if seen.Owner == nil || l.mine[rollout] == seen.Epoch {
				return nil
			}
			switch l.store.holder(b, owner) {
			case alive:
				return heldBy(rollout, seen.Owner)
			case gone:
				return errGone
			case unclear:
			}
			return nil
		})
		if errors.Is(err, errGone) {
			return lease.Sign{Free: true}, nil
		}
		return seen.sign(), err
	}
	_, renewed, err := lease.Watch(ctx, look)
	switch {
	case renewed:
		return nil, heldBy(rollout, seen.Owner)
	case err != nil && ctx.Err() != nil && seen.Owner != nil:
		return nil, fmt.Errorf("%w: %w", heldBy(rollout, seen.Owner), err)
	case err != nil:
		return nil, err
	}
	h := &held{ledger: l, rollout: rollout, term: lease.NewTerm(ttl, l.wall)}
	from := lease.MarkNow(l.wall)
	err = l.change(ctx, func(s *state) ([]entry, error) {
		entries, err := s.planAcquire(rollout, seen, owner, ttl)
		if err != nil {
			seen = s.book(rollout).lease
			return nil, err
		}
		h.epoch, entries[0].Lease.Locked = entries[0].Lease.Epoch, l.store.locks()
		l.mine[rollout] = h.epoch
		return entries, nil
	})
	if errors.Is(err, errMoved) {
		return nil, heldBy(rollout, seen.Owner)
	}
	if err != nil {
		return nil, err
	}
	h.term.Start(from)
	return h, nil
}

// errGone ends the look at a lease whose holder has ended.
var errGone = errors.New("provision: the holder has ended")

func heldBy(rollout string, owner *Owner) *HeldError {
	e := &HeldError{Rollout: rollout}
	if owner != nil {
		e.Owner = *owner
	}
	return e
}

// Epoch implements Lease.
func (h *held) Epoch() int64 { return h.epoch }

// Valid implements Lease.
func (h *held) Valid() time.Duration { return h.term.Valid() }

// Renew implements Lease.
func (h *held) Renew(ctx context.Context) error {
	from := lease.MarkNow(h.ledger.wall)
	err := h.change(ctx, func(s *state) ([]entry, error) { return s.planRenew(h.rollout, h.epoch) })
	if err == nil {
		h.term.Start(from)
	}
	return err
}

// Begin implements Lease.
func (h *held) Begin(ctx context.Context, header *Header) error {
	return h.change(ctx, func(s *state) ([]entry, error) { return s.planBegin(h.rollout, h.epoch, header) })
}

// Enroll implements Lease.
func (h *held) Enroll(ctx context.Context, targets []Target) (added int, err error) {
	if err := CheckTargets(targets); err != nil {
		return 0, err
	}
	err = h.change(ctx, func(s *state) ([]entry, error) {
		entries, err := s.planEnroll(h.rollout, h.epoch, targets, h.ledger.now())
		added = len(entries)
		return entries, err
	})
	if err != nil {
		added = 0
	}
	return added, err
}

// Put implements Lease.
func (h *held) Put(ctx context.Context, u *Update) error {
	if err := u.Check(); err != nil {
		return err
	}
	var written []entry
	err := h.change(ctx, func(s *state) ([]entry, error) {
		entries, err := s.planPut(h.rollout, h.epoch, u, h.ledger.now())
		written = entries
		return entries, err
	})
	if err == nil {
		u.written(written)
	}
	return err
}

// Commands implements Lease.
func (h *held) Commands(ctx context.Context) (commands []Command, err error) {
	err = h.ledger.look(ctx, func(s *state) error {
		b, err := s.writable(h.rollout, h.epoch)
		if err == nil {
			commands = append(commands, b.commands...)
		}
		return err
	})
	return commands, err
}

// Release implements Lease.
func (h *held) Release(ctx context.Context) error {
	err := h.change(ctx, func(s *state) ([]entry, error) { return s.planRelease(h.rollout, h.epoch) })
	h.term.End()
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	delete(h.ledger.held, h)
	return errors.Join(err, h.ledger.letGo())
}

// change is that of the ledger; a lease that was taken over does not last.
func (h *held) change(ctx context.Context, plan func(s *state) ([]entry, error)) error {
	err := h.ledger.change(ctx, plan)
	if errors.Is(err, ErrFenced) {
		h.term.End()
	}
	return err
}
