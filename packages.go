package workato

import "context"

// PackageService exports packages from the partner's own workspace: what is
// built and tested there can be imported into every customer's. The steps and
// methods are those of ExportService, which exports from a customer's workspace.
// A Package is the zip file itself, as the source of an import.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html
type PackageService struct{ core *core }

const ownLifecycleDoc = "https://docs.workato.com/workato-api/recipe-lifecycle-management.html"

var (
	packagesFolderAssets = operation{Operation: Operation{
		Name: "packages.folder_assets", Method: "GET", Path: "/api/export_manifests/folder_assets",
		Effect: Read, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}}
	packagesCreateManifest = operation{Operation: Operation{
		Name: "packages.create_manifest", Method: "POST", Path: "/api/export_manifests",
		Effect: Create, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}, lookup: manifestLookup}
	packagesGetManifest = operation{Operation: Operation{
		Name: "packages.get_manifest", Method: "GET", Path: "/api/export_manifests/{id}",
		Effect: Read, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}}
	packagesDeleteManifest = operation{Operation: Operation{
		Name: "packages.delete_manifest", Method: "DELETE", Path: "/api/export_manifests/{id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}, metOwnEffect: isGone}
	packagesExport = operation{Operation: Operation{
		Name: "packages.export", Method: "POST", Path: "/api/packages/export/{manifest_id}",
		Effect: Create, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}, lookup: exportLookup, ownError: true}
	packagesGet = operation{Operation: Operation{
		Name: "packages.get", Method: "GET", Path: "/api/packages/{package_id}",
		Effect: Read, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}, ownError: true, named: true}
	packagesDownload = operation{Operation: Operation{
		Name: "packages.download", Method: "GET", Path: "/api/packages/{package_id}/download",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "packages", PerMinute: 60}, Doc: ownLifecycleDoc,
	}}
)

// FolderAssets returns what a package of a folder would contain.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#view-assets-in-a-folder
func (s *PackageService) FolderAssets(ctx context.Context, params *FolderAssetsParams, opts ...CallOption) ([]FolderAsset, error) {
	return folderAssets(ctx, s.core, packagesFolderAssets.at(), params, opts)
}

// CreateManifest makes a manifest: see ExportService.CreateManifest.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#create-an-export-manifest
func (s *PackageService) CreateManifest(ctx context.Context, params *ExportCreateManifestParams, opts ...CallOption) (*ExportManifest, error) {
	return createManifest(ctx, s.core, packagesCreateManifest.at(), params, opts)
}

// GetManifest returns a manifest, without its assets.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#view-an-export-manifest
func (s *PackageService) GetManifest(ctx context.Context, manifestID int64, opts ...CallOption) (*ExportManifest, error) {
	return fetch[ExportManifest](ctx, s.core, packagesGetManifest.at(number(manifestID)), opts)
}

// DeleteManifest deletes a manifest: see ExportService.DeleteManifest.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#delete-an-export-manifest
func (s *PackageService) DeleteManifest(ctx context.Context, manifestID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, packagesDeleteManifest.at(number(manifestID)), opts)
}

// Export starts the export of a manifest. The result is usually still in
// progress: continue with Wait. If the response is lost, the error is
// ErrOutcomeUnknown; exporting again makes another package.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#export-a-package-based-on-a-manifest
func (s *PackageService) Export(ctx context.Context, manifestID int64, opts ...CallOption) (*Export, error) {
	return invoke(ctx, s.core, packagesExport.at(number(manifestID)), opts, decodeExport)
}

// Get returns an export, or an import into the partner's own workspace, with
// its status. A failed one is a result here, not an error.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#get-package-by-id
func (s *PackageService) Get(ctx context.Context, packageID int64, opts ...CallOption) (*Export, error) {
	return invoke(ctx, s.core, packagesGet.at(number(packageID)), opts, decodeExport)
}

// Wait polls an export until it has ended: see ExportService.Wait.
func (s *PackageService) Wait(ctx context.Context, packageID int64, params *WaitParams[Export], opts ...CallOption) (*Export, error) {
	return await(ctx, params, &packagesGet, func(ctx context.Context) (*Export, error) {
		return s.Get(ctx, packageID, opts...)
	}, exportEnded(s.core, &packagesGet))
}
