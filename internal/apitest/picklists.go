package apitest

import "github.com/go-workato/workato"

func getPicklist(p *workato.PicklistGetValuesParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Picklists.GetValues(c.ctx, c.customer, c.id(1678), p, c.opts...))
	}
}

var _ = register(Entry{
	Operation: "picklists.get_values", Call: getPicklist(&workato.PicklistGetValuesParams{PickListName: "sobject_fields"}),
	Want: "POST /api/managed_users/{customer}/connections/1678/pick_list", JSON: `{"pick_list_name": "sobject_fields"}`,
	More: []Case{{
		Name: "with parameters",
		Call: getPicklist(&workato.PicklistGetValuesParams{
			PickListName: "folder_path", PickListParams: map[string]any{"__parent_id": "root", "depth": 2},
		}),
		JSON: `{"pick_list_name": "folder_path", "pick_list_params": {"__parent_id": "root", "depth": 2}}`,
	}},
	Good: Good{"picklists/pairs.json", "picklists/tree.json", "picklists/mixed.json", `{"result": []}`},
	Refuses: Bad{
		"params":       {getPicklist(nil)},
		"PickListName": {getPicklist(&workato.PicklistGetValuesParams{})},
	},
})
