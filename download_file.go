package workato

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// downloadFile downloads a package under another name and renames it when it is
// complete.
func (d *downloadSource) downloadFile(ctx context.Context, path string, params *DownloadParams) (got *Download, err error) {
	target, err := downloadTarget(path)
	if err != nil {
		return nil, err
	}
	// The name does not include the target's, which may be as long as the file
	// system allows.
	file, err := os.CreateTemp(filepath.Dir(target), ".workato-*.part")
	if err != nil {
		return nil, fmt.Errorf("workato: %s: %w", d.op.Name, err)
	}
	whole := false
	defer func() { // also when OnProgress panics
		if whole {
			return
		}
		_ = file.Close() // a second time, mostly
		if left := os.Remove(file.Name()); left != nil {
			err = errors.Join(err, left)
		}
	}()
	got, err = d.download(ctx, file, params)
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		return nil, err
	}
	whole = true
	return got, nil
}

// maxLinks is how many symbolic links are followed to a target.
const maxLinks = 40

// downloadTarget returns the file that a download is to become: the one behind
// symbolic links, which stay. An impossible target is detected before anything
// is downloaded.
func downloadTarget(path string) (string, error) {
	if path == "" {
		return "", invalid("path", "is empty")
	}
	for range maxLinks {
		info, err := os.Lstat(path)
		switch {
		case err != nil:
			return path, nil //nolint:nilerr // not there, or found out when the file is made
		case info.IsDir():
			return "", invalid("path", "%s is a directory", path)
		case info.Mode().IsRegular():
			return path, nil
		case info.Mode()&os.ModeSymlink == 0: // a device, which would be replaced by a file
			return "", invalid("path", "%s is not a regular file", path)
		}
		link, err := os.Readlink(path)
		if err != nil {
			return "", invalid("path", "%v", err)
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	return "", invalid("path", "too many symbolic links")
}
