package workato

import (
	"context"
	"iter"
	"time"
)

// LookupTableService serves the lookup tables of a customer's workspace and
// their rows. No endpoint reads or changes a single table: use the list.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
type LookupTableService struct{ core *core }

const lookupTablesDoc = "https://docs.workato.com/oem/oem-api/lookup-tables.html"

var (
	lookupTablesList = operation{Operation: Operation{
		Name: "lookup_tables.list", Method: "GET", Path: "/api/managed_users/{customer}/lookup_tables",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Paging: PagingPage, Doc: lookupTablesDoc,
	}}
	lookupTablesCreate = operation{Operation: Operation{
		Name: "lookup_tables.create", Method: "POST", Path: "/api/managed_users/{customer}/lookup_tables",
		Effect: Create, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}, lookup: "look for the table's name with lookup_tables.list before you try again"}
	lookupTablesBatchDelete = operation{Operation: Operation{
		Name: "lookup_tables.batch_delete", Method: "POST", Path: "/api/managed_users/{customer}/lookup_tables/batch_delete",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "lookup_tables", PerMinute: 60}, Doc: lookupTablesDoc,
	}, metOwnEffect: isGone, lookup: "see with lookup_tables.list which of the tables are left"}
)

// MaxLookupTableColumns is how many columns a lookup table may have.
const MaxLookupTableColumns = 10

// LookupTable is a lookup table of a customer's workspace.
type LookupTable struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Schema are the columns, which the service sends as a list or, usually, as
	// JSON in a string.
	Schema []LookupTableColumn `json:"schema"`
	// ProjectID is nil for a table outside of projects, and in old responses.
	ProjectID *int64    `json:"project_id"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (t *LookupTable) identity() int64 { return t.ID }

// LookupTableColumn is a column of a lookup table. The service sets the other
// fields of a new column; only Label was seen in requests.
type LookupTableColumn struct {
	// Label is the display name of the column, which filters use.
	Label string `json:"label"`
	// Name is the service's own: "col1" to "col10".
	Name        string `json:"name,omitempty"`
	Type        string `json:"type,omitempty"`
	ControlType string `json:"control_type,omitempty"`
	Sticky      bool   `json:"sticky,omitempty"`
}

// LookupTableListParams pages lookup tables. All fields are optional.
type LookupTableListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *LookupTableListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the lookup tables of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html#list-lookup-tables
func (s *LookupTableService) List(ctx context.Context, customerID CustomerID, params *LookupTableListParams, opts ...CallOption) (*Page[LookupTable], error) {
	return paged[LookupTable](s.core, lookupTablesList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the lookup tables of List.
func (s *LookupTableService) All(ctx context.Context, customerID CustomerID, params *LookupTableListParams, opts ...CallOption) iter.Seq2[LookupTable, error] {
	return paged[LookupTable](s.core, lookupTablesList.at(customer(customerID)), params, opts).all(ctx)
}

// LookupTableCreateParams describes a new lookup table. Name and Schema are
// required.
type LookupTableCreateParams struct {
	Name string `json:"name"`
	// ProjectID is the id of a project, which is not that of its folder.
	ProjectID int64 `json:"project_id,omitempty"`
	// Schema are 1 to 10 columns with distinct labels.
	Schema []LookupTableColumn `json:"schema"`
}

// Create makes a lookup table without rows. Unverified: the body and the
// response, which no page of the vendor shows completely.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) Create(ctx context.Context, customerID CustomerID, params *LookupTableCreateParams, opts ...CallOption) (*LookupTable, error) {
	params, missing := needed(params)
	r := lookupTablesCreate.at(customer(customerID)).withBody(struct {
		*LookupTableCreateParams `json:"lookup_table"`
	}{params})
	r = r.check(missing, required("Name", params.Name), optionalID("ProjectID", params.ProjectID))
	if n := len(params.Schema); n == 0 || n > MaxLookupTableColumns {
		r = r.check(invalid("Schema", "must have 1 to %d columns, got %d", MaxLookupTableColumns, n))
	}
	labels := map[string]bool{}
	for _, column := range params.Schema {
		r = r.check(required("Schema.Label", column.Label))
		if labels[column.Label] {
			r = r.check(invalid("Schema", "has the label %q twice", column.Label))
		}
		labels[column.Label] = true
	}
	return fetch[LookupTable](ctx, s.core, r, opts)
}

// LookupTableBatchDeleteParams names lookup tables. IDs is required.
type LookupTableBatchDeleteParams struct {
	// The official pages do not show the key, and clients contradict each other:
	// some send lookup_table_ids. This is the key of the clients that follow the
	// pages of the Developer API elsewhere too.
	IDs []int64 `json:"ids"`
}

// BatchDelete deletes lookup tables with their rows. Unverified: the key under
// which the ids are sent, the response, and what happens to the other tables if
// one of them does not exist. Check List afterwards. If a response is lost and
// the retry finds one of several tables gone, the error is ErrOutcomeUnknown.
//
// https://docs.workato.com/oem/oem-api/lookup-tables.html
func (s *LookupTableService) BatchDelete(ctx context.Context, customerID CustomerID, params *LookupTableBatchDeleteParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := lookupTablesBatchDelete.at(customer(customerID)).withBody(params).check(missing, eachID("IDs", params.IDs))
	if len(params.IDs) == 0 {
		r = r.check(invalid("IDs", "is required"))
	}
	r.several = len(params.IDs) > 1
	return s.core.confirm(ctx, r, opts)
}
