package main

import (
	"encoding/json"
	"os"
	"regexp"
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
