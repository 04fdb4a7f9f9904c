package workatotest

import (
	"fmt"
	"slices"
)

var onPremGroups = shelf{
	name: "on_prem_groups", path: "/api/v2/managed_users/{customer}/on_prem_groups", arg: "group_id", verbs: "list create get update delete",
	body: "name* use_managed_connection:b settings_attributes:o logs_enabled:b", list: "data", one: "data",
	defaults: Record{"use_managed_connection": false, "config_version": nil, "in_use": false, "logs_enabled": false, "whitelisted_ips": []any{}},
	settle:   settleOnPremGroup, used: func(ws *Customer, group Record) bool { return len(agentsOf(ws, group)) > 0 },
}

var onPremAgents = shelf{
	name: "on_prem_agents", path: "/api/v2/managed_users/{customer}/on_prem_agents", arg: "agent_id", verbs: "list create get update delete",
	body: "name* os* on_prem_group_id:i* awaiting_setup:b enabled:b", list: "data",
	defaults: Record{"installation_method": nil, "enabled": true, "last_seen_version": nil, "awaiting_setup": true, "activated": false},
	check:    naming(map[string]string{"on_prem_group_id": "on_prem_groups"}), settle: settleAgent,
}

// settleOnPremGroup takes the addresses out of the settings, where clients send
// them.
func settleOnPremGroup(_ *call, group Record) {
	settings, _ := group["settings_attributes"].(object)
	if addresses, given := settings["whitelisted_ips"]; given {
		group["whitelisted_ips"] = addresses
	}
	delete(group, "settings_attributes")
}

// Words of the service's interface for the state of an agent and of a group.
const (
	agentActive   = "active"
	agentDisabled = "disabled"
	agentNew      = "awaiting_setup"
	groupInactive = "inactive"
)

// settleAgent gives an agent the common name of its certificate and its state.
func settleAgent(_ *call, agent Record) {
	if agent["cn"] == nil {
		agent["cn"] = fmt.Sprintf("0f1e2d3c%08s", idText(agent["id"]))
	}
	switch {
	case agent["enabled"] == false:
		agent["state"] = agentDisabled
	case agent["awaiting_setup"] != false:
		agent["state"] = agentNew
	default:
		agent["state"] = agentActive
	}
}

func agentsOf(ws *Customer, group Record) []Record {
	return slices.DeleteFunc(slices.Clone(ws.Records[onPremAgents.name]), func(agent Record) bool {
		return idText(agent["on_prem_group_id"]) != idText(group["id"])
	})
}

func onPremRoutes() []route {
	status := func(word any) response { return ok(object{"data": object{"status": word}}) }
	// A group is active if one of its agents is.
	groupStatus := func(c *call, group Record) response {
		active := func(agent Record) bool { return agent["state"] == agentActive }
		return status(map[bool]string{true: agentActive, false: groupInactive}[slices.ContainsFunc(agentsOf(c.ws, group), active)])
	}
	agentStatus := func(_ *call, agent Record) response { return status(agent["state"]) }
	special := []route{
		{method: "GET", path: onPremGroups.path + "/{group_id}/status", op: "on_prem_groups.status", handle: onPremGroups.on(groupStatus)},
		{method: "GET", path: onPremAgents.path + "/{agent_id}/status", op: "on_prem_agents.status", handle: onPremAgents.on(agentStatus)},
		{method: "GET", path: onPremAgents.path + "/search", op: "on_prem_agents.search", query: "cn", handle: searchAgents},
	}
	return slices.Concat(onPremGroups.routes(), onPremAgents.routes(), special)
}

func searchAgents(c *call) response {
	agents := onPremAgents
	agents.query = "cn"
	return agents.handleList(c)
}
