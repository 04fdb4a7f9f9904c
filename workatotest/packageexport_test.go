package workatotest_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// export runs an export of the Home folder, or of the fields of the manifest,
// and returns the zip.
func export(t *testing.T, fake *workatotest.Server, fields ...object) []byte {
	t.Helper()
	wanted := object{"name": "all", "auto_generate_assets": true, "auto_run": true}
	for _, more := range fields {
		maps.Copy(wanted, more)
	}
	manifest := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests", object{"export_manifest": wanted})["result"])
	status := fmt.Sprintf("%s/exports/%v", acmePath, obj(t, manifest["package"])["id"])
	same(t, "first read", obj(t, call(t, fake, "GET", status, nil)["result"])["download_url"], nil)
	done := obj(t, call(t, fake, "GET", status, nil)["result"])
	same(t, "status", []any{done["status"], done["error"]}, []any{"completed", nil})
	resp, err := fake.HTTPClient().Do(newRequest(t, "GET", text(t, done["download_url"]), nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	zip, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("download: %d, %v", resp.StatusCode, err)
	}
	return zip
}

// unzip returns the files of a package by their paths.
func unzip(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range archive.File {
		reader, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name] = string(data)
	}
	return files
}

// document decodes a file of a package.
func document(t *testing.T, files map[string]string, path string) object {
	t.Helper()
	var fields object
	if err := json.Unmarshal([]byte(files[path]), &fields); err != nil {
		t.Fatalf("%s of %v: %v", path, keys(files), err)
	}
	return fields
}

func keys(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// zipNames are the paths in the list of assets of a folder, in order.
func zipNames(t *testing.T, fake *workatotest.Server, folderID int) []string {
	t.Helper()
	var names []string
	path := fmt.Sprintf("%s/export_manifests/folder_assets?folder_id=%d", acmePath, folderID)
	for _, asset := range arr(t, obj(t, call(t, fake, "GET", path, nil)["result"])["assets"]) {
		names = append(names, text(t, obj(t, asset)["zip_name"]))
	}
	slices.Sort(names)
	return names
}

// TestExportPaths has a recipe whose connections are in its folder, in another
// one, and in the Home folder.
func TestExportPaths(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Billing"}},
		Connections: []*workatotest.Connection{
			{Name: "Jira | EU", Provider: "jira", Folder: "Billing/Links"},
			{Name: "SF", Provider: "salesforce", Folder: "Shared Links/CRM"},
			{Name: "Mail", Provider: "rest"},
			{Name: "Unused", Provider: "rest"},
		},
		Recipes: []*workatotest.Recipe{
			{Name: "Sync (all)", Folder: "Billing/EU", Uses: []string{"Jira | EU", "SF", "Mail"}},
			{Name: "Other", Folder: "Shared Links", Uses: []string{"SF"}},
		},
	})
	files := unzip(t, export(t, fake, object{"folder_id": 50}))
	want := []string{"EU/sync_all.recipe.json", "Links/jira_eu.connection.json", "Shared Links/CRM/sf.connection.json", "mail.connection.json"}
	same(t, "files", keys(files), want)
	same(t, "folder_assets", zipNames(t, fake, 50), want)
	var refs []any
	for _, entry := range arr(t, document(t, files, want[0])["config"]) {
		refs = append(refs, obj(t, entry)["account_id"])
	}
	same(t, "references", refs, []object{
		{"zip_name": "Links/jira_eu.connection.json", "name": "Jira | EU", "folder": "Links"},
		{"zip_name": "Shared Links/CRM/sf.connection.json", "name": "SF", "folder": "Shared Links/CRM"},
		{"zip_name": "mail.connection.json", "name": "Mail", "folder": ""},
	})
	for path, home := range map[string]bool{want[1]: false, want[2]: false, want[3]: true} {
		same(t, "root_folder of "+path, document(t, files, path)["root_folder"], home)
	}

	assets := arr(t, obj(t, call(t, fake, "GET", acmePath+"/export_manifests/folder_assets?folder_id=50", nil)["result"])["assets"])
	paths := map[string]any{}
	for _, asset := range assets {
		paths[text(t, obj(t, asset)["zip_name"])] = []any{obj(t, asset)["absolute_path"], obj(t, asset)["folder"], obj(t, asset)["root_folder"]}
	}
	same(t, "paths", paths, object{
		want[0]: []any{"All projects/Billing/EU", "EU", false}, want[1]: []any{"All projects/Billing/Links", "Links", false},
		want[2]: []any{"All projects/Shared Links/CRM", "Shared Links/CRM", false}, want[3]: []any{"All projects", "", true},
	})

	// The same package again makes no second shell, wherever a connection is.
	before := fake.Snapshot()
	query := fmt.Sprintf("folder_id=50&folder_id_for_home_assets=%d", fake.Customer("acme").Folders[1].ID)
	same(t, "status", runImport(t, fake, query, export(t, fake, object{"folder_id": 50}))["status"], "completed")
	same(t, "changes", before.Diff(fake.Snapshot()), []string{"+ customer acme: import completed"})
}

// TestUncheckedAssets leaves a connection out: the reference to it stays.
func TestUncheckedAssets(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	recipe := object{"id": customer.Recipes[0].ID, "type": "recipe"}
	connection := object{"id": customer.Connections[0].ID, "type": "connection", "checked": false}
	one := object{"auto_generate_assets": false, "assets": []any{recipe}}
	same(t, "with its connection", len(unzip(t, export(t, fake, one))), 2)
	files := unzip(t, export(t, fake, object{"auto_generate_assets": false, "assets": []any{recipe, connection}}))
	same(t, "files", keys(files), []string{"Billing/EU/sync.recipe.json"})
	config := obj(t, arr(t, document(t, files, "Billing/EU/sync.recipe.json")["config"])[0])
	same(t, "reference", obj(t, config["account_id"])["zip_name"], "Billing/EU/jira.connection.json")

	for _, asset := range []object{{"id": 1, "type": "recipe"}, {"id": 1, "type": "topic"}} {
		manifest := object{"name": "m", "assets": []any{asset}, "auto_run": true}
		made := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests", object{"export_manifest": manifest})["result"])
		status := fmt.Sprintf("%s/exports/%v", acmePath, obj(t, made["package"])["id"])
		call(t, fake, "GET", status, nil)
		same(t, "error", obj(t, call(t, fake, "GET", status, nil)["result"])["error"], fmt.Sprintf("%v 1 does not exist", asset["type"]))
	}
}

// TestNamesThatCollide has more than ten objects of one name in one folder, and
// one whose own name looks like a number.
func TestNamesThatCollide(t *testing.T) {
	t.Parallel()
	seed := workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Target"}}}
	seed.Recipes = append(seed.Recipes, &workatotest.Recipe{Name: "A 2", FolderID: 50, Description: "two"})
	for i := range 12 {
		seed.Recipes = append(seed.Recipes, &workatotest.Recipe{Name: "A", FolderID: 50, Description: strconv.Itoa(i)})
	}
	for range 3 {
		seed.Connections = append(seed.Connections, &workatotest.Connection{Name: "C", Provider: "jira", FolderID: 50})
	}
	fake, other := workatotest.New(t), workatotest.New(t)
	fake.AddCustomer(seed)
	other.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: seed.Folders, Connections: seed.Connections[:1]})
	first := export(t, fake, object{"folder_id": 50})
	same(t, "files", len(unzip(t, first)), 16)
	for range 2 {
		same(t, "status", runImport(t, other, "folder_id=50", first)["status"], "completed")
		there := other.Customer("acme")
		same(t, "there", []int{len(there.Recipes), len(there.Connections)}, []int{13, 3})
	}
	if !bytes.Equal(first, export(t, other, object{"folder_id": 50})) {
		t.Error("the second export differs from the first")
	}
}

// TestFolderNamesInExports has folders whose names would point outside of the
// target when the package is unpacked.
func TestFolderNamesInExports(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	customer := workatotest.Customer{ExternalID: "acme"}
	for i, name := range []string{"..", "a/b", `c\d`, "C:e", "f\x00", "HR | Intern: 2"} {
		customer.Folders = append(customer.Folders, &workatotest.Folder{ID: int64(60 + i), Name: name})
		customer.Recipes = append(customer.Recipes, &workatotest.Recipe{Name: "R", FolderID: int64(60 + i)})
	}
	fake.AddCustomer(customer)
	first := export(t, fake)
	same(t, "files", keys(unzip(t, first)), []string{
		"C_e/r.recipe.json", "HR | Intern: 2/r.recipe.json", "_/r.recipe.json", "a_b/r.recipe.json", "c_d/r.recipe.json", "f_/r.recipe.json",
	})
	other := importServer(t)
	query := fmt.Sprintf("folder_id=%d", other.Customer("acme").RootFolderID)
	same(t, "status", runImport(t, other, query, first)["status"], "completed")
}
