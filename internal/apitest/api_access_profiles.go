package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listAPIAccessProfiles(p *workato.APIAccessProfileListParams) Call {
	return func(c *Caller) error { return c.keep(c.APIAccessProfiles.List(c.ctx, c.customer, p, c.opts...)) }
}

func createAPIAccessProfile(p *workato.APIAccessProfileCreateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.APIAccessProfiles.Create(c.ctx, c.customer, p, c.opts...))
	}
}

func updateAPIAccessProfile(p *workato.APIAccessProfileUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.APIAccessProfiles.Update(c.ctx, c.customer, c.id(55), p, c.opts...))
	}
}

func listAPIClientsV1(p *workato.APIClientV1ListParams) Call {
	return func(c *Caller) error { return c.keep(c.APIClientsV1.List(c.ctx, c.customer, p, c.opts...)) }
}

func createAPIClientV1(p *workato.APIClientV1CreateParams) Call {
	return func(c *Caller) error { return c.keep(c.APIClientsV1.Create(c.ctx, c.customer, p, c.opts...)) }
}

const accessProfiles = managedUsers + "/api_access_profiles"

var _ = register(
	Entry{
		Operation: "api_access_profiles.list", Call: listAPIAccessProfiles(nil), Want: "GET " + accessProfiles + "?page=1&per_page=100",
		More: []Case{{
			Name: "of a client", Call: listAPIAccessProfiles(&workato.APIAccessProfileListParams{APIClientID: 42}),
			Want: "GET " + accessProfiles + "?api_client_id=42&page=1&per_page=100",
		}},
		Good: Good{"api_platform/profiles.json", `[]`, `{"result": null}`},
		Refuses: Bad{
			"APIClientID": {listAPIAccessProfiles(&workato.APIAccessProfileListParams{APIClientID: -1})},
			"Page":        {listAPIAccessProfiles(&workato.APIAccessProfileListParams{Page: -1})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.APIAccessProfileListParams{Page: page, PerPage: perPage}
			return numbers(c.APIAccessProfiles.All(c.ctx, c.customer, p, c.opts...))
		},
	},
	Entry{
		Operation: "api_access_profiles.create", Want: "POST " + accessProfiles,
		Call: createAPIAccessProfile(&workato.APIAccessProfileCreateParams{Name: "p", APICollectionIDs: []int64{61}, AuthType: workato.APIAuthToken, APIClientID: 42}),
		JSON: `{"name": "p", "api_collection_ids": [61], "auth_type": "token", "api_client_id": "42"}`,
		More: []Case{{
			Name: "everything",
			Call: createAPIAccessProfile(&workato.APIAccessProfileCreateParams{
				Name: "p", APICollectionIDs: []int64{61}, AuthType: workato.APIAuthJWT, JWTMethod: workato.APIJWTHMAC, JWTSecret: workato.NewSecret("s-1234"),
				OIDCJWKSURI: "https://id.example.com/keys", AccessProfileClaim: "profile", RequiredClaims: []string{"sub"}, AllowedIssuers: []string{"shop"},
				IPAllowList: []string{"198.51.100.7"}, IPDenyList: []string{"203.0.113.0/24"},
			}),
			JSON: `{"name": "p", "api_collection_ids": [61], "auth_type": "jwt", "jwt_method": "hmac", "jwt_secret": "s-1234",
				"oidc_jwks_uri": "https://id.example.com/keys", "access_profile_claim": "profile", "required_claims": ["sub"], "allowed_issuers": ["shop"],
				"ip_allow_list": ["198.51.100.7"], "ip_deny_list": ["203.0.113.0/24"]}`,
		}},
		Good: Good{"api_platform/profile.json", "api_platform/profile_oauth.json"},
		Refuses: Bad{
			"params":           {createAPIAccessProfile(nil)},
			"Name":             {createAPIAccessProfile(&workato.APIAccessProfileCreateParams{})},
			"APICollectionIDs": {createAPIAccessProfile(&workato.APIAccessProfileCreateParams{Name: "p"})},
			"AuthType":         {createAPIAccessProfile(&workato.APIAccessProfileCreateParams{Name: "p"})},
			"APIClientID":      {createAPIAccessProfile(&workato.APIAccessProfileCreateParams{APIClientID: -1})},
			"JWTSecret":        {createAPIAccessProfile(&workato.APIAccessProfileCreateParams{AuthType: "jwt", JWTMethod: "rsa"})},
		},
	},
	Entry{
		Operation: "api_access_profiles.update", Call: updateAPIAccessProfile(&workato.APIAccessProfileUpdateParams{Name: workato.Set("q")}),
		Want: "PUT " + accessProfiles + "/55", JSON: `{"name": "q"}`,
		More: []Case{{
			Name: "everything",
			Call: updateAPIAccessProfile(&workato.APIAccessProfileUpdateParams{
				APICollectionIDs: workato.Set([]int64{61}), AuthType: workato.Set(workato.APIAuthJWT), APIClientID: 42, JWTMethod: workato.Set(workato.APIJWTRSA),
				JWTSecret: workato.NewSecret("s-1234"), OIDCIssuer: workato.Null[string](), OIDCJWKSURI: workato.Set("https://id.example.com/keys"),
				AccessProfileClaim: workato.Set("profile"), RequiredClaims: workato.Set([]string{"sub"}), AllowedIssuers: workato.Set([]string{"shop"}),
				IPAllowList: workato.Set([]string{"198.51.100.7"}), IPDenyList: workato.Set([]string{}),
			}),
			JSON: `{"api_collection_ids": [61], "auth_type": "jwt", "api_client_id": "42", "jwt_method": "rsa", "jwt_secret": "s-1234", "oidc_issuer": null,
				"oidc_jwks_uri": "https://id.example.com/keys", "access_profile_claim": "profile", "required_claims": ["sub"], "allowed_issuers": ["shop"],
				"ip_allow_list": ["198.51.100.7"], "ip_deny_list": []}`,
		}},
		Good: Good{"api_platform/profile.json"},
		Refuses: Bad{
			"params":           {updateAPIAccessProfile(nil)},
			"Name":             {updateAPIAccessProfile(&workato.APIAccessProfileUpdateParams{Name: workato.Set("")})},
			"APICollectionIDs": {updateAPIAccessProfile(&workato.APIAccessProfileUpdateParams{APICollectionIDs: workato.Set([]int64{})})},
			"APIClientID":      {updateAPIAccessProfile(&workato.APIAccessProfileUpdateParams{APIClientID: -1})},
		},
	},
	Entry{
		Operation: "api_access_profiles.enable", Want: "PUT " + accessProfiles + "/55/enable",
		Call: func(c *Caller) error { return c.APIAccessProfiles.Enable(c.ctx, c.customer, c.id(55), c.opts...) },
		Good: Good{`{"result": "success"}`, `{"success": true}`},
	},
	Entry{
		Operation: "api_access_profiles.disable", Want: "PUT " + accessProfiles + "/55/disable",
		Call: func(c *Caller) error { return c.APIAccessProfiles.Disable(c.ctx, c.customer, c.id(55), c.opts...) },
		Good: Good{`{"result": "success"}`},
	},
	Entry{
		Operation: "api_access_profiles.refresh_secret", Want: "PUT " + accessProfiles + "/55/refresh_secret",
		Call: func(c *Caller) error {
			return c.keep(c.APIAccessProfiles.RefreshSecret(c.ctx, c.customer, c.id(55), c.opts...))
		},
		Good: Good{"api_platform/profile.json", "api_platform/profile_oauth.json", `{"result": {"secret": "test-token"}}`},
	},
	Entry{
		Operation: "api_clients_v1.list", Call: listAPIClientsV1(nil), Want: "GET " + managedUsers + "/api_clients?page=1&per_page=100",
		Good: Good{"api_platform/clients_v1.json", `[]`, `{"result": null}`},
		Refuses: Bad{
			"Page":    {listAPIClientsV1(&workato.APIClientV1ListParams{Page: -1})},
			"PerPage": {listAPIClientsV1(&workato.APIClientV1ListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.APIClientsV1.All(c.ctx, c.customer, &workato.APIClientV1ListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "api_clients_v1.create", Call: createAPIClientV1(&workato.APIClientV1CreateParams{Name: "shop", ProjectID: 5501}),
		Want: "POST " + managedUsers + "/api_clients", JSON: `{"name": "shop", "project_id": "5501"}`,
		Good: Good{"api_platform/client_v1.json", "api_platform/clients_v1.json"},
		Refuses: Bad{
			"params":    {createAPIClientV1(nil)},
			"Name":      {createAPIClientV1(&workato.APIClientV1CreateParams{})},
			"ProjectID": {createAPIClientV1(&workato.APIClientV1CreateParams{ProjectID: -1})},
		},
	},
)
