package workatotest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// pack makes a zip of the files; a name can come twice.
func pack(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, file := range files {
		w, err := archive.Create(file[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, file[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// recipeFile is a recipe in a package that uses a connection of jira.
func recipeFile(name, description string) [2]string {
	return [2]string{"sync/" + name + ".recipe.json", fmt.Sprintf(`{"name": %q, "description": %q, "version": 1, "code": {"number": 0},
		"config": [{"keyword": "application", "provider": "jira", "skip_validation": false,
			"account_id": {"zip_name": "c/jira.connection.json"}}]}`, name, description)}
}

var jiraFile = [2]string{"c/jira.connection.json", `{"name": "Jira", "provider": "jira", "root_folder": false}`}

// runImport imports into a folder and returns the final status.
func runImport(t *testing.T, fake *workatotest.Server, query string, zip []byte) object {
	t.Helper()
	work := call(t, fake, "POST", acmePath+"/imports?"+query, zip)
	for {
		status := call(t, fake, "GET", fmt.Sprintf("%s/imports/%v", acmePath, work["id"]), nil)
		if status["status"] != "in_progress" {
			return status
		}
	}
}

func importServer(t *testing.T, opts ...workatotest.Option) *workatotest.Server {
	t.Helper()
	fake := workatotest.New(t, opts...)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Target"}, {ID: 51, Name: "Home assets"}}})
	return fake
}

// wideTable has eleven columns.
var wideTable = `{"schema": [` + strings.Repeat(`{"label": "a"},`, 10) + `{"label": "a"}]}`

func TestImportsThatFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file [2]string
		want string
	}{
		"broken recipe":       {[2]string{"a.recipe.json", `{"name":`}, "a.recipe.json: unexpected end of JSON input"},
		"recipe without name": {[2]string{"a.recipe.json", `{"code": {}}`}, "a.recipe.json: name is missing"},
		"recipe without code": {[2]string{"a.recipe.json", `{"name": "A"}`}, "a.recipe.json: code is missing"},
		"no provider":         {[2]string{"a.connection.json", `{"name": "A"}`}, "a.connection.json: provider is missing"},
		"provider a number": {
			[2]string{"a.connection.json", `{"provider": 1}`},
			"a.connection.json: provider is neither a text nor a reference to a custom connector",
		},
		"provider a blank": {[2]string{"a.connection.json", `{"provider": {}}`}, "a.connection.json: provider is missing"},
		"table a text": {
			[2]string{"a.lookup_table.json", `"a"`},
			"a.lookup_table.json: json: cannot unmarshal string into Go value of type map[string]interface {}",
		},
		"table null": {[2]string{"a.lookup_table.json", `null`}, "a.lookup_table.json: does not hold a JSON object"},
		"table of no label": {
			[2]string{"a.lookup_table.json", `{"schema": [{"name": "col1"}]}`},
			"a.lookup_table.json: schema is not a list of columns with labels",
		},
		"table too wide": {[2]string{"a.lookup_table.json", wideTable}, "a.lookup_table.json: schema has more than 10 columns"},
		"row too long": {
			[2]string{"a.lookup_table.json", `{"schema": [{"label": "a"}], "data": "1,2\n"}`},
			"a.lookup_table.json: data: row 1 has more cells than the table has columns",
		},
		"rows a number": {
			[2]string{"a.lookup_table.json", `{"data": 1}`},
			"a.lookup_table.json: data: is neither a text nor a list of rows",
		},
		"row a number": {[2]string{"a.lookup_table.json", `{"data": [1]}`}, "a.lookup_table.json: data: row 1 is not an object"},
		"column of no title": {
			[2]string{"a.workato_db_table.json", `{"schema": [{"title": "a"}, {}]}`},
			"a.workato_db_table.json: schema[1]: title is missing",
		},
		"columns an object": {
			[2]string{"a.workato_db_table.json", `{"schema": {}}`},
			"a.workato_db_table.json: schema is not a list of columns",
		},
		"property a number": {
			[2]string{"account_properties.properties.json", `{"A": 1}`},
			`account_properties.properties.json: value of "A" must be a string`,
		},
		"property too long": {
			[2]string{"p.properties.json", `{"` + strings.Repeat("a", 101) + `": null}`},
			"p.properties.json: a name must have 1 to 100 characters",
		},
		"group of bad text": {[2]string{"a.api_group.json", "{\"name\": \"\xff\"}"}, "a.api_group.json: is not valid UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := importServer(t)
			before := fake.Snapshot()
			status := runImport(t, fake, "folder_id=50", pack(t, test.file, [2]string{"ok.connection.json", `{"provider": "rest"}`}))
			same(t, "status", []any{status["status"], status["error"]}, []any{"failed", test.want})
			same(t, "changes", before.Diff(fake.Snapshot()), []string{"+ customer acme: import failed"})
		})
	}
	fake := importServer(t)
	fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.FailImport, Body: "no more space"})
	same(t, "injected", runImport(t, fake, "folder_id=50", pack(t, jiraFile))["error"], "no more space")
	same(t, "the next one", runImport(t, fake, "folder_id=50", pack(t, jiraFile))["status"], "completed")
}

func TestImportParameters(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	zip := pack(t, jiraFile)
	same(t, "no folder", refused(t, fake, 400, "POST", acmePath+"/imports", zip)["error"], "folder_id is missing")
	refused(t, fake, 404, "POST", acmePath+"/imports?folder_id=999", zip)
	refused(t, fake, 404, "GET", acmePath+"/imports/1", nil)

	converted := workatotest.New(t)
	converted.AddCustomer(workatotest.Customer{ExternalID: "acme", HomeIsProject: true, Folders: []*workatotest.Folder{{ID: 50, Name: "Target"}}})
	refused(t, converted, 422, "POST", acmePath+"/imports?folder_id=50", zip)

	home := pack(t, [2]string{"jira.connection.json", `{"name": "Jira", "provider": "jira", "root_folder": true}`})
	refused(t, fake, 422, "POST", acmePath+"/imports?folder_id=50", home)
	runImport(t, fake, "folder_id=50&folder_id_for_home_assets=51", home)
	same(t, "folder of a home asset", fake.Customer("acme").Connections[0].FolderID, 51)
}

// TestRecipeStatus covers every documented result.
func TestRecipeStatus(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	result := func(query string, files ...[2]string) any {
		status := runImport(t, fake, query, pack(t, append(files, jiraFile)...))
		if status["status"] == "failed" {
			return status["error"]
		}
		return obj(t, arr(t, status["recipe_status"])[0])["import_result"]
	}
	const kept, restarted = "no_update_or_updated_without_restart", "restarted"
	same(t, "new", result("folder_id=50", recipeFile("A", "")), kept)
	same(t, "the same again", result("folder_id=50", recipeFile("A", "")), kept)
	recipe, _ := fake.Customer("acme").Recipe("A")
	same(t, "version", len(recipe.Versions), 1)
	start := fmt.Sprintf("%s/recipes/%d/start", acmePath, recipe.ID)
	fake.Authorize("acme", "Jira")
	call(t, fake, "PUT", start, nil)

	same(t, "running", result("folder_id=50", recipeFile("A", "new")), `recipe "A" is running: restart_recipes must be true to update it`)
	same(t, "restarted", result("folder_id=50&restart_recipes=true", recipeFile("A", "new")), restarted)
	recipe, _ = fake.Customer("acme").Recipe("A")
	same(t, "afterwards", []any{recipe.Running, recipe.Description, len(recipe.Versions)}, []any{true, "new", 2})

	broken := recipeFile("A", "broken")
	broken[1] = strings.Replace(broken[1], `"number": 0`, `"number": 0, "keyword": "trigger", "provider": "jira"`, 1)
	same(t, "broken", result("folder_id=50&restart_recipes=true", broken), "restart_failed")
	result("folder_id=50&restart_recipes=true", recipeFile("A", "whole"))
	call(t, fake, "PUT", start, nil)
	fake.LoseConnection("acme", "Jira", "gone")
	same(t, "lost connection", result("folder_id=50&restart_recipes=true", recipeFile("A", "newest")), "stopped")
	recipe, _ = fake.Customer("acme").Recipe("A")
	same(t, "running at the end", recipe.Running, false)
	same(t, "connections", len(fake.Customer("acme").Connections), 1)
}

func TestImportTiming(t *testing.T) {
	t.Parallel()
	t.Run("reads", func(t *testing.T) {
		t.Parallel()
		fake := importServer(t, workatotest.WithImportReads(0))
		work := call(t, fake, "POST", acmePath+"/imports?folder_id=50", pack(t, jiraFile))
		same(t, "first read", call(t, fake, "GET", fmt.Sprintf("%s/imports/%v", acmePath, work["id"]), nil)["status"], "completed")
	})
	t.Run("lists move it on", func(t *testing.T) {
		t.Parallel()
		fake := importServer(t)
		call(t, fake, "POST", acmePath+"/imports?folder_id=50", pack(t, jiraFile))
		for _, want := range []int{0, 1} {
			same(t, "connections", len(result(t, call(t, fake, "GET", acmePath+"/connections", nil))), want)
		}
	})
	t.Run("late connections", func(t *testing.T) {
		t.Parallel()
		fake := importServer(t, workatotest.WithLateConnections(2))
		runImport(t, fake, "folder_id=50", pack(t, jiraFile))
		for _, want := range []int{0, 0, 1} {
			same(t, "connections", len(result(t, call(t, fake, "GET", acmePath+"/connections", nil))), want)
		}
	})
}

// TestRoundTrip exports what was imported and imports it elsewhere.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	runImport(t, fake, "folder_id=50", invoicePackage(t))
	other := importServer(t)
	runImport(t, other, fmt.Sprintf("folder_id=%d", other.Customer("acme").RootFolderID), export(t, fake))
	same(t, "changes", fake.Snapshot().Diff(other.Snapshot()), nil)
	here, _ := fake.Customer("acme").Recipe("Open issue for overdue invoice")
	there, _ := other.Customer("acme").Recipe("Open issue for overdue invoice")
	same(t, "code", there.Code, here.Code)
}

func TestDownloadLinks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := importServer(t, workatotest.WithImportReads(0))
		runImport(t, fake, "folder_id=50", pack(t, jiraFile))
		manifest := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests", object{"name": "all", "auto_generate_assets": true})["result"])
		work := call(t, fake, "POST", fmt.Sprintf("%s/exports/%v", acmePath, manifest["id"]), nil)
		status := fmt.Sprintf("%s/exports/%v", acmePath, work["id"])
		link := text(t, obj(t, call(t, fake, "GET", status, nil)["result"])["download_url"])
		get := func(sign string) int {
			req := newRequest(t, "GET", link, nil)
			if sign != "" {
				req.Header.Set(sign, "x")
			}
			resp, err := fake.HTTPClient().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			return resp.StatusCode
		}
		same(t, "a credential", []int{get("Authorization"), get("X-User-Token")}, []int{400, 200})
		same(t, "problems", len(fake.Problems()), 2)
		same(t, "fresh", get(""), 200)
		time.Sleep(11 * time.Second)
		same(t, "after eleven seconds", get(""), 403)
		if next := obj(t, call(t, fake, "GET", status, nil)["result"])["download_url"]; next == link {
			t.Error("reading the export again gives the same link")
		}
	})
}

func TestManifests(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	assets := arr(t, obj(t, call(t, fake, "GET", acmePath+"/export_manifests/folder_assets", nil)["result"])["assets"])
	same(t, "assets", len(assets), 2)
	same(t, "zip name", obj(t, assets[1])["zip_name"], "Billing/EU/sync.recipe.json")
	recipe := obj(t, assets[1])
	made := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests", object{"export_manifest": object{"name": "m", "assets": []any{recipe}}})["result"])
	path := fmt.Sprintf("%s/export_manifests/%v", acmePath, made["id"])
	same(t, "renamed", obj(t, call(t, fake, "PUT", path, object{"export_manifest": object{"name": "n"}})["result"])["name"], "n")
	same(t, "read", obj(t, call(t, fake, "GET", path, nil)["result"])["name"], "n")
	call(t, fake, "POST", fmt.Sprintf("%s/exports/%v", acmePath, made["id"]), nil)
	same(t, "deleted", call(t, fake, "DELETE", path, nil)["success"], true)
	refused(t, fake, 404, "GET", path, nil)
	refused(t, fake, 400, "POST", acmePath+"/export_manifests", object{"name": "no assets"})
	same(t, "recipes stay", len(fake.Customer("acme").Recipes), len(customer.Recipes))
}

// TestPackageInAForm sends a package as in the oldest samples.
func TestPackageInAForm(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	_ = writer.WriteField("note", "comes first")
	part, err := writer.CreateFormFile("file", "package.zip")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(pack(t, jiraFile))
	_ = writer.Close()
	req := newRequest(t, "POST", "https://workato.test"+acmePath+"/imports?folder_id=50", form.Bytes())
	req.Header.Set("Content-Type", writer.FormDataContentType())
	req.Header.Set("Authorization", "Bearer test-token")
	resp, err := fake.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	same(t, "status", resp.StatusCode, 200)
	same(t, "problems", fake.Problems(), []string{"imports.create was sent a form instead of the zip itself"})
}

// TestFailImportWaitsForAnImport sends other requests first.
func TestFailImportWaitsForAnImport(t *testing.T) {
	t.Parallel()
	fake := importServer(t, workatotest.WithImportReads(0))
	fake.Inject(workatotest.Fault{Do: workatotest.FailImport, Body: "no more space"})
	call(t, fake, "GET", acmePath, nil)
	work := call(t, fake, "POST", acmePath+"/imports?folder_id=50", pack(t, jiraFile))
	status := fmt.Sprintf("%s/imports/%v", acmePath, work["id"])
	same(t, "error", call(t, fake, "GET", status, nil)["error"], "no more space")
}
