package workato

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// FieldMappingService serves the dynamic field mappings of a customer's recipe:
// what its users map by themselves. A mapping counts before the static one of the
// recipe, and all required fields must be mapped before the recipe can start. The
// role of the API client needs "Data Mapper and Field maps introspection"; without
// it calls are ErrUnauthorized.
//
// No source shows a body of this service, but for the handles in a list. What the
// service sends is returned as received, and what the caller gives is sent as it
// is.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
type FieldMappingService struct{ core *core }

const fieldMappingsDoc = "https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html"

var (
	fieldMappingsList = operation{Operation: Operation{
		Name: "field_mappings.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}}
	fieldMappingsGet = operation{Operation: Operation{
		Name: "field_mappings.get", Method: "GET", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections/{handle}",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}}
	fieldMappingsUpdate = operation{Operation: Operation{
		Name: "field_mappings.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections/{handle}",
		Effect: Idempotent, Response: ResponseRaw, Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}, mayBeEmpty: true}
	fieldMappingsUpdateMany = operation{Operation: Operation{
		Name: "field_mappings.update_many", Method: "PUT", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections",
		Effect: Idempotent, Response: ResponseRaw, Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}, mayBeEmpty: true}
	fieldMappingsRefreshSchema = operation{Operation: Operation{
		Name: "field_mappings.refresh_schema", Method: "POST", Effect: Idempotent, Response: ResponseRaw,
		Path:  "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections/{handle}/refresh_schema",
		Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}, mayBeEmpty: true}
	fieldMappingsPickList = operation{Operation: Operation{
		Name: "field_mappings.pick_list", Method: "POST", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/field_map_introspections/{handle}/pick_list",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "field_mappings", PerMinute: 60}, Doc: fieldMappingsDoc,
	}}
)

// FieldMapping is a mapping of a recipe.
type FieldMapping struct {
	// Handle is its id: "dm-...".
	Handle  string            `json:"handle"`
	Sources []json.RawMessage `json:"sources"`
	// Raw is the mapping as received. Unverified: its other keys.
	Raw json.RawMessage `json:"-"`
}

func (m FieldMapping) key() string { return m.Handle }

func (m *FieldMapping) readWire(d *wire.Decoder, data []byte) error {
	type plain FieldMapping
	return d.Keep(data, (*plain)(m), &m.Raw)
}

// UnmarshalJSON reads the known keys and keeps the text.
func (m *FieldMapping) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, m, (*FieldMapping).readWire)
}

// MarshalJSON returns the mapping as received.
func (m FieldMapping) MarshalJSON() ([]byte, error) {
	type plain FieldMapping
	return kept(m.Raw, plain(m))
}

// List returns the mappings of a recipe. Unverified: whether the list is paged.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) List(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) ([]FieldMapping, error) {
	return fetchList[FieldMapping](ctx, s.core, fieldMappingsList.at(customer(customerID), number(recipeID)), opts)
}

// All iterates over the mappings of List. The list is fetched when the iteration
// starts.
func (s *FieldMappingService) All(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) iter.Seq2[FieldMapping, error] {
	return eachOf(func() ([]FieldMapping, error) { return s.List(ctx, customerID, recipeID, opts...) })
}

// Get returns, as JSON, a mapping of a recipe. Unverified: the response.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) Get(ctx context.Context, customerID CustomerID, recipeID int64, handle string, opts ...CallOption) (json.RawMessage, error) {
	return s.core.fetchRaw(ctx, fieldMappingsGet.at(customer(customerID), number(recipeID), text(handle)), opts)
}

// FieldMappingParams holds the Body of a request, which is sent as encoding/json
// writes it. Unverified: what it has to be.
type FieldMappingParams struct{ Body any }

// Update changes a mapping of a recipe. Unverified: its body and its response,
// which may be empty. Body is required.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) Update(
	ctx context.Context, customerID CustomerID, recipeID int64, handle string, params *FieldMappingParams, opts ...CallOption,
) (json.RawMessage, error) {
	return s.write(ctx, fieldMappingsUpdate.at(customer(customerID), number(recipeID), text(handle)), params, opts)
}

// UpdateMany changes several mappings of a recipe at once. Unverified: its body and
// its response, which may be empty. Body is required.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) UpdateMany(ctx context.Context, customerID CustomerID, recipeID int64, params *FieldMappingParams, opts ...CallOption) (json.RawMessage, error) {
	return s.write(ctx, fieldMappingsUpdateMany.at(customer(customerID), number(recipeID)), params, opts)
}

// RefreshSchema makes the service read the schemas on both sides of a mapping
// again. Unverified: the response, which may be empty.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) RefreshSchema(ctx context.Context, customerID CustomerID, recipeID int64, handle string, opts ...CallOption) (json.RawMessage, error) {
	return s.core.fetchRaw(ctx, fieldMappingsRefreshSchema.at(customer(customerID), number(recipeID), text(handle)), opts)
}

// PickList returns, as JSON, the values that a field of a mapping can have. It
// changes nothing and is retried like any read. Unverified: its body, which must
// somehow name the field, and its response. Body is required.
//
// https://docs.workato.com/oem/oem-api/dynamic-field-mapping.html
func (s *FieldMappingService) PickList(
	ctx context.Context, customerID CustomerID, recipeID int64, handle string, params *FieldMappingParams, opts ...CallOption,
) (json.RawMessage, error) {
	return s.write(ctx, fieldMappingsPickList.at(customer(customerID), number(recipeID), text(handle)), params, opts)
}

func (s *FieldMappingService) write(ctx context.Context, r request, params *FieldMappingParams, opts []CallOption) (json.RawMessage, error) {
	params, missing := needed(params)
	if params.Body == nil {
		r = r.check(invalid("Body", "is required"))
	}
	return s.core.fetchRaw(ctx, r.withBody(params.Body).check(missing), opts)
}
