package apitest

import "github.com/go-workato/workato"

// wholeManifest sets every field of a manifest.
var wholeManifest = &workato.ExportCreateManifestParams{
	Name: "Release 4", FolderID: 2415, AutoGenerateAssets: true, IncludeTestCases: true, IncludeData: true, IncludeTags: true, AutoRun: true,
	Assets: []workato.ManifestAsset{
		{ID: 12, Type: workato.AssetRecipe, AbsolutePath: "All projects/A", Folder: "A", ZipName: "A/x.recipe.json", Version: 3, RootFolder: true},
		{ID: 13, Type: "moon_phase", AbsolutePath: "All projects", Unreachable: true, Unchecked: true},
	},
}

const wholeManifestJSON = `{"export_manifest": {
	"name": "Release 4", "folder_id": 2415, "auto_generate_assets": true, "include_test_cases": true, "include_data": true,
	"include_tags": true, "auto_run": true, "assets": [
		{"id": 12, "type": "recipe", "absolute_path": "All projects/A", "checked": true, "version": 3, "folder": "A", "root_folder": true,
			"unreachable": false, "zip_name": "A/x.recipe.json"},
		{"id": 13, "type": "moon_phase", "absolute_path": "All projects", "checked": false, "folder": "", "root_folder": false, "unreachable": true}
	]}}`

func folderAssets(p *workato.FolderAssetsParams) Call {
	return func(c *Caller) error { return c.keep(c.Exports.FolderAssets(c.ctx, c.customer, p, c.opts...)) }
}

func createManifest(p *workato.ExportCreateManifestParams) Call {
	return func(c *Caller) error { return c.keep(c.Exports.CreateManifest(c.ctx, c.customer, p, c.opts...)) }
}

func updateManifest(p *workato.ExportUpdateManifestParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Exports.UpdateManifest(c.ctx, c.customer, c.id(12), p, c.opts...))
	}
}

// badManifests are the arguments that the two calls that make a manifest
// refuse.
func badManifests(call func(*workato.ExportCreateManifestParams) Call) Bad {
	whole := workato.ManifestAsset{ID: 1, Type: workato.AssetRecipe, AbsolutePath: "All projects"}
	return Bad{
		"params": {call(nil)},
		"Name":   {call(&workato.ExportCreateManifestParams{AutoGenerateAssets: true})},
		"Assets": {
			call(&workato.ExportCreateManifestParams{Name: "A", FolderID: 1}),
			call(&workato.ExportCreateManifestParams{Name: "A", Assets: []workato.ManifestAsset{whole, {ID: 1}}}),
		},
		"FolderID": {call(&workato.ExportCreateManifestParams{Name: "A", FolderID: -1, AutoGenerateAssets: true})},
	}
}

var _ = register(
	Entry{
		Operation: "exports.folder_assets", Call: folderAssets(nil),
		Want: "GET /api/managed_users/{customer}/export_manifests/folder_assets",
		More: []Case{{
			Name: "everything", Call: folderAssets(&workato.FolderAssetsParams{FolderID: 2415, IncludeTestCases: true, IncludeData: true}),
			Want: "GET /api/managed_users/{customer}/export_manifests/folder_assets?folder_id=2415&include_data=true&include_test_cases=true",
		}},
		Good:    Good{"exports/folder_assets.json", "exports/folder_assets_bare.json", `{"result": {"assets": []}}`},
		Refuses: Bad{"FolderID": {folderAssets(&workato.FolderAssetsParams{FolderID: -1})}},
	},
	Entry{
		Operation: "exports.create_manifest", Call: createManifest(wholeManifest),
		Want: "POST /api/managed_users/{customer}/export_manifests", JSON: wholeManifestJSON,
		More: []Case{{
			Name: "folder", Call: createManifest(&workato.ExportCreateManifestParams{Name: "A", FolderID: 2415, AutoGenerateAssets: true}),
			JSON: `{"export_manifest": {"name": "A", "folder_id": 2415, "auto_generate_assets": true}}`,
		}},
		Good:    Good{"exports/manifest.json", "exports/manifest_auto_run.json", "exports/manifest_auto_run_beside.json"},
		Refuses: badManifests(createManifest),
	},
	Entry{
		Operation: "exports.update_manifest",
		Call: updateManifest(&workato.ExportUpdateManifestParams{
			Name: workato.Set("B"), FolderID: workato.Set[int64](2416), AutoGenerateAssets: workato.Set(false),
			IncludeTestCases: workato.Set(true), IncludeData: workato.Set(false), IncludeTags: workato.Set(true),
			Assets: []workato.ManifestAsset{{ID: 12, Type: workato.AssetConnection, AbsolutePath: "All projects"}},
		}),
		Want: "PUT /api/managed_users/{customer}/export_manifests/12",
		JSON: `{"export_manifest": {"name": "B", "folder_id": 2416, "auto_generate_assets": false, "include_test_cases": true, "include_data": false,
			"include_tags": true, "assets": [{"id": 12, "type": "connection", "absolute_path": "All projects", "checked": true, "folder": "",
			"root_folder": false, "unreachable": false}]}}`,
		More: []Case{{
			Name: "no assets any more",
			Call: updateManifest(&workato.ExportUpdateManifestParams{AutoGenerateAssets: workato.Set(true), Assets: []workato.ManifestAsset{}}),
			JSON: `{"export_manifest": {"auto_generate_assets": true, "assets": []}}`,
		}},
		Good: Good{"exports/manifest.json"},
		Refuses: Bad{
			"params": {updateManifest(nil)},
			"Name": {
				updateManifest(&workato.ExportUpdateManifestParams{Name: workato.Set(" ")}),
				updateManifest(&workato.ExportUpdateManifestParams{Name: workato.Null[string]()}),
			},
			"FolderID": {updateManifest(&workato.ExportUpdateManifestParams{FolderID: workato.Set[int64](0)})},
			"Assets":   {updateManifest(&workato.ExportUpdateManifestParams{Assets: []workato.ManifestAsset{{Type: "recipe"}}})},
		},
	},
	Entry{
		Operation: "exports.get_manifest", Want: "GET /api/managed_users/{customer}/export_manifests/12",
		Call: func(c *Caller) error { return c.keep(c.Exports.GetManifest(c.ctx, c.customer, c.id(12), c.opts...)) },
		Good: Good{"exports/manifest.json"},
	},
	Entry{
		Operation: "exports.delete_manifest", Want: "DELETE /api/managed_users/{customer}/export_manifests/12",
		Call: func(c *Caller) error { return c.Exports.DeleteManifest(c.ctx, c.customer, c.id(12), c.opts...) },
		Good: Good{`{"success": true}`, `{"id": 1}`},
	},
	Entry{
		Operation: "exports.export_package", Want: "POST /api/managed_users/{customer}/exports/12",
		Call: func(c *Caller) error { return c.keep(c.Exports.Export(c.ctx, c.customer, c.id(12), c.opts...)) },
		Good: Good{"exports/in_progress.json"},
	},
	Entry{
		Operation: "exports.get_export_status", Want: "GET /api/managed_users/{customer}/exports/242",
		Call: func(c *Caller) error {
			return c.keep(c.Exports.Get(c.ctx, c.customer, c.id(242), c.opts...))
		},
		Good: Good{
			"exports/completed_bare.json", "exports/completed_result.json", "exports/in_progress.json", "exports/failed_2020.json",
		},
	},
)
