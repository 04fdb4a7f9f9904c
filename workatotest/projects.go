package workatotest

var projectRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/projects", op: "projects.list", query: "page:i per_page:i updated_after", handle: (*call).listProjects},
	{method: "PUT", path: "/api/managed_users/{customer}/projects/{project_id}", op: "projects.update", body: "name+ description", handle: on((*call).projectInPath, (*call).updateProject)},
	{method: "DELETE", path: "/api/managed_users/{customer}/projects/{project_id}", op: "projects.delete", handle: on((*call).projectInPath, (*call).deleteProject)},

	{method: "GET", path: "/api/projects", op: "own.projects.list", query: "page:i per_page:i", envelope: "-", handle: (*call).listProjects},
	{method: "PUT", path: "/api/projects/{project_id}", op: "own.projects.update", body: "name+ description", handle: on((*call).projectInPath, (*call).updateProject)},
	{method: "DELETE", path: "/api/projects/{project_id}", op: "own.projects.delete", handle: on((*call).projectInPath, (*call).deleteProject)},
}

func projectView(f *Folder) object {
	return object{"id": f.ProjectID, "description": orNull(f.Description), "folder_id": f.ID, "name": f.Name}
}

// project finds a project by its own id, which is not that of its folder.
func (c *call) project(id int64) *Folder {
	return find(c.ws.Folders, func(f *Folder) int64 { return f.ProjectID }, id)
}

func (c *call) projectInPath() *Folder { return c.project(c.arg("project_id")) }

func (c *call) listProjects() response {
	var views []object
	for _, f := range c.ws.Folders {
		if f.ProjectID != 0 {
			views = append(views, projectView(f))
		}
	}
	page, extra := paged(c, views, 1, 100, 100)
	return c.listWith(page, extra)
}

func (c *call) updateProject(f *Folder) response {
	c.setText(&f.Name, "name")
	c.setText(&f.Description, "description")
	f.UpdatedAt = c.now()
	return ok(projectView(f))
}

func (c *call) deleteProject(f *Folder) response {
	if hasRunning(c.ws, f.ID) {
		return cannotDestroy()
	}
	dropFolder(c.ws, f.ID)
	return success()
}
