package workatotest

import (
	"slices"
	"strings"
)

// customConnectors have code that an endpoint of its own shows.
var customConnectors = shelf{
	name: "custom_connectors", path: "/api/custom_connectors", arg: "id", verbs: "get", list: "result", one: "result",
	secret: "code",
}

// customConnectorRoutes are the partner's custom connectors, which it can share
// with its customers.
func customConnectorRoutes() []route {
	special := []route{
		{method: "GET", path: "/api/custom_connectors", op: "custom_connectors.list", query: "title oem_shared:b", handle: listConnectors},
		{method: "POST", path: "/api/custom_connectors/{id}/oem_share/{version}", op: "custom_connectors.oem_share", handle: customConnectors.on(shareConnector)},
		{method: "GET", path: "/api/custom_connectors/{id}/code", op: "own.custom_connectors.code", handle: customConnectors.on(connectorCode)},
		{method: "DELETE", path: "/api/custom_connectors/{id}/suppress_oem_version", op: "custom_connectors.unshare", handle: customConnectors.on(unshareConnector)},
	}
	return slices.Concat(customConnectors.routes(), special)
}

func listConnectors(c *call) response {
	var views []object
	for _, connector := range customConnectors.records(c) {
		_, filtered := c.value("oem_shared")
		if strings.Contains(toText(connector["title"]), c.text("title")) && (!filtered || c.flag("oem_shared") == (connector["oem_shared_version"] != nil)) {
			views = append(views, customConnectors.public(c, connector))
		}
	}
	return c.list(views)
}

func connectorCode(_ *call, connector Record) response {
	return ok(object{"data": object{"code": toText(connector["code"])}})
}

// shareConnector shares a version. A seed that says which ones were released has no
// other.
func shareConnector(c *call, connector Record) response {
	released, said := connector["released_versions"].([]any)
	if said && !slices.ContainsFunc(released, func(v any) bool {
		version, _ := v.(object)
		return idText(version["version"]) == c.args["version"]
	}) {
		return notFound()
	}
	connector["oem_shared_version"], connector["oem_shared_at"] = c.arg("version"), stamp(c.now())
	return success()
}

func unshareConnector(_ *call, connector Record) response {
	connector["oem_shared_version"], connector["oem_shared_at"] = nil, nil
	return success()
}
