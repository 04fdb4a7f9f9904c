package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// OnPremAgentService serves the on-prem agents of a customer's workspace: programs
// in the customer's own network. An agent belongs to an on-prem group.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
type OnPremAgentService struct{ core *core }

var (
	onPremAgentsList = operation{Operation: Operation{
		Name: "on_prem_agents.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_agents",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}}
	onPremAgentsCreate = operation{Operation: Operation{
		Name: "on_prem_agents.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/on_prem_agents",
		Effect: Create, Quota: Quota{Family: "on_prem", PerMinute: 60},
		Doc: "https://api-docs.workato.com/oem-api/resources/on-prem/post-on-prem-agent-managed-user-id",
	}, listOfOne: true, lookup: "look for the agent's name and group with on_prem_agents.list before you try again"}
	onPremAgentsGet = operation{Operation: Operation{
		Name: "on_prem_agents.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_agents/{agent_id}",
		Effect: Read, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, listOfOne: true}
	onPremAgentsUpdate = operation{Operation: Operation{
		Name: "on_prem_agents.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/on_prem_agents/{agent_id}",
		Effect: Idempotent, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, listOfOne: true}
	onPremAgentsDelete = operation{Operation: Operation{
		Name: "on_prem_agents.delete", Method: "DELETE", Path: "/api/v2/managed_users/{customer}/on_prem_agents/{agent_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}, metOwnEffect: isGone}
	onPremAgentsStatus = operation{Operation: Operation{
		Name: "on_prem_agents.status", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_agents/{agent_id}/status",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}}
	onPremAgentsSearch = operation{Operation: Operation{
		Name: "on_prem_agents.search", Method: "GET", Path: "/api/v2/managed_users/{customer}/on_prem_agents/search",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "on_prem", PerMinute: 60}, Doc: onPremDoc,
	}}
)

// OnPremOS is the system that an agent runs on.
type OnPremOS string

// OnPremMac is the only one that the reference shows. Unverified: how the
// service writes Windows and Linux.
const OnPremMac OnPremOS = "mac"

// OnPremAgentState is the state of an agent.
type OnPremAgentState string

// OnPremAwaitingSetup agents have never connected. Unverified: how the service
// writes the other states, which its interface calls no response, active and
// disabled.
const OnPremAwaitingSetup OnPremAgentState = "awaiting_setup"

// OnPremAgent is an on-prem agent of a customer's workspace. The reference shows
// some of its keys; Raw has them all.
type OnPremAgent struct {
	ID                 int64            `json:"id"`
	Name               string           `json:"name"`
	OS                 OnPremOS         `json:"os"`
	OnPremGroupID      *int64           `json:"on_prem_group_id"`
	InstallationMethod *string          `json:"installation_method"`
	AwaitingSetup      bool             `json:"awaiting_setup"`
	Enabled            bool             `json:"enabled"`
	LastSeenVersion    *string          `json:"last_seen_version"`
	CreatedAt          *time.Time       `json:"created_at"`
	UpdatedAt          *time.Time       `json:"updated_at"`
	State              OnPremAgentState `json:"state"`
	Activated          bool             `json:"activated"`
	// CN is the common name of the agent's certificate.
	CN string `json:"cn"`
	// Raw is the agent as received.
	Raw json.RawMessage `json:"-"`
}

func (a OnPremAgent) identity() int64 { return a.ID }

func (a *OnPremAgent) readWire(d *wire.Decoder, data []byte) error {
	type plain OnPremAgent
	return d.Keep(data, (*plain)(a), &a.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (a *OnPremAgent) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, a, (*OnPremAgent).readWire)
}

// MarshalJSON returns the agent as received.
func (a OnPremAgent) MarshalJSON() ([]byte, error) {
	type plain OnPremAgent
	return kept(a.Raw, plain(a))
}

// List returns the on-prem agents of a customer's workspace, of all groups.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) List(ctx context.Context, customerID CustomerID, opts ...CallOption) ([]OnPremAgent, error) {
	return fetchList[OnPremAgent](ctx, s.core, onPremAgentsList.at(customer(customerID)), opts)
}

// All iterates over the agents of List. The list is fetched when the iteration
// starts.
func (s *OnPremAgentService) All(ctx context.Context, customerID CustomerID, opts ...CallOption) iter.Seq2[OnPremAgent, error] {
	return eachOf(func() ([]OnPremAgent, error) { return s.List(ctx, customerID, opts...) })
}

// OnPremAgentCreateParams describes a new on-prem agent. All but AwaitingSetup is
// required.
type OnPremAgentCreateParams struct {
	Name string `json:"name"`
	// OS is the system of the machine that the agent runs on.
	OS OnPremOS `json:"os"`
	// OnPremGroupID is the group that the agent joins.
	OnPremGroupID int64 `json:"on_prem_group_id"`
	// AwaitingSetup skips the state of that name if it is false; nil leaves it to
	// the service.
	AwaitingSetup *bool `json:"awaiting_setup,omitempty"`
}

// Create makes an on-prem agent, which does nothing until its program is
// installed in the customer's network.
//
// https://api-docs.workato.com/oem-api/resources/on-prem/post-on-prem-agent-managed-user-id
func (s *OnPremAgentService) Create(ctx context.Context, customerID CustomerID, params *OnPremAgentCreateParams, opts ...CallOption) (*OnPremAgent, error) {
	params, missing := needed(params)
	r := onPremAgentsCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name, "OS", string(params.OS)), requiredID("OnPremGroupID", params.OnPremGroupID))
	return fetch[OnPremAgent](ctx, s.core, r, opts)
}

// Get returns an on-prem agent.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) Get(ctx context.Context, customerID CustomerID, agentID int64, opts ...CallOption) (*OnPremAgent, error) {
	return fetch[OnPremAgent](ctx, s.core, onPremAgentsGet.at(customer(customerID), number(agentID)), opts)
}

// OnPremAgentUpdateParams describes a change: fields that are not set stay as
// they are. Unverified: which fields the service takes.
type OnPremAgentUpdateParams struct {
	Name          Opt[string] `json:"name,omitzero"`
	OnPremGroupID Opt[int64]  `json:"on_prem_group_id,omitzero"`
	// Enabled is false for an agent that gets no more requests.
	Enabled Opt[bool] `json:"enabled,omitzero"`
}

// Update changes an on-prem agent.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) Update(ctx context.Context, customerID CustomerID, agentID int64, params *OnPremAgentUpdateParams, opts ...CallOption) (*OnPremAgent, error) {
	params, missing := needed(params)
	r := onPremAgentsUpdate.at(customer(customerID), number(agentID)).withBody(params).check(missing, changedName(params.Name),
		idIfSet("OnPremGroupID", params.OnPremGroupID), notCleared("OnPremGroupID", params.OnPremGroupID), notCleared("Enabled", params.Enabled))
	return fetch[OnPremAgent](ctx, s.core, r, opts)
}

// Delete deletes an on-prem agent. Its program loses access. Unverified: the
// response; any success counts.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) Delete(ctx context.Context, customerID CustomerID, agentID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, onPremAgentsDelete.at(customer(customerID), number(agentID)), opts)
}

// Status returns whether an on-prem agent is connected.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) Status(ctx context.Context, customerID CustomerID, agentID int64, opts ...CallOption) (*OnPremStatus, error) {
	return onPremStatus(ctx, s.core, onPremAgentsStatus.at(customer(customerID), number(agentID)), opts)
}

// OnPremAgentSearchParams selects agents.
type OnPremAgentSearchParams struct {
	// CN is the common name of the agent's certificate. It is required. Unverified:
	// the name of the parameter.
	CN string `url:"cn"`
}

// Search finds on-prem agents by the common name of their certificate. Compare
// the CN of the results: a service that does not know the parameter would
// return others too.
//
// https://docs.workato.com/oem/oem-api/on-prem.html
func (s *OnPremAgentService) Search(ctx context.Context, customerID CustomerID, params *OnPremAgentSearchParams, opts ...CallOption) ([]OnPremAgent, error) {
	params, missing := needed(params)
	r := onPremAgentsSearch.at(customer(customerID)).withQuery(params).check(missing, required("CN", params.CN))
	return fetchList[OnPremAgent](ctx, s.core, r, opts)
}
