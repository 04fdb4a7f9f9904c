package workato

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-workato/workato/internal/redact"
	"github.com/go-workato/workato/internal/wire"
)

// PropertyService serves the properties that recipes read: those of an
// environment, which is the customer's workspace, and those of a project.
//
// https://docs.workato.com/oem/oem-api/account-properties.html
type PropertyService struct{ core *core }

const propertiesDoc = "https://docs.workato.com/oem/oem-api/account-properties.html"

var (
	propertiesList = operation{Operation: Operation{
		Name: "properties.list", Method: "GET", Path: "/api/managed_users/{customer}/properties",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "properties.list", PerMinute: 1000}, Doc: propertiesDoc,
	}, ownKeys: true}
	propertiesUpsert = operation{Operation: Operation{
		Name: "properties.upsert", Method: "POST", Path: "/api/managed_users/{customer}/properties",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "properties.upsert", PerMinute: 60}, Doc: propertiesDoc,
	}, allSecret: true}
)

// Documented limits of properties. They are checked before anything is sent.
const (
	// MaxProperties is how many properties an environment or a project may have.
	MaxProperties = 1000
	// MaxPropertyName and MaxPropertyValue count characters.
	MaxPropertyName  = 100
	MaxPropertyValue = 1024
)

// PropertyValue is the value of a property. Values are often secret: no format
// verb, log or JSON document shows one. Convert it to string to read it.
type PropertyValue string

// Format keeps the value out of every format verb.
func (v PropertyValue) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redact.Mark) // fmt ignores the error as well
}

// LogValue keeps the value out of logs.
func (v PropertyValue) LogValue() slog.Value { return slog.StringValue(redact.Mark) }

// MarshalText keeps the value out of JSON and other documents. Calls still send
// it.
func (v PropertyValue) MarshalText() ([]byte, error) { return []byte(redact.Mark), nil }

func (v *PropertyValue) readWire(d *wire.Decoder, data []byte) error {
	switch kind := wire.KindOf(data); kind {
	case wire.KindObject, wire.KindList:
		return &wire.KindError{Want: "the value of a property", Got: kind.String()}
	case wire.KindString, wire.KindNull:
		return d.Decode(data, (*string)(v))
	default:
		*v = PropertyValue(data)
		return nil
	}
}

// UnmarshalJSON reads a string, or a number or boolean as a string.
func (v *PropertyValue) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, v, (*PropertyValue).readWire)
}

// Property is a name with its value.
type Property struct {
	Name  string        `json:"name"`
	Value PropertyValue `json:"value"`
}

// PropertyListParams selects properties. Prefix is required.
type PropertyListParams struct {
	// Prefix is how the names begin.
	Prefix string `url:"prefix"`
	// ProjectID is the id of a project, which is not that of its folder. Without
	// it, the call is about the properties of the environment.
	ProjectID int64 `url:"project_id,omitempty"`
}

// List returns the properties whose names begin with a prefix, under the names
// that the service returns: those of a project may lack the prefix.
//
// https://docs.workato.com/oem/oem-api/account-properties.html
func (s *PropertyService) List(ctx context.Context, customerID CustomerID, params *PropertyListParams, opts ...CallOption) (map[string]PropertyValue, error) {
	params, missing := needed(params)
	p := *params // the caller may change it while the call waits
	r := propertiesList.at(customer(customerID)).withQuery(&p).check(missing, optionalID("ProjectID", p.ProjectID))
	if p.Prefix == "" {
		r = r.check(invalid("Prefix", "is required"))
	}
	return invoke(ctx, s.core, r, opts, func(d *wire.Decoder, body []byte) (map[string]PropertyValue, error) {
		return decodeProperties(d, body, &p)
	})
}

// All iterates over the properties of List in the order of their names. They
// are fetched when the iteration starts.
func (s *PropertyService) All(ctx context.Context, customerID CustomerID, params *PropertyListParams, opts ...CallOption) iter.Seq2[Property, error] {
	return eachOf(func() ([]Property, error) {
		values, err := s.List(ctx, customerID, params, opts...)
		properties := make([]Property, 0, len(values))
		for _, name := range slices.Sorted(maps.Keys(values)) {
			properties = append(properties, Property{Name: name, Value: values[name]})
		}
		return properties, err
	})
}

// decodeProperties reads the three forms of the response: a map under result, a
// list of pairs, a bare map. A bare map could be anything, so its names must
// have the requested prefix. Those of a project may lack it: it is then enough
// that the map is not known to be a refusal.
func decodeProperties(d *wire.Decoder, body []byte, asked *PropertyListParams) (map[string]PropertyValue, error) {
	if wire.KindOf(body) == wire.KindList {
		return decodePairs(d, body)
	}
	// Keys with the prefix are always property names.
	refused := func(object []byte) bool {
		found := wire.ExamineKeys(object, func(key string) bool { return !hasPrefix(key, asked.Prefix) })
		return found.Refused || found.Complains
	}
	values := map[string]PropertyValue{}
	result, err := d.Member(body, "result")
	if err != nil {
		return nil, err
	}
	kind := wire.KindOf(result)
	if kind == wire.KindList || kind == wire.KindObject {
		if refused(body) || refused(result) {
			return nil, &wire.KindError{Want: "properties", Got: "an error"}
		}
	}
	switch kind {
	case wire.KindList:
		return decodePairs(d, result)
	case wire.KindObject:
		err := d.Decode(result, &values)
		return values, err
	case wire.KindNull:
		return nil, &wire.KindError{Want: "properties under result", Got: kind.String()}
	default: // a property may be called "result"
	}
	if err := d.Decode(body, &values); err != nil {
		return nil, err
	}
	_, message := values["message"]
	if asked.ProjectID != 0 && !refused(body) && (!message || len(values) > 1) {
		return values, nil
	}
	for name := range values {
		if !hasPrefix(name, asked.Prefix) {
			return nil, &wire.KindError{Want: "properties with the prefix", Got: "an object with other keys"}
		}
	}
	return values, nil
}

// hasPrefix is strings.HasPrefix in any case.
func hasPrefix(name, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
}

func decodePairs(d *wire.Decoder, body []byte) (map[string]PropertyValue, error) {
	pairs, err := wire.DecodeList(d, body, func(p *Property) error {
		if p.Name == "" {
			return wire.Within("name", &wire.KindError{Want: "the name of a property", Got: "nothing"})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	values := make(map[string]PropertyValue, len(pairs.Items))
	for _, p := range pairs.Items {
		values[p.Name] = p.Value
	}
	return values, nil
}

// PropertyUpsertParams holds properties to set. Properties is required.
type PropertyUpsertParams struct {
	// ProjectID is the id of a project, which is not that of its folder. Without
	// it, the call is about the properties of the environment.
	ProjectID int64
	// Properties are values by name. Other properties stay as they are.
	Properties map[string]PropertyValue
}

// PropertyUpsertResult is the result of an Upsert.
type PropertyUpsertResult struct {
	// SavedPropertyCount is nil if the service does not count, as in newer
	// editions.
	SavedPropertyCount *int64 `json:"saved_property_count"`
}

// Upsert creates or replaces properties. There is no call that deletes one. At
// most 1,000 properties, names of 100 and values of 1,024 characters, for
// environments and projects alike; anything longer is refused before anything
// is sent.
//
// https://docs.workato.com/oem/oem-api/account-properties.html
func (s *PropertyService) Upsert(ctx context.Context, customerID CustomerID, params *PropertyUpsertParams, opts ...CallOption) (*PropertyUpsertResult, error) {
	params, missing := needed(params)
	var body struct {
		Properties map[string]string `json:"properties"`
	}
	body.Properties = make(map[string]string, len(params.Properties))
	r := propertiesUpsert.at(customer(customerID)).
		check(missing, optionalID("ProjectID", params.ProjectID), checkProperties(params.Properties))
	for name, value := range params.Properties {
		body.Properties[name] = string(value)
	}
	if params.ProjectID != 0 {
		r = r.withQuery(&struct {
			ProjectID int64 `url:"project_id"`
		}{params.ProjectID})
	}
	return invoke(ctx, s.core, r.withBody(&body), opts, func(d *wire.Decoder, body []byte) (*PropertyUpsertResult, error) {
		switch nothing, err := holdsNothing(d, body); {
		case err != nil:
			return nil, err
		case nothing: // a success status confirms
			return new(PropertyUpsertResult), nil
		}
		return decodeObject[PropertyUpsertResult](d, body)
	})
}

// checkProperties names what is wrong without showing a value.
func checkProperties(properties map[string]PropertyValue) error {
	switch {
	case len(properties) == 0:
		return invalid("Properties", "is required")
	case len(properties) > MaxProperties:
		return invalid("Properties", "holds %d properties, at most %d are allowed", len(properties), MaxProperties)
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if strings.TrimSpace(name) == "" {
			return invalid("Properties", "a name is empty")
		}
		if n := utf8.RuneCountInString(name); n > MaxPropertyName {
			return invalid("Properties", "the name %q has %d characters, at most %d are allowed", oneLine(name), n, MaxPropertyName)
		}
		if n := utf8.RuneCountInString(string(properties[name])); n > MaxPropertyValue {
			return invalid("Properties", "the value of %q has %d characters, at most %d are allowed", name, n, MaxPropertyValue)
		}
	}
	return nil
}
