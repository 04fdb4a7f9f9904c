package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listEnvironmentRoles(p *workato.EnvironmentRoleListParams) Call {
	return func(c *Caller) error { return c.keep(c.EnvironmentRoles.List(c.ctx, c.customer, p, c.opts...)) }
}

func createEnvironmentRole(p *workato.EnvironmentRoleCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.EnvironmentRoles.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateEnvironmentRole(p *workato.EnvironmentRoleUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.EnvironmentRoles.Update(c.ctx, c.customer, c.id(4), p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "environment_roles.list", Call: listEnvironmentRoles(nil),
		Want: "GET /api/v2/managed_users/{customer}/environment_roles?page%5Bnumber%5D=1&page%5Bsize%5D=100",
		More: []Case{{
			Name: "a page", Call: listEnvironmentRoles(&workato.EnvironmentRoleListParams{Name: "Builder", Page: 3, PerPage: 50}),
			Want: "GET /api/v2/managed_users/{customer}/environment_roles?name=Builder&page%5Bnumber%5D=3&page%5Bsize%5D=50",
		}},
		Good: Good{"environment_roles/list.json", `{"data": [], "total": 0, "page": {}}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listEnvironmentRoles(&workato.EnvironmentRoleListParams{Page: -1})},
			"PerPage": {listEnvironmentRoles(&workato.EnvironmentRoleListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.EnvironmentRoles.All(c.ctx, c.customer, &workato.EnvironmentRoleListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "environment_roles.get", Want: "GET /api/v2/managed_users/{customer}/environment_roles/4",
		Call: func(c *Caller) error { return c.keep(c.EnvironmentRoles.Get(c.ctx, c.customer, c.id(4), c.opts...)) },
		Good: Good{"environment_roles/role.json"},
	},
	Entry{
		Operation: "environment_roles.create", Call: createEnvironmentRole(&workato.EnvironmentRoleCreateParams{Name: "Builder"}),
		Want: "POST /api/v2/managed_users/{customer}/environment_roles", JSON: `{"environment_role": {"name": "Builder"}}`,
		More: []Case{{
			Name: "everything", Call: createEnvironmentRole(&workato.EnvironmentRoleCreateParams{
				Name: "Builder", Config: map[string]any{"team": map[string]any{"privileges": "all"}}, Inheritable: true,
			}),
			JSON: `{"environment_role": {"name": "Builder", "config": {"team": {"privileges": "all"}}, "inheritable": true}}`,
		}},
		Good:    Good{"environment_roles/role.json"},
		Refuses: Bad{"params": {createEnvironmentRole(nil)}, "Name": {createEnvironmentRole(&workato.EnvironmentRoleCreateParams{})}},
	},
	Entry{
		Operation: "environment_roles.update",
		Call:      updateEnvironmentRole(&workato.EnvironmentRoleUpdateParams{Name: workato.Set("Maker")}),
		Want:      "PUT /api/v2/managed_users/{customer}/environment_roles/4", JSON: `{"environment_role": {"name": "Maker"}}`,
		More: []Case{{
			Name: "everything", Call: updateEnvironmentRole(&workato.EnvironmentRoleUpdateParams{
				Name: workato.Set("Maker"), Config: workato.Set(map[string]any{}), Inheritable: workato.Set(false),
			}),
			JSON: `{"environment_role": {"name": "Maker", "config": {}, "inheritable": false}}`,
		}},
		Refuses: Bad{
			"params":      {updateEnvironmentRole(nil)},
			"Name":        {updateEnvironmentRole(&workato.EnvironmentRoleUpdateParams{Name: workato.Set("")})},
			"Config":      {updateEnvironmentRole(&workato.EnvironmentRoleUpdateParams{Config: workato.Null[map[string]any]()})},
			"Inheritable": {updateEnvironmentRole(&workato.EnvironmentRoleUpdateParams{Inheritable: workato.Null[bool]()})},
		},
		Good: Good{"environment_roles/role.json"},
	},
	Entry{
		Operation: "environment_roles.delete", Want: "DELETE /api/v2/managed_users/{customer}/environment_roles/4",
		Call: func(c *Caller) error { return c.EnvironmentRoles.Delete(c.ctx, c.customer, c.id(4), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {"id": 4}}`},
	},
)
