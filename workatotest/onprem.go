package workatotest

import "slices"

var onPremGroups = shelf{
	name: "on_prem_groups", path: "/api/v2/managed_users/{customer}/on_prem_groups", arg: "group_id", verbs: "list create get update delete",
	body: "name* use_managed_connection:b settings_attributes:o logs_enabled:b", list: "data", one: "data",
	defaults: Record{"use_managed_connection": false, "config_version": nil, "in_use": false, "logs_enabled": false},
}

var onPremAgents = shelf{
	name: "on_prem_agents", path: "/api/v2/managed_users/{customer}/on_prem_agents", arg: "agent_id", verbs: "list create get update delete",
	body: "name* os* on_prem_group_id:i* awaiting_setup:b enabled:b", list: "data",
	defaults: Record{"installation_method": nil, "enabled": true, "last_seen_version": nil, "state": "awaiting_setup", "activated": false, "cn": "0f1e2d3c"},
}

func onPremRoutes() []route {
	status := func(*call, Record) response { return ok(object{"data": object{"status": "inactive"}}) }
	special := []route{
		{method: "GET", path: onPremGroups.path + "/{group_id}/status", op: "on_prem_groups.status", handle: onPremGroups.on(status)},
		{method: "GET", path: onPremAgents.path + "/{agent_id}/status", op: "on_prem_agents.status", handle: onPremAgents.on(status)},
		{method: "GET", path: onPremAgents.path + "/search", op: "on_prem_agents.search", query: "cn", handle: searchAgents},
	}
	return slices.Concat(onPremGroups.routes(), onPremAgents.routes(), special)
}

func searchAgents(c *call) response {
	agents := onPremAgents
	agents.query = "cn"
	return agents.handleList(c)
}
