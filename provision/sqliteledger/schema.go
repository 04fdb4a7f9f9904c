package sqliteledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"github.com/go-workato/workato/provision/internal/lease"
)

const (
	schemaVersion = 1
	applicationID = 0x776b746f // "wkto", so that the file tells what it is
)

// The tables can be read with the sqlite3 program while a rollout runs. Durations
// are nanoseconds, times are texts in UTC, header, progress and body are JSON.
const schema = `
CREATE TABLE rollout(
  id TEXT PRIMARY KEY, header TEXT NOT NULL, progress TEXT NOT NULL DEFAULT '{}', version INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL) STRICT;
CREATE TABLE lease(
  rollout TEXT PRIMARY KEY, epoch INTEGER NOT NULL, owner TEXT, ttl_ns INTEGER NOT NULL, renewal INTEGER NOT NULL, locked INTEGER NOT NULL) STRICT;
CREATE TABLE wave(
  rollout TEXT NOT NULL, wave INTEGER NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(rollout, wave)) STRICT, WITHOUT ROWID;
CREATE TABLE customer(
  rollout TEXT NOT NULL, customer TEXT NOT NULL, ordinal INTEGER NOT NULL, label TEXT NOT NULL, wave INTEGER NOT NULL, state TEXT NOT NULL,
  folder_id INTEGER NOT NULL, import_id INTEGER NOT NULL, attempt INTEGER NOT NULL, sent_at TEXT NOT NULL, absent_ns INTEGER NOT NULL, looks INTEGER NOT NULL,
  baseline BLOB, connections TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL, retries INTEGER NOT NULL, not_until TEXT NOT NULL,
  version INTEGER NOT NULL, epoch INTEGER NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY(rollout, customer)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX customer_order ON customer(rollout, ordinal);
CREATE INDEX customer_wave ON customer(rollout, wave, state);
CREATE INDEX customer_open ON customer(rollout, wave, ordinal) WHERE state NOT IN ('succeeded','skipped','failed','unknown','needs_user');
CREATE TABLE event(
  rollout TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(rollout, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE command(
  rollout TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(rollout, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE send(
  id INTEGER PRIMARY KEY AUTOINCREMENT, rollout TEXT NOT NULL, operation TEXT NOT NULL, at_ns INTEGER NOT NULL) STRICT;
CREATE INDEX send_at ON send(at_ns);
`

// create makes the file, unless another process is faster. It has all its tables from
// the first moment: an empty file is one that has lost what it had.
func create(ctx context.Context, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	next := f.Name()
	defer func() {
		for _, name := range []string{"", "-wal", "-shm", "-journal"} {
			_ = os.Remove(next + name) // it has another name by then, or is of no use
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	db, err := openWriter(next)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf("BEGIN; %s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", schema, applicationID, schemaVersion))
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	err = os.Link(next, path)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
		err = os.Rename(next, path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return lease.SyncDir(filepath.Dir(path))
}

// check refuses a file that is no ledger, is of a newer version or is damaged.
func check(ctx context.Context, db *sql.DB) error {
	var application, version int64
	if err := db.QueryRowContext(ctx, "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version").Scan(&application, &version); err != nil {
		return unreadable(err)
	}
	switch {
	case application != applicationID:
		return errors.New("it is no ledger of this package")
	case version > schemaVersion:
		return fmt.Errorf("it was written by a newer version of this package (schema %d, this one knows %d)", version, schemaVersion)
	}
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&result); err != nil {
		return unreadable(err)
	}
	if result != "ok" {
		return damaged(strings.TrimSpace(result[strings.LastIndexByte(result, '\n')+1:]))
	}
	return nil
}

// glance refuses, before SQLite opens it, a file of which SQLite would make something
// else: it takes an empty one for a new one, and reads zeros where the last page ends
// too early. Only a log beside the file may hold the rest of that page.
func glance(path string, info fs.FileInfo) error {
	const smallestPage = 512 // all others are a multiple of it
	size := info.Size()
	switch {
	case !info.Mode().IsRegular():
		return nil // is refused anyway
	case size == 0:
		return errors.New("it is empty; restore it from a copy, or remove it to begin anew")
	case size%smallestPage != 0 && !hasLog(path):
		return damaged("its end is missing")
	}
	return nil
}

// hasLog reports whether there are writes in the log beside a file.
func hasLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// unreadable tells damage from the other errors of SQLite.
func unreadable(err error) error {
	var failed *sqlite.Error
	if errors.As(err, &failed) {
		switch failed.Code() & 0xff { // the rest of the code are details
		case codeCorrupt, codeNotADatabase:
			return damaged(err.Error())
		}
	}
	return err
}

// cannotOpen reports whether SQLite could not make one of the files that it needs.
func cannotOpen(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && (failed.Code()&0xff == codeCannotOpen || failed.Code()&0xff == codeReadOnly)
}

// The codes of SQLite for a file that it cannot read.
const (
	codeReadOnly     = 8
	codeCorrupt      = 11
	codeCannotOpen   = 14
	codeNotADatabase = 26
)

func damaged(how string) error {
	return fmt.Errorf("it is damaged: %s; restore it from a copy: without it nobody knows what was sent", how)
}
