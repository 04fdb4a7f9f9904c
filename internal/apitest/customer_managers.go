package apitest

import "github.com/go-workato/workato"

func createCustomerManager(p *workato.CustomerManagerCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomerManagers.Create(c.ctx, p, c.opts...)) }
}

func updateCustomerManager(p *workato.CustomerManagerUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomerManagers.Update(c.ctx, c.id(15), p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "customer_managers.list", Want: "GET /api/customer_managers",
		Call: func(c *Caller) error { return c.keep(c.CustomerManagers.List(c.ctx, c.opts...)) },
		More: []Case{{Name: "All", Call: func(c *Caller) error { return first(c.CustomerManagers.All(c.ctx, c.opts...)) }}},
		Good: Good{"customer_managers/list.json", `{"result": {"items": []}}`},
	},
	Entry{
		Operation: "customer_managers.create", Want: "POST /api/customer_managers",
		Call: createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 2, PermittedWorkspaceIDs: []int64{512340}}),
		JSON: `{"team_collaborator_id": 90, "role_id": "2", "permitted_workspace_ids": [512340]}`,
		More: []Case{{
			Name: "of all workspaces", JSON: `{"team_collaborator_id": 90, "role_id": "2", "permitted_workspace_ids": []}`,
			Call: createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 2, AllWorkspaces: true}),
		}},
		Good: Good{"customer_managers/manager.json"},
		Refuses: Bad{
			"params":             {createCustomerManager(nil)},
			"TeamCollaboratorID": {createCustomerManager(&workato.CustomerManagerCreateParams{RoleID: 2, AllWorkspaces: true})},
			"RoleID":             {createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, AllWorkspaces: true})},
			"PermittedWorkspaceIDs": {
				createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 2}),
				createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 2, PermittedWorkspaceIDs: []int64{}}),
				createCustomerManager(&workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 2, PermittedWorkspaceIDs: []int64{0}}),
				createCustomerManager(&workato.CustomerManagerCreateParams{AllWorkspaces: true, PermittedWorkspaceIDs: []int64{512340}}),
			},
		},
	},
	Entry{
		Operation: "customer_managers.update", Want: "PUT /api/customer_managers/15",
		Call: updateCustomerManager(&workato.CustomerManagerUpdateParams{RoleID: 2, PermittedWorkspaceIDs: []int64{512340, 512341}}),
		JSON: `{"role_id": "2", "permitted_workspace_ids": [512340, 512341]}`,
		More: []Case{{
			Name: "all workspaces", JSON: `{"role_id": "2", "permitted_workspace_ids": []}`,
			Call: updateCustomerManager(&workato.CustomerManagerUpdateParams{RoleID: 2, AllWorkspaces: true}),
		}},
		Good: Good{"customer_managers/manager.json"},
		Refuses: Bad{
			"params": {updateCustomerManager(nil)},
			"RoleID": {updateCustomerManager(&workato.CustomerManagerUpdateParams{AllWorkspaces: true})},
			"PermittedWorkspaceIDs": {
				updateCustomerManager(&workato.CustomerManagerUpdateParams{RoleID: 2}),
				updateCustomerManager(&workato.CustomerManagerUpdateParams{RoleID: 2, AllWorkspaces: true, PermittedWorkspaceIDs: []int64{1}}),
			},
		},
	},
	Entry{
		Operation: "customer_managers.delete", Want: "DELETE /api/customer_managers/15",
		Call: func(c *Caller) error { return c.CustomerManagers.Delete(c.ctx, c.id(15), c.opts...) },
		Good: Good{"folders/deleted.json", `{"result": "success"}`},
	},
)
