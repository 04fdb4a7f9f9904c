package workatotest

import (
	"net/http"
	"strings"
)

var folderRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/folders", op: "folders.list", query: "parent_id:i page:i per_page:i", handle: (*call).listFolders},
	{method: "POST", path: "/api/managed_users/{customer}/folders", op: "folders.create", body: "name folder_name parent_id:i", handle: (*call).createFolder},
	{method: "PUT", path: "/api/managed_users/{customer}/folders/{folder_id}", op: "folders.update", body: "name+ parent_id:i", handle: on((*call).folderInPath, (*call).updateFolder)},
	{method: "DELETE", path: "/api/managed_users/{customer}/folders/{folder_id}", op: "folders.delete", handle: (*call).deleteFolder},

	{method: "GET", path: "/api/folders", op: "own.folders.list", query: "parent_id:i page:i per_page:i", envelope: "-", handle: (*call).listFolders},
	{method: "GET", path: "/api/folders/{folder_id}", op: "own.folders.get", handle: on((*call).folderInPath, (*call).getFolder)},
	{method: "POST", path: "/api/folders", op: "own.folders.create", body: "name folder_name parent_id:i", handle: (*call).createFolder},
	{method: "PUT", path: "/api/folders/{folder_id}", op: "own.folders.update", body: "name+ parent_id:i", handle: on((*call).folderInPath, (*call).updateFolder)},
	{method: "DELETE", path: "/api/folders/{folder_id}", op: "own.folders.delete", query: "force:b", handle: (*call).deleteFolder},
}

func folderView(ws *Customer, f *Folder) object {
	return object{
		"id": f.ID, "name": f.Name, "parent_id": f.ParentID, "is_project": f.ProjectID != 0,
		"project_id": orNull(projectOf(ws, f.ID)), "created_at": stamp(f.CreatedAt), "updated_at": stamp(f.UpdatedAt),
	}
}

func folder(ws *Customer, id int64) *Folder {
	return find(ws.Folders, func(f *Folder) int64 { return f.ID }, id)
}

func (c *call) folderInPath() *Folder { return folder(c.ws, c.arg("folder_id")) }

// hasFolder reports whether an id is a folder or the Home folder.
func hasFolder(ws *Customer, id int64) bool {
	return id == ws.RootFolderID || folder(ws, id) != nil
}

// projectOf is the id of the project that a folder belongs to, 0 for the Home
// folder.
func projectOf(ws *Customer, folderID int64) int64 {
	for f := folder(ws, folderID); f != nil; f = folder(ws, f.ParentID) {
		if f.ProjectID != 0 {
			return f.ProjectID
		}
	}
	return 0
}

// isWithin reports whether a folder is another one or below it.
func isWithin(ws *Customer, id, top int64) bool {
	for id != top {
		f := folder(ws, id)
		if f == nil {
			return false
		}
		id = f.ParentID
	}
	return true
}

func (c *call) listFolders() response {
	parent, given := c.number("parent_id")
	if !given {
		parent = c.ws.RootFolderID
	}
	if !hasFolder(c.ws, parent) {
		return notFound()
	}
	var views []object
	for _, f := range c.ws.Folders {
		if f.ParentID == parent {
			views = append(views, folderView(c.ws, f))
		}
	}
	page, _ := paged(c, views, 1, 100, 100)
	return c.list(page)
}

func (c *call) getFolder(f *Folder) response {
	return ok(folderView(c.ws, f))
}

// createFolder makes a project if no parent is named. The oldest clients call
// the name folder_name.
func (c *call) createFolder() response {
	name := c.text("name")
	if name == "" {
		name = c.text("folder_name")
	}
	if name == "" {
		return invalid("name", "can't be blank")
	}
	parent := c.id("parent_id")
	if parent != 0 && !hasFolder(c.ws, parent) {
		return invalid("parent_id", "is invalid")
	}
	f := c.addFolder(c.ws, name, parent)
	return ok(folderView(c.ws, f))
}

// addFolder makes a folder; one under the Home folder becomes a project.
func (s *Server) addFolder(ws *Customer, name string, parent int64) *Folder {
	f := &Folder{Name: name, ParentID: parent}
	s.prepareFolder(ws, f)
	ws.Folders = append(ws.Folders, f)
	return f
}

func (s *Server) prepareFolder(ws *Customer, f *Folder) {
	s.ensureID(&f.ID, "folder")
	if f.ParentID == 0 {
		f.ParentID = ws.RootFolderID
	}
	if f.ParentID == ws.RootFolderID && f.ProjectID == 0 {
		f.ProjectID = s.nextID("project")
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = s.now()
	}
	if f.UpdatedAt.IsZero() {
		f.UpdatedAt = f.CreatedAt
	}
}

// folderPath finds the folder of a path "Billing/EU" below another one. With
// create it makes missing folders, otherwise it returns 0.
func (s *Server) folderPath(ws *Customer, top int64, path string, create bool) int64 {
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		var child *Folder
		for _, f := range ws.Folders {
			if f.ParentID == top && f.Name == name {
				child = f
				break
			}
		}
		if child == nil && !create {
			return 0
		}
		if child == nil {
			child = s.addFolder(ws, name, top)
		}
		top = child.ID
	}
	return top
}

func (c *call) updateFolder(f *Folder) response {
	if parent := c.id("parent_id"); parent != 0 {
		if !hasFolder(c.ws, parent) || isWithin(c.ws, parent, f.ID) || f.ProjectID != 0 {
			return invalid("parent_id", "is invalid")
		}
		f.ParentID = parent
		c.prepareFolder(c.ws, f)
	}
	c.setText(&f.Name, "name")
	f.UpdatedAt = c.now()
	return ok(folderView(c.ws, f))
}

// deleteFolder refuses the Home folder, projects (they have a route of their
// own) and folders with running recipes.
func (c *call) deleteFolder() response {
	id := c.arg("folder_id")
	if id == c.ws.RootFolderID {
		return cannotDestroy()
	}
	f := folder(c.ws, id)
	if f == nil {
		return notFound()
	}
	if f.ProjectID != 0 || hasRunning(c.ws, f.ID) {
		return cannotDestroy()
	}
	dropFolder(c.ws, f.ID)
	return success()
}

func cannotDestroy() response { return refuse(http.StatusForbidden, "Cannot destroy folder") }

func hasRunning(ws *Customer, top int64) bool {
	for _, recipe := range ws.Recipes {
		if recipe.Running && isWithin(ws, recipe.FolderID, top) {
			return true
		}
	}
	return false
}

// dropFolder removes a folder with everything in it and below it.
func dropFolder(ws *Customer, top int64) {
	for _, conn := range ws.Connections {
		if isWithin(ws, conn.FolderID, top) {
			unlink(ws, conn)
		}
	}
	ws.Recipes = without(ws, top, ws.Recipes, func(r *Recipe) int64 { return r.FolderID })
	ws.Connections = without(ws, top, ws.Connections, func(conn *Connection) int64 { return conn.FolderID })
	ws.LookupTables = without(ws, top, ws.LookupTables, func(t *LookupTable) int64 { return folderOfTable(ws, t) })
	ws.PackageAssets = without(ws, top, ws.PackageAssets, func(kept *PackageAsset) int64 { return kept.FolderID })
	for _, family := range []string{dataTables.name, apiCollections.name, apiEndpoints.name, mcpServers.name, genies.name, knowledgeBases.name, skills.name, eventTopics.name} {
		if records := ws.Records[family]; len(records) > 0 {
			ws.Records[family] = without(ws, top, records, func(r Record) int64 { return folderOfRecord(ws, r) })
		}
	}
	ws.Folders = without(ws, top, ws.Folders, func(f *Folder) int64 { return f.ID })
	dropStaleGrants(ws)
}

// without leaves out what is in a folder or below it.
func without[T any](ws *Customer, top int64, things []T, folderOf func(T) int64) []T {
	var kept []T
	for _, thing := range things {
		if !isWithin(ws, folderOf(thing), top) {
			kept = append(kept, thing)
		}
	}
	return kept
}
