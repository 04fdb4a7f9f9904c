package main

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// languagesPage is the page about testing in any language.
const languagesPage = "../../docs/testing-languages.md"

// TestDocumentedControl: the page has a row for every command of the control.
func TestDocumentedControl(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(languagesPage)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Routes []struct{ Method, Path string }
	}
	p := start(t, "-control")
	if err := json.Unmarshal([]byte(p.control(t, "GET", "", "")), &list); err != nil || len(list.Routes) < 20 {
		t.Fatalf("%v, %d routes", err, len(list.Routes))
	}
	for _, route := range list.Routes {
		name := regexp.QuoteMeta(strings.TrimPrefix(route.Path, "/_fake/"))
		row := regexp.MustCompile("(?m)^\\| `.*" + route.Method + ".*[/`]" + name + "` ?[|,]")
		if !row.Match(text) {
			t.Errorf("the page has no row for %s %s", route.Method, route.Path)
		}
	}
}

// TestDocumentedFlags: the comment of the program has every flag, with the word
// for its value that -h shows.
func TestDocumentedFlags(t *testing.T) {
	t.Parallel()
	var help bytes.Buffer
	if _, err := parse([]string{"-h"}, &help); err == nil {
		t.Fatal("-h did not show the flags")
	}
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	flags := func(line *regexp.Regexp, text string) []string {
		var names []string
		for _, found := range line.FindAllStringSubmatch(text, -1) {
			names = append(names, strings.TrimSpace(found[1]))
		}
		slices.Sort(names)
		return names
	}
	shown := flags(regexp.MustCompile(`(?m)^  (-\S+(?: \S+)?)(?:$|\t)`), help.String())
	said := flags(regexp.MustCompile(`(?m)^\t(-\S+(?: \S+)?)(?:  |$)`), file.Doc.Text())
	if len(shown) < 20 || !slices.Equal(shown, said) {
		t.Errorf("the comment of main.go has the flags\n%s\n-h shows\n%s", strings.Join(said, "\n"), strings.Join(shown, "\n"))
	}
}
