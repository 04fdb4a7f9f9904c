package provision_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/provisiontest"
)

func TestMemory(t *testing.T) {
	provisiontest.TestLedger(t, func(*testing.T) provisiontest.Store {
		open := map[bool]*provision.MemoryLedger{}
		jump := time.Now
		return provisiontest.Store{Open: func(o provisiontest.Options) (provision.Ledger, error) {
			if o.Clock != nil {
				jump = o.Clock
			}
			if open[o.LeaseOnly] == nil {
				opts := []provision.LedgerOption{provision.LedgerClock(func() time.Time { return jump() })}
				if o.LeaseOnly {
					opts = append(opts, provision.LeaseOnly())
				}
				open[o.LeaseOnly] = provision.Memory(opts...)
			}
			return open[o.LeaseOnly].Reopen(), nil
		}}
	})
}

func TestFile(t *testing.T) {
	provisiontest.TestLedger(t, func(t *testing.T) provisiontest.Store {
		path := filepath.Join(t.TempDir(), "rollout.jsonl")
		return provisiontest.Store{Path: path, Open: func(o provisiontest.Options) (provision.Ledger, error) {
			var opts []provision.LedgerOption
			if o.Clock != nil {
				opts = append(opts, provision.LedgerClock(o.Clock))
			}
			if o.LeaseOnly {
				opts = append(opts, provision.LeaseOnly())
			}
			return provision.File(path, opts...), nil
		}}
	})
}

func TestFileKilledProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("processes that are killed are for the full run")
	}
	provisiontest.TestKilledProcesses(t, 50, func(path string) (provision.Ledger, error) { return provision.File(path), nil })
}
