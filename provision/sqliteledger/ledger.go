// Package sqliteledger keeps a provision.Ledger in an SQLite file. A [Ledger] takes
// the place of provision.File:
//
//	ledger := sqliteledger.Open("rollout.db")
//	defer ledger.Close()
//	rollout, err := provision.NewRollout(client, ledger, "invoices-2.4.0", provision.Release{
//		Name: "invoices", Version: "2.4.0", Package: workato.PackageFile("invoice-sync.zip"),
//		Folder: []string{"Invoices"}, Restart: provision.RestartRunning,
//	}, provision.Strategy{})
//
// Other programs can query the file while a rollout runs:
//
//	sqlite3 -readonly rollout.db "SELECT wave, state, count(*) FROM customer GROUP BY 1, 2"
//
// # What it promises
//
// What provision.Ledger and provision.Lease promise: every write is all or nothing
// and on the disk when it returns; one process at a time writes; any number of them
// read, also from a read-only mount. A file that cannot be used is a
// provision.ErrLedger, and nothing is sent then. [Open] has the rules for the files
// beside it and for file systems.
//
// A Ledger is safe for concurrent use. Rows are read as they are asked for, and never
// all at once. It holds names and ids of customers, states, times and texts of errors;
// never a credential, the value of a property or the bytes of a package.
//
// It is a module of its own, because the driver (modernc.org/sqlite, pure Go) adds
// about 4 MB to a program. docs/rollout.md says which ledger to take.
package sqliteledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/internal/lease"
)

// Option changes Open.
type Option func(*Ledger)

// Clock is the wall clock of the ledger, time.Now by default. It gives the times
// that people see, and lets Lease.Valid end early when it runs ahead.
func Clock(now func() time.Time) Option { return func(l *Ledger) { l.wall = now } }

// LeaseOnly leaves out the lock that ends with its process, as if the runners were
// on machines that do not see each other's locks: a runner that has died is
// followed when its lease has ended, and not at once.
func LeaseOnly() Option { return func(l *Ledger) { l.leaseOnly = true } }

// Ledger is a provision.Ledger in an SQLite file.
type Ledger struct {
	path      string
	wall      func() time.Time
	leaseOnly bool

	mu      sync.Mutex
	reader  *sql.DB // nil as long as there is no file
	still   *stamp  // what the file was when reader took it for one that does not change
	writer  *sql.DB // nil before the first write
	closed  bool
	lock    *os.File         // path.lock, while leases are out
	leases  int              // how many are, or are about to be
	mine    map[string]int64 // the epoch of the last one of each rollout
	holding map[*held]bool
}

// Open returns the ledger in a file. Nothing is opened before the first call, and
// reads create no ledger: it comes into being with the first Acquire.
//
// Every write is flushed to the disk before it returns (WAL, synchronous=FULL). A
// file that is damaged, empty, no ledger or of a newer version of this package is an
// error (provision.ErrLedger) of the first call.
//
// The last writes are in a log beside it, whose name ends in -wal, as long as a program
// has the file open or after one has died: the two belong together when they are copied.
// A third file, path.lock, is locked as long as a runner lives, and names it. One process
// at a time can hold leases of one file, whatever symbolic links lead to it: rollouts
// that have to go at once get a file each. The file must not be on a network file system.
//
// A ledger can be read by a user who may not write to it or to its directory.
func Open(path string, opts ...Option) *Ledger {
	l := &Ledger{path: lease.Path(path), wall: time.Now, mine: map[string]int64{}, holding: map[*held]bool{}}
	for _, opt := range opts {
		opt(l)
	}
	return l
}

func (l *Ledger) fail(err error) error {
	return fmt.Errorf("%w: %s: %w", provision.ErrLedger, l.path, err)
}

func (l *Ledger) now() time.Time { return l.wall().Round(0).UTC() }

// source is the name of a file for the driver.
func source(path string, parameters url.Values) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" {
		path = "/" + path
	}
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + "?" + parameters.Encode()
}

// forReading returns the database for reads, nil if there is none yet.
func (l *Ledger) forReading(ctx context.Context) (*sql.DB, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("provision: read the ledger: %w", context.Cause(ctx))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, l.fail(fs.ErrClosed)
	case l.reader != nil && l.unchanged():
		return l.reader, nil
	case l.reader != nil:
		if err := l.reader.Close(); err != nil {
			return nil, l.fail(err)
		}
		l.reader, l.still = nil, nil
	}
	info, err := os.Stat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if hasLog(l.path) { // it would be taken for that of a new file
			return nil, l.fail(errors.New("it is gone, but its log is there, which ends in -wal; restore it, or remove that as well to begin anew"))
		}
		return nil, nil //nolint:nilnil // no ledger is not an error
	case err != nil:
		return nil, l.fail(err)
	}
	if err := errors.Join(lease.Regular(l.path, info), glance(l.path, info)); err != nil {
		return nil, l.fail(err)
	}
	ctx = context.WithoutCancel(ctx)
	parameters := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}}
	db, err := openReader(ctx, l.path, parameters)
	if cannotOpen(err) && !hasLog(l.path) { // in a directory in which no log can be made
		parameters.Set("immutable", "1")
		if db, err = openReader(ctx, l.path, parameters); err == nil {
			l.still = &stamp{info.Size(), info.ModTime()}
		}
	}
	if err != nil {
		return nil, l.fail(err)
	}
	l.reader = db
	return db, nil
}

// stamp is what tells that a file has changed.
type stamp struct {
	size int64
	at   time.Time
}

// unchanged reports whether the reader sees what is there: always, unless it took the
// file for one that does not change.
func (l *Ledger) unchanged() bool {
	if l.still == nil {
		return true
	}
	info, err := os.Stat(l.path)
	return err == nil && info.Size() == l.still.size && info.ModTime().Equal(l.still.at) && !hasLog(l.path)
}

func openReader(ctx context.Context, path string, parameters url.Values) (*sql.DB, error) {
	db, err := sql.Open("sqlite", source(path, parameters))
	if err != nil {
		return nil, err
	}
	if err := check(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// forWriting returns the database for writes, and makes the file if wanted.
func (l *Ledger) forWriting(ctx context.Context) (*sql.DB, error) {
	// A file that is there is checked before anything can write to it.
	found, err := l.forReading(ctx)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, l.fail(fs.ErrClosed)
	case l.writer != nil:
		return l.writer, nil
	}
	if found == nil {
		if err := create(context.WithoutCancel(ctx), l.path); err != nil {
			return nil, l.fail(err)
		}
	}
	db, err := openWriter(l.path)
	if err != nil {
		return nil, l.fail(err)
	}
	l.writer = db
	return db, nil
}

func openWriter(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", source(path, url.Values{
		"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)"},
	}))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// write runs one transaction. A context that has ended keeps it from beginning,
// and does not cut it short.
func (l *Ledger) write(ctx context.Context, f func(ctx context.Context, tx *sql.Tx) error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("provision: nothing was written to the ledger: %w", context.Cause(ctx))
	}
	ctx = context.WithoutCancel(ctx)
	db, err := l.forWriting(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return l.fail(err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := f(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return l.fail(err)
	}
	return nil
}

// Command implements provision.Ledger.
func (l *Ledger) Command(ctx context.Context, rollout string, c *provision.Command) error {
	if err := c.Check(); err != nil {
		return err
	}
	if _, err := l.Status(ctx, rollout); err != nil { // a misspelt path leaves no file behind
		return err
	}
	next := *c
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if next.At.IsZero() {
			next.At = l.now()
		}
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0)+1 FROM command WHERE rollout=?", rollout).Scan(&next.Seq); err != nil {
			return l.fail(err)
		}
		body, err := json.Marshal(&next)
		if err != nil {
			return l.fail(err)
		}
		return l.exec(ctx, tx, "INSERT INTO command(rollout, seq, kind, body) VALUES(?,?,?,?)", rollout, next.Seq, string(next.Kind), string(body))
	})
	if err == nil {
		*c = next
	}
	return err
}

func (l *Ledger) exec(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return l.fail(err)
	}
	return nil
}

// Close implements provision.Ledger.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	for h := range l.holding {
		h.term.End()
	}
	var errs []error
	for _, db := range []*sql.DB{l.reader, l.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if l.lock != nil {
		errs = append(errs, l.lock.Close())
	}
	return errors.Join(errs...)
}

// keep keeps runners of other processes out as long as leases are out.
func (l *Ledger) keep(rollout string, owner provision.Owner) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.fail(fs.ErrClosed)
	}
	if l.leases == 0 && !l.leaseOnly {
		name, err := json.Marshal(owner)
		if err != nil {
			return l.fail(err)
		}
		lock, holder, err := lease.Hold(l.path+".lock", name)
		if errors.Is(err, lease.ErrLocked) {
			e := &provision.HeldError{Rollout: rollout}
			if json.Unmarshal(holder, &e.Owner) != nil {
				e.Owner = provision.Owner{}
			}
			return e
		}
		if err != nil {
			return l.fail(err)
		}
		l.lock = lock
	}
	l.leases++
	return nil
}

// letGo ends one keep.
func (l *Ledger) letGo(h *held) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.holding, h)
	if l.leases--; l.leases > 0 || l.lock == nil || l.closed {
		return nil
	}
	lock := l.lock
	l.lock = nil
	return lock.Close()
}
