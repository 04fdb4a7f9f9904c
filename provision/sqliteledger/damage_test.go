package sqliteledger_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
)

const rollout = "billing-2.4.0"

var owner = provision.Owner{Host: "host-1", PID: 1}

// begun begins a rollout of some customers.
func begun(t *testing.T, path string, customers int) (*sqliteledger.Ledger, provision.Lease) {
	t.Helper()
	ledger := sqliteledger.Open(path)
	t.Cleanup(func() { _ = ledger.Close() })
	lease, err := ledger.Acquire(t.Context(), rollout, owner, time.Hour)
	if err == nil {
		err = lease.Begin(t.Context(), &provision.Header{Release: "billing 2.4.0", SHA256: "abc"})
	}
	var targets []provision.Target
	for i := range customers {
		targets = append(targets, provision.Target{Customer: workato.AccountID(int64(1001 + i)), Label: fmt.Sprint("Customer ", i+1)})
	}
	if err == nil {
		_, err = lease.Enroll(t.Context(), targets)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ledger, lease
}

// everything is what a ledger says, as a text.
func everything(t *testing.T, path string) (text string, err error) {
	var rows []string
	ledger := sqliteledger.Open(path)
	defer func() { err = errors.Join(err, ledger.Close()) }()
	status, err := ledger.Status(t.Context(), rollout)
	if err != nil {
		return "", err
	}
	rows = append(rows, fmt.Sprintf("%+v", *status))
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			return "", err
		}
		rows = append(rows, fmt.Sprintf("%+v", r))
	}
	for e, err := range ledger.Events(t.Context(), rollout, 0) {
		if err != nil {
			return "", err
		}
		rows = append(rows, fmt.Sprintf("%+v", e))
	}
	return strings.Join(rows, "\n"), nil
}

// used makes a ledger of which most pages are in use, and closes it.
func used(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "rollout.db")
	ledger, lease := begun(t, path, 60)
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		r.State, r.Attempt, r.ImportID, r.SentAt = provision.StateImporting, 1, 5000+r.Ordinal, time.Now()
		u := &provision.Update{Records: []*provision.Record{&r}, Events: []*provision.Event{{Kind: provision.EventCustomer, Customer: r.Customer.String()}}}
		if err := lease.Put(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(lease.Release(t.Context()), ledger.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, content
}

// wantRefused checks that readers and runners get one error that names the file, and
// that the file stays as it is.
func wantRefused(t *testing.T, path, what, reason string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		before = nil // there is none
	}
	ledger := sqliteledger.Open(path)
	_, read := ledger.Status(t.Context(), rollout)
	_, held := ledger.Acquire(t.Context(), rollout, owner, time.Hour)
	for _, err := range []error{read, held, ledger.Close()} {
		if err == nil {
			continue // of Close
		}
		text := err.Error()
		if !errors.Is(err, provision.ErrLedger) || !strings.Contains(text, path) || !strings.Contains(text, reason) || strings.Contains(text, "\n") {
			t.Errorf("%s: %v, want one line with %q and the name of the file", what, err, reason)
		}
	}
	if read == nil || held == nil {
		t.Errorf("%s: a reader gets %v, a runner %v", what, read, held)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		after = nil
	}
	if !bytes.Equal(before, after) {
		t.Errorf("%s: the file was changed", what)
	}
}

// A file that was cut is refused, wherever that was: an empty one, too, because what
// was sent is in none of them.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	path, content := used(t)
	lengths := []int{1, 99, 100, 4095, 4096, len(content) - 4096, len(content) - 10, len(content) - 1}
	for n := 517; n < len(content); n += 2503 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		if err := os.WriteFile(path, content[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, path, fmt.Sprint("cut at ", n), "it is damaged: ")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, path, "empty", "it is empty")
}

// A page that was overwritten is refused, unless nothing is on it.
func TestOverwrittenPages(t *testing.T) {
	t.Parallel()
	path, content := used(t)
	want, err := everything(t, path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 0; at < len(content); at += 4096 {
		for _, with := range []byte{0, 0xa5} {
			damaged := bytes.Clone(content)
			copy(damaged[at:], bytes.Repeat([]byte{with}, 4096))
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := everything(t, path); err == nil && got == want {
				continue
			}
			wantRefused(t, path, fmt.Sprintf("page %d is full of %x", at/4096+1, with), "it is damaged")
			refused++
		}
	}
	if refused < 20 {
		t.Errorf("%d damaged files were refused", refused)
	}
}

// The log of a runner that has died holds what it has acknowledged. Without the file
// to which it belongs, or beside an empty one, it would be thrown away, or taken for
// that of a new ledger.
func TestLogWithoutItsFile(t *testing.T) {
	t.Parallel()
	source := filepath.Join(t.TempDir(), "rollout.db")
	ledger, _ := begun(t, source, 3) // and not closed before it is copied
	path := filepath.Join(t.TempDir(), "copy.db")
	log, err := os.ReadFile(source + "-wal")
	if err == nil {
		err = errors.Join(ledger.Close(), os.WriteFile(path+"-wal", log, 0o600))
	}
	if err != nil || len(log) == 0 {
		t.Fatal(err, len(log))
	}
	wantRefused(t, path, "gone", "it is gone")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, path, "empty", "it is empty")
	if kept, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Equal(kept, log) {
		t.Errorf("the log has %d bytes, %d before (%v)", len(kept), len(log), err)
	}
}

func TestForeignFiles(t *testing.T) {
	t.Parallel()
	for statement, reason := range map[string]string{
		"PRAGMA user_version=2":   "newer version of this package (schema 2, this one knows 1)",
		"PRAGMA application_id=7": "it is no ledger of this package",
	} {
		path, _ := used(t)
		change(t, path, statement)
		wantRefused(t, path, statement, reason)
	}
}

// A state of a newer version is an error of whoever reads it: a runner counts the
// customers before it sends anything.
func TestUnknownState(t *testing.T) {
	t.Parallel()
	path, _ := used(t)
	change(t, path, "UPDATE customer SET state='resting' WHERE ordinal=7")
	ledger := sqliteledger.Open(path)
	_, counted := ledger.Counts(t.Context(), rollout)
	_, read := everything(t, path)
	for _, err := range []error{counted, read} {
		if !errors.Is(err, provision.ErrLedger) || !strings.Contains(err.Error(), `"resting"`) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v", err)
		}
	}
	if err := ledger.Close(); err != nil {
		t.Error(err)
	}
}

// change runs a statement on the file.
func change(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
