package workato

import "context"

var connectionsInputSchema = operation{Operation: Operation{
	Name: "connections.input_schema", Method: "GET", Path: "/api/managed_users/{customer}/connections/{connection_id}/input_schema",
	Effect: Read, Response: ResponseList, Quota: Quota{Family: "connections", PerMinute: 60}, Doc: connectionsDoc,
}}

// InputSchema returns the fields that the Input of a connection may hold: those
// of its connector, and those that depend on its present input.
// Integrations.InputSchema needs no connection and returns only the first kind.
//
// https://docs.workato.com/oem/oem-api/connections.html
func (s *ConnectionService) InputSchema(ctx context.Context, customerID CustomerID, connectionID int64, opts ...CallOption) ([]SchemaField, error) {
	return fetchList[SchemaField](ctx, s.core, connectionsInputSchema.at(customer(customerID), number(connectionID)), opts)
}
