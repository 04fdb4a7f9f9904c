package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestPagesAreCurrent fails if the table, or the program in the README, has
// changed and the pages have not.
func TestPagesAreCurrent(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	pages, err := render(root)
	require.NoError(t, err)
	for name, want := range pages {
		have, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		// Git may have written Windows line ends.
		assert.Equal(t, want, strings.ReplaceAll(string(have), "\r\n", "\n"), "%s is out of date; run: go generate", name)
	}
	for _, op := range workato.Operations() {
		assert.Contains(t, pages[filepath.Join("docs", "endpoints.md")], "`"+op.Method+" "+op.Path+"`")
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	services, err := group([]workato.Operation{{Name: "connections.input_schema"}, {Name: "connections.list"}, {Name: "managed_users.get"}})
	require.NoError(t, err)
	require.Len(t, services, 2)
	_, err = serviceTable(services)
	assert.ErrorContains(t, err, "no service")
	all, err := group(workato.Operations())
	require.NoError(t, err)
	_, err = serviceTable(append(all, service{name: "Novelties"}))
	assert.ErrorContains(t, err, "service Novelties is in no area")

	for _, name := range []string{"unheard_of.list", "connections.unheard_of"} {
		_, err := group([]workato.Operation{{Name: name}})
		assert.ErrorContains(t, err, name)
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]workato.Quota{
		"": {}, "60/min": {PerMinute: 60}, "1/s": {PerSecond: 1}, "1000/min, 500/h": {PerMinute: 1000, PerHour: 500},
	} {
		assert.Equal(t, want, quota(q))
	}
}

func TestReplaceBetween(t *testing.T) {
	t.Parallel()
	text, err := replaceBetween("a\n<!-- x -->\nold\n<!-- /x -->\nb\n", "x", "new\n")
	require.NoError(t, err)
	assert.Equal(t, "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n", text)
	for _, text := range []string{"", "<!-- x -->\n", "<!-- /x -->"} {
		_, err := replaceBetween(text, "x", "")
		assert.ErrorContains(t, err, `"x"`, text)
	}
}
