package workato

import (
	"context"
	"iter"
	"time"
)

// APIClientService serves the clients of the APIs that a customer's workspace
// publishes. Clients with a token have API keys: see APIKeyService.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APIClientService struct{ core *core }

var (
	apiClientsList = operation{Operation: Operation{
		Name: "api_clients.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/api_clients",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Paging: PagingPage, Doc: apiPlatformDoc,
	}, showsSecret: true, nullable: "data"}
	apiClientsCreate = operation{Operation: Operation{
		Name: "api_clients.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/api_clients",
		Effect: Create, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Doc: apiPlatformDoc,
	}, showsSecret: true, lookup: "list the API clients by name before you try again"}
	apiClientsGet = operation{Operation: Operation{
		Name: "api_clients.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}",
		Effect: Read, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Doc: apiPlatformDoc,
	}, showsSecret: true}
	apiClientsUpdate = operation{Operation: Operation{
		Name: "api_clients.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/api_clients/{client_id}",
		Effect: Idempotent, Quota: Quota{Family: "api_clients", PerMinute: 1000}, Doc: apiPlatformDoc,
	}, showsSecret: true}
)

// APIAuthType is how a client of a published API authenticates. Other values
// may appear.
type APIAuthType string

// The ways to authenticate.
const (
	APIAuthToken  APIAuthType = "token"
	APIAuthJWT    APIAuthType = "jwt"
	APIAuthOAuth2 APIAuthType = "oauth2"
	APIAuthOIDC   APIAuthType = "oidc"
)

// APIJWTMethod is how a client signs its JWTs.
type APIJWTMethod string

// The methods.
const (
	APIJWTHMAC APIJWTMethod = "hmac"
	APIJWTRSA  APIJWTMethod = "rsa"
)

// APIClient is a client of published APIs.
type APIClient struct {
	ID                 int64       `json:"id"`
	Name               string      `json:"name"`
	Description        *string     `json:"description"`
	AuthType           APIAuthType `json:"auth_type"`
	Email              *string     `json:"email"`
	IsLegacy           *bool       `json:"is_legacy"`
	ActiveAPIKeysCount *int64      `json:"active_api_keys_count"`
	TotalAPIKeysCount  *int64      `json:"total_api_keys_count"`
	MTLSEnabled        *bool       `json:"mtls_enabled"`
	ValidationFormula  *string     `json:"validation_formula"`
	CertBundleIDs      []int64     `json:"cert_bundle_ids"`
	APIPolicies        []APIRef    `json:"api_policies"`
	APICollections     []APIRef    `json:"api_collections"`
	APIKeys            []APIKey    `json:"api_keys"`
	Logo               *string     `json:"logo"`
	Logo2x             *string     `json:"logo_2x"`
	// APIToken is the token of a legacy client. Unverified: when the service shows
	// it.
	APIToken  *Secret    `json:"api_token"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (c *APIClient) identity() int64 { return c.ID }

// APIRef names a policy or a collection.
type APIRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// APIClientListParams selects and pages clients. All fields are optional.
type APIClientListParams struct {
	// ProjectID and CertBundleIDs select clients. Unverified: that this endpoint
	// takes them, as the Developer API does.
	ProjectID     int64   `url:"project_id,omitempty"`
	CertBundleIDs []int64 `url:"cert_bundle_ids[],omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APIClientListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

func (s *APIClientService) list(customerID CustomerID, params *APIClientListParams, opts []CallOption) pagedList[APIClient] {
	p := given(params)
	r := apiClientsList.at(customer(customerID)).check(optionalID("ProjectID", p.ProjectID), eachID("CertBundleIDs", p.CertBundleIDs))
	return paged[APIClient](s.core, r, params, opts)
}

// List returns one page of the API clients of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientService) List(ctx context.Context, customerID CustomerID, params *APIClientListParams, opts ...CallOption) (*Page[APIClient], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the clients of List.
func (s *APIClientService) All(ctx context.Context, customerID CustomerID, params *APIClientListParams, opts ...CallOption) iter.Seq2[APIClient, error] {
	return s.list(customerID, params, opts).all(ctx)
}

// APIClientCreateParams describes a client. Name, APICollectionIDs and AuthType are
// required.
type APIClientCreateParams struct {
	Name string `json:"name"`
	// APICollectionIDs are the collections that the client may call, at least one.
	APICollectionIDs []int64     `json:"api_collection_ids"`
	AuthType         APIAuthType `json:"auth_type"`
	Description      string      `json:"description,omitempty"`
	// ProjectID is the project that the client belongs to, 0 for none.
	ProjectID int64 `json:"project_id,omitempty"`
	// APIPortalID and Email give the client access to an API portal. Each requires
	// the other.
	APIPortalID int64  `json:"api_portal_id,omitempty"`
	Email       string `json:"email,omitempty"`
	// APIPolicyID is the API policy of the client, 0 for none.
	APIPolicyID int64 `json:"api_policy_id,omitempty"`
	// JWTMethod and JWTSecret are required for APIAuthJWT. The secret is that of
	// HMAC, or the public key of RSA.
	JWTMethod APIJWTMethod `json:"jwt_method,omitempty"`
	JWTSecret Secret       `json:"jwt_secret,omitzero"`
	// OIDCIssuer or OIDCJWKSURI, but not both, is required for APIAuthOIDC.
	OIDCIssuer  string `json:"oidc_issuer,omitempty"`
	OIDCJWKSURI string `json:"oidc_jwks_uri,omitempty"`
	// AccessProfileClaim names the claim of a token with the access profile.
	// RequiredClaims are the claims that a token must have, AllowedIssuers the
	// issuers from which it may be.
	AccessProfileClaim string   `json:"access_profile_claim,omitempty"`
	RequiredClaims     []string `json:"required_claims,omitempty"`
	AllowedIssuers     []string `json:"allowed_issuers,omitempty"`
	// MTLSEnabled, ValidationFormula and CertBundleIDs are Unverified: that this
	// endpoint takes them, as the Developer API does.
	MTLSEnabled       bool    `json:"mtls_enabled,omitempty"`
	ValidationFormula string  `json:"validation_formula,omitempty"`
	CertBundleIDs     []int64 `json:"cert_bundle_ids,omitempty"`
}

// checkAPIAuth checks what a way to authenticate requires.
func checkAPIAuth(kind APIAuthType, method APIJWTMethod, secret Secret, issuer, keys string) error {
	switch {
	case kind == "":
		return required("AuthType", "")
	case kind == APIAuthJWT && method == "":
		return invalid("JWTMethod", "is required for %s", kind)
	case kind == APIAuthJWT && secret.IsZero():
		return invalid("JWTSecret", "is required for %s", kind)
	case issuer != "" && keys != "", kind == APIAuthOIDC && issuer == "" && keys == "":
		return invalid("OIDCIssuer", "give either OIDCIssuer or OIDCJWKSURI")
	}
	return nil
}

// checkAPICollections checks the collections of a client, which has at least one.
func checkAPICollections(ids []int64) error {
	if len(ids) == 0 {
		return invalid("APICollectionIDs", "is required")
	}
	return eachID("APICollectionIDs", ids)
}

// Create makes an API client. One of APIAuthToken gets its token with an API key:
// see APIKeyService.Create.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientService) Create(ctx context.Context, customerID CustomerID, params *APIClientCreateParams, opts ...CallOption) (*APIClient, error) {
	p, missing := needed(params)
	body := struct {
		*APIClientCreateParams
		JWTSecret string `json:"jwt_secret,omitempty"`
	}{p, p.JWTSecret.Reveal()}
	r := apiClientsCreate.at(customer(customerID)).withBody(&body).check(missing, required("Name", p.Name), checkAPICollections(p.APICollectionIDs),
		checkAPIAuth(p.AuthType, p.JWTMethod, p.JWTSecret, p.OIDCIssuer, p.OIDCJWKSURI), optionalID("ProjectID", p.ProjectID),
		optionalID("APIPortalID", p.APIPortalID), optionalID("APIPolicyID", p.APIPolicyID), eachID("CertBundleIDs", p.CertBundleIDs))
	if (p.APIPortalID == 0) != (p.Email == "") {
		r = r.check(invalid("Email", "give APIPortalID and Email together"))
	}
	return fetch[APIClient](ctx, s.core, r, opts)
}

// Get returns an API client.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientService) Get(ctx context.Context, customerID CustomerID, clientID int64, opts ...CallOption) (*APIClient, error) {
	return fetch[APIClient](ctx, s.core, apiClientsGet.at(customer(customerID), number(clientID)), opts)
}

// APIClientUpdateParams describes a change. Name and APICollectionIDs are
// required in every update; other fields are sent only if they are set.
// AuthType cannot be changed.
type APIClientUpdateParams struct {
	Name             string  `json:"name"`
	APICollectionIDs []int64 `json:"api_collection_ids"`

	Description        Opt[string]       `json:"description,omitzero"`
	ProjectID          Opt[int64]        `json:"project_id,omitzero"`
	APIPortalID        Opt[int64]        `json:"api_portal_id,omitzero"`
	Email              Opt[string]       `json:"email,omitzero"`
	APIPolicyID        Opt[int64]        `json:"api_policy_id,omitzero"`
	JWTMethod          Opt[APIJWTMethod] `json:"jwt_method,omitzero"`
	JWTSecret          Secret            `json:"jwt_secret,omitzero"`
	OIDCIssuer         Opt[string]       `json:"oidc_issuer,omitzero"`
	OIDCJWKSURI        Opt[string]       `json:"oidc_jwks_uri,omitzero"`
	AccessProfileClaim Opt[string]       `json:"access_profile_claim,omitzero"`
	RequiredClaims     Opt[[]string]     `json:"required_claims,omitzero"`
	AllowedIssuers     Opt[[]string]     `json:"allowed_issuers,omitzero"`
	MTLSEnabled        Opt[bool]         `json:"mtls_enabled,omitzero"`
	ValidationFormula  Opt[string]       `json:"validation_formula,omitzero"`
	CertBundleIDs      Opt[[]int64]      `json:"cert_bundle_ids,omitzero"`
}

// Update changes an API client. APICollectionIDs replaces the collections that it
// may call.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIClientService) Update(ctx context.Context, customerID CustomerID, clientID int64, params *APIClientUpdateParams, opts ...CallOption) (*APIClient, error) {
	p, missing := needed(params)
	body := struct {
		*APIClientUpdateParams
		JWTSecret string `json:"jwt_secret,omitempty"`
	}{p, p.JWTSecret.Reveal()}
	bundles, _ := p.CertBundleIDs.Get()
	r := apiClientsUpdate.at(customer(customerID), number(clientID)).withBody(&body).
		check(missing, required("Name", p.Name), checkAPICollections(p.APICollectionIDs), idIfSet("ProjectID", p.ProjectID),
			idIfSet("APIPortalID", p.APIPortalID), idIfSet("APIPolicyID", p.APIPolicyID), eachID("CertBundleIDs", bundles))
	return fetch[APIClient](ctx, s.core, r, opts)
}
