package workato

import (
	"encoding/json"

	"github.com/go-workato/workato/internal/wire"
)

// SchemaField is an input field of a connector, in the form of the connector
// SDK: one parameter in the Input of a connection. Only the common keys are
// typed here; Raw has them all.
//
// https://docs.workato.com/developing-connectors/sdk/sdk-reference/schema.html
type SchemaField struct {
	// Name is the key in the Input of a connection.
	Name  string `json:"name"`
	Label string `json:"label"`
	// Type is "string", "integer", "object", "array" and so on; Of is the type
	// of the elements of an array.
	Type string `json:"type"`
	Of   string `json:"of"`
	// Optional is false for fields that must be filled in.
	Optional bool `json:"optional"`
	// Hint may hold HTML.
	Hint string `json:"hint"`
	// ControlType says how a form shows the field: "text", "password",
	// "select" and so on.
	ControlType string          `json:"control_type"`
	Default     json.RawMessage `json:"default"`
	// PickList is the name of a picklist, or the choices themselves: see
	// Choices.
	PickList  json.RawMessage `json:"pick_list"`
	Delimiter string          `json:"delimiter"`
	// ToggleField is an alternative to the field, ToggleHint its label in a form.
	ToggleHint  string       `json:"toggle_hint"`
	ToggleField *SchemaField `json:"toggle_field"`
	// Properties are the fields of an object or of the elements of an array.
	Properties []SchemaField `json:"properties"`
	// NgIf is the condition under which the field counts, as an expression of
	// the web page.
	NgIf           string `json:"ngIf"`
	DisableFormula bool   `json:"disable_formula"`
	ExtendsSchema  bool   `json:"extends_schema"`
	// Raw is the field as received.
	Raw json.RawMessage `json:"-"`
}

func (f SchemaField) key() string { return f.Name }

func (f *SchemaField) readWire(d *wire.Decoder, data []byte) error {
	type plain SchemaField
	return d.Keep(data, (*plain)(f), &f.Raw)
}

// UnmarshalJSON reads the common keys and keeps the whole text.
func (f *SchemaField) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, f, (*SchemaField).readWire)
}

// MarshalJSON returns the field as received.
func (f SchemaField) MarshalJSON() ([]byte, error) {
	type plain SchemaField
	return kept(f.Raw, plain(f))
}

// Choices returns the choices of a field whose PickList holds them. It reports
// false for a field without choices and for one that names a picklist, which
// Picklists.GetValues runs.
func (f SchemaField) Choices() ([]PicklistValue, bool) {
	var choices []PicklistValue
	if json.Unmarshal(f.PickList, &choices) != nil || choices == nil {
		return nil, false
	}
	return choices, true
}

// Secret reports whether a form would hide what is typed into the field.
func (f SchemaField) Secret() bool { return f.ControlType == "password" }
