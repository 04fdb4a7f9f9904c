// Package provisiontest tests implementations of provision.Ledger, such as one in
// a table of your database:
//
//	func TestLedger(t *testing.T) {
//		provisiontest.TestLedger(t, func(t *testing.T) provisiontest.Store {
//			path := filepath.Join(t.TempDir(), "rollout.jsonl")
//			return provisiontest.Store{Path: path, Open: func(o provisiontest.Options) (provision.Ledger, error) {
//				return provision.File(path), nil // yours
//			}}
//		})
//	}
//
//	func TestLedgerKilled(t *testing.T) {
//		provisiontest.TestKilledProcesses(t, 50, func(path string) (provision.Ledger, error) {
//			return provision.File(path), nil
//		})
//	}
//
// A ledger that passes both may be used for rollouts and for provision.WithJournal:
// what they promise about imports rests on what is tested here, and on nothing else
// of a ledger. The first takes no real time, the second about a second for ten kills.
package provisiontest
