package pages

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link     = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	picture  = regexp.MustCompile(`(?:src|srcset)="([^"]+)"`)
	heading  = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *#*$`)
	ofPage   = regexp.MustCompile(`\[([\w./-]+\.md)\]\(([^()\s#]+)`)
	inLink   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	codeSpan = regexp.MustCompile("`[^`\n]*`")
)

// TestLinks: every relative link leads to a file or a heading that is there.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, problem := range brokenLinks(t, pagesOf(t, root), root) {
		t.Error(problem)
	}
}

// TestNoOrphans: every page can be reached from the README.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	for _, name := range orphans(pagesOf(t, root)) {
		t.Errorf("no page that is reached from README.md links to %s", name)
	}
}

// TestREADMEIsShort: a reader decides in a few minutes.
func TestREADMEIsShort(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n >= 200 {
		t.Errorf("README.md has %d lines, at most 199", n)
	}
}

// TestLinkChecks shows that the checks find what they are for.
func TestLinkChecks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeIn(t, dir, "README.md", "# A *b* `c`, d!\n[x](docs/a.md#one-two)\n[x](#a-b-c-d)\n[y](https://a.example/#z)\n```sh\n[x](no.md)\n```\n")
	writeIn(t, filepath.Join(dir, "docs"), "a.md", "## One two\n## One two\n[b](#one-two-1) [c](../README.md)\n")
	writeIn(t, filepath.Join(dir, "docs"), "b.md", "[a](a.md#one)\n<img src=\"c.svg\">\n[d](#x) [e](missing.md) [c.md](a.md)\n")
	pages := pagesOf(t, dir)
	want := "docs/b.md:3: the text says c.md, the link leads to a.md\n" +
		"docs/b.md:1: a.md#one: no such heading\ndocs/b.md:3: #x: no such heading\ndocs/b.md:3: missing.md: no such file\n" +
		"docs/b.md:2: c.svg: no such file"
	if got := strings.Join(brokenLinks(t, pages, dir), "\n"); got != want {
		t.Errorf("broken links\n%s\nwant\n%s", got, want)
	}
	if got := orphans(pages); len(got) != 1 || got[0] != "docs/b.md" {
		t.Errorf("orphans %v", got)
	}
}

func brokenLinks(t *testing.T, pages []page, dir string) []string {
	t.Helper()
	anchors := map[string]map[string]bool{}
	for _, p := range pages {
		anchors[p.name] = anchorsOf(p)
	}
	var problems []string
	for _, p := range pages {
		text := codeSpan.ReplaceAllStringFunc(p.prose(), func(code string) string { return strings.Repeat(" ", len(code)) })
		for _, found := range ofPage.FindAllStringSubmatchIndex(text, -1) {
			if says, to := text[found[2]:found[3]], text[found[4]:found[5]]; path.Base(says) != path.Base(to) {
				problems = append(problems, p.at(text, found[0])+": the text says "+says+", the link leads to "+to)
			}
		}
		for _, form := range []*regexp.Regexp{link, picture} {
			for _, found := range form.FindAllStringSubmatchIndex(text, -1) {
				to := text[found[2]:found[3]]
				file, anchor, hasAnchor := strings.Cut(to, "#")
				if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
					continue
				}
				target := p.name
				if file != "" {
					target = path.Join(path.Dir(p.name), file)
				}
				_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(target)))
				switch {
				case err != nil:
					problems = append(problems, p.at(text, found[0])+": "+to+": no such file")
				case hasAnchor && !anchors[target][anchor]:
					problems = append(problems, p.at(text, found[0])+": "+to+": no such heading")
				}
			}
		}
	}
	return problems
}

// orphans are the pages to which no chain of links leads from README.md.
func orphans(pages []page) []string {
	reached, queue := map[string]bool{"README.md": true}, []string{"README.md"}
	byName := map[string]page{}
	for _, p := range pages {
		byName[p.name] = p
	}
	for len(queue) > 0 {
		p := byName[queue[0]]
		queue = queue[1:]
		for _, found := range link.FindAllStringSubmatch(p.prose(), -1) {
			file, _, _ := strings.Cut(found[1], "#")
			target := path.Join(path.Dir(p.name), file)
			if _, isPage := byName[target]; isPage && !reached[target] {
				reached[target] = true
				queue = append(queue, target)
			}
		}
	}
	var missed []string
	for _, p := range pages {
		if !reached[p.name] {
			missed = append(missed, p.name)
		}
	}
	return missed
}

// anchorsOf returns the anchors that GitHub gives the headings of a page.
func anchorsOf(p page) map[string]bool {
	anchors := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(p.prose(), -1) {
		text := inLink.ReplaceAllString(found[1], "$1")
		var slug strings.Builder
		for _, r := range strings.ToLower(text) {
			switch {
			case r == ' ':
				slug.WriteByte('-')
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				slug.WriteRune(r)
			}
		}
		anchor := slug.String()
		for n := 1; anchors[anchor]; n++ {
			anchor = slug.String() + "-" + itoa(n)
		}
		anchors[anchor] = true
	}
	return anchors
}
