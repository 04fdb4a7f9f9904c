package workatotest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// TestSaveStateKeepsALink: a state file may be a link.
func TestSaveStateKeepsALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kept, link := filepath.Join(dir, "kept.json"), filepath.Join(dir, "state.json")
	if err := os.WriteFile(kept, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(kept, link); err != nil {
		t.Skip("no links here:", err)
	}
	fake := workatotest.New(t)
	if err := fake.SaveState(link); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is a file now: %v, %v", info, err)
	}
	if err := fake.LoadState(kept); err != nil {
		t.Error(err)
	}
}

// TestSaveStateRemovesLeftovers: the files of a killed process are removed, but
// not files that may still be written or only have a similar name.
func TestSaveStateRemovesLeftovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{
		".state.json.1.tmp": 2 * time.Minute, ".state.json.2.tmp": time.Second,
		".state.json.bak": time.Hour, "state.json.3.tmp": time.Hour, ".other.json.4.tmp": time.Hour,
	} {
		path, then := filepath.Join(dir, name), time.Now().Add(-age)
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if err := workatotest.New(t).SaveState(filepath.Join(dir, "state.json")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	same(t, "files", names, []string{".other.json.4.tmp", ".state.json.2.tmp", ".state.json.bak", "state.json", "state.json.3.tmp"})
}
