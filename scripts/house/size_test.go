package house

import (
	"bytes"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	maxLines   = 400
	maxColumns = 160
)

var (
	// people read these kinds of files from the first line to the last.
	people = regexp.MustCompile(`\.(go|md|ya?ml|html|ts|py|sh)$|(^|/)(Dockerfile|\.ci/run|scripts/[^/.]+)$`)
	// generated is the header of what a program has written, in its first lines.
	generated = regexp.MustCompile(`(?m)^(// Code generated .* DO NOT EDIT\.|<!-- written by .* -->)$`)
)

func isGenerated(text []byte) bool {
	return generated.Match(text[:min(len(text), 500)])
}

// TestFilesAreShort: who reads a file has it in the head at its end. A longer one
// has more than one subject, and is split by it.
func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	seen := 0
	require.NoError(t, walk(func(name string) error {
		if !people.MatchString(name) || strings.Contains(name, "testdata/") {
			return nil
		}
		seen++
		text, err := os.ReadFile(path.Join(root, name))
		if lines := bytes.Count(text, []byte("\n")); !isGenerated(text) {
			assert.LessOrEqual(t, lines, maxLines, "lines of %s: split it by subject", name)
		}
		return err
	}))
	require.Greater(t, seen, 500)
}

// TestLinesOfTestsAreShort: a table of tests is read by columns, and a diff of it
// beside another.
func TestLinesOfTestsAreShort(t *testing.T) {
	t.Parallel()
	for _, f := range theFiles(t, file.isTest) {
		text, err := os.ReadFile(path.Join(root, f.name))
		require.NoError(t, err)
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), maxColumns, "columns of %s:%d", f.name, n)
		}
	}
}
