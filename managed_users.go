package workato

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// ManagedUserService serves the customers of an embedding partner. The API
// calls them managed users; each has a workspace.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
type ManagedUserService struct{ core *core }

const managedUsersDoc = "https://docs.workato.com/oem/oem-api/managed-users.html"

var (
	managedUsersCreate = operation{Operation: Operation{
		Name: "managed_users.create", Method: "POST", Path: "/api/managed_users",
		Effect: Create, Quota: Quota{Family: "managed_users.create", PerMinute: 1000}, Doc: managedUsersDoc,
	}, lookup: "get the customer by its external id before you try again"}
	managedUsersGet = operation{Operation: Operation{
		Name: "managed_users.get", Method: "GET", Path: "/api/managed_users/{customer}",
		Effect: Read, Quota: Quota{Family: "managed_users", PerMinute: 60}, Doc: managedUsersDoc,
	}, aliases: []alias{{seen: "exteranl_id", meant: "external_id"}}} // so in a sample of 2020
	managedUsersUpdate = operation{Operation: Operation{
		Name: "managed_users.update", Method: "PUT", Path: "/api/managed_users/{customer}",
		Effect: Idempotent, Quota: Quota{Family: "managed_users", PerMinute: 60}, Doc: managedUsersDoc,
	}, lookup: "get the customer and compare its task limits before you try again"}
	managedUsersUpgrade = operation{Operation: Operation{
		Name: "managed_users.upgrade", Method: "PUT", Path: "/api/managed_users/{customer}/upgrade",
		Effect: Idempotent, Quota: Quota{Family: "managed_users", PerMinute: 60}, Deprecated: true, Doc: managedUsersDoc,
	}}
	managedUsersDowngrade = operation{Operation: Operation{
		Name: "managed_users.downgrade", Method: "PUT", Path: "/api/managed_users/{customer}/downgrade",
		Effect: Idempotent, Quota: Quota{Family: "managed_users", PerMinute: 60}, Deprecated: true, Doc: managedUsersDoc,
	}}
)

// ManagedUser is a customer. Older editions of the API set only some of the
// fields.
type ManagedUser struct {
	ID int64 `json:"id"`
	// ExternalID is your own id of the customer, without any prefix.
	ExternalID *string `json:"external_id"`
	Name       string  `json:"name"`
	// Environments lists the ids of DEV, TEST and PROD if they were provisioned.
	Environments      []CustomerEnvironment `json:"environments"`
	NotificationEmail string                `json:"notification_email"`
	// AdminNotificationEmails and ErrorNotificationEmails override
	// NotificationEmail.
	AdminNotificationEmails *string `json:"admin_notification_emails"`
	ErrorNotificationEmails *string `json:"error_notification_emails"`
	// FullEmbedding is nil if the partner's setting is inherited.
	FullEmbedding *bool   `json:"full_embedding"`
	PlanID        *string `json:"plan_id"`
	OriginURL     *string `json:"origin_url"`
	Trial         *bool   `json:"trial"`
	InTrial       *bool   `json:"in_trial"`
	// WhitelistedApps are the providers that the customer may use.
	WhitelistedApps []string `json:"whitelisted_apps"`
	// FrameAncestors are URLs separated by commas.
	FrameAncestors *string   `json:"frame_ancestors"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	// TimeZone is a Rails name such as "Pacific Time (US & Canada)".
	TimeZone                  *string       `json:"time_zone"`
	TeamName                  *string       `json:"team_name"`
	AuthSettings              *AuthSettings `json:"auth_settings"`
	CurrentBillingPeriodStart *time.Time    `json:"current_billing_period_start"`
	CurrentBillingPeriodEnd   *time.Time    `json:"current_billing_period_end"`
	// TaskLimit is how many tasks the customer may use in a billing period, TaskCount
	// how many it has used in the current one.
	TaskLimit *int64 `json:"task_limit"`
	// TaskLimitAdjustment is a number in a string, as the service sends it.
	TaskLimitAdjustment *string `json:"task_limit_adjustment"`
	TaskCount           *int64  `json:"task_count"`
	// ActiveConnectionLimit is how many connections may be active, 0 for no limit.
	ActiveConnectionLimit *int64 `json:"active_connection_limit"`
	ActiveConnectionCount *int64 `json:"active_connection_count"`
	ActiveRecipeCount     *int64 `json:"active_recipe_count"`
}

// CustomerID is the id by which calls name this customer. One with environments
// is that of the development environment: see Environment.
func (u *ManagedUser) CustomerID() CustomerID { return AccountID(u.ID) }

func (u *ManagedUser) identity() int64 { return u.ID }

// AuthSettings say how the customer's users sign in.
type AuthSettings struct {
	// Type is "workato_auth", "two_fa_auth" or "saml_sso".
	Type string `json:"type,omitempty"`
	// Provider is required for saml_sso: "okta", "onelogin" and others.
	Provider string `json:"provider,omitempty"`
	// MetadataURL, or else all of SSOURL, SAMLIssuer and X509Cert.
	MetadataURL string `json:"metadata_url,omitempty"`
	SSOURL      string `json:"sso_url,omitempty"`
	SAMLIssuer  string `json:"saml_issuer,omitempty"`
	X509Cert    string `json:"x509_cert,omitempty"`
	// Extra holds the keys that have no field here. There are flags for
	// just-in-time provisioning, role sync and SAML enforcement, whose names no
	// source shows. It is sent too, except keys that a field sets.
	Extra map[string]any `json:"-"`
}

func (s *AuthSettings) readWire(d *wire.Decoder, data []byte) error {
	type plain AuthSettings
	if err := d.Decode(data, (*plain)(s)); err != nil {
		return err
	}
	var all, set map[string]any
	if err := d.Decode(data, &all); err != nil {
		return err
	}
	text, err := json.Marshal((*plain)(s))
	if err == nil {
		err = json.Unmarshal(text, &set)
	}
	for key := range set {
		delete(all, key)
	}
	if len(all) > 0 {
		s.Extra = all
	}
	return err
}

// UnmarshalJSON reads the known keys and keeps the others, and known ones that
// are empty, in Extra.
func (s *AuthSettings) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, s, (*AuthSettings).readWire)
}

// MarshalJSON writes the fields that are set, and Extra.
func (s AuthSettings) MarshalJSON() ([]byte, error) {
	type plain AuthSettings
	text, err := json.Marshal(plain(s))
	if err != nil || len(s.Extra) == 0 {
		return text, err
	}
	all := maps.Clone(s.Extra)
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// EnvironmentParams set what differs in the TEST or PROD environment of a
// customer with environments.
type EnvironmentParams struct {
	// Type is the environment: EnvironmentTest or EnvironmentProd. Required.
	Type EnvironmentType `json:"type"`
	// ExternalID is your own id of this environment, by which calls can address it: see
	// CustomerID.
	ExternalID string `json:"external_id,omitempty"`
	// ErrorNotificationEmails get the messages about errors in this environment.
	ErrorNotificationEmails string `json:"error_notification_emails,omitempty"`
}

// checkEnvironments checks the settings of each environment.
func checkEnvironments(environments []EnvironmentParams) error {
	var errs []error
	for i, e := range environments {
		errs = append(errs, required(fmt.Sprintf("Environments[%d].Type", i), string(e.Type)))
	}
	return errors.Join(errs...)
}

// ManagedUserCreateParams describes a new customer. The reference mentions one
// more flag, which gives the customer environments at once, but no source shows
// its name: use ProvisionEnvironments or Client.Do.
type ManagedUserCreateParams struct {
	// Name and NotificationEmail are required.
	Name              string `json:"name"`
	NotificationEmail string `json:"notification_email"`
	// ExternalID is your own id of the customer. Always set one: it finds the
	// customer when the response is lost, and makes the service refuse a
	// duplicate.
	ExternalID string `json:"external_id,omitempty"`
	// PlanID defaults to the partner's default plan.
	PlanID string `json:"plan_id,omitempty"`
	// OAuthID was required in 2018 and is optional since.
	OAuthID string `json:"oauth_id,omitempty"`
	// AdminNotificationEmails and ErrorNotificationEmails replace NotificationEmail
	// for messages to admins and for those about errors.
	AdminNotificationEmails string `json:"admin_notification_emails,omitempty"`
	ErrorNotificationEmails string `json:"error_notification_emails,omitempty"`
	// OriginURL is the page that hosts the iframe, if it is not the partner's default.
	OriginURL string `json:"origin_url,omitempty"`
	// FrameAncestors are URLs separated by commas.
	FrameAncestors string `json:"frame_ancestors,omitempty"`
	// FullEmbedding sends the customer's people to OriginURL (Ptr(true)), or does not
	// (Ptr(false)); nil inherits the partner's setting.
	FullEmbedding *bool `json:"full_embedding,omitempty"`
	// WhitelistedApps are the providers (names of connectors) that the customer may
	// use; nil leaves the choice to the service.
	WhitelistedApps []string `json:"whitelisted_apps,omitempty"`
	// TimeZone is a Rails name such as "Pacific Time (US & Canada)".
	TimeZone string `json:"time_zone,omitempty"`
	// AuthSettings say how the customer's people sign in; nil leaves that to the
	// service.
	AuthSettings *AuthSettings `json:"auth_settings,omitempty"`
	// Environments are for TEST and PROD only.
	Environments []EnvironmentParams `json:"environments,omitempty"`
}

// Create makes a customer and its workspace. A taken external id is
// ErrConflict. If the response is lost, the error is ErrOutcomeUnknown: get the
// customer by its external id before you try again, or there may be two. A job
// for many customers creates first, and gets one that exists (ErrConflict): the
// quota is 1,000 a minute here, and 60 for Get.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#create-customer
func (s *ManagedUserService) Create(ctx context.Context, params *ManagedUserCreateParams, opts ...CallOption) (*ManagedUser, error) {
	params, missing := needed(params)
	r := managedUsersCreate.at().withBody(params).
		check(missing, required("Name", params.Name, "NotificationEmail", params.NotificationEmail), checkEnvironments(params.Environments))
	return fetch[ManagedUser](ctx, s.core, r, opts)
}

// Get returns a customer. The quota is 60 a minute: a program that needs many of
// them reads them with All.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#get-customer
func (s *ManagedUserService) Get(ctx context.Context, customerID CustomerID, opts ...CallOption) (*ManagedUser, error) {
	return fetch[ManagedUser](ctx, s.core, managedUsersGet.at(customer(customerID)), opts)
}

// ManagedUserUpdateParams describes a change: fields that are not set stay as
// they are, Null clears one. The reference mentions one more, the first day of
// the billing period, whose key no source shows: Client.Do can send it.
type ManagedUserUpdateParams struct {
	Name                    Opt[string] `json:"name,omitzero"`
	NotificationEmail       Opt[string] `json:"notification_email,omitzero"`
	AdminNotificationEmails Opt[string] `json:"admin_notification_emails,omitzero"`
	// ErrorNotificationEmails are those of the DEV environment.
	ErrorNotificationEmails Opt[string] `json:"error_notification_emails,omitzero"`
	ExternalID              Opt[string] `json:"external_id,omitzero"`
	PlanID                  Opt[string] `json:"plan_id,omitzero"`
	// InTrial moves the customer between the free and the paid plan.
	InTrial Opt[bool] `json:"in_trial,omitzero"`
	// TaskLimitAdjustment changes the task limit of the current billing period
	// only; negative lowers it. The reference does not say whether two adjustments
	// add up, so an update with one is sent once, like a Create.
	TaskLimitAdjustment Opt[int64] `json:"task_limit_adjustment,omitzero"`
	// CustomTaskLimit replaces the limit of the plan. It must exceed the current
	// usage.
	CustomTaskLimit Opt[int64]  `json:"custom_task_limit,omitzero"`
	OriginURL       Opt[string] `json:"origin_url,omitzero"`
	FrameAncestors  Opt[string] `json:"frame_ancestors,omitzero"`
	// FullEmbedding cleared inherits the partner's setting.
	FullEmbedding   Opt[bool]                `json:"full_embedding,omitzero"`
	WhitelistedApps Opt[[]string]            `json:"whitelisted_apps,omitzero"`
	TimeZone        Opt[string]              `json:"time_zone,omitzero"`
	AuthSettings    Opt[AuthSettings]        `json:"auth_settings,omitzero"`
	Environments    Opt[[]EnvironmentParams] `json:"environments,omitzero"`
}

// body returns the change in the form of the reference's sample and of the
// service's responses: the task limit adjustment is a number in a string,
// although the reference's table calls it an integer.
func (p *ManagedUserUpdateParams) body() any {
	body := struct {
		*ManagedUserUpdateParams

		TaskLimitAdjustment Opt[string] `json:"task_limit_adjustment,omitzero"`
	}{ManagedUserUpdateParams: p}
	if n, ok := p.TaskLimitAdjustment.Get(); ok {
		body.TaskLimitAdjustment = Set(strconv.FormatInt(n, 10))
	} else if p.TaskLimitAdjustment.IsNull() {
		body.TaskLimitAdjustment = Null[string]()
	}
	return body
}

// Update changes a customer. Only the fields that are set or cleared change.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#update-customer
func (s *ManagedUserService) Update(ctx context.Context, customerID CustomerID, params *ManagedUserUpdateParams, opts ...CallOption) (*ManagedUser, error) {
	params, missing := needed(params)
	environments, _ := params.Environments.Get()
	r := managedUsersUpdate.at(customer(customerID)).withBody(params.body()).check(missing, checkEnvironments(environments))
	if !params.TaskLimitAdjustment.IsZero() {
		r.effect = Create
	}
	return fetch[ManagedUser](ctx, s.core, r, opts)
}

// ManagedUserUpgradeParams are the options of Upgrade.
type ManagedUserUpgradeParams struct {
	// PlanID defaults to the partner's default plan.
	PlanID string `json:"plan_id,omitempty"`
}

// Upgrade moves a customer from the free plan or a trial to a paid plan. The
// result holds only id, plan and trial.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#upgrade-customer-account
//
// Deprecated: upstream keeps the endpoint without updates. Use Update with
// InTrial and PlanID.
func (s *ManagedUserService) Upgrade(ctx context.Context, customerID CustomerID, params *ManagedUserUpgradeParams, opts ...CallOption) (*ManagedUser, error) {
	r := managedUsersUpgrade.at(customer(customerID))
	if params != nil {
		r = r.withBody(params)
	}
	return fetch[ManagedUser](ctx, s.core, r, opts)
}

// Downgrade moves a customer to the free plan. The result holds only id, plan
// and trial.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#downgrade-customer-account
//
// Deprecated: upstream keeps the endpoint without updates. Use Update with
// InTrial.
func (s *ManagedUserService) Downgrade(ctx context.Context, customerID CustomerID, opts ...CallOption) (*ManagedUser, error) {
	return fetch[ManagedUser](ctx, s.core, managedUsersDowngrade.at(customer(customerID)), opts)
}
