package workatotest

import (
	"fmt"
	"maps"
	"slices"
)

var dataTables = shelf{
	name: "data_tables", path: "/api/v2/managed_users/{customer}/data_tables", arg: "data_table_id", verbs: "list create get update delete",
	paging: byNumber, body: "name* folder_id:i* schema:a*", list: "data", one: "data",
	id: func(n int64) any { return fakeUUID(n) }, view: dataTableView,
}

func fakeUUID(n int64) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// dataTableView completes the columns of the schema. A column without an id has
// one from its place in the table.
func dataTableView(_ *call, table Record) object {
	view := maps.Clone(table)
	columns, _ := table["schema"].([]any)
	whole := make([]any, len(columns))
	for i, column := range columns {
		given, isColumn := column.(object)
		if !isColumn {
			whole[i] = column
			continue
		}
		completed := object{
			"optional": true, "field_id": fakeUUID(int64(i) + 1), "hint": nil, "default_value": nil, "metadata": object{},
			"multivalue": false, "relation": nil,
		}
		maps.Copy(completed, given)
		whole[i] = completed
	}
	view["schema"] = whole
	return view
}

func dataTableRoutes() []route {
	home := dataTables.atHome()
	home.path = "/api/data_tables"
	special := []route{
		{method: "POST", path: dataTables.path + "/{data_table_id}/truncate", op: "data_tables.truncate", handle: dataTables.on(func(*call, Record) response { return success() })},
	}
	return slices.Concat(dataTables.routes(), home.routes(), special)
}
