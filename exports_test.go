package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeExports(t *testing.T) {
	t.Parallel()
	assets := func(ctx context.Context, c *workato.Client) ([]workato.FolderAsset, error) {
		return c.Exports.FolderAssets(ctx, customerID, nil)
	}
	own := func(ctx context.Context, c *workato.Client) ([]workato.FolderAsset, error) {
		return c.Packages.FolderAssets(ctx, nil)
	}
	found := decoded(t, "exports/folder_assets.json", assets)
	require.Len(t, found, 2)
	assert.Equal(t, workato.FolderAsset{
		ID: 12, Name: "x", Type: workato.AssetRecipe, Version: 1, Folder: "A", AbsolutePath: "All projects/A", ZipName: "A/x.recipe.json",
		Checked: true, Status: "added",
	}, found[0])
	assert.Equal(t, workato.ManifestAsset{
		ID: 13, Type: "moon_phase", AbsolutePath: "All projects", ZipName: "y.moon.json", Version: 2, RootFolder: true, Unreachable: true, Unchecked: true,
	}, found[1].ForManifest())
	assert.Equal(t, found, decoded(t, "exports/folder_assets_bare.json", assets))
	assert.Equal(t, found, decoded(t, "exports/folder_assets.json", own))
	_, err := assets(t.Context(), newClient(t, responding(response{body: `{"result": {}}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse, "a missing list is not an empty one")

	manifest := decoded(t, "exports/manifest.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Exports.GetManifest(ctx, customerID, 12)
	})
	assert.Equal(t, &workato.ExportManifest{
		ID: 12, Name: "Release 4", LastExportedAt: workato.Ptr(at("2025-05-01T10:00:00-07:00")), CreatedAt: at("2025-04-01T10:00:00-07:00"),
		UpdatedAt: at("2025-04-02T10:00:00-07:00"), ProjectPath: "Folder 1", Status: "working",
	}, manifest)
	ran := decoded(t, "exports/manifest_auto_run.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Exports.CreateManifest(ctx, customerID, &workato.ExportCreateManifestParams{Name: "Release 4", AutoGenerateAssets: true, AutoRun: true})
	})
	assert.Equal(t, &workato.ManifestPackage{ID: 242}, ran.Package)
	assert.Equal(t, ran, decoded(t, "exports/manifest_auto_run_beside.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "Release 4", AutoGenerateAssets: true, AutoRun: true})
	}))

	status := func(ctx context.Context, c *workato.Client) (*workato.Export, error) {
		return c.Exports.Get(ctx, customerID, 242)
	}
	done := &workato.Export{
		ID: 242, OperationType: "export", Status: workato.ImportCompleted, ExportManifestID: workato.Ptr[int64](12),
		DownloadURL: "https://store.example.com/p/242.zip?X-Amz-Expires=10",
	}
	assert.Equal(t, done, decoded(t, "exports/completed_bare.json", status))
	assert.Equal(t, done, decoded(t, "exports/completed_result.json", status))
	assert.Equal(t, done, decoded(t, "exports/completed_bare.json", func(ctx context.Context, c *workato.Client) (*workato.Export, error) {
		return c.Packages.Get(ctx, 242)
	}))
	assert.Empty(t, decoded(t, "exports/in_progress.json", status).DownloadURL)
	keepsKeys(t, fixture(t, "exports/package_keys.json"), decoded(t, "exports/package_keys.json", status))
	manifest = decoded(t, "exports/manifest_folder.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Exports.GetManifest(ctx, customerID, 12)
	})
	assert.Equal(t, workato.Ptr[int64](4410), manifest.FolderID)
	old := decoded(t, "exports/failed_2020.json", status)
	assert.Equal(t, &workato.Export{
		ID: 242, OperationType: "export", Status: workato.ImportFailed, ExportManifestID: workato.Ptr[int64](12), Error: "a recipe is missing",
		ErrorParts: []json.RawMessage{json.RawMessage(`{"a": 1}`)},
	}, old)
}

// TestFailedExportKeepsSecrets: the text of a failure arrives long after the
// call, and may still contain the token.
func TestFailedExportKeepsSecrets(t *testing.T) {
	t.Parallel()
	c := newClient(t, responding(response{body: `{"id": 242, "status": "failed", "error": "bad ` + testToken + `"}`}))
	_, err := c.Exports.Wait(t.Context(), customerID, 242, nil)
	var failure *workato.FailedError[workato.Export]
	require.ErrorAs(t, err, &failure)
	require.ErrorContains(t, err, "export 242: failed: bad ")
	require.NotContains(t, err.Error(), testToken)
}
