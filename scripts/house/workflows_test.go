package house

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	uses    = regexp.MustCompile(`(?m)^\s*-? *uses: *(.*)$`)
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	writes  = regexp.MustCompile(`(?m)^\s*[\w-]+: *write|write-all`)
	jobs    = regexp.MustCompile(`(?m)^    runs-on:`)
	limits  = regexp.MustCompile(`(?m)^    timeout-minutes:`)
	allPart = regexp.MustCompile(`(?m)^(?:parts|beside)="(.*)"$`)
)

// TestWorkflows: actions are pinned by their commit, which nobody can move, and
// named by their version; workflows read only, end, and replace their
// predecessors. What actionlint says is left to it.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	seen := 0
	require.NoError(t, walk(func(name string) error {
		if path.Dir(name) != ".github/workflows" {
			return nil
		}
		seen++
		raw, err := os.ReadFile(path.Join(root, name))
		text := string(raw)
		for _, action := range uses.FindAllStringSubmatch(text, -1) {
			assert.Regexp(t, pinned, action[1], "%s: pin the action by its commit, with its version as a comment", name)
		}
		assert.Contains(t, text, "\npermissions:\n  contents: read\n", "%s: permissions", name)
		assert.NotRegexp(t, writes, text, "%s: permissions", name)
		assert.Contains(t, text, "\nconcurrency:\n", name)
		assert.Len(t, limits.FindAllString(text, -1), len(jobs.FindAllString(text, -1)), "%s: a job without timeout-minutes", name)
		return err
	}))
	require.Equal(t, 2, seen)
}

// TestWorkflowHasEveryCheck: the public CI runs each part of scripts/check once.
func TestWorkflowHasEveryCheck(t *testing.T) {
	t.Parallel()
	check, err := os.ReadFile(path.Join(root, "scripts/check"))
	require.NoError(t, err)
	workflow, err := os.ReadFile(path.Join(root, ".github/workflows/ci.yml"))
	require.NoError(t, err)
	var ran []string
	for _, line := range regexp.MustCompile(`(?m)^          - (.*)$`).FindAllStringSubmatch(string(workflow), -1) {
		ran = append(ran, strings.Fields(strings.Trim(line[1], `"`))...)
	}
	ran = append(ran, "oldest") // a job of its own, with that Go
	require.Contains(t, string(workflow), "scripts/check oldest")
	var parts []string
	for _, list := range allPart.FindAllStringSubmatch(string(check), -1) {
		parts = append(parts, strings.Fields(list[1])...)
	}
	assert.ElementsMatch(t, parts, ran)
}
