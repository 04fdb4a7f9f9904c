package sqliteledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// Enroll implements provision.Lease.
func (h *held) Enroll(ctx context.Context, targets []provision.Target) (added int, err error) {
	if err := provision.CheckTargets(targets); err != nil {
		return 0, err
	}
	err = h.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, progress, err := h.begun(ctx, tx)
		if err != nil {
			return err
		}
		var last int64
		if err := lookup(ctx, tx, "SELECT coalesce(max(ordinal), 0) FROM customer WHERE rollout=?", []any{h.rollout}, &last); err != nil {
			return h.ledger.fail(err)
		}
		insert, err := tx.PrepareContext(ctx, "INSERT INTO customer(rollout, "+recordColumns+
			") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(rollout, customer) DO NOTHING")
		if err != nil {
			return h.ledger.fail(err)
		}
		defer func() { _ = insert.Close() }() // it ends with the transaction
		now := h.ledger.now()
		for _, t := range targets {
			r := &provision.Record{
				Target: t, Ordinal: last + int64(added) + 1, State: provision.StatePending, Version: 1, Epoch: h.epoch, UpdatedAt: now,
			}
			result, err := insert.ExecContext(ctx, append([]any{h.rollout}, recordValues(r)...)...)
			if err != nil {
				return h.ledger.fail(err)
			}
			n, err := result.RowsAffected()
			if err != nil {
				return h.ledger.fail(err)
			}
			added += int(n)
			if n > 0 && progress.Frozen {
				return fmt.Errorf("%w: customer %v is not in rollout %q, and nobody was added", provision.ErrFrozen, t.Customer, h.rollout)
			}
		}
		return nil
	})
	if err != nil {
		added = 0
	}
	return added, err
}

// Put implements provision.Lease.
func (h *held) Put(ctx context.Context, u *provision.Update) error {
	if err := u.Check(); err != nil {
		return err
	}
	var next written
	err := h.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		next = written{now: h.ledger.now()}
		_, progress, err := h.begun(ctx, tx)
		if err != nil {
			return err
		}
		for _, write := range []func() error{
			func() error { return h.putRecords(ctx, tx, u, &next) },
			func() error { return h.putWaves(ctx, tx, u) },
			func() error { return h.putProgress(ctx, tx, u, progress) },
			func() error { return h.putEvents(ctx, tx, u, &next) },
			func() error { return h.putSends(ctx, tx, u) },
			func() error { return h.putDone(ctx, tx, u) },
		} {
			if err := write(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range u.Records {
		r.Version, r.Epoch, r.UpdatedAt = r.Version+1, h.epoch, next.now
	}
	for _, w := range u.Waves {
		w.Version++
	}
	if u.Progress != nil {
		u.Progress.Version++
	}
	for i, e := range u.Events {
		*e = next.events[i]
	}
	return nil
}

// written is what the caller is told when the transaction is durable.
type written struct {
	now    time.Time
	events []provision.Event
}

func badField(field, format string, args ...any) error {
	return &workato.ArgumentError{Field: "provision: " + field, Problem: fmt.Sprintf(format, args...)}
}

func (h *held) putRecords(ctx context.Context, tx *sql.Tx, u *provision.Update, next *written) error {
	if len(u.Records) == 0 {
		return nil
	}
	update, err := tx.PrepareContext(ctx, "UPDATE customer SET ("+recordColumns+
		") = (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE rollout=? AND customer=? AND ordinal=? AND version=?")
	if err != nil {
		return h.ledger.fail(err)
	}
	defer func() { _ = update.Close() }() // it ends with the transaction
	for _, r := range u.Records {
		row := *r
		row.Version, row.Epoch, row.UpdatedAt = r.Version+1, h.epoch, next.now
		result, err := update.ExecContext(ctx, append(recordValues(&row), h.rollout, r.Customer.String(), r.Ordinal, r.Version)...)
		if err != nil {
			return h.ledger.fail(err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 1 {
			if err != nil {
				return h.ledger.fail(err)
			}
			continue
		}
		var have int64
		err = lookup(ctx, tx, "SELECT version FROM customer WHERE rollout=? AND customer=? AND ordinal=?", []any{h.rollout, r.Customer.String(), r.Ordinal}, &have)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return badField("record", "customer %v is not enrolled in rollout %q with ordinal %d", r.Customer, h.rollout, r.Ordinal)
		case err != nil:
			return h.ledger.fail(err)
		}
		return &provision.ConflictError{Row: r.Customer.String(), Have: have, Want: r.Version}
	}
	return nil
}

func (h *held) putWaves(ctx context.Context, tx *sql.Tx, u *provision.Update) error {
	for _, w := range u.Waves {
		var have int64
		err := lookup(ctx, tx, "SELECT version FROM wave WHERE rollout=? AND wave=?", []any{h.rollout, w.Wave}, &have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return h.ledger.fail(err)
		}
		if have != w.Version {
			return &provision.ConflictError{Row: fmt.Sprintf("wave %d", w.Wave), Have: have, Want: w.Version}
		}
		row := *w
		row.Version++
		body, err := json.Marshal(&row)
		if err != nil {
			return h.ledger.fail(err)
		}
		if err := h.ledger.exec(ctx, tx, "INSERT OR REPLACE INTO wave(rollout, wave, body, version) VALUES(?,?,?,?)", h.rollout, w.Wave, string(body), row.Version); err != nil {
			return err
		}
	}
	return nil
}

func (h *held) putProgress(ctx context.Context, tx *sql.Tx, u *provision.Update, have provision.Progress) error {
	if u.Progress == nil {
		return nil
	}
	if have.Version != u.Progress.Version {
		return &provision.ConflictError{Row: "progress", Have: have.Version, Want: u.Progress.Version}
	}
	body, err := json.Marshal(u.Progress)
	if err != nil {
		return h.ledger.fail(err)
	}
	return h.ledger.exec(ctx, tx, "UPDATE rollout SET progress=?, version=version+1 WHERE id=?", string(body), h.rollout)
}

func (h *held) putEvents(ctx context.Context, tx *sql.Tx, u *provision.Update, next *written) error {
	if len(u.Events) == 0 {
		return nil
	}
	var seq int64
	if err := lookup(ctx, tx, "SELECT coalesce(max(seq), 0) FROM event WHERE rollout=?", []any{h.rollout}, &seq); err != nil {
		return h.ledger.fail(err)
	}
	for _, e := range u.Events {
		event := *e
		seq++
		event.Seq, event.Rollout = seq, h.rollout
		if event.Time.IsZero() {
			event.Time = next.now
		}
		body, err := json.Marshal(&event)
		if err != nil {
			return h.ledger.fail(err)
		}
		if err := h.ledger.exec(ctx, tx, "INSERT INTO event(rollout, seq, at, body) VALUES(?,?,?,?)", h.rollout, seq, writeTime(event.Time), string(body)); err != nil {
			return err
		}
		next.events = append(next.events, event)
	}
	return nil
}

func (h *held) putSends(ctx context.Context, tx *sql.Tx, u *provision.Update) error {
	for _, s := range u.Sends {
		if err := h.ledger.exec(ctx, tx, "INSERT INTO send(rollout, operation, at_ns) VALUES(?,?,?)", h.rollout, s.Operation, s.At.UnixNano()); err != nil {
			return err
		}
	}
	return nil
}

func (h *held) putDone(ctx context.Context, tx *sql.Tx, u *provision.Update) error {
	if u.CommandsDone <= 0 {
		return nil
	}
	var last int64
	if err := lookup(ctx, tx, "SELECT coalesce(max(seq), 0) FROM command WHERE rollout=?", []any{h.rollout}, &last); err != nil {
		return h.ledger.fail(err)
	}
	if u.CommandsDone > last {
		return badField("commands_done", "there is no command %d, the last one is %d", u.CommandsDone, last)
	}
	return h.ledger.exec(ctx, tx, "UPDATE command SET done=1 WHERE rollout=? AND seq<=? AND NOT done", h.rollout, u.CommandsDone)
}
