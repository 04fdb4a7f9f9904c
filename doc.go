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
//	for customer, err := range client.ManagedUsers.All(ctx, nil) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(customer.ID, customer.Name)
//	}
//
// Make one [Client] and keep it: it is immutable, safe for concurrent use and
// holds the connection pool. [Client.With] derives another one.
//
// # Customers
//
// Nearly every method acts in the workspace of a customer, named by a
// [CustomerID]. The client adds the prefix of external ids and escapes.
//
//	workato.AccountID(98178)            // Workato's number
//	workato.ExternalID("acme/eu")       // your own id of the customer
//	workato.ParseCustomerID("Eacme/eu") // either, from a flag or a file
//
// # One shape
//
// Methods are List, All, Get, Create, Update and Delete, and the API's own
// verbs such as Start, Stop and Disconnect. They take a context, the customer,
// ids, a pointer to parameters, and options of the call. Parameters may be nil
// where all of them are optional. Updates change only what is set ([Set]) or
// cleared ([Null]). [Ptr] makes the pointer for the few other fields whose zero
// value means something.
//
// There are two kinds of options, which the compiler keeps apart: an [Option] is
// for [NewClient], and a [CallOption] is for one call: [WithResponse],
// [WithHeader], [WithTimeout], [WithoutRetry], [AssumeIdempotent] and
// [AllowProduction].
//
// Every endpoint is a row of the table that [Operations] returns: the request,
// the retry rule, the quota and the names in logs and errors come from there.
// [Client.Do] calls endpoints that have no method.
//
// # Credentials
//
//	client, err := workato.NewClient(
//		workato.WithRegion(workato.RegionEU),
//		workato.WithTokenSource(func(ctx context.Context) (string, error) {
//			token, err := os.ReadFile("/run/secrets/workato") // for each attempt, so that it can be rotated
//			return strings.TrimSpace(string(token)), err
//		}),
//	)
//
// [WithAPIToken] takes a token that does not change, [FromEnv] reads one from the
// environment, [WithUserToken] and [WithQueryToken] are the legacy keys, [WithAuth]
// is for anything else. A client has exactly one. It is sent only to the
// configured scheme, host and port, over https unless the host is loopback, and
// redirects are never followed. No error, log record or printed value holds a
// credential, the parameters of a connection, or a URL; what the service echoes
// of them reads "[redacted]". The page docs/security.md has the rules.
//
// # Paging
//
// All iterates over a list and fetches its pages as they are needed; List returns
// a [Page], or the whole list where the API has no pages. A list that cannot be
// read is an error and never an empty one.
//
//	running := &workato.RecipeListParams{Running: workato.Ptr(true)}
//	for recipe, err := range client.Recipes.All(ctx, customer, running) {
//		if err != nil {
//			return err // the recipes so far are good
//		}
//		fmt.Println(recipe.ID, recipe.Name)
//	}
//
// [Find] collects those for which a function is true.
//
// # Errors
//
// An error of the service is an [*APIError]; errors.Is tells its class, such as
// [ErrNotFound], [ErrConflict], [ErrUnauthorized], [ErrForbidden], [ErrRateLimited]
// or [ErrServer]. Every method that names a customer or an object returns
// ErrNotFound if one of them is not there, and never a nil result without an error;
// the service does not tell which of them it is. The comments of methods have what is
// special. The service often refuses with HTTP 200: that is an error here,
// [ErrRejected], and often a typed one.
//
//	err := client.Recipes.Start(ctx, customer, recipeID)
//	var refused *workato.RecipeStartError
//	switch {
//	case errors.As(err, &refused):
//		for _, reason := range refused.ConfigErrors {
//			fmt.Println(reason.Step, reason.Field, reason.Message) // 1 account_id unconnected
//		}
//	case errors.Is(err, workato.ErrNotFound):
//		fmt.Println("no such recipe, or no such customer")
//	case err != nil:
//		return err
//	}
//
// An unexpected response, such as an HTML page, is [ErrUnexpectedResponse]. An
// invalid argument is refused before anything is sent, with [ErrInvalidArgument],
// and the error names the field. [*CallError] tells for each of them which call
// failed. In a log all have the same keys: see [APIError.LogValue].
//
// # Retries and lost responses
//
// A failed attempt is retried up to three times ([WithRetry]), after random,
// growing waits or the wait that Retry-After asks for; a wait that does not fit
// into the context's deadline is not started. Whether a call may be retried
// depends on its [Effect]. Reads and idempotent changes are retried after lost
// connections, cut-off responses, 408, 429 and 5xx. A call that creates something
// is retried only if the request provably never left this process, or after 429.
// If its response is lost, the error is [ErrOutcomeUnknown], and its text says how
// to look.
//
//	want := &workato.ManagedUserCreateParams{Name: "Acme", NotificationEmail: "ops@acme.example", ExternalID: "acme"}
//	made, err := client.ManagedUsers.Create(ctx, want)
//	if errors.Is(err, workato.ErrOutcomeUnknown) || errors.Is(err, workato.ErrConflict) {
//		made, err = client.ManagedUsers.Get(ctx, workato.ExternalID("acme")) // it may be there
//	}
//
// # Waiting
//
// Imports, exports, builds, deployments, starts and test runs continue after their
// call has returned: Wait and its like poll until they have ended. A failure is a
// [*FailedError] (of imports an [*ImportFailedError], which errors.As converts to
// one), a wait that ends first a [*WaitError].
//
//	started, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
//		Package: workato.PackageFile("invoice-sync.zip"), FolderID: folderID,
//	})
//	if err != nil {
//		return err
//	}
//	done, err := client.Imports.Wait(ctx, customer, started.ID, &workato.ImportWaitParams{MaxWait: 10 * time.Minute})
//
// # Limits
//
// The service counts calls per partner workspace, over all customers, keys and
// programs. Package ratelimit keeps clients within the documented quotas.
//
//	limiter, err := ratelimit.New(ratelimit.Share(0.5)) // the other half is for others
//	if err != nil {
//		return err
//	}
//	client, err := workato.NewClient(workato.FromEnv(), workato.WithLimiter(limiter))
//
// One attempt takes at most 50 seconds ([WithAttemptTimeout]), a response 32 MiB
// ([WithMaxResponseBytes]). The whole call is bounded by its context alone.
//
// # Testing
//
// Package workatotest is a stateful fake of the service that fails on demand.
//
//	func TestOnboard(t *testing.T) {
//		fake := workatotest.New(t)
//		fake.Inject(workatotest.Fault{On: "managed_users.create", Do: workatotest.ResetAfter})
//		client := fake.Client(t)
//		_, err := client.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{
//			Name: "Acme", NotificationEmail: "ops@acme.example", ExternalID: "acme",
//		})
//		if !errors.Is(err, workato.ErrOutcomeUnknown) {
//			t.Fatal(err)
//		}
//	}
//
// # Provisioning
//
// Package provision brings workspaces into a wanted state, and can be run again
// after any crash: a plan of one customer, or a rollout to all of them. Package
// embed shows Workato's screens in your product.
//
//	plan := &provision.Plan{
//		Customer: provision.CustomerPlan{ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example"},
//	}
//	changes, err := provision.Apply(ctx, client, plan)
//
// # Examples
//
// Every service has Examples with checked output, which its documentation on the
// web shows at the methods. To begin with: [ManagedUserService.Create],
// [ConnectionService.WaitAuthorized], [ImportService.Wait],
// [RecipeService.Start], [ExportService.Source], [JobService.All], [WithHook],
// [WithLogger], [WithWriteGuard] and [Client.Do].
//
//go:generate go run ./scripts/gendocs
//go:generate go run ./scripts/genpictures
package workato
