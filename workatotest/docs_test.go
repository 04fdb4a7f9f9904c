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

// TestTestingPage keeps the pages correct: their Go code is in the examples,
// which are compiled and run, and the fake accepts their JSON.
func TestTestingPage(t *testing.T) {
	t.Parallel()
	page, examples := filesLike(t, "../docs/testing*.md"), filesLike(t, "example*_test.go")
	flat := func(code string) string { return strings.Join(strings.Fields(code), " ") }
	blocks := codeBlock.FindAllStringSubmatch(page, -1)
	if len(blocks) < 10 {
		t.Fatalf("%d blocks of code on the page", len(blocks))
	}
	for _, block := range blocks {
		if block[1] == "go" {
			if !strings.Contains(flat(examples), flat(block[2])) {
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

// filesLike is the text of all files with such names.
func filesLike(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) < 2 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
