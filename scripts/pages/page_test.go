package pages

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the directory of the module.
const root = "../.."

// page is a file of Markdown.
type page struct {
	name   string // docs/testing.md
	text   string
	blocks []block
}

// block is a fenced block of code with the comments that complete it.
type block struct {
	page     string
	line     int // of its first line
	language string
	code     string

	before, after         string // hidden statements
	continues, onlyBuilds bool
	fixed                 bool // "go fix" makes the next block of it
}

// pagesOf reads all pages of a directory tree.
func pagesOf(t *testing.T, dir string) []page {
	t.Helper()
	var pages []page
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".md" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(dir, name)
		pages = append(pages, newPage(filepath.ToSlash(short), string(text)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// part finds fenced blocks and comments.
var part = regexp.MustCompile("(?ms)^(?:```([a-z]*)\n(.*?\n)```|<!--[ \n](.*?)-->)$")

func newPage(name, text string) page {
	p := page{name: name, text: strings.ReplaceAll(text, "\r\n", "\n")}
	var next block
	for _, at := range part.FindAllStringSubmatchIndex(p.text, -1) {
		if at[6] < 0 {
			next.page, next.line = name, 1+strings.Count(p.text[:at[4]], "\n")
			next.language, next.code = p.text[at[2]:at[3]], p.text[at[4]:at[5]]
			p.blocks = append(p.blocks, next)
			next = block{}
			continue
		}
		comment := strings.TrimSpace(p.text[at[6]:at[7]])
		kind, code, _ := strings.Cut(comment, ":")
		switch kind {
		case "before":
			next.before += code + "\n"
		case "after":
			if n := len(p.blocks); n > 0 {
				p.blocks[n-1].after += code + "\n"
			}
		case "continues":
			next.continues = true
		case "compiled only":
			next.onlyBuilds = true
		case "go fix":
			next.fixed, next.onlyBuilds = true, true
		}
	}
	return p
}

// prose is the text of a page without its blocks and comments, with the same lines.
func (p page) prose() string {
	return part.ReplaceAllStringFunc(p.text, func(match string) string {
		return strings.Repeat("\n", strings.Count(match, "\n"))
	})
}

// at is the place of an offset in the text, for messages.
func (p page) at(text string, offset int) string {
	return p.name + ":" + itoa(1+strings.Count(text[:offset], "\n"))
}
