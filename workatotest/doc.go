// Package workatotest is a fake of Workato's Embedded API for tests: a server
// in memory that keeps state, responds like the real service, and fails on
// demand.
//
//	func TestProvision(t *testing.T) {
//		fake := workatotest.New(t)
//		fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
//		fake.Inject(workatotest.Fault{On: "connections.create", Do: workatotest.ResetAfter})
//
//		err := provision(t.Context(), fake.Client(t), "acme")
//		...
//		fake.AssertCalls(t, "connections.create", 1)
//	}
//
// # How a test reaches it
//
// [Server.Client] gives a ready client that talks to the fake inside the
// process: no port is opened, parallel tests do not see each other, and the
// whole test may run in a testing/synctest bubble. [Server.URL] opens a port
// on the loopback interface for programs in other processes and languages;
// cmd/workato-fake is the same server as a program.
//
// # What it keeps
//
// Customers with their environments, folders and projects, connections,
// recipes with versions and jobs, members, properties, lookup tables, tags,
// imports that open the zip, exports whose zip can be imported again, builds
// and deployments, and as it comes whatever else a package brings. [Server.Seed], [Server.SeedJSON] and [Server.AddCustomer]
// fill it; [Server.Snapshot] returns what it holds now.
//
// Nothing waits for a clock: an import is in progress for a number of reads,
// not for a length of time, see [WithImportReads].
//
// # What it refuses
//
// The token is [Token]; the three credential styles of the API are accepted.
// Credentials of a connection that hold the value [BadCredential] are refused
// by the connected application; [WithCredentialCheck] sets another rule.
//
// # How it fails on demand
//
// [Server.Inject] injects a [Fault] into an operation: a status, an HTML page,
// a connection reset before or after the work was done, a truncated response,
// a hang, a redirect to another host, drifted types and more. [WithQuotas] turns
// the documented rate limits on. [WithStrict] reports whatever the real service
// would silently ignore.
//
// [CrashTest] kills a job before and after each of its requests and checks that
// a second run finishes the work.
//
//go:generate go test -run TestPackagesAreCurrent -update
package workatotest
