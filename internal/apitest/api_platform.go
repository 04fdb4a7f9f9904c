package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listAPICollections(p *workato.APICollectionListParams) Call {
	return func(c *Caller) error { return c.keep(c.APICollections.List(c.ctx, c.customer, p, c.opts...)) }
}

func createAPICollection(p *workato.APICollectionCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.APICollections.Create(c.ctx, c.customer, p, c.opts...)) }
}

func listAPIEndpoints(p *workato.APIEndpointListParams) Call {
	return func(c *Caller) error { return c.keep(c.APIEndpoints.List(c.ctx, c.customer, p, c.opts...)) }
}

func listAPIKeys(p *workato.APIKeyListParams) Call {
	return func(c *Caller) error { return c.keep(c.APIKeys.List(c.ctx, c.customer, c.id(42), p, c.opts...)) }
}

func createAPIKey(p *workato.APIKeyCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.APIKeys.Create(c.ctx, c.customer, c.id(42), p, c.opts...)) }
}

func updateAPIKey(p *workato.APIKeyUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.APIKeys.Update(c.ctx, c.customer, c.id(42), c.id(10), p, c.opts...))
	}
}

const (
	managedUsers   = "/api/managed_users/{customer}"
	managedUsersV2 = "/api/v2/managed_users/{customer}"
)

var _ = register(
	Entry{
		Operation: "api_collections.list", Call: listAPICollections(nil), Want: "GET " + managedUsers + "/api_collections?page=1&per_page=100",
		Good: Good{"api_platform/collections.json", `[]`},
		Refuses: Bad{
			"Page":    {listAPICollections(&workato.APICollectionListParams{Page: -1})},
			"PerPage": {listAPICollections(&workato.APICollectionListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.APICollections.All(c.ctx, c.customer, &workato.APICollectionListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "api_collections.create", Call: createAPICollection(&workato.APICollectionCreateParams{Name: "Orders", ProjectID: 5501}),
		Want: "POST " + managedUsers + "/api_collections", JSON: `{"name": "Orders", "project_id": "5501"}`,
		More: []Case{
			{Name: "outside of projects", Call: createAPICollection(&workato.APICollectionCreateParams{Name: "Orders"}), JSON: `{"name": "Orders"}`},
			{
				Name: "of a specification",
				Call: createAPICollection(&workato.APICollectionCreateParams{
					Name: "Orders", ProxyConnectionID: 12, OpenAPISpec: &workato.APISpec{Content: "openapi: 3.0.0", Format: workato.APISpecYAML},
				}),
				JSON: `{"name": "Orders", "proxy_connection_id": 12, "openapi_spec": {"content": "openapi: 3.0.0", "format": "yaml"}}`,
			},
		},
		Good: Good{"api_platform/collection.json"},
		Refuses: Bad{
			"params":              {createAPICollection(nil)},
			"Name":                {createAPICollection(&workato.APICollectionCreateParams{ProjectID: 1})},
			"ProjectID":           {createAPICollection(&workato.APICollectionCreateParams{Name: "Orders", ProjectID: -1})},
			"ProxyConnectionID":   {createAPICollection(&workato.APICollectionCreateParams{Name: "Orders", ProxyConnectionID: -1})},
			"OpenAPISpec.Content": {createAPICollection(&workato.APICollectionCreateParams{Name: "Orders", OpenAPISpec: &workato.APISpec{Format: "json"}})},
			"OpenAPISpec.Format":  {createAPICollection(&workato.APICollectionCreateParams{Name: "Orders", OpenAPISpec: &workato.APISpec{Content: "{}"}})},
		},
	},
	Entry{
		Operation: "api_endpoints.list", Call: listAPIEndpoints(nil), Want: "GET " + managedUsers + "/api_endpoints?page=1&per_page=100",
		More: []Case{{
			Name: "of a collection", Call: listAPIEndpoints(&workato.APIEndpointListParams{APICollectionID: 61}),
			Want: "GET " + managedUsers + "/api_endpoints?api_collection_id=61&page=1&per_page=100",
		}},
		Good: Good{"api_platform/endpoints.json", `[]`},
		Refuses: Bad{
			"APICollectionID": {listAPIEndpoints(&workato.APIEndpointListParams{APICollectionID: -1})},
			"Page":            {listAPIEndpoints(&workato.APIEndpointListParams{Page: -1})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.APIEndpoints.All(c.ctx, c.customer, &workato.APIEndpointListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "api_endpoints.enable", Want: "PUT " + managedUsers + "/api_endpoints/7/enable",
		Call: func(c *Caller) error { return c.APIEndpoints.Enable(c.ctx, c.customer, c.id(7), c.opts...) },
		Good: Good{`{"success": true}`},
	},
	Entry{
		Operation: "api_endpoints.disable", Want: "PUT " + managedUsers + "/api_endpoints/7/disable",
		Call: func(c *Caller) error { return c.APIEndpoints.Disable(c.ctx, c.customer, c.id(7), c.opts...) },
		Good: Good{`{"success": true}`},
	},
	Entry{
		Operation: "api_keys.list", Call: listAPIKeys(nil), Want: "GET " + managedUsersV2 + "/api_clients/42/api_keys?page=1&per_page=100", Rows: "data",
		Good: Good{"api_platform/keys.json", `{"data": []}`},
		Refuses: Bad{
			"Page":    {listAPIKeys(&workato.APIKeyListParams{Page: -1})},
			"PerPage": {listAPIKeys(&workato.APIKeyListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.APIKeys.All(c.ctx, c.customer, 42, &workato.APIKeyListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "api_keys.create", Call: createAPIKey(&workato.APIKeyCreateParams{Name: "k1"}),
		Want: "POST " + managedUsersV2 + "/api_clients/42/api_keys", JSON: `{"name": "k1", "active": false}`,
		More: []Case{{
			Name: "everything",
			Call: createAPIKey(&workato.APIKeyCreateParams{
				Name: "k1", Active: true, IPAllowList: []string{"198.51.100.7"}, IPDenyList: []string{"203.0.113.0/24"},
			}),
			JSON: `{"name": "k1", "active": true, "ip_allow_list": ["198.51.100.7"], "ip_deny_list": ["203.0.113.0/24"]}`,
		}},
		Good:    Good{"api_platform/key.json"},
		Refuses: Bad{"params": {createAPIKey(nil)}, "Name": {createAPIKey(&workato.APIKeyCreateParams{Active: true})}},
	},
	Entry{
		Operation: "api_keys.update", Call: updateAPIKey(&workato.APIKeyUpdateParams{Name: workato.Set("k2")}),
		Want: "PUT " + managedUsersV2 + "/api_clients/42/api_keys/10", JSON: `{"name": "k2"}`,
		More: []Case{{
			Name: "addresses", JSON: `{"ip_allow_list": ["198.51.100.7"], "ip_deny_list": []}`,
			Call: updateAPIKey(&workato.APIKeyUpdateParams{IPAllowList: workato.Set([]string{"198.51.100.7"}), IPDenyList: workato.Set([]string{})}),
		}},
		Good:    Good{"api_platform/key_updated.json"},
		Refuses: Bad{"params": {updateAPIKey(nil)}, "Name": {updateAPIKey(&workato.APIKeyUpdateParams{Name: workato.Null[string]()})}},
	},
	Entry{
		Operation: "api_keys.enable", Want: "PUT " + managedUsersV2 + "/api_clients/42/api_keys/10/enable",
		Call: func(c *Caller) error { return c.APIKeys.Enable(c.ctx, c.customer, c.id(42), c.id(10), c.opts...) },
		Good: Good{`{"success": true}`},
	},
	Entry{
		Operation: "api_keys.refresh_secret", Want: "PUT " + managedUsersV2 + "/api_clients/42/api_keys/10/refresh_secret",
		Call: func(c *Caller) error {
			return c.keep(c.APIKeys.RefreshSecret(c.ctx, c.customer, c.id(42), c.id(10), c.opts...))
		},
		Good: Good{"api_platform/key.json"},
	},
)
