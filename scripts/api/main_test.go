package main

import (
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
	t.Parallel()
	lines, err := describe(exportData, public)
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
