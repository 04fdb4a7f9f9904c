package apitest

import (
	"encoding/json"

	"github.com/go-workato/workato"
)

// mapping is a call about one mapping.
func mapping(call func(c *Caller, recipeID int64, handle string) (json.RawMessage, error)) Call {
	return func(c *Caller) error { return c.keep(call(c, c.id(41354), c.name("dm-1"))) }
}

func updateMapping(p *workato.FieldMappingParams) Call {
	return mapping(func(c *Caller, recipeID int64, handle string) (json.RawMessage, error) {
		return c.FieldMappings.Update(c.ctx, c.customer, recipeID, handle, p, c.opts...)
	})
}

func pickMapping(p *workato.FieldMappingParams) Call {
	return mapping(func(c *Caller, recipeID int64, handle string) (json.RawMessage, error) {
		return c.FieldMappings.PickList(c.ctx, c.customer, recipeID, handle, p, c.opts...)
	})
}

func updateMappings(p *workato.FieldMappingParams) Call {
	return func(c *Caller) error {
		return c.keep(c.FieldMappings.UpdateMany(c.ctx, c.customer, c.id(41354), p, c.opts...))
	}
}

const fieldMaps = "/api/v2/managed_users/{customer}/recipes/41354/field_map_introspections"

var (
	body     = &workato.FieldMappingParams{Body: map[string]any{"a": []int{1}}}
	mayBeRaw = Good{`{"data": {"handle": "dm-1"}}`, `[]`, ``, " ", " \r\n\t"}
	noBody   = &workato.FieldMappingParams{}
)

var _ = register(
	Entry{
		Operation: "field_mappings.list", Want: "GET " + fieldMaps,
		Call: func(c *Caller) error { return c.keep(c.FieldMappings.List(c.ctx, c.customer, c.id(41354), c.opts...)) },
		Good: Good{"field_mappings/list.json", `[]`},
	},
	Entry{
		Operation: "field_mappings.get", Want: "GET " + fieldMaps + "/dm-1", Good: Good{`{"data": {"handle": "dm-1"}}`, `{"handle": "dm-1"}`},
		Call: mapping(func(c *Caller, recipeID int64, handle string) (json.RawMessage, error) {
			return c.FieldMappings.Get(c.ctx, c.customer, recipeID, handle, c.opts...)
		}),
	},
	Entry{
		Operation: "field_mappings.update", Call: updateMapping(body), Want: "PUT " + fieldMaps + "/dm-1", JSON: `{"a": [1]}`,
		Good: mayBeRaw, Refuses: Bad{"params": {updateMapping(nil)}, "Body": {updateMapping(noBody)}},
	},
	Entry{
		Operation: "field_mappings.update_many", Call: updateMappings(body), Want: "PUT " + fieldMaps, JSON: `{"a": [1]}`,
		Good: mayBeRaw, Refuses: Bad{"params": {updateMappings(nil)}, "Body": {updateMappings(noBody)}},
	},
	Entry{
		Operation: "field_mappings.refresh_schema", Want: "POST " + fieldMaps + "/dm-1/refresh_schema", Good: mayBeRaw,
		Call: mapping(func(c *Caller, recipeID int64, handle string) (json.RawMessage, error) {
			return c.FieldMappings.RefreshSchema(c.ctx, c.customer, recipeID, handle, c.opts...)
		}),
	},
	Entry{
		Operation: "field_mappings.pick_list", Call: pickMapping(body), Want: "POST " + fieldMaps + "/dm-1/pick_list", JSON: `{"a": [1]}`,
		Good: Good{`{"data": []}`, `[]`}, Refuses: Bad{"params": {pickMapping(nil)}, "Body": {pickMapping(noBody)}},
	},
)
