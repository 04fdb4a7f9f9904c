package workato

import (
	"context"
	"iter"
	"time"
)

// APIEndpointService serves the endpoints in the API collections of a customer's
// workspace.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APIEndpointService struct{ core *core }

var (
	apiEndpointsList = operation{Operation: Operation{
		Name: "api_endpoints.list", Method: "GET", Path: "/api/managed_users/{customer}/api_endpoints",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_endpoints", PerMinute: 1000}, Paging: PagingPage, Doc: apiPlatformDoc,
	}}
	apiEndpointsEnable = operation{Operation: Operation{
		Name: "api_endpoints.enable", Method: "PUT", Path: "/api/managed_users/{customer}/api_endpoints/{endpoint_id}/enable",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "api_endpoints", PerMinute: 1000}, Doc: apiPlatformDoc,
	}}
	apiEndpointsDisable = operation{Operation: Operation{
		Name: "api_endpoints.disable", Method: "PUT", Path: "/api/managed_users/{customer}/api_endpoints/{endpoint_id}/disable",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "api_endpoints", PerMinute: 1000}, Doc: apiPlatformDoc,
	}}
)

// APIEndpoint is an endpoint of an API collection.
type APIEndpoint struct {
	ID              int64  `json:"id"`
	APICollectionID int64  `json:"api_collection_id"`
	Name            string `json:"name"`
	// FlowID is the id of the recipe behind the endpoint.
	FlowID      int64      `json:"flow_id"`
	Method      *string    `json:"method"`
	URL         *string    `json:"url"`
	LegacyURL   *string    `json:"legacy_url"`
	BasePath    *string    `json:"base_path"`
	Path        *string    `json:"path"`
	Active      bool       `json:"active"`
	Legacy      bool       `json:"legacy"`
	Description *string    `json:"description"`
	CreatedAt   *time.Time `json:"created_at"`
	UpdatedAt   *time.Time `json:"updated_at"`
}

func (e *APIEndpoint) identity() int64 { return e.ID }

// APIEndpointListParams selects and pages endpoints. All fields are optional.
type APIEndpointListParams struct {
	// APICollectionID limits the list to one collection.
	APICollectionID int64 `url:"api_collection_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APIEndpointListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

func (s *APIEndpointService) list(customerID CustomerID, params *APIEndpointListParams, opts []CallOption) pagedList[APIEndpoint] {
	r := apiEndpointsList.at(customer(customerID)).check(optionalID("APICollectionID", given(params).APICollectionID))
	return paged[APIEndpoint](s.core, r, params, opts)
}

// List returns one page of the endpoints of a customer's workspace or of one of its
// API collections.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIEndpointService) List(ctx context.Context, customerID CustomerID, params *APIEndpointListParams, opts ...CallOption) (*Page[APIEndpoint], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the endpoints of List.
func (s *APIEndpointService) All(ctx context.Context, customerID CustomerID, params *APIEndpointListParams, opts ...CallOption) iter.Seq2[APIEndpoint, error] {
	return s.list(customerID, params, opts).all(ctx)
}

// Enable lets an endpoint take requests. The recipe behind it must be running: see
// Recipes.Start.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIEndpointService) Enable(ctx context.Context, customerID CustomerID, endpointID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, apiEndpointsEnable.at(customer(customerID), number(endpointID)), opts)
}

// Disable makes an endpoint refuse requests. Its recipe keeps running.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIEndpointService) Disable(ctx context.Context, customerID CustomerID, endpointID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, apiEndpointsDisable.at(customer(customerID), number(endpointID)), opts)
}
