package apitest

import (
	"io"

	"github.com/go-workato/workato"
)

func ownFolderAssets(p *workato.FolderAssetsParams) Call {
	return func(c *Caller) error { return c.keep(c.Packages.FolderAssets(c.ctx, p, c.opts...)) }
}

func createOwnManifest(p *workato.ExportCreateManifestParams) Call {
	return func(c *Caller) error { return c.keep(c.Packages.CreateManifest(c.ctx, p, c.opts...)) }
}

func download(w io.Writer, p *workato.DownloadParams) Call {
	return func(c *Caller) error { return c.keep(c.Packages.Download(c.ctx, c.id(242), w, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "packages.folder_assets", Call: ownFolderAssets(&workato.FolderAssetsParams{FolderID: 2415}),
		Want:    "GET /api/export_manifests/folder_assets?folder_id=2415",
		Good:    Good{"exports/folder_assets.json", `{"result": {"assets": []}}`},
		Refuses: Bad{"FolderID": {ownFolderAssets(&workato.FolderAssetsParams{FolderID: -1})}},
	},
	Entry{
		Operation: "packages.create_manifest", Call: createOwnManifest(wholeManifest),
		Want: "POST /api/export_manifests", JSON: wholeManifestJSON,
		Good: Good{"exports/manifest.json", "exports/manifest_auto_run_beside.json"}, Refuses: badManifests(createOwnManifest),
	},
	Entry{
		Operation: "packages.get_manifest", Want: "GET /api/export_manifests/12",
		Call: func(c *Caller) error { return c.keep(c.Packages.GetManifest(c.ctx, c.id(12), c.opts...)) },
		Good: Good{"exports/manifest.json"},
	},
	Entry{
		Operation: "packages.delete_manifest", Want: "DELETE /api/export_manifests/12",
		Call: func(c *Caller) error { return c.Packages.DeleteManifest(c.ctx, c.id(12), c.opts...) },
		Good: Good{`{"success": true}`, `{"id": 1}`},
	},
	Entry{
		Operation: "packages.export", Want: "POST /api/packages/export/12",
		Call: func(c *Caller) error { return c.keep(c.Packages.Export(c.ctx, c.id(12), c.opts...)) },
		Good: Good{"exports/in_progress.json"},
	},
	Entry{
		Operation: "packages.get", Want: "GET /api/packages/242",
		Call: func(c *Caller) error { return c.keep(c.Packages.Get(c.ctx, c.id(242), c.opts...)) },
		Good: Good{"exports/completed_bare.json", "exports/in_progress.json"},
	},
	Entry{
		Operation: "packages.download", Want: "GET /api/packages/242/download",
		Call: download(io.Discard, nil), Good: Good{Package},
		Refuses: Bad{
			"w":      {download(nil, nil)},
			"SHA256": {download(io.Discard, &workato.DownloadParams{SHA256: "abc"})},
		},
	},
)
