package workatotest

import (
	"cmp"
	"slices"
)

// Names of the families that a grant ties together: their views look into each
// other.
const (
	grantFamily           = "project_grants"
	groupFamily           = "user_groups"
	projectRoleFamily     = "project_roles"
	environmentRoleFamily = "environment_roles"
)

var projectGrants = shelf{
	name: grantFamily, path: "/api/v2/managed_users/{customer}/project_grants", arg: "id", verbs: "get delete",
	body: "project_role_id*", one: "data", id: prefixed("pg"), view: grantView,
}

// To whom a grant gives a role.
const toUser, toGroup = "User", "UserGroup"

func grantRoutes() []route {
	const path = "/api/v2/managed_users/{customer}/projects/{project_id}/project_grants"
	special := []route{
		{method: "PUT", path: projectGrants.path + "/{id}", op: "project_grants.update", body: projectGrants.body, handle: projectGrants.on(updateGrant)},
		{method: "GET", path: path, op: "project_grants.list_by_project", query: "page:v", handle: on((*call).projectInPath, listGrants)},
		{method: "PUT", path: path, op: "project_grants.upsert_by_project", body: "project_grants:v*", handle: on((*call).projectInPath, upsertGrants)},
	}
	return slices.Concat(projectGrants.routes(), special)
}

// grantView shows a grant with the names of what it ties together.
func grantView(c *call, grant Record) object {
	view := object{"id": grant["id"], "user": nil, "user_group": nil}
	id, _ := toInt(idText(grant["project_id"]))
	if f := c.project(id); f != nil {
		view["project"] = object{"id": id, "name": f.Name, "environment": object{"id": c.ws.ID, "type": cmp.Or(c.ws.Environment, "dev")}}
	}
	if role := recordOf(c.ws, projectRoleFamily, grant["project_role_id"]); role != nil {
		view["project_role"] = object{"id": role["id"], "name": role["name"]}
	}
	if group := recordOf(c.ws, groupFamily, grant["assignment_id"]); group != nil {
		view["user_group"] = object{"id": group["id"], "name": group["name"]}
	} else if m := memberOf(c.ws, grant["assignment_id"]); m != nil {
		view["user"] = object{"id": m.ID, "name": m.Name, "email": orNull(m.Email)}
	}
	return view
}

// recordOf finds the record of a family with an id, nil if there is none.
func recordOf(ws *Customer, family string, id any) Record {
	i := slices.IndexFunc(ws.Records[family], func(r Record) bool { return idText(r["id"]) == idText(id) })
	if i < 0 {
		return nil
	}
	return ws.Records[family][i]
}

func memberOf(ws *Customer, id any) *Member {
	n, _ := toInt(idText(id))
	return find(ws.Members, func(m *Member) int64 { return m.ID }, n)
}

// grantsOf lists the grants that fit.
func grantsOf(c *call, fits func(Record) bool) response {
	views := []Record{}
	for _, grant := range c.ws.Records[grantFamily] {
		if fits(grant) {
			views = append(views, grantView(c, grant))
		}
	}
	return ok(object{"data": views, "total": len(views)})
}

func listGrants(c *call, f *Folder) response {
	return grantsOf(c, func(grant Record) bool { return idText(grant["project_id"]) == idText(f.ProjectID) })
}

// dropStaleGrants drops those of projects, members and groups that are gone.
func dropStaleGrants(ws *Customer) {
	grants := ws.Records[grantFamily]
	if len(grants) == 0 {
		return
	}
	ws.Records[grantFamily] = slices.DeleteFunc(grants, func(grant Record) bool {
		project := slices.ContainsFunc(ws.Folders, func(f *Folder) bool { return f.ProjectID != 0 && idText(f.ProjectID) == idText(grant["project_id"]) })
		return !project || !isAssignable(ws, grant)
	})
}

// isAssignable reports whether a grant is for somebody who is there.
func isAssignable(ws *Customer, grant Record) bool {
	if grant["assignment_type"] == toGroup {
		return recordOf(ws, groupFamily, grant["assignment_id"]) != nil
	}
	return grant["assignment_type"] == toUser && memberOf(ws, grant["assignment_id"]) != nil
}

func updateGrant(c *call, grant Record) response {
	if recordOf(c.ws, projectRoleFamily, c.text("project_role_id")) == nil {
		return invalid("project_role_id", "is invalid")
	}
	return projectGrants.update(c, grant)
}

// upsertGrants grants roles in a project; an existing role is replaced.
func upsertGrants(c *call, f *Folder) response {
	value, _ := c.value("project_grants")
	items, isArray := value.([]any)
	if !isArray {
		items = []any{value}
	}
	const most = 100
	if len(items) > most {
		return invalid("project_grants", "is too long (maximum is 100)")
	}
	var grants []Record
	for _, item := range items {
		wish, _ := item.(object)
		grant := Record{
			"project_id": f.ProjectID, "project_role_id": toText(wish["project_role_id"]),
			"assignment_type": wish["assignment_type"], "assignment_id": toText(wish["assignment_id"]),
		}
		if !isAssignable(c.ws, grant) {
			return invalid("assignment_id", "is invalid")
		}
		if recordOf(c.ws, projectRoleFamily, grant["project_role_id"]) == nil {
			return invalid("project_role_id", "is invalid")
		}
		grants = append(grants, grant)
	}
	views := []Record{}
	for _, grant := range grants {
		views = append(views, grantView(c, c.grant(grant)))
	}
	return ok(object{"data": views})
}

// grant adds a grant, or changes the one that there is.
func (c *call) grant(grant Record) Record {
	for _, old := range c.ws.Records[grantFamily] {
		if idText(old["project_id"]) == idText(grant["project_id"]) && old["assignment_type"] == grant["assignment_type"] &&
			old["assignment_id"] == grant["assignment_id"] {
			old["project_role_id"] = grant["project_role_id"]
			return old
		}
	}
	grant["id"] = projectGrants.id(c.nextID("record"))
	c.ws.Records[grantFamily] = append(c.ws.Records[grantFamily], grant)
	return grant
}

// memberGrants are those to a member; what comes through groups is not among them.
func (c *call) memberGrants(m *Member) response {
	return grantsOf(c, func(grant Record) bool {
		return grant["assignment_type"] == toUser && grant["assignment_id"] == idText(m.ID)
	})
}
