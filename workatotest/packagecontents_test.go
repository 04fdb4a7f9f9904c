package workatotest_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// wholePackage has an asset of every kind in published packages, and a few
// others.
var wholePackage = [][2]string{
	{"Tables/", ""},
	{"Tables/codes.lookup_table.json", `{"name": "Codes", "schema": [
		{"control_type": "text", "label": "code", "name": "col1", "type": "string", "sticky": true},
		{"control_type": "text", "label": "Untitled column 2", "name": "col2", "type": "string", "sticky": false}],
		"data": "code,Untitled column 2\nDE,\"Germany, EU\"\nFR,France\n"}`},
	{"Tables/orders.workato_db_table.json", `{"name": "Orders", "project_name": "Shop", "schema": [
		{"id": "10", "title": "Record ID", "type": "short-text", "read_only": true, "hidden": true},
		{"id": "11", "title": "Number", "type": "short-text", "read_only": false, "hidden": false, "required": true, "hint": "as printed", "metadata": {}},
		{"id": "12", "title": "Sent", "type": "date-time", "read_only": false, "hidden": false, "required": false, "metadata": {}},
		{"id": "13", "title": "Place", "type": "relation", "read_only": false, "hidden": false, "required": false, "metadata": {},
			"relation": {"table_id": {"zip_name": "Tables/places.workato_db_table.json", "name": "Places", "folder": "Tables"}, "field_id": "21"}}]}`},
	{"Tables/places.workato_db_table.json", `{"name": "Places", "schema": [
		{"id": "21", "title": "Name", "type": "long-text", "read_only": false, "hidden": false, "required": false, "metadata": {}}]}`},
	{"account_properties.properties.json", `{"SHOP_URL": null, "SHOP_KEY": null}`},
	{"project_properties.properties.json", `{"region": "EU"}`},
	{"get_order.recipe.json", `{"name": "Get order", "description": "d", "version": 7, "private": true, "concurrency": 1, "config": [
		{"keyword": "application", "provider": "workato_api_platform", "skip_validation": false, "account_id": null}],
		"code": {"number": 0, "keyword": "trigger", "provider": "workato_api_platform", "name": "receive_request", "text": "a \" \\ <b>",
			"input": {"table_id": {"zip_name": "Tables/orders.workato_db_table.json", "name": "Orders", "folder": "Tables"}}}}`},
	{"shop.api_group.json", `{"name": "Shop", "handle": "shop-v2", "version": "2.0", "use_prefix": true, "description": "d"}`},
	{"get_order.api_endpoint.json", `{"name": "Get order", "method": "GET", "path": "orders", "legacy": false, "validate_request": true,
		"api_group_id": {"zip_name": "shop.api_group.json", "name": "Shop", "folder": ""},
		"recipe_id": {"zip_name": "get_order.recipe.json", "name": "Get order", "folder": ""}}`},
	{"Pages/start.lcap_page.json", `{"name": "Start",   "content": {}}`},
	{"Pages/start.lcap_page.zip", "PK\x05\x06"},
	{"Agents/shop.mcp_server.json", `{"name": "Shop", "description": "d"}`},
	{"Agents/no_json.data_pipeline.json", `not JSON`},
	{"README.md", "hello"},
	{"shop.lcap_app.png", "\x89PNG"},
}

func importWhole(t *testing.T, fake *workatotest.Server) object {
	t.Helper()
	status := runImport(t, fake, "folder_id=50", pack(t, wholePackage...))
	same(t, "status", []any{status["status"], status["error"]}, []any{"completed", nil})
	return status
}

// TestWholePackage finds the content of a package through the API.
func TestWholePackage(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	status := importWhole(t, fake)
	same(t, "recipes", len(arr(t, status["recipe_status"])), 1)
	list := func(path string) []object {
		response := call(t, fake, "GET", strings.Replace(path, "M", acmePath, 1), nil)
		if response["result"] == nil {
			response["result"] = response["data"]
		}
		return result(t, response)
	}
	project := strconv.FormatInt(fake.Customer("acme").Folders[0].ProjectID, 10)

	table := list("M/lookup_tables")[0]
	same(t, "lookup table", []any{table["name"], table["project_id"]}, []any{"Codes", project})
	if schema := text(t, table["schema"]); !strings.Contains(schema, `"sticky":false`) {
		t.Errorf("schema %s", schema)
	}
	rows := list(fmt.Sprintf("M/lookup_tables/%v/rows", table["id"]))
	same(t, "rows", []any{rows[0]["data"], rows[1]["data"]}, []object{
		{"code": "DE", "Untitled column 2": "Germany, EU"}, {"code": "FR", "Untitled column 2": "France"},
	})

	tables := list("/api/v2" + strings.TrimPrefix(acmePath, "/api") + "/data_tables")
	same(t, "data tables", []any{tables[0]["name"], tables[1]["name"]}, []any{"Orders", "Places"})
	columns := arr(t, tables[0]["schema"])
	same(t, "columns", len(columns), 3)
	same(t, "column", columns[0], object{
		"type": "string", "name": "Number", "optional": false, "field_id": "11", "hint": "as printed", "default_value": nil,
		"metadata": object{}, "multivalue": false, "relation": nil,
	})
	same(t, "types", []any{obj(t, columns[1])["type"], obj(t, columns[2])["type"]}, []any{"date_time", "relation"})
	same(t, "relation", obj(t, columns[2])["relation"], object{"table_id": tables[1]["id"], "field_id": "21"})
	for key := range tables[0] {
		if strings.HasPrefix(key, "_") {
			t.Errorf("the API shows %s", key)
		}
	}

	same(t, "properties", call(t, fake, "GET", acmePath+"/properties?prefix=SHOP", nil)["result"], object{"SHOP_URL": "", "SHOP_KEY": ""})
	same(t, "project properties", call(t, fake, "GET", acmePath+"/properties?prefix=r&project_id="+project, nil)["result"], object{"region": "EU"})

	collection, endpoint := list("M/api_collections")[0], list("M/api_endpoints")[0]
	same(t, "collection", []any{collection["name"], collection["version"], collection["project_id"]}, []any{"Shop", "2.0", project})
	recipe, _ := fake.Customer("acme").Recipe("Get order")
	same(t, "endpoint", []any{endpoint["name"], endpoint["method"], endpoint["path"], endpoint["flow_id"], endpoint["api_collection_id"], endpoint["active"]},
		[]any{"Get order", "GET", "orders", recipe.ID, collection["id"], false})
	call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d/start", acmePath, recipe.ID), nil)
	same(t, "enabled", call(t, fake, "PUT", fmt.Sprintf("%s/api_endpoints/%v/enable", acmePath, endpoint["id"]), nil)["success"], true)

	kept := "import 6001 only kept 1 data_pipeline, 2 file, 1 lcap_page, 1 mcp_server"
	requests := fake.Requests("imports.get")
	if line := requests[len(requests)-1].String(); !strings.HasSuffix(line, "-> 200 ("+kept+")") {
		t.Errorf("line of the log: %s", line)
	}
	same(t, "lines of the state", strings.Contains(fake.Snapshot().String(), "only kept: 1 data_pipeline, 2 file, 1 lcap_page, 1 mcp_server\n"), true)
}

// TestManyKeptTypes imports files of more types than a line of the log has room
// for.
func TestManyKeptTypes(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	var files [][2]string
	for i := range 500 {
		files = append(files, [2]string{fmt.Sprintf("a.kind_%d.json", i), "{}"})
	}
	same(t, "status", runImport(t, fake, "folder_id=50", pack(t, files...))["status"], "completed")
	requests := fake.Requests("imports.get")
	if note := requests[len(requests)-1].Note; len(note) > 310 || !strings.HasSuffix(note, "...") {
		t.Errorf("note of %d bytes: %s", len(note), note)
	}
}

// TestTheSameAgain imports the package a second time, and a third time from a
// saved state.
func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	importWhole(t, fake)
	call(t, fake, "POST", acmePath+"/properties", object{"properties": object{"SHOP_KEY": "secret"}})
	before := fake.Snapshot()
	again := func() {
		status := importWhole(t, fake)
		same(t, "result", obj(t, arr(t, status["recipe_status"])[0])["import_result"], "no_update_or_updated_without_restart")
		diff := before.Diff(fake.Snapshot())
		if len(diff) != 1 || !strings.HasPrefix(diff[0], "+ customer acme: import completed") {
			t.Errorf("changes: %q", diff)
		}
		there := fake.Customer("acme")
		old := before.Customers[0]
		same(t, "ids", []int64{there.LookupTables[0].Rows[0].ID, there.PackageAssets[0].ID}, []int64{old.LookupTables[0].Rows[0].ID, old.PackageAssets[0].ID})
	}
	again()
	path := filepath.Join(t.TempDir(), "state.json")
	if err := fake.SaveState(path); err != nil {
		t.Fatal(err)
	}
	if err := fake.LoadState(path); err != nil {
		t.Fatal(err)
	}
	before = fake.Snapshot()
	again()
}

// TestKilledImportOfAPackage kills a job that imports the package at any moment
// and restarts it: the final state is always the same.
func TestKilledImportOfAPackage(t *testing.T) {
	t.Parallel()
	customer := workato.ExternalID("acme")
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		work, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
			Package: workato.PackageBytes(pack(t, wholePackage...)), FolderID: 50,
		})
		if err == nil {
			_, err = client.Imports.Wait(ctx, customer, work.ID, nil)
		}
		return err
	}, workatotest.CrashIgnore(".imports"))
	expect(t, found, "")
}

// TestStateSavedInTheMiddleOfAnImport finishes the import from the saved zip.
func TestStateSavedInTheMiddleOfAnImport(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	work := call(t, fake, "POST", acmePath+"/imports?folder_id=50", pack(t, wholePackage...))
	other := workatotest.New(t)
	if err := other.Restore(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	status := fmt.Sprintf("%s/imports/%v", acmePath, work["id"])
	call(t, other, "GET", status, nil)
	same(t, "status", call(t, other, "GET", status, nil)["status"], "completed")
	same(t, "recipes", len(other.Customer("acme").Recipes), 1)
}

// TestPackageUpdates changes every document of the package.
func TestPackageUpdates(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	importWhole(t, fake)
	before := fake.Customer("acme")
	var changed [][2]string
	for _, file := range wholePackage {
		changed = append(changed, [2]string{file[0], strings.NewReplacer(
			`FR,France`, `FR,France\nIT,Italy`, `"as printed"`, `"as sent"`, `"version": "2.0"`, `"version": "2.1"`,
			`"path": "orders"`, `"path": "all"`, `"content": {}`, `"content": {"a": 1}`, `"description": "d"`, `"description": "e"`,
		).Replace(file[1])})
	}
	same(t, "status", runImport(t, fake, "folder_id=50", pack(t, changed...))["status"], "completed")
	after := fake.Customer("acme")
	same(t, "counts", []int{len(after.LookupTables), len(after.Records["data_tables"]), len(after.Records["api_endpoints"]), len(after.PackageAssets)},
		[]int{1, 2, 1, len(before.PackageAssets)})
	same(t, "rows", len(after.LookupTables[0].Rows), 3)
	same(t, "hint", obj(t, arr(t, after.Records["data_tables"][0]["schema"])[0])["hint"], "as sent")
	same(t, "version of the collection", after.Records["api_collections"][0]["version"], "2.1")
	same(t, "path of the endpoint", after.Records["api_endpoints"][0]["path"], "all")
	same(t, "version of the recipe", after.Recipes[0].Versions[1].Number, 8)
	at := slices.IndexFunc(after.PackageAssets, func(kept *workatotest.PackageAsset) bool { return kept.Type == "lcap_page" })
	runImport(t, fake, "folder_id=50", pack(t, [2]string{"Tables/codes.lookup_table.json", `{"name": "Codes", "schema": [{"label": "code"}]}`}))
	same(t, "rows after a package without any", len(fake.Customer("acme").LookupTables[0].Rows), 3)
	same(t, "columns", fake.Customer("acme").LookupTables[0].Columns, []string{"code"})
	same(t, "page", strings.Contains(string(after.PackageAssets[at].Files[".lcap_page.json"]), `{"a": 1}`), true)
}

// TestRoundTripOfAPackage exports what was imported, imports it elsewhere and
// exports it again: the second export has the same bytes as the first.
func TestRoundTripOfAPackage(t *testing.T) {
	t.Parallel()
	for _, data := range []bool{false, true} {
		manifest := object{"folder_id": 50, "include_data": data}
		fake, other := importServer(t), importServer(t)
		importWhole(t, fake)
		first := export(t, fake, manifest)
		files := unzip(t, first)
		for _, file := range wholePackage {
			if _, there := files[file[0]]; !there && !strings.HasSuffix(file[0], "/") {
				t.Errorf("%s is not in the export", file[0])
			}
		}
		same(t, "rows", document(t, files, "Tables/codes.lookup_table.json")["data"] != nil, data)
		same(t, "columns", len(arr(t, document(t, files, "Tables/orders.workato_db_table.json")["schema"])), 4)
		same(t, "page", files["Pages/start.lcap_page.json"], `{"name": "Start",   "content": {}}`)
		same(t, "folder_assets", len(zipNames(t, fake, 50)), 13)
		assets := arr(t, obj(t, call(t, fake, "GET", acmePath+"/export_manifests/folder_assets?folder_id=50", nil)["result"])["assets"])
		at := slices.IndexFunc(assets, func(asset any) bool { return obj(t, asset)["type"] == "recipe" })
		same(t, "version", obj(t, assets[at])["version"], 7)
		same(t, "status", runImport(t, other, "folder_id=50", first)["status"], "completed")
		if !bytes.Equal(first, export(t, other, manifest)) {
			t.Errorf("include_data %v: the second export differs from the first", data)
		}
	}
}

// TestExportOfWhatTheAPIMade exports objects that did not come from a package.
func TestExportOfWhatTheAPIMade(t *testing.T) {
	t.Parallel()
	fake, other := importServer(t), importServer(t)
	project := strconv.FormatInt(fake.Customer("acme").Folders[0].ProjectID, 10)
	call(t, fake, "POST", acmePath+"/api_collections", object{"name": "Shop", "project_id": project})
	column := func(name, typ string) object { return object{"name": name, "type": typ, "optional": true} }
	v2 := "/api/v2" + strings.TrimPrefix(acmePath, "/api") + "/data_tables"
	call(t, fake, "POST", v2, object{"name": "Orders", "folder_id": 50, "schema": []any{column("Number", "string"), column("Sent", "date_time")}})
	table := call(t, fake, "POST", acmePath+"/lookup_tables", object{"name": "Codes", "project_id": project, "schema": []any{object{"label": "code"}}})
	call(t, fake, "POST", fmt.Sprintf("%s/lookup_tables/%v/rows", acmePath, table["id"]), object{"data": object{"code": "DE"}})

	manifest := object{"folder_id": 50, "include_data": true}
	first := export(t, fake, manifest)
	same(t, "files", keys(unzip(t, first)), []string{"codes.lookup_table.json", "orders.workato_db_table.json", "shop.api_group.json"})
	same(t, "status", runImport(t, other, "folder_id=50", first)["status"], "completed")
	if !bytes.Equal(first, export(t, other, manifest)) {
		t.Error("the second export differs from the first")
	}

	// A change by the API of a package's content is in the next export.
	importWhole(t, other)
	there := other.Customer("acme").Records["data_tables"]
	at := slices.IndexFunc(there, func(r workatotest.Record) bool { return r["name"] == "Orders" && num(t, r["folder_id"]) != 50 })
	columns := arr(t, there[at]["schema"])
	obj(t, columns[0])["type"] = "integer"
	call(t, other, "PUT", fmt.Sprintf("%s/%v", v2, there[at]["id"]), object{"name": "Purchases", "schema": []any{columns[0], column("Weight", "number")}})
	schema := arr(t, document(t, unzip(t, export(t, other, manifest)), "Tables/purchases.workato_db_table.json")["schema"])
	var got []any
	for _, c := range schema {
		got = append(got, []any{obj(t, c)["title"], obj(t, c)["type"]})
	}
	same(t, "columns", got, []any{[]any{"Record ID", "short-text"}, []any{"Number", "integer"}, []any{"Weight", "number"}})
}

// TestDeletedProjectTakesItsContentsAlong deletes the project that a package was
// imported into.
func TestDeletedProjectTakesItsContentsAlong(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	before := fake.Snapshot()
	importWhole(t, fake)
	project := fake.Customer("acme").Folders[0].ProjectID
	same(t, "deleted", call(t, fake, "DELETE", fmt.Sprintf("%s/projects/%d", acmePath, project), nil)["success"], true)
	for _, line := range before.Diff(fake.Snapshot()) {
		if !strings.Contains(line, "import completed") && !strings.Contains(line, ": property ") && line != "- customer acme: folder Target" {
			t.Errorf("left behind: %s", line)
		}
	}
	if err := workatotest.NewServer().Restore(fake.Snapshot()); err != nil {
		t.Error(err)
	}
}

// TestSeededPackageAssets seeds what would make an export dangerous.
func TestSeededPackageAssets(t *testing.T) {
	t.Parallel()
	for want, kept := range map[string]*workatotest.PackageAsset{
		`name: is missing`:          {Type: "lcap_page"},
		`type: "a/b" is not a type`: {Name: "A", Type: "a/b"},
		`folder_id: no folder 9`:    {Name: "A", FolderID: 9},
		`files: "/../../b" is not the end of a file's name of type "a"`: {Name: "A", Type: "a", Files: map[string][]byte{"/../../b": nil}},
	} {
		fake := workatotest.New(t)
		err := fake.Seed(workatotest.State{Customers: []*workatotest.Customer{{PackageAssets: []*workatotest.PackageAsset{kept}}}})
		if want = "customers[0].package_assets[0]." + want; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
