package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

var (
	// A tool has an id of its own, and no source shows what a second request for
	// the same recipe does: it may add the tool twice.
	mcpServersAssignTools = operation{Operation: Operation{
		Name: "mcp_servers.assign_tools", Method: "POST", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/assign_tools",
		Effect: Create, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true, lookup: "look for the tools with mcp_servers.list_tools before you try again"}
	mcpServersListTools = operation{Operation: Operation{
		Name: "mcp_servers.list_tools", Method: "GET", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/tools",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "mcp_servers"}, Paging: PagingPage, Doc: mcpServersDoc,
	}, maxPerPage: maxMCPServersPage}
	mcpServersUpdateTool = operation{Operation: Operation{
		Name: "mcp_servers.update_tool", Method: "PUT", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/tools/{tool_id}",
		Effect: Idempotent, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}}
	mcpServersDeleteTool = operation{Operation: Operation{
		Name: "mcp_servers.delete_tool", Method: "DELETE", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/tools/{tool_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, metOwnEffect: isGone}
	mcpServersGetPolicies = operation{Operation: Operation{
		Name: "mcp_servers.get_policies", Method: "GET", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/server_policies",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}}
	mcpServersUpdatePolicies = operation{Operation: Operation{
		Name: "mcp_servers.update_policies", Method: "PUT", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/server_policies",
		Effect: Idempotent, Response: ResponseRaw, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}}
	mcpServersAssignUserGroups = operation{Operation: Operation{
		Name: "mcp_servers.assign_user_groups", Method: "POST", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/assign_user_groups",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true}
	mcpServersRemoveUserGroups = operation{Operation: Operation{
		Name: "mcp_servers.remove_user_groups", Method: "POST", Path: "/api/managed_users/{customer}/mcp_servers/{handle}/remove_user_groups",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "mcp_servers"}, Doc: mcpServersDoc,
	}, showsSecret: true, metOwnEffect: isGone, lookup: "see with mcp_servers.get which of the groups are left"}
)

// MCPServerTool is a tool of an MCP server.
type MCPServerTool struct {
	ID                  int64    `json:"id"`
	Name                string   `json:"name"`
	Description         *string  `json:"description"`
	OriginalDescription *string  `json:"original_description"`
	TriggerApplication  *string  `json:"trigger_application"`
	ActionApplications  []string `json:"action_applications"`
	// FlowID is the id of the recipe behind the tool.
	FlowID  *int64 `json:"flow_id"`
	Active  bool   `json:"active"`
	Enabled bool   `json:"enabled"`
	// VUARequired says that the tool runs with connections of the user.
	VUARequired            bool     `json:"vua_required"`
	IncompatibilityReasons []string `json:"incompatibility_reasons"`
}

func (t *MCPServerTool) identity() int64 { return t.ID }

// MCPServerListToolsParams pages tools. All fields are optional.
type MCPServerListToolsParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 50, as for servers. Unverified: the service's own maximum.
	PerPage int `url:"per_page"`
}

func (p *MCPServerListToolsParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// ListTools returns one page of the tools of an MCP server.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) ListTools(ctx context.Context, customerID CustomerID, handle string, params *MCPServerListToolsParams, opts ...CallOption) (*Page[MCPServerTool], error) {
	return paged[MCPServerTool](s.core, mcpServersListTools.at(customer(customerID), text(handle)), params, opts).first(ctx)
}

// AllTools iterates over the tools of ListTools.
func (s *MCPServerService) AllTools(ctx context.Context, customerID CustomerID, handle string, params *MCPServerListToolsParams, opts ...CallOption) iter.Seq2[MCPServerTool, error] {
	return paged[MCPServerTool](s.core, mcpServersListTools.at(customer(customerID), text(handle)), params, opts).all(ctx)
}

// MCPServerAssignToolsParams names tools for an MCP server.
type MCPServerAssignToolsParams struct {
	// Tools is required, and so are the fields of each.
	Tools []MCPServerToolRef `json:"tools"`
}

// MCPServerToolRef names a recipe or genie that becomes a tool.
type MCPServerToolRef struct {
	// TriggerApplication is that of the recipe: see Recipes.Get.
	TriggerApplication string `json:"trigger_application"`
	// ID is the id of a recipe in digits, or that of a genie. It is sent as a
	// string, the form that was seen.
	ID string `json:"id"`
}

// AssignTools adds recipes to the tools of an MCP server. A server made from an
// API collection has the endpoints of the collection. If the response is lost,
// the error is ErrOutcomeUnknown: look for the tools in ListTools. Unverified:
// what happens to a tool that the server has already, and the response; any
// success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) AssignTools(ctx context.Context, customerID CustomerID, handle string, params *MCPServerAssignToolsParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := mcpServersAssignTools.at(customer(customerID), text(handle)).withBody(params).check(missing)
	if len(params.Tools) == 0 {
		r = r.check(invalid("Tools", "is required"))
	}
	for _, tool := range params.Tools {
		r = r.check(required("Tools.TriggerApplication", tool.TriggerApplication, "Tools.ID", tool.ID))
	}
	return s.core.confirm(ctx, r, opts)
}

// MCPServerUpdateToolParams describes a change of a tool.
type MCPServerUpdateToolParams struct {
	// Description is what agents read to decide whether they use the tool.
	Description Opt[string] `json:"description,omitzero"`
}

// UpdateTool changes the description of a tool.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) UpdateTool(
	ctx context.Context, customerID CustomerID, handle string, toolID int64, params *MCPServerUpdateToolParams, opts ...CallOption,
) (*MCPServerTool, error) {
	params, missing := needed(params)
	r := mcpServersUpdateTool.at(customer(customerID), text(handle), number(toolID)).withBody(params).check(missing)
	return fetch[MCPServerTool](ctx, s.core, r, opts)
}

// DeleteTool removes a tool from an MCP server; the recipe behind it stays.
// Only tools made of recipe functions and genies can be deleted, not the
// endpoints of an API collection. Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) DeleteTool(ctx context.Context, customerID CustomerID, handle string, toolID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, mcpServersDeleteTool.at(customer(customerID), text(handle), number(toolID)), opts)
}

// MCPPolicyInterval is the time in which calls of tools are counted.
type MCPPolicyInterval string

// A rate is per minute, a quota per longer interval. Unverified: whether the
// service takes others.
const (
	MCPPolicyMinute MCPPolicyInterval = "minute"
	MCPPolicy30Days MCPPolicyInterval = "30 days"
	MCPPolicy60Days MCPPolicyInterval = "60 days"
	MCPPolicy90Days MCPPolicyInterval = "90 days"
	MCPPolicyYear   MCPPolicyInterval = "year"
)

// MCPPolicyLimit is how many calls are allowed in an interval.
type MCPPolicyLimit struct {
	Limit    int64             `json:"limit"`
	Interval MCPPolicyInterval `json:"interval"`
}

// checkLimit requires both fields of a limit that is set: the service refuses
// one alone.
func checkLimit(field string, limit Opt[MCPPolicyLimit]) error {
	l, ok := limit.Get()
	switch {
	case !ok:
		return nil
	case l.Limit <= 0:
		return invalid(field+".Limit", "must be positive, got %d", l.Limit)
	}
	return required(field+".Interval", string(l.Interval))
}

// MCPServerPolicy says how often and from where an MCP server may be called.
// Everything is null if nothing was set.
type MCPServerPolicy struct {
	ID          *int64          `json:"id"`
	MCPServerID *string         `json:"mcp_server_id"`
	RateLimits  *MCPPolicyLimit `json:"rate_limits"`
	QuotaLimits *MCPPolicyLimit `json:"quota_limits"`
	// IPAllowList and IPDenyList are addresses and ranges such as "203.0.113.0/24".
	IPAllowList []string   `json:"ip_allow_list"`
	IPDenyList  []string   `json:"ip_deny_list"`
	CreatedAt   *time.Time `json:"created_at"`
	UpdatedAt   *time.Time `json:"updated_at"`
	// Raw is the policy as received.
	Raw json.RawMessage `json:"-"`
}

func (p *MCPServerPolicy) readWire(d *wire.Decoder, data []byte) error {
	type plain MCPServerPolicy
	return d.Keep(data, (*plain)(p), &p.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (p *MCPServerPolicy) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, p, (*MCPServerPolicy).readWire)
}

// MarshalJSON returns the policy as received.
func (p MCPServerPolicy) MarshalJSON() ([]byte, error) {
	type plain MCPServerPolicy
	return kept(p.Raw, plain(p))
}

func (p MCPServerPolicy) present() bool { return hasKeys(p.Raw) }

// GetPolicies returns the limits of an MCP server.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) GetPolicies(ctx context.Context, customerID CustomerID, handle string, opts ...CallOption) (*MCPServerPolicy, error) {
	return fetch[MCPServerPolicy](ctx, s.core, mcpServersGetPolicies.at(customer(customerID), text(handle)), opts)
}

// MCPServerUpdatePoliciesParams describes a change: fields that are not set
// stay as they are.
type MCPServerUpdatePoliciesParams struct {
	// RateLimits bound the calls of short intervals, QuotaLimits those of long ones.
	RateLimits  Opt[MCPPolicyLimit] `json:"rate_limits,omitzero"`
	QuotaLimits Opt[MCPPolicyLimit] `json:"quota_limits,omitzero"`
	// IPAllowList and IPDenyList are addresses or ranges (CIDR) from which agents are
	// admitted or refused.
	IPAllowList Opt[[]string] `json:"ip_allow_list,omitzero"`
	IPDenyList  Opt[[]string] `json:"ip_deny_list,omitzero"`
}

// UpdatePolicies limits how often and from where an MCP server may be called.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) UpdatePolicies(
	ctx context.Context, customerID CustomerID, handle string, params *MCPServerUpdatePoliciesParams, opts ...CallOption,
) (*MCPServerPolicy, error) {
	params, missing := needed(params)
	r := mcpServersUpdatePolicies.at(customer(customerID), text(handle)).
		check(missing, checkLimit("RateLimits", params.RateLimits), checkLimit("QuotaLimits", params.QuotaLimits)).
		withBody(struct {
			Policy *MCPServerUpdatePoliciesParams `json:"mcp_server_policy"`
		}{params})
	return fetch[MCPServerPolicy](ctx, s.core, r, opts)
}

// MCPServerUserGroupsParams names user groups.
type MCPServerUserGroupsParams struct {
	// IDPUserGroupIDs is required: ids of user groups of the identity provider,
	// which are strings.
	IDPUserGroupIDs []string `json:"idp_user_group_ids"`
}

// userGroups adds the parameters of both calls.
func (s *MCPServerService) userGroups(ctx context.Context, r request, params *MCPServerUserGroupsParams, opts []CallOption) error {
	params, missing := needed(params)
	r = r.withBody(params).check(missing)
	if len(params.IDPUserGroupIDs) == 0 {
		r = r.check(invalid("IDPUserGroupIDs", "is required"))
	}
	for _, id := range params.IDPUserGroupIDs {
		r = r.check(required("IDPUserGroupIDs", id))
	}
	r.several = len(params.IDPUserGroupIDs) > 1
	return s.core.confirm(ctx, r, opts)
}

// AssignUserGroups lets user groups use an MCP server with MCPAuthWorkatoIDP.
// Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) AssignUserGroups(ctx context.Context, customerID CustomerID, handle string, params *MCPServerUserGroupsParams, opts ...CallOption) error {
	return s.userGroups(ctx, mcpServersAssignUserGroups.at(customer(customerID), text(handle)), params, opts)
}

// RemoveUserGroups undoes AssignUserGroups: the people of the groups lose their
// access. If a response is lost and the retry finds one of several gone, the
// error is ErrOutcomeUnknown. Unverified: the response; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/mcp-servers.html
func (s *MCPServerService) RemoveUserGroups(ctx context.Context, customerID CustomerID, handle string, params *MCPServerUserGroupsParams, opts ...CallOption) error {
	return s.userGroups(ctx, mcpServersRemoveUserGroups.at(customer(customerID), text(handle)), params, opts)
}
