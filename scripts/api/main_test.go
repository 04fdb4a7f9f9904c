package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "v0.1.txt")
	try := func(write, breaking bool, have ...string) (string, error) {
		var out strings.Builder
		err := compare(&out, file, have, write, breaking)
		return out.String(), err
	}
	_, err := try(false, false, "func A()")
	require.ErrorContains(t, err, "-write")

	_, err = try(true, false, "func A()", "func B()")
	require.NoError(t, err)
	out, err := try(false, false, "func A()", "func B()")
	require.NoError(t, err)
	assert.Contains(t, out, "2 names are as recorded")

	out, err = try(false, false, "func A()", "func B()", "func C()")
	require.NoError(t, err, "a new name breaks nobody")
	assert.Equal(t, "+ func C()\n1 names are new; record them before a release with: go run ./scripts/api -write\n", out)

	for _, write := range []bool{false, true} {
		out, err = try(write, false, "func A(int)", "func B()")
		require.ErrorContains(t, err, "1 recorded names are gone or changed")
		assert.Equal(t, "- func A()\n+ func A(int)\n", out)
	}
	_, err = try(true, true, "func A(int)", "func B()")
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "func A(int)\nfunc B()\n", string(text))
	assert.Equal(t, filepath.Join("api", "v0.1.txt"), recordFile("0.1.12"))
}

// TestDescribe: what the lines of this module say, by a few that are not to
// change.
func TestDescribe(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	lines, err := describe(public[:1])
	require.NoError(t, err)
	for _, line := range []string{
		`pkg workato, const RegionUS Region = "us"`,
		`pkg workato, const Version untyped string`,
		`pkg workato, func NewClient(...Option) (*Client, error)`,
		`pkg workato, func Set[T any](T) Opt[T]`,
		`pkg workato, method (*FolderService) All(context.Context, CustomerID, *FolderListParams, ...CallOption) iter.Seq2[Folder, error]`,
		`pkg workato, type Client struct, Folders *FolderService`,
		`pkg workato, type Limiter interface { Wait(context.Context, Operation) error }`,
		`pkg workato, var ErrNotFound error`,
	} {
		assert.Contains(t, lines, line)
	}
}

// TestPublic: no package that programs can import is forgotten.
func TestPublic(t *testing.T) {
	t.Parallel()
	known := make(map[string]bool)
	for _, g := range public {
		for _, path := range g.packages {
			known[filepath.Join(g.dir, path)] = true
		}
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		path, err = filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case path != "." && name[0] == '.', name == "internal", name == "testdata", name == "e2e",
			// Programs, and tests of the whole repository.
			path == "examples", path == "scripts", path == "tools", path == "cmd", path == "hostile", path == "bench":
			return filepath.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(root, path, "*.go"))
		if len(files) > 0 {
			assert.True(t, known[path], "add package %s to the list in main.go", path)
			delete(known, path)
		}
		return err
	})
	require.NoError(t, err)
	assert.Empty(t, known, "these packages are gone")
}
