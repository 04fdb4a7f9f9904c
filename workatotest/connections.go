package workatotest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	connectionQuery = "provider folder_id:i parent_id:i external_id include_runtime_connections:b includes:v"
	connectionBody  = " name parent_id:i folder_id:i external_id shell_connection:b input:o oauth_token_pair:o"
)

var connectionRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/connections", op: "connections.list", query: connectionQuery, handle: (*call).listConnections},
	{method: "POST", path: "/api/managed_users/{customer}/connections", op: "connections.create", body: "provider*" + connectionBody, handle: (*call).createConnection},
	{method: "PUT", path: "/api/managed_users/{customer}/connections/{connection_id}", op: "connections.update", body: "provider" + connectionBody, handle: on((*call).connectionInPath, (*call).updateConnection)},
	{method: "POST", path: "/api/managed_users/{customer}/connections/{connection_id}/disconnect", op: "connections.disconnect", query: "force:b", handle: on((*call).connectionInPath, (*call).disconnect)},
	{method: "DELETE", path: "/api/managed_users/{customer}/connections/{connection_id}", op: "connections.delete", handle: on((*call).connectionInPath, (*call).deleteConnection)},
	{method: "GET", path: "/api/managed_users/{customer}/connections/{connection_id}/input_schema", op: "connections.input_schema", handle: on((*call).connectionInPath, (*call).connectionSchema)},
	{method: "POST", path: "/api/managed_users/{customer}/connections/{connection_id}/pick_list", op: "picklists.get_values", body: "pick_list_name* pick_list_params:o", handle: on((*call).connectionInPath, (*call).picklist)},

	{method: "GET", path: "/api/connections", op: "own.connections.list", query: connectionQuery + " page:i per_page:i", envelope: "-", handle: (*call).listConnections},
	{method: "POST", path: "/api/connections", op: "own.connections.create", body: "provider*" + connectionBody, handle: (*call).createConnection},
	{method: "PUT", path: "/api/connections/{connection_id}", op: "own.connections.update", body: "provider" + connectionBody, handle: on((*call).connectionInPath, (*call).updateConnection)},
	{method: "POST", path: "/api/connections/{connection_id}/disconnect", op: "own.connections.disconnect", query: "force:b", handle: on((*call).connectionInPath, (*call).disconnect)},
	{method: "DELETE", path: "/api/connections/{connection_id}", op: "own.connections.delete", handle: on((*call).connectionInPath, (*call).deleteConnection)},
	{method: "POST", path: "/api/connections/{connection_id}/pick_list", op: "own.picklists.get_values", body: "pick_list_name* pick_list_params:o", handle: on((*call).connectionInPath, (*call).picklist)},
	{method: "POST", path: "/api/connections/{connection_id}/pick_lists", op: "own.picklists.get_values", body: "pick_list_name* pick_list_params:o", handle: on((*call).connectionInPath, (*call).picklist)},
	{
		method: "POST", path: "/api/connections/runtime_user_connections", op: "own.connections.create_runtime",
		body: "parent_id:i* folder_id:i* external_id* name callback_url redirect_url", handle: (*call).createRuntimeConnection,
	},
	{method: "GET", path: "/api/connections/runtime_user_connections/{connection_id}/get_oauth_url", op: "own.connections.oauth_url", handle: (*call).runtimeOAuthURL},
}

func (c *call) connectionView(conn *Connection) object {
	view := object{
		"id": conn.ID, "name": conn.Name, "provider": conn.Provider,
		"authorized_at": stampZ(conn.AuthorizedAt), "authorization_status": orNull(conn.AuthorizationStatus),
		"authorization_error": orNull(conn.AuthorizationError),
		"created_at":          stampZ(conn.CreatedAt), "updated_at": stampZ(conn.UpdatedAt),
		"external_id": orNull(conn.ExternalID), "folder_id": conn.FolderID, "identity": orNull(conn.Identity),
		"connection_lost_at": stampZ(conn.LostAt), "connection_lost_reason": orNull(conn.LostReason),
		"parent_id": orNull(conn.ParentID),
	}
	if c.route.own() {
		view["application"] = conn.Provider
		view["description"] = nil
		view["project_id"] = orNull(projectOf(c.ws, conn.FolderID))
	}
	// The vendor's OpenAPI file requires tags in the own workspace.
	if c.includes("tags") || c.route.own() {
		view["tags"] = orEmpty(conn.Tags)
	}
	return view
}

func (c *call) listConnections() response {
	c.tickImports()
	var views []object
	for _, conn := range c.ws.Connections {
		if conn.HiddenFor > 0 {
			conn.HiddenFor--
			continue
		}
		wanted := (!conn.Runtime || c.flag("include_runtime_connections")) &&
			c.wants("provider", conn.Provider) && c.wants("external_id", conn.ExternalID) &&
			c.wantsID("folder_id", conn.FolderID) && c.wantsID("parent_id", conn.ParentID)
		if wanted {
			views = append(views, c.connectionView(conn))
		}
	}
	return c.list(views)
}

// wants reports whether a value passes a filter of the query.
func (c *call) wants(filter, value string) bool {
	want := c.text(filter)
	return want == "" || want == value
}

func (c *call) wantsID(filter string, value int64) bool {
	want, given := c.number(filter)
	return !given || want == value
}

func (c *call) connection(id int64) *Connection {
	return find(c.ws.Connections, func(conn *Connection) int64 { return conn.ID }, id)
}

func (c *call) connectionInPath() *Connection { return c.connection(c.arg("connection_id")) }

func (c *call) createConnection() response {
	conn := &Connection{Provider: c.text("provider")}
	if a := c.checkConnection(conn.Provider); a != nil {
		return *a
	}
	c.readConnection(conn)
	c.prepareConnection(c.ws, conn)
	c.ws.Connections = append(c.ws.Connections, conn)
	return ok(c.connectionView(conn))
}

func (c *call) updateConnection(conn *Connection) response {
	if a := c.checkConnection(conn.Provider); a != nil {
		return *a
	}
	c.readConnection(conn)
	c.prepareConnection(c.ws, conn)
	conn.UpdatedAt = c.now()
	return ok(c.connectionView(conn))
}

// checkConnection refuses references to what does not exist.
func (c *call) checkConnection(provider string) *response {
	if id := c.id("folder_id"); id != 0 && !hasFolder(c.ws, id) {
		return refused(invalid("folder_id", "is invalid"))
	}
	if id := c.id("parent_id"); id != 0 {
		parent := c.connection(id)
		if parent == nil || parent.Provider != provider {
			return refused(invalid("parent_id", "must be a connection of the same provider"))
		}
	}
	apps := c.ws.WhitelistedApps
	if len(apps) > 0 && !slices.Contains(apps, provider) {
		return refused(invalid("provider", "is not whitelisted"))
	}
	return nil
}

func (c *call) readConnection(conn *Connection) {
	c.setText(&conn.Name, "name")
	c.setText(&conn.ExternalID, "external_id")
	c.setID(&conn.ParentID, "parent_id")
	c.setID(&conn.FolderID, "folder_id")
	input := c.object("input")
	if len(input) == 0 {
		return
	}
	if conn.input == nil {
		conn.input = object{}
	}
	maps.Copy(conn.input, input)
	// After a state was loaded only the keys of the input are left.
	keys := slices.Concat(conn.InputKeys, slices.Collect(maps.Keys(input)))
	slices.Sort(keys)
	conn.InputKeys = slices.Compact(keys)
	if !c.flag("shell_connection") {
		c.authorize(conn)
	}
}

// authorize tests the credentials. OAuth applications cannot be tested: a
// person has to go through their consent screen.
func (c *call) authorize(conn *Connection) {
	if connector := c.connector(conn.Provider); connector != nil && connector.OAuth {
		return
	}
	if err := c.options.checkInput(conn.Provider, conn.input); err != nil {
		conn.markRefused(err.Error())
		return
	}
	conn.markAuthorized(c.now())
}

func (conn *Connection) markAuthorized(now time.Time) {
	conn.AuthorizationStatus, conn.AuthorizationError = StatusSuccess, ""
	conn.AuthorizedAt = now
	conn.LostAt, conn.LostReason = time.Time{}, ""
}

func (conn *Connection) markRefused(reason string) {
	conn.AuthorizationStatus, conn.AuthorizationError = StatusFailed, reason
	conn.AuthorizedAt = time.Time{}
}

// refuseBadCredential is the default rule of the connected applications.
func refuseBadCredential(_ string, input map[string]any) error {
	for _, value := range input {
		if value == BadCredential {
			return errors.New("401 Unauthorized: the credentials were refused")
		}
	}
	return nil
}

func (s *Server) prepareConnection(ws *Customer, conn *Connection) {
	s.ensureID(&conn.ID, "connection")
	if conn.Name == "" {
		conn.Name = conn.Provider
	}
	if conn.FolderID == 0 {
		conn.FolderID = ws.RootFolderID
	}
	if conn.CreatedAt.IsZero() {
		conn.CreatedAt = s.now()
	}
	if conn.UpdatedAt.IsZero() {
		conn.UpdatedAt = conn.CreatedAt
	}
	if conn.AuthorizationStatus == StatusSuccess && conn.AuthorizedAt.IsZero() {
		conn.AuthorizedAt = conn.CreatedAt
	}
}

// inUse reports whether a running recipe needs the connection, or one made from
// it.
func inUse(ws *Customer, id int64) bool {
	for _, recipe := range ws.Recipes {
		for _, config := range recipe.Config {
			if recipe.Running && config.AccountID == id {
				return true
			}
		}
	}
	return false
}

// rejected is the refusal of a change that active recipes prevent. The service
// sends it without the envelope of a success.
func rejected(verb string) response {
	return response{status: http.StatusOK, body: object{
		"success": false, "status": "rejected",
		"message": "You can't " + verb + " a connection used by active recipes",
	}}
}

func (c *call) disconnect(conn *Connection) response {
	if !c.flag("force") && conn.AuthorizationStatus == StatusSuccess && inUse(c.ws, conn.ID) {
		return rejected("disconnect")
	}
	conn.AuthorizationStatus, conn.AuthorizationError = StatusShell, ""
	conn.AuthorizedAt = time.Time{}
	conn.UpdatedAt = c.now()
	return ok(object{"result": object{"success": true, "status": "disconnected"}})
}

func (c *call) deleteConnection(conn *Connection) response {
	if inUse(c.ws, conn.ID) {
		return rejected("delete")
	}
	c.ws.Connections = remove(c.ws.Connections, conn)
	unlink(c.ws, conn)
	return ok(object{"result": object{"success": true, "status": "deleted"}})
}

// unlink removes a deleted connection from the recipes.
func unlink(ws *Customer, conn *Connection) {
	for _, recipe := range ws.Recipes {
		for i := range recipe.Config {
			if recipe.Config[i].AccountID == conn.ID {
				recipe.Config[i].AccountID = 0
			}
		}
	}
}

func (c *call) connectionSchema(conn *Connection) response {
	return ok(object{"result": schemaOf(c.connector(conn.Provider))})
}

// picklist runs a picklist of the connector against the connection.
func (c *call) picklist(conn *Connection) response {
	if conn.AuthorizationStatus != StatusSuccess {
		return badRequest("Connection is not authorized")
	}
	name := c.text("pick_list_name")
	connector := c.connector(conn.Provider)
	if connector == nil || connector.Picklists[name] == nil {
		return invalid("pick_list_name", "is not a picklist of "+conn.Provider)
	}
	tuples := connector.Picklists[name]
	if parent := toText(c.object("pick_list_params")["__parent_id"]); parent != "" {
		tuples = childrenOf(tuples, parent)
	}
	key := "result"
	if c.route.own() {
		key = "data"
	}
	return ok(object{key: orEmpty(tuples)})
}

// childrenOf are the nodes of a tree whose value starts with the parent's.
func childrenOf(tuples [][]any, parent string) [][]any {
	var children [][]any
	for _, tuple := range tuples {
		if value, isText := tuple[1].(string); isText && strings.HasPrefix(value, parent+"/") {
			children = append(children, tuple)
		}
	}
	return children
}

func (c *call) createRuntimeConnection() response {
	parent := c.connection(c.id("parent_id"))
	if parent == nil || !hasFolder(c.ws, c.id("folder_id")) {
		return notFound()
	}
	conn := &Connection{Provider: parent.Provider, Runtime: true}
	c.readConnection(conn)
	c.prepareConnection(c.ws, conn)
	c.ws.Connections = append(c.ws.Connections, conn)
	return ok(object{"data": object{"id": conn.ID, "url": c.consentURL(conn)}})
}

func (c *call) runtimeOAuthURL() response {
	conn := c.connection(c.arg("connection_id"))
	if conn == nil || !conn.Runtime {
		return notFound()
	}
	return ok(object{"data": object{"url": c.consentURL(conn)}})
}

// consentURL is where a person would authorise the connection.
func (c *call) consentURL(conn *Connection) string {
	return fmt.Sprintf("https://%s/oauth/consent?connection_id=%d", apiHost, conn.ID)
}
