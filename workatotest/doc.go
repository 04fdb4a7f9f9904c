// Package workatotest is a fake of Workato's Embedded API for tests: a server
// in memory that keeps state, responds like the real service, and fails on
// demand.
//
//	func TestProvision(t *testing.T) {
//		fake := workatotest.New(t) // closed when the test ends
//		fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
//		fake.Inject(workatotest.Fault{On: "connections.create", Do: workatotest.ConnectRefused})
//
//		client := fake.Client(t) // of your program, with your options
//		_, err := client.Connections.Create(t.Context(), workato.ExternalID("acme"),
//			&workato.ConnectionCreateParams{Name: "Jira", Provider: "jira"})
//		if err != nil {
//			t.Fatal(err)
//		}
//		fake.AssertCalls(t, "connections.create", 2) // the first was refused, and retried
//		if _, found := fake.Customer("acme").Connection("Jira"); !found {
//			t.Error("no connection")
//		}
//	}
//
// # How a test reaches it
//
// [Server.Client] gives a ready client that talks to the fake inside the
// process: no port is opened, parallel tests do not see each other, and the
// whole test may run in a testing/synctest bubble. [Server.URL] opens a port
// on the loopback interface for programs in other processes and languages;
// cmd/workato-fake is the same server as a program. A program that is no test
// makes a server with [NewServer], and closes it.
//
// # What it keeps
//
// Customers with their environments, folders and projects, connections, recipes
// with versions and jobs, members, properties, lookup tables, tags, imports
// that open the zip, exports whose zip can be imported again, builds and
// deployments, and, unchanged, anything else in a package. [Server.Seed],
// [Server.SeedJSON] and [Server.AddCustomer] fill it; [Server.Snapshot] returns
// the current state, and [State.Diff] compares two. [PackageOf] makes a package to
// import.
//
// No clock is involved: an import is in progress for a number of reads, not for
// a length of time, see [WithImportReads].
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
// a connection reset before or after the work was done, a truncated response, a
// hang, a redirect to another host, drifted types and more. [WithQuotas] turns
// the documented rate limits on. [Trouble] is a mix of faults for soak tests.
// [Server.Before] changes the state while a job runs.
//
// [CrashTest] kills a job before and after each of its requests and checks that
// a second run finishes the work:
//
//	func TestKilled(t *testing.T) {
//		workatotest.CrashTest(t, workatotest.New(t), func(ctx context.Context, client *workato.Client) error {
//			_, err := provision.EnsureCustomer(ctx, client, &workato.ManagedUserCreateParams{
//				Name: "Acme", NotificationEmail: "ops@acme.example", ExternalID: "acme",
//			})
//			return err
//		})
//	}
//
// # What it promises
//
//   - A mistake in a test is not passed over. Seeds and faults are read strictly,
//     and an error names the field and, in a file, the line. A method without an
//     error result ends the test, or panics on a server without one.
//   - [WithStrict] fails the test for what the real service would silently ignore:
//     unknown fields, parameters and routes, and faults that nothing has met, see
//     [Server.Problems].
//   - A [Server] may be used by several goroutines. What its methods return are
//     copies: changing them does not change the server.
//   - No credential is in the request log, nor the parameters of a connection nor
//     the values of properties. They are in no state either, except for properties,
//     which a test wants to compare.
//   - A request body may have 64 MiB, and a package 256 MiB when it is unpacked
//     ([WithMaxBody]). The log keeps the last requests, up to ten thousand or 64 MiB,
//     see [Server.Requests]. A hanging request ends with the server.
//   - It is for tests: it accepts a known token and is not hardened.
//
// docs/testing.md shows whole tests, docs/testing-languages.md those in Python
// and TypeScript, and docs/mocking.md how to do without a server.
//
// # What it guesses
//
// Unverified: no source shows the following. In strict mode the parameters are
// refused.
//
//   - every operation: the body of a 429 and the texts of refusals with status 400
//   - own.*: the rate limits of families other than recipes, folders, connectors and jobs
//   - managed_users.create: parameters provision_environments, team_name
//   - managed_users.update: parameters team_name, plan_id, current_billing_period_start
//   - managed_users.delete: the response
//   - managed_users.provision_environments: parameter environments; the response
//   - managed_users.*: the keys of an element of environments
//   - members.update: parameters name, email, oauth_id, external_id, time_zone; the response
//   - members.get: the envelope
//   - members.remove: the response
//   - members.privileges: the response, taken from the Developer API
//   - members.projects_privileges: the keys of an element
//   - members.project_grants: the response
//   - usage.monthly: the keys of the result
//   - usage.statistics: parameters project_ids, recipe_ids; the keys of an element
//   - usage.connection_statistics: parameters project_ids, recipe_ids; that it takes the same parameters, and the response
//   - connections.create: that refused credentials give a connection with status failed, not an error
//   - picklists.get_values: the refusal for a connection that is not authorised
//   - recipes.reset_trigger: the response
//   - recipes.poll_now: the response, and the refusal for a recipe that does not run
//   - recipes.force_run: the response, and the refusal for a recipe that does not run
//   - recipes.share: the response
//   - recipes.get_version: that there is no envelope
//   - jobs.list: the number of jobs in one response
//   - imports.get: when a recipe is reported as stopped and when as restart_failed
//   - exports.delete_manifest: the response
//   - deployments.build: parameter title
//   - deployments.deploy: parameter include_test_cases
//   - deployments.list: parameters page, per_page
//   - deployments.eligible_reviewers: the response
//   - deployments.assign_reviewers: the keys of an element
//   - projects.update: parameter description
//   - lookup_tables.*: the envelopes of single tables and rows, and the responses of deletions
//   - lookup_tables.batch_delete: the key of the ids, and that those of no table are passed over
//   - lookup_tables.update_row: that columns which are not named stay
//   - data_tables.delete: the response
//   - data_tables.truncate: the response
//   - genies.*: the responses, taken from the Developer API
//   - knowledge_bases.*: the responses, taken from the Developer API
//   - skills.*: the responses, taken from the Developer API
//   - mcp_servers.update_folder: parameter folder_id
//   - mcp_servers.*: the responses other than the list, taken from the Developer API, and that reads do not show the token
//   - mcp_servers.assign_tools: that a server made of an API collection takes no other tools
//   - identity_users.*: parameters and responses, taken from the Developer API, and that an email address is unique
//   - identity_groups.*: parameters and responses, taken from the Developer API, and that MCP servers lose a deleted group
//   - tags.list: parameter q
//   - roles.migrate_system_roles: which legacy role becomes which new one
//   - roles.migrate_custom_role: parameters role_id, dry_run; the response
//   - environment_roles.*: parameter inheritable
//   - environment_roles.delete: that a role which a member has cannot go
//   - project_roles.*: parameter inheritable
//   - project_roles.delete: that a role with a grant cannot go
//   - project_grants.update: parameter project_role_id
//   - collaborator_groups.*: parameter description
//   - collaborator_groups.list_members: the keys of a member
//   - collaborator_groups.add_members: the response
//   - collaborator_groups.remove_members: the response
//   - developer_api_clients.*: the responses of get, delete and regenerate, the list of roles, and that a role has to exist
//   - api_collections.create: that a specification makes neither recipes nor endpoints
//   - api_access_profiles.*: the keys of the response, and the response to a refresh
//   - customer_managers.delete: the response
//   - customer_managers.*: that a collaborator, a role and workspaces have to exist
//   - custom_connectors.*: the responses of get, share and unshare, and the refusal for a version that was not released
//   - custom_oauth_profiles.unassign: the response, and the refusals for a profile that is in use or was not assigned
//   - field_mappings.*: all bodies: a mapping under data takes over the keys of an update, which may stand under data with their handles
//   - on_prem_agents.search: parameter cn
//   - on_prem_agents.*: parameter enabled; the body of status
//   - on_prem_groups.*: the body of status, and that a group with agents cannot be deleted
//   - test_cases.list_by_recipe: the response
//   - event_topics.list: parameters page, per_page
//   - event_topics.*: the responses, taken from the Developer API
//   - activity_logs.list: the order, the direction of page[after], and the names of events of imports
//
//go:generate go test -run TestPackagesAreCurrent|TestGuessesAreDocumented -update
package workatotest
