package workato_test

import (
	"context"
	"io"
	"time"

	"github.com/go-workato/workato"
)

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

var _ = addRequests(
	requestCase{
		op: "exports.folder_assets", name: "home",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.FolderAssets(ctx, customer, nil))
		},
		want: "GET /api/managed_users/{customer}/export_manifests/folder_assets", answer: `{"result": {"assets": []}}`,
	},
	requestCase{
		op: "exports.folder_assets", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.FolderAssets(ctx, customer, &workato.FolderAssetsParams{FolderID: 2415, IncludeTestCases: true, IncludeData: true}))
		},
		want:   "GET /api/managed_users/{customer}/export_manifests/folder_assets?folder_id=2415&include_data=true&include_test_cases=true",
		answer: `{"result": {"assets": []}}`,
	},
	requestCase{
		op: "exports.create_manifest", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.CreateManifest(ctx, customer, wholeManifest))
		},
		want: "POST /api/managed_users/{customer}/export_manifests", json: wholeManifestJSON,
	},
	requestCase{
		op: "exports.create_manifest", name: "folder",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.CreateManifest(ctx, customer, &workato.ExportCreateManifestParams{Name: "A", FolderID: 2415, AutoGenerateAssets: true}))
		},
		want: "POST /api/managed_users/{customer}/export_manifests",
		json: `{"export_manifest": {"name": "A", "folder_id": 2415, "auto_generate_assets": true}}`,
	},
	requestCase{
		op: "exports.update_manifest", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.UpdateManifest(ctx, customer, 12, &workato.ExportUpdateManifestParams{
				Name: workato.Set("B"), FolderID: workato.Set[int64](2416), AutoGenerateAssets: workato.Set(false),
				IncludeTestCases: workato.Set(true), IncludeData: workato.Set(false), IncludeTags: workato.Set(true),
				Assets: []workato.ManifestAsset{{ID: 12, Type: workato.AssetConnection, AbsolutePath: "All projects"}},
			}))
		},
		want: "PUT /api/managed_users/{customer}/export_manifests/12",
		json: `{"export_manifest": {"name": "B", "folder_id": 2416, "auto_generate_assets": false, "include_test_cases": true, "include_data": false,
			"include_tags": true, "assets": [{"id": 12, "type": "connection", "absolute_path": "All projects", "checked": true, "folder": "",
			"root_folder": false, "unreachable": false}]}}`,
	},
	requestCase{
		op: "exports.update_manifest", name: "no assets any more",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.UpdateManifest(ctx, customer, 12, &workato.ExportUpdateManifestParams{
				AutoGenerateAssets: workato.Set(true), Assets: []workato.ManifestAsset{},
			}))
		},
		want: "PUT /api/managed_users/{customer}/export_manifests/12",
		json: `{"export_manifest": {"auto_generate_assets": true, "assets": []}}`,
	},
	requestCase{
		op: "exports.get_manifest",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.GetManifest(ctx, customer, 12))
		},
		want: "GET /api/managed_users/{customer}/export_manifests/12",
	},
	requestCase{
		op: "exports.delete_manifest",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Exports.DeleteManifest(ctx, customer, 12)
		},
		want: "DELETE /api/managed_users/{customer}/export_manifests/12",
	},
	requestCase{
		op: "exports.export_package",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.ExportPackage(ctx, customer, 12))
		},
		want: "POST /api/managed_users/{customer}/exports/12",
	},
	requestCase{
		op: "exports.get_export_status",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Exports.GetExportStatus(ctx, customer, 242))
		},
		want: "GET /api/managed_users/{customer}/exports/242",
	},
	requestCase{
		op: "packages.folder_assets",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.FolderAssets(ctx, &workato.FolderAssetsParams{FolderID: 2415}))
		},
		want: "GET /api/export_manifests/folder_assets?folder_id=2415", answer: `{"result": {"assets": []}}`,
	},
	requestCase{
		op: "packages.create_manifest",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.CreateManifest(ctx, wholeManifest))
		},
		want: "POST /api/export_manifests", json: wholeManifestJSON,
	},
	requestCase{
		op: "packages.get_manifest",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.GetManifest(ctx, 12))
		},
		want: "GET /api/export_manifests/12",
	},
	requestCase{
		op: "packages.delete_manifest",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return c.Packages.DeleteManifest(ctx, 12)
		},
		want: "DELETE /api/export_manifests/12",
	},
	requestCase{
		op: "packages.export",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.Export(ctx, 12))
		},
		want: "POST /api/packages/export/12",
	},
	requestCase{
		op: "packages.get",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.Get(ctx, 242))
		},
		want: "GET /api/packages/242",
	},
	requestCase{
		op: "packages.download",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Packages.Download(ctx, 242, io.Discard, nil))
		},
		want: "GET /api/packages/242/download", answer: packageText,
	},
	requestCase{
		op: "deployments.build", name: "project",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.Build(ctx, customer, workato.ProjectByID(649), nil))
		},
		want: "POST /api/managed_users/{customer}/projects/649/build",
	},
	requestCase{
		op: "deployments.build", name: "folder and everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.Build(ctx, customer, workato.ProjectByFolder(1563), &workato.DeploymentBuildParams{
				Description: "x", IncludeTestCases: true, IncludeTags: true,
			}))
		},
		want: "POST /api/managed_users/{customer}/projects/f1563/build",
		json: `{"description": "x", "include_test_cases": true, "include_tags": true}`,
	},
	requestCase{
		op: "deployments.get_build",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.GetBuild(ctx, customer, 77))
		},
		want: "GET /api/managed_users/{customer}/project_builds/77",
	},
	requestCase{
		op: "deployments.deploy_build",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.DeployBuild(ctx, customer, 77, &workato.DeploymentDeployParams{
				EnvironmentType: workato.EnvironmentTest, Title: "Release 4", Description: "text",
			}))
		},
		want: "POST /api/managed_users/{customer}/project_builds/77/deploy?environment_type=test",
		json: `{"environment_type": "test", "title": "Release 4", "description": "text"}`,
	},
	requestCase{
		op: "deployments.deploy",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.Deploy(ctx, customer, "649", &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentProd}))
		},
		want: "POST /api/managed_users/{customer}/projects/649/deploy?environment_type=prod", json: `{"environment_type": "prod"}`,
	},
	requestCase{
		op: "deployments.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.List(ctx, customer, nil))
		},
		want: "GET /api/managed_users/{customer}/deployments", answer: `[]`,
	},
	requestCase{
		op: "deployments.list", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.List(ctx, customer, &workato.DeploymentListParams{
				ProjectID: 649, FolderID: 1563, EnvironmentType: workato.EnvironmentProd, State: workato.DeploymentFailed,
				From: time.Date(2026, 5, 1, 2, 0, 0, 0, time.FixedZone("", 7200)), To: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
			}))
		},
		want: "GET /api/managed_users/{customer}/deployments?environment_type=prod&folder_id=1563&from=2026-05-01T00%3A00%3A00Z" +
			"&project_id=649&state=failed&to=2026-06-01T00%3A00%3A00Z",
		answer: `{"items": []}`,
	},
	requestCase{
		op: "deployments.get",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.Get(ctx, customer, 9))
		},
		want: "GET /api/managed_users/{customer}/deployments/9",
	},
	requestCase{
		op: "deployments.eligible_reviewers",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.EligibleReviewers(ctx, customer, 9))
		},
		want: "GET /api/managed_users/{customer}/deployments/9/eligible_reviewers", answer: `[]`,
	},
	requestCase{
		op: "deployments.assign_reviewers", name: "two",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.AssignReviewers(ctx, customer, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{3, 4}}))
		},
		want: "POST /api/managed_users/{customer}/deployments/9/assign_reviewers", json: `{"reviewer_ids": [3, 4]}`, answer: `{"reviews": [], "authors": []}`,
	},
	requestCase{
		op: "deployments.assign_reviewers", name: "nobody",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Deployments.AssignReviewers(ctx, customer, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}}))
		},
		want: "POST /api/managed_users/{customer}/deployments/9/assign_reviewers", json: `{"reviewer_ids": []}`, answer: `{"reviews": [], "authors": []}`,
	},
)
