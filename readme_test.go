package workato_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

var update = flag.Bool("update", false, "write the generated parts of the README")

// TestREADME keeps the generated parts of the README true: the program is one
// that is built, the table is that of the client. -update writes them.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	program, err := os.ReadFile("scripts/hello/main.go")
	require.NoError(t, err)
	_, body, found := strings.Cut(string(program), "package main\n")
	require.True(t, found)

	want := replaceBetween(t, string(readme), "program", "```go\npackage main\n"+body+"```\n")
	want = replaceBetween(t, want, "operations", operationTable())
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(readme), "stale; run: go test -run TestREADME -update .")
}

func replaceBetween(t *testing.T, text, name, content string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, "<!-- "+name+" -->\n")
	require.True(t, ok, name)
	_, tail, ok := strings.Cut(rest, "<!-- /"+name+" -->")
	require.True(t, ok, name)
	return head + "<!-- " + name + " -->\n" + content + "<!-- /" + name + " -->" + tail
}

func operationTable() string {
	ops := workato.Operations()
	slices.SortStableFunc(ops, func(a, b workato.Operation) int {
		return cmp.Compare(service(a), service(b))
	})
	var b strings.Builder
	fmt.Fprintf(&b, "| operation | endpoint | effect | paging | limit |\n|---|---|---|---|---|\n")
	for _, op := range ops {
		name := "[" + op.Name + "](" + op.Doc + ")"
		if op.Deprecated {
			name += " (deprecated)"
		}
		paging := string(op.Paging)
		if op.Paging == workato.PagingNone {
			paging = ""
		}
		fmt.Fprintf(&b, "| %s | `%s %s` | %c | %s | %s |\n", name, op.Method, op.Path, op.Effect.String()[0], paging, limit(op.Quota))
	}
	return b.String()
}

func service(op workato.Operation) string {
	name, _, _ := strings.Cut(op.Name, ".")
	return name
}

func limit(q workato.Quota) string {
	var limits []string
	for _, l := range []struct {
		n    int
		unit string
	}{{q.PerSecond, "/s"}, {q.PerMinute, ""}, {q.PerHour, "/h"}} {
		if l.n > 0 {
			limits = append(limits, strconv.Itoa(l.n)+l.unit)
		}
	}
	return strings.Join(limits, "; ")
}
