package workatotest

import (
	"cmp"
	"strconv"
	"strings"
)

var deploymentRoutes = []route{
	{method: "POST", path: "/api/managed_users/{customer}/projects/{id}/build", op: "deployments.build", body: "title description include_test_cases:b include_tags:b", handle: (*call).buildProject},
	{method: "GET", path: "/api/managed_users/{customer}/project_builds/{id}", op: "deployments.get_build", handle: (*call).getBuild},
	{method: "POST", path: "/api/managed_users/{customer}/project_builds/{id}/deploy", op: "deployments.deploy_build", body: "environment_type* title description", handle: (*call).deployBuild},
	{method: "POST", path: "/api/managed_users/{customer}/projects/{project_id}/deploy", op: "deployments.deploy", body: "environment_type* title description include_test_cases:b include_tags:b", handle: (*call).deployProject},
	{method: "GET", path: "/api/managed_users/{customer}/deployments", op: "deployments.list", query: "project_id:i folder_id:i environment_type state from to page:i per_page:i", envelope: "items", handle: (*call).listDeployments},
	{method: "GET", path: "/api/managed_users/{customer}/deployments/{id}", op: "deployments.get", handle: on((*call).deployment, (*call).getDeployment)},
	{method: "GET", path: "/api/managed_users/{customer}/deployments/{id}/eligible_reviewers", op: "deployments.eligible_reviewers", handle: (*call).eligibleReviewers},
	{method: "POST", path: "/api/managed_users/{customer}/deployments/{id}/assign_reviewers", op: "deployments.assign_reviewers", body: "reviewer_ids:a", handle: on((*call).deployment, (*call).assignReviewers)},

	{method: "POST", path: "/api/projects/{id}/build", op: "own.deployments.build", body: "title description include_test_cases:b include_tags:b", handle: (*call).buildProject},
	{method: "GET", path: "/api/project_builds/{id}", op: "own.deployments.get_build", handle: (*call).getBuild},
	{method: "POST", path: "/api/project_builds/{id}/deploy", op: "own.deployments.deploy_build", body: "environment_type* title description", handle: (*call).deployBuild},
	{method: "POST", path: "/api/projects/{project_id}/deploy", op: "own.deployments.deploy", body: "environment_type* title description include_test_cases:b include_tags:b", handle: (*call).deployProject},
	{method: "GET", path: "/api/deployments", op: "own.deployments.list", query: "project_id:i folder_id:i environment_type state from to page:i per_page:i", envelope: "items", handle: (*call).listDeployments},
	{method: "GET", path: "/api/deployments/{id}", op: "own.deployments.get", handle: on((*call).deployment, (*call).getDeployment)},
}

// Values of [Build.State] and [Deployment.State].
const (
	// StatePending is the state of a build or deployment that has not ended.
	StatePending = "pending"
	// StateSuccess is the state of one that succeeded.
	StateSuccess = "success"
	// StateFailed is the state of one that failed.
	StateFailed = "failed"
)

// noEnvironments refuses what needs environments.
func (c *call) noEnvironments() *response {
	if len(c.ws.Environments) == 0 && c.ws.Environment == "" {
		return refused(badRequest("Environments not provisioned"))
	}
	return nil
}

// projectArg finds a project by its id, or by f and the id of its folder.
func (c *call) projectArg(name string) *Folder {
	if digits, isFolder := strings.CutPrefix(c.args[name], "f"); isFolder {
		id, _ := toInt(digits)
		if f := folder(c.ws, id); f != nil && f.ProjectID != 0 {
			return f
		}
		return nil
	}
	return c.project(c.arg(name))
}

func (c *call) buildProject() response {
	if a := c.noEnvironments(); a != nil {
		return *a
	}
	f := c.projectArg("id")
	if f == nil {
		return notFound()
	}
	return ok(c.buildView(c.build(f)))
}

// build packs a project as it is now.
func (c *call) build(f *Folder) *Build {
	now := c.now()
	b := &Build{
		ID: c.nextID("build"), ProjectID: f.ProjectID, Description: c.text("description"),
		State: StatePending, ReadsLeft: c.options.importReads, CreatedAt: now, UpdatedAt: now,
	}
	b.Package, _ = packAssets(c.ws, f.ID, newPacking(c.ws, f.ID).assets(), false)
	c.ws.Builds = append(c.ws.Builds, b)
	return b
}

func (c *call) buildView(b *Build) object {
	view := object{
		"id": b.ID, "created_at": stamp(b.CreatedAt), "updated_at": stamp(b.UpdatedAt), "description": orNull(b.Description),
		"project_id": strconv.FormatInt(b.ProjectID, 10), "state": b.State, "performed_by_name": ownerName, "download_url": nil,
	}
	if b.State == StateSuccess {
		view["download_url"] = c.sign(b.Package)
	}
	return view
}

func (c *call) buildByID() *Build {
	return find(c.ws.Builds, func(b *Build) int64 { return b.ID }, c.arg("id"))
}

func (c *call) getBuild() response {
	if a := c.noEnvironments(); a != nil {
		return *a
	}
	b := c.buildByID()
	if b == nil {
		return notFound()
	}
	b.tick()
	return ok(c.buildView(b))
}

func (b *Build) tick() {
	switch {
	case b.State != StatePending:
	case b.ReadsLeft > 0:
		b.ReadsLeft--
	case b.Package == nil:
		b.State = StateFailed
	default:
		b.State = StateSuccess
	}
}

func (c *call) deployBuild() response {
	if a := c.noEnvironments(); a != nil {
		return *a
	}
	b := c.buildByID()
	if b == nil {
		return notFound()
	}
	return c.deploy(b)
}

func (c *call) deployProject() response {
	if a := c.noEnvironments(); a != nil {
		return *a
	}
	f := c.projectArg("project_id")
	if f == nil {
		return notFound()
	}
	if environment(c.ws, c.text("environment_type")) == nil {
		return invalid("environment_type", "is not included in the list")
	}
	return c.deploy(c.build(f))
}

func (c *call) deploy(b *Build) response {
	kind := c.text("environment_type")
	if environment(c.ws, kind) == nil {
		return invalid("environment_type", "is not included in the list")
	}
	now := c.now()
	d := &Deployment{
		ID: c.nextID("deployment"), BuildID: b.ID, ProjectID: b.ProjectID, EnvironmentType: kind,
		Title: c.text("title"), Description: c.text("description"), State: StatePending,
		ReadsLeft: c.options.importReads, CreatedAt: now, UpdatedAt: now,
	}
	c.ws.Deployments = append(c.ws.Deployments, d)
	return ok(deploymentView(d))
}

// deploymentView has the project's id as a string, as the service sends it only
// here.
func deploymentView(d *Deployment) object {
	view := object{
		"id": d.ID, "created_at": stamp(d.CreatedAt), "updated_at": stamp(d.UpdatedAt), "title": orNull(d.Title),
		"description": orNull(d.Description), "project_build_id": d.BuildID, "environment_type": d.EnvironmentType,
		"project_id": strconv.FormatInt(d.ProjectID, 10), "state": d.State, "performed_by_name": ownerName,
	}
	if d.Error != "" {
		view["error"] = d.Error
	}
	return view
}

// tickDeployment advances a deployment, at whose end the project appears in the
// other environment.
func (c *call) tickDeployment(d *Deployment) {
	if d.State != StatePending {
		return
	}
	if d.ReadsLeft > 0 {
		d.ReadsLeft--
		return
	}
	d.State, d.UpdatedAt = StateSuccess, c.now()
	if err := c.applyDeployment(d); err != nil {
		d.State, d.Error = StateFailed, err.Error()
	}
}

// applyDeployment imports the build into a project of the same name.
func (c *call) applyDeployment(d *Deployment) error {
	b := find(c.ws.Builds, func(b *Build) int64 { return b.ID }, d.BuildID)
	name := "Project " + strconv.FormatInt(d.ProjectID, 10)
	if f := c.project(d.ProjectID); f != nil {
		name = f.Name
	}
	there := *c
	there.ws = environment(c.ws, d.EnvironmentType)
	top := there.folderPath(there.ws, there.ws.RootFolderID, name, true)
	return there.apply(&Import{FolderID: top, HomeFolderID: top, RestartRecipes: true, Package: b.Package})
}

func (c *call) listDeployments() response {
	var views []object
	for _, d := range c.ws.Deployments {
		c.tickDeployment(d)
		project := c.id("project_id")
		if f := folder(c.ws, c.id("folder_id")); f != nil {
			project = cmp.Or(project, f.ProjectID)
		}
		if c.wants("environment_type", d.EnvironmentType) && c.wants("state", d.State) && (project == 0 || project == d.ProjectID) {
			views = append(views, deploymentView(d))
		}
	}
	return c.list(views)
}

func (c *call) deployment() *Deployment {
	return find(c.ws.Deployments, func(d *Deployment) int64 { return d.ID }, c.arg("id"))
}

func (c *call) getDeployment(d *Deployment) response {
	c.tickDeployment(d)
	return ok(deploymentView(d))
}

func (c *call) eligibleReviewers() response {
	if c.deployment() == nil {
		return notFound()
	}
	var views []object
	for _, m := range c.ws.Members {
		if !m.Invited {
			views = append(views, object{"id": m.ID, "name": m.Name, "email": orNull(m.Email)})
		}
	}
	return ok(object{"data": orEmpty(views)})
}

// assignReviewers takes the whole list: members who are not in it stop being
// reviewers.
func (c *call) assignReviewers(d *Deployment) response {
	var ids []int64
	reviews := []object{}
	for _, text := range c.words("reviewer_ids") {
		id, _ := toInt(text)
		m := c.member(id)
		if m == nil {
			return invalid("reviewer_ids", "is invalid")
		}
		ids = append(ids, id)
		reviews = append(reviews, object{"id": id, "reviewer_id": id, "reviewer_name": m.Name, "state": StatePending})
	}
	d.ReviewerIDs = ids
	return ok(object{"reviews": reviews, "authors": []object{{"id": ownerID, "name": ownerName}}})
}
