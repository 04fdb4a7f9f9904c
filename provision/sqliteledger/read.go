package sqliteledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato/provision"
)

func noRollout(rollout string) error { return fmt.Errorf("%w: %q", provision.ErrNoRollout, rollout) }

// query calls a function for each row of a query.
func (l *Ledger) query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) (err error) {
	db, err := l.forReading(ctx)
	if err != nil || db == nil {
		return err
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return l.readError(ctx, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return l.readError(ctx, err)
		}
	}
	if err := rows.Err(); err != nil {
		return l.readError(ctx, err)
	}
	return nil
}

func (l *Ledger) readError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("provision: read the ledger: %w", context.Cause(ctx))
	}
	return l.fail(err)
}

// Rollouts implements provision.Ledger.
func (l *Ledger) Rollouts(ctx context.Context) (ids []string, err error) {
	err = l.query(ctx, "SELECT id FROM rollout ORDER BY id", nil, func(scan func(...any) error) error {
		ids = append(ids, "")
		return scan(&ids[len(ids)-1])
	})
	return ids, err
}

// Status implements provision.Ledger.
func (l *Ledger) Status(ctx context.Context, rollout string) (*provision.Status, error) {
	var status *provision.Status
	// One statement is one moment: the parts fit together.
	err := l.query(ctx, `SELECT header, progress, version,
		(SELECT epoch FROM lease WHERE rollout=r.id), (SELECT owner FROM lease WHERE rollout=r.id),
		(SELECT coalesce(max(seq), 0) FROM event WHERE rollout=r.id), (SELECT count(*) FROM command WHERE rollout=r.id AND NOT done),
		(SELECT json_group_array(json(body) ORDER BY wave) FROM wave WHERE rollout=r.id)
		FROM rollout r WHERE id=?`, []any{rollout}, func(scan func(...any) error) error {
		status = &provision.Status{Rollout: rollout}
		var header, progress, waves string
		var owner *string
		var version int64
		if err := scan(&header, &progress, &version, &status.Epoch, &owner, &status.LastEvent, &status.Pending, &waves); err != nil {
			return err
		}
		err := errors.Join(json.Unmarshal([]byte(header), &status.Header), json.Unmarshal([]byte(progress), &status.Progress), json.Unmarshal([]byte(waves), &status.Waves))
		if owner != nil {
			status.Owner = &provision.Owner{}
			err = errors.Join(err, json.Unmarshal([]byte(*owner), status.Owner))
		}
		if len(status.Waves) == 0 {
			status.Waves = nil
		}
		status.Progress.Version = version
		return err
	})
	if err == nil && status == nil {
		err = noRollout(rollout)
	}
	return status, err
}

// Counts implements provision.Ledger.
func (l *Ledger) Counts(ctx context.Context, rollout string) (counts provision.Counts, err error) {
	if _, err := l.Status(ctx, rollout); err != nil {
		return nil, err
	}
	err = l.query(ctx, "SELECT wave, state, count(*) FROM customer WHERE rollout=? GROUP BY wave, state", []any{rollout}, func(scan func(...any) error) error {
		var c provision.Count
		err := scan(&c.Wave, &c.State, &c.N)
		counts = append(counts, c)
		return errors.Join(err, checkState(c.State))
	})
	counts.Sort()
	return counts, err
}

// Sends implements provision.Ledger.
func (l *Ledger) Sends(ctx context.Context, since time.Time) (sends []provision.Send, err error) {
	from := int64(0) // the zero time is before all that fits into nanoseconds
	if since.Year() > 1970 {
		from = since.UnixNano()
	}
	err = l.query(ctx, "SELECT operation, at_ns FROM send WHERE at_ns>=? ORDER BY id", []any{from}, func(scan func(...any) error) error {
		var send provision.Send
		var at int64
		err := scan(&send.Operation, &at)
		send.At = time.Unix(0, at).UTC()
		sends = append(sends, send)
		return err
	})
	return sends, err
}

// perRead is how many rows are in memory while a caller loops.
const perRead = 64

const recordColumns = `customer, ordinal, label, wave, state, folder_id, import_id, attempt, sent_at, absent_ns, looks,
	baseline, connections, stage, reason, retries, not_until, version, epoch, updated_at`

// Records implements provision.Ledger.
func (l *Ledger) Records(ctx context.Context, rollout string, q provision.Query) iter.Seq2[provision.Record, error] {
	where, args := filter(q)
	return func(yield func(provision.Record, error) bool) {
		if _, err := l.Status(ctx, rollout); err != nil {
			yield(provision.Record{}, err)
			return
		}
		for after, left := q.After, q.Limit; ; {
			limit := perRead
			if left > 0 {
				limit = min(limit, left)
			}
			var batch []provision.Record
			err := l.query(ctx, "SELECT "+recordColumns+" FROM customer WHERE rollout=? AND ordinal>?"+where+" ORDER BY ordinal LIMIT ?",
				append(append([]any{rollout, after}, args...), limit), func(scan func(...any) error) error {
					r, err := scanRecord(scan)
					batch = append(batch, r)
					return err
				})
			if err != nil {
				yield(provision.Record{}, err)
				return
			}
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
			}
			if left > 0 {
				if left -= len(batch); left == 0 {
					return
				}
			}
			if len(batch) < limit {
				return
			}
			after = batch[len(batch)-1].Ordinal
		}
	}
}

func filter(q provision.Query) (where string, args []any) {
	var b strings.Builder
	if q.Wave != 0 {
		b.WriteString(" AND wave=?")
		args = append(args, q.Wave)
	}
	list := func(column string, n int, value func(i int) string) {
		if n == 0 {
			return
		}
		b.WriteString(" AND " + column + " IN (?" + strings.Repeat(",?", n-1) + ")")
		for i := range n {
			args = append(args, value(i))
		}
	}
	list("state", len(q.States), func(i int) string { return string(q.States[i]) })
	list("customer", len(q.Customers), func(i int) string { return q.Customers[i].String() })
	return b.String(), args
}

// Events implements provision.Ledger.
func (l *Ledger) Events(ctx context.Context, rollout string, after int64) iter.Seq2[provision.Event, error] {
	return func(yield func(provision.Event, error) bool) {
		if _, err := l.Status(ctx, rollout); err != nil {
			yield(provision.Event{}, err)
			return
		}
		for {
			var batch []provision.Event
			err := l.query(ctx, "SELECT body FROM event WHERE rollout=? AND seq>? ORDER BY seq LIMIT ?", []any{rollout, after, perRead}, func(scan func(...any) error) error {
				var body string
				var e provision.Event
				err := scan(&body)
				if err == nil {
					err = json.Unmarshal([]byte(body), &e)
				}
				batch = append(batch, e)
				return err
			})
			if err != nil {
				yield(provision.Event{}, err)
				return
			}
			for _, e := range batch {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if len(batch) < perRead {
				return
			}
		}
	}
}

// checkState refuses a state of which it is not known what may follow it.
func checkState(s provision.State) error {
	if slices.Contains(provision.States(), s) {
		return nil
	}
	return fmt.Errorf("a customer has the state %q, which this version does not know", s)
}

func scanRecord(scan func(...any) error) (r provision.Record, err error) {
	var customer, sent, connections, notUntil, updated string
	var baseline []byte
	if err := scan(&customer, &r.Ordinal, &r.Label, &r.Wave, &r.State, &r.FolderID, &r.ImportID, &r.Attempt, &sent, &r.Absent, &r.Looks,
		&baseline, &connections, &r.Stage, &r.Reason, &r.Retries, &notUntil, &r.Version, &r.Epoch, &updated); err != nil {
		return r, err
	}
	if len(baseline) > 0 {
		r.Baseline = baseline
	}
	err = errors.Join(checkState(r.State), r.Customer.UnmarshalText([]byte(customer)), json.Unmarshal([]byte(connections), &r.Connections))
	return r, errors.Join(err, readTime(sent, &r.SentAt), readTime(notUntil, &r.NotUntil), readTime(updated, &r.UpdatedAt))
}

// recordValues are those of recordColumns.
func recordValues(r *provision.Record) []any {
	connections, err := json.Marshal(r.Connections)
	if err != nil {
		panic(err) // numbers always can
	}
	return []any{
		r.Customer.String(), r.Ordinal, r.Label, r.Wave, string(r.State), r.FolderID, r.ImportID, r.Attempt, writeTime(r.SentAt), int64(r.Absent), r.Looks,
		[]byte(r.Baseline), string(connections), r.Stage, r.Reason, r.Retries, writeTime(r.NotUntil), r.Version, r.Epoch, writeTime(r.UpdatedAt),
	}
}

func writeTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func readTime(text string, t *time.Time) (err error) {
	if text != "" {
		*t, err = time.Parse(time.RFC3339Nano, text)
	}
	return err
}

// lookup reads one row; none is sql.ErrNoRows.
func lookup(ctx context.Context, tx *sql.Tx, query string, args []any, out ...any) error {
	return tx.QueryRowContext(ctx, query, args...).Scan(out...)
}
