package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// copyContext copies the files of the repository that .dockerignore leaves.
func copyContext(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			patterns = append(patterns, line)
		}
	}
	root := os.DirFS("../..")
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git":
			return fs.SkipDir
		case !entry.Type().IsRegular() || ignored(patterns, name):
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return os.WriteFile(to, content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ignored reports whether Docker leaves a file out: the last pattern decides
// that has the file or a directory above it. Only the forms of patterns that the
// file has are known.
func ignored(patterns []string, name string) bool {
	out := false
	for _, pattern := range patterns {
		pattern, back := strings.CutPrefix(pattern, "!")
		for above := name; above != "."; above = path.Dir(above) {
			subject := above
			anywhere, deep := strings.CutPrefix(pattern, "**/")
			if deep {
				subject = path.Base(above)
			}
			if ok, err := path.Match(anywhere, subject); err == nil && ok {
				out = !back
				break
			}
		}
	}
	return out
}
