package provision

import (
	"context"
	"slices"
	"strings"

	"github.com/go-workato/workato"
)

// EnsureFolder makes sure that there is a folder at a path from the top, and the
// folders above it. The first of the path is a project. It lists each level once,
// and after a create whose response was lost again, before it sends another one.
// Two folders of one name in one place are an *AmbiguousError.
func EnsureFolder(ctx context.Context, c *workato.Client, id workato.CustomerID, path []string, opts ...EnsureOption) (*Result[workato.Folder], error) {
	e, err := newEnsurer(c, id, opts)
	if err != nil {
		return nil, err
	}
	return e.folder(ctx, path)
}

func (e *ensurer) folder(ctx context.Context, path []string) (*Result[workato.Folder], error) {
	if len(path) == 0 || slices.ContainsFunc(path, isBlank) {
		return nil, badField("folder", "%q is no path", path)
	}
	e.voice.step(folderAddress(path))
	result := &Result[workato.Folder]{Did: Unchanged}
	for i := range path {
		at := path[:i+1]
		have, did, err := e.level(ctx, result.Value, at)
		if err != nil {
			return result, err
		}
		result.Value = have
		if did == Created || did == Found && result.Did == Unchanged {
			result.Did = did
		}
		if did != Unchanged {
			result.Diff = append(result.Diff, FieldDiff{Field: "path", Want: strings.Join(at, "/")})
		}
		if have == nil { // only with DryRun: nothing below it is there either
			result.Diff = []FieldDiff{{Field: "path", Have: strings.Join(path[:i], "/"), Want: strings.Join(path, "/")}}
			return result, nil
		}
	}
	return result, nil
}

// level makes sure of the last folder of a path, whose parent is there.
func (e *ensurer) level(ctx context.Context, parent *workato.Folder, path []string) (*workato.Folder, Did, error) {
	top := int64(0)
	if parent != nil {
		top = parent.ID
	}
	look := func(ctx context.Context) (*workato.Folder, error) { return e.findFolder(ctx, top, path) }
	found, err := look(ctx)
	if err != nil || found != nil {
		return found, Unchanged, err
	}
	if e.resting() {
		return nil, Created, e.different("folder "+strings.Join(path, "/"), true, nil)
	}
	made, did, err := once(ctx, e, folderAddress(path), look, func(ctx context.Context) (*workato.Folder, error) {
		return e.client.Folders.Create(ctx, e.customer, &workato.FolderCreateParams{Name: path[len(path)-1], ParentID: top})
	})
	if err == nil && did == Created {
		if made.Name == "" { // the oldest responses hold only the id
			made.Name = path[len(path)-1]
		}
		if list, read := e.folders[top]; read || e.fresh {
			e.keepFolders(top, append(list, *made))
		}
		e.keepFolders(made.ID, []workato.Folder{})
	}
	return made, did, err
}

// findFolder returns the last folder of a path, nil if there is none.
func (e *ensurer) findFolder(ctx context.Context, parent int64, path []string) (*workato.Folder, error) {
	for _, f := range e.placed[parent] {
		if f.Name == path[len(path)-1] {
			return &f, nil
		}
	}
	list, read := e.folders[parent]
	if !read && !e.fresh {
		page, err := e.client.Folders.List(ctx, e.customer, &workato.FolderListParams{ParentID: parent})
		for ; err == nil; page, err = page.Next(ctx) {
			list = append(list, page.Items...)
			if !page.HasNext() || len(page.Items) < smallestPage {
				break
			}
		}
		if err != nil {
			return nil, err
		}
		e.keepFolders(parent, list)
	}
	var found []workato.Folder
	for _, f := range list {
		if f.Name == path[len(path)-1] {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil //nolint:nilnil // there is none
	case 1:
		return &found[0], nil
	}
	return nil, &AmbiguousError{What: "folder", Name: strings.Join(path, "/"), IDs: ids(found, func(f workato.Folder) int64 { return f.ID })}
}

// findPath returns the folder at a path, nil if it is not there.
func (e *ensurer) findPath(ctx context.Context, path []string) (*workato.Folder, error) {
	var found *workato.Folder
	top := int64(0)
	for i := range path {
		var err error
		if found, err = e.findFolder(ctx, top, path[:i+1]); err != nil || found == nil {
			return nil, err
		}
		top = found.ID
	}
	return found, nil
}

func (e *ensurer) keepFolders(parent int64, list []workato.Folder) {
	if e.folders == nil {
		e.folders = map[int64][]workato.Folder{}
	}
	e.folders[parent] = list
}

// folderAddress is the address of the step for a folder.
func folderAddress(path []string) string { return "folders/" + strings.Join(path, "/") }

// isBlank reports whether a text has nothing but spaces.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
