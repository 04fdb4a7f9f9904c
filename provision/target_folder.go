package provision

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
)

// sum returns the hash of the package, and an error if it is not the wanted one.
func (r *Release) sum(ctx context.Context) (string, error) {
	sum, err := r.Package.SHA256(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("provision: release: %w", err)
	case r.SHA256 != "" && r.SHA256 != sum:
		return "", badField("release.sha256", "the package has the hash %s, wanted is %s", sum, r.SHA256)
	}
	return sum, nil
}

// params are those of the import into a folder. What is sent has the hash SHA256.
func (r *Release) params(folderID int64) *workato.ImportCreateParams {
	return &workato.ImportCreateParams{Package: sealed(r.Package, r.SHA256), FolderID: folderID, RestartRecipes: r.Restart == RestartRunning}
}

// folder finds the folder to import into: a missing one is a *DifferentError, two of
// one name are an *AmbiguousError.
func (r *Release) folder(ctx context.Context, c *workato.Client, id workato.CustomerID) (int64, error) {
	if len(r.Folder) == 0 {
		return 0, badField("release.folder", "is empty, and the target names no FolderID")
	}
	e := &ensurer{client: c, customer: id}
	return e.folderOf(ctx, r.Folder)
}
