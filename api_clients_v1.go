package workato

import (
	"context"
	"iter"
	"time"
)

// APIClientV1Service serves the clients of the old model of the API platform, which
// have only a name: see APIAccessProfileService. The service deprecates it in favour
// of APIClientService.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APIClientV1Service struct{ core *core }

var (
	apiClientsV1List = operation{Operation: Operation{
		Name: "api_clients_v1.list", Method: "GET", Path: "/api/managed_users/{customer}/api_clients",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Paging: PagingPage, Deprecated: true, Doc: apiPlatformDoc,
	}, nullable: "result"}
	apiClientsV1Create = operation{Operation: Operation{
		Name: "api_clients_v1.create", Method: "POST", Path: "/api/managed_users/{customer}/api_clients",
		Effect: Create, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}, lookup: "list the API clients by name before you try again"}
)

// APIClientV1 is a client of the old model.
type APIClientV1 struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (c *APIClientV1) identity() int64 { return c.ID }

// APIClientV1ListParams pages clients. All fields are optional.
type APIClientV1ListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APIClientV1ListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the API clients of the old model.
//
// Deprecated: use APIClientService.List.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientV1Service) List(ctx context.Context, customerID CustomerID, params *APIClientV1ListParams, opts ...CallOption) (*Page[APIClientV1], error) {
	return paged[APIClientV1](s.core, apiClientsV1List.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the clients of List.
//
// Deprecated: use APIClientService.All.
func (s *APIClientV1Service) All(ctx context.Context, customerID CustomerID, params *APIClientV1ListParams, opts ...CallOption) iter.Seq2[APIClientV1, error] {
	return paged[APIClientV1](s.core, apiClientsV1List.at(customer(customerID)), params, opts).all(ctx)
}

// APIClientV1CreateParams describes a client. Name is required.
type APIClientV1CreateParams struct {
	Name string `json:"name"`
	// ProjectID is sent as a string, as the reference types it.
	ProjectID int64 `json:"project_id,omitempty,string"`
}

// Create makes an API client of the old model.
//
// Deprecated: the service announced that it would refuse new objects of the old
// model from December 1, 2025. Use APIClientService.Create.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientV1Service) Create(ctx context.Context, customerID CustomerID, params *APIClientV1CreateParams, opts ...CallOption) (*APIClientV1, error) {
	params, missing := needed(params)
	r := apiClientsV1Create.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), optionalID("ProjectID", params.ProjectID))
	return fetch[APIClientV1](ctx, s.core, r, opts)
}
