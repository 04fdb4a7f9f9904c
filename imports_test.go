package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

func TestDecodeImport(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Import, error) {
		return c.Imports.Get(ctx, customerID, 251)
	}
	create := func(ctx context.Context, c *workato.Client) (*workato.Import, error) {
		return c.Imports.Create(ctx, customerID, &workato.ImportCreateParams{Package: workato.PackageBytes([]byte(apitest.Package)), FolderID: 1})
	}
	running := &workato.Import{ID: 251, OperationType: "import", Status: workato.ImportInProgress}
	assert.Equal(t, running, decoded(t, "imports/in_progress.json", create))
	assert.Equal(t, running, decoded(t, "imports/in_progress.json", get))
	completed := &workato.Import{
		ID: 251, OperationType: "import", Status: workato.ImportCompleted,
		RecipeStatus: []workato.ImportedRecipe{
			{ID: 12345, ImportResult: workato.ImportResultRestarted},
			{ID: 12346, ImportResult: workato.ImportResultStopped},
			{ID: 12347, ImportResult: workato.ImportResultUnchanged},
			{ID: 12348, ImportResult: workato.ImportResultRestartFailed},
			{ID: 12349, ImportResult: "stopped_for_review"},
		},
	}
	assert.Equal(t, completed, decoded(t, "imports/completed.json", get))
	assert.Equal(t, completed.RecipeStatus[1:2], completed.NotRestarted()[:1])
	assert.Len(t, completed.NotRestarted(), 2)
	assert.Equal(t, &workato.Import{
		ID: 251, OperationType: "import", Status: workato.ImportInProgress, RecipeStatus: []workato.ImportedRecipe{},
	}, decoded(t, "imports/running_recorded.json", get))
	assert.Equal(t, &workato.Import{
		ID: 251, OperationType: "import", Status: workato.ImportCompleted, RecipeStatus: []workato.ImportedRecipe{},
		DownloadURL: "https://store.example.com/p/252.zip?X-Amz-Expires=10",
	}, decoded(t, "imports/completed_recorded.json", get))
	keepsKeys(t, fixture(t, "imports/completed_recorded.json"), decoded(t, "imports/completed_recorded.json", create))
	keepsKeys(t, fixture(t, "imports/package_keys.json"), decoded(t, "imports/package_keys.json", get))
	assert.Equal(t, &workato.Import{
		ID: 251, OperationType: "import", Status: "queued_somewhere", ExportManifestID: workato.Ptr[int64](3),
	}, decoded(t, "imports/loose.json", create))

	failed := decoded(t, "imports/failed.json", get) // a result of Get, not an error
	assert.Equal(t, &workato.Import{
		ID: 251, OperationType: "export", Status: workato.ImportFailed, Error: "folder is missing",
		ErrorParts: []json.RawMessage{json.RawMessage(`{"reason": "folder"}`), json.RawMessage(`"text"`)},
	}, failed)
	_, err := create(t.Context(), newClient(t, responding(response{body: fixture(t, "imports/failed.json")})))
	var refusal *workato.ImportFailedError
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, failed, refusal.Import)
	assert.Equal(t, "folder is missing", refusal.Err.Message)
	assert.Equal(t, "workato: import 251: failed: folder is missing", err.Error())

	for status, want := range map[workato.ImportStatus][2]bool{ // completed, failed
		workato.ImportPending: {}, workato.ImportProcessing: {}, workato.ImportInProgress: {}, "": {}, "queued_somewhere": {},
		workato.ImportCompleted: {true, false}, workato.ImportSucceeded: {true, false},
		workato.ImportFailed: {false, true}, workato.ImportError: {false, true}, workato.ImportStopped: {false, true},
	} {
		got := [2]bool{status.Completed(), status.Failed()}
		assert.Equal(t, want, got, status)
	}
}

// TestPackageFileKeepsTheReason: the caller may want to know fs.ErrNotExist.
func TestPackageFileKeepsTheReason(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.zip")
	_, err := newClient(t, unreachable(t)).Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{
		Package: workato.PackageFile(missing), FolderID: 1,
	})
	assertRefused(t, err, "missing.zip")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestPackageOfAnotherSize: the size was sent in a header.
func TestPackageOfAnotherSize(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for name, tc := range map[string]struct {
		pack workato.Package
		want string
	}{
		"shorter":     {workato.PackageReader(strings.NewReader("abc"), 5), "not the announced 5 bytes"},
		"longer":      {workato.PackageReader(strings.NewReader("abcdefgh"), 5), "not the announced 5 bytes"},
		"cannot open": {workato.PackageFunc(func() (io.ReadCloser, error) { return nil, broken }, 5), "disk on fire"},
		"cannot read": {workato.PackageFunc(func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("ab"), failingReader{broken})), nil
		}, 5), "disk on fire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := responding(response{body: `{"id": 1}`})
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
			_, err := c.Imports.Create(t.Context(), customerID, &workato.ImportCreateParams{Package: tc.pack, FolderID: 1})
			require.ErrorContains(t, err, tc.want)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "an incomplete package was not imported")
			assert.Empty(t, transport.all())
		})
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
