package workatotest

import (
	"fmt"
	"maps"
	"slices"
)

var dataTables = shelf{
	name: "data_tables", path: "/api/v2/managed_users/{customer}/data_tables", arg: "data_table_id", verbs: "list create get update delete",
	paging: byNumber, body: "name* folder_id:i* schema:a*", list: "data", one: "data",
	id: func(n int64) any { return fakeUUID(n) }, check: checkDataTable, view: dataTableView,
}

func fakeUUID(n int64) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// checkDataTable refuses columns that cannot be, and gives each new one an id that
// no column of the table has or has just lost.
func checkDataTable(c *call, table Record) *response {
	if refusal := naming(map[string]string{"folder_id": ""})(c, table); refusal != nil {
		return refusal
	}
	taken := map[string]bool{}
	for _, column := range dataColumns(table) {
		taken[toText(column["field_id"])] = true
	}
	given, _ := c.body["schema"].([]any)
	free := int64(0)
	for _, item := range given {
		column, _ := item.(object)
		id := toText(column["field_id"])
		switch {
		case toText(column["name"]) == "" || toText(column["type"]) == "":
			return refused(invalid("schema", "needs columns with type and name"))
		case id != "" && table != nil && !taken[id]:
			return refused(invalid("schema", "has the unknown field_id "+id))
		case id == "":
			for free++; taken[fakeUUID(free)]; {
				free++
			}
			column["field_id"] = fakeUUID(free)
		}
	}
	return nil
}

// dataColumns are the columns of a table as clients see them.
func dataColumns(table Record) []object {
	schema, _ := dataTableView(nil, table)["schema"].([]any)
	var columns []object
	for _, item := range schema {
		if column, isColumn := item.(object); isColumn {
			columns = append(columns, column)
		}
	}
	return columns
}

// dataTableView completes the columns of the schema. A column without an id has
// one from its place in the table.
func dataTableView(_ *call, table Record) object {
	view := object{}
	maps.Copy(view, table)
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
