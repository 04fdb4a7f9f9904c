package pages

import (
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestGoFix: of a block with an old name go fix makes the block that follows it, in
// a module of a user.
func TestGoFix(t *testing.T) {
	t.Parallel()
	if version.Compare(runtime.Version(), "go1.26") < 0 {
		t.Skip("go fix knows go:fix since Go 1.26")
	}
	dir, after := t.TempDir(), map[string]string{}
	newModule(t, dir, ".")
	for _, p := range pagesOf(t, root) {
		for i, b := range p.blocks {
			if !b.fixed {
				continue
			}
			u, err := unitOf("before", []block{b})
			if err != nil {
				t.Fatal(err)
			}
			// A fix is only applied to a file that the line directives do not hide.
			source := regexp.MustCompile(`(?m)^//line .*\n`).ReplaceAllString(u.source, "")
			writeIn(t, filepath.Join(dir, "before"), u.file, source)
			after[u.file] = p.blocks[i+1].code
		}
	}
	if len(after) == 0 {
		t.Fatal("no page shows what go fix does")
	}
	world := unit{source: "package before\n" + shared + noBubble}
	if err := world.addImports(); err != nil {
		t.Fatal(err)
	}
	writeIn(t, filepath.Join(dir, "before"), "world.go", world.source)
	if out, err := command(t, dir, "go", "fix", "-mod=mod", "-inline", "./..."); err != nil {
		t.Fatalf("go fix: %v\n%s", err, out)
	}
	for file, want := range after {
		text, err := os.ReadFile(filepath.Join(dir, "before", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := outdent(string(text)); !strings.Contains(got, outdent(want)) {
			t.Errorf("go fix makes\n%s\nand the page has\n%s", got, want)
		}
	}
}

func outdent(code string) string { return regexp.MustCompile(`(?m)^\t+`).ReplaceAllString(code, "") }
