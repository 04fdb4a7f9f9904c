package sqliteledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/internal/lease"
)

// held is the Lease of a Ledger.
type held struct {
	ledger   *Ledger
	rollout  string
	epoch    int64
	term     *lease.Term
	released bool // guarded by ledger.mu
}

// leaseRow is the row of a lease; without an owner it is free.
type leaseRow struct {
	epoch, renewal int64
	ttl            time.Duration
	owner          *provision.Owner
	locked         bool
}

func (r *leaseRow) sign() lease.Sign {
	return lease.Sign{Epoch: r.epoch, Renewal: r.renewal, Free: r.owner == nil, TTL: r.ttl}
}

func (l *Ledger) readLease(ctx context.Context, tx *sql.Tx, rollout string) (row leaseRow, err error) {
	var owner *string
	err = tx.QueryRowContext(ctx, "SELECT epoch, owner, ttl_ns, renewal, locked FROM lease WHERE rollout=?", rollout).
		Scan(&row.epoch, &owner, &row.ttl, &row.renewal, &row.locked)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return row, nil
	case err != nil:
		return row, l.fail(err)
	case owner != nil:
		row.owner = &provision.Owner{}
		if err := json.Unmarshal([]byte(*owner), row.owner); err != nil {
			return row, l.fail(err)
		}
	}
	return row, nil
}

// Acquire implements provision.Ledger.
func (l *Ledger) Acquire(ctx context.Context, rollout string, owner provision.Owner, ttl time.Duration) (provision.Lease, error) {
	if err := provision.CheckLease(rollout, ttl); err != nil {
		return nil, err
	}
	if err := l.keep(rollout, owner); err != nil {
		return nil, err
	}
	h, err := l.acquire(ctx, rollout, owner, ttl)
	if err != nil {
		return nil, errors.Join(err, l.letGo(nil))
	}
	return h, nil
}

func (l *Ledger) acquire(ctx context.Context, rollout string, owner provision.Owner, ttl time.Duration) (*held, error) {
	var seen leaseRow
	_, renewed, err := lease.Watch(ctx, func() (lease.Sign, error) {
		err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			seen, err = l.readLease(ctx, tx, rollout)
			return err
		})
		sign := seen.sign()
		sign.Free = sign.Free || l.gone(rollout, &seen, owner)
		return sign, err
	})
	switch {
	case renewed:
		return nil, heldBy(rollout, seen.owner)
	case err != nil && ctx.Err() != nil && seen.owner != nil:
		return nil, fmt.Errorf("%w: %w", heldBy(rollout, seen.owner), err)
	case err != nil:
		return nil, err
	}
	name, err := json.Marshal(owner)
	if err != nil {
		return nil, l.fail(err)
	}
	h := &held{ledger: l, rollout: rollout, epoch: seen.epoch + 1, term: lease.NewTerm(ttl, l.wall)}
	from := lease.MarkNow(l.wall)
	err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		row, err := l.readLease(ctx, tx, rollout)
		if err != nil {
			return err
		}
		if row.sign() != seen.sign() { // somebody else was faster
			return heldBy(rollout, row.owner)
		}
		l.mu.Lock()
		l.mine[rollout] = h.epoch
		l.mu.Unlock()
		return l.exec(ctx, tx, "INSERT OR REPLACE INTO lease(rollout, epoch, owner, ttl_ns, renewal, locked) VALUES(?,?,?,?,0,?)",
			rollout, h.epoch, string(name), int64(ttl), !l.leaseOnly)
	})
	if err != nil {
		return nil, err
	}
	h.term.Start(from)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holding[h] = true
	return h, nil
}

// gone reports whether the holder of a lease has provably ended: a runner of this
// machine that has had the lock, which is here now.
func (l *Ledger) gone(rollout string, row *leaseRow, by provision.Owner) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lock != nil && row.owner != nil && row.locked && l.mine[rollout] != row.epoch &&
		row.owner.Host == by.Host && row.owner.Boot == by.Boot
}

func heldBy(rollout string, owner *provision.Owner) *provision.HeldError {
	e := &provision.HeldError{Rollout: rollout}
	if owner != nil {
		e.Owner = *owner
	}
	return e
}

// Epoch implements provision.Lease.
func (h *held) Epoch() int64 { return h.epoch }

// Valid implements provision.Lease.
func (h *held) Valid() time.Duration { return h.term.Valid() }

// write is that of the ledger, for the newest lease only.
func (h *held) write(ctx context.Context, f func(ctx context.Context, tx *sql.Tx) error) error {
	err := h.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		row, err := h.ledger.readLease(ctx, tx, h.rollout)
		switch {
		case err != nil:
			return err
		case row.epoch != h.epoch:
			return fmt.Errorf("%w: epoch %d was followed by %d, and nothing was written", provision.ErrFenced, h.epoch, row.epoch)
		case row.owner == nil:
			return fmt.Errorf("%w: it was released, and nothing was written", provision.ErrFenced)
		}
		return f(ctx, tx)
	})
	if errors.Is(err, provision.ErrFenced) {
		h.term.End()
	}
	return err
}

// begun refuses what needs a header before there is one.
func (h *held) begun(ctx context.Context, tx *sql.Tx) (header provision.Header, progress provision.Progress, err error) {
	var text, state string
	var version int64
	err = tx.QueryRowContext(ctx, "SELECT header, progress, version FROM rollout WHERE id=?", h.rollout).Scan(&text, &state, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return header, progress, fmt.Errorf("%w: %q has not begun: Lease.Begin comes first", provision.ErrNoRollout, h.rollout)
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(text), &header), json.Unmarshal([]byte(state), &progress))
	}
	if err != nil {
		return header, progress, h.ledger.fail(err)
	}
	progress.Version = version
	return header, progress, nil
}

// Renew implements provision.Lease.
func (h *held) Renew(ctx context.Context) error {
	from := lease.MarkNow(h.ledger.wall)
	err := h.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return h.ledger.exec(ctx, tx, "UPDATE lease SET renewal=renewal+1 WHERE rollout=?", h.rollout)
	})
	if err == nil {
		h.term.Start(from)
	}
	return err
}

// Begin implements provision.Lease.
func (h *held) Begin(ctx context.Context, header *provision.Header) error {
	return h.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		have, _, err := h.begun(ctx, tx)
		if err == nil {
			return have.Compare(h.rollout, header)
		}
		if !errors.Is(err, provision.ErrNoRollout) {
			return err
		}
		text, err := json.Marshal(header)
		if err != nil {
			return h.ledger.fail(err)
		}
		return h.ledger.exec(ctx, tx, "INSERT INTO rollout(id, header, created_at) VALUES(?,?,?)", h.rollout, string(text), writeTime(h.ledger.now()))
	})
}

// Commands implements provision.Lease.
func (h *held) Commands(ctx context.Context) (commands []provision.Command, err error) {
	err = h.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		rows, err := tx.QueryContext(ctx, "SELECT body FROM command WHERE rollout=? AND NOT done ORDER BY seq", h.rollout)
		if err != nil {
			return h.ledger.fail(err)
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var body string
			var c provision.Command
			if err := errors.Join(rows.Scan(&body), json.Unmarshal([]byte(body), &c)); err != nil {
				return h.ledger.fail(err)
			}
			commands = append(commands, c)
		}
		return rows.Err()
	})
	return commands, err
}

// Release implements provision.Lease.
func (h *held) Release(ctx context.Context) error {
	err := h.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return h.ledger.exec(ctx, tx, "UPDATE lease SET owner=NULL WHERE rollout=?", h.rollout)
	})
	if errors.Is(err, provision.ErrFenced) {
		err = nil // nothing is left to give back
	}
	h.term.End()
	h.ledger.mu.Lock()
	again := h.released
	h.released = true
	h.ledger.mu.Unlock()
	if again {
		return err
	}
	return errors.Join(err, h.ledger.letGo(h))
}
