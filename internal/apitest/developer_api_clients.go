package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listDeveloperAPIClients(p *workato.DeveloperAPIClientListParams) Call {
	return func(c *Caller) error { return c.keep(c.DeveloperAPIClients.List(c.ctx, c.customer, p, c.opts...)) }
}

func createDeveloperAPIClient(p *workato.DeveloperAPIClientCreateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.DeveloperAPIClients.Create(c.ctx, c.customer, p, c.opts...))
	}
}

func updateDeveloperAPIClient(p *workato.DeveloperAPIClientUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.DeveloperAPIClients.Update(c.ctx, c.customer, c.id(50112), p, c.opts...))
	}
}

func listDeveloperAPIClientRoles(p *workato.DeveloperAPIClientRoleListParams) Call {
	return func(c *Caller) error {
		return c.keep(c.DeveloperAPIClients.ListRoles(c.ctx, c.customer, p, c.opts...))
	}
}

const (
	developerAPIClients = "/api/v2/managed_users/{customer}/developer_api_clients"
	developerAPIRoles   = "/api/v2/managed_users/{customer}/developer_api_client_roles"
)

var _ = register(
	Entry{
		Operation: "developer_api_clients.list", Call: listDeveloperAPIClients(nil), Want: "GET " + developerAPIClients + "?page=1&per_page=100",
		Good: Good{"developer_api_clients/list.json", `{"result": {"items": []}}`, `{"result": []}`},
		Refuses: Bad{
			"Page":    {listDeveloperAPIClients(&workato.DeveloperAPIClientListParams{Page: -1})},
			"PerPage": {listDeveloperAPIClients(&workato.DeveloperAPIClientListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.DeveloperAPIClientListParams{Page: page, PerPage: perPage}
			return numbers(c.DeveloperAPIClients.All(c.ctx, c.customer, p, c.opts...))
		},
	},
	Entry{
		Operation: "developer_api_clients.create", Want: "POST " + developerAPIClients,
		Call: createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{Name: "ci", APIPrivilegeGroupID: 3301, AllFolders: true}),
		JSON: `{"name": "ci", "api_privilege_group_id": 3301, "all_folders": true}`,
		More: []Case{{
			Name: "everything",
			Call: createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{
				Name: "ci", APIPrivilegeGroupID: 3301, FolderIDs: []int64{810, 811}, EnvironmentName: "Development",
				IPAllowList: []string{"198.51.100.7"}, Description: "Build server",
			}),
			JSON: `{"name": "ci", "api_privilege_group_id": 3301, "all_folders": false, "folder_ids": [810, 811], "environment_name": "Development",
				"ip_allow_list": ["198.51.100.7"], "description": "Build server"}`,
		}},
		Good: Good{"developer_api_clients/created.json", `{"result": {"id": 1, "token": "test-token"}}`, `{"id": 1}`},
		Refuses: Bad{
			"params":              {createDeveloperAPIClient(nil)},
			"Name":                {createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{APIPrivilegeGroupID: 1, AllFolders: true})},
			"APIPrivilegeGroupID": {createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{Name: "ci", AllFolders: true})},
			"FolderIDs": {
				createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{Name: "ci", APIPrivilegeGroupID: 1}),
				createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{Name: "ci", APIPrivilegeGroupID: 1, AllFolders: true, FolderIDs: []int64{1}}),
				createDeveloperAPIClient(&workato.DeveloperAPIClientCreateParams{Name: "ci", APIPrivilegeGroupID: 1, FolderIDs: []int64{1, 0}}),
			},
		},
	},
	Entry{
		Operation: "developer_api_clients.get", Want: "GET " + developerAPIClients + "/50112",
		Call: func(c *Caller) error {
			return c.keep(c.DeveloperAPIClients.Get(c.ctx, c.customer, c.id(50112), c.opts...))
		},
		Good: Good{"developer_api_clients/client.json"},
	},
	Entry{
		Operation: "developer_api_clients.update", Call: updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{Name: workato.Set("build")}),
		Want: "PUT " + developerAPIClients + "/50112", JSON: `{"name": "build"}`,
		More: []Case{{
			Name: "confined to folders",
			Call: updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{
				APIPrivilegeGroupID: workato.Set[int64](3302), AllFolders: workato.Set(false), FolderIDs: workato.Set([]int64{810}),
				EnvironmentName: workato.Set("Test"), IPAllowList: workato.Set([]string{}), Description: workato.Null[string](),
			}),
			JSON: `{"api_privilege_group_id": 3302, "all_folders": false, "folder_ids": [810], "environment_name": "Test", "ip_allow_list": [], "description": null}`,
		}, {
			Name: "other folders", JSON: `{"folder_ids": [811]}`,
			Call: updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{FolderIDs: workato.Set([]int64{811})}),
		}, {
			Name: "all folders", JSON: `{"all_folders": true}`,
			Call: updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{AllFolders: workato.Set(true)}),
		}},
		Good: Good{"developer_api_clients/client.json"},
		Refuses: Bad{
			"params":              {updateDeveloperAPIClient(nil)},
			"Name":                {updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{Name: workato.Set(" ")})},
			"APIPrivilegeGroupID": {updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{APIPrivilegeGroupID: workato.Null[int64]()})},
			"AllFolders":          {updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{AllFolders: workato.Null[bool]()})},
			"FolderIDs": {
				updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{FolderIDs: workato.Set([]int64{})}),
				updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{FolderIDs: workato.Set([]int64{-1})}),
				updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{AllFolders: workato.Set(false)}),
				updateDeveloperAPIClient(&workato.DeveloperAPIClientUpdateParams{AllFolders: workato.Set(true), FolderIDs: workato.Set([]int64{1})}),
			},
		},
	},
	Entry{
		Operation: "developer_api_clients.delete", Want: "DELETE " + developerAPIClients + "/50112",
		Call: func(c *Caller) error {
			return c.DeveloperAPIClients.Delete(c.ctx, c.customer, c.id(50112), c.opts...)
		},
		Good: Good{`{"result": "success"}`, "folders/deleted.json"},
	},
	Entry{
		Operation: "developer_api_clients.regenerate_token", Want: "POST " + developerAPIClients + "/50112/regenerate",
		Call: func(c *Caller) error {
			return c.keep(c.DeveloperAPIClients.RegenerateToken(c.ctx, c.customer, c.id(50112), c.opts...))
		},
		Good: Good{
			"developer_api_clients/created.json", `{"result": {"token": {"value": "test-token"}}}`, `{"result": {"token": "test-token"}}`, `{"token": "test-token"}`,
		},
	},
	Entry{
		Operation: "developer_api_clients.list_roles", Call: listDeveloperAPIClientRoles(nil), Want: "GET " + developerAPIRoles + "?page=1&per_page=100",
		Good: Good{"developer_api_clients/roles.json", `{"result": []}`},
		Refuses: Bad{
			"Page":    {listDeveloperAPIClientRoles(&workato.DeveloperAPIClientRoleListParams{Page: -1})},
			"PerPage": {listDeveloperAPIClientRoles(&workato.DeveloperAPIClientRoleListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.DeveloperAPIClientRoleListParams{Page: page, PerPage: perPage}
			return numbers(c.DeveloperAPIClients.AllRoles(c.ctx, c.customer, p, c.opts...))
		},
	},
	Entry{
		Operation: "developer_api_clients.copy_role", Want: "POST " + developerAPIRoles + "/3301/copy",
		Call: func(c *Caller) error {
			return c.keep(c.DeveloperAPIClients.CopyRole(c.ctx, c.customer, c.id(3301), c.opts...))
		},
		Good: Good{"developer_api_clients/role.json"},
	},
)
