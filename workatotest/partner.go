package workatotest

import (
	"slices"
	"strings"
)

var (
	onPremGroups = shelf{
		name: "on_prem_groups", path: "/api/v2/managed_users/{customer}/on_prem_groups", arg: "group_id", verbs: "list create get update delete",
		body: "name* use_managed_connection:b settings_attributes:o logs_enabled:b", list: "data", one: "data",
		defaults: Record{"use_managed_connection": false, "config_version": nil, "in_use": false, "logs_enabled": false},
	}
	onPremAgents = shelf{
		name: "on_prem_agents", path: "/api/v2/managed_users/{customer}/on_prem_agents", arg: "agent_id", verbs: "list create get update delete",
		body: "name* os* on_prem_group_id:i* awaiting_setup:b enabled:b", list: "data",
		defaults: Record{"installation_method": nil, "enabled": true, "last_seen_version": nil, "state": "awaiting_setup", "activated": false, "cn": "0f1e2d3c"},
	}
	customConnectors = shelf{
		name: "custom_connectors", path: "/api/custom_connectors", arg: "id", verbs: "list get", query: "title oem_shared:b", list: "result", one: "result",
	}
	oauthProfiles = shelf{
		name: "custom_oauth_profiles", path: "/api/custom_oauth_profiles", arg: "id", verbs: "list get create update delete",
		query: "page:i per_page:i", body: "name* provider* data:o", list: "result", one: "result",
		defaults: Record{"shared_accounts_count": 0, "oem_customers_count": 0},
	}
	customerManagers = shelf{
		name: "customer_managers", path: "/api/customer_managers", arg: "id", verbs: "list create update delete",
		body: "team_collaborator_id:i* role_id:i* permitted_workspace_ids:a", list: "result.items", one: "result",
	}
)

// atHome is the same family in the partner's own workspace, where lists are
// bare arrays.
func (f shelf) atHome() shelf {
	f.service = "own." + f.name
	f.path = strings.Replace(f.path, "/managed_users/{customer}", "", 1)
	if f.list == "result" {
		f.list = "-"
	}
	return f
}

func onPremRoutes() []route {
	status := func(*call, Record) answer { return ok(object{"data": object{"status": "inactive"}}) }
	special := []route{
		{method: "GET", path: onPremGroups.path + "/{group_id}/status", op: "on_prem_groups.status", handle: onPremGroups.on(status)},
		{method: "GET", path: onPremAgents.path + "/{agent_id}/status", op: "on_prem_agents.status", handle: onPremAgents.on(status)},
		{method: "GET", path: onPremAgents.path + "/search", op: "on_prem_agents.search", query: "cn", handle: searchAgents},
	}
	return slices.Concat(onPremGroups.routes(), onPremAgents.routes(), special)
}

func searchAgents(c *call) answer {
	agents := onPremAgents
	agents.query = "cn"
	return agents.handleList(c)
}

// partnerRoutes act on the partner's own workspace: custom connectors, OAuth
// apps, managers of customers, the key of embedded screens.
func partnerRoutes() []route {
	assigned := object{"result": object{"success": true}}
	const profile = "/api/managed_users/{customer}/custom_oauth_profiles/{id}"
	special := []route{
		{method: "POST", path: "/api/custom_connectors/{id}/oem_share/{version}", op: "custom_connectors.oem_share", handle: customConnectors.on(shareConnector)},
		{method: "GET", path: "/api/custom_connectors/{id}/code", op: "own.custom_connectors.code", handle: customConnectors.on(connectorCode)},
		{method: "DELETE", path: "/api/custom_connectors/{id}/suppress_oem_version", op: "custom_connectors.unshare", handle: customConnectors.on(unshareConnector)},
		{method: "POST", path: profile + "/assign", op: "custom_oauth_profiles.assign", handle: atPartner(func(*call, Record) answer { return ok(assigned) })},
		{method: "DELETE", path: profile + "/unassign", op: "custom_oauth_profiles.unassign", query: "force:b", handle: atPartner(func(*call, Record) answer { return ok(assigned) })},
		{method: "PUT", path: "/api/account/signature_verification_key", op: "embedding.update_signing_key", body: "key*", handle: updateSigningKey},
	}
	return slices.Concat(customConnectors.routes(), oauthProfiles.routes(), customerManagers.routes(), special)
}

// atPartner looks for an OAuth profile in the partner's workspace, although
// the path names a customer.
func atPartner(do func(*call, Record) answer) func(*call) answer {
	return func(c *call) answer {
		there := *c
		there.ws = c.state.Own
		return oauthProfiles.on(do)(&there)
	}
}

func connectorCode(_ *call, connector Record) answer {
	return ok(object{"data": object{"code": toText(connector["code"])}})
}

func shareConnector(c *call, connector Record) answer {
	connector["oem_shared_version"], connector["oem_shared_at"] = c.arg("version"), stamp(c.now())
	return success()
}

func unshareConnector(_ *call, connector Record) answer {
	connector["oem_shared_version"], connector["oem_shared_at"] = nil, nil
	return success()
}

func updateSigningKey(c *call) answer {
	if !strings.HasPrefix(c.text("key"), "-----BEGIN PUBLIC KEY-----") {
		return invalid("key", "is not a public key in PEM form")
	}
	return ok(object{"vendor_id": "fake-vendor", "success": true})
}
