package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// APICollectionService serves the API collections of a customer's workspace, which
// publish recipes as an API. The API platform must be enabled in the partner's and
// in the customer's workspace.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APICollectionService struct{ core *core }

const apiPlatformDoc = "https://docs.workato.com/oem/oem-api/api-platform.html"

var (
	apiCollectionsList = operation{Operation: Operation{
		Name: "api_collections.list", Method: "GET", Path: "/api/managed_users/{customer}/api_collections",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_collections", PerMinute: 1000}, Paging: PagingPage, Doc: apiPlatformDoc,
	}}
	apiCollectionsCreate = operation{Operation: Operation{
		Name: "api_collections.create", Method: "POST", Path: "/api/managed_users/{customer}/api_collections",
		Effect: Create, Quota: Quota{Family: "api_collections", PerMinute: 1000}, Doc: apiPlatformDoc,
	}, lookup: "list the API collections before you try again; a specification also makes recipes"}
)

// APICollection is an API collection of a customer's workspace.
type APICollection struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// ProjectID is nil for a collection outside of projects, and if the service
	// omits it.
	ProjectID  *int64     `json:"project_id"`
	URL        *string    `json:"url"`
	APISpecURL *string    `json:"api_spec_url"`
	Version    *string    `json:"version"`
	CreatedAt  *time.Time `json:"created_at"`
	UpdatedAt  *time.Time `json:"updated_at"`
	// Message and ImportResults are in the response to Create if an OpenAPISpec was
	// given.
	Message       *string                     `json:"message,omitempty"`
	ImportResults *APICollectionImportResults `json:"import_results,omitempty"`
}

func (c *APICollection) identity() int64 { return c.ID }

// APICollectionImportResults is the result of importing a specification. The
// collection exists even if Success is false.
type APICollectionImportResults struct {
	Success         bool              `json:"success"`
	TotalEndpoints  int64             `json:"total_endpoints"`
	FailedEndpoints int64             `json:"failed_endpoints"`
	FailedActions   []json.RawMessage `json:"failed_actions"`
}

// APICollectionListParams pages API collections. All fields are optional.
type APICollectionListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APICollectionListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the API collections of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APICollectionService) List(ctx context.Context, customerID CustomerID, params *APICollectionListParams, opts ...CallOption) (*Page[APICollection], error) {
	return paged[APICollection](s.core, apiCollectionsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the collections of List.
func (s *APICollectionService) All(ctx context.Context, customerID CustomerID, params *APICollectionListParams, opts ...CallOption) iter.Seq2[APICollection, error] {
	return paged[APICollection](s.core, apiCollectionsList.at(customer(customerID)), params, opts).all(ctx)
}

// APICollectionCreateParams describes an API collection. Name is required.
type APICollectionCreateParams struct {
	Name string `json:"name"`
	// ProjectID is sent as a string: the service refuses the number that the
	// reference shows.
	ProjectID int64 `json:"project_id,omitempty,string"`
	// ProxyConnectionID and OpenAPISpec make a collection with a recipe for each
	// endpoint of the specification, which calls the API behind the connection.
	// Unverified: that this endpoint takes them, as the Developer API does.
	ProxyConnectionID int64    `json:"proxy_connection_id,omitempty"`
	OpenAPISpec       *APISpec `json:"openapi_spec,omitempty"`
}

// APISpec is an OpenAPI specification. Both fields are required.
type APISpec struct {
	Content string        `json:"content"`
	Format  APISpecFormat `json:"format"`
}

// APISpecFormat is the format of a specification.
type APISpecFormat string

// The formats.
const (
	APISpecJSON APISpecFormat = "json"
	APISpecYAML APISpecFormat = "yaml"
)

// Create makes an API collection. Endpoints that could not be made from an
// OpenAPISpec are not an error: see ImportResults.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APICollectionService) Create(ctx context.Context, customerID CustomerID, params *APICollectionCreateParams, opts ...CallOption) (*APICollection, error) {
	params, missing := needed(params)
	r := apiCollectionsCreate.at(customer(customerID)).withBody(params).check(missing, required("Name", params.Name),
		optionalID("ProjectID", params.ProjectID), optionalID("ProxyConnectionID", params.ProxyConnectionID))
	if spec := params.OpenAPISpec; spec != nil {
		r = r.check(required("OpenAPISpec.Content", spec.Content, "OpenAPISpec.Format", string(spec.Format)))
	}
	return fetch[APICollection](ctx, s.core, r, opts)
}
