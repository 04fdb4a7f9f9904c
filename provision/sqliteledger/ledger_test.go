package sqliteledger_test

import (
	"path/filepath"
	"testing"

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
