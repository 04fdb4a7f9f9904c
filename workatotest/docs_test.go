package workatotest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

var codeBlock = regexp.MustCompile("(?s)```(go|json)\n(.*?)```")

// TestTestingPage keeps the page true: its Go code stands in the examples,
// which are compiled and run, and the fake takes its JSON.
func TestTestingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var examples []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		examples = append(examples, text...)
	}
	flat := func(code string) string { return strings.Join(strings.Fields(code), " ") }
	blocks := codeBlock.FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 10 {
		t.Fatalf("%d blocks of code on the page", len(blocks))
	}
	for _, block := range blocks {
		if block[1] == "go" {
			if !strings.Contains(flat(string(examples)), flat(block[2])) {
				t.Errorf("not in the examples:\n%s", block[2])
			}
			continue
		}
		fake := workatotest.New(t)
		take := fake.SeedJSON
		if strings.HasPrefix(block[2], "[") {
			take = fake.InjectJSON
		}
		if err := take("docs/testing.md", []byte(block[2])); err != nil || !json.Valid([]byte(block[2])) {
			t.Errorf("%v:\n%s", err, block[2])
		}
	}
}
