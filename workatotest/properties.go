package workatotest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

var propertyRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/properties", op: "properties.list", query: "prefix* project_id:i", handle: (*call).listProperties},
	{method: "POST", path: "/api/managed_users/{customer}/properties", op: "properties.upsert", query: "project_id:i", body: "properties:o*", handle: (*call).upsertProperties},
	{method: "GET", path: "/api/properties", op: "own.properties.list", query: "prefix* project_id:i", envelope: "-", handle: (*call).listProperties},
	{method: "POST", path: "/api/properties", op: "own.properties.upsert", query: "project_id:i", body: "properties:o*", handle: (*call).upsertProperties},
}

// Limits of properties, per environment and per project.
const (
	maxProperties    = 1000
	maxPropertyName  = 100
	maxPropertyValue = 1024
)

// propertySet is the map of a request: that of a project or of the environment.
func (c *call) propertySet() (map[string]string, bool) {
	id, given := c.number("project_id")
	if !given {
		return c.ws.Properties, true
	}
	project := c.project(id)
	if project == nil {
		return nil, false
	}
	if project.Properties == nil {
		project.Properties = map[string]string{}
	}
	return project.Properties, true
}

func (c *call) listProperties() response {
	set, found := c.propertySet()
	if !found {
		return notFound()
	}
	// In the own workspace the names of project properties lack the prefix, as in
	// the Developer API.
	_, ofProject := c.number("project_id")
	cut := c.route.own() && ofProject
	matching := map[string]string{}
	for name, value := range set {
		if rest, matches := strings.CutPrefix(name, c.text("prefix")); matches && cut {
			matching[rest] = value
		} else if matches {
			matching[name] = value
		}
	}
	if c.route.own() {
		return ok(matching)
	}
	return ok(object{"result": matching})
}

// upsertProperties changes all named properties or none.
func (c *call) upsertProperties() response {
	set, found := c.propertySet()
	if !found {
		return notFound()
	}
	added := 0
	for name, value := range c.object("properties") {
		text, isText := value.(string)
		switch {
		case !isText:
			return invalid("properties", fmt.Sprintf("value of %q must be a string", name))
		case name == "" || utf8.RuneCountInString(name) > maxPropertyName:
			return invalid("properties", fmt.Sprintf("name must have 1 to %d characters", maxPropertyName))
		case utf8.RuneCountInString(text) > maxPropertyValue:
			return invalid("properties", fmt.Sprintf("value of %q must have at most %d characters", name, maxPropertyValue))
		}
		if _, known := set[name]; !known {
			added++
		}
	}
	if len(set)+added > maxProperties {
		return invalid("properties", fmt.Sprintf("there can be at most %d", maxProperties))
	}
	for name, value := range c.object("properties") {
		set[name] = toText(value)
	}
	return success()
}
