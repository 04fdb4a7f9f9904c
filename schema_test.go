package workato_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestInputSchema(t *testing.T) {
	t.Parallel()
	ofConnection := func(ctx context.Context, c *workato.Client) ([]workato.SchemaField, error) {
		return c.Connections.InputSchema(ctx, customerID, 7012)
	}
	fields := decoded(t, "connections/input_schema.json", ofConnection)
	require.Len(t, fields, 5)

	profile := fields[0]
	assert.JSONEq(t, asJSON(t, profile), string(profile.Raw))
	profile.Raw = nil
	assert.Equal(t, workato.SchemaField{
		Name: "profile", Label: "Profile", Type: "string", ControlType: "text", Hint: "Name of the <b>profile</b>", NgIf: "!line.x", DisableFormula: true,
	}, profile)
	assert.Equal(t, []workato.SchemaField{profile}, withoutRaw(decoded(t, "integrations/input_schema.json",
		func(ctx context.Context, c *workato.Client) ([]workato.SchemaField, error) {
			return c.Integrations.InputSchema(ctx, customerID, "jms")
		})))
	assert.Contains(t, asJSON(t, profile), `"name":"profile"`, "a field that did not come from the service is written too")

	assert.True(t, fields[1].Secret())
	assert.True(t, fields[1].Optional, "a boolean in a string")
	assert.False(t, fields[0].Secret())

	choices, ok := fields[2].Choices()
	require.True(t, ok)
	assert.Equal(t, []string{"Production", "Test"}, []string{choices[0].Label, choices[1].Label})
	assert.Equal(t, "live", choices[0].Text())
	assert.JSONEq(t, `"live"`, string(fields[2].Default))
	assert.True(t, fields[2].ExtendsSchema)
	assert.Equal(t, "Use a custom value", fields[2].ToggleField.ToggleHint)
	for _, i := range []int{0, 3} {
		_, ok = fields[i].Choices()
		assert.False(t, ok, fields[i].Name)
	}
	_, ok = workato.SchemaField{PickList: json.RawMessage(`null`)}.Choices()
	assert.False(t, ok)
	assert.JSONEq(t, `"regions"`, string(fields[3].PickList))
	require.Len(t, fields[4].Properties, 1)
	assert.Equal(t, "string", fields[4].Properties[0].Of)
	assert.Equal(t, ",", fields[4].Properties[0].Delimiter)

	assert.JSONEq(t, rowsOf(t, "connections/input_schema.json"), asJSON(t, fields), "no key is lost")
}

// TestNestedSchema: a loosely typed value on every level must not double the
// work per level, and no depth may exhaust memory or stack.
func TestNestedSchema(t *testing.T) {
	t.Parallel()
	schema := func(key string, levels int, innermost string) (*workato.SchemaField, error) {
		open, end := `{"name": "a", "optional": "true", "toggle_field": `, `}`
		if key == "properties" {
			open, end = `{"name": "a", "optional": "true", "properties": [`, `]}`
		}
		body := `{"result": [` + strings.Repeat(open, levels-1) + innermost + strings.Repeat(end, levels-1) + `]}`
		fields, err := newClient(t, responding(response{body: body})).Connections.InputSchema(t.Context(), customerID, 7012)
		if err != nil {
			return nil, err
		}
		return &fields[0], nil
	}
	for _, key := range []string{"toggle_field", "properties"} {
		field, err := schema(key, 20, `{"name": "z", "optional": "1"}`)
		require.NoError(t, err, key)
		levels := 1
		for ; field.Name != "z"; levels++ {
			assert.True(t, field.Optional, key)
			if key == "properties" {
				field = &field.Properties[0]
			} else {
				field = field.ToggleField
			}
		}
		assert.Equal(t, 20, levels, key)
		_, err = schema(key, 20, `{"name": "z", "optional": "perhaps"}`)
		require.ErrorContains(t, err, `.optional"`, key)
		for _, tooDeep := range []int{21, 4000} {
			_, err = schema(key, tooDeep, `{"name": "z"}`)
			require.ErrorIs(t, err, workato.ErrUnexpectedResponse, key)
			require.ErrorContains(t, err, "at most 20 objects within each other", key)
		}
	}
	_, err := schema("properties", 2, `{"name": {}, "hint": [], "optional": []}`)
	require.ErrorContains(t, err, `"result[0].properties[0].optional"`)

	for _, none := range []string{`null`, `""`, `[]`} {
		body := `{"result": [{"name": "a", "optional": "true", "properties": ` + none + `}]}`
		fields, err := newClient(t, responding(response{body: body})).Connections.InputSchema(t.Context(), customerID, 7012)
		require.NoError(t, err, none)
		assert.Empty(t, fields[0].Properties, none)
	}
}

func withoutRaw(fields []workato.SchemaField) []workato.SchemaField {
	for i := range fields {
		fields[i].Raw = nil
	}
	return fields
}
