package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listProjectRoles(p *workato.ProjectRoleListParams) Call {
	return func(c *Caller) error { return c.keep(c.ProjectRoles.List(c.ctx, c.customer, p, c.opts...)) }
}

func createProjectRole(p *workato.ProjectRoleCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.ProjectRoles.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateProjectRole(p *workato.ProjectRoleUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.ProjectRoles.Update(c.ctx, c.customer, c.name("pr-Q7"), p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "project_roles.list", Call: listProjectRoles(nil),
		Want: "GET /api/managed_users/{customer}/project_roles?page%5Bnumber%5D=1&page%5Bsize%5D=100",
		More: []Case{{
			Name: "a page", Call: listProjectRoles(&workato.ProjectRoleListParams{Name: "Builder", Page: 3, PerPage: 50}),
			Want: "GET /api/managed_users/{customer}/project_roles?name=Builder&page%5Bnumber%5D=3&page%5Bsize%5D=50",
		}},
		Good: Good{"project_roles/list.json", `{"data": [], "total": 0, "page": {}}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listProjectRoles(&workato.ProjectRoleListParams{Page: -1})},
			"PerPage": {listProjectRoles(&workato.ProjectRoleListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.ProjectRoles.All(c.ctx, c.customer, &workato.ProjectRoleListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "project_roles.get", Want: "GET /api/managed_users/{customer}/project_roles/pr-Q7",
		Call: func(c *Caller) error {
			return c.keep(c.ProjectRoles.Get(c.ctx, c.customer, c.name("pr-Q7"), c.opts...))
		},
		Good: Good{"project_roles/role.json", textID},
	},
	Entry{
		Operation: "project_roles.create", Call: createProjectRole(&workato.ProjectRoleCreateParams{Name: "Builder"}),
		Want: "POST /api/managed_users/{customer}/project_roles", JSON: `{"project_role": {"name": "Builder"}}`,
		More: []Case{{
			Name: "everything", Call: createProjectRole(&workato.ProjectRoleCreateParams{
				Name: "Builder", Config: map[string]any{"team": map[string]any{"privileges": "all"}}, Inheritable: true,
			}),
			JSON: `{"project_role": {"name": "Builder", "config": {"team": {"privileges": "all"}}, "inheritable": true}}`,
		}},
		Good:    Good{"project_roles/role.json", textID},
		Refuses: Bad{"params": {createProjectRole(nil)}, "Name": {createProjectRole(&workato.ProjectRoleCreateParams{})}},
	},
	Entry{
		Operation: "project_roles.update",
		Call: updateProjectRole(&workato.ProjectRoleUpdateParams{
			Name: workato.Set("Maker"), Config: workato.Set(map[string]any{"recipes": "all"}), Inheritable: workato.Set(true),
		}),
		Want: "PUT /api/managed_users/{customer}/project_roles/pr-Q7", JSON: `{"project_role": {"name": "Maker", "config": {"recipes": "all"}, "inheritable": true}}`,
		Refuses: Bad{
			"params": {updateProjectRole(nil)},
			"Name":   {updateProjectRole(&workato.ProjectRoleUpdateParams{Config: workato.Set(map[string]any{})})},
			"Config": {updateProjectRole(&workato.ProjectRoleUpdateParams{Name: workato.Set("Maker")})},
		},
		Good: Good{"project_roles/role.json", textID},
	},
	Entry{
		Operation: "project_roles.delete", Want: "DELETE /api/managed_users/{customer}/project_roles/pr-Q7",
		Call: func(c *Caller) error { return c.ProjectRoles.Delete(c.ctx, c.customer, c.name("pr-Q7"), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {"id": 4}}`},
	},
)
