package workatotest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

var tagRoutes = []route{
	{method: "GET", path: "/api/v2/managed_users/{customer}/tags", op: "tags.list", query: "q:v page:i per_page:i", handle: (*call).listTags},
	{method: "POST", path: "/api/v2/managed_users/{customer}/tags", op: "tags.create", body: "title* description color", handle: (*call).createTag},
	{method: "PUT", path: "/api/v2/managed_users/{customer}/tags/{handle}", op: "tags.update", body: "title+ description color", handle: on((*call).tagInPath, (*call).updateTag)},
	{method: "DELETE", path: "/api/v2/managed_users/{customer}/tags/{handle}", op: "tags.delete", handle: on((*call).tagInPath, (*call).deleteTag)},
	{method: "POST", path: "/api/v2/managed_users/{customer}/tags_assignments", op: "tags.assign", body: "add_tags:a remove_tags:a recipe_ids:a connection_ids:a", handle: (*call).assignTags},

	{method: "GET", path: "/api/tags", op: "own.tags.list", query: "q:v page:i per_page:i", handle: (*call).listTags},
	{method: "POST", path: "/api/tags", op: "own.tags.create", body: "title* description color", handle: (*call).createTag},
	{method: "PUT", path: "/api/tags/{handle}", op: "own.tags.update", body: "title+ description color", handle: on((*call).tagInPath, (*call).updateTag)},
	{method: "DELETE", path: "/api/tags/{handle}", op: "own.tags.delete", handle: on((*call).tagInPath, (*call).deleteTag)},
	{method: "POST", path: "/api/tags_assignments", op: "own.tags.assign", body: "add_tags:a remove_tags:a recipe_ids:a connection_ids:a", handle: (*call).assignTags},
}

func tagView(t *Tag) object {
	return object{"handle": t.Handle, "title": t.Title, "description": orNull(t.Description), "color": orNull(t.Color)}
}

func (c *call) listTags() response {
	views := []object{}
	for _, t := range c.ws.Tags {
		if c.wantsTag(t) {
			views = append(views, tagView(t))
		}
	}
	page, _ := paged(c, views, 1, 100, 100)
	return ok(object{"data": object{"tags": orEmpty(page)}})
}

// wantsTag tells whether a tag passes the filters of the query, q[...].
func (c *call) wantsTag(t *Tag) bool {
	text := strings.ToLower(cmp.Or(c.query.Get("q[title_or_description_cont]"), c.query.Get("q")))
	if !strings.Contains(strings.ToLower(t.Title+"\n"+t.Description), text) {
		return false
	}
	if handles := c.query["q[handle_in][]"]; handles != nil && !slices.Contains(handles, t.Handle) {
		return false
	}
	assigned := 0
	recipe, connection := c.query.Get("q[recipe_id_eq]"), c.query.Get("q[connection_id_eq]")
	for _, r := range c.ws.Recipes {
		if connection == "" && (recipe == "" || idText(r.ID) == recipe) && slices.Contains(r.Tags, t.Handle) {
			assigned++
		}
	}
	for _, conn := range c.ws.Connections {
		if recipe == "" && (connection == "" || idText(conn.ID) == connection) && slices.Contains(conn.Tags, t.Handle) {
			assigned++
		}
	}
	return assigned > 0 || recipe == "" && connection == "" && c.query.Get("q[only_assigned]") != "true"
}

func (c *call) tag(handle string) *Tag {
	for _, t := range c.ws.Tags {
		if t.Handle == handle {
			return t
		}
	}
	return nil
}

func (c *call) tagInPath() *Tag { return c.tag(c.args["handle"]) }

func (c *call) createTag() response {
	t := &Tag{}
	c.readTag(t)
	c.prepareTag(t)
	c.ws.Tags = append(c.ws.Tags, t)
	return ok(tagView(t))
}

func (c *call) readTag(t *Tag) {
	c.setText(&t.Title, "title")
	c.setText(&t.Description, "description")
	c.setText(&t.Color, "color")
}

func (s *Server) prepareTag(t *Tag) {
	if t.Handle == "" {
		t.Handle = fmt.Sprintf("tag-Fake%d-Ab1", s.nextID("tag"))
	}
}

func (c *call) updateTag(t *Tag) response {
	c.readTag(t)
	return ok(tagView(t))
}

func (c *call) deleteTag(t *Tag) response {
	c.ws.Tags = remove(c.ws.Tags, t)
	for _, r := range c.ws.Recipes {
		r.Tags = retag(r.Tags, nil, []string{t.Handle})
	}
	for _, conn := range c.ws.Connections {
		conn.Tags = retag(conn.Tags, nil, []string{t.Handle})
	}
	return success()
}

// assignTags changes the tags of all named recipes and connections. The
// response has no body.
func (c *call) assignTags() response {
	add, gone := c.words("add_tags"), c.words("remove_tags")
	recipes, connections := c.words("recipe_ids"), c.words("connection_ids")
	if len(recipes)+len(connections) == 0 {
		return invalid("recipe_ids", "can't be blank")
	}
	for _, handle := range slices.Concat(add, gone) {
		if c.tag(handle) == nil {
			return notFound()
		}
	}
	var lists []*[]string
	for _, text := range recipes {
		id, _ := toInt(text)
		r := recipeByID(c.ws, id)
		if r == nil {
			return notFound()
		}
		lists = append(lists, &r.Tags)
	}
	for _, text := range connections {
		id, _ := toInt(text)
		conn := c.connection(id)
		if conn == nil {
			return notFound()
		}
		lists = append(lists, &conn.Tags)
	}
	for _, list := range lists {
		*list = retag(*list, add, gone)
	}
	return response{status: http.StatusOK}
}

// retag returns tags with some added and some removed, each once.
func retag(tags, add, gone []string) []string {
	var kept []string
	for _, tag := range slices.Concat(tags, add) {
		if !slices.Contains(gone, tag) && !slices.Contains(kept, tag) {
			kept = append(kept, tag)
		}
	}
	return kept
}
