package workato

import (
	"context"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// APIAccessProfileService serves the access profiles of the old model of the API
// platform, in which a client has only a name. The service deprecates it in favour of
// APIClientService and APIKeyService.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
type APIAccessProfileService struct{ core *core }

var (
	apiAccessProfilesList = operation{Operation: Operation{
		Name: "api_access_profiles.list", Method: "GET", Path: "/api/managed_users/{customer}/api_access_profiles",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Paging: PagingPage, Deprecated: true, Doc: apiPlatformDoc,
	}, showsSecret: true, nullable: "result"}
	apiAccessProfilesCreate = operation{Operation: Operation{
		Name: "api_access_profiles.create", Method: "POST", Path: "/api/managed_users/{customer}/api_access_profiles",
		Effect: Create, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}, showsSecret: true, lookup: "list the access profiles; refresh the secret of one that was made, for nobody has seen it"}
	apiAccessProfilesUpdate = operation{Operation: Operation{
		Name: "api_access_profiles.update", Method: "PUT", Path: "/api/managed_users/{customer}/api_access_profiles/{profile_id}",
		Effect: Idempotent, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}, showsSecret: true}
	apiAccessProfilesEnable = operation{Operation: Operation{
		Name: "api_access_profiles.enable", Method: "PUT", Path: "/api/managed_users/{customer}/api_access_profiles/{profile_id}/enable",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}}
	apiAccessProfilesDisable = operation{Operation: Operation{
		Name: "api_access_profiles.disable", Method: "PUT", Path: "/api/managed_users/{customer}/api_access_profiles/{profile_id}/disable",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}}
	apiAccessProfilesRefreshSecret = operation{Operation: Operation{
		Name: "api_access_profiles.refresh_secret", Method: "PUT", Path: "/api/managed_users/{customer}/api_access_profiles/{profile_id}/refresh_secret",
		Effect: Create, Quota: Quota{Family: "api_access_profiles", PerMinute: 1000}, Deprecated: true, Doc: apiPlatformDoc,
	}, showsSecret: true, lookup: "the old secret may have stopped working: refresh it again"}
)

// APIAccessProfile is how a client of the old model authenticates. Unverified: the
// keys of the response; those of the request are expected.
type APIAccessProfile struct {
	ID                 int64       `json:"id"`
	Name               string      `json:"name"`
	APIClientID        *int64      `json:"api_client_id"`
	APICollectionIDs   []int64     `json:"api_collection_ids"`
	AuthType           APIAuthType `json:"auth_type"`
	Active             *bool       `json:"active"`
	JWTMethod          *string     `json:"jwt_method"`
	OIDCIssuer         *string     `json:"oidc_issuer"`
	OIDCJWKSURI        *string     `json:"oidc_jwks_uri"`
	AccessProfileClaim *string     `json:"access_profile_claim"`
	RequiredClaims     []string    `json:"required_claims"`
	AllowedIssuers     []string    `json:"allowed_issuers"`
	IPAllowList        IPList      `json:"ip_allow_list"`
	IPDenyList         IPList      `json:"ip_deny_list"`
	// Secret is the token of APIAuthToken, OAuthClientID and OAuthClientSecret are
	// those of APIAuthOAuth2. Create and RefreshSecret show them.
	Secret            Secret     `json:"secret,omitzero"`
	OAuthClientID     *string    `json:"oauth_client_id,omitempty"`
	OAuthClientSecret Secret     `json:"oauth_client_secret,omitzero"`
	CreatedAt         *time.Time `json:"created_at"`
	UpdatedAt         *time.Time `json:"updated_at"`
}

func (p *APIAccessProfile) identity() int64 { return p.ID }

// APIAccessProfileListParams selects and pages access profiles. All fields are
// optional.
type APIAccessProfileListParams struct {
	// APIClientID selects the profiles of a client of the old model.
	APIClientID int64 `url:"api_client_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *APIAccessProfileListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

func (s *APIAccessProfileService) list(customerID CustomerID, params *APIAccessProfileListParams, opts []CallOption) pagedList[APIAccessProfile] {
	r := apiAccessProfilesList.at(customer(customerID)).check(optionalID("APIClientID", given(params).APIClientID))
	return paged[APIAccessProfile](s.core, r, params, opts)
}

// List returns one page of the access profiles of a customer's workspace or of one
// of its API clients.
//
// Deprecated: use APIKeyService.List.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) List(ctx context.Context, customerID CustomerID, params *APIAccessProfileListParams, opts ...CallOption) (*Page[APIAccessProfile], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the access profiles of List.
//
// Deprecated: use APIKeyService.All.
func (s *APIAccessProfileService) All(ctx context.Context, customerID CustomerID, params *APIAccessProfileListParams, opts ...CallOption) iter.Seq2[APIAccessProfile, error] {
	return s.list(customerID, params, opts).all(ctx)
}

// APIAccessProfileCreateParams describes an access profile. Name, APICollectionIDs
// and AuthType are required, and what APIClientCreateParams requires for an AuthType.
type APIAccessProfileCreateParams struct {
	Name             string      `json:"name"`
	APICollectionIDs []int64     `json:"api_collection_ids"`
	AuthType         APIAuthType `json:"auth_type"`
	// APIClientID is sent as a string, as the reference types it.
	APIClientID int64 `json:"api_client_id,omitempty,string"`
	// JWTMethod to AllowedIssuers belong to an AuthType: see APIClientCreateParams,
	// which has JWTSecret, OIDCIssuer, OIDCJWKSURI, AccessProfileClaim and
	// RequiredClaims too.
	JWTMethod          APIJWTMethod `json:"jwt_method,omitempty"`
	JWTSecret          Secret       `json:"jwt_secret,omitzero"`
	OIDCIssuer         string       `json:"oidc_issuer,omitempty"`
	OIDCJWKSURI        string       `json:"oidc_jwks_uri,omitempty"`
	AccessProfileClaim string       `json:"access_profile_claim,omitempty"`
	RequiredClaims     []string     `json:"required_claims,omitempty"`
	AllowedIssuers     []string     `json:"allowed_issuers,omitempty"`
	// IPAllowList and IPDenyList are addresses or ranges (CIDR) from which calls are
	// allowed or refused.
	IPAllowList []string `json:"ip_allow_list,omitempty"`
	IPDenyList  []string `json:"ip_deny_list,omitempty"`
}

// Create makes an access profile. The response shows its Secret, or its
// OAuthClientID and OAuthClientSecret: keep them.
//
// Deprecated: the service announced that it would refuse new objects of the old
// model from December 1, 2025. Use APIKeyService.Create.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) Create(ctx context.Context, customerID CustomerID, params *APIAccessProfileCreateParams, opts ...CallOption) (*APIAccessProfile, error) {
	p, missing := needed(params)
	body := struct {
		*APIAccessProfileCreateParams
		JWTSecret string `json:"jwt_secret,omitempty"`
	}{p, p.JWTSecret.Reveal()}
	r := apiAccessProfilesCreate.at(customer(customerID)).withBody(&body).
		check(missing, required("Name", p.Name), checkAPICollections(p.APICollectionIDs), optionalID("APIClientID", p.APIClientID),
			checkAPIAuth(p.AuthType, p.JWTMethod, p.JWTSecret, p.OIDCIssuer, p.OIDCJWKSURI))
	return fetch[APIAccessProfile](ctx, s.core, r, opts)
}

// APIAccessProfileUpdateParams describes a change: fields that are not set stay
// as they are.
type APIAccessProfileUpdateParams struct {
	Name             Opt[string]      `json:"name,omitzero"`
	APICollectionIDs Opt[[]int64]     `json:"api_collection_ids,omitzero"`
	AuthType         Opt[APIAuthType] `json:"auth_type,omitzero"`
	// APIClientID moves the profile to another client; 0 does not move it.
	APIClientID        int64             `json:"api_client_id,omitempty,string"`
	JWTMethod          Opt[APIJWTMethod] `json:"jwt_method,omitzero"`
	JWTSecret          Secret            `json:"jwt_secret,omitzero"`
	OIDCIssuer         Opt[string]       `json:"oidc_issuer,omitzero"`
	OIDCJWKSURI        Opt[string]       `json:"oidc_jwks_uri,omitzero"`
	AccessProfileClaim Opt[string]       `json:"access_profile_claim,omitzero"`
	RequiredClaims     Opt[[]string]     `json:"required_claims,omitzero"`
	AllowedIssuers     Opt[[]string]     `json:"allowed_issuers,omitzero"`
	IPAllowList        Opt[[]string]     `json:"ip_allow_list,omitzero"`
	IPDenyList         Opt[[]string]     `json:"ip_deny_list,omitzero"`
}

// Update changes an access profile.
//
// Deprecated: use APIKeyService.Update.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) Update(ctx context.Context, customerID CustomerID, profileID int64, params *APIAccessProfileUpdateParams, opts ...CallOption) (*APIAccessProfile, error) {
	p, missing := needed(params)
	body := struct {
		*APIAccessProfileUpdateParams
		JWTSecret string `json:"jwt_secret,omitempty"`
	}{p, p.JWTSecret.Reveal()}
	r := apiAccessProfilesUpdate.at(customer(customerID), number(profileID)).withBody(&body).
		check(missing, changedName(p.Name), notCleared("APICollectionIDs", p.APICollectionIDs), optionalID("APIClientID", p.APIClientID))
	if ids, ok := p.APICollectionIDs.Get(); ok {
		r = r.check(checkAPICollections(ids))
	}
	return fetch[APIAccessProfile](ctx, s.core, r, opts)
}

// Enable makes an access profile active.
//
// Deprecated: use APIKeyService.Enable.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) Enable(ctx context.Context, customerID CustomerID, profileID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, apiAccessProfilesEnable.at(customer(customerID), number(profileID)), opts)
}

// Disable makes an access profile inactive: requests with its secret are refused.
//
// Deprecated: the old model is going away.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) Disable(ctx context.Context, customerID CustomerID, profileID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, apiAccessProfilesDisable.at(customer(customerID), number(profileID)), opts)
}

// refreshedProfile is a profile that may lack its id if it has a secret.
type refreshedProfile APIAccessProfile

func (p *refreshedProfile) present() bool {
	return p.ID != 0 || !p.Secret.IsZero() || !p.OAuthClientSecret.IsZero()
}

// RefreshSecret makes a new secret for an access profile and shows it once. The
// old one stops working. Unverified: the response; that of Create is expected,
// even without an id.
//
// Deprecated: use APIKeyService.RefreshSecret.
//
// https://docs.workato.com/oem/oem-api/api-platform.html
func (s *APIAccessProfileService) RefreshSecret(ctx context.Context, customerID CustomerID, profileID int64, opts ...CallOption) (*APIAccessProfile, error) {
	r := apiAccessProfilesRefreshSecret.at(customer(customerID), number(profileID))
	return invoke(ctx, s.core, r, opts, func(d *wire.Decoder, body []byte) (*APIAccessProfile, error) {
		profile, err := decodeObject[refreshedProfile](d, body)
		return (*APIAccessProfile)(profile), err
	})
}
