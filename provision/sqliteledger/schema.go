package sqliteledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const (
	schemaVersion = 1
	applicationID = 0x776b746f // "wkto", so that the file tells what it is
)

// The tables can be read with the sqlite3 program while a rollout runs. Durations
// are nanoseconds, times are texts in UTC, header, progress and body are JSON.
const schema = `
CREATE TABLE IF NOT EXISTS rollout(
  id TEXT PRIMARY KEY, header TEXT NOT NULL, progress TEXT NOT NULL DEFAULT '{}', version INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease(
  rollout TEXT PRIMARY KEY, epoch INTEGER NOT NULL, owner TEXT, ttl_ns INTEGER NOT NULL, renewal INTEGER NOT NULL, locked INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS wave(
  rollout TEXT NOT NULL, wave INTEGER NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(rollout, wave)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS customer(
  rollout TEXT NOT NULL, customer TEXT NOT NULL, ordinal INTEGER NOT NULL, label TEXT NOT NULL, wave INTEGER NOT NULL, state TEXT NOT NULL,
  folder_id INTEGER NOT NULL, import_id INTEGER NOT NULL, attempt INTEGER NOT NULL, sent_at TEXT NOT NULL, absent_ns INTEGER NOT NULL, looks INTEGER NOT NULL,
  baseline BLOB, connections TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL, retries INTEGER NOT NULL, not_until TEXT NOT NULL,
  version INTEGER NOT NULL, epoch INTEGER NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY(rollout, customer)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS customer_order ON customer(rollout, ordinal);
CREATE INDEX IF NOT EXISTS customer_wave ON customer(rollout, wave, state);
CREATE INDEX IF NOT EXISTS customer_open ON customer(rollout, wave, ordinal) WHERE state NOT IN ('succeeded','skipped','failed','unknown','needs_user');
CREATE TABLE IF NOT EXISTS event(
  rollout TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(rollout, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS command(
  rollout TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(rollout, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS send(
  id INTEGER PRIMARY KEY AUTOINCREMENT, rollout TEXT NOT NULL, operation TEXT NOT NULL, at_ns INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS send_at ON send(at_ns);
`

// create makes what is not there yet.
func create(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// errEmpty is for a database that another process is about to make a ledger of.
var errEmpty = errors.New("it is empty")

// check refuses a file that is no ledger, is of a newer version or is damaged.
func check(ctx context.Context, db *sql.DB) error {
	var application, version int64
	if err := db.QueryRowContext(ctx, "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version").Scan(&application, &version); err != nil {
		return err
	}
	var tables int64
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case application == 0 && tables == 0:
		return errEmpty
	case application != applicationID:
		return errors.New("it is no ledger of this package")
	case version > schemaVersion:
		return fmt.Errorf("it was written by a newer version of this package (schema %d, this one knows %d)", version, schemaVersion)
	}
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return err
	}
	if result != "ok" {
		return fmt.Errorf("it is damaged: %s; restore it from a copy: without it nobody knows what was sent", result)
	}
	return nil
}
