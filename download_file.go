package workato

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// downloadFile downloads a package under another name and renames it when it is
// whole.
func (d *downloadSource) downloadFile(ctx context.Context, path string, params *DownloadParams) (got *Download, err error) {
	if path == "" {
		return nil, invalid("path", "is empty")
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("workato: %s: %w", d.op.Name, err)
	}
	defer func() {
		if err == nil {
			return
		}
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
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return nil, err
	}
	return got, nil
}
