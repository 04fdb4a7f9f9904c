package workato_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func upsert(p *workato.PropertyUpsertParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return ignore(c.Properties.Upsert(ctx, customer, p))
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (map[string]workato.PropertyValue, error) {
		return c.Properties.List(ctx, customerID, &workato.PropertyListParams{Prefix: "billing_sync."})
	}
	want := map[string]workato.PropertyValue{"billing_sync.object": "Invoice", "billing_sync.key": "Id", "billing_sync.empty": ""}
	for _, form := range []string{"result", "bare", "pairs"} {
		assert.Equal(t, want, decoded(t, "properties/"+form+".json", list), form)
	}
	none := decoded(t, "properties/none.json", list)
	assert.NotNil(t, none)
	assert.Empty(t, none)

	var names []string
	transport := responding(response{body: fixture(t, "properties/bare.json")})
	for p, err := range newClient(t, transport).Properties.All(t.Context(), customerID, &workato.PropertyListParams{Prefix: "b"}) {
		require.NoError(t, err)
		names = append(names, p.Name)
		assert.Equal(t, want[p.Name], p.Value)
	}
	assert.Equal(t, []string{"billing_sync.empty", "billing_sync.key", "billing_sync.object"}, names)
	transport.only(t)
}

func TestPropertyResponses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]map[string]workato.PropertyValue{
		`{"result": {"p.n": 12, "p.b": false, "p.0": null}}`: {"p.n": "12", "p.b": "false", "p.0": ""},
		`{"result": [{"name": "p.a", "value": "1"}]}`:        {"p.a": "1"},
		`{"P.Upper": "kept"}`:                                {"P.Upper": "kept"},
		`{}`:                                                 {},
		`[]`:                                                 {},
	} {
		c := newClient(t, responding(response{body: body}))
		got, err := c.Properties.List(t.Context(), customerID, &workato.PropertyListParams{Prefix: "p."})
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
	for _, body := range []string{
		``, `null`, `"ok"`, `<html></html>`, `{"result": null}`, `{"result": "hunter2-secret"}`, `{"message": "hunter2-secret"}`,
		`{"p.a": {"nested": "hunter2-secret"}}`, `{"result": {"p.a": ["hunter2-secret"]}}`, `[{"value": "hunter2-secret"}]`, `[7]`,
	} {
		c := newClient(t, responding(response{body: body}))
		_, err := c.Properties.List(t.Context(), customerID, &workato.PropertyListParams{Prefix: "p."})
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
	c := newClient(t, responding(response{body: `{"result": null}`}))
	_, err := c.Properties.List(t.Context(), customerID, &workato.PropertyListParams{Prefix: "res"})
	assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, "an envelope without properties is not a property called result")
}

// TestPropertiesOfAProject: their names may lack the prefix, but a refusal is
// not a property.
func TestPropertiesOfAProject(t *testing.T) {
	t.Parallel()
	params := &workato.PropertyListParams{Prefix: "sync.", ProjectID: 649}
	list := func(ctx context.Context, c *workato.Client) (map[string]workato.PropertyValue, error) {
		return c.Properties.List(ctx, customerID, params)
	}
	assert.Equal(t, map[string]workato.PropertyValue{"public_url": "https://sync.example.com", "admin_email": "ops@borealis.example"},
		decoded(t, "properties/project_bare.json", list))
	for body, want := range map[string]map[string]workato.PropertyValue{
		`{"message": "x", "url": "y"}`:                 {"message": "x", "url": "y"},
		`{"sync.error": "x", "sync.success": "false"}`: {"sync.error": "x", "sync.success": "false"},
		`{"result": {"url": "y"}}`:                     {"url": "y"},
		`{}`:                                           {},
	} {
		got, err := list(t.Context(), newClient(t, responding(response{body: body})))
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
	for _, body := range []string{
		`{"message": "busy"}`, `{"error": "Internal"}`, `{"success": false, "url": "y"}`, `{"result": {"errors": ["x"]}}`, `{"url": ["y"]}`,
	} {
		_, err := list(t.Context(), newClient(t, responding(response{body: body})))
		assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
	params.ProjectID = 0
	_, err := list(t.Context(), newClient(t, responding(response{body: fixture(t, "properties/project_bare.json")})))
	assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, "without a project the names are complete")
}

func TestUpsertResponses(t *testing.T) {
	t.Parallel()
	call := func(ctx context.Context, c *workato.Client) (*workato.PropertyUpsertResult, error) {
		return c.Properties.Upsert(ctx, customerID, &workato.PropertyUpsertParams{Properties: map[string]workato.PropertyValue{"a": "b"}})
	}
	assert.Nil(t, decoded(t, "properties/saved.json", call).SavedPropertyCount)
	assert.Equal(t, workato.Ptr[int64](2), decoded(t, "properties/saved_count.json", call).SavedPropertyCount)
}

// TestLargestProperties: characters are counted, not bytes.
func TestLargestProperties(t *testing.T) {
	t.Parallel()
	many := map[string]workato.PropertyValue{}
	for i := range workato.MaxProperties {
		many[fmt.Sprint("p", i)] = "v"
	}
	for name, properties := range map[string]map[string]workato.PropertyValue{
		"long": {strings.Repeat("é", 100): workato.PropertyValue(strings.Repeat("é", 1024))}, "a thousand": many,
	} {
		c := newClient(t, responding(response{body: `{"success": true}`}))
		assert.NoError(t, upsert(&workato.PropertyUpsertParams{Properties: properties})(t.Context(), c, customerID), name)
	}
}

// TestPropertyValuesStaySecret prints everything that holds a value in every
// way.
func TestPropertyValuesStaySecret(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-secret"
	params := &workato.PropertyUpsertParams{Properties: map[string]workato.PropertyValue{"crm.token": secret}}
	listed := map[string]workato.PropertyValue{"crm.token": secret}
	holders := map[string]any{
		"params": params, "list": listed, "value": workato.PropertyValue(secret),
		"property": workato.Property{Name: "crm.token", Value: secret}, "properties": []workato.Property{{Name: "crm.token", Value: secret}},
	}
	for name, holder := range holders {
		var logs bytes.Buffer
		slog.New(slog.NewTextHandler(&logs, nil)).InfoContext(t.Context(), "m", "v", holder)
		slog.New(slog.NewJSONHandler(&logs, nil)).InfoContext(t.Context(), "m", "v", holder)
		texts := []string{logs.String(), asJSON(t, holder)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			texts = append(texts, fmt.Sprintf(verb, holder))
		}
		for _, text := range texts {
			assert.NotContains(t, text, secret, name)
			assert.NotContains(t, strings.ToLower(text), fmt.Sprintf("%x", secret), name)
			assert.NotContains(t, text, "hunter2", name)
		}
	}
	err := upsert(params)(t.Context(), newClient(t, responding(response{status: 400, body: `{"message": "cannot store ` + secret + `"}`})), customerID)
	require.ErrorIs(t, err, workato.ErrBadRequest)
	assert.NotContains(t, err.Error(), secret)
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.NotContains(t, string(apiErr.Body), secret)

	params.Properties["crm.token"] = workato.PropertyValue(secret + strings.Repeat("x", 1024))
	err = upsert(params)(t.Context(), newClient(t, unreachable(t)), customerID)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), secret)
	assert.NotContains(t, fmt.Sprintf("%+v", errors.Unwrap(err)), secret)
}

// TestPropertyNamedSuccess: a property may have any name.
func TestPropertyNamedSuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"success":"false"}`, `{"result":{"success":"false"}}`} {
		values, err := newClient(t, responding(response{status: http.StatusOK, body: body})).Properties.List(t.Context(), workato.AccountID(1),
			&workato.PropertyListParams{Prefix: "s"})
		require.NoError(t, err, body)
		require.Len(t, values, 1, body)
	}
}
