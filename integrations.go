package workato

import (
	"context"
	"iter"
	"strings"
)

// IntegrationService serves the catalogue of connectors. The API also calls
// them integrations and adapters. List returns connectors by name; All iterates
// over the whole catalogue, and ListAll returns a page of it: the names are
// those of the API's two endpoints.
//
// https://docs.workato.com/oem/oem-api/adapters.html
type IntegrationService struct{ core *core }

const integrationsDoc = "https://docs.workato.com/oem/oem-api/adapters.html"

var (
	integrationsList = operation{Operation: Operation{
		Name: "integrations.list", Method: "GET", Path: "/api/integrations",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "integrations", PerMinute: 1000}, Doc: integrationsDoc,
	}}
	integrationsListAll = operation{Operation: Operation{
		Name: "integrations.list_all", Method: "GET", Path: "/api/integrations/all",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "integrations", PerMinute: 1000}, Paging: PagingPage, Doc: integrationsDoc,
	}}
	integrationsInputSchema = operation{Operation: Operation{
		Name: "integrations.input_schema", Method: "GET",
		Path:   "/api/v2/managed_users/{customer}/connectors/{connector_name}/input_schema",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "integrations", PerMinute: 1000}, Doc: integrationsDoc,
	}}
)

// Integration describes a connector.
type Integration struct {
	// Name is the provider of connections: "salesforce".
	Name  string `json:"name"`
	Title string `json:"title"`
	// Categories to Actions are in newer responses.
	Categories []string               `json:"categories"`
	OAuth      bool                   `json:"oauth"`
	Deprecated bool                   `json:"deprecated"`
	Secondary  bool                   `json:"secondary"`
	Triggers   []IntegrationOperation `json:"triggers"`
	Actions    []IntegrationOperation `json:"actions"`
	// ImageURL to MobileSearch are in responses of 2019.
	ImageURL           *string `json:"image_url"`
	MobileImageURL     *string `json:"mobile_image_url"`
	RequiresConnection *bool   `json:"requires_connection"`
	MobileSearch       *bool   `json:"mobile_search"`
}

func (i *Integration) key() string { return i.Name }

// IntegrationOperation is a trigger or an action of a connector.
type IntegrationOperation struct {
	Name       string  `json:"name"`
	Title      *string `json:"title"`
	Deprecated bool    `json:"deprecated"`
	Bulk       bool    `json:"bulk"`
	Batch      bool    `json:"batch"`
}

// IntegrationListParams selects connectors.
type IntegrationListParams struct {
	// Applications are the names of the connectors. Required.
	Applications []string `url:"applications,comma"`
}

// List returns the connectors with the given names; unknown names are left out.
// The reference shows the names in the body of the GET; they are sent in the
// query, because many proxies drop the body of a GET.
//
// https://docs.workato.com/oem/oem-api/adapters.html#list-connector-metadata
func (s *IntegrationService) List(ctx context.Context, params *IntegrationListParams, opts ...CallOption) ([]Integration, error) {
	params, missing := needed(params)
	r := integrationsList.at().withQuery(params).check(missing, applications(params.Applications))
	return fetchList[Integration](ctx, s.core, r, opts)
}

// applications checks a list of names that is sent separated by commas.
func applications(names []string) error {
	if len(names) == 0 {
		return invalid("Applications", "is required")
	}
	for _, name := range names {
		if strings.TrimSpace(name) == "" || strings.Contains(name, ",") {
			return invalid("Applications", "%q is not a connector name", name)
		}
	}
	return nil
}

// IntegrationListAllParams pages the catalogue. All fields are optional.
type IntegrationListAllParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default. It is always sent: the
	// service's own default is a single connector.
	PerPage int `url:"per_page"`
}

func (p *IntegrationListAllParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// ListAll returns one page of the catalogue: all connectors of the platform and
// those of the partner, with their triggers and actions. There are more than a
// thousand.
//
// https://docs.workato.com/oem/oem-api/adapters.html#list-all-connectors
func (s *IntegrationService) ListAll(ctx context.Context, params *IntegrationListAllParams, opts ...CallOption) (*Page[Integration], error) {
	return paged[Integration](s.core, integrationsListAll.at(), params, opts).first(ctx)
}

// All iterates over the catalogue of ListAll.
func (s *IntegrationService) All(ctx context.Context, params *IntegrationListAllParams, opts ...CallOption) iter.Seq2[Integration, error] {
	return paged[Integration](s.core, integrationsListAll.at(), params, opts).all(ctx)
}

// InputSchema returns the fields that the Input of a connection to a connector
// may hold before anything is filled in; Connections.InputSchema adds those
// that depend on the input of a connection.
//
// https://docs.workato.com/oem/oem-api/adapters.html
func (s *IntegrationService) InputSchema(ctx context.Context, customerID CustomerID, connectorName string, opts ...CallOption) ([]SchemaField, error) {
	r := integrationsInputSchema.at(customer(customerID), text(connectorName))
	return fetchList[SchemaField](ctx, s.core, r, opts)
}
