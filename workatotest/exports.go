package workatotest

import (
	"cmp"
	"net/http"
	"strings"
)

const manifestBody = " assets:a folder_id:i include_test_cases:b auto_generate_assets:b include_data:b include_tags:b auto_run:b"

var exportRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/export_manifests/folder_assets", op: "exports.folder_assets", query: "folder_id:i include_test_cases:b include_data:b", handle: (*call).folderAssets},
	{method: "POST", path: "/api/managed_users/{customer}/export_manifests", op: "exports.create_manifest", wrap: "export_manifest", body: "name*" + manifestBody, handle: (*call).createManifest},
	{method: "PUT", path: "/api/managed_users/{customer}/export_manifests/{id}", op: "exports.update_manifest", wrap: "export_manifest", body: "name+" + manifestBody, handle: on((*call).manifestInPath, (*call).updateManifest)},
	{method: "GET", path: "/api/managed_users/{customer}/export_manifests/{id}", op: "exports.get_manifest", handle: on((*call).manifestInPath, (*call).getManifest)},
	{method: "DELETE", path: "/api/managed_users/{customer}/export_manifests/{id}", op: "exports.delete_manifest", handle: on((*call).manifestInPath, (*call).deleteManifest)},
	{method: "POST", path: "/api/managed_users/{customer}/exports/{manifest_id}", op: "exports.export_package", handle: (*call).exportPackage},
	{method: "GET", path: "/api/managed_users/{customer}/exports/{package_id}", op: "exports.get_export_status", handle: on((*call).exportByID, (*call).getExport)},

	{method: "GET", path: "/api/export_manifests/folder_assets", op: "packages.folder_assets", query: "folder_id:i include_test_cases:b include_data:b", handle: (*call).folderAssets},
	{method: "POST", path: "/api/export_manifests", op: "packages.create_manifest", wrap: "export_manifest", body: "name*" + manifestBody, handle: (*call).createManifest},
	{method: "PUT", path: "/api/export_manifests/{id}", op: "own.packages.update_manifest", wrap: "export_manifest", body: "name+" + manifestBody, handle: on((*call).manifestInPath, (*call).updateManifest)},
	{method: "GET", path: "/api/export_manifests/{id}", op: "packages.get_manifest", handle: on((*call).manifestInPath, (*call).getManifest)},
	{method: "DELETE", path: "/api/export_manifests/{id}", op: "packages.delete_manifest", handle: on((*call).manifestInPath, (*call).deleteManifest)},
	{method: "POST", path: "/api/packages/export/{manifest_id}", op: "packages.export", handle: (*call).exportPackage},
	{method: "GET", path: "/api/packages/{package_id}", op: "packages.get", handle: (*call).getPackage},
	{method: "GET", path: "/api/packages/{package_id}/download", op: "packages.download", handle: (*call).downloadPackage},
}

const (
	assetRecipe     = "recipe"
	assetConnection = "connection"
)

func (c *call) folderAssets() response {
	top := cmp.Or(c.id("folder_id"), c.ws.RootFolderID)
	if !hasFolder(c.ws, top) {
		return notFound()
	}
	pk := newPacking(c.ws, top)
	views := []object{}
	for _, it := range pk.items {
		views = append(views, pk.view(it))
	}
	return ok(object{"result": object{"assets": views}})
}

// view is an item in the list of assets. Its absolute path starts at Home.
func (pk *packing) view(it *item) object {
	version := int64(1)
	if r, isRecipe := it.value.(*Recipe); isRecipe {
		version = r.versionNumber()
	}
	return object{
		"id": it.id, "name": it.name, "type": it.typ, "version": version, "folder": dirOf(it.zipName()),
		"absolute_path": strings.TrimSuffix("All projects/"+folderPathOf(pk.ws, pk.ws.RootFolderID, it.folderID), "/"),
		"root_folder":   it.folderID == pk.ws.RootFolderID, "unreachable": false, "zip_name": it.zipName(), "checked": true, "status": "added",
	}
}

func (c *call) manifest(name string) *Manifest {
	m := find(c.ws.Manifests, func(m *Manifest) int64 { return m.ID }, c.arg(name))
	if m == nil || m.Deleted {
		return nil
	}
	return m
}

func (c *call) manifestInPath() *Manifest { return c.manifest("id") }

func manifestView(m *Manifest) object {
	return object{
		"id": m.ID, "name": m.Name, "last_exported_at": stamp(m.LastExportedAt), "created_at": stamp(m.CreatedAt),
		"updated_at": stamp(m.UpdatedAt), "deleted_at": nil, "project_path": "All projects", "status": "working",
	}
}

func (c *call) createManifest() response {
	now := c.now()
	m := &Manifest{ID: c.nextID("manifest"), FolderID: c.ws.RootFolderID, CreatedAt: now, UpdatedAt: now}
	if a := c.readManifest(m); a != nil {
		return *a
	}
	c.ws.Manifests = append(c.ws.Manifests, m)
	view := manifestView(m)
	if c.flag("auto_run") {
		view["package"] = object{"id": c.export(m).ID}
	}
	return response{status: http.StatusCreated, body: object{"result": view}}
}

func (c *call) updateManifest(m *Manifest) response {
	if a := c.readManifest(m); a != nil {
		return *a
	}
	m.UpdatedAt = c.now()
	return ok(object{"result": manifestView(m)})
}

func (c *call) readManifest(m *Manifest) *response {
	c.setText(&m.Name, "name")
	if id := c.id("folder_id"); id != 0 {
		if !hasFolder(c.ws, id) {
			return refused(invalid("folder_id", "is invalid"))
		}
		m.FolderID = id
	}
	if _, given := c.value("include_data"); given {
		m.IncludeData = c.flag("include_data")
	}
	if c.flag("auto_generate_assets") {
		m.Assets = newPacking(c.ws, m.FolderID).assets()
		return nil
	}
	items, given := c.body["assets"].([]any)
	if !given {
		if len(m.Assets) > 0 {
			return nil
		}
		return refused(invalid("assets", "can't be blank"))
	}
	m.Assets = nil
	for _, item := range items {
		fields, _ := item.(object)
		id, _ := toInt(fields["id"])
		asset := Asset{ID: id, Type: toText(fields["type"]), ZipName: toText(fields["zip_name"])}
		if checked, isBool := fields["checked"].(bool); isBool {
			asset.Unchecked = !checked
		}
		m.Assets = append(m.Assets, asset)
	}
	return nil
}

func (c *call) getManifest(m *Manifest) response {
	return ok(object{"result": manifestView(m)})
}

func (c *call) deleteManifest(m *Manifest) response {
	m.Deleted = true
	return success()
}

// exportPackage starts the export of a manifest.
func (c *call) exportPackage() response {
	m := c.manifest("manifest_id")
	if m == nil {
		return notFound()
	}
	return ok(c.exportView(c.export(m)))
}

// export packs what the manifest lists as it is now; the client sees it after
// some reads.
func (c *call) export(m *Manifest) *Export {
	e := &Export{
		ID: c.nextID("package"), ManifestID: m.ID, Status: StatusInProgress,
		ReadsLeft: c.options.importReads, CreatedAt: c.now(),
	}
	file, err := packAssets(c.ws, m.FolderID, m.Assets, m.IncludeData)
	if err != nil {
		e.Error = err.Error()
	}
	e.Package = file
	m.LastExportedAt = c.now()
	c.ws.Exports = append(c.ws.Exports, e)
	return e
}

func (c *call) exportView(e *Export) object {
	view := object{
		"id": e.ID, "operation_type": "export", "status": e.Status, "export_manifest_id": e.ManifestID, "download_url": nil,
	}
	switch e.Status {
	case StatusCompleted:
		view["download_url"] = c.sign(e.Package)
	case StatusFailed:
		view["error"] = e.Error
	}
	return view
}

func (c *call) exportByID() *Export {
	return find(c.ws.Exports, func(e *Export) int64 { return e.ID }, c.arg("package_id"))
}

func (e *Export) tick() {
	if e.Status != StatusInProgress {
		return
	}
	if e.ReadsLeft > 0 {
		e.ReadsLeft--
		return
	}
	e.Status = StatusCompleted
	if e.Error != "" {
		e.Status = StatusFailed
	}
}

func (c *call) getExport(e *Export) response {
	e.tick()
	return ok(object{"result": c.exportView(e)})
}

// getPackage is the status of an export or an import of the own workspace.
func (c *call) getPackage() response {
	if work := c.importByID(); work != nil {
		c.tickImport(work)
		return ok(importView(work))
	}
	e := c.exportByID()
	if e == nil {
		return notFound()
	}
	e.tick()
	return ok(c.exportView(e))
}

// downloadPackage redirects to the package store on another host, like the real
// service.
func (c *call) downloadPackage() response {
	e := c.exportByID()
	if e == nil || e.Status != StatusCompleted {
		return notFound()
	}
	return response{status: http.StatusFound, location: c.sign(e.Package)}
}
