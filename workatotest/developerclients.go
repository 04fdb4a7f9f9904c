package workatotest

import (
	"maps"
	"slices"
	"strings"
)

var developerClients = shelf{
	name: "developer_api_clients", path: "/api/v2/managed_users/{customer}/developer_api_clients", arg: "id",
	verbs: "list get create update delete", paging: byNumber,
	body: "name* api_privilege_group_id:i* all_folders:b* folder_ids:a environment_name environment ip_allow_list:a description",
	list: "result.items", one: "result", secret: "token",
	defaults: Record{"folder_ids": []any{}, "environment_name": nil, "environment_id": nil, "ip_allow_list": nil},
	check:    checkDeveloperClient, view: developerClientView,
	secrets: func(c *call, _ Record, secret string) object {
		return object{"token": object{"value": secret, "updated_at": stampZ(c.now())}}
	},
}

var developerRoles = shelf{
	name: "developer_api_client_roles", path: "/api/v2/managed_users/{customer}/developer_api_client_roles", arg: "id", list: "result.items",
	paging: byNumber,
}

// developerClientRoutes are the clients of the Developer API of a customer and
// their roles.
func developerClientRoutes() []route {
	special := []route{
		{method: "POST", path: developerClients.path + "/{id}/regenerate", op: "developer_api_clients.regenerate_token", handle: developerClients.on(developerClients.renew)},
		{method: "GET", path: developerRoles.path, op: "developer_api_clients.list_roles", query: developerRoles.listQuery(), handle: developerRoles.handleList},
		{method: "POST", path: developerRoles.path + "/{id}/copy", op: "developer_api_clients.copy_role", handle: developerRoles.on(copyOf(developerRoles))},
	}
	return slices.Concat(developerClients.routes(), special)
}

// checkDeveloperClient refuses a client that reaches no folder, and a role that the
// workspace lacks. One without any role takes every id: most seeds have none.
func checkDeveloperClient(c *call, record Record) *response {
	if all, given := c.value("all_folders"); given || record == nil {
		if everything, _ := toBool(all); !everything && len(c.words("folder_ids")) == 0 {
			return refused(invalid("folder_ids", "can't be blank"))
		}
	}
	role, given := c.value("api_privilege_group_id")
	if given && len(c.ws.Records[developerRoles.name]) > 0 && recordOf(c.ws, developerRoles.name, role) == nil {
		return refused(invalid("api_privilege_group_id", "is invalid"))
	}
	return nil
}

// developerClientView has the addresses in one text, and says when the token was
// made.
func developerClientView(_ *call, client Record) object {
	view := maps.Clone(client)
	if addresses, isList := client["ip_allow_list"].([]any); isList {
		texts := make([]string, len(addresses))
		for i, address := range addresses {
			texts[i] = toText(address)
		}
		view["ip_allow_list"] = strings.Join(texts, ",")
	}
	since := client[renewed]
	if since == nil {
		since = client["created_at"]
	}
	view["token"] = object{"updated_at": since}
	delete(view, renewed)
	return view
}
