package workatotest

import (
	"slices"
	"strings"
)

// builtinConnectors are a few connectors that every server knows.
func builtinConnectors() []*Connector {
	field := func(name, label string, secret bool) map[string]any {
		control := "text"
		if secret {
			control = "password"
		}
		return map[string]any{"control_type": control, "label": label, "name": name, "type": "string", "optional": false}
	}
	return []*Connector{
		{
			Name: "jira", Title: "Jira", Categories: []string{"Project management"},
			Triggers: []string{"new_issue", "updated_issue"}, Actions: []string{"create_issue", "search_issues"},
			Schema: []map[string]any{field("host_name", "Host name", false), field("email", "E-mail", false), field("apitoken", "API token", true)},
			// Rows have two elements in every sample of the Embedded API; the vendor's
			// OpenAPI file says four, which is what trees have.
			Picklists: map[string][][]any{
				"project": {{"Billing", "BIL"}, {"Support", "SUP"}},
				"tree":    {{"Top", "top", nil, true}, {"Leaf", "top/leaf", nil, false}},
			},
		},
		{
			Name: "salesforce", Title: "Salesforce", Categories: []string{"CRM"}, OAuth: true,
			Triggers: []string{"new_object"}, Actions: []string{"create_object"},
			Picklists: map[string][][]any{
				"sobject_fields": {{"Account name", "Name"}, {"Billing city", "BillingCity"}},
			},
		},
		{Name: "google_sheets", Title: "Google Sheets", OAuth: true, Triggers: []string{"new_row"}, Actions: []string{"add_row"}},
		{
			Name: "rest", Title: "HTTP", Actions: []string{"make_request"},
			Schema: []map[string]any{field("base_uri", "Base URL", false), field("token", "Token", true)},
		},
		{
			Name: "postgresql", Title: "PostgreSQL", Categories: []string{"Database"}, Triggers: []string{"new_row"}, Actions: []string{"insert_row"},
			Schema: []map[string]any{field("host", "Host", false), field("password", "Password", true)},
		},
		{Name: "clock", Title: "Scheduler", Builtin: true, Triggers: []string{"scheduled_event"}},
		{Name: "logger", Title: "Logger", Builtin: true, Actions: []string{"log_message"}},
		{Name: "lookup_table", Title: "Lookup tables", Builtin: true, Actions: []string{"lookup"}},
	}
}

// connector finds an entry of the catalogue. Those of a seed come before the
// built-in ones.
func (s *Server) connector(name string) *Connector {
	for _, connector := range s.state.Connectors {
		if connector.Name == name {
			return connector
		}
	}
	return nil
}

// utilities are connectors of the platform itself whose steps need no
// connection, in addition to the builtin ones of the catalogue. A star stands for the
// rest of a name.
var utilities = []string{
	// The platform's own services: functions, API endpoints, templates.
	"workato_*",
	// In published recipes that run, with account_id null.
	"csv_parser", "file_connector", "json_parser",
	// Unverified: of the same kind by their names.
	"js_eval", "py_eval", "xml_parser", "yaml_parser",
}

// needsConnection reports whether steps of the connector need a connection. The
// catalogue takes precedence over the list.
func (s *Server) needsConnection(provider string) bool {
	if connector := s.connector(provider); connector != nil {
		return !connector.Builtin
	}
	isUtility := func(name string) bool {
		start, open := strings.CutSuffix(name, "*")
		return name == provider || open && strings.HasPrefix(provider, start)
	}
	return provider != "" && !slices.ContainsFunc(s.options.utilities, isUtility)
}

// schemaOf are the fields of a connection's input.
func schemaOf(connector *Connector) []map[string]any {
	if connector == nil {
		return []map[string]any{}
	}
	return orEmpty(connector.Schema)
}
