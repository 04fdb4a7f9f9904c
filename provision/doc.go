// Package provision brings the workspaces of customers into a wanted state, one
// or thousands of them, and can be run again after any crash.
//
// # One customer
//
// A Plan is the desired state of one customer, made in Go or read by ReadPlan. Diff
// says what differs, Apply makes it so. The ensure helpers (EnsureCustomer,
// EnsureFolder and so on) do one step of that each.
//
// # Ledger
//
// What has to survive the process is in a Ledger: which customers there are, how
// far each of them is, which import was sent for it and when, and what people
// have decided. There are three of them: File keeps a journal of JSON lines and
// needs nothing but a file system, module provision/sqliteledger keeps an SQLite
// file that can be queried, and Memory is for tests. Others (a table of your own
// database) implement Ledger and Lease, and test that with
// provisiontest.TestLedger.
//
// A ledger holds names and ids of customers, states, times, and texts of errors.
// It never holds a credential, the value of a property or the bytes of a package.
//
// One process at a time works on a rollout: it has the Lease, and only a Lease
// writes. All processes may read at any time, and leave a Command for the one
// that works.
//
// # Rollout
//
// A Rollout brings a Release to all customers in Waves, with as many at once as
// may fail, and stops by itself when more do. An import whose response was lost is
// looked for by a Detector until its absence is proved; only then is it sent again.
// EstimateWork says before how long the quotas make it take. PauseRollout,
// ResumeRollout and Resolve work from any process.
//
// # Health and usage
//
// SweepHealth reads the connections of all customers, ReadUsage their tasks by
// month, and Report writes both as a page for people. Each is complete, or an error.
package provision
