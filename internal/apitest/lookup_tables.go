package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listLookupTables(p *workato.LookupTableListParams) Call {
	return func(c *Caller) error { return c.keep(c.LookupTables.List(c.ctx, c.customer, p, c.opts...)) }
}

func createLookupTable(name string, project int64, schema ...workato.LookupTableColumn) Call {
	p := &workato.LookupTableCreateParams{Name: name, ProjectID: project, Schema: schema}
	return func(c *Caller) error { return c.keep(c.LookupTables.Create(c.ctx, c.customer, p, c.opts...)) }
}

func batchDeleteLookupTables(ids ...int64) Call {
	p := &workato.LookupTableBatchDeleteParams{IDs: ids}
	return func(c *Caller) error { return c.LookupTables.BatchDelete(c.ctx, c.customer, p, c.opts...) }
}

func lookupRow(p *workato.LookupTableLookupParams) Call {
	return func(c *Caller) error {
		return c.keep(c.LookupTables.Lookup(c.ctx, c.customer, c.id(2201), p, c.opts...))
	}
}

func listLookupRows(p *workato.LookupTableListRowsParams) Call {
	return func(c *Caller) error {
		return c.keep(c.LookupTables.ListRows(c.ctx, c.customer, c.id(2201), p, c.opts...))
	}
}

func addLookupRow(p *workato.LookupTableRowParams) Call {
	return func(c *Caller) error {
		return c.keep(c.LookupTables.AddRow(c.ctx, c.customer, c.id(2201), p, c.opts...))
	}
}

func updateLookupRow(p *workato.LookupTableRowParams) Call {
	return func(c *Caller) error {
		return c.keep(c.LookupTables.UpdateRow(c.ctx, c.customer, c.id(2201), c.id(9), p, c.opts...))
	}
}

var (
	germany    = &workato.LookupTableRowParams{Data: map[string]any{"code": "DE", "name": "Germany"}}
	code       = workato.LookupTableColumn{Label: "code"}
	lookupRows = Good{"lookup_tables/row.json", "lookup_tables/row_of_errors.json", `{"result": {"id": 9, "data": {"error": "E4"}}}`}
)

var _ = register(
	Entry{
		Operation: "lookup_tables.list", Call: listLookupTables(nil),
		Want: "GET /api/managed_users/{customer}/lookup_tables?page=1&per_page=100",
		Good: Good{"lookup_tables/list.json", `[]`},
		Refuses: Bad{
			"Page":    {listLookupTables(&workato.LookupTableListParams{Page: -1})},
			"PerPage": {listLookupTables(&workato.LookupTableListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.LookupTables.All(c.ctx, c.customer, &workato.LookupTableListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "lookup_tables.create", Call: createLookupTable("currencies", 649, code, workato.LookupTableColumn{Label: "name"}),
		Want: "POST /api/managed_users/{customer}/lookup_tables",
		JSON: `{"lookup_table": {"name": "currencies", "project_id": 649, "schema": [{"label": "code"}, {"label": "name"}]}}`,
		More: []Case{{
			Name: "outside of projects", JSON: `{"lookup_table": {"name": "x", "schema": [{"label": "a", "name": "col1", "type": "string", "control_type": "text", "sticky": true}]}}`,
			Call: createLookupTable("x", 0, workato.LookupTableColumn{Label: "a", Name: "col1", Type: "string", ControlType: "text", Sticky: true}),
		}},
		Good: Good{"lookup_tables/table.json"},
		Refuses: Bad{
			"params":    {func(c *Caller) error { return c.keep(c.LookupTables.Create(c.ctx, c.customer, nil)) }},
			"Name":      {createLookupTable(" ", 649, code)},
			"ProjectID": {createLookupTable("x", -1, code)},
			"Schema": {
				createLookupTable("x", 649), createLookupTable("x", 649, code, code), createLookupTable("x", 649, make([]workato.LookupTableColumn, 11)...),
			},
			"Schema.Label": {createLookupTable("x", 649, code, workato.LookupTableColumn{Name: "col2"})},
		},
	},
	Entry{
		Operation: "lookup_tables.batch_delete", Call: batchDeleteLookupTables(2201, 2202),
		Want: "POST /api/managed_users/{customer}/lookup_tables/batch_delete", JSON: `{"ids": [2201, 2202]}`,
		Good: Good{"folders/deleted.json", ``},
		Refuses: Bad{
			"params": {func(c *Caller) error { return c.LookupTables.BatchDelete(c.ctx, c.customer, nil) }},
			"IDs":    {batchDeleteLookupTables(), batchDeleteLookupTables(2201, 0)},
		},
	},
	Entry{
		Operation: "lookup_tables.lookup", Call: lookupRow(&workato.LookupTableLookupParams{By: workato.LookupTableFilter{"name": "Côte d'Ivoire", "code": "CI"}}),
		Want: "GET /api/managed_users/{customer}/lookup_tables/2201/lookup?by%5Bcode%5D=CI&by%5Bname%5D=C%C3%B4te+d%27Ivoire",
		Good: lookupRows,
		Refuses: Bad{
			"params": {lookupRow(nil)},
			"By": {
				lookupRow(&workato.LookupTableLookupParams{}), lookupRow(&workato.LookupTableLookupParams{By: workato.LookupTableFilter{"": "x"}}),
				lookupRow(&workato.LookupTableLookupParams{By: workato.LookupTableFilter{"a]": "x"}}),
			},
			"By.a":      {lookupRow(&workato.LookupTableLookupParams{By: workato.LookupTableFilter{"a": "\xff"}})},
			"By.\ufffd": {lookupRow(&workato.LookupTableLookupParams{By: workato.LookupTableFilter{"\xff": "x"}})},
		},
	},
	Entry{
		Operation: "lookup_tables.list_rows", Call: listLookupRows(nil),
		Want: "GET /api/managed_users/{customer}/lookup_tables/2201/rows?page=1&per_page=1000",
		More: []Case{{
			Name: "a page of some", Call: listLookupRows(&workato.LookupTableListRowsParams{By: workato.LookupTableFilter{"code": "DE"}, Page: 2, PerPage: 500}),
			Want: "GET /api/managed_users/{customer}/lookup_tables/2201/rows?by%5Bcode%5D=DE&page=2&per_page=500",
		}},
		Good: Good{"lookup_tables/rows.json", `[]`},
		Refuses: Bad{
			"By":      {listLookupRows(&workato.LookupTableListRowsParams{By: workato.LookupTableFilter{"[": "x"}})},
			"PerPage": {listLookupRows(&workato.LookupTableListRowsParams{PerPage: 1001})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.LookupTableListRowsParams{Page: page, PerPage: perPage}
			return numbers(c.LookupTables.AllRows(c.ctx, c.customer, 2201, p, c.opts...))
		},
	},
	Entry{
		Operation: "lookup_tables.get_row", Want: "GET /api/managed_users/{customer}/lookup_tables/2201/rows/9",
		Call: func(c *Caller) error {
			return c.keep(c.LookupTables.GetRow(c.ctx, c.customer, c.id(2201), c.id(9), c.opts...))
		},
		Good: lookupRows,
	},
	Entry{
		Operation: "lookup_tables.add_row", Call: addLookupRow(germany),
		Want: "POST /api/managed_users/{customer}/lookup_tables/2201/rows", JSON: `{"data": {"code": "DE", "name": "Germany"}}`,
		Good: lookupRows, Refuses: Bad{"params": {addLookupRow(nil)}, "Data": {addLookupRow(&workato.LookupTableRowParams{})}},
	},
	Entry{
		Operation: "lookup_tables.update_row", Call: updateLookupRow(germany),
		Want: "PUT /api/managed_users/{customer}/lookup_tables/2201/rows/9", JSON: `{"data": {"code": "DE", "name": "Germany"}}`,
		Good: lookupRows, Refuses: Bad{"params": {updateLookupRow(nil)}, "Data": {updateLookupRow(&workato.LookupTableRowParams{})}},
	},
	Entry{
		Operation: "lookup_tables.delete_row", Want: "DELETE /api/managed_users/{customer}/lookup_tables/2201/rows/9",
		Call: func(c *Caller) error {
			return c.LookupTables.DeleteRow(c.ctx, c.customer, c.id(2201), c.id(9), c.opts...)
		},
		Good: Good{"folders/deleted.json"},
	},
)
