package workato

import (
	"encoding/json"
	"fmt"

	"github.com/go-workato/workato/internal/wire"
)

// SchemaField is an input field of a connector, in the form of the connector
// SDK: one parameter in the Input of a connection. The keys that are typed here
// are the common ones; Raw has them all.
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
	// ToggleField is the other way to fill in the field, ToggleHint what a form
	// calls it.
	ToggleHint  string       `json:"toggle_hint"`
	ToggleField *SchemaField `json:"toggle_field"`
	// Properties are the fields of an object or of the elements of an array.
	Properties []SchemaField `json:"properties"`
	// NgIf is the condition under which the field counts, as an expression of
	// the web page.
	NgIf           string `json:"ngIf"`
	DisableFormula bool   `json:"disable_formula"`
	ExtendsSchema  bool   `json:"extends_schema"`
	// Raw is the field as it came.
	Raw json.RawMessage `json:"-"`
}

func (f SchemaField) key() string { return f.Name }

// maxNestedFields is how many fields within each other are read. Connectors have
// a few levels; each costs a copy of all that is below it.
const maxNestedFields = 20

// UnmarshalJSON reads the common keys and keeps the text.
func (f *SchemaField) UnmarshalJSON(data []byte) error {
	return readField(f, data, maxNestedFields)
}

// readField goes down to the nested fields by itself. If encoding/json did, each level
// with a value of the wrong type would have all levels below it read twice, and
// so double the time.
func readField(f *SchemaField, data []byte, levels int) error {
	if levels == 0 {
		return &wire.KindError{Want: fmt.Sprintf("at most %d fields within each other", maxNestedFields), Got: "more"}
	}
	type plain SchemaField
	var in struct {
		plain
		ToggleField json.RawMessage   `json:"toggle_field"`
		Properties  []json.RawMessage `json:"properties"`
	}
	if err := keep(data, &in, &in.Raw); err != nil {
		return err
	}
	*f = SchemaField(in.plain)
	if in.ToggleField != nil && string(in.ToggleField) != "null" {
		f.ToggleField = new(SchemaField)
		if err := readField(f.ToggleField, in.ToggleField, levels-1); err != nil {
			return wire.Within("toggle_field", err)
		}
	}
	if in.Properties != nil {
		f.Properties = make([]SchemaField, len(in.Properties))
	}
	for i, property := range in.Properties {
		if err := readField(&f.Properties[i], property, levels-1); err != nil {
			return wire.Within(fmt.Sprintf("properties[%d]", i), err)
		}
	}
	return nil
}

// MarshalJSON returns the field as it came.
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
