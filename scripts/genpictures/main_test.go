package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPicturesAreCurrent fails if what a picture shows has changed and the file
// has not, and if a text does not fit.
func TestPicturesAreCurrent(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	pictures, err := render(root)
	require.NoError(t, err)
	require.Len(t, pictures, 2)
	for name, want := range pictures {
		have, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		// Git may have written Windows line ends.
		assert.Equal(t, want, strings.ReplaceAll(string(have), "\r\n", "\n"), "%s is out of date; run: go generate", name)
		for decoder := xml.NewDecoder(strings.NewReader(want)); err == nil; {
			_, err = decoder.Token()
		}
		assert.ErrorIs(t, err, io.EOF, name)
		assert.Contains(t, want, "prefers-color-scheme: dark")
	}
}

func TestTextThatDoesNotFit(t *testing.T) {
	t.Parallel()
	var d drawing
	d.box(box{w: 100, h: 50, title: "much too long for a box", lines: []string{"a", "b"}})
	_, err := d.document(60, "", "")
	assert.ErrorContains(t, err, `"much too long for a box" needs`)
	assert.ErrorContains(t, err, "50 pixels high, needs 71")
}

// TestModuleWithoutLine: a new module has to be in the picture.
func TestModuleWithoutLine(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{
		"contrib/new/go.mod", "cmd/workato-fake/main.go", "examples/quickstart/main.go", "examples/onboard/main.go",
		"examples/doctor/main.go", "examples/embed/main.go", "examples/rollout/main.go",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), nil, 0o600))
	}
	_, err := partsPicture(root)
	assert.ErrorContains(t, err, "module contrib/new has no line")
}
