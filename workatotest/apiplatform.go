package workatotest

import "slices"

const apiClientBody = "name* api_collection_ids:a* auth_type* description project_id:i api_portal_id:i email api_policy_id:i jwt_method" +
	" jwt_secret oidc_issuer oidc_jwks_uri access_profile_claim required_claims:a allowed_issuers:a mtls_enabled:b validation_formula cert_bundle_ids:a"

const apiProfileBody = "name* api_collection_ids:a* auth_type* api_client_id jwt_method jwt_secret oidc_issuer oidc_jwks_uri" +
	" access_profile_claim required_claims:a allowed_issuers:a ip_allow_list:a ip_deny_list:a"

var (
	apiCollections = shelf{
		name: "api_collections", path: "/api/managed_users/{customer}/api_collections", verbs: "list create",
		query: "page:i per_page:i", body: "name* project_id:S proxy_connection_id:i openapi_spec:o", list: "result",
		defaults: Record{"version": "1.0", "url": "https://apim.example.com/collection", "api_spec_url": "https://apim.example.com/collection/doc", "project_id": nil},
	}
	apiEndpoints = shelf{
		name: "api_endpoints", path: "/api/managed_users/{customer}/api_endpoints", arg: "api_endpoint_id", verbs: "list",
		query: "api_collection_id:i page:i per_page:i", body: "name* method* path* flow_id:i description", list: "result",
		defaults: Record{"active": false, "legacy": false, "legacy_url": nil, "base_path": "/fake", "url": "https://apim.example.com/fake"},
	}
	apiClientsV1 = shelf{
		name: "api_clients", service: "api_clients_v1", path: "/api/managed_users/{customer}/api_clients", verbs: "list create",
		query: "page:i per_page:i", body: "name* project_id:S", list: "result",
	}
	apiClients = shelf{
		name: "api_clients", path: "/api/v2/managed_users/{customer}/api_clients", arg: "api_client_id", verbs: "list create get update",
		query: "project_id:i page:i per_page:i cert_bundle_ids:v", body: apiClientBody, list: "data", one: "data",
		defaults: Record{"is_legacy": false, "active_api_keys_count": 0, "total_api_keys_count": 0, "api_policies": []any{}, "api_keys": []any{}},
	}
	apiKeys = shelf{
		name: "api_keys", path: "/api/v2/managed_users/{customer}/api_clients/{api_client_id}/api_keys", arg: "api_key_id",
		verbs: "list create update", query: "page:i per_page:i", body: "name* active:b* ip_allow_list:a ip_deny_list:a", list: "data", one: "data",
		defaults: Record{"auth_type": "token", "active_since": nil, "ip_allow_list": []any{}, "ip_deny_list": []any{}},
		secret:   "auth_token", parent: "api_client_id", of: "api_clients",
	}
	apiProfiles = shelf{
		name: "api_access_profiles", path: "/api/managed_users/{customer}/api_access_profiles", arg: "api_access_profile_id",
		verbs: "list create update", query: "page:i per_page:i api_client_id", body: apiProfileBody, list: "result",
		defaults: Record{"active": true}, secret: "secret",
	}
)

// apiPlatformRoutes are the API platform of a customer, and what of it tools
// use in the partner's own workspace.
func apiPlatformRoutes() []route {
	succeeded := object{"success": true}
	keyPath := apiKeys.path + "/{api_key_id}"
	profilePath := apiProfiles.path + "/{api_access_profile_id}"
	endpointPath := apiEndpoints.path + "/{api_endpoint_id}"
	special := []route{
		{method: "PUT", path: endpointPath + "/enable", op: "api_endpoints.enable", handle: apiEndpoints.on(enableEndpoint)},
		{method: "PUT", path: endpointPath + "/disable", op: "api_endpoints.disable", handle: apiEndpoints.activate(false, succeeded)},
		{method: "PUT", path: keyPath + "/enable", op: "api_keys.enable", handle: apiKeys.activate(true, succeeded)},
		{method: "PUT", path: keyPath + "/disable", op: "customer.api_keys.disable", handle: apiKeys.activate(false, succeeded)},
		{method: "PUT", path: keyPath + "/refresh_secret", op: "api_keys.refresh_secret", handle: apiKeys.on(apiKeys.reveal)},
		{method: "PUT", path: profilePath + "/enable", op: "api_access_profiles.enable", handle: apiProfiles.activate(true, object{"result": "success"})},
		{method: "PUT", path: profilePath + "/disable", op: "api_access_profiles.disable", handle: apiProfiles.activate(false, object{"result": "success"})},
		{method: "PUT", path: profilePath + "/refresh_secret", op: "api_access_profiles.refresh_secret", handle: apiProfiles.on(apiProfiles.reveal)},
		{method: "PUT", path: apiEndpoints.atHome().path + "/{api_endpoint_id}/enable", op: "own.api_endpoints.enable", handle: apiEndpoints.on(enableEndpoint)},
		{method: "PUT", path: apiEndpoints.atHome().path + "/{api_endpoint_id}/disable", op: "own.api_endpoints.disable", handle: apiEndpoints.activate(false, succeeded)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/enable", op: "own.api_keys.enable", handle: apiKeys.activate(true, succeeded)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/disable", op: "own.api_keys.disable", handle: apiKeys.activate(false, succeeded)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/refresh_secret", op: "own.api_keys.refresh_secret", handle: apiKeys.on(apiKeys.reveal)},
		{method: "POST", path: "/api/api_collections/{api_collection_id}/api_endpoints", op: "own.api_endpoints.create", body: apiEndpoints.body, handle: createEndpoint},
	}
	return slices.Concat(
		apiCollections.routes(), apiEndpoints.routes(), apiClientsV1.routes(), apiClients.routes(), apiKeys.routes(), apiProfiles.routes(),
		apiCollections.atHome().routes(), apiEndpoints.atHome().routes(), apiClients.atHome().routes(), apiKeys.atHome().routes(),
		special,
	)
}

// enableEndpoint needs a running recipe behind the endpoint.
func enableEndpoint(c *call, endpoint Record) answer {
	id, _ := toInt(idText(endpoint["flow_id"]))
	r := find(c.ws.Recipes, func(r *Recipe) int64 { return r.ID }, id)
	if r == nil || !r.Running {
		return badRequest("The recipe of the endpoint is not running")
	}
	endpoint["active"] = true
	return success()
}

func createEndpoint(c *call) answer {
	endpoints := apiEndpoints
	endpoints.parent, endpoints.of = "api_collection_id", apiCollections.name
	return endpoints.handleCreate(c)
}
