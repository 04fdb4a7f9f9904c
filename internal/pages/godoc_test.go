package pages

import (
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// docPage makes a page of the code in the documentation of package workato,
// which is built like that of the pages.
func docPage(t *testing.T) page {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "doc.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		if code, ok := part.(*comment.Code); ok {
			text.WriteString("<!-- compiled only -->\n```go\n" + code.Text + "```\n")
		}
	}
	return newPage("doc.go.md", text.String())
}
