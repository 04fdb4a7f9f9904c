package apitest

import "github.com/go-workato/workato"

func updateGrant(p *workato.ProjectGrantUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.ProjectGrants.Update(c.ctx, c.customer, c.name("pg-Xy1"), p, c.opts...))
	}
}

func upsertGrants(grants ...workato.ProjectGrantAssignment) Call {
	return upsertGrantsOf(&workato.ProjectGrantUpsertByProjectParams{ProjectGrants: grants})
}

func upsertGrantsOf(p *workato.ProjectGrantUpsertByProjectParams) Call {
	return func(c *Caller) error {
		return c.keep(c.ProjectGrants.UpsertByProject(c.ctx, c.customer, c.id(649), p, c.opts...))
	}
}

var (
	grantToUser  = workato.ProjectGrantAssignment{AssignmentType: workato.ProjectGrantToUser, AssignmentID: "88", ProjectRoleID: "pr-Q7"}
	grantToGroup = workato.ProjectGrantAssignment{AssignmentType: workato.ProjectGrantToUserGroup, AssignmentID: "am-Xy1", ProjectRoleID: "pr-Q8"}
)

var _ = register(
	Entry{
		Operation: "project_grants.get", Want: "GET /api/v2/managed_users/{customer}/project_grants/pg-Xy1",
		Call: func(c *Caller) error {
			return c.keep(c.ProjectGrants.Get(c.ctx, c.customer, c.name("pg-Xy1"), c.opts...))
		},
		Good: Good{"project_grants/grant.json", textID},
	},
	Entry{
		Operation: "project_grants.update", Call: updateGrant(&workato.ProjectGrantUpdateParams{ProjectRoleID: "pr-Q8"}),
		Want: "PUT /api/v2/managed_users/{customer}/project_grants/pg-Xy1", JSON: `{"project_role_id": "pr-Q8"}`,
		Good:    Good{"project_grants/grant.json", textID},
		Refuses: Bad{"params": {updateGrant(nil)}, "ProjectRoleID": {updateGrant(&workato.ProjectGrantUpdateParams{})}},
	},
	Entry{
		Operation: "project_grants.delete", Want: "DELETE /api/v2/managed_users/{customer}/project_grants/pg-Xy1",
		Call: func(c *Caller) error { return c.ProjectGrants.Delete(c.ctx, c.customer, c.name("pg-Xy1"), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
	Entry{
		Operation: "project_grants.list_by_project", Want: "GET /api/v2/managed_users/{customer}/projects/649/project_grants",
		Call: func(c *Caller) error {
			return c.keep(c.ProjectGrants.ListByProject(c.ctx, c.customer, c.id(649), c.opts...))
		},
		More: []Case{{Name: "All", Call: func(c *Caller) error {
			return first(c.ProjectGrants.AllByProject(c.ctx, c.customer, c.id(649), c.opts...))
		}}},
		Good: Good{"members/project_grants.json", "members/projects_privileges_null.json", `{"data": []}`},
	},
	Entry{
		Operation: "project_grants.upsert_by_project", Call: upsertGrants(grantToUser, grantToGroup),
		Want: "PUT /api/v2/managed_users/{customer}/projects/649/project_grants",
		JSON: `{"project_grants": [
			{"assignment_type": "User", "assignment_id": "88", "project_role_id": "pr-Q7"},
			{"assignment_type": "UserGroup", "assignment_id": "am-Xy1", "project_role_id": "pr-Q8"}
		]}`,
		Good: Good{"members/project_grants.json", "members/projects_privileges_null.json", `{"data": []}`},
		Refuses: Bad{
			"params":                          {upsertGrantsOf(nil)},
			"ProjectGrants":                   {upsertGrants(), upsertGrants(make([]workato.ProjectGrantAssignment, 101)...)},
			"ProjectGrants[1].AssignmentType": {upsertGrants(grantToUser, workato.ProjectGrantAssignment{AssignmentID: "88", ProjectRoleID: "pr-Q7"})},
			"ProjectGrants[0].AssignmentID":   {upsertGrants(workato.ProjectGrantAssignment{AssignmentType: "User", ProjectRoleID: "pr-Q7"})},
			"ProjectGrants[0].ProjectRoleID":  {upsertGrants(workato.ProjectGrantAssignment{AssignmentType: "User", AssignmentID: "88"})},
		},
	},
)
