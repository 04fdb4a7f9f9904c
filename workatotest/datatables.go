package workatotest

import (
	"fmt"
	"slices"
)

var dataTables = shelf{
	name: "data_tables", path: "/api/v2/managed_users/{customer}/data_tables", arg: "data_table_id", verbs: "list create get update delete",
	paging: byNumber, body: "name* folder_id:i* schema:a*", list: "data", one: "data",
	id: func(n int64) any { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) },
}

func dataTableRoutes() []route {
	home := dataTables.atHome()
	home.path = "/api/data_tables"
	special := []route{
		{method: "POST", path: dataTables.path + "/{data_table_id}/truncate", op: "data_tables.truncate", handle: dataTables.on(func(*call, Record) answer { return success() })},
	}
	return slices.Concat(dataTables.routes(), home.routes(), special)
}
