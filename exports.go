package workato

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// ExportService exports packages from a customer's workspace. An export takes
// three steps: a manifest says what goes into the package (see CreateManifest),
// Export starts the export, Wait waits for it. Then Download, DownloadFile or
// Source fetch the package, and ImportService imports it into the workspaces of
// other customers. PackageService has the same methods for the partner's own
// workspace.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html
type ExportService struct{ core *core }

var (
	// All lifecycle endpoints except those of imports share one quota.
	exportsFolderAssets = operation{Operation: Operation{
		Name: "exports.folder_assets", Method: "GET", Path: "/api/managed_users/{customer}/export_manifests/folder_assets",
		Effect: Read, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}}
	exportsCreateManifest = operation{Operation: Operation{
		Name: "exports.create_manifest", Method: "POST", Path: "/api/managed_users/{customer}/export_manifests",
		Effect: Create, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}, lookup: manifestLookup}
	exportsUpdateManifest = operation{Operation: Operation{
		Name: "exports.update_manifest", Method: "PUT", Path: "/api/managed_users/{customer}/export_manifests/{id}",
		Effect: Idempotent, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}}
	exportsGetManifest = operation{Operation: Operation{
		Name: "exports.get_manifest", Method: "GET", Path: "/api/managed_users/{customer}/export_manifests/{id}",
		Effect: Read, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}}
	exportsDeleteManifest = operation{Operation: Operation{
		Name: "exports.delete_manifest", Method: "DELETE", Path: "/api/managed_users/{customer}/export_manifests/{id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}, metOwnEffect: isGone}
	exportsExportPackage = operation{Operation: Operation{
		Name: "exports.export_package", Method: "POST", Path: "/api/managed_users/{customer}/exports/{manifest_id}",
		Effect: Create, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}, lookup: exportLookup, ownError: true}
	exportsGetExportStatus = operation{Operation: Operation{
		Name: "exports.get_export_status", Method: "GET", Path: "/api/managed_users/{customer}/exports/{package_id}",
		Effect: Read, Quota: Quota{Family: "lifecycle", PerMinute: 60}, Doc: lifecycleDoc,
	}, ownError: true, named: true}
)

const (
	manifestLookup = "manifests cannot be listed; another one does no harm but stays in the workspace"
	exportLookup   = "exports cannot be listed; exporting the manifest again makes another package of the same content"
)

// ExportManifest says what a package contains.
type ExportManifest struct {
	ID             int64      `json:"id"`
	Name           string     `json:"name"`
	LastExportedAt *time.Time `json:"last_exported_at"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
	DeletedAt      *time.Time `json:"deleted_at"`
	ProjectPath    string     `json:"project_path"`
	// FolderID is missing in most responses.
	FolderID *int64 `json:"folder_id"`
	// Status is "working" in every sample.
	Status string `json:"status"`
	// Package is the export that AutoRun started.
	Package *ManifestPackage `json:"package"`
}

func (m *ExportManifest) identity() int64 { return m.ID }

// ManifestPackage names an export.
type ManifestPackage struct {
	ID int64 `json:"id"`
}

// ExportCreateManifestParams describes a manifest.
type ExportCreateManifestParams struct {
	// Name is required.
	Name string `json:"name"`
	// Assets go into the package. Required unless AutoGenerateAssets is set.
	Assets []ManifestAsset `json:"assets,omitempty"`
	// FolderID is the folder whose assets go into the package.
	FolderID int64 `json:"folder_id,omitempty"`
	// AutoGenerateAssets takes all assets of the folder.
	AutoGenerateAssets bool `json:"auto_generate_assets,omitempty"`
	// IncludeTestCases adds the test cases of recipes.
	IncludeTestCases bool `json:"include_test_cases,omitempty"`
	// IncludeData adds the data of tables.
	IncludeData bool `json:"include_data,omitempty"`
	// IncludeTags adds the tags of the assets.
	IncludeTags bool `json:"include_tags,omitempty"`
	// AutoRun exports at once: Package of the manifest is then the export. Only
	// one source shows it.
	AutoRun bool `json:"auto_run,omitempty"`
}

// CreateManifest creates a manifest. One for a whole folder:
//
//	manifest, err := client.Exports.CreateManifest(ctx, customer, &workato.ExportCreateManifestParams{
//		Name: "backup", FolderID: folderID, AutoGenerateAssets: true,
//	})
//
// A manifest can be exported many times, and stays until it is deleted. If the
// response is lost, the error is ErrOutcomeUnknown: there may be one more.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#create-an-export-manifest
func (s *ExportService) CreateManifest(ctx context.Context, customerID CustomerID, params *ExportCreateManifestParams, opts ...CallOption) (*ExportManifest, error) {
	return createManifest(ctx, s.core, exportsCreateManifest.at(customer(customerID)), params, opts)
}

func createManifest(ctx context.Context, c *core, r request, params *ExportCreateManifestParams, opts []CallOption) (*ExportManifest, error) {
	params, missing := needed(params)
	r = r.withBody(manifestBody(params)).check(missing, required("Name", params.Name), checkAssets(params.Assets), optionalID("FolderID", params.FolderID))
	if len(params.Assets) == 0 && !params.AutoGenerateAssets {
		r = r.check(invalid("Assets", "is required unless AutoGenerateAssets is set"))
	}
	return invoke(ctx, c, r, opts, decodeManifest)
}

// decodeManifest reads a manifest. The sources do not say whether the export
// that AutoRun started is inside the envelope or beside it, and a missed export
// cannot be found again.
func decodeManifest(d *wire.Decoder, body []byte) (*ExportManifest, error) {
	m, err := decodeObject[ExportManifest](d, body)
	if err != nil || m.Package != nil {
		return m, err
	}
	var beside struct {
		Package *ManifestPackage `json:"package"`
	}
	if err := d.Decode(body, &beside); err != nil {
		return nil, err
	}
	m.Package = beside.Package
	return m, nil
}

// manifestBody adds the key that the tables of the reference leave out.
func manifestBody(params any) any { return map[string]any{"export_manifest": params} }

// ExportUpdateManifestParams describes a change. The reference requires the
// name here too.
type ExportUpdateManifestParams struct {
	Name Opt[string] `json:"name,omitzero"`
	// Assets replace those of the manifest; nil leaves them unchanged, and an
	// empty list is sent as such.
	Assets []ManifestAsset `json:"assets,omitzero"`
	// FolderID, AutoGenerateAssets, IncludeTestCases, IncludeData and IncludeTags are
	// as in ExportCreateManifestParams.
	FolderID           Opt[int64] `json:"folder_id,omitzero"`
	AutoGenerateAssets Opt[bool]  `json:"auto_generate_assets,omitzero"`
	IncludeTestCases   Opt[bool]  `json:"include_test_cases,omitzero"`
	IncludeData        Opt[bool]  `json:"include_data,omitzero"`
	IncludeTags        Opt[bool]  `json:"include_tags,omitzero"`
}

// UpdateManifest changes a manifest.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#update-an-export-manifest
func (s *ExportService) UpdateManifest(ctx context.Context, customerID CustomerID, manifestID int64, params *ExportUpdateManifestParams, opts ...CallOption) (*ExportManifest, error) {
	params, missing := needed(params)
	r := exportsUpdateManifest.at(customer(customerID), number(manifestID)).withBody(manifestBody(params)).
		check(missing, changedName(params.Name), checkAssets(params.Assets), idIfSet("FolderID", params.FolderID))
	return fetch[ExportManifest](ctx, s.core, r, opts)
}

// GetManifest returns a manifest, without its assets.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#view-an-export-manifest
func (s *ExportService) GetManifest(ctx context.Context, customerID CustomerID, manifestID int64, opts ...CallOption) (*ExportManifest, error) {
	return fetch[ExportManifest](ctx, s.core, exportsGetManifest.at(customer(customerID), number(manifestID)), opts)
}

// DeleteManifest deletes a manifest. Unverified: what happens to its packages,
// and the response: an empty body and any object without a refusal are a
// success.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#delete-an-export-manifest
func (s *ExportService) DeleteManifest(ctx context.Context, customerID CustomerID, manifestID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, exportsDeleteManifest.at(customer(customerID), number(manifestID)), opts)
}

// Export is the export of a package. It continues after
// ExportService.Export has returned: see Wait.
type Export struct {
	ID            int64  `json:"id"`
	OperationType string `json:"operation_type"`
	// Status is in progress at first: see Wait.
	Status           ExportStatus `json:"status"`
	ExportManifestID *int64       `json:"export_manifest_id"`
	// Name, CreatedAt and UpdatedAt are missing in most responses.
	Name      string     `json:"name"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
	// DownloadURL is where the package can be fetched without a credential, ""
	// while there is none. It expires within seconds: Download and Source request
	// a new one when they need it. Anyone who has it can fetch the package.
	DownloadURL string `json:"download_url"`
	// Error says why a failed export failed.
	Error      string            `json:"error"`
	ErrorParts []json.RawMessage `json:"error_parts"`
	// RecipeStatus is set for imports, which Packages.Get also returns.
	RecipeStatus []ImportedRecipe `json:"recipe_status"`
}

func (e *Export) identity() int64 { return e.ID }

// ExportStatus is the state of an export, in the words of imports.
type ExportStatus = ImportStatus

func decodeExport(d *wire.Decoder, body []byte) (*Export, error) {
	e, err := decodeObject[Export](d, body)
	if err == nil {
		e.DownloadURL = address(e.DownloadURL)
	}
	return e, err
}

// Export starts the export of a manifest. The result is usually still in
// progress: continue with Wait. If the response is lost, the error is
// ErrOutcomeUnknown; exporting again makes another package.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#export-a-package-based-on-a-manifest
func (s *ExportService) Export(ctx context.Context, customerID CustomerID, manifestID int64, opts ...CallOption) (*Export, error) {
	return invoke(ctx, s.core, exportsExportPackage.at(customer(customerID), number(manifestID)), opts, decodeExport)
}

// ExportPackage is Export under its old name.
//
// Deprecated: use Export.
//
//go:fix inline
func (s *ExportService) ExportPackage(ctx context.Context, customerID CustomerID, manifestID int64, opts ...CallOption) (*Export, error) {
	return s.Export(ctx, customerID, manifestID, opts...)
}

// Get returns an export with its status. A failed export is a result here, not
// an error.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#get-package-status
func (s *ExportService) Get(ctx context.Context, customerID CustomerID, packageID int64, opts ...CallOption) (*Export, error) {
	return invoke(ctx, s.core, exportsGetExportStatus.at(customer(customerID), number(packageID)), opts, decodeExport)
}

// GetExportStatus is Get under its old name.
//
// Deprecated: use Get.
//
//go:fix inline
func (s *ExportService) GetExportStatus(ctx context.Context, customerID CustomerID, packageID int64, opts ...CallOption) (*Export, error) {
	return s.Get(ctx, customerID, packageID, opts...)
}

// Wait polls an export until it has ended. A failed export is a
// *FailedError[Export]. If the wait itself ends first, the error is a
// *WaitError[Export]; waiting can resume with the same id. Polls that fail
// transiently are retried, and states that this package does not know count as
// not ended.
func (s *ExportService) Wait(ctx context.Context, customerID CustomerID, packageID int64, params *WaitParams[Export], opts ...CallOption) (*Export, error) {
	return await(ctx, params, &exportsGetExportStatus, func(ctx context.Context) (*Export, error) {
		return s.Get(ctx, customerID, packageID, opts...)
	}, exportEnded(s.core, &exportsGetExportStatus))
}

// exportEnded reports whether an export has ended, with an error if it failed.
func exportEnded(c *core, op *operation) func(*Export) (bool, error) {
	return func(e *Export) (bool, error) {
		if e.Status.Failed() {
			return true, failedWait(c, op, e, fmt.Sprintf("export %d", e.ID), string(e.Status), e.Error)
		}
		return e.Status.Completed(), nil
	}
}
