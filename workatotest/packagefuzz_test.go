package workatotest_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// FuzzPackageFiles imports any two files beside two good ones. An accepted
// package can be saved, can be imported again without a change, and exports to
// the same bytes everywhere.
func FuzzPackageFiles(f *testing.F) {
	for i, file := range wholePackage {
		other := wholePackage[(i+5)%len(wholePackage)]
		f.Add(file[0], file[1], other[0], other[1])
	}
	recipe := recipeFile("A", "d")
	f.Add(recipe[0], recipe[1], "sync/a.recipe.json", recipe[1])
	f.Add("jira.connection.json", `{"name": "Jira", "provider": "jira", "root_folder": true}`, "b.custom_adapter.json", adapterJSON)
	f.Add("a.api_endpoint.json", `{"api_group_id": {"zip_name": "b.api_group.json"}}`, "b.api_group.json", `{}`)
	f.Add("x/a.custom_adapter.json", adapterJSON, "y/b.custom_adapter.json", adapterJSON)
	f.Add("../a", "{}", "a//b", "{}")
	f.Fuzz(func(t *testing.T, path, data, otherPath, otherData string) {
		if path == jiraFile[0] || otherPath == jiraFile[0] || path == recipe[0] || otherPath == recipe[0] || path == otherPath ||
			len(path) > 1000 || len(otherPath) > 1000 || strings.HasSuffix(path, "/") || strings.HasSuffix(otherPath, "/") {
			t.Skip()
		}
		const query = "folder_id=50&folder_id_for_home_assets=51"
		fake, other := importServer(t), importServer(t)
		zip := pack(t, jiraFile, recipe, [2]string{path, data}, [2]string{otherPath, otherData})
		status := runImport(t, fake, query, zip)
		if status["status"] != "completed" {
			if text(t, status["error"]) == "" {
				t.Error("no reason why the import failed")
			}
			return
		}
		before := fake.Snapshot()
		if again := runImport(t, fake, query, zip); again["status"] != "completed" {
			t.Fatalf("the same package again: %v", again)
		}
		if diff := before.Diff(fake.Snapshot()); len(diff) != 1 {
			t.Errorf("the same package again: %q", diff)
		}
		manifest := object{"folder_id": 50, "include_data": true}
		first := export(t, fake, manifest)
		restored := workatotest.New(t)
		if err := restored.Restore(fake.Snapshot()); err != nil {
			t.Fatalf("the state cannot be read again: %v", err)
		}
		a, _ := json.Marshal(fake.Snapshot())
		b, _ := json.Marshal(restored.Snapshot())
		if !bytes.Equal(a, b) {
			t.Errorf("restored %s, want %s", b, a)
		}
		if !bytes.Equal(first, export(t, restored, manifest)) {
			t.Error("the export of the restored state differs")
		}
		if status := runImport(t, other, query, first); status["status"] != "completed" {
			t.Fatalf("the export cannot be imported: %v", status)
		}
		if second := export(t, other, manifest); !bytes.Equal(first, second) {
			t.Errorf("first %q, second %q", unzip(t, first), unzip(t, second))
		}
	})
}
