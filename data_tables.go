package workato

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"
)

// DataTableService serves the data tables of a customer's workspace: their
// names and columns. The feature has to be enabled for a partner.
//
// The rows, which the reference calls records, are served by other hosts, one
// per data centre: data-tables.workato.com in the US,
// data-tables.eu.workato.com in the EU and likewise with jp, sg, au, il, kr, uk
// and trial, and data-tables.workatoapp.cn in China. No call is typed for them.
// A derived client sends them the same credential, and its raw calls reach
// them:
//
//	records, err := client.With(workato.WithBaseURL("https://data-tables.eu.workato.com"))
//	if err != nil {
//		return err
//	}
//	err = records.Do(ctx, workato.Request{
//		Method: "POST", Path: "/api/v1/managed_users/" + customer.PathSegment() + "/tables/" + table.ID + "/query",
//		Body: map[string]any{"where": map[string]any{"Country": map[string]any{"$eq": "DE"}}, "limit": 100},
//	}, &page)
//
// The host of another data centre refuses with ErrForbidden. Unverified: the paths
// of records in customers' workspaces, and their responses.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
type DataTableService struct{ core *core }

const dataTablesDoc = "https://docs.workato.com/oem/oem-api/data-tables.html"

var (
	dataTablesList = operation{Operation: Operation{
		Name: "data_tables.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/data_tables",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "data_tables", PerMinute: 60}, Paging: PagingPage, Doc: dataTablesDoc,
	}}
	dataTablesCreate = operation{Operation: Operation{
		Name: "data_tables.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/data_tables",
		Effect: Create, Quota: Quota{Family: "data_tables", PerMinute: 60}, Doc: dataTablesDoc,
	}, lookup: "look for the table's name and folder with data_tables.list before you try again"}
	dataTablesGet = operation{Operation: Operation{
		Name: "data_tables.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/data_tables/{data_table_id}",
		Effect: Read, Quota: Quota{Family: "data_tables", PerMinute: 60}, Doc: dataTablesDoc,
	}}
	dataTablesUpdate = operation{Operation: Operation{
		Name: "data_tables.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/data_tables/{data_table_id}",
		Effect: Idempotent, Quota: Quota{Family: "data_tables", PerMinute: 60}, Doc: dataTablesDoc,
	}}
	dataTablesDelete = operation{Operation: Operation{
		Name: "data_tables.delete", Method: "DELETE", Path: "/api/v2/managed_users/{customer}/data_tables/{data_table_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "data_tables", PerMinute: 60}, Doc: dataTablesDoc,
	}, metOwnEffect: isGone}
	dataTablesTruncate = operation{Operation: Operation{
		Name: "data_tables.truncate", Method: "POST", Path: "/api/v2/managed_users/{customer}/data_tables/{data_table_id}/truncate",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "data_tables", PerMinute: 60}, Doc: dataTablesDoc,
	}}
)

// DataTable is a data table of a customer's workspace.
type DataTable struct {
	// ID is a UUID.
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Schema    []DataTableColumn `json:"schema"`
	FolderID  *int64            `json:"folder_id"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func (t *DataTable) key() string { return t.ID }

// DataTableColumnType is the type of a column.
type DataTableColumnType string

// The types in the reference.
const (
	DataTableBoolean  DataTableColumnType = "boolean"
	DataTableDate     DataTableColumnType = "date"
	DataTableDateTime DataTableColumnType = "date_time"
	DataTableInteger  DataTableColumnType = "integer"
	DataTableNumber   DataTableColumnType = "number"
	DataTableString   DataTableColumnType = "string"
	DataTableFile     DataTableColumnType = "file"
	DataTableLink     DataTableColumnType = "relation"
)

// DataTableColumn is a column of a data table, in responses and requests: the
// columns of Get can be changed and passed to Update.
type DataTableColumn struct {
	// Type and Name are required.
	Type DataTableColumnType `json:"type"`
	Name string              `json:"name"`
	// Optional says that a row may leave the column empty.
	Optional bool `json:"optional"`
	// FieldID is a UUID, which the service assigns to a new column.
	FieldID string  `json:"field_id,omitempty"`
	Hint    *string `json:"hint,omitempty"`
	// DefaultValue and Metadata are JSON.
	DefaultValue json.RawMessage `json:"default_value,omitempty"`
	Metadata     json.RawMessage `json:"metadata,omitempty"`
	// Multivalue says that a row may have several values.
	Multivalue bool `json:"multivalue,omitempty"`
	// Relation is what a column of type DataTableLink points to.
	Relation *DataTableRelation `json:"relation,omitempty"`
}

// DataTableRelation is a column of another data table.
type DataTableRelation struct {
	TableID string `json:"table_id"`
	FieldID string `json:"field_id"`
}

// checkColumns requires columns with a type and a name.
func checkColumns(columns []DataTableColumn) error {
	if len(columns) == 0 {
		return invalid("Schema", "needs at least one column")
	}
	var err error
	for _, column := range columns {
		err = errors.Join(err, required("Schema.Type", string(column.Type), "Schema.Name", column.Name))
	}
	return err
}

// DataTableListParams pages data tables. All fields are optional.
type DataTableListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *DataTableListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the data tables of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) List(ctx context.Context, customerID CustomerID, params *DataTableListParams, opts ...CallOption) (*Page[DataTable], error) {
	return paged[DataTable](s.core, dataTablesList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the data tables of List.
func (s *DataTableService) All(ctx context.Context, customerID CustomerID, params *DataTableListParams, opts ...CallOption) iter.Seq2[DataTable, error] {
	return paged[DataTable](s.core, dataTablesList.at(customer(customerID)), params, opts).all(ctx)
}

// DataTableCreateParams describes a new data table. All fields are required.
type DataTableCreateParams struct {
	Name string `json:"name"`
	// FolderID is the folder of the table.
	FolderID int64 `json:"folder_id"`
	// Schema are the columns, in their order.
	Schema []DataTableColumn `json:"schema"`
}

// Create makes an empty data table.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) Create(ctx context.Context, customerID CustomerID, params *DataTableCreateParams, opts ...CallOption) (*DataTable, error) {
	params, missing := needed(params)
	r := dataTablesCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), requiredID("FolderID", params.FolderID), checkColumns(params.Schema))
	return fetch[DataTable](ctx, s.core, r, opts)
}

// Get returns a data table with its columns.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) Get(ctx context.Context, customerID CustomerID, tableID string, opts ...CallOption) (*DataTable, error) {
	return fetch[DataTable](ctx, s.core, dataTablesGet.at(customer(customerID), text(tableID)), opts)
}

// DataTableUpdateParams describes a change: fields that are not set stay as
// they are.
type DataTableUpdateParams struct {
	Name     Opt[string] `json:"name,omitzero"`
	FolderID Opt[int64]  `json:"folder_id,omitzero"`
	// Schema replaces all columns. Start from that of Get: a column that is
	// missing, or lacks its FieldID, is deleted with all its values.
	Schema Opt[[]DataTableColumn] `json:"schema,omitzero"`
}

// Update changes a data table. Unverified: the response, which is read like that
// of Create.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) Update(ctx context.Context, customerID CustomerID, tableID string, params *DataTableUpdateParams, opts ...CallOption) (*DataTable, error) {
	params, missing := needed(params)
	r := dataTablesUpdate.at(customer(customerID), text(tableID)).withBody(params).check(missing, changedName(params.Name),
		idIfSet("FolderID", params.FolderID), notCleared("FolderID", params.FolderID), notCleared("Schema", params.Schema))
	if columns, ok := params.Schema.Get(); ok {
		r = r.check(checkColumns(columns))
	}
	return fetch[DataTable](ctx, s.core, r, opts)
}

// Delete deletes a data table with its rows. Unverified: the response; any success
// counts.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) Delete(ctx context.Context, customerID CustomerID, tableID string, opts ...CallOption) error {
	return s.core.confirm(ctx, dataTablesDelete.at(customer(customerID), text(tableID)), opts)
}

// Truncate deletes all rows of a data table. If the response is lost, the
// request is retried, which also deletes rows that were written meanwhile:
// WithoutRetry prevents that. Unverified: the response; any success counts.
//
// https://docs.workato.com/oem/oem-api/data-tables.html
func (s *DataTableService) Truncate(ctx context.Context, customerID CustomerID, tableID string, opts ...CallOption) error {
	return s.core.confirm(ctx, dataTablesTruncate.at(customer(customerID), text(tableID)), opts)
}
