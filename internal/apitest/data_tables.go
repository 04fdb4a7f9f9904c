package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

const dataTables = "/api/v2/managed_users/{customer}/data_tables"

func listDataTables(p *workato.DataTableListParams) Call {
	return func(c *Caller) error { return c.keep(c.DataTables.List(c.ctx, c.customer, p, c.opts...)) }
}

func createDataTable(p *workato.DataTableCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.DataTables.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateDataTable(p *workato.DataTableUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.DataTables.Update(c.ctx, c.customer, c.name("0f3c"), p, c.opts...))
	}
}

func dataColumns(kind workato.DataTableColumnType, name string) []workato.DataTableColumn {
	return []workato.DataTableColumn{{Type: kind, Name: name}}
}

var _ = register(
	Entry{
		Operation: "data_tables.list", Call: listDataTables(nil), Want: "GET " + dataTables + "?page=1&per_page=100",
		Good: Good{"data_tables/list.json", `{"data": []}`},
		Refuses: Bad{
			"Page": {listDataTables(&workato.DataTableListParams{Page: -1})}, "PerPage": {listDataTables(&workato.DataTableListParams{PerPage: 101})},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.DataTables.All(c.ctx, c.customer, &workato.DataTableListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "data_tables.create",
		Call:      createDataTable(&workato.DataTableCreateParams{Name: "Leads", FolderID: 1563, Schema: dataColumns(workato.DataTableString, "Country")}),
		Want:      "POST " + dataTables, JSON: `{"name": "Leads", "folder_id": 1563, "schema": [{"type": "string", "name": "Country", "optional": false}]}`,
		More: []Case{{
			Name: "everything", Call: createDataTable(&workato.DataTableCreateParams{Name: "Leads", FolderID: 1563, Schema: []workato.DataTableColumn{{
				Type: workato.DataTableLink, Name: "Owner", Optional: true, FieldID: "f", Hint: workato.Ptr("who"), DefaultValue: []byte(`"x"`), Metadata: []byte(`{"a": 1}`),
				Multivalue: true, Relation: &workato.DataTableRelation{TableID: "t", FieldID: "u"},
			}}}),
			JSON: `{"name": "Leads", "folder_id": 1563, "schema": [{"type": "relation", "name": "Owner", "optional": true, "field_id": "f", "hint": "who",
				"default_value": "x", "metadata": {"a": 1}, "multivalue": true, "relation": {"table_id": "t", "field_id": "u"}}]}`,
		}},
		Good: Good{"data_tables/table.json", textID},
		Refuses: Bad{
			"params": {createDataTable(nil)}, "Name": {createDataTable(&workato.DataTableCreateParams{})},
			"FolderID":    {createDataTable(&workato.DataTableCreateParams{Name: "x"})},
			"Schema":      {createDataTable(&workato.DataTableCreateParams{Name: "x", FolderID: 1})},
			"Schema.Type": {createDataTable(&workato.DataTableCreateParams{Name: "x", FolderID: 1, Schema: dataColumns("", "x")})},
			"Schema.Name": {createDataTable(&workato.DataTableCreateParams{Name: "x", FolderID: 1, Schema: dataColumns("date", "")})},
		},
	},
	Entry{
		Operation: "data_tables.get", Want: "GET " + dataTables + "/0f3c-1",
		Call: func(c *Caller) error {
			return c.keep(c.DataTables.Get(c.ctx, c.customer, c.name("0f3c-1"), c.opts...))
		},
		Good: Good{"data_tables/table.json", textID},
	},
	Entry{
		Operation: "data_tables.update", Call: updateDataTable(&workato.DataTableUpdateParams{Name: workato.Set("Deals")}),
		Want: "PUT " + dataTables + "/0f3c", JSON: `{"name": "Deals"}`,
		More: []Case{{
			Name: "everything else", Call: updateDataTable(&workato.DataTableUpdateParams{
				FolderID: workato.Set[int64](1570), Schema: workato.Set(dataColumns(workato.DataTableDateTime, "Due")),
			}),
			JSON: `{"folder_id": 1570, "schema": [{"type": "date_time", "name": "Due", "optional": false}]}`,
		}},
		Good: Good{"data_tables/table.json", textID},
		Refuses: Bad{
			"params": {updateDataTable(nil)}, "Name": {updateDataTable(&workato.DataTableUpdateParams{Name: workato.Set("")})},
			"FolderID": {
				updateDataTable(&workato.DataTableUpdateParams{FolderID: workato.Set[int64](0)}),
				updateDataTable(&workato.DataTableUpdateParams{FolderID: workato.Null[int64]()}),
			},
			"Schema": {
				updateDataTable(&workato.DataTableUpdateParams{Schema: workato.Set[[]workato.DataTableColumn](nil)}),
				updateDataTable(&workato.DataTableUpdateParams{Schema: workato.Null[[]workato.DataTableColumn]()}),
			},
		},
	},
	Entry{
		Operation: "data_tables.delete", Want: "DELETE " + dataTables + "/0f3c",
		Call: func(c *Caller) error { return c.DataTables.Delete(c.ctx, c.customer, c.name("0f3c"), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {"success": true}}`},
	},
	Entry{
		Operation: "data_tables.truncate", Want: "POST " + dataTables + "/0f3c/truncate",
		Call: func(c *Caller) error { return c.DataTables.Truncate(c.ctx, c.customer, c.name("0f3c"), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {"success": true}}`},
	},
)
