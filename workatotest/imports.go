package workatotest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
)

const importQuery = "folder_id:i restart_recipes:b include_tags:b folder_id_for_home_assets:i"

var importRoutes = []route{
	{method: "POST", path: "/api/managed_users/{customer}/imports", op: "imports.create", upload: true, query: importQuery, handle: (*call).createImport},
	{method: "GET", path: "/api/managed_users/{customer}/imports/{package_id}", op: "imports.get", handle: (*call).getImport},
	{method: "POST", path: "/api/packages/import/{folder_id}", op: "own.packages.import", upload: true, query: importQuery, handle: (*call).createImport},
}

// The results of an import for one recipe.
const (
	resultUpdated       = "no_update_or_updated_without_restart"
	resultRestarted     = "restarted"
	resultStopped       = "stopped"
	resultRestartFailed = "restart_failed"
)

// createImport accepts a package. What is not a package at all is refused
// here, whatever else is wrong with it makes the import fail later.
func (c *call) createImport() answer {
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
	files, err := openPackage(file, c.options.maxUnpacked)
	if err != nil {
		return importError(err.Error())
	}
	home := c.id("folder_id_for_home_assets")
	if home == 0 && (c.ws.HomeIsProject || hasHomeAssets(files)) {
		return refuse(http.StatusUnprocessableEntity, "folder_id_for_home_assets is required for the assets of the Home folder")
	}
	if home != 0 && (home == c.ws.RootFolderID || !hasFolder(c.ws, home)) {
		return importError("folder_id_for_home_assets is invalid")
	}
	work := &Import{
		ID: c.nextID("package"), FolderID: target, HomeFolderID: home, RestartRecipes: c.flag("restart_recipes"),
		Status: StatusInProgress, ReadsLeft: c.options.importReads, Package: file, CreatedAt: c.now(),
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
func importError(text string) answer {
	return answer{status: http.StatusBadRequest, body: object{"error": text}}
}

func (c *call) importByID() *Import {
	return find(c.ws.Imports, func(work *Import) int64 { return work.ID }, c.arg("package_id"))
}

func (c *call) getImport() answer {
	work := c.importByID()
	if work == nil {
		return notFound()
	}
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

// tickImports lets all imports of the workspace come closer to their end.
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
	if work.Error != "" {
		work.Status = StatusFailed
	}
	work.Package = nil
}

// apply puts the contents of a package into the workspace, all or nothing.
func (c *call) apply(work *Import) error {
	if !hasFolder(c.ws, work.FolderID) {
		return fmt.Errorf("folder %d does not exist any more", work.FolderID)
	}
	files, err := openPackage(work.Package, c.options.maxUnpacked)
	if err != nil {
		return err
	}
	assets, err := readAssets(files)
	if err != nil {
		return err
	}
	for _, asset := range assets.recipes {
		if r := c.recipeOf(asset, c.target(work, asset.packageFile, false)); r != nil && r.Running && !work.RestartRecipes {
			return fmt.Errorf("recipe %q is running: restart_recipes must be true to update it", r.Name)
		}
	}
	byPath := map[string]*Connection{}
	for _, asset := range assets.connections {
		byPath[asset.path] = c.importConnection(work, asset)
	}
	for _, asset := range assets.recipes {
		work.Results = append(work.Results, c.importRecipe(work, asset, byPath))
	}
	return nil
}

// target is the folder that a file goes to. With create it makes the missing
// ones, else it is 0 where one is missing.
func (c *call) target(work *Import, file packageFile, create bool) int64 {
	top := work.FolderID
	if file.home {
		top = cmp.Or(work.HomeFolderID, top)
	}
	return c.folderPath(c.ws, top, path.Dir("/"+file.path), create)
}

// recipeOf is the recipe that an asset would update, nil if it is a new one.
func (c *call) recipeOf(asset recipeAsset, folderID int64) *Recipe {
	for _, r := range c.ws.Recipes {
		if r.FolderID == folderID && r.Name == asset.name {
			return r
		}
	}
	return nil
}

// importConnection finds the connection of an asset or makes a shell: the
// credentials of another workspace never travel in a package.
func (c *call) importConnection(work *Import, asset connectionAsset) *Connection {
	folderID := c.target(work, asset.packageFile, true)
	for _, conn := range c.ws.Connections {
		if conn.FolderID == folderID && conn.Name == asset.name && conn.Provider == asset.provider {
			return conn
		}
	}
	conn := &Connection{Name: asset.name, Provider: asset.provider, FolderID: folderID, HiddenFor: c.options.lateConnections}
	c.prepareConnection(c.ws, conn)
	c.ws.Connections = append(c.ws.Connections, conn)
	return conn
}

// importRecipe makes or updates the recipe of an asset. One that was running is
// started again where that is possible.
func (c *call) importRecipe(work *Import, asset recipeAsset, connections map[string]*Connection) ImportResult {
	folderID := c.target(work, asset.packageFile, true)
	r := c.recipeOf(asset, folderID)
	config := slices.Clone(asset.config)
	for i := range config {
		if conn := connections[asset.accounts[i]]; conn != nil {
			config[i].AccountID = conn.ID
		}
	}
	if r == nil {
		r = &Recipe{Name: asset.name, Description: asset.description, FolderID: folderID, Code: asset.code, Config: config}
		c.prepareRecipe(c.ws, r)
		c.ws.Recipes = append(c.ws.Recipes, r)
		return ImportResult{r.ID, resultUpdated}
	}
	// A connection that the customer has put in place of the package's stays.
	for i := range config {
		for _, old := range r.Config {
			if old.Provider == config[i].Provider && c.connection(old.AccountID) != nil {
				config[i].AccountID = old.AccountID
			}
		}
	}
	changed := r.Code != asset.code || r.Description != asset.description || !slices.Equal(r.Config, config)
	if !changed {
		return ImportResult{r.ID, resultUpdated}
	}
	r.Code, r.Description, r.Config = asset.code, asset.description, config
	c.newVersion(r)
	return ImportResult{r.ID, c.restart(r)}
}

// restart tells how a changed recipe has come through. The service documents
// the words but not when it uses "stopped"; here it means that a connection is
// missing, and "restart_failed" that the recipe itself is broken.
func (c *call) restart(r *Recipe) string {
	if !r.Running {
		return resultUpdated
	}
	codeErrors, configErrors := c.startErrors(r)
	if len(codeErrors)+len(configErrors) == 0 {
		return resultRestarted
	}
	r.Running = false
	r.StoppedAt = c.now()
	if len(codeErrors) > 0 {
		return resultRestartFailed
	}
	return resultStopped
}
