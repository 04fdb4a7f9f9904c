package workatotest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

const importQuery = "folder_id:i restart_recipes:b include_tags:b folder_id_for_home_assets:i"

var importRoutes = []route{
	{method: "POST", path: "/api/managed_users/{customer}/imports", op: "imports.create", upload: true, query: importQuery, handle: (*call).createImport},
	{method: "GET", path: "/api/managed_users/{customer}/imports/{package_id}", op: "imports.get", handle: on((*call).importByID, (*call).getImport)},
	{method: "POST", path: "/api/packages/import/{folder_id}", op: "own.packages.import", upload: true, query: importQuery, handle: (*call).createImport},
}

// The results of an import for one recipe.
const (
	resultUpdated       = "no_update_or_updated_without_restart"
	resultRestarted     = "restarted"
	resultStopped       = "stopped"
	resultRestartFailed = "restart_failed"
)

// createImport accepts a package. A body that is not a package is refused here;
// any other mistake makes the import fail later.
func (c *call) createImport() response {
	target, _ := c.number("folder_id")
	if c.route.own() {
		target = c.arg("folder_id")
	}
	if target == 0 {
		return importError("folder_id is missing")
	}
	if !hasFolder(c.ws, target) {
		return notFound()
	}
	file := c.packageBody()
	contents, problem := readPackage(file, c.options.maxUnpacked)
	if errors.Is(problem, errNotPackage) || errors.Is(problem, errEmptyPackage) {
		return importError(problem.Error())
	}
	home := c.id("folder_id_for_home_assets")
	if home == 0 && (c.ws.HomeIsProject || contents.hasHomeAssets()) {
		return refuse(http.StatusUnprocessableEntity, "folder_id_for_home_assets is required for the assets of the Home folder")
	}
	if home != 0 && (home == c.ws.RootFolderID || !hasFolder(c.ws, home)) {
		return importError("folder_id_for_home_assets is invalid")
	}
	work := &Import{
		ID: c.nextID("package"), FolderID: target, HomeFolderID: home, RestartRecipes: c.flag("restart_recipes"),
		Status: StatusInProgress, ReadsLeft: c.options.importReads, Package: file, CreatedAt: c.now(), contents: contents,
	}
	if problem != nil {
		work.Error = problem.Error()
	}
	if c.fault.is(FailImport) {
		work.Error = cmp.Or(c.fault.Body, "Import failed")
	}
	c.ws.Imports = append(c.ws.Imports, work)
	return ok(object{"id": work.ID, "operation_type": "import", "status": work.Status})
}

// packageBody is the zip of an upload: the body itself or, as samples of the
// oldest reference send it, the first file of a form.
func (c *call) packageBody() []byte {
	media, params, err := mime.ParseMediaType(c.kind)
	if err != nil || media != "multipart/form-data" {
		return c.raw
	}
	c.problem("%s was sent a form instead of the zip itself", c.route.op)
	parts := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil
		}
		if part.FileName() == "" {
			continue
		}
		file, err := io.ReadAll(part)
		if err != nil {
			return nil
		}
		return file
	}
}

// importError is a refusal of a package: the key is error, not message.
func importError(text string) response {
	return response{status: http.StatusBadRequest, body: object{"error": text}}
}

func (c *call) importByID() *Import {
	return find(c.ws.Imports, func(work *Import) int64 { return work.ID }, c.arg("package_id"))
}

func (c *call) getImport(work *Import) response {
	c.tickImport(work)
	return ok(importView(work))
}

func importView(work *Import) object {
	view := object{"id": work.ID, "operation_type": "import", "status": work.Status, "recipe_status": []object{}}
	switch work.Status {
	case StatusFailed:
		view["error"] = work.Error
		delete(view, "recipe_status")
	case StatusCompleted:
		results := []object{}
		for _, result := range work.Results {
			results = append(results, object{"id": result.RecipeID, "import_result": result.Result})
		}
		view["recipe_status"] = results
	}
	return view
}

// tickImports advances all imports of the workspace.
func (c *call) tickImports() {
	for _, work := range c.ws.Imports {
		c.tickImport(work)
	}
}

func (c *call) tickImport(work *Import) {
	if work.Status != StatusInProgress {
		return
	}
	if work.ReadsLeft > 0 {
		work.ReadsLeft--
		return
	}
	if work.Error == "" {
		if err := c.apply(work); err != nil {
			work.Error = err.Error()
		}
	}
	work.Status = StatusCompleted
	if len(work.Kept) > 0 {
		c.note("import %d only kept %s", work.ID, work.keptText())
	}
	if work.Error != "" {
		work.Status = StatusFailed
		c.note("import %d failed: %s", work.ID, work.Error)
	}
	work.Package, work.contents = nil, nil
}
