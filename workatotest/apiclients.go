package workatotest

import (
	"maps"
	"slices"
	"strings"
)

const apiClientBody = "name* api_collection_ids:a* auth_type* description project_id:i api_portal_id:i email api_policy_id:i jwt_method" +
	" jwt_secret oidc_issuer oidc_jwks_uri access_profile_claim required_claims:a allowed_issuers:a mtls_enabled:b validation_formula cert_bundle_ids:a"

// apiClientChanges are those of an update, which requires the name and the
// collections again. The kind of authentication stays.
var apiClientChanges = strings.Replace(apiClientBody, " auth_type*", "", 1)

const apiProfileBody = "name* api_collection_ids:a* auth_type* api_client_id jwt_method jwt_secret oidc_issuer oidc_jwks_uri" +
	" access_profile_claim required_claims:a allowed_issuers:a ip_allow_list:a ip_deny_list:a"

var apiClientsV1 = shelf{
	name: "api_clients", service: "api_clients_v1", path: "/api/managed_users/{customer}/api_clients", verbs: "list create",
	paging: byNumber, body: "name* project_id:S", list: "result",
}

var apiClients = shelf{
	name: "api_clients", path: "/api/v2/managed_users/{customer}/api_clients", arg: "api_client_id", verbs: "list create get update",
	query: "project_id:i cert_bundle_ids:v", paging: byNumber, about: "count page per_page", body: apiClientBody, updateBody: apiClientChanges, list: "data", one: "data",
	view: apiClientView,
}

// keyOwner is the client that a key belongs to, in the path and in the record.
const keyOwner = "api_client_id"

var apiKeys = shelf{
	name: "api_keys", path: "/api/v2/managed_users/{customer}/api_clients/{api_client_id}/api_keys", arg: "api_key_id",
	verbs: "list create update", paging: byNumber, about: "count page per_page", body: "name* ip_allow_list:a ip_deny_list:a", createBody: " active:b*", list: "data", one: "data",
	defaults: Record{"auth_type": "token", "active_since": nil, "ip_allow_list": []any{}, "ip_deny_list": []any{}},
	secret:   "auth_token", parent: keyOwner, of: "api_clients", settle: dateKey, view: apiKeyView,
}

var apiProfiles = shelf{
	name: "api_access_profiles", path: "/api/managed_users/{customer}/api_access_profiles", arg: "api_access_profile_id",
	verbs: "list create update", query: "api_client_id", paging: byNumber, body: apiProfileBody, list: "result",
	defaults: Record{"active": true, "ip_allow_list": []any{}, "ip_deny_list": []any{}}, secret: "secret", settle: numberClient,
	secrets: func(_ *call, profile Record, secret string) object {
		switch profile["auth_type"] {
		case "token":
			return object{"secret": secret}
		case "oauth2":
			return object{"oauth_client_id": "client-" + idText(profile["id"]), "oauth_client_secret": secret}
		}
		return nil
	},
}

// apiClientRoutes are clients of a customer's API platform with their keys and
// access profiles, and the endpoints that tools use in the partner's own
// workspace.
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

// apiClientView is a client with its keys and collections as they are now.
func apiClientView(c *call, client Record) object {
	view := object{
		"auth_type": "token", "description": nil, "email": nil, "is_legacy": false, "mtls_enabled": nil, "validation_formula": nil,
		"cert_bundle_ids": nil, "api_policies": []any{}, "logo": nil, "logo_2x": nil, "api_token": nil,
	}
	for _, key := range []string{"id", "name", "created_at", "updated_at"} {
		view[key] = client[key]
	}
	for key := range view {
		if value, given := client[key]; given {
			view[key] = value
		}
	}
	active, keys := 0, []object{}
	for _, key := range c.ws.Records[apiKeys.name] {
		if idText(key[keyOwner]) != idText(client["id"]) {
			continue
		}
		keys = append(keys, apiKeys.public(c, key))
		if key["active"] == true {
			active++
		}
	}
	view["api_keys"], view["active_api_keys_count"], view["total_api_keys_count"] = keys, active, len(keys)
	view["api_collections"] = collectionsOf(c, client)
	return view
}

// collectionsOf are the collections whose ids a client was given. Ids come as
// numbers or as texts.
func collectionsOf(c *call, client Record) []object {
	views := []object{}
	ids, _ := client["api_collection_ids"].([]any)
	for _, id := range ids {
		for _, collection := range c.ws.Records[apiCollections.name] {
			if idText(collection["id"]) == idText(id) {
				views = append(views, object{"id": collection["id"], "name": collection["name"]})
			}
		}
	}
	return views
}

// numberClient keeps the client of an access profile, whose id comes as a text, as
// a number.
func numberClient(_ *call, profile Record) {
	if id, isNumber := toInt(profile[keyOwner]); isNumber && id != 0 {
		profile[keyOwner] = id
	}
}

// dateKey records since when a key is active.
func dateKey(c *call, key Record) {
	switch {
	case key["active"] != true:
		key["active_since"] = nil
	case key["active_since"] == nil:
		key["active_since"] = stamp(c.now())
	}
}

// apiKeyView leaves out the owner of the key, which is in the path.
func apiKeyView(_ *call, key Record) object {
	view := maps.Clone(key)
	delete(view, keyOwner)
	return view
}
