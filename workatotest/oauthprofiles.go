package workatotest

import (
	"maps"
	"slices"
)

var oauthProfiles = shelf{
	name: "custom_oauth_profiles", path: "/api/custom_oauth_profiles", arg: "id", verbs: "list get create update",
	paging: byNumber, body: "name* provider* data:o", list: "result", one: "result",
	defaults: Record{"shared_accounts_count": 0, "oem_customers_count": 0}, view: profileView,
}

// assignedProfiles is the family of [Customer.Records] with the profiles that a
// customer was given, each by its profile_id.
const assignedProfiles = "assigned_oauth_profiles"

func oauthProfileRoutes() []route {
	const profile = "/api/managed_users/{customer}/custom_oauth_profiles/{id}"
	special := []route{
		{method: "DELETE", path: "/api/custom_oauth_profiles/{id}", op: "custom_oauth_profiles.delete", handle: oauthProfiles.on(deleteProfile)},
		{method: "POST", path: profile + "/assign", op: "custom_oauth_profiles.assign", handle: onProfile(assignProfile)},
		{method: "DELETE", path: profile + "/unassign", op: "custom_oauth_profiles.unassign", query: "force:b", handle: onProfile(unassignProfile)},
	}
	return slices.Concat(oauthProfiles.routes(), special)
}

// onProfile finds an OAuth profile in the partner's workspace although the path
// names a customer.
func onProfile(do func(*call, Record) response) func(*call) response {
	return func(c *call) response {
		if profile := recordOf(c.state.Own, oauthProfiles.name, c.args["id"]); profile != nil {
			return do(c, profile)
		}
		return notFound()
	}
}

// isAssigned says that a record gives a customer a profile.
func isAssigned(profile Record) func(Record) bool {
	return func(given Record) bool { return idText(given["profile_id"]) == idText(profile["id"]) }
}

// withEnvironments are a customer's workspaces.
func withEnvironments(ws *Customer) []*Customer { return append([]*Customer{ws}, ws.Environments...) }

// profileView counts the customers that have the profile.
func profileView(c *call, profile Record) object {
	count := 0
	for _, ws := range c.state.Customers {
		if slices.ContainsFunc(withEnvironments(ws), func(ws *Customer) bool { return slices.ContainsFunc(ws.Records[assignedProfiles], isAssigned(profile)) }) {
			count++
		}
	}
	shown := maps.Clone(profile)
	if count > 0 { // a seed may say how many there are besides
		shown["oem_customers_count"] = count
	}
	return shown
}

func assignProfile(c *call, profile Record) response {
	if !slices.ContainsFunc(c.ws.Records[assignedProfiles], isAssigned(profile)) {
		given := Record{"id": c.nextID("record"), "profile_id": profile["id"]}
		c.ws.Records[assignedProfiles] = append(c.ws.Records[assignedProfiles], given)
	}
	return ok(object{"result": object{"success": true}})
}

// unassignProfile spares a profile whose application the customer is connected
// with, unless it is forced.
func unassignProfile(c *call, profile Record) response {
	if !slices.ContainsFunc(c.ws.Records[assignedProfiles], isAssigned(profile)) {
		return notFound()
	}
	for _, conn := range c.ws.Connections {
		if conn.Provider == toText(profile["provider"]) && conn.AuthorizationStatus == "success" && !c.flag("force") {
			return badRequest("%s is in use", toText(profile["name"]))
		}
	}
	c.ws.Records[assignedProfiles] = slices.DeleteFunc(c.ws.Records[assignedProfiles], isAssigned(profile))
	return ok(object{"result": object{"success": true}})
}

// deleteProfile takes the profile away from all customers, too.
func deleteProfile(c *call, profile Record) response {
	for _, customer := range c.state.Customers {
		for _, ws := range withEnvironments(customer) {
			ws.Records[assignedProfiles] = slices.DeleteFunc(ws.Records[assignedProfiles], isAssigned(profile))
		}
	}
	return oauthProfiles.delete(c, profile)
}
