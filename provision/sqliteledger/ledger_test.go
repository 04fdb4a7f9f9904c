package sqliteledger_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/provisiontest"
	"github.com/go-workato/workato/provision/sqliteledger"
)

func TestLedger(t *testing.T) {
	provisiontest.TestLedger(t, func(t *testing.T) provisiontest.Store {
		path := filepath.Join(t.TempDir(), "a #1%20.db")
		return provisiontest.Store{Path: path, Open: func(o provisiontest.Options) (provision.Ledger, error) {
			var opts []sqliteledger.Option
			if o.Clock != nil {
				opts = append(opts, sqliteledger.Clock(o.Clock))
			}
			if o.LeaseOnly {
				opts = append(opts, sqliteledger.LeaseOnly())
			}
			return sqliteledger.Open(path, opts...), nil
		}}
	})
}

func TestKilledProcesses(t *testing.T) {
	provisiontest.TestKilledProcesses(t, 50, func(path string) (provision.Ledger, error) { return sqliteledger.Open(path), nil })
}

// A lock file that a person has removed lets a second runner in at once. The lease of
// the first one does not last from then on, as soon as it sees that.
func TestLockRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rollout.db")
	acquire := func() provision.Lease {
		ledger := sqliteledger.Open(path)
		t.Cleanup(func() { _ = ledger.Close() })
		lease, err := ledger.Acquire(t.Context(), "r", provision.Self(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return lease
	}
	first := acquire()
	if err := os.Remove(path + ".lock"); err != nil {
		t.Skip("this system keeps the file as long as it is open: ", err)
	}
	acquire()
	if first.Valid() == 0 {
		t.Error("the lease does not last")
	}
	if err := first.Renew(t.Context()); !errors.Is(err, provision.ErrFenced) || first.Valid() != 0 {
		t.Errorf("valid for another %v, %v", first.Valid(), err)
	}
}
