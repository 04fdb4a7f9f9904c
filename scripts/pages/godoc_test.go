package pages

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docBefore completes the code in the comments of a file, as "before" does on a
// page: a comment has no place that a reader does not see.
var docBefore = map[string]string{
	"contrib/otel/otel.go":      `limiter, err := ratelimit.New()`,
	"contrib/redislimit/doc.go": `rdb := redis.NewUniversalClient(&redis.UniversalOptions{}); _ = rdb`,
	"data_tables.go":            `table, page := workato.DataTable{ID: "1"}, map[string]any{}`,
	"workatotest/before.go":     `fake.AddCustomer(workatotest.Customer{ExternalID: "b"})`,
}

// docOnlyBuilds are files whose code would need another server, a file, or long.
var docOnlyBuilds = []string{"contrib/redislimit/doc.go", "data_tables.go", "provision/planyaml/planyaml.go", "provision/provisiontest/doc.go"}

// docPages makes a page of each file with code in the comments that go doc shows:
// that of the package and those of exported names. The code is built and run like
// that of the pages; what needs the environment (FromEnv) is only built.
func docPages(t *testing.T) []page {
	t.Helper()
	var pages []page
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "node_modules", "internal", "testdata"}, entry.Name()) {
			return filepath.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		p, err := docPage(filepath.ToSlash(short), string(text))
		if len(p.blocks) > 0 {
			pages = append(pages, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func docPage(name, source string) (page, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return page{}, err
	}
	p := page{name: name}
	for _, doc := range docsOf(file) {
		at := files.Position(doc.Pos()).Line
		lines := strings.Split(source, "\n")
		for _, part := range new(comment.Parser).Parse(doc.Text()).Content {
			code, isCode := part.(*comment.Code)
			if !isCode {
				continue
			}
			first, _, _ := strings.Cut(code.Text, "\n")
			for bare(lines[at-1]) != bare(first) {
				at++
			}
			p.blocks = append(p.blocks, block{
				page: name, line: at, language: languageOf(name, code.Text), code: code.Text, before: docBefore[name],
				onlyBuilds: strings.Contains(code.Text, "FromEnv()") || slices.Contains(docOnlyBuilds, name),
			})
			at += strings.Count(code.Text, "\n")
		}
	}
	return p, nil
}

// docsOf returns the comments of a file that go doc shows.
func docsOf(file *ast.File) []*ast.CommentGroup {
	docs := []*ast.CommentGroup{file.Doc}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(baseName(d.Recv.List[0].Type))) {
				docs = append(docs, d.Doc)
			}
		case *ast.GenDecl:
			docs = append(docs, docsOfSpecs(d)...)
		}
	}
	return slices.DeleteFunc(docs, func(doc *ast.CommentGroup) bool { return doc == nil })
}

func docsOfSpecs(d *ast.GenDecl) []*ast.CommentGroup {
	var docs []*ast.CommentGroup
	shown := false
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			if s.Names[0].IsExported() {
				shown = true
				docs = append(docs, s.Doc)
			}
		case *ast.TypeSpec:
			if !s.Name.IsExported() {
				continue
			}
			shown = true
			docs = append(docs, s.Doc)
			ast.Inspect(s.Type, func(n ast.Node) bool {
				if field, isField := n.(*ast.Field); isField && len(field.Names) > 0 && field.Names[0].IsExported() {
					docs = append(docs, field.Doc)
				}
				return true
			})
		}
	}
	if shown {
		docs = append(docs, d.Doc)
	}
	return docs
}

var (
	commandLine = regexp.MustCompile(`^(?:[A-Z_]+=\S* |cd |go (?:run|test|get|doc|generate|tool|mod|vet|install|fix) )`)
	// columns are those of a table; in Go only a comment is set apart.
	columns = regexp.MustCompile(`^\S(?:.*?\S)? {2,}[^/ ]`)
)

// languageOf says what the code of a comment is, which has no place for the name
// of a language: commands, a table, or else Go.
func languageOf(file, code string) string {
	first, _, _ := strings.Cut(code, "\n")
	word, _, _ := strings.Cut(first, " ")
	switch {
	case commandLine.MatchString(first), slices.Contains(programs, word), word == path.Base(path.Dir(file)):
		return "sh"
	case columns.MatchString(first):
		return "text"
	default:
		return "go"
	}
}

// bare is a line without what makes it a comment, or a part of one.
func bare(line string) string { return strings.TrimLeft(line, "/\t ") }

// TestPackagesHaveAFirstProgram: who reads go doc of a public package sees how to
// begin.
func TestPackagesHaveAFirstProgram(t *testing.T) {
	t.Parallel()
	begun := map[string]bool{}
	for _, p := range docPages(t) {
		begun[path.Dir(p.name)] = begun[path.Dir(p.name)] || slices.ContainsFunc(p.blocks, func(b block) bool { return b.language == "go" })
	}
	packages := 0
	err := walkPublic(func(name string, file *ast.File) {
		if file.Doc == nil || file.Name.Name == "main" {
			return
		}
		packages++
		if dir := path.Dir(name); !begun[dir] {
			t.Errorf("%s: the comment of the package has no code to begin with", name)
		}
	})
	if err != nil || packages < 11 {
		t.Errorf("%d packages, %v", packages, err)
	}
}

// TestDocPage shows what is found in comments.
func TestDocPage(t *testing.T) {
	t.Parallel()
	p, err := docPage("cmd/tool/main.go", `// Tool does it:
//
//	tool -all
//	go run ./cmd/tool
//
// The statuses:
//
//	0  done
package main

/*
Do does it:

	err := Do()
*/
func Do() error { return nil }

// T has a field.
type T struct {
	// F is used so:
	//
	//	// twice
	//	t.F()
	F func()
	// g is not shown:
	//
	//	t.g()
	g func()
}

// do is not shown:
//
//	do()
func do() {}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []block{
		{line: 3, language: "sh", code: "tool -all\ngo run ./cmd/tool\n"},
		{line: 8, language: "text", code: "0  done\n"},
		{line: 14, language: "go", code: "err := Do()\n"},
		{line: 22, language: "go", code: "// twice\nt.F()\n"},
	}
	for i := range want {
		want[i].page = p.name
	}
	if !slices.Equal(p.blocks, want) {
		t.Errorf("%+v", p.blocks)
	}
}
