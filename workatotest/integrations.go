package workatotest

import (
	"slices"
	"strings"
)

var integrationRoutes = []route{
	{method: "GET", path: "/api/integrations", op: "integrations.list", getBody: true, query: "applications*", envelope: "items", handle: (*call).listIntegrations},
	{method: "GET", path: "/api/integrations/all", op: "integrations.list_all", query: "page:i per_page:i", envelope: "items", handle: (*call).listAllIntegrations},
	{method: "GET", path: "/api/v2/managed_users/{customer}/connectors/{connector_name}/input_schema", op: "integrations.input_schema", handle: (*call).connectorSchema},
}

func integrationView(connector *Connector) object {
	operations := func(names []string) []object {
		views := []object{}
		for _, name := range names {
			title := strings.ReplaceAll(name, "_", " ")
			views = append(views, object{"name": name, "title": title, "deprecated": false, "bulk": false, "batch": false})
		}
		return views
	}
	return object{
		"name": connector.Name, "title": orNull(connector.Title), "categories": orEmpty(connector.Categories),
		"oauth": connector.OAuth, "deprecated": connector.Deprecated, "secondary": false,
		"triggers": operations(connector.Triggers), "actions": operations(connector.Actions),
	}
}

func (c *call) listIntegrations() response {
	wanted := strings.Split(c.text("applications"), ",")
	var views []object
	for _, connector := range c.state.Connectors {
		if slices.Contains(wanted, connector.Name) {
			views = append(views, integrationView(connector))
		}
	}
	return c.list(views)
}

// listAllIntegrations has pages of one by default, as documented.
func (c *call) listAllIntegrations() response {
	views := make([]object, len(c.state.Connectors))
	for i, connector := range c.state.Connectors {
		views[i] = integrationView(connector)
	}
	page, extra := paged(c, views, 1, 1, 100)
	return c.listWith(page, extra)
}

func (c *call) connectorSchema() response {
	connector := c.connector(c.args["connector_name"])
	if connector == nil {
		return notFound()
	}
	return ok(object{"result": schemaOf(connector)})
}
