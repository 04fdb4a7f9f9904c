package workatotest

import "slices"

// customerManagers are collaborators of the partner's workspace with access to those
// of customers.
var customerManagers = shelf{
	name: "customer_managers", path: "/api/customer_managers", arg: "id", verbs: "list create update delete",
	body: "role_id:i* permitted_workspace_ids:a", createBody: " team_collaborator_id:i*", updateBody: "role_id:i* permitted_workspace_ids:a", list: "result.items", one: "result",
	check: checkManager, settle: permitAll, view: managerView,
}

// permitted is the key of the workspaces that a manager has access to.
const permitted = "permitted_workspace_ids"

// checkManager refuses a collaborator or a role that the partner's workspace lacks,
// if it has any, and workspaces that nobody has.
func checkManager(c *call, _ Record) *response {
	if id := c.id("team_collaborator_id"); id != 0 && len(c.ws.Members) > 0 && memberOf(c.ws, id) == nil {
		return refused(invalid("team_collaborator_id", "is invalid"))
	}
	role, given := c.value("role_id")
	if given && len(c.ws.Records[legacyRoles.name]) > 0 && recordOf(c.ws, legacyRoles.name, role) == nil {
		return refused(invalid("role_id", "is invalid"))
	}
	if slices.ContainsFunc(c.words(permitted), func(id string) bool { return c.customer(id) == nil }) {
		return refused(invalid(permitted, "is invalid"))
	}
	return nil
}

// permitAll gives access to all workspaces where a create or an update names none.
func permitAll(c *call, manager Record) {
	if _, given := c.value(permitted); !given {
		manager[permitted] = []any{}
	}
}

func managerView(c *call, manager Record) object {
	id := manager["team_collaborator_id"]
	user := object{"id": id, "name": "Collaborator " + idText(id), "email": nil, "avatar_url": ""}
	if m := memberOf(c.ws, id); m != nil {
		user["name"], user["email"] = m.Name, orNull(m.Email)
	}
	role := object{"id": manager["role_id"], "name": "Role " + idText(manager["role_id"]), "system": false}
	roles := c.ws.Records[legacyRoles.name]
	if len(roles) == 0 {
		roles = defaultRoles()
	}
	for _, r := range roles {
		if idText(r["id"]) == idText(role["id"]) {
			role["name"] = r["name"]
		}
	}
	workspaces := []object{}
	ids, _ := manager[permitted].([]any)
	for _, id := range ids {
		workspace := object{"id": id, "name": nil} // of a customer who is gone: an empty list would be all
		if ws := c.customer(idText(id)); ws != nil {
			workspace["name"] = ws.Name
		}
		workspaces = append(workspaces, workspace)
	}
	return object{"id": manager["id"], "user": user, "privilege_group": role, "moderated_workspaces": workspaces}
}
