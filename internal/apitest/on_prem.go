package apitest

import "github.com/go-workato/workato"

const (
	onPremGroups = "/api/v2/managed_users/{customer}/on_prem_groups"
	onPremAgents = "/api/v2/managed_users/{customer}/on_prem_agents"
)

func createOnPremGroup(p *workato.OnPremGroupCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.OnPremGroups.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateOnPremGroup(p *workato.OnPremGroupUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.OnPremGroups.Update(c.ctx, c.customer, c.id(310), p, c.opts...))
	}
}

func createOnPremAgent(p *workato.OnPremAgentCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.OnPremAgents.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateOnPremAgent(p *workato.OnPremAgentUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.OnPremAgents.Update(c.ctx, c.customer, c.id(411), p, c.opts...))
	}
}

func searchOnPremAgents(p *workato.OnPremAgentSearchParams) Call {
	return func(c *Caller) error { return c.keep(c.OnPremAgents.Search(c.ctx, c.customer, p, c.opts...)) }
}

// A single group or agent: bare, wrapped, and alone in a list.
var (
	oneOnPremGroup = Good{"on_prem/group_bare.json", `{"data": {"id": 310}}`, `{"data": [{"id": 310}]}`, "on_prem/groups_bare.json", `[{"id": 1}]`}
	oneOnPremAgent = Good{"on_prem/agent_bare.json", `{"data": {"id": 411}}`, "on_prem/agents.json", `[{"id": 1}]`}
)

var _ = register(
	Entry{
		Operation: "on_prem_groups.list", Want: "GET " + onPremGroups,
		Call: func(c *Caller) error { return c.keep(c.OnPremGroups.List(c.ctx, c.customer, c.opts...)) },
		More: []Case{{Name: "iterated", Call: func(c *Caller) error { return first(c.OnPremGroups.All(c.ctx, c.customer, c.opts...)) }}},
		Good: Good{"on_prem/groups.json", "on_prem/groups_bare.json", `{"data": []}`, `[]`},
	},
	Entry{
		Operation: "on_prem_groups.create", Call: createOnPremGroup(&workato.OnPremGroupCreateParams{Name: "Plant A"}),
		Want: "POST " + onPremGroups, JSON: `{"name": "Plant A"}`,
		More: []Case{{
			Name: "everything", Call: createOnPremGroup(&workato.OnPremGroupCreateParams{
				Name: "Plant A", UseManagedConnection: true, SettingsAttributes: &workato.OnPremGroupSettings{WhitelistedIPs: []string{"203.0.113.5"}},
			}),
			JSON: `{"name": "Plant A", "use_managed_connection": true, "settings_attributes": {"whitelisted_ips": ["203.0.113.5"]}}`,
		}},
		Good:    oneOnPremGroup,
		Refuses: Bad{"params": {createOnPremGroup(nil)}, "Name": {createOnPremGroup(&workato.OnPremGroupCreateParams{})}},
	},
	Entry{
		Operation: "on_prem_groups.get", Want: "GET " + onPremGroups + "/310",
		Call: func(c *Caller) error { return c.keep(c.OnPremGroups.Get(c.ctx, c.customer, c.id(310), c.opts...)) },
		Good: oneOnPremGroup,
	},
	Entry{
		Operation: "on_prem_groups.update", Call: updateOnPremGroup(&workato.OnPremGroupUpdateParams{Name: workato.Set("Plant B")}),
		Want: "PUT " + onPremGroups + "/310", JSON: `{"name": "Plant B"}`,
		More: []Case{{
			Name: "everything else", Call: updateOnPremGroup(&workato.OnPremGroupUpdateParams{
				UseManagedConnection: workato.Set(false), SettingsAttributes: workato.Set(workato.OnPremGroupSettings{WhitelistedIPs: []string{}}),
			}),
			JSON: `{"use_managed_connection": false, "settings_attributes": {"whitelisted_ips": []}}`,
		}},
		Good:    oneOnPremGroup,
		Refuses: Bad{"params": {updateOnPremGroup(nil)}, "Name": {updateOnPremGroup(&workato.OnPremGroupUpdateParams{Name: workato.Set(" ")})}},
	},
	Entry{
		Operation: "on_prem_groups.delete", Want: "DELETE " + onPremGroups + "/310",
		Call: func(c *Caller) error { return c.OnPremGroups.Delete(c.ctx, c.customer, c.id(310), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
	Entry{
		Operation: "on_prem_groups.status", Want: "GET " + onPremGroups + "/310/status",
		Call: func(c *Caller) error {
			return c.keep(c.OnPremGroups.Status(c.ctx, c.customer, c.id(310), c.opts...))
		},
		Good: Good{`{"data": {"status": "active"}}`, `{"state": "active"}`, `[{"state": "active"}]`},
	},
	Entry{
		Operation: "on_prem_agents.list", Want: "GET " + onPremAgents,
		Call: func(c *Caller) error { return c.keep(c.OnPremAgents.List(c.ctx, c.customer, c.opts...)) },
		More: []Case{{Name: "iterated", Call: func(c *Caller) error { return first(c.OnPremAgents.All(c.ctx, c.customer, c.opts...)) }}},
		Good: Good{"on_prem/agents.json", `{"data": []}`, `[]`},
	},
	Entry{
		Operation: "on_prem_agents.create",
		Call:      createOnPremAgent(&workato.OnPremAgentCreateParams{Name: "host-1", OS: workato.OnPremMac, OnPremGroupID: 310}),
		Want:      "POST " + onPremAgents, JSON: `{"name": "host-1", "os": "mac", "on_prem_group_id": 310}`,
		More: []Case{{
			Name: "without setup",
			Call: createOnPremAgent(&workato.OnPremAgentCreateParams{Name: "host-1", OS: "linux", OnPremGroupID: 310, AwaitingSetup: workato.Ptr(false)}),
			JSON: `{"name": "host-1", "os": "linux", "on_prem_group_id": 310, "awaiting_setup": false}`,
		}},
		Good: oneOnPremAgent,
		Refuses: Bad{
			"params": {createOnPremAgent(nil)}, "Name": {createOnPremAgent(&workato.OnPremAgentCreateParams{})},
			"OS": {createOnPremAgent(&workato.OnPremAgentCreateParams{Name: "x"})}, "OnPremGroupID": {createOnPremAgent(&workato.OnPremAgentCreateParams{Name: "x", OS: "mac"})},
		},
	},
	Entry{
		Operation: "on_prem_agents.get", Want: "GET " + onPremAgents + "/411",
		Call: func(c *Caller) error { return c.keep(c.OnPremAgents.Get(c.ctx, c.customer, c.id(411), c.opts...)) },
		Good: oneOnPremAgent,
	},
	Entry{
		Operation: "on_prem_agents.update", Call: updateOnPremAgent(&workato.OnPremAgentUpdateParams{Enabled: workato.Set(false)}),
		Want: "PUT " + onPremAgents + "/411", JSON: `{"enabled": false}`,
		More: []Case{{
			Name: "everything else", Call: updateOnPremAgent(&workato.OnPremAgentUpdateParams{Name: workato.Set("host-2"), OnPremGroupID: workato.Set[int64](311)}),
			JSON: `{"name": "host-2", "on_prem_group_id": 311}`,
		}},
		Good: oneOnPremAgent,
		Refuses: Bad{
			"params": {updateOnPremAgent(nil)}, "Name": {updateOnPremAgent(&workato.OnPremAgentUpdateParams{Name: workato.Null[string]()})},
			"OnPremGroupID": {
				updateOnPremAgent(&workato.OnPremAgentUpdateParams{OnPremGroupID: workato.Set[int64](-1)}),
				updateOnPremAgent(&workato.OnPremAgentUpdateParams{OnPremGroupID: workato.Null[int64]()}),
			},
			"Enabled": {updateOnPremAgent(&workato.OnPremAgentUpdateParams{Enabled: workato.Null[bool]()})},
		},
	},
	Entry{
		Operation: "on_prem_agents.delete", Want: "DELETE " + onPremAgents + "/411",
		Call: func(c *Caller) error { return c.OnPremAgents.Delete(c.ctx, c.customer, c.id(411), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
	Entry{
		Operation: "on_prem_agents.status", Want: "GET " + onPremAgents + "/411/status",
		Call: func(c *Caller) error {
			return c.keep(c.OnPremAgents.Status(c.ctx, c.customer, c.id(411), c.opts...))
		},
		Good: Good{`{"data": {"status": "active"}}`, `{"state": "active"}`, `[{"state": "active"}]`},
	},
	Entry{
		Operation: "on_prem_agents.search", Call: searchOnPremAgents(&workato.OnPremAgentSearchParams{CN: "0f1e&1"}),
		Want: "GET " + onPremAgents + "/search?cn=0f1e%261",
		Good: Good{"on_prem/agents.json", `{"data": []}`, `[]`},
		Refuses: Bad{
			"params": {searchOnPremAgents(nil)}, "CN": {searchOnPremAgents(&workato.OnPremAgentSearchParams{})},
		},
	},
)
