package workato

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"strings"
	"time"
)

var (
	lookupTablesLookup = operation{Operation: Operation{
		Name: "lookup_tables.lookup", Method: "GET", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/lookup",
		Effect: Read, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}}
	lookupTablesListRows = operation{Operation: Operation{
		Name: "lookup_tables.list_rows", Method: "GET", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "lookup_tables.list_rows", PerMinute: 1000}, Paging: PagingPage, Doc: lookupTablesDoc,
	}, maxPerPage: 1000}
	lookupTablesGetRow = operation{Operation: Operation{
		Name: "lookup_tables.get_row", Method: "GET", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}",
		Effect: Read, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}}
	lookupTablesAddRow = operation{Operation: Operation{
		Name: "lookup_tables.add_row", Method: "POST", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows",
		Effect: Create, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}, lookup: "look for the row with lookup_tables.lookup or list_rows before you try again"}
	lookupTablesUpdateRow = operation{Operation: Operation{
		Name: "lookup_tables.update_row", Method: "PUT", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}",
		Effect: Idempotent, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}}
	lookupTablesDeleteRow = operation{Operation: Operation{
		Name: "lookup_tables.delete_row", Method: "DELETE", Path: "/api/managed_users/{customer}/lookup_tables/{lookup_table_id}/rows/{row_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}, metOwnEffect: isGone}
)

// LookupTableRow is a row of a lookup table.
type LookupTableRow struct {
	ID int64 `json:"id"`
	// Data are the cells. Unverified: whether the keys are the labels of the
	// columns or their names, col1 to col10.
	Data      map[string]any `json:"data"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
}

func (r *LookupTableRow) identity() int64 { return r.ID }

// LookupTableFilter selects the rows that have these values in the columns with
// these labels.
type LookupTableFilter map[string]string

// EncodeValues writes by[label]=value.
func (f LookupTableFilter) EncodeValues(key string, v *url.Values) error {
	for label, value := range f {
		v.Set(key+"["+label+"]", value)
	}
	return nil
}

// check refuses labels that would have another meaning in the query: the
// service could then ignore the filter, and return another row.
func (f LookupTableFilter) check() error {
	for label := range f {
		if label == "" || strings.ContainsAny(label, "[]") {
			return invalid("By", "cannot filter by a column labelled %q", label)
		}
	}
	return nil
}

// LookupTableLookupParams selects a row. By is required.
type LookupTableLookupParams struct {
	By LookupTableFilter `url:"by"`
}

// Lookup returns the first row that matches. If none does, the error is
// ErrNotFound, as for a table that does not exist.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) Lookup(
	ctx context.Context, customerID CustomerID, lookupTableID int64, params *LookupTableLookupParams, opts ...CallOption,
) (*LookupTableRow, error) {
	params, missing := needed(params)
	r := lookupTablesLookup.at(customer(customerID), number(lookupTableID)).withQuery(params).check(missing, params.By.check())
	if len(params.By) == 0 {
		r = r.check(invalid("By", "is required"))
	}
	return fetch[LookupTableRow](ctx, s.core, r, opts)
}

// LookupTableListRowsParams filters and pages rows. All fields are optional.
type LookupTableListRowsParams struct {
	// By selects the rows that have these values in these columns.
	By LookupTableFilter `url:"by,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 1,000, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *LookupTableListRowsParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// ListRows returns one page of the rows of a lookup table.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) ListRows(
	ctx context.Context, customerID CustomerID, lookupTableID int64, params *LookupTableListRowsParams, opts ...CallOption,
) (*Page[LookupTableRow], error) {
	return s.rows(customerID, lookupTableID, params, opts).first(ctx)
}

// AllRows iterates over the rows of ListRows.
func (s *LookupTableService) AllRows(
	ctx context.Context, customerID CustomerID, lookupTableID int64, params *LookupTableListRowsParams, opts ...CallOption,
) iter.Seq2[LookupTableRow, error] {
	return s.rows(customerID, lookupTableID, params, opts).all(ctx)
}

func (s *LookupTableService) rows(customerID CustomerID, lookupTableID int64, params *LookupTableListRowsParams, opts []CallOption) pagedList[LookupTableRow] {
	p := given(params)
	p.By = maps.Clone(p.By) // the caller may change it during the walk
	r := lookupTablesListRows.at(customer(customerID), number(lookupTableID)).check(p.By.check())
	return paged[LookupTableRow](s.core, r, &p, opts)
}

// GetRow returns a row of a lookup table.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) GetRow(ctx context.Context, customerID CustomerID, lookupTableID, rowID int64, opts ...CallOption) (*LookupTableRow, error) {
	return fetch[LookupTableRow](ctx, s.core, lookupTablesGetRow.at(customer(customerID), number(lookupTableID), number(rowID)), opts)
}

// LookupTableRowParams are the cells of a new or a changed row. Data is required.
type LookupTableRowParams struct {
	// Data has the values by the labels of the columns.
	Data map[string]any `json:"data"`
}

// AddRow adds a row to a lookup table. Rows are not compared: a second call
// adds the same row again.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) AddRow(
	ctx context.Context, customerID CustomerID, lookupTableID int64, params *LookupTableRowParams, opts ...CallOption,
) (*LookupTableRow, error) {
	return s.write(ctx, lookupTablesAddRow.at(customer(customerID), number(lookupTableID)), params, opts)
}

// UpdateRow changes a row of a lookup table. Unverified: whether cells that are
// not in Data stay as they are or are emptied. Set all of them.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) UpdateRow(
	ctx context.Context, customerID CustomerID, lookupTableID, rowID int64, params *LookupTableRowParams, opts ...CallOption,
) (*LookupTableRow, error) {
	return s.write(ctx, lookupTablesUpdateRow.at(customer(customerID), number(lookupTableID), number(rowID)), params, opts)
}

func (s *LookupTableService) write(ctx context.Context, r request, params *LookupTableRowParams, opts []CallOption) (*LookupTableRow, error) {
	params, missing := needed(params)
	if len(params.Data) == 0 {
		r = r.check(invalid("Data", "is required"))
	}
	return fetch[LookupTableRow](ctx, s.core, r.withBody(params).check(missing), opts)
}

// DeleteRow deletes a row of a lookup table. Unverified: the response; any
// success counts.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) DeleteRow(ctx context.Context, customerID CustomerID, lookupTableID, rowID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, lookupTablesDeleteRow.at(customer(customerID), number(lookupTableID), number(rowID)), opts)
}
