package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// OnPremGroupService serves the on-prem groups of a customer's workspace:
// connections reach a customer's own network through the agents of a group.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
type OnPremGroupService struct{ core *core }

const onPremDoc = "https://docs.workato.com/oem/oem-api/on-prem.html"

// The reference shows the objects bare, the Developer API shows them alone in a
// list: https://docs.workato.com/workato-api/on-prem.html
var (
	onPremGroupsList = operation{Operation: Operation{
		Name: "on_prem_groups.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_groups",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}}
	onPremGroupsCreate = operation{Operation: Operation{
		Name: "on_prem_groups.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/on_prem_groups",
		Effect: Create, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, listOfOne: true, lookup: "look for the group's name with on_prem_groups.list before you try again"}
	onPremGroupsGet = operation{Operation: Operation{
		Name: "on_prem_groups.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_groups/{group_id}",
		Effect: Read, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, listOfOne: true}
	onPremGroupsUpdate = operation{Operation: Operation{
		Name: "on_prem_groups.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/on_prem_groups/{group_id}",
		Effect: Idempotent, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, listOfOne: true}
	onPremGroupsDelete = operation{Operation: Operation{
		Name: "on_prem_groups.delete", Method: "DELETE", Path: "/api/v2/managed_users/{customer}/on_prem_groups/{group_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, metOwnEffect: isGone}
	onPremGroupsStatus = operation{Operation: Operation{
		Name: "on_prem_groups.status", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_groups/{group_id}/status",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}}
)

// OnPremGroup is an on-prem group of a customer's workspace.
type OnPremGroup struct {
	ID                   int64     `json:"id"`
	Name                 string    `json:"name"`
	CreatedAt            time.Time `json:"created_at"`
	UseManagedConnection bool      `json:"use_managed_connection"`
	ConfigVersion        *int64    `json:"config_version"`
	// InUse says that connections use the group.
	InUse       bool `json:"in_use"`
	LogsEnabled bool `json:"logs_enabled"`
	// WhitelistedIPs are addresses from which agents may connect. Unverified: that
	// customers' workspaces have it, as the Developer API does.
	WhitelistedIPs []string `json:"whitelisted_ips"`
}

func (g *OnPremGroup) identity() int64 { return g.ID }

// OnPremStatus is the status of an on-prem group or agent.
type OnPremStatus struct {
	// Raw is the response as received. Unverified: its keys.
	Raw json.RawMessage
}

// MarshalJSON returns the response as received.
func (s OnPremStatus) MarshalJSON() ([]byte, error) { return kept(s.Raw, nil) }

// onPremStatus fetches a status.
func onPremStatus(ctx context.Context, c *core, r request, opts []CallOption) (*OnPremStatus, error) {
	raw, err := c.fetchRaw(ctx, r, opts)
	if err != nil {
		return nil, err
	}
	return &OnPremStatus{Raw: raw}, nil
}

// List returns the on-prem groups of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) List(ctx context.Context, customerID CustomerID, opts ...CallOption) ([]OnPremGroup, error) {
	return fetchList[OnPremGroup](ctx, s.core, onPremGroupsList.at(customer(customerID)), opts)
}

// All iterates over the groups of List. The list is fetched when the iteration
// starts.
func (s *OnPremGroupService) All(ctx context.Context, customerID CustomerID, opts ...CallOption) iter.Seq2[OnPremGroup, error] {
	return eachOf(func() ([]OnPremGroup, error) { return s.List(ctx, customerID, opts...) })
}

// OnPremGroupSettings are settings of an on-prem group. Unverified: that
// customers' workspaces have them, as the Developer API does.
type OnPremGroupSettings struct {
	// WhitelistedIPs replaces the addresses from which agents may connect.
	WhitelistedIPs []string `json:"whitelisted_ips"`
}

// OnPremGroupCreateParams describes a new on-prem group. Name is required.
type OnPremGroupCreateParams struct {
	Name string `json:"name"`
	// UseManagedConnection is false unless it is set. Unverified: what it changes.
	UseManagedConnection bool `json:"use_managed_connection,omitempty"`
	// SettingsAttributes are further settings, nil for none.
	SettingsAttributes *OnPremGroupSettings `json:"settings_attributes,omitempty"`
}

// Create makes an on-prem group without agents.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) Create(ctx context.Context, customerID CustomerID, params *OnPremGroupCreateParams, opts ...CallOption) (*OnPremGroup, error) {
	params, missing := needed(params)
	r := onPremGroupsCreate.at(customer(customerID)).withBody(params).check(missing, required("Name", params.Name))
	return fetch[OnPremGroup](ctx, s.core, r, opts)
}

// Get returns an on-prem group.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) Get(ctx context.Context, customerID CustomerID, groupID int64, opts ...CallOption) (*OnPremGroup, error) {
	return fetch[OnPremGroup](ctx, s.core, onPremGroupsGet.at(customer(customerID), number(groupID)), opts)
}

// OnPremGroupUpdateParams describes a change: fields that are not set stay as
// they are. Unverified: that the service takes the fields of a create here.
type OnPremGroupUpdateParams struct {
	Name                 Opt[string]              `json:"name,omitzero"`
	UseManagedConnection Opt[bool]                `json:"use_managed_connection,omitzero"`
	SettingsAttributes   Opt[OnPremGroupSettings] `json:"settings_attributes,omitzero"`
}

// Update changes an on-prem group.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) Update(ctx context.Context, customerID CustomerID, groupID int64, params *OnPremGroupUpdateParams, opts ...CallOption) (*OnPremGroup, error) {
	params, missing := needed(params)
	r := onPremGroupsUpdate.at(customer(customerID), number(groupID)).withBody(params).check(missing, changedName(params.Name))
	return fetch[OnPremGroup](ctx, s.core, r, opts)
}

// Delete deletes an on-prem group. Connections that use it no longer work.
// Unverified: the response, any success counts; and what happens to its agents.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) Delete(ctx context.Context, customerID CustomerID, groupID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, onPremGroupsDelete.at(customer(customerID), number(groupID)), opts)
}

// Status returns whether an on-prem group can be used: one of its agents must be
// active.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremGroupService) Status(ctx context.Context, customerID CustomerID, groupID int64, opts ...CallOption) (*OnPremStatus, error) {
	return onPremStatus(ctx, s.core, onPremGroupsStatus.at(customer(customerID), number(groupID)), opts)
}
