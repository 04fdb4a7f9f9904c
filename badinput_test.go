package workato_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// assertRefused checks an error that names its field and came from this side.
func assertRefused(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	assert.ErrorContains(t, err, field)
	var argument *workato.ArgumentError
	require.ErrorAs(t, err, &argument)
	assert.NotEmpty(t, argument.Problem)
}

func TestZeroCustomer(t *testing.T) {
	t.Parallel()
	for _, rc := range requestCases {
		if !strings.Contains(rc.want, "{customer}") {
			continue
		}
		t.Run(rc.title(), func(t *testing.T) {
			t.Parallel()
			for _, id := range []workato.CustomerID{{}, workato.AccountID(0), workato.AccountID(-5), workato.AccountID(math.MinInt64), workato.ExternalID("")} {
				assertRefused(t, rc.call(t.Context(), newClient(t, unreachable(t)), id), "customer")
			}
		})
	}
}

func TestNilContext(t *testing.T) {
	t.Parallel()
	for _, rc := range requestCases {
		t.Run(rc.title(), func(t *testing.T) {
			t.Parallel()
			assertRefused(t, rc.call(nil, newClient(t, unreachable(t)), customerID), "ctx")
		})
	}
	c := newClient(t, unreachable(t))
	assertRefused(t, ignore(c.Imports.Wait(nil, customerID, 1, nil)), "ctx")                                     //nolint:staticcheck // on purpose
	assertRefused(t, c.Do(nil, workato.Request{Method: http.MethodGet, Path: "/api/managed_users"}, nil), "ctx") //nolint:staticcheck // on purpose
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	good := func() workato.Package { return workato.PackageBytes([]byte(packageText)) }
	importing := func(ctx context.Context, c *workato.Client, p *workato.ImportCreateParams) error {
		return ignore(c.Imports.Create(ctx, customerID, p))
	}
	packed := func(p workato.Package) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error {
			return importing(ctx, c, &workato.ImportCreateParams{Package: p, FolderID: 1})
		}
	}
	recipes := func(p *workato.RecipeListParams) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error { return ignore(c.Recipes.List(ctx, customerID, p)) }
	}
	search := func(p *workato.RecipeSearchPublicParams) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error {
			//lint:ignore SA1019 deprecated by the service, but tested like the others
			return ignore(c.Recipes.SearchPublic(ctx, p))
		}
	}
	integrations := func(names ...string) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Integrations.List(ctx, &workato.IntegrationListParams{Applications: names}))
		}
	}
	option := func(o workato.CallOption) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Get(ctx, customerID, o))
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.zip")
	empty := filepath.Join(t.TempDir(), "empty.zip")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	directory := t.TempDir()

	for _, tc := range []struct {
		name  string
		field string
		call  func(context.Context, *workato.Client) error
	}{
		{"nil create customer", "params", func(ctx context.Context, c *workato.Client) error { return ignore(c.ManagedUsers.Create(ctx, nil)) }},
		{"nil update customer", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Update(ctx, customerID, nil))
		}},
		{"nil add member", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Members.AddLegacy(ctx, customerID, nil))
		}},
		{"nil create connection", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Create(ctx, customerID, nil))
		}},
		{"nil update connection", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Update(ctx, customerID, 1, nil))
		}},
		{"provider of a connection cleared", "Provider", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Update(ctx, customerID, 1, &workato.ConnectionUpdateParams{Provider: workato.Null[string]()}))
		}},
		{"nil picklist", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Picklists.GetValues(ctx, customerID, 1, nil))
		}},
		{"nil folder", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Folders.Create(ctx, customerID, nil))
		}},
		{"nil import", "params", func(ctx context.Context, c *workato.Client) error { return importing(ctx, c, nil) }},
		{"nil integrations", "params", func(ctx context.Context, c *workato.Client) error { return ignore(c.Integrations.List(ctx, nil)) }},
		{"nil search", "params", search(nil)},

		{"customer without a name", "Name", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{NotificationEmail: "a@borealis.example"}))
		}},
		{"customer with a blank name", "Name", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: " \t", NotificationEmail: "a@borealis.example"}))
		}},
		{"customer without an address", "NotificationEmail", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "x"}))
		}},
		{"member without a name", "Name", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Members.AddLegacy(ctx, customerID, &workato.MemberAddLegacyParams{OAuthID: "x"}))
		}},
		{"member without an oauth id", "OAuthID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Members.AddLegacy(ctx, customerID, &workato.MemberAddLegacyParams{Name: "x"}))
		}},
		{"member 0", "memberID", func(ctx context.Context, c *workato.Client) error { return c.Members.RemoveLegacy(ctx, customerID, 0) }},
		{"negative member", "memberID", func(ctx context.Context, c *workato.Client) error { return c.Members.RemoveLegacy(ctx, customerID, -1) }},
		{"connection without a provider", "Provider", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Name: "x"}))
		}},
		{"connection in a negative folder", "FolderID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "x", FolderID: -1}))
		}},
		{"connection of a negative parent", "ParentID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "x", ParentID: -1}))
		}},
		{"connection with input that is no JSON", "params", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "x", Input: map[string]any{"f": func() {}}}))
		}},
		{"connections of a negative folder", "FolderID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.List(ctx, customerID, &workato.ConnectionListParams{FolderID: -1}))
		}},
		{"connections of a negative parent", "ParentID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.List(ctx, customerID, &workato.ConnectionListParams{ParentID: -1}))
		}},
		{"connections of a negative parent, All", "ParentID", func(ctx context.Context, c *workato.Client) error {
			for _, err := range c.Connections.All(ctx, customerID, &workato.ConnectionListParams{ParentID: -1}) {
				return err
			}
			return nil
		}},
		{"update of connection 0", "connection_id", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Update(ctx, customerID, 0, &workato.ConnectionUpdateParams{}))
		}},
		{"update to folder 0", "FolderID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Update(ctx, customerID, 1, &workato.ConnectionUpdateParams{FolderID: workato.Set[int64](0)}))
		}},
		{"update to a negative parent", "ParentID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Connections.Update(ctx, customerID, 1, &workato.ConnectionUpdateParams{ParentID: workato.Set[int64](-1)}))
		}},
		{"disconnect connection -1", "connection_id", func(ctx context.Context, c *workato.Client) error {
			return c.Connections.Disconnect(ctx, customerID, -1, nil)
		}},
		{"delete connection 0", "connection_id", func(ctx context.Context, c *workato.Client) error { return c.Connections.Delete(ctx, customerID, 0) }},
		{"picklist of connection 0", "connection_id", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Picklists.GetValues(ctx, customerID, 0, &workato.PicklistGetValuesParams{PickListName: "x"}))
		}},
		{"picklist without a name", "PickListName", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Picklists.GetValues(ctx, customerID, 1, &workato.PicklistGetValuesParams{}))
		}},
		{"folder without a name", "Name", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Folders.Create(ctx, customerID, &workato.FolderCreateParams{}))
		}},
		{"folder of a negative parent", "ParentID", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Folders.Create(ctx, customerID, &workato.FolderCreateParams{Name: "x", ParentID: -1}))
		}},
		{"start recipe 0", "recipe_id", func(ctx context.Context, c *workato.Client) error { return c.Recipes.Start(ctx, customerID, 0) }},
		{"stop recipe -1", "recipe_id", func(ctx context.Context, c *workato.Client) error { return c.Recipes.Stop(ctx, customerID, -1) }},
		{"recipes, page too large", "PerPage", recipes(&workato.RecipeListParams{PerPage: 101})},
		{"recipes, page too small", "PerPage", recipes(&workato.RecipeListParams{PerPage: -1})},
		{"recipes, negative page", "Page", recipes(&workato.RecipeListParams{Page: -1})},
		{"recipes, page and since id", "SinceID", recipes(&workato.RecipeListParams{Page: 1, SinceID: 1})},
		{"recipes, negative since id", "SinceID", recipes(&workato.RecipeListParams{SinceID: -1})},
		{"recipes, negative folder", "FolderID", recipes(&workato.RecipeListParams{FolderID: -1})},
		{"recipes, All", "PerPage", func(ctx context.Context, c *workato.Client) error {
			for _, err := range c.Recipes.All(ctx, customerID, &workato.RecipeListParams{PerPage: 101}) {
				return err
			}
			return nil
		}},
		{"search without applications", "Applications", search(&workato.RecipeSearchPublicParams{})},
		{"search, page too large", "PerPage", search(&workato.RecipeSearchPublicParams{Applications: []string{"x"}, PerPage: 21})},
		{"search, negative page", "Page", search(&workato.RecipeSearchPublicParams{Applications: []string{"x"}, Page: -1})},
		{"search, All", "Applications", func(ctx context.Context, c *workato.Client) error {
			//lint:ignore SA1019 deprecated by the service, but tested like the others
			for _, err := range c.Recipes.AllPublic(ctx, &workato.RecipeSearchPublicParams{Applications: []string{" "}}) {
				return err
			}
			return nil
		}},
		{"integrations, none", "Applications", integrations()},
		{"integrations, empty name", "Applications", integrations("jira", "")},
		{"integrations, two in one", "Applications", integrations("jira,salesforce")},

		{"import without a package", "Package", packed(workato.Package{})},
		{"import without a folder", "FolderID", func(ctx context.Context, c *workato.Client) error {
			return importing(ctx, c, &workato.ImportCreateParams{Package: good()})
		}},
		{"import into a negative folder", "FolderID", func(ctx context.Context, c *workato.Client) error {
			return importing(ctx, c, &workato.ImportCreateParams{Package: good(), FolderID: -1})
		}},
		{"import, negative home folder", "FolderIDForHomeAssets", func(ctx context.Context, c *workato.Client) error {
			return importing(ctx, c, &workato.ImportCreateParams{Package: good(), FolderID: 1, FolderIDForHomeAssets: -1})
		}},
		{"package file is missing", "Package", packed(workato.PackageFile(missing))},
		{"package file has no name", "Package", packed(workato.PackageFile(""))},
		{"package file is a directory", "Package", packed(workato.PackageFile(directory))},
		{"package file is empty", "Package", packed(workato.PackageFile(empty))},
		{"package bytes are nil", "Package", packed(workato.PackageBytes(nil))},
		{"package reader is nil", "Package", packed(workato.PackageReader(nil, 5))},
		{"package reader of size 0", "Package", packed(workato.PackageReader(strings.NewReader(""), 0))},
		{"package func is nil", "Package", packed(workato.PackageFunc(nil, 5))},
		{"package func of size -1", "Package", packed(workato.PackageFunc(func() (io.ReadCloser, error) { return http.NoBody, nil }, -1))},
		{"import 0", "package_id", func(ctx context.Context, c *workato.Client) error { return ignore(c.Imports.Get(ctx, customerID, 0)) }},
		{"wait for import 0", "package_id", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Imports.Wait(ctx, customerID, 0, nil))
		}},
		{"wait a negative time", "MaxWait", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Imports.Wait(ctx, customerID, 1, &workato.ImportWaitParams{MaxWait: -1}))
		}},
		{"wait at a negative interval", "MinInterval", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Imports.Wait(ctx, customerID, 1, &workato.ImportWaitParams{MinInterval: -1}))
		}},
		{"wait at an interval that shrinks", "MaxInterval", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Imports.Wait(ctx, customerID, 1, &workato.ImportWaitParams{MinInterval: 2, MaxInterval: 1}))
		}},
		{"wait at a negative longest interval", "MaxInterval", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Imports.Wait(ctx, customerID, 1, &workato.ImportWaitParams{MaxInterval: -1}))
		}},

		{"nil call option", "opts", option(nil)},
		{"nil response", "WithResponse", option(workato.WithResponse(nil))},
		{"no time", "WithTimeout", option(workato.WithTimeout(0))},
		{"negative time", "WithTimeout", option(workato.WithTimeout(-time.Second))},
		{"header without a name", "WithHeader", option(workato.WithHeader("", "x"))},
		{"header with a space", "WithHeader", option(workato.WithHeader("A B", "x"))},
		{"header with a line end", "WithHeader", option(workato.WithHeader("A\r\nB", "x"))},
		{"header with an odd letter", "WithHeader", option(workato.WithHeader("Ä", "x"))},
		{"header with a bracket", "WithHeader", option(workato.WithHeader("A(b)", "x"))},
		{"header without a value", "WithHeader", option(workato.WithHeader("X-A", ""))},
		{"header value with a line end", "WithHeader", option(workato.WithHeader("X-A", "x\r\nX-B: y"))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assertRefused(t, tc.call(t.Context(), newClient(t, unreachable(t))), tc.field)
		})
	}
}

// TestAllFaultsOfACallAreNamed: who mends one should not meet the next.
func TestAllFaultsOfACallAreNamed(t *testing.T) {
	t.Parallel()
	c := newClient(t, unreachable(t))
	_, err := c.Imports.Create(t.Context(), workato.CustomerID{}, &workato.ImportCreateParams{FolderIDForHomeAssets: -1}, workato.WithTimeout(-1))
	for _, field := range []string{"customer", "Package", "FolderID", "FolderIDForHomeAssets", "WithTimeout"} {
		assertRefused(t, err, field)
	}
	_, err = c.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{})
	assertRefused(t, err, "Name")
	assertRefused(t, err, "NotificationEmail")
}

// TestPackageFileKeepsTheReason: the caller may want to know fs.ErrNotExist.
func TestPackageFileKeepsTheReason(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.zip")
	_, err := newClient(t, unreachable(t)).Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{
		Package: workato.PackageFile(missing), FolderID: 1,
	})
	assertRefused(t, err, "missing.zip")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestPackageThatDoesNotKeepItsWord: the size was announced in a header.
func TestPackageThatDoesNotKeepItsWord(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for name, tc := range map[string]struct {
		pack workato.Package
		want string
	}{
		"shorter":     {workato.PackageReader(strings.NewReader("abc"), 5), "not the announced 5 bytes"},
		"longer":      {workato.PackageReader(strings.NewReader("abcdefgh"), 5), "not the announced 5 bytes"},
		"cannot open": {workato.PackageFunc(func() (io.ReadCloser, error) { return nil, broken }, 5), "disk on fire"},
		"cannot read": {workato.PackageFunc(func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("ab"), failingReader{broken})), nil
		}, 5), "disk on fire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{body: `{"id": 1}`})
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
			_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: tc.pack, FolderID: 1})
			require.ErrorContains(t, err, tc.want)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "what never arrived whole was not imported")
			assert.Empty(t, transport.all())
		})
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestBadOptions(t *testing.T) {
	t.Parallel()
	token := workato.WithAPIToken(testToken)
	base := func(url string) []workato.Option { return []workato.Option{token, workato.WithBaseURL(url)} }
	for _, tc := range []struct {
		name   string
		field  string
		opts   []workato.Option
		secret string // must not stand in the error
	}{
		{name: "no credential", field: "credential"},
		{name: "empty token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("")}},
		{name: "blank token", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("  ")}},
		{name: "token with a line end", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test-token\n")}, secret: "test-token"},
		{name: "token with a line in it", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\r\n-token")}, secret: "-token"},
		{name: "token with NUL", field: "WithAPIToken", opts: []workato.Option{workato.WithAPIToken("test\x00-token")}, secret: "-token"},
		{name: "empty email", field: "email", opts: []workato.Option{workato.WithUserToken("", testToken)}},
		{name: "empty user token", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "")}},
		{name: "user token with a line end", field: "WithUserToken", opts: []workato.Option{workato.WithUserToken("a@partner.example", "test-token\n")}, secret: "test-token"},
		{name: "empty query token", field: "WithQueryToken", opts: []workato.Option{workato.WithQueryToken("a@partner.example", "")}},
		{name: "nil auth", field: "WithAuth", opts: []workato.Option{workato.WithAuth(nil)}},
		{name: "nil source", field: "WithTokenSource", opts: []workato.Option{workato.WithTokenSource(nil)}},
		{name: "two credentials", field: "WithAPIToken, WithUserToken", opts: []workato.Option{token, workato.WithUserToken("a@partner.example", "other-token")}, secret: "other-token"},
		{name: "the same twice", field: "more than one credential", opts: []workato.Option{token, token}},
		{name: "nil option", field: "option is nil", opts: []workato.Option{token, nil}},
		{name: "unknown region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("mars")}},
		{name: "empty region", field: "WithRegion", opts: []workato.Option{token, workato.WithRegion("")}},
		{name: "two addresses", field: "WithRegion, WithBaseURL", opts: []workato.Option{token, workato.WithRegion(workato.RegionEU), workato.WithBaseURL("https://a.example")}},
		{name: "empty base", field: "WithBaseURL", opts: base("")},
		{name: "blank base", field: "WithBaseURL", opts: base("  ")},
		{name: "base without scheme", field: "WithBaseURL", opts: base("www.workato.example")},
		{name: "base with a port and no scheme", field: "WithBaseURL", opts: base("localhost:8080")},
		{name: "base with a foreign scheme", field: "WithBaseURL", opts: base("ftp://workato.example")},
		{name: "base without a host", field: "WithBaseURL", opts: base("https://")},
		{name: "base with a port alone", field: "WithBaseURL", opts: base("https://:443")},
		{name: "base with a password", field: "WithBaseURL", opts: base("https://ana:test-password@workato.example"), secret: "test-password"},
		{name: "base with a query", field: "WithBaseURL", opts: base("https://workato.example?user_token=test-password"), secret: "test-password"},
		{name: "base with an empty query", field: "WithBaseURL", opts: base("https://workato.example?")},
		{name: "base with a fragment", field: "WithBaseURL", opts: base("https://workato.example#top")},
		{name: "base with a control character", field: "WithBaseURL", opts: base("https://workato.example/\x7f")},
		{name: "base that does not parse", field: "WithBaseURL", opts: base("https://ana:test-password@[::1"), secret: "test-password"},
		{name: "plain http", field: "WithBaseURL", opts: base("http://www.workato.example")},
		{name: "plain http, looks like loopback", field: "WithBaseURL", opts: base("http://127.0.0.1.example")},
		{name: "plain http, localhost elsewhere", field: "WithBaseURL", opts: base("http://localhost.example")},
		{name: "base with a bad port", field: "WithBaseURL", opts: base("https://workato.example:99999999")},
		{name: "base with dot segments", field: "WithBaseURL", opts: base("https://workato.example/a/../b")},
		{name: "nil client", field: "WithHTTPClient", opts: []workato.Option{token, workato.WithHTTPClient(nil)}},
		{name: "nil middleware", field: "WithTransportMiddleware", opts: []workato.Option{token, workato.WithTransportMiddleware(nil)}},
		{name: "negative retries", field: "MaxRetries", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MaxRetries: -1})}},
		{name: "negative wait", field: "MinWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MinWait: -1})}},
		{name: "negative longest wait", field: "MaxWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MaxWait: -1})}},
		{name: "waits in the wrong order", field: "MaxWait", opts: []workato.Option{token, workato.WithRetry(workato.RetryPolicy{MinWait: 2, MaxWait: 1})}},
		{name: "no attempt time", field: "WithAttemptTimeout", opts: []workato.Option{token, workato.WithAttemptTimeout(0)}},
		{name: "no response bytes", field: "WithMaxResponseBytes", opts: []workato.Option{token, workato.WithMaxResponseBytes(0)}},
		{name: "nil limiter", field: "WithLimiter", opts: []workato.Option{token, workato.WithLimiter(nil)}},
		{name: "nil logger", field: "WithLogger", opts: []workato.Option{token, workato.WithLogger(nil)}},
		{name: "nil hook", field: "WithHook", opts: []workato.Option{token, workato.WithHook(nil)}},
		{name: "empty user agent", field: "WithUserAgent", opts: []workato.Option{token, workato.WithUserAgent("")}},
		{name: "user agent with a line end", field: "WithUserAgent", opts: []workato.Option{token, workato.WithUserAgent("a\r\nX: b")}},
		{name: "application without a name", field: "WithApplication", opts: []workato.Option{token, workato.WithApplication("", "1")}},
		{name: "application version with a line end", field: "WithApplication", opts: []workato.Option{token, workato.WithApplication("a", "1\n")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, err := workato.NewClient(tc.opts...)
			assert.Nil(t, c)
			assertRefused(t, err, tc.field)
			if tc.secret != "" {
				assert.NotContains(t, err.Error(), tc.secret)
			}
		})
	}
}

func TestAllFaultyOptionsAreNamed(t *testing.T) {
	t.Parallel()
	_, err := workato.NewClient(
		workato.WithAPIToken(""), workato.WithUserToken("", ""), workato.WithRegion("mars"), workato.WithBaseURL("http://www.workato.example"),
		workato.WithAttemptTimeout(-1), nil, workato.WithLogger(nil), workato.WithUserAgent("\n"),
		workato.WithRetry(workato.RetryPolicy{MaxRetries: -1, MinWait: -1, MaxWait: -1, Budget: -1}),
	)
	for _, field := range []string{
		"WithAPIToken", "email", "WithUserToken", "more than one credential", "WithRegion", "WithBaseURL", "WithAttemptTimeout",
		"option is nil", "WithLogger", "WithUserAgent",
		"MaxRetries is negative", "MinWait is negative", "MaxWait is negative", "Budget is negative",
	} {
		assertRefused(t, err, field)
	}
}

// TestTokenSourceFaults: what a source returns is checked like a fixed token.
func TestTokenSourceFaults(t *testing.T) {
	t.Parallel()
	failure := errors.New("vault is sealed")
	for name, tc := range map[string]struct {
		token string
		err   error
		want  error
	}{
		"error":    {err: failure, want: failure},
		"empty":    {want: workato.ErrInvalidArgument},
		"line end": {token: "test-token\n", want: workato.ErrInvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			c, err := workato.NewClient(workato.WithHTTPClient(&http.Client{Transport: unreachable(t)}),
				workato.WithTokenSource(func(context.Context) (string, error) { calls++; return tc.token, tc.err }))
			require.NoError(t, err)
			_, err = c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
			require.ErrorIs(t, err, tc.want)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			assert.NotContains(t, err.Error(), "test-token")
			assert.Equal(t, 1, calls, "asking again would not help")
		})
	}
}
