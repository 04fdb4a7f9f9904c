package workato

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/go-workato/workato/internal/wire"
)

// PicklistService serves the picklists of connections.
//
// https://docs.workato.com/oem/oem-api/picklists.html
type PicklistService struct{ core *core }

// The request is a read although it is sent by POST.
var picklistsGetValues = operation{Operation: Operation{
	Name: "picklists.get_values", Method: "POST", Path: "/api/managed_users/{customer}/connections/{connection_id}/pick_list",
	Effect: Read, Response: ResponseList, Quota: Quota{Family: "picklists", PerMinute: 60}, Doc: "https://docs.workato.com/oem/oem-api/picklists.html",
}}

// PicklistValue is a choice of a picklist.
type PicklistValue struct {
	Label string
	// Value is a string in most picklists, but may be any JSON value.
	Value json.RawMessage
	// Rest is the remainder of the tuple. In trees the first element is a
	// placeholder and the second says whether the choice has children.
	Rest []json.RawMessage
}

// Text returns the value as text: the content of a string, or any other value
// as JSON.
func (v PicklistValue) Text() string {
	var s string
	if json.Unmarshal(v.Value, &s) == nil && string(v.Value) != "null" {
		return s
	}
	return string(v.Value)
}

// HasChildren reports whether the choice is a branch of a tree. Its children
// are the values with the parameter __parent_id.
func (v PicklistValue) HasChildren() bool {
	return len(v.Rest) >= 2 && string(v.Rest[1]) == "true"
}

func (v *PicklistValue) readWire(d *wire.Decoder, data []byte) error {
	var tuple []json.RawMessage
	if err := d.Decode(data, &tuple); err != nil {
		return fmt.Errorf("picklist value is not a tuple: %w", err)
	}
	if len(tuple) < 2 {
		return fmt.Errorf("picklist value is a tuple of %d elements, not of two or more", len(tuple))
	}
	label := PicklistValue{Value: tuple[0]}
	*v = PicklistValue{Label: label.Text(), Value: tuple[1]}
	if len(tuple) > 2 {
		v.Rest = tuple[2:]
	}
	return nil
}

// UnmarshalJSON reads a tuple [label, value, ...] of two or more elements.
func (v *PicklistValue) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, v, (*PicklistValue).readWire)
}

// MarshalJSON writes the tuple.
func (v PicklistValue) MarshalJSON() ([]byte, error) {
	tuple := []any{v.Label, v.Value}
	for _, rest := range v.Rest {
		tuple = append(tuple, rest)
	}
	return json.Marshal(tuple)
}

// PicklistGetValuesParams selects a picklist.
type PicklistGetValuesParams struct {
	// PickListName is the internal name of the picklist. Required.
	PickListName string `json:"pick_list_name"`
	// PickListParams are what some picklists depend on, such as the object
	// whose fields are wanted.
	PickListParams map[string]any `json:"pick_list_params,omitempty"`
}

// GetValues runs a picklist of the connector on a live connection of the
// customer and returns the choices. It changes nothing.
//
// https://docs.workato.com/oem/oem-api/picklists.html#get-picklist-values
func (s *PicklistService) GetValues(ctx context.Context, customerID CustomerID, connectionID int64, params *PicklistGetValuesParams, opts ...CallOption) ([]PicklistValue, error) {
	params, missing := needed(params)
	r := picklistsGetValues.at(customer(customerID), number(connectionID)).withBody(params).
		check(missing, required("PickListName", params.PickListName))
	return fetchList[PicklistValue](ctx, s.core, r, opts)
}
