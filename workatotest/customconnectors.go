package workatotest

import "slices"

// customConnectors have code that an endpoint of its own shows.
var customConnectors = shelf{
	name: "custom_connectors", path: "/api/custom_connectors", arg: "id", verbs: "list get", query: "title oem_shared:b", list: "result", one: "result",
	secret: "code",
}

// customConnectorRoutes are the partner's custom connectors, which it can share
// with its customers.
func customConnectorRoutes() []route {
	special := []route{
		{method: "POST", path: "/api/custom_connectors/{id}/oem_share/{version}", op: "custom_connectors.oem_share", handle: customConnectors.on(shareConnector)},
		{method: "GET", path: "/api/custom_connectors/{id}/code", op: "own.custom_connectors.code", handle: customConnectors.on(connectorCode)},
		{method: "DELETE", path: "/api/custom_connectors/{id}/suppress_oem_version", op: "custom_connectors.unshare", handle: customConnectors.on(unshareConnector)},
	}
	return slices.Concat(customConnectors.routes(), special)
}

func connectorCode(_ *call, connector Record) response {
	return ok(object{"data": object{"code": toText(connector["code"])}})
}

func shareConnector(c *call, connector Record) response {
	connector["oem_shared_version"], connector["oem_shared_at"] = c.arg("version"), stamp(c.now())
	return success()
}

func unshareConnector(_ *call, connector Record) response {
	connector["oem_shared_version"], connector["oem_shared_at"] = nil, nil
	return success()
}
