package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listAPIClients(p *workato.APIClientListParams) Call {
	return func(c *Caller) error { return c.keep(c.APIClients.List(c.ctx, c.customer, p, c.opts...)) }
}

func createAPIClient(p *workato.APIClientCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.APIClients.Create(c.ctx, c.customer, p, c.opts...)) }
}

// apiClient is a client to create, changed.
func apiClient(change func(p *workato.APIClientCreateParams)) Call {
	p := &workato.APIClientCreateParams{Name: "shop", APICollectionIDs: []int64{61}, AuthType: workato.APIAuthToken}
	change(p)
	return createAPIClient(p)
}

func updateAPIClient(p *workato.APIClientUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.APIClients.Update(c.ctx, c.customer, c.id(42), p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "api_clients.list", Call: listAPIClients(nil), Want: "GET " + managedUsersV2 + "/api_clients?page=1&per_page=100", Rows: "data",
		More: []Case{{
			Name: "selected", Call: listAPIClients(&workato.APIClientListParams{ProjectID: 5501, CertBundleIDs: []int64{3, 4}}),
			Want: "GET " + managedUsersV2 + "/api_clients?cert_bundle_ids%5B%5D=3&cert_bundle_ids%5B%5D=4&page=1&per_page=100&project_id=5501",
		}},
		Good: Good{"api_platform/clients.json", `{"data": []}`, `{"data": null, "count": null, "page": null, "per_page": null}`},
		Refuses: Bad{
			"ProjectID":     {listAPIClients(&workato.APIClientListParams{ProjectID: -1})},
			"CertBundleIDs": {listAPIClients(&workato.APIClientListParams{CertBundleIDs: []int64{0}})},
			"PerPage":       {listAPIClients(&workato.APIClientListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.APIClients.All(c.ctx, c.customer, &workato.APIClientListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "api_clients.create", Call: apiClient(func(*workato.APIClientCreateParams) {}),
		Want: "POST " + managedUsersV2 + "/api_clients", JSON: `{"name": "shop", "api_collection_ids": [61], "auth_type": "token"}`,
		More: []Case{{
			Name: "everything",
			Call: createAPIClient(&workato.APIClientCreateParams{
				Name: "shop", APICollectionIDs: []int64{61, 62}, AuthType: workato.APIAuthJWT, Description: "Web shop", ProjectID: 5501, APIPortalID: 9,
				Email: "shop@borealis.example", APIPolicyID: 1, JWTMethod: workato.APIJWTHMAC, JWTSecret: workato.NewSecret("s-1234"),
				OIDCIssuer: "https://id.example.com", AccessProfileClaim: "profile", RequiredClaims: []string{"sub"}, AllowedIssuers: []string{"shop"},
				MTLSEnabled: true, ValidationFormula: "true", CertBundleIDs: []int64{3},
			}),
			JSON: `{"name": "shop", "api_collection_ids": [61, 62], "auth_type": "jwt", "description": "Web shop", "project_id": 5501, "api_portal_id": 9,
				"email": "shop@borealis.example", "api_policy_id": 1, "jwt_method": "hmac", "jwt_secret": "s-1234", "oidc_issuer": "https://id.example.com",
				"access_profile_claim": "profile", "required_claims": ["sub"], "allowed_issuers": ["shop"], "mtls_enabled": true,
				"validation_formula": "true", "cert_bundle_ids": [3]}`,
		}},
		Good: Good{"api_platform/client.json", "api_platform/client_legacy.json"},
		Refuses: Bad{
			"params": {createAPIClient(nil)},
			"Name":   {apiClient(func(p *workato.APIClientCreateParams) { p.Name = "" })},
			"APICollectionIDs": {
				apiClient(func(p *workato.APIClientCreateParams) { p.APICollectionIDs = nil }),
				apiClient(func(p *workato.APIClientCreateParams) { p.APICollectionIDs = []int64{0} }),
			},
			"AuthType":  {apiClient(func(p *workato.APIClientCreateParams) { p.AuthType = "" })},
			"JWTMethod": {apiClient(func(p *workato.APIClientCreateParams) { p.AuthType = workato.APIAuthJWT })},
			"JWTSecret": {apiClient(func(p *workato.APIClientCreateParams) {
				p.AuthType, p.JWTMethod = workato.APIAuthJWT, workato.APIJWTRSA
			})},
			"OIDCIssuer": {
				apiClient(func(p *workato.APIClientCreateParams) { p.AuthType = workato.APIAuthOIDC }),
				apiClient(func(p *workato.APIClientCreateParams) {
					p.OIDCIssuer, p.OIDCJWKSURI = "https://a.example", "https://b.example"
				}),
			},
			"Email": {
				apiClient(func(p *workato.APIClientCreateParams) { p.Email = "shop@borealis.example" }),
				apiClient(func(p *workato.APIClientCreateParams) { p.APIPortalID = 9 }),
			},
			"ProjectID":     {apiClient(func(p *workato.APIClientCreateParams) { p.ProjectID = -1 })},
			"APIPortalID":   {apiClient(func(p *workato.APIClientCreateParams) { p.APIPortalID = -1 })},
			"APIPolicyID":   {apiClient(func(p *workato.APIClientCreateParams) { p.APIPolicyID = -1 })},
			"CertBundleIDs": {apiClient(func(p *workato.APIClientCreateParams) { p.CertBundleIDs = []int64{0} })},
		},
	},
	Entry{
		Operation: "api_clients.get", Want: "GET " + managedUsersV2 + "/api_clients/42",
		Call: func(c *Caller) error { return c.keep(c.APIClients.Get(c.ctx, c.customer, c.id(42), c.opts...)) },
		Good: Good{"api_platform/client.json", "api_platform/client_legacy.json"},
	},
	Entry{
		Operation: "api_clients.update", Call: updateAPIClient(&workato.APIClientUpdateParams{Name: "shop", APICollectionIDs: []int64{61}}),
		Want: "PUT " + managedUsersV2 + "/api_clients/42", JSON: `{"name": "shop", "api_collection_ids": [61]}`,
		More: []Case{{
			Name: "everything",
			Call: updateAPIClient(&workato.APIClientUpdateParams{
				Name: "shop", APICollectionIDs: []int64{61}, Description: workato.Null[string](), ProjectID: workato.Set[int64](5501),
				APIPortalID: workato.Set[int64](9), Email: workato.Set("a@borealis.example"), APIPolicyID: workato.Null[int64](),
				JWTMethod: workato.Set(workato.APIJWTRSA), JWTSecret: workato.NewSecret("s-1234"), OIDCIssuer: workato.Set("https://id.example.com"),
				OIDCJWKSURI: workato.Null[string](), AccessProfileClaim: workato.Set("profile"), RequiredClaims: workato.Set([]string{"sub"}),
				AllowedIssuers: workato.Set([]string{}), MTLSEnabled: workato.Set(false), ValidationFormula: workato.Set("true"),
				CertBundleIDs: workato.Set([]int64{3}),
			}),
			JSON: `{"name": "shop", "api_collection_ids": [61], "description": null, "project_id": 5501, "api_portal_id": 9, "email": "a@borealis.example",
				"api_policy_id": null, "jwt_method": "rsa", "jwt_secret": "s-1234", "oidc_issuer": "https://id.example.com", "oidc_jwks_uri": null,
				"access_profile_claim": "profile", "required_claims": ["sub"], "allowed_issuers": [], "mtls_enabled": false, "validation_formula": "true",
				"cert_bundle_ids": [3]}`,
		}},
		Good: Good{"api_platform/client.json", "api_platform/client_legacy.json"},
		Refuses: Bad{
			"params":           {updateAPIClient(nil)},
			"Name":             {updateAPIClient(&workato.APIClientUpdateParams{APICollectionIDs: []int64{61}})},
			"APICollectionIDs": {updateAPIClient(&workato.APIClientUpdateParams{Name: "shop"})},
			"ProjectID":        {updateAPIClient(&workato.APIClientUpdateParams{ProjectID: workato.Set[int64](-1)})},
			"CertBundleIDs":    {updateAPIClient(&workato.APIClientUpdateParams{CertBundleIDs: workato.Set([]int64{0})})},
		},
	},
)
