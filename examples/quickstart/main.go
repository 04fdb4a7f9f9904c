// Quickstart onboards one customer from end to end: it creates a workspace, a
// folder and a connection, imports a package of recipes, handles the refusal of
// a recipe whose connections are not authorised, authorises them, starts the
// recipe and shows what now exists.
//
// Without an account it runs against a fake of the service in this process:
//
//	go run ./examples/quickstart
//
// With WORKATO_API_TOKEN set (and WORKATO_REGION or WORKATO_BASE_URL) it does
// the same in that partner workspace, where it leaves a new customer behind.
// The connections then need real parameters: WORKATO_CONNECTION_INPUT is a JSON
// object from the provider to its parameters.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	client, cleanup, err := connect(out)
	if err != nil {
		return err
	}
	defer cleanup()
	return onboard(ctx, client, out)
}

func onboard(ctx context.Context, client *workato.Client, out io.Writer) error {
	// Local requirements are checked before anything is created.
	input, err := connectionInput()
	if err != nil {
		return err
	}
	path, err := findPackage()
	if err != nil {
		return err
	}
	job := &onboarding{client: client, out: out, input: input, path: path}
	steps := []func(context.Context) error{
		job.createCustomer, job.createFolder, job.createConnection, job.importPackage, job.findRecipe,
		job.meetRefusal, job.authorise, job.start, job.report,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return job.leftBehind(err)
		}
	}
	return nil
}

// connect returns a client of the workspace in the environment, or of a fake in
// this process.
func connect(out io.Writer) (*workato.Client, func(), error) {
	if os.Getenv("WORKATO_API_TOKEN") != "" {
		client, err := workato.NewClient(workato.FromEnv(), workato.WithApplication("workato-quickstart", workato.Version))
		if err == nil {
			fmt.Fprintln(out, "Using the workspace of WORKATO_API_TOKEN; the customer made here stays in it.")
		}
		return client, func() {}, err
	}
	fake := workatotest.NewServer()
	client, err := workato.NewClient(workato.WithAPIToken(workatotest.Token), workato.WithBaseURL(fake.URL()))
	fmt.Fprintf(out, "No WORKATO_API_TOKEN: using a fake of the service at %s.\n", fake.URL())
	return client, fake.Close, err
}

// connectionInput returns the parameters for the connections of the package, by
// provider.
func connectionInput() (map[string]map[string]any, error) {
	input := map[string]map[string]any{
		"jira":       {"host_name": "jira.example.com", "api_token_auth": "true", "email": "sync@example.com", "apitoken": "test-token"},
		"postgresql": {"host": "db.example.com", "database": "invoices", "username": "sync", "password": "test-token"},
	}
	if custom := os.Getenv("WORKATO_CONNECTION_INPUT"); custom != "" {
		if err := json.Unmarshal([]byte(custom), &input); err != nil {
			return nil, fmt.Errorf("WORKATO_CONNECTION_INPUT: %w", err)
		}
	}
	return input, nil
}

// onboarding is one run of the job and what it has created so far.
type onboarding struct {
	client *workato.Client
	out    io.Writer
	input  map[string]map[string]any
	path   string

	customer workato.CustomerID
	user     *workato.ManagedUser
	folder   *workato.Folder
	recipe   workato.Recipe
	// unconnected are the connections that the refused start named.
	unconnected []int64
}

func (o *onboarding) say(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }

// leftBehind adds to an error what the run leaves unfinished.
func (o *onboarding) leftBehind(err error) error {
	if o.user == nil {
		return err
	}
	return fmt.Errorf("%w\nleft unfinished: customer %d with the steps above; ManagedUsers.Delete removes it", err, o.user.ID)
}

func (o *onboarding) createCustomer(ctx context.Context) error {
	// Any text is a valid external id: the client escapes it in a path.
	externalID := "Quickstart Zürich/" + time.Now().UTC().Format("2006-01-02 15:04:05.000")
	user, err := o.client.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{
		Name: "Quickstart", NotificationEmail: "ops@example.com", ExternalID: externalID,
	})
	if err != nil {
		return fmt.Errorf("customer with external id %q: %w", externalID, err)
	}
	o.user, o.customer = user, workato.ExternalID(externalID)
	o.say("1. customer %d created, external id %q", user.ID, externalID)
	o.say("   in paths of the API it is %s", o.customer.PathSegment())
	return nil
}

func (o *onboarding) createFolder(ctx context.Context) (err error) {
	o.folder, err = o.client.Folders.Create(ctx, o.customer, &workato.FolderCreateParams{Name: "Invoices"})
	if err != nil {
		return err
	}
	o.say("2. folder %d %q created", o.folder.ID, o.folder.Name)
	return nil
}

func (o *onboarding) createConnection(ctx context.Context) error {
	connection, err := o.client.Connections.Create(ctx, o.customer, &workato.ConnectionCreateParams{
		Name: "Team Jira", Provider: "jira", FolderID: o.folder.ID, Input: o.input["jira"],
	})
	if err != nil {
		return err
	}
	o.say("3. connection %d %q created: %s", connection.ID, connection.Name, status(connection))
	return nil
}

func (o *onboarding) importPackage(ctx context.Context) error {
	started, err := o.client.Imports.Create(ctx, o.customer, &workato.ImportCreateParams{
		Package: workato.PackageFile(o.path), FolderID: o.folder.ID, RestartRecipes: true,
	})
	if err != nil {
		return err
	}
	o.say("4. import %d of %s", started.ID, filepath.Base(o.path))
	finished, err := o.client.Imports.Wait(ctx, o.customer, started.ID, &workato.ImportWaitParams{
		MaxWait: 5 * time.Minute, MinInterval: 200 * time.Millisecond,
		OnUpdate: func(i *workato.Import) { o.say("   import %d is %s", i.ID, i.Status) },
	})
	if err != nil {
		return err
	}
	for _, recipe := range finished.RecipeStatus {
		result := string(recipe.ImportResult)
		if recipe.ImportResult == workato.ImportResultUnchanged {
			result = "was not running, so nothing was restarted"
		}
		o.say("   recipe %d: %s", recipe.ID, result)
	}
	return nil
}

// findPackage searches for the sample package in this folder and its parents.
func findPackage() (string, error) {
	for _, dir := range []string{".", "..", filepath.Join("..", "..")} {
		found, err := filepath.Glob(filepath.Join(dir, "testdata", "packages", "*.zip"))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", errors.New("no testdata/packages/*.zip here: run it from the root of the repository")
}

func (o *onboarding) findRecipe(ctx context.Context) error {
	for recipe, err := range o.client.Recipes.All(ctx, o.customer, &workato.RecipeListParams{ExcludeCode: true}) {
		if err != nil {
			return err
		}
		o.recipe = recipe
	}
	if o.recipe.ID == 0 {
		return errors.New("the import left no recipe")
	}
	return nil
}

// meetRefusal starts the recipe too early on purpose.
func (o *onboarding) meetRefusal(ctx context.Context) error {
	err := o.client.Recipes.Start(ctx, o.customer, o.recipe.ID)
	var refused *workato.RecipeStartError
	if !errors.As(err, &refused) {
		return fmt.Errorf("recipe %d: want a refused start, got: %w", o.recipe.ID, err)
	}
	o.say("5. recipe %d %q was refused:", o.recipe.ID, o.recipe.Name)
	for _, reason := range append(refused.ConfigErrors, refused.CodeErrors...) {
		value := "value"
		if reason.Field == "account_id" {
			value = "connection"
		}
		o.say("   step %d, field %s, %s %s: %s", reason.Step, reason.Field, value, reason.Value, reason.Message)
	}
	if !refused.NeedsConnection() {
		return refused
	}
	o.unconnected = refused.ConnectionIDs()
	return nil
}

// authorise sets the parameters of the connections that the refusal named. It
// does not need the list of connections, in which those of an import appear
// late.
func (o *onboarding) authorise(ctx context.Context) error {
	applications, err := o.recipe.ConfigEntries()
	if err != nil {
		return err
	}
	o.say("6. credentials for what the refusal names:")
	for _, application := range applications {
		if application.AccountID == nil || !slices.Contains(o.unconnected, *application.AccountID) {
			continue
		}
		updated, err := o.client.Connections.Update(ctx, o.customer, *application.AccountID, &workato.ConnectionUpdateParams{
			Input: o.input[application.Provider],
		})
		if err != nil {
			return err
		}
		if !updated.Authorized() {
			return fmt.Errorf("connection %d %q: %s; WORKATO_CONNECTION_INPUT sets the parameters of %s",
				updated.ID, updated.Name, status(updated), updated.Provider)
		}
		o.say("   connection %d %q: %s", updated.ID, updated.Name, status(updated))
	}
	return nil
}

func (o *onboarding) start(ctx context.Context) error {
	if err := o.client.Recipes.Start(ctx, o.customer, o.recipe.ID); err != nil {
		return err
	}
	// The service responds before the recipe runs.
	_, err := o.client.Recipes.WaitRunning(ctx, o.customer, o.recipe.ID, &workato.WaitParams[workato.Recipe]{MaxWait: 5 * time.Minute})
	if err != nil {
		return err
	}
	o.say("7. recipe %d %q runs", o.recipe.ID, o.recipe.Name)
	return nil
}

// report prints what now exists.
func (o *onboarding) report(ctx context.Context) error {
	table := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nKIND\tID\tSTATE\tNAME")
	fmt.Fprintf(table, "customer\t%d\t\t%s\n", o.user.ID, o.user.Name)
	fmt.Fprintf(table, "folder\t%d\t\t%s\n", o.folder.ID, o.folder.Name)
	for connection, err := range o.client.Connections.All(ctx, o.customer, nil) {
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "connection\t%d\t%s\t%s\n", connection.ID, status(&connection), connection.Name)
	}
	for recipe, err := range o.client.Recipes.All(ctx, o.customer, &workato.RecipeListParams{ExcludeCode: true}) {
		if err != nil {
			return err
		}
		state := "stopped"
		if recipe.Running {
			state = "running"
		}
		fmt.Fprintf(table, "recipe\t%d\t%s\t%s\n", recipe.ID, state, recipe.Name)
	}
	return table.Flush()
}

func status(c *workato.Connection) string {
	switch {
	case c.Authorized():
		return "authorised"
	case c.AuthorizationError != nil:
		return "not authorised: " + *c.AuthorizationError
	}
	return "not authorised"
}
