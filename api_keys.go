package workato

import (
	"context"
	"iter"
	"time"
)

// APIKeyService serves the keys of the API clients of a customer's workspace. A key
// holds the token with which a client calls a published API.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APIKeyService struct{ core *core }

// The table of limits does not name keys. Their own pages state the limit that
// older editions give for the whole API platform, 10 requests per second:
// https://api-docs.workato.com/oem-api/resources/api-platform/put-api-key-id
var (
	apiKeysList = operation{Operation: Operation{
		Name: "api_keys.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}/api_keys",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_keys", PerSecond: 10}, Paging: PagingPage, Doc: apiPlatformDoc,
	}}
	apiKeysCreate = operation{Operation: Operation{
		Name: "api_keys.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}/api_keys",
		Effect: Create, Quota: Quota{Family: "api_keys", PerSecond: 10}, Doc: apiPlatformDoc,
	}, showsSecret: true, lookup: "list the keys of the client; refresh the secret of one that was made, for nobody has seen it"}
	apiKeysUpdate = operation{Operation: Operation{
		Name: "api_keys.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}/api_keys/{key_id}",
		Effect: Idempotent, Quota: Quota{Family: "api_keys", PerSecond: 10}, Doc: apiReference + "put-api-key-id",
	}}
	apiKeysEnable = operation{Operation: Operation{
		Name: "api_keys.enable", Method: "PUT", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}/api_keys/{key_id}/enable",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "api_keys", PerSecond: 10}, Doc: apiReference + "put-enable-api-key-id",
	}}
	apiKeysRefreshSecret = operation{Operation: Operation{
		Name: "api_keys.refresh_secret", Method: "PUT", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}/api_keys/{key_id}/refresh_secret",
		Effect: Create, Quota: Quota{Family: "api_keys", PerSecond: 10}, Doc: apiReference,
	}, showsSecret: true, lookup: "the old secret may have stopped working: refresh it again"}
)

const apiReference = "https://api-docs.workato.com/oem-api/resources/api-platform/"

// APIKey is a key of an API client.
type APIKey struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	AuthType    APIAuthType `json:"auth_type"`
	Active      bool        `json:"active"`
	ActiveSince *time.Time  `json:"active_since"`
	IPAllowList IPList      `json:"ip_allow_list"`
	IPDenyList  IPList      `json:"ip_deny_list"`
	// AuthToken is shown once, by Create and RefreshSecret.
	AuthToken Secret `json:"auth_token,omitzero"`
}

func (k *APIKey) identity() int64 { return k.ID }

// APIKeyListParams pages keys. All fields are optional.
type APIKeyListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APIKeyListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the keys of an API client, without their tokens.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIKeyService) List(ctx context.Context, customerID CustomerID, clientID int64, params *APIKeyListParams, opts ...CallOption) (*Page[APIKey], error) {
	return paged[APIKey](s.core, apiKeysList.at(customer(customerID), number(clientID)), params, opts).first(ctx)
}

// All iterates over the keys of List.
func (s *APIKeyService) All(ctx context.Context, customerID CustomerID, clientID int64, params *APIKeyListParams, opts ...CallOption) iter.Seq2[APIKey, error] {
	return paged[APIKey](s.core, apiKeysList.at(customer(customerID), number(clientID)), params, opts).all(ctx)
}

// APIKeyCreateParams describes a key. Name is required.
type APIKeyCreateParams struct {
	Name string `json:"name"`
	// Active is always sent: a key that is not active is refused until Enable.
	Active bool `json:"active"`
	// IPAllowList and IPDenyList hold addresses or ranges. Without an IPAllowList
	// every address is allowed.
	IPAllowList []string `json:"ip_allow_list,omitempty"`
	IPDenyList  []string `json:"ip_deny_list,omitempty"`
}

// Create makes a key for an API client. The response shows the token, in AuthToken,
// and no other call does: if the response is lost, or AuthToken has no value, make a
// new one with RefreshSecret.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIKeyService) Create(ctx context.Context, customerID CustomerID, clientID int64, params *APIKeyCreateParams, opts ...CallOption) (*APIKey, error) {
	params, missing := needed(params)
	r := apiKeysCreate.at(customer(customerID), number(clientID)).withBody(params).check(missing, required("Name", params.Name))
	return fetch[APIKey](ctx, s.core, r, opts)
}

// APIKeyUpdateParams describes a change: fields that are not set stay as they
// are.
type APIKeyUpdateParams struct {
	Name        Opt[string]   `json:"name,omitzero"`
	IPAllowList Opt[[]string] `json:"ip_allow_list,omitzero"`
	IPDenyList  Opt[[]string] `json:"ip_deny_list,omitzero"`
}

// Update changes the name of a key or the addresses that may use it. It neither
// enables nor disables the key.
//
// https://api-docs.workato.com/oem-api/resources/api-platform/put-api-key-id
func (s *APIKeyService) Update(ctx context.Context, customerID CustomerID, clientID, keyID int64, params *APIKeyUpdateParams, opts ...CallOption) (*APIKey, error) {
	params, missing := needed(params)
	r := apiKeysUpdate.at(customer(customerID), number(clientID), number(keyID)).withBody(params).check(missing, changedName(params.Name))
	return fetch[APIKey](ctx, s.core, r, opts)
}

// Enable makes a key active.
//
// https://api-docs.workato.com/oem-api/resources/api-platform/put-enable-api-key-id
func (s *APIKeyService) Enable(ctx context.Context, customerID CustomerID, clientID, keyID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, apiKeysEnable.at(customer(customerID), number(clientID), number(keyID)), opts)
}

// RefreshSecret makes a new token for a key and shows it once, in AuthToken.
// The old one stops working at once.
//
// https://api-docs.workato.com/oem-api/resources/api-platform/
func (s *APIKeyService) RefreshSecret(ctx context.Context, customerID CustomerID, clientID, keyID int64, opts ...CallOption) (*APIKey, error) {
	return fetch[APIKey](ctx, s.core, apiKeysRefreshSecret.at(customer(customerID), number(clientID), number(keyID)), opts)
}
