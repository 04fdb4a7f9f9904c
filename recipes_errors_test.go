package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestRecipeStartRefusals(t *testing.T) {
	t.Parallel()
	type step = workato.StepError
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, tc := range []struct {
		name         string
		body         string
		code, config []step
		connections  []int64
		needs        bool // only connections
	}{
		{
			name: "as recorded", body: fixture(t, "recipes/start_refused.json"),
			code: []step{
				{Step: 4, Field: "Body/Error", Value: raw(`null`), Message: "can't be blank", Path: "response.error"},
				{Step: 4, Field: "name", Value: raw(`"search_x"`), Message: "is invalid"},
			},
			config:      []step{{Step: 1, Field: "account_id", Value: raw(`32148`), Message: "unconnected"}},
			connections: []int64{32148},
		},
		{
			name: "connections only",
			body: `{"success": false, "code_errors": [], "config_errors": [[1, [["account_id", null, "can't be blank"]]],
				[3, [["account_id", "771", "unconnected", {"key": "k"}, "x"]]]]}`,
			code: nil,
			config: []step{
				{Step: 1, Field: "account_id", Value: raw(`null`), Message: "can't be blank"},
				{Step: 3, Field: "account_id", Value: raw(`"771"`), Message: "unconnected"},
			},
			connections: []int64{771}, needs: true,
		},
		{
			name: "tuples of five, any value",
			body: `{"success": false, "code_errors": [[2, [["a", {"b": [1]}, "m", "p.q", 7], ["c", [1, 2], "n", null, true]], "third"]]}`,
			code: []step{
				{Step: 2, Field: "a", Value: raw(`{"b": [1]}`), Message: "m", Path: "p.q"},
				{Step: 2, Field: "c", Value: raw(`[1, 2]`), Message: "n"},
			},
		},
		{
			name: "tuples of two and texts",
			body: `{"success": false, "code_errors": [[2, [["a", "m"], "loose text", ["alone"]]]],
				"config_errors": ["no connection", 12, null, [null, null, "gone"]]}`,
			code:   []step{{Step: 2, Field: "a", Message: "m"}, {Step: 2, Message: "loose text"}, {Step: 2, Message: `["alone"]`}},
			config: []step{{Message: "no connection"}, {Message: "12"}, {Message: "null"}, {Field: "null", Value: raw(`null`), Message: "gone"}},
		},
		{
			name: "objects of the application's own routes",
			body: `{"success": false, "code_errors": [{"line_number": 4, "errors": [
				{"field_label": "Body", "value": null, "message": "can't be blank"}, {"field": "x", "message": "y",
				"path": "p"}]}], "config_errors": [{"field": "account_id", "value": 7, "message": "unconnected"}]}`,
			code: []step{
				{Step: 4, Field: "Body", Value: raw(`null`), Message: "can't be blank"},
				{Step: 4, Field: "x", Message: "y", Path: "p"},
			},
			config: []step{{Field: "account_id", Value: raw(`7`), Message: "unconnected"}}, connections: []int64{7},
		},
		{
			name: "steps as texts",
			body: `{"success": false, "code_errors": [["4", [["name", null, "is invalid"]]], [null, [["x", 1, "y"]]]],
				"config_errors": [{"line_number": "1", "errors": [{"field_label": "account_id", "value": 5, "message": "unconnected"}]}]}`,
			code: []step{
				{Step: 4, Field: "name", Value: raw(`null`), Message: "is invalid"},
				{Field: "x", Value: raw(`1`), Message: "y"},
			},
			config: []step{{Step: 1, Field: "account_id", Value: raw(`5`), Message: "unconnected"}}, connections: []int64{5},
		},
		{
			name: "in the envelope", body: `{"result": {"success": false, "config_errors": [[1, [["account_id", 5, "unconnected"]]]]}}`,
			config: []step{{Step: 1, Field: "account_id", Value: raw(`5`), Message: "unconnected"}}, connections: []int64{5}, needs: true,
		},
		{
			name: "more than connections",
			body: `{"success": false, "config_errors": [[1, [["account_id", 5, "m"], ["table", 9, "m"], ["account_id", 0, "m"], ["account_id", -3, "m"]]]]}`,
			config: []step{
				{Step: 1, Field: "account_id", Value: raw(`5`), Message: "m"},
				{Step: 1, Field: "table", Value: raw(`9`), Message: "m"},
				{Step: 1, Field: "account_id", Value: raw(`0`), Message: "m"},
				{Step: 1, Field: "account_id", Value: raw(`-3`), Message: "m"},
			},
			connections: []int64{5},
		},
		{
			name: "label and name",
			body: `{"success": false, "code_errors": [{"line_number": 2, "errors": [{"field_label": "Body", "field": "body", "message": "m"}]}]}`,
			code: []step{{Step: 2, Field: "Body", Message: "m"}},
		},
		{name: "no reasons", body: `{"success": false}`},
		{name: "reasons are null", body: `{"success": false, "code_errors": null, "config_errors": null}`},
		{name: "reasons are not lists", body: `{"success": false, "code_errors": "bad", "config_errors": {"a": 1}}`},
		{name: "message only", body: `{"success": false, "message": "limit of the plan"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 400, 422} {
				err := failing(t, "recipes.start", response{status: status, body: tc.body})
				require.ErrorIs(t, err, workato.ErrRejected)
				var refused *workato.RecipeStartError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, tc.code, refused.CodeErrors)
				assert.Equal(t, tc.config, refused.ConfigErrors)
				assert.Equal(t, tc.connections, refused.ConnectionIDs())
				assert.Equal(t, tc.needs, refused.NeedsConnection())
				assert.Equal(t, tc.body, string(refused.Err.Body))
				for i, reason := range append(append([]step{}, tc.config...), tc.code...) {
					if i < 5 {
						assert.ErrorContains(t, err, reason.String())
					}
				}
			}
		})
	}

	var refused *workato.RecipeStartError
	for _, a := range []response{{status: 404, body: `{"message": "Not found"}`}, {status: 400, body: `{"message": "state"}`}, {body: `<html>`}} {
		assert.NotErrorAs(t, failing(t, "recipes.start", a), &refused)
	}
	assert.Equal(t, "step 1: account_id: unconnected", workato.StepError{Step: 1, Field: "account_id", Message: "unconnected"}.String())
	assert.Equal(t, "unconnected", workato.StepError{Message: "unconnected"}.String())
}

// TestRecipeStartRefusalIsBounded: a recipe can have hundreds of errors.
func TestRecipeStartRefusalIsBounded(t *testing.T) {
	t.Parallel()
	entry := `[7, [["` + strings.Repeat("field", 400) + `", null, "` + strings.Repeat("is\\nbad ", 400) + `"]]]`
	body := `{"success": false, "code_errors": [` + strings.Repeat(entry+",", 9) + entry + `]}`
	err := failing(t, "recipes.start", response{body: body})
	var refused *workato.RecipeStartError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, refused.CodeErrors, 10)
	assert.ErrorContains(t, err, "and 5 more")
	assert.NotContains(t, err.Error(), "\n")
	assertLine(t, refused.CodeErrors[0].Field)
	assertLine(t, refused.CodeErrors[0].Message)
}

// TestRecipeStartRefusalBeyondTheKeptBody: reasons are read before the body is
// cut to the size that an error keeps.
func TestRecipeStartRefusalBeyondTheKeptBody(t *testing.T) {
	t.Parallel()
	body := `{"success": false, "padding": "` + strings.Repeat("x", 70<<10) + `", "config_errors": [[1, [["account_id", 5, "unconnected"]]]]}`
	var refused *workato.RecipeStartError
	require.ErrorAs(t, failing(t, "recipes.start", response{body: body}), &refused)
	assert.Equal(t, []int64{5}, refused.ConnectionIDs())
	assert.True(t, refused.NeedsConnection())
}

// TestRefusalWithoutAReason must not read like a success.
func TestRefusalWithoutAReason(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"recipes.start", "recipes.stop", "recipes.delete"} {
		assert.EqualError(t, failing(t, op, response{body: `{"success": false}`}), "workato: "+op+": HTTP 200: rejected")
	}
}

func TestRecipeRunningError(t *testing.T) {
	t.Parallel()
	err := &workato.RecipeRunningError{Err: &workato.APIError{StatusCode: 200, Operation: "recipes.delete", Message: "running", Rejected: true}}
	assert.ErrorIs(t, err, workato.ErrRejected)
	assert.ErrorContains(t, err, "recipes.delete")
}

// TestRunningRecipe recognises every known form of the refusal to change a
// running recipe, and nothing else.
func TestRunningRecipe(t *testing.T) {
	t.Parallel()
	update := func(ctx context.Context, c *workato.Client) error {
		return c.Recipes.Update(ctx, customerID, 41354, &workato.RecipeUpdateParams{Name: workato.Set("B")})
	}
	remove := func(ctx context.Context, c *workato.Client) error { return c.Recipes.Delete(ctx, customerID, 41354) }
	for name, test := range map[string]struct {
		response response
		running  bool
	}{
		"seen with HTTP 200":     {response{body: fixture(t, "recipes/running.json")}, true},
		"in a result":            {response{body: `{"result": {"success": false, "errors": {"running": ["x"]}}}`}, true},
		"reported with HTTP 400": {response{status: 400, body: `{"message": "Recipe is running"}`}, true},
		"400 with the field":     {response{status: 400, body: `{"message": "Invalid", "errors": {"running": ["must be stopped"]}}`}, true},
		"400 on the whole":       {response{status: 400, body: `{"errors": {"base": ["Running recipe cannot change"]}}`}, true},
		"a conflict":             {response{status: 409, body: `{"message": "Recipe is running"}`}, true},
		"another field":          {response{status: 400, body: `{"errors": {"name": ["'Running shoes' is taken"]}}`}, false},
		"another refusal":        {response{body: `{"success": false, "errors": {"name": ["can't be blank"]}}`}, false},
		"another 400":            {response{status: 400, body: `{"message": "Bad request"}`}, false},
		"another status":         {response{status: 404, body: `{"message": "running"}`}, false},
	} {
		for verb, call := range map[string]func(context.Context, *workato.Client) error{"update": update, "delete": remove} {
			t.Run(verb+" "+name, func(t *testing.T) {
				t.Parallel()
				err := call(t.Context(), newClient(t, responding(test.response)))
				var running *workato.RecipeRunningError
				assert.Equal(t, test.running, errors.As(err, &running))
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr)
				assert.Equal(t, "recipes."+verb, apiErr.Operation)
				assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			})
		}
	}
}
