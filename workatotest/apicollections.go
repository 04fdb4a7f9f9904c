package workatotest

import "slices"

var apiCollections = shelf{
	name: "api_collections", path: "/api/managed_users/{customer}/api_collections", verbs: "list create",
	paging: byNumber, body: "name* project_id:S proxy_connection_id:i openapi_spec:o", list: "result",
	defaults: Record{"version": "1.0", "url": "https://apim.example.com/collection", "api_spec_url": "https://apim.example.com/collection/doc", "project_id": nil},
	settle:   collectionProject,
	view: func(_ *call, collection Record) object {
		delete(collection, "openapi_spec")
		delete(collection, "proxy_connection_id")
		return collection
	},
}

var apiEndpoints = shelf{
	name: "api_endpoints", path: "/api/managed_users/{customer}/api_endpoints", arg: "api_endpoint_id", verbs: "list",
	query: "api_collection_id:i", paging: byNumber, body: "name* method* path* flow_id:i description", list: "result",
	defaults: Record{"active": false, "legacy": false, "legacy_url": nil, "base_path": "/fake", "url": "https://apim.example.com/fake"},
}

// apiCollectionRoutes are API collections and endpoints of a customer, and the
// endpoints that tools use in the partner's own workspace.
func apiCollectionRoutes() []route {
	succeeded := object{"success": true}
	endpointPath := apiEndpoints.path + "/{api_endpoint_id}"
	special := []route{
		{method: "PUT", path: endpointPath + "/enable", op: "api_endpoints.enable", handle: apiEndpoints.on(enableEndpoint)},
		{method: "PUT", path: endpointPath + "/disable", op: "api_endpoints.disable", handle: apiEndpoints.activate(false, succeeded)},
		{method: "PUT", path: apiEndpoints.atHome().path + "/{api_endpoint_id}/enable", op: "own.api_endpoints.enable", handle: apiEndpoints.on(enableEndpoint)},
		{method: "PUT", path: apiEndpoints.atHome().path + "/{api_endpoint_id}/disable", op: "own.api_endpoints.disable", handle: apiEndpoints.activate(false, succeeded)},
		{method: "POST", path: "/api/api_collections/{api_collection_id}/api_endpoints", op: "own.api_endpoints.create", body: apiEndpoints.body, handle: createEndpoint},
	}
	return slices.Concat(
		apiCollections.routes(), apiEndpoints.routes(), apiCollections.atHome().routes(), apiEndpoints.atHome().routes(), special,
	)
}

// enableEndpoint needs a running recipe behind the endpoint.
func enableEndpoint(c *call, endpoint Record) response {
	id, _ := toInt(idText(endpoint["flow_id"]))
	r := recipeByID(c.ws, id)
	if r == nil || !r.Running {
		return badRequest("The recipe of the endpoint is not running")
	}
	endpoint["active"] = true
	return success()
}

func createEndpoint(c *call) response {
	endpoints := apiEndpoints
	endpoints.parent, endpoints.of = "api_collection_id", apiCollections.name
	return endpoints.handleCreate(c)
}

// collectionProject keeps the project of a collection as a number. Requests
// carry a string, which the service requires. About responses the sources
// disagree: the vendor's OpenAPI file says string, the changelog of its command
// line says that an integer was sent, and another tool decodes only that.
func collectionProject(_ *call, collection Record) {
	if id, isNumber := toInt(collection["project_id"]); isNumber && id != 0 {
		collection["project_id"] = id
	}
}
