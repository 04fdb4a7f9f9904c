package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listProfiles(p *workato.CustomOAuthProfileListParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomOAuthProfiles.List(c.ctx, p, c.opts...)) }
}

func createProfile(p *workato.CustomOAuthProfileCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomOAuthProfiles.Create(c.ctx, p, c.opts...)) }
}

func updateProfile(p *workato.CustomOAuthProfileUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomOAuthProfiles.Update(c.ctx, c.id(12), p, c.opts...)) }
}

func unassignProfile(p *workato.CustomOAuthProfileUnassignParams) Call {
	return func(c *Caller) error {
		return c.CustomOAuthProfiles.Unassign(c.ctx, c.customer, c.id(12), p, c.opts...)
	}
}

var (
	hubspot      = workato.CustomOAuthProfileData{ClientID: "abc", ClientSecret: workato.NewSecret("s-1234")}
	hubspotToken = workato.CustomOAuthProfileData{ClientID: "abc", ClientSecret: workato.NewSecret("s-1234"), Token: workato.NewSecret("s-5678")}
)

var _ = register(
	Entry{
		Operation: "custom_oauth_profiles.assign", Want: "POST /api/managed_users/{customer}/custom_oauth_profiles/12/assign",
		Call: func(c *Caller) error { return c.CustomOAuthProfiles.Assign(c.ctx, c.customer, c.id(12), c.opts...) },
		Good: Good{`{"result": {"success": true}}`},
	},
	Entry{
		Operation: "custom_oauth_profiles.unassign", Call: unassignProfile(nil),
		Want: "DELETE /api/managed_users/{customer}/custom_oauth_profiles/12/unassign",
		More: []Case{{
			Name: "in use", Call: unassignProfile(&workato.CustomOAuthProfileUnassignParams{Force: true}),
			Want: "DELETE /api/managed_users/{customer}/custom_oauth_profiles/12/unassign?force=true",
		}},
		Good: Good{`{"result": {"success": true}}`, ``}, Refuses: Bad{},
	},
	Entry{
		Operation: "custom_oauth_profiles.list", Call: listProfiles(nil), Want: "GET /api/custom_oauth_profiles?page=1&per_page=100",
		Good:    Good{"custom_oauth_profiles/list.json", `[]`},
		Refuses: Bad{"PerPage": {listProfiles(&workato.CustomOAuthProfileListParams{PerPage: 101})}},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.CustomOAuthProfiles.All(c.ctx, &workato.CustomOAuthProfileListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "custom_oauth_profiles.get", Want: "GET /api/custom_oauth_profiles/12",
		Call: func(c *Caller) error { return c.keep(c.CustomOAuthProfiles.Get(c.ctx, c.id(12), c.opts...)) },
		Good: Good{"custom_oauth_profiles/profile.json"},
	},
	Entry{
		Operation: "custom_oauth_profiles.create",
		Call:      createProfile(&workato.CustomOAuthProfileCreateParams{Name: "HubSpot app", Provider: "hubspot", Data: hubspot}),
		Want:      "POST /api/custom_oauth_profiles",
		JSON:      `{"name": "HubSpot app", "provider": "hubspot", "data": {"client_id": "abc", "client_secret": "s-1234"}}`,
		Good:      Good{"custom_oauth_profiles/profile.json", `{"data": {"id": 12, "data": {"client_id": "abc"}}}`, `{"id": 12, "data": {"client_id": "abc"}}`},
		Refuses: Bad{
			"params":            {createProfile(nil)},
			"Name":              {createProfile(&workato.CustomOAuthProfileCreateParams{Provider: "x", Data: hubspot})},
			"Provider":          {createProfile(&workato.CustomOAuthProfileCreateParams{Name: "x", Data: hubspot})},
			"Data.ClientID":     {createProfile(&workato.CustomOAuthProfileCreateParams{Name: "x", Provider: "x"})},
			"Data.ClientSecret": {createProfile(&workato.CustomOAuthProfileCreateParams{Name: "x", Provider: "x", Data: workato.CustomOAuthProfileData{ClientID: "abc"}})},
		},
	},
	Entry{
		Operation: "custom_oauth_profiles.update", Call: updateProfile(&workato.CustomOAuthProfileUpdateParams{Name: workato.Set("HubSpot")}),
		Want: "PUT /api/custom_oauth_profiles/12", JSON: `{"name": "HubSpot"}`,
		More: []Case{{
			Name: "secrets", Call: updateProfile(&workato.CustomOAuthProfileUpdateParams{Provider: workato.Set("hubspot"), Data: workato.Set(hubspotToken)}),
			JSON: `{"provider": "hubspot", "data": {"client_id": "abc", "client_secret": "s-1234", "token": "s-5678"}}`,
		}},
		Good: Good{"custom_oauth_profiles/profile.json"},
		Refuses: Bad{
			"params":            {updateProfile(nil)},
			"Name":              {updateProfile(&workato.CustomOAuthProfileUpdateParams{Name: workato.Set("")})},
			"Provider":          {updateProfile(&workato.CustomOAuthProfileUpdateParams{Provider: workato.Null[string]()})},
			"Data":              {updateProfile(&workato.CustomOAuthProfileUpdateParams{Data: workato.Null[workato.CustomOAuthProfileData]()})},
			"Data.ClientSecret": {updateProfile(&workato.CustomOAuthProfileUpdateParams{Data: workato.Set(workato.CustomOAuthProfileData{ClientID: "abc"})})},
		},
	},
	Entry{
		Operation: "custom_oauth_profiles.delete", Want: "DELETE /api/custom_oauth_profiles/12",
		Call: func(c *Caller) error { return c.CustomOAuthProfiles.Delete(c.ctx, c.id(12), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
)
