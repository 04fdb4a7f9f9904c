package lease

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Path returns the one name of a file, also of one that is not there yet: absolute, and
// without symbolic links. The files beside it, which keep runners apart, are found by
// its name, so two names would mean two runners.
func Path(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for range 40 { // a link may lead to a file that is not there
		if whole, err := filepath.EvalSymlinks(absolute); err == nil {
			return whole
		}
		to, err := os.Readlink(absolute)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(absolute), to)
		}
		absolute = to
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(absolute)); err == nil {
		return filepath.Join(dir, filepath.Base(absolute))
	}
	return absolute
}

// Regular refuses what is no file for a ledger: a directory, a pipe, which would be
// waited for, or a device.
func Regular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return fmt.Errorf("%s is not a regular file (%v)", path, info.Mode().Type())
}
