// Package provisiontest tests implementations of provision.Ledger.
//
//	func TestLedger(t *testing.T) {
//		provisiontest.TestLedger(t, func(t *testing.T) provisiontest.Store {
//			path := filepath.Join(t.TempDir(), "rollout.db")
//			return provisiontest.Store{Path: path, Open: func(o provisiontest.Options) (provision.Ledger, error) {
//				return myledger.Open(path, o.Clock, o.LeaseOnly)
//			}}
//		})
//	}
//
//	func TestLedgerKilled(t *testing.T) {
//		provisiontest.TestKilledProcesses(t, 50, func(path string) (provision.Ledger, error) { return myledger.Open(path) })
//	}
package provisiontest
