package workatotest

import "slices"

var oauthProfiles = shelf{
	name: "custom_oauth_profiles", path: "/api/custom_oauth_profiles", arg: "id", verbs: "list get create update delete",
	paging: byNumber, body: "name* provider* data:o", list: "result", one: "result",
	defaults: Record{"shared_accounts_count": 0, "oem_customers_count": 0},
}

func oauthProfileRoutes() []route {
	const profile = "/api/managed_users/{customer}/custom_oauth_profiles/{id}"
	assigned := func(*call, Record) response { return ok(object{"result": object{"success": true}}) }
	special := []route{
		{method: "POST", path: profile + "/assign", op: "custom_oauth_profiles.assign", handle: atPartner(assigned)},
		{method: "DELETE", path: profile + "/unassign", op: "custom_oauth_profiles.unassign", query: "force:b", handle: atPartner(assigned)},
	}
	return slices.Concat(oauthProfiles.routes(), special)
}

// atPartner finds an OAuth profile in the partner's workspace although the path
// names a customer.
func atPartner(do func(*call, Record) response) func(*call) response {
	return func(c *call) response {
		there := *c
		there.ws = c.state.Own
		return oauthProfiles.on(do)(&there)
	}
}
