// Package workato is a client of Workato's Embedded (formerly OEM) partner API:
// it manages the customers of an embedding partner and, in their workspaces,
// folders, connections, recipes, packages and what belongs to them.
//
// # First call
//
//	client, err := workato.NewClient(workato.FromEnv())
//	if err != nil {
//		return err
//	}
//	customer := workato.ExternalID("acme/eu") // your own id of the customer
//	for connection, err := range client.Connections.All(ctx, customer, nil) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(connection.ID, connection.Name, connection.AuthorizationStatus)
//	}
//
// Make one Client and keep it: it is immutable, safe for concurrent use and
// holds the connection pool. Client.With derives another one.
//
// # Customers
//
// Nearly every method acts in the workspace of a customer, named by a
// CustomerID: AccountID for Workato's number, ExternalID for your own text,
// ParseCustomerID for flags and files. The client adds the prefix and escapes.
//
// # One shape
//
// Methods are List, All, Get, Create, Update and Delete, and the API's own
// verbs such as Start, Stop and Disconnect. They take a context, the customer,
// ids, a pointer to parameters, and CallOptions. Every list has All, an
// iterator. Updates change only what is set (Set) or cleared (Null).
//
// Every endpoint is a row of the table that Operations returns: the request,
// the retry rule, the quota and the names in logs and errors come from there.
// Client.Do calls endpoints that have no method yet.
//
// # Errors
//
// An error from the service is an *APIError; errors.Is tells its class
// (ErrNotFound, ErrConflict, ErrRateLimited, ErrServer and so on). The service
// often refuses with HTTP 200: such a response is an error here, ErrRejected,
// and often a typed one, such as *RecipeStartError with the reasons by step. An
// unexpected response, such as an HTML page, is ErrUnexpectedResponse and never
// an empty result. Invalid arguments are refused before anything is sent, with
// ErrInvalidArgument, which names the field.
//
// # Retries, and what is never sent twice
//
// A failed attempt is retried up to three times, after random, growing waits or
// the wait that Retry-After asks for; a wait that does not fit into the
// context's deadline is not started. Whether a call may be retried depends on
// its Effect. Reads and idempotent changes are retried after lost connections,
// cut-off responses, 408, 429 and 5xx. A call that creates something is retried
// only if the request provably never left this process, or after 429. If its
// response is lost, the error is ErrOutcomeUnknown, and its text says how to
// check the outcome.
//
// # Credentials
//
// A credential goes only to the configured scheme, host and port, over https
// unless the host is loopback. Redirects are never followed. No error, log
// record or printed value holds a credential, the parameters of a connection,
// or a URL.
//
// If the service echoes one, it reads "[redacted]": the credential, values and
// numbers under keys of the request that sound secret, passwords in URLs, and
// all values of properties. A value that could be an ordinary word (letters,
// digits and underscores, fewer than 8, or fewer than 20 without a digit) is
// masked where it stands as a whole word; one of fewer than 4 bytes, or one
// that is the name of a field of the request, is not masked at all.
//
// # Limits
//
// Quotas are counted per partner workspace over all customers and keys. Package
// ratelimit paces calls by the documented ones. One attempt takes at most 50
// seconds, a response 32 MiB; both are options.
//
// # Tests
//
// Package workatotest is a fake of the service for tests of programs that use
// this package.
//
//go:generate go run ./scripts/gendocs
//go:generate go run ./scripts/genpictures
package workato
