package workatotest

import (
	"fmt"
	"maps"
	"slices"
)

var mcpServers = shelf{
	name: "mcp_servers", path: "/api/managed_users/{customer}/mcp_servers", arg: "handle", verbs: "list get update delete",
	query: "project_id:i folder_id:i authentication_method", paging: byNumber, largest: 50, about: "count page per_page",
	body: "name* description auth_type", createBody: " folder_id:i* asset_id:i", list: "data", one: "data", id: prefixed("mcps"),
	defaults: Record{"description": nil, "auth_type": "hashed_token", "asset_type": "project_assets", "logo_url": nil, "has_vua_dependent_tools": false},
	check:    naming(map[string]string{"folder_id": "", mcpAsset: apiCollections.name}), settle: settleMCPServer, view: mcpServerView,
}

// Keys of a server that clients see elsewhere.
const (
	mcpTools  = "tools"
	mcpPolicy = "policy"
	mcpGroups = "idp_user_group_ids"
	mcpAsset  = "asset_id"
)

// mcpServerRoutes are MCP servers with their tools, policies and user groups.
func mcpServerRoutes() []route {
	one := mcpServers.path + "/{handle}"
	groups := mcpGroups + ":a*"
	special := []route{
		{method: "POST", path: mcpServers.path, op: "mcp_servers.create", body: mcpServers.body + mcpServers.createBody, handle: createMCPServer},
		{method: "POST", path: one + "/token_renew", op: "mcp_servers.renew_token", handle: mcpServers.on(renewMCPToken)},
		{method: "PUT", path: one + "/update_folder", op: "mcp_servers.update_folder", body: "folder_id:i*", handle: mcpServers.on(moveMCPServer)},
		{method: "POST", path: one + "/assign_tools", op: "mcp_servers.assign_tools", body: "tools:a*", handle: mcpServers.on(assignMCPTools)},
		{method: "GET", path: one + "/tools", op: "mcp_servers.list_tools", query: "page:i per_page:i", handle: mcpServers.on(listMCPTools)},
		{method: "PUT", path: one + "/tools/{tool_id}", op: "mcp_servers.update_tool", body: "description", handle: mcpServers.on(updateMCPTool)},
		{method: "DELETE", path: one + "/tools/{tool_id}", op: "mcp_servers.delete_tool", handle: mcpServers.on(deleteMCPTool)},
		{method: "GET", path: one + "/server_policies", op: "mcp_servers.get_policies", handle: mcpServers.on(showMCPPolicy)},
		{
			method: "PUT", path: one + "/server_policies", op: "mcp_servers.update_policies", wrap: "mcp_server_policy",
			body: "rate_limits:o quota_limits:o ip_allow_list:a ip_deny_list:a", handle: mcpServers.on(updateMCPPolicy),
		},
		{method: "POST", path: one + "/assign_user_groups", op: "mcp_servers.assign_user_groups", body: groups, handle: mcpServers.on(func(c *call, server Record) response {
			server[mcpGroups] = retag(texts(server[mcpGroups]), c.words(mcpGroups), nil)
			return success()
		})},
		{method: "POST", path: one + "/remove_user_groups", op: "mcp_servers.remove_user_groups", body: groups, handle: mcpServers.on(func(c *call, server Record) response {
			server[mcpGroups] = retag(texts(server[mcpGroups]), nil, c.words(mcpGroups))
			return success()
		})},
	}
	return slices.Concat(mcpServers.routes(), special)
}

// texts reads a list of texts in a record, which has another type after a state
// was loaded.
func texts(list any) []string {
	if words, isText := list.([]string); isText {
		return words
	}
	items, _ := list.([]any)
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = toText(item)
	}
	return words
}

// settleMCPServer stores derived keys, by which lists are filtered.
func settleMCPServer(c *call, server Record) {
	folderID, _ := toInt(idText(server["folder_id"]))
	server["project_id"] = orNull(projectOf(c.ws, folderID))
	server["authentication_method"] = server["auth_type"]
	if server[mcpAsset] != nil {
		server["asset_type"] = "api_collection"
	}
}

func mcpServerView(c *call, server Record) object {
	view := maps.Clone(server)
	view["tools_count"] = len(toolsOf(c, server))
	view[mcpGroups] = orEmpty(texts(server[mcpGroups]))
	view["mcp_url"] = "https://mcp.example.com/" + idText(server["id"])
	view["api_collection"] = nil
	if collection := recordOf(c.ws, apiCollections.name, server[mcpAsset]); collection != nil {
		view["api_collection"] = object{
			"id": collection["id"], "type": "recipe", "name": collection["name"],
			"created_at": collection["created_at"], "updated_at": collection["updated_at"],
		}
	}
	folders := []object{}
	folderID, _ := toInt(idText(server["folder_id"]))
	for f := folder(c.ws, folderID); f != nil; f = folder(c.ws, f.ParentID) {
		folders = append(folders, object{"id": f.ID, "name": f.Name})
	}
	view["folders"] = folders
	delete(view, mcpTools)
	delete(view, mcpPolicy)
	delete(view, mcpAsset)
	return view
}

func createMCPServer(c *call) response {
	made := mcpServers.handleCreate(c)
	if made.status >= 400 {
		return made
	}
	servers := c.ws.Records[mcpServers.name]
	return withMCPToken(c, servers[len(servers)-1])
}

// withMCPToken shows a server with a new token, once. People who sign in need
// none.
func withMCPToken(c *call, server Record) response {
	shown := mcpServers.public(c, server)
	if server["auth_type"] != "workato_idp" {
		shown["mcp_url"] = fmt.Sprintf("%s?wkt_token=fake-secret-%d", shown["mcp_url"], c.nextID("secret"))
	}
	return mcpServers.envelope(shown)
}

func renewMCPToken(c *call, server Record) response {
	if server["auth_type"] == "workato_idp" {
		return badRequest("The server has no token")
	}
	mcpServers.touch(c, server)
	return withMCPToken(c, server)
}

func moveMCPServer(c *call, server Record) response {
	if refusal := mcpServers.check(c, server); refusal != nil {
		return *refusal
	}
	server["folder_id"] = c.id("folder_id")
	mcpServers.touch(c, server)
	return mcpServers.show(c, server)
}

// toolsOf are the tools of a server as clients see them: the endpoints of its
// collection, or the assigned recipes that still exist.
func toolsOf(c *call, server Record) []object {
	views := []object{}
	if server[mcpAsset] != nil {
		for _, endpoint := range c.ws.Records[apiEndpoints.name] {
			if idText(endpoint["api_collection_id"]) == idText(server[mcpAsset]) {
				views = append(views, toolView(endpoint["id"], toText(endpoint["name"]), endpoint["flow_id"], nil, endpoint["active"]))
			}
		}
		return views
	}
	tools, _ := server[mcpTools].([]any)
	for _, item := range tools {
		tool, _ := item.(object)
		id, _ := toInt(idText(tool["flow_id"]))
		if r := recipeByID(c.ws, id); r != nil {
			view := toolView(tool["id"], r.Name, r.ID, tool["description"], r.Running)
			trigger, actions := applicationsOf(r)
			view["trigger_application"], view["action_applications"], view["original_description"] = trigger, orEmpty(actions), orNull(r.Description)
			views = append(views, view)
		}
	}
	return views
}

func toolView(id any, name string, recipe, description, active any) object {
	return object{
		"id": id, "name": name, "description": description, "original_description": nil, "trigger_application": nil, "action_applications": []string{},
		"flow_id": recipe, "active": active == true, "enabled": true, "vua_required": false, "incompatibility_reasons": []string{},
	}
}

func listMCPTools(c *call, server Record) response {
	page, extra := paged(c, toolsOf(c, server), 1, 50, 50)
	extra["items"] = orEmpty(page)
	return ok(extra)
}

// assignMCPTools adds recipes, each once.
func assignMCPTools(c *call, server Record) response {
	if server[mcpAsset] != nil {
		return badRequest("The tools of the server are those of its API collection")
	}
	tools, _ := server[mcpTools].([]any)
	tools = slices.Clone(tools)
	wishes, _ := c.body["tools"].([]any)
	for _, item := range wishes {
		wish, _ := item.(object)
		id, _ := toInt(wish["id"])
		r := recipeByID(c.ws, id)
		if r == nil {
			return notFound()
		}
		if trigger, _ := applicationsOf(r); trigger != toText(wish["trigger_application"]) {
			return invalid("trigger_application", "is not that of recipe "+idKey(id))
		}
		if toolIndex(tools, "flow_id", idKey(id)) < 0 {
			tools = append(tools, object{"id": c.nextID("record"), "flow_id": id, "description": nil})
		}
	}
	server[mcpTools] = tools
	mcpServers.touch(c, server)
	return success()
}

// toolIndex finds a tool by one of its keys, -1 if there is none.
func toolIndex(tools []any, key, id string) int {
	return slices.IndexFunc(tools, func(item any) bool {
		tool, _ := item.(object)
		return idText(tool[key]) == id
	})
}

// changeMCPTool changes one tool of a server.
func changeMCPTool(c *call, server Record, change func(tools []any, at int) []any) *response {
	switch {
	case toolNamed(c, server) == nil:
		return refused(notFound())
	case server[mcpAsset] != nil:
		return refused(badRequest("Only tools backed by recipe functions or genies can be changed"))
	}
	tools, _ := server[mcpTools].([]any)
	server[mcpTools] = change(slices.Clone(tools), toolIndex(tools, "id", c.args["tool_id"]))
	mcpServers.touch(c, server)
	return nil
}

// toolNamed is the tool that the path names.
func toolNamed(c *call, server Record) object {
	for _, tool := range toolsOf(c, server) {
		if idText(tool["id"]) == c.args["tool_id"] {
			return tool
		}
	}
	return nil
}

func updateMCPTool(c *call, server Record) response {
	refusal := changeMCPTool(c, server, func(tools []any, at int) []any {
		tool, _ := tools[at].(object)
		tool = maps.Clone(tool)
		if description, given := c.value("description"); given {
			tool["description"] = description
		}
		tools[at] = tool
		return tools
	})
	if refusal != nil {
		return *refusal
	}
	return ok(toolNamed(c, server))
}

func deleteMCPTool(c *call, server Record) response {
	if refusal := changeMCPTool(c, server, func(tools []any, at int) []any { return slices.Delete(tools, at, at+1) }); refusal != nil {
		return *refusal
	}
	return success()
}

func showMCPPolicy(_ *call, server Record) response {
	shown := object{
		"id": nil, "mcp_server_id": nil, "rate_limits": nil, "quota_limits": nil, "ip_allow_list": nil, "ip_deny_list": nil, "created_at": nil, "updated_at": nil,
	}
	policy, _ := server[mcpPolicy].(object)
	maps.Copy(shown, policy)
	return ok(shown)
}

func updateMCPPolicy(c *call, server Record) response {
	policy := object{"id": c.nextID("record"), "mcp_server_id": server["id"], "created_at": stamp(c.now())}
	old, _ := server[mcpPolicy].(object)
	maps.Copy(policy, old)
	for _, field := range parseFields(c.route.body) {
		value, given := c.value(field.name)
		if limit, isLimit := value.(object); isLimit && (toText(limit["limit"]) == "" || toText(limit["interval"]) == "") {
			return invalid(field.name, "needs limit and interval")
		}
		if given {
			policy[field.name] = value
		}
	}
	policy["updated_at"] = stamp(c.now())
	server[mcpPolicy] = policy
	return showMCPPolicy(c, server)
}
