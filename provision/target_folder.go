package provision

import (
	"context"
	"fmt"
	"strings"

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

// params are those of the import into a folder.
func (r *Release) params(folderID int64) *workato.ImportCreateParams {
	return &workato.ImportCreateParams{Package: r.Package, FolderID: folderID, RestartRecipes: r.Restart == RestartRunning}
}

// folderError says that a folder cannot be told: it is missing, or there are two.
type folderError struct {
	path []string
	ids  []int64
}

func (e *folderError) Error() string {
	path := strings.Join(e.path, "/")
	if len(e.ids) == 0 {
		return fmt.Sprintf("provision: there is no folder %q", path)
	}
	return fmt.Sprintf("provision: there are %d folders %q, with the ids %v", len(e.ids), path, e.ids)
}

// folder finds the folder to import into.
func (r *Release) folder(ctx context.Context, c *workato.Client, id workato.CustomerID) (int64, error) {
	parent := int64(0)
	for i, name := range r.Folder {
		all := c.Folders.All(ctx, id, &workato.FolderListParams{ParentID: parent})
		found, err := workato.Find(all, func(f workato.Folder) bool { return f.Name == name })
		if err != nil {
			return 0, err
		}
		if len(found) != 1 {
			e := &folderError{path: r.Folder[:i+1]}
			for _, f := range found {
				e.ids = append(e.ids, f.ID)
			}
			return 0, e
		}
		parent = found[0].ID
	}
	if parent == 0 {
		return 0, badField("release.folder", "is empty, and the target names no FolderID")
	}
	return parent, nil
}
