package workatotest

import "slices"

const apiClientBody = "name* api_collection_ids:a* auth_type* description project_id:i api_portal_id:i email api_policy_id:i jwt_method" +
	" jwt_secret oidc_issuer oidc_jwks_uri access_profile_claim required_claims:a allowed_issuers:a mtls_enabled:b validation_formula cert_bundle_ids:a"

const apiProfileBody = "name* api_collection_ids:a* auth_type* api_client_id jwt_method jwt_secret oidc_issuer oidc_jwks_uri" +
	" access_profile_claim required_claims:a allowed_issuers:a ip_allow_list:a ip_deny_list:a"

var apiClientsV1 = shelf{
	name: "api_clients", service: "api_clients_v1", path: "/api/managed_users/{customer}/api_clients", verbs: "list create",
	paging: byNumber, body: "name* project_id:S", list: "result",
}

var apiClients = shelf{
	name: "api_clients", path: "/api/v2/managed_users/{customer}/api_clients", arg: "api_client_id", verbs: "list create get update",
	query: "project_id:i cert_bundle_ids:v", paging: byNumber, body: apiClientBody, list: "data", one: "data",
	defaults: Record{"is_legacy": false, "active_api_keys_count": 0, "total_api_keys_count": 0, "api_policies": []any{}, "api_keys": []any{}},
}

var apiKeys = shelf{
	name: "api_keys", path: "/api/v2/managed_users/{customer}/api_clients/{api_client_id}/api_keys", arg: "api_key_id",
	verbs: "list create update", paging: byNumber, body: "name* active:b* ip_allow_list:a ip_deny_list:a", list: "data", one: "data",
	defaults: Record{"auth_type": "token", "active_since": nil, "ip_allow_list": []any{}, "ip_deny_list": []any{}},
	secret:   "auth_token", parent: "api_client_id", of: "api_clients",
}

var apiProfiles = shelf{
	name: "api_access_profiles", path: "/api/managed_users/{customer}/api_access_profiles", arg: "api_access_profile_id",
	verbs: "list create update", query: "api_client_id", paging: byNumber, body: apiProfileBody, list: "result",
	defaults: Record{"active": true}, secret: "secret",
}

// apiClientRoutes are clients of a customer's API platform with their keys and
// access profiles, and what of them tools use in the partner's own workspace.
func apiClientRoutes() []route {
	succeeded := object{"success": true}
	keyPath := apiKeys.path + "/{api_key_id}"
	profilePath := apiProfiles.path + "/{api_access_profile_id}"
	special := []route{
		{method: "PUT", path: keyPath + "/enable", op: "api_keys.enable", handle: apiKeys.activate(true, succeeded)},
		{method: "PUT", path: keyPath + "/disable", op: "customer.api_keys.disable", handle: apiKeys.activate(false, succeeded)},
		{method: "PUT", path: keyPath + "/refresh_secret", op: "api_keys.refresh_secret", handle: apiKeys.on(apiKeys.reveal)},
		{method: "PUT", path: profilePath + "/enable", op: "api_access_profiles.enable", handle: apiProfiles.activate(true, object{"result": "success"})},
		{method: "PUT", path: profilePath + "/disable", op: "api_access_profiles.disable", handle: apiProfiles.activate(false, object{"result": "success"})},
		{method: "PUT", path: profilePath + "/refresh_secret", op: "api_access_profiles.refresh_secret", handle: apiProfiles.on(apiProfiles.reveal)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/enable", op: "own.api_keys.enable", handle: apiKeys.activate(true, succeeded)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/disable", op: "own.api_keys.disable", handle: apiKeys.activate(false, succeeded)},
		{method: "PUT", path: apiKeys.atHome().path + "/{api_key_id}/refresh_secret", op: "own.api_keys.refresh_secret", handle: apiKeys.on(apiKeys.reveal)},
	}
	return slices.Concat(
		apiClientsV1.routes(), apiClients.routes(), apiKeys.routes(), apiProfiles.routes(),
		apiClients.atHome().routes(), apiKeys.atHome().routes(), special,
	)
}
