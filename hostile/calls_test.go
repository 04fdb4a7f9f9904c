package hostile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// call is one way to make the client send one operation.
type call struct {
	name   string // of the operation, with "raw " in front for Client.Do
	effect workato.Effect
	run    func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error
	good   string // an answer that the method takes
}

var acme = workato.ExternalID("acme.example")

const (
	goodConnection = `{"id":4711,"name":"Jira","provider":"jira","created_at":"2024-05-06T07:08:09.010Z","updated_at":"2024-05-06T07:08:09.010Z"}`
	goodImport     = `{"id":12,"operation_type":"import","status":"in_progress"}`
	goodCustomer   = `{"id":98178,"external_id":"acme.example","name":"Acme","created_at":"2024-05-06T07:08:09.010Z"}`
	goodPlain      = `{"id":31}`
	goodDone       = `{"success":true}`
)

// typed are the typed methods that the suite knows. What it does not know is
// driven by Client.Do: see operations.
var typed = map[string]call{
	"connections.list": {good: `{"result":[` + goodConnection + `]}`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Connections.List(ctx, acme, nil, opts...)
		return err
	}},
	"connections.create": {good: goodConnection, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Connections.Create(ctx, acme, &workato.ConnectionCreateParams{Provider: "jira", Input: map[string]any{"password": "test-password"}}, opts...)
		return err
	}},
	"connections.update": {good: goodConnection, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Connections.Update(ctx, acme, 4711, &workato.ConnectionUpdateParams{Name: workato.Set("Jira")}, opts...)
		return err
	}},
	"connections.disconnect": {good: `{"result":{"success":true,"status":"disconnected"}}`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Connections.Disconnect(ctx, acme, 4711, nil, opts...)
	}},
	"connections.delete": {good: goodDone, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Connections.Delete(ctx, acme, 4711, opts...)
	}},
	"folders.create": {good: goodPlain, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Folders.Create(ctx, acme, &workato.FolderCreateParams{Name: "Sales"}, opts...)
		return err
	}},
	"imports.create": {good: goodImport, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Imports.Create(ctx, acme, &workato.ImportCreateParams{Package: workato.PackageBytes([]byte("PK zip")), FolderID: 9}, opts...)
		return err
	}},
	"imports.get": {good: goodImport, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Imports.Get(ctx, acme, 12, opts...)
		return err
	}},
	"integrations.list": {good: `[{"name":"jira","title":"Jira"}]`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Integrations.List(ctx, &workato.IntegrationListParams{Applications: []string{"jira"}}, opts...)
		return err
	}},
	"managed_users.create": {good: goodCustomer, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "Acme", NotificationEmail: "ops@example.com", ExternalID: "acme.example"}, opts...)
		return err
	}},
	"managed_users.get": {good: goodCustomer, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.ManagedUsers.Get(ctx, acme, opts...)
		return err
	}},
	"managed_users.update": {good: goodCustomer, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.ManagedUsers.Update(ctx, acme, &workato.ManagedUserUpdateParams{Name: workato.Set("Acme")}, opts...)
		return err
	}},
	"managed_users.upgrade": {good: goodCustomer, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.ManagedUsers.Upgrade(ctx, acme, nil, opts...) //nolint:staticcheck // deprecated upstream, still offered
		return err
	}},
	"managed_users.downgrade": {good: goodCustomer, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.ManagedUsers.Downgrade(ctx, acme, opts...) //nolint:staticcheck // deprecated upstream, still offered
		return err
	}},
	"members.add_legacy": {good: goodPlain, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Members.AddLegacy(ctx, acme, &workato.MemberAddLegacyParams{Name: "Ada", OAuthID: "ada@example.com"}, opts...) //nolint:staticcheck // deprecated upstream, still offered
		return err
	}},
	"members.remove_legacy": {good: goodDone, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Members.RemoveLegacy(ctx, acme, 31, opts...) //nolint:staticcheck // deprecated upstream, still offered
	}},
	"picklists.get_values": {good: `{"result":[["Bug","1"]]}`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Picklists.GetValues(ctx, acme, 4711, &workato.PicklistGetValuesParams{PickListName: "issue_types"}, opts...)
		return err
	}},
	"recipes.list": {good: `{"result":[{"id":5}]}`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Recipes.List(ctx, acme, nil, opts...)
		return err
	}},
	"recipes.start": {good: goodDone, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Recipes.Start(ctx, acme, 5, opts...)
	}},
	"recipes.stop": {good: goodDone, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Recipes.Stop(ctx, acme, 5, opts...)
	}},
	"recipes.search_public": {good: `{"items":[{"id":5}]}`, run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		_, err := c.Recipes.SearchPublic(ctx, &workato.RecipeSearchPublicParams{Applications: []string{"jira"}}, opts...) //nolint:staticcheck // deprecated upstream, still offered
		return err
	}},
}

// operations returns a call for every operation: the typed method if the suite
// knows it, and Client.Do for the others and for every create.
func operations(effects ...workato.Effect) []call {
	var calls []call
	for _, op := range workato.Operations() {
		if len(effects) > 0 && op.Effect != effects[0] {
			continue
		}
		if c, ok := typed[op.Name]; ok {
			c.name, c.effect = op.Name, op.Effect
			calls = append(calls, c)
			if op.Effect != workato.Create {
				continue
			}
		}
		calls = append(calls, call{name: "raw " + op.Name, effect: op.Effect, good: `{}`, run: raw(op)})
	}
	return calls
}

// typedCalls returns the typed calls alone.
func typedCalls() []call {
	var calls []call
	for _, c := range operations() {
		if !strings.HasPrefix(c.name, "raw ") {
			calls = append(calls, c)
		}
	}
	return calls
}

// raw drives an operation by its path template.
func raw(op workato.Operation) func(context.Context, *workato.Client, ...workato.CallOption) error {
	req := workato.Request{Method: op.Method, Path: strings.ReplaceAll(op.Path, "{customer}", acme.PathSegment())}
	for {
		before, rest, more := strings.Cut(req.Path, "{")
		if !more {
			break
		}
		_, after, _ := strings.Cut(rest, "}")
		req.Path = before + "7" + after
	}
	if op.Method != http.MethodGet && op.Method != http.MethodHead {
		req.Body = map[string]any{"name": "Acme"}
	}
	return func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		var out json.RawMessage
		return c.Do(ctx, req, &out, opts...)
	}
}

// marked gives each call of a test a marker of its own.
func marked(name string, n int) (string, workato.CallOption) {
	mark := fmt.Sprintf("%s-%d", strings.ReplaceAll(name, " ", "-"), n)
	return mark, workato.WithHeader(marker, mark)
}

func TestSuiteKnowsEveryOperationItCalls(t *testing.T) {
	names := map[string]bool{}
	for _, op := range workato.Operations() {
		names[op.Name] = true
	}
	for name := range typed {
		require.Truef(t, names[name], "%s is not in the table of operations", name)
	}
}
