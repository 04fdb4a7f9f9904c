package workatotest

import (
	"maps"
	"slices"
)

// fieldMaps is the family of [Customer.Records] with dynamic field mappings: each
// has a recipe_id and a handle.
const fieldMaps = "field_map_introspections"

const fieldMapPath = "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections"

var fieldMapRoutes = []route{
	{method: "GET", path: fieldMapPath, op: "field_mappings.list", handle: onFieldMaps(listFieldMaps)},
	{method: "PUT", path: fieldMapPath, op: "field_mappings.update_many", body: "data:a", handle: onFieldMaps(updateFieldMaps)},
	{method: "GET", path: fieldMapPath + "/{handle}", op: "field_mappings.get", handle: onFieldMap(showFieldMap)},
	{method: "PUT", path: fieldMapPath + "/{handle}", op: "field_mappings.update", body: "sources:a", handle: onFieldMap(updateFieldMap)},
	{method: "POST", path: fieldMapPath + "/{handle}/refresh_schema", op: "field_mappings.refresh_schema", handle: onFieldMap(showFieldMap)},
	{method: "POST", path: fieldMapPath + "/{handle}/pick_list", op: "field_mappings.pick_list", body: "field", handle: onFieldMap(pickFieldMap)},
}

// onFieldMaps finds the mappings of the recipe in the path.
func onFieldMaps(do func(*call, []Record) response) func(*call) response {
	return func(c *call) response {
		if recipeByID(c.ws, c.arg("recipe_id")) == nil {
			return notFound()
		}
		var found []Record
		for _, r := range c.ws.Records[fieldMaps] {
			if idText(r["recipe_id"]) == c.args["recipe_id"] {
				found = append(found, r)
			}
		}
		return do(c, found)
	}
}

func onFieldMap(do func(*call, Record) response) func(*call) response {
	return onFieldMaps(func(c *call, all []Record) response {
		i := slices.IndexFunc(all, func(r Record) bool { return toText(r["handle"]) == c.args["handle"] })
		if i < 0 {
			return notFound()
		}
		return do(c, all[i])
	})
}

func fieldMapView(r Record) object {
	shown := maps.Clone(r)
	delete(shown, "id")
	delete(shown, "recipe_id")
	return shown
}

func listFieldMaps(_ *call, all []Record) response {
	views := []object{}
	for _, r := range all {
		views = append(views, fieldMapView(r))
	}
	return ok(object{"data": views})
}

func showFieldMap(_ *call, r Record) response { return ok(object{"data": fieldMapView(r)}) }

// setFieldMap takes over what an update says, but for what the path says.
func setFieldMap(r Record, body object) {
	for key, value := range body {
		if key != "id" && key != "recipe_id" && key != "handle" {
			r[key] = value
		}
	}
}

func updateFieldMap(c *call, r Record) response {
	setFieldMap(r, c.body)
	return showFieldMap(c, r)
}

func updateFieldMaps(c *call, all []Record) response {
	changes, _ := c.body["data"].([]any)
	for _, each := range changes {
		change, _ := each.(object)
		i := slices.IndexFunc(all, func(r Record) bool { return idText(r["handle"]) == idText(change["handle"]) })
		if i < 0 {
			return notFound()
		}
		setFieldMap(all[i], change)
	}
	return listFieldMaps(c, all)
}

func pickFieldMap(*call, Record) response { return ok(object{"data": []any{}}) }
