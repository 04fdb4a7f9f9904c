package workatotest_test

import (
	"fmt"
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

// TestSavedTime: a server that goes on with a saved state goes on with its time.
func TestSavedTime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	before, after := workatotest.New(t), workatotest.New(t)
	before.Advance(48*time.Hour + 500*time.Millisecond)
	if err := before.SaveState(path); err != nil {
		t.Fatal(err)
	}
	if err := after.LoadState(path); err != nil {
		t.Fatal(err)
	}
	same(t, "ahead", after.Snapshot().AdvancedSeconds, 48*3600+0.5)
	after.Advance(time.Hour)
	if err := after.LoadState(path); err != nil {
		t.Fatal(err)
	}
	same(t, "never back", after.Snapshot().AdvancedSeconds, 49*3600+0.5)
	after.Reset()
	same(t, "reset", after.Snapshot().AdvancedSeconds, 0.0)
	for _, seconds := range []float64{-1, 1e18} {
		if err := after.Seed(workatotest.State{AdvancedSeconds: seconds}); err == nil {
			t.Errorf("%v was accepted", seconds)
		}
	}
}

// TestDeletedProjectsAndProfiles: nothing stays behind in a workspace.
func TestDeletedProjectsAndProfiles(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	project := call(t, fake, "POST", acmePath+"/folders", object{"name": "New"})
	call(t, fake, "POST", acmePath+"/event_streams/topics", object{"name": "t", "folder_id": project["id"], "schema": []object{}})
	call(t, fake, "DELETE", fmt.Sprintf("%s/projects/%v", acmePath, project["project_id"]), nil)
	same(t, "topics", len(fake.Customer("acme").Records["event_topics"]), 0)

	fake.AddCustomer(workatotest.Customer{ExternalID: "two", Environments: []*workatotest.Customer{{Environment: "test", ExternalID: "two-test"}}})
	profile := obj(t, call(t, fake, "POST", "/api/custom_oauth_profiles", object{"name": "A", "provider": "jira"})["result"])
	path := fmt.Sprintf("/custom_oauth_profiles/%v", profile["id"])
	call(t, fake, "POST", "/api/managed_users/Etwo-test"+path+"/assign", nil)
	same(t, "customers", obj(t, call(t, fake, "GET", "/api"+path, nil)["result"])["oem_customers_count"], 1)
	call(t, fake, "DELETE", "/api"+path, nil)
	same(t, "assigned", len(fake.Customer("two-test").Records["assigned_oauth_profiles"]), 0)
}
