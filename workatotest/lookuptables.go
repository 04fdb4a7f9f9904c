package workatotest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

var lookupRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/lookup_tables", op: "lookup_tables.list", query: "page:i per_page:i", handle: (*call).listTables},
	{method: "POST", path: "/api/managed_users/{customer}/lookup_tables", op: "lookup_tables.create", wrap: "lookup_table", body: "name* project_id:i schema:v*", handle: (*call).createTable},
	{method: "POST", path: "/api/managed_users/{customer}/lookup_tables/batch_delete", op: "lookup_tables.batch_delete", body: "ids:a lookup_table_ids:a", handle: (*call).deleteTables},
	{method: "GET", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/lookup", op: "lookup_tables.lookup", query: "by:v", handle: on((*call).table, (*call).lookupRow)},
	{method: "GET", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows", op: "lookup_tables.list_rows", query: "page:i per_page:i by:v", handle: on((*call).table, (*call).listRows)},
	{method: "GET", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}", op: "lookup_tables.get_row", handle: (*call).getRow},
	{method: "POST", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows", op: "lookup_tables.add_row", body: "data:o*", handle: on((*call).table, (*call).addRow)},
	{method: "PUT", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}", op: "lookup_tables.update_row", body: "data:o*", handle: (*call).updateRow},
	{method: "DELETE", path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}", op: "lookup_tables.delete_row", handle: (*call).deleteRow},

	{method: "GET", path: "/api/lookup_tables", op: "own.lookup_tables.list", query: "page:i per_page:i", envelope: "-", handle: (*call).listTables},
	{method: "GET", path: "/api/lookup_tables/{lookup_table_id}/rows", op: "own.lookup_tables.list_rows", query: "page:i per_page:i by:v", envelope: "-", handle: on((*call).table, (*call).listRows)},
	{method: "GET", path: "/api/lookup_tables/{lookup_table_id}/lookup", op: "own.lookup_tables.lookup", query: "by:v", handle: on((*call).table, (*call).lookupRow)},
	{method: "POST", path: "/api/lookup_tables/{lookup_table_id}/rows", op: "own.lookup_tables.add_row", body: "data:o*", handle: on((*call).table, (*call).addRow)},
}

// maxColumns is the largest number of columns of a lookup table.
const maxColumns = 10

// tableView has the schema as JSON inside a string, and the project's id as a
// string, like the service.
func tableView(t *LookupTable) object {
	var project any
	if t.ProjectID != 0 {
		project = strconv.FormatInt(t.ProjectID, 10)
	}
	return object{
		"id": t.ID, "name": t.Name, "schema": string(encodeJSON(t.schema())), "project_id": project,
		"created_at": stamp(t.CreatedAt), "updated_at": stamp(t.UpdatedAt),
	}
}

// schema describes the columns, as in the package if there was one.
func (t *LookupTable) schema() any {
	if t.Schema != nil {
		return t.Schema
	}
	schema := []object{}
	for i, label := range t.Columns {
		schema = append(schema, object{
			"control_type": "text", "label": label, "name": "col" + strconv.Itoa(i+1), "type": "string", "sticky": true,
		})
	}
	return schema
}

func rowView(row *LookupRow) object {
	return object{"id": row.ID, "data": row.Data, "created_at": stamp(row.CreatedAt), "updated_at": stamp(row.UpdatedAt)}
}

func (c *call) table() *LookupTable {
	return find(c.ws.LookupTables, func(t *LookupTable) int64 { return t.ID }, c.arg("lookup_table_id"))
}

func (c *call) listTables() response {
	views := make([]object, len(c.ws.LookupTables))
	for i, t := range c.ws.LookupTables {
		views[i] = tableView(t)
	}
	page, _ := paged(c, views, 1, 100, 100)
	return c.list(page)
}

func (c *call) createTable() response {
	t := &LookupTable{Name: c.text("name"), ProjectID: c.id("project_id")}
	if t.ProjectID != 0 && c.project(t.ProjectID) == nil {
		return invalid("project_id", "is invalid")
	}
	for _, known := range c.ws.LookupTables {
		if known.Name == t.Name {
			return invalid("name", "has already been taken")
		}
	}
	schema, _ := c.value("schema")
	columns, valid := columnsOf(schema)
	labels := slices.Sorted(slices.Values(columns))
	if !valid || len(columns) == 0 || len(columns) > maxColumns || len(slices.Compact(labels)) < len(columns) {
		return invalid("schema", "is invalid")
	}
	t.Columns = columns
	c.prepareTable(t)
	c.ws.LookupTables = append(c.ws.LookupTables, t)
	return ok(tableView(t))
}

// columnsOf reads a schema: an array of fields, or the same as a JSON text.
func columnsOf(schema any) ([]string, bool) {
	if text, isText := schema.(string); isText {
		body, err := decodeBody("", []byte(`{"schema":`+text+`}`))
		if err != nil {
			return nil, false
		}
		schema = body["schema"]
	}
	items, isArray := schema.([]any)
	if schema != nil && !isArray {
		return nil, false
	}
	var columns []string
	for _, item := range items {
		column, _ := item.(object)
		label := toText(column["label"])
		if label == "" {
			return nil, false
		}
		columns = append(columns, label)
	}
	return columns, true
}

func (s *Server) prepareTable(t *LookupTable) {
	s.ensureID(&t.ID, "lookup_table")
	if t.CreatedAt.IsZero() {
		t.CreatedAt = s.now()
		t.UpdatedAt = t.CreatedAt
	}
	for _, row := range t.Rows {
		s.prepareRow(row)
	}
}

func (s *Server) prepareRow(row *LookupRow) {
	s.ensureID(&row.ID, "lookup_row")
	if row.CreatedAt.IsZero() {
		row.CreatedAt = s.now()
		row.UpdatedAt = row.CreatedAt
	}
}

// deleteTables accepts the ids under both names that clients use.
func (c *call) deleteTables() response {
	ids := append(c.words("ids"), c.words("lookup_table_ids")...)
	if len(ids) == 0 {
		return invalid("ids", "can't be blank")
	}
	kept := slices.DeleteFunc(c.ws.LookupTables, func(t *LookupTable) bool {
		return slices.Contains(ids, strconv.FormatInt(t.ID, 10))
	})
	c.ws.LookupTables = kept
	return success()
}

// matchingRows are the rows that match all by[column]=value of the query. A
// column is named by its label or its internal name.
func (c *call) matchingRows(t *LookupTable) []*LookupRow {
	var rows []*LookupRow
	for _, row := range t.Rows {
		fits := true
		for key, values := range c.query {
			column, isFilter := strings.CutPrefix(key, "by[")
			column = strings.TrimSuffix(column, "]")
			if isFilter && row.Data[t.label(column)] != values[len(values)-1] {
				fits = false
			}
		}
		if fits {
			rows = append(rows, row)
		}
	}
	return rows
}

// label turns an internal name (col1) into the label of the column.
func (t *LookupTable) label(name string) string {
	if digits, internal := strings.CutPrefix(name, "col"); internal {
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(t.Columns) {
			return t.Columns[n-1]
		}
	}
	return name
}

func (c *call) lookupRow(t *LookupTable) response {
	rows := c.matchingRows(t)
	if len(rows) == 0 {
		return notFound()
	}
	return ok(rowView(rows[0]))
}

func (c *call) listRows(t *LookupTable) response {
	var views []object
	for _, row := range c.matchingRows(t) {
		views = append(views, rowView(row))
	}
	page, _ := paged(c, views, 1, 500, 1000)
	return c.list(page)
}

// row finds the table and the row that the path names.
func (c *call) row() (*LookupTable, *LookupRow) {
	t := c.table()
	if t == nil {
		return nil, nil
	}
	return t, find(t.Rows, func(row *LookupRow) int64 { return row.ID }, c.arg("row_id"))
}

func (c *call) getRow() response {
	_, row := c.row()
	if row == nil {
		return notFound()
	}
	return ok(rowView(row))
}

func (c *call) addRow(t *LookupTable) response {
	row := &LookupRow{Data: map[string]string{}}
	if a := c.readRow(t, row); a != nil {
		return *a
	}
	c.prepareRow(row)
	t.Rows = append(t.Rows, row)
	return ok(rowView(row))
}

func (c *call) updateRow() response {
	t, row := c.row()
	if row == nil {
		return notFound()
	}
	if a := c.readRow(t, row); a != nil {
		return *a
	}
	row.UpdatedAt = c.now()
	return ok(rowView(row))
}

// readRow merges the cells of the body into a row.
func (c *call) readRow(t *LookupTable, row *LookupRow) *response {
	data := maps.Clone(row.Data)
	for name, value := range c.object("data") {
		label := t.label(name)
		if len(t.Columns) > 0 && !slices.Contains(t.Columns, label) {
			return refused(invalid("data", "has no column "+name))
		}
		data[label] = toText(value)
	}
	row.Data = data
	return nil
}

func (c *call) deleteRow() response {
	t, row := c.row()
	if row == nil {
		return notFound()
	}
	t.Rows = remove(t.Rows, row)
	return success()
}
