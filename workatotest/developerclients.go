package workatotest

import "slices"

var developerClients = shelf{
	name: "developer_api_clients", path: "/api/v2/managed_users/{customer}/developer_api_clients", arg: "id",
	verbs: "list get create update delete", paging: byNumber,
	body: "name* api_privilege_group_id:i* all_folders:b* folder_ids:a environment_name environment ip_allow_list:a description",
	list: "result.items", one: "result", secret: "token",
	defaults: Record{"folder_ids": []any{}, "environment_name": nil, "environment_id": nil, "ip_allow_list": nil},
}

var developerRoles = shelf{
	name: "developer_api_client_roles", path: "/api/v2/managed_users/{customer}/developer_api_client_roles", arg: "id", list: "result",
	paging: byNumber,
}

// developerClientRoutes are the clients of the Developer API of a customer and
// their roles.
func developerClientRoutes() []route {
	special := []route{
		{method: "POST", path: developerClients.path + "/{id}/regenerate", op: "developer_api_clients.regenerate_token", handle: developerClients.on(developerClients.reveal)},
		{method: "GET", path: developerRoles.path, op: "developer_api_clients.list_roles", query: developerRoles.listQuery(), handle: developerRoles.handleList},
		{method: "POST", path: developerRoles.path + "/{id}/copy", op: "developer_api_clients.copy_role", handle: developerRoles.on(copyOf(developerRoles))},
	}
	return slices.Concat(developerClients.routes(), special)
}
