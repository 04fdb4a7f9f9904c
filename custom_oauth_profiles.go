package workato

import (
	"context"
	"iter"
	"time"
)

// CustomOAuthProfileService serves the partner's own OAuth apps, which are kept in
// the partner's workspace, and gives them to customers, whose connections then ask
// for consent in the partner's name.
//
// https://docs.workato.com/oem/oem-api/custom-oauth-profiles.html
type CustomOAuthProfileService struct{ core *core }

const (
	assignedProfilesDoc = "https://docs.workato.com/oem/oem-api/custom-oauth-profiles.html"
	ownProfilesDoc      = "https://docs.workato.com/workato-api/custom-oauth-profiles.html"
)

var (
	customOAuthProfilesAssign = operation{Operation: Operation{
		Name: "custom_oauth_profiles.assign", Method: "POST", Path: "/api/managed_users/{customer}/custom_oauth_profiles/{profile_id}/assign",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: assignedProfilesDoc,
	}}
	customOAuthProfilesUnassign = operation{Operation: Operation{
		Name: "custom_oauth_profiles.unassign", Method: "DELETE", Path: "/api/managed_users/{customer}/custom_oauth_profiles/{profile_id}/unassign",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: assignedProfilesDoc,
	}, metOwnEffect: isGone}
	customOAuthProfilesList = operation{Operation: Operation{
		Name: "custom_oauth_profiles.list", Method: "GET", Path: "/api/custom_oauth_profiles", Effect: Read, Response: ResponseList,
		Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Paging: PagingPage, Doc: ownProfilesDoc,
	}}
	customOAuthProfilesGet = operation{Operation: Operation{
		Name: "custom_oauth_profiles.get", Method: "GET", Path: "/api/custom_oauth_profiles/{profile_id}",
		Effect: Read, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: ownProfilesDoc,
	}}
	customOAuthProfilesCreate = operation{Operation: Operation{
		Name: "custom_oauth_profiles.create", Method: "POST", Path: "/api/custom_oauth_profiles",
		Effect: Create, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: ownProfilesDoc,
	}, lookup: "look for the profile's name with custom_oauth_profiles.list before you try again"}
	customOAuthProfilesUpdate = operation{Operation: Operation{
		Name: "custom_oauth_profiles.update", Method: "PUT", Path: "/api/custom_oauth_profiles/{profile_id}",
		Effect: Idempotent, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: ownProfilesDoc,
	}}
	customOAuthProfilesDelete = operation{Operation: Operation{
		Name: "custom_oauth_profiles.delete", Method: "DELETE", Path: "/api/custom_oauth_profiles/{profile_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "custom_oauth_profiles", PerMinute: 60}, Doc: ownProfilesDoc,
	}, metOwnEffect: isGone}
)

// CustomOAuthProfile is an OAuth app of the partner.
type CustomOAuthProfile struct {
	ID     int64  `json:"id"`
	UserID *int64 `json:"user_id"`
	Name   string `json:"name"`
	// Provider is the connector that the app is for.
	Provider string `json:"provider"`
	// Data never holds the secret or the token.
	Data CustomOAuthProfileData `json:"data"`
	// SharedAccountsCount counts the connections that use the app, OEMCustomersCount
	// the customers that it is assigned to.
	SharedAccountsCount int64     `json:"shared_accounts_count"`
	OEMCustomersCount   int64     `json:"oem_customers_count"`
	CreatedAt           time.Time `json:"created_at"`
	UpdatedAt           time.Time `json:"updated_at"`
}

func (p *CustomOAuthProfile) identity() int64 { return p.ID }

// CustomOAuthProfileData is what the provider knows the app by.
type CustomOAuthProfileData struct {
	ClientID     string `json:"client_id"`
	ClientSecret Secret `json:"client_secret,omitzero"`
	// Token is needed for some providers only.
	Token Secret `json:"token,omitzero"`
}

// sent is the data with its secrets.
func (d CustomOAuthProfileData) sent() any {
	return struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret,omitempty"`
		Token        string `json:"token,omitempty"`
	}{d.ClientID, d.ClientSecret.Reveal(), d.Token.Reveal()}
}

// Assign gives a profile of the partner's workspace to a customer. A second
// identical call changes nothing. Unverified: what becomes of another profile for
// the same provider.
//
// https://docs.workato.com/oem/oem-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Assign(ctx context.Context, customerID CustomerID, profileID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, customOAuthProfilesAssign.at(customer(customerID), number(profileID)), opts)
}

// CustomOAuthProfileUnassignParams are the options of Unassign.
type CustomOAuthProfileUnassignParams struct {
	// Force takes the profile away even if connections use it.
	Force bool `url:"force,omitempty"`
}

// Unassign takes a profile away from a customer. Unverified: the response, and how
// the service refuses it for a profile that is in use.
//
// https://docs.workato.com/oem/oem-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Unassign(
	ctx context.Context, customerID CustomerID, profileID int64, params *CustomOAuthProfileUnassignParams, opts ...CallOption,
) error {
	p := given(params)
	return s.core.confirm(ctx, customOAuthProfilesUnassign.at(customer(customerID), number(profileID)).withQuery(&p), opts)
}

// CustomOAuthProfileListParams pages profiles. All fields are optional.
type CustomOAuthProfileListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *CustomOAuthProfileListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the profiles of the partner's workspace.
//
// https://docs.workato.com/workato-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) List(ctx context.Context, params *CustomOAuthProfileListParams, opts ...CallOption) (*Page[CustomOAuthProfile], error) {
	return paged[CustomOAuthProfile](s.core, customOAuthProfilesList.at(), params, opts).first(ctx)
}

// All iterates over the profiles of List.
func (s *CustomOAuthProfileService) All(ctx context.Context, params *CustomOAuthProfileListParams, opts ...CallOption) iter.Seq2[CustomOAuthProfile, error] {
	return paged[CustomOAuthProfile](s.core, customOAuthProfilesList.at(), params, opts).all(ctx)
}

// Get returns a profile.
//
// https://docs.workato.com/workato-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Get(ctx context.Context, profileID int64, opts ...CallOption) (*CustomOAuthProfile, error) {
	return fetch[CustomOAuthProfile](ctx, s.core, customOAuthProfilesGet.at(number(profileID)), opts)
}

// CustomOAuthProfileCreateParams describes a new profile. Name, Provider and the
// ClientID and ClientSecret of Data are required.
type CustomOAuthProfileCreateParams struct {
	Name     string                 `json:"name"`
	Provider string                 `json:"provider"`
	Data     CustomOAuthProfileData `json:"data"`
}

// Create makes a profile in the partner's workspace.
//
// https://docs.workato.com/workato-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Create(ctx context.Context, params *CustomOAuthProfileCreateParams, opts ...CallOption) (*CustomOAuthProfile, error) {
	params, missing := needed(params)
	r := customOAuthProfilesCreate.at().withBody(struct {
		*CustomOAuthProfileCreateParams

		Data any `json:"data"`
	}{params, params.Data.sent()})
	return fetch[CustomOAuthProfile](ctx, s.core, r.check(missing, required("Name", params.Name, "Provider", params.Provider), params.Data.check()), opts)
}

func (d CustomOAuthProfileData) check() error {
	return required("Data.ClientID", d.ClientID, "Data.ClientSecret", d.ClientSecret.Reveal())
}

// CustomOAuthProfileUpdateParams describes a change: fields that are left alone
// stay as they are.
type CustomOAuthProfileUpdateParams struct {
	Name     Opt[string] `json:"name,omitzero"`
	Provider Opt[string] `json:"provider,omitzero"`
	// Data must be whole: no source says that a part of it can be changed.
	Data Opt[CustomOAuthProfileData] `json:"data,omitzero"`
}

// Update changes a profile, for example to put a new secret in the place of one
// that expires.
//
// https://docs.workato.com/workato-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Update(
	ctx context.Context, profileID int64, params *CustomOAuthProfileUpdateParams, opts ...CallOption,
) (*CustomOAuthProfile, error) {
	params, missing := needed(params)
	r := customOAuthProfilesUpdate.at(number(profileID)).
		check(missing, changedName(params.Name), changedText("Provider", params.Provider), notCleared("Data", params.Data))
	body := struct {
		*CustomOAuthProfileUpdateParams

		Data any `json:"data,omitempty"`
	}{CustomOAuthProfileUpdateParams: params}
	if data, ok := params.Data.Get(); ok {
		body.Data = data.sent()
		r = r.check(data.check())
	}
	return fetch[CustomOAuthProfile](ctx, s.core, r.withBody(body), opts)
}

// Delete deletes a profile. Unverified: the response, any success counts; and
// what becomes of the connections that use it: see SharedAccountsCount and
// OEMCustomersCount first.
//
// https://docs.workato.com/workato-api/custom-oauth-profiles.html
func (s *CustomOAuthProfileService) Delete(ctx context.Context, profileID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, customOAuthProfilesDelete.at(number(profileID)), opts)
}
