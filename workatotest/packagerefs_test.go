package workatotest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// using is a recipe in a package whose application jira refers to a connection.
func using(path, zipName, name string) [2]string {
	return [2]string{path + ".recipe.json", fmt.Sprintf(`{"name": "R", "version": 1, "code": {"number": 0}, "config": [{"keyword": "application",
		"provider": "jira", "skip_validation": false, "account_id": {"zip_name": %q, "name": %q, "folder": "x"}}]}`, zipName, name)}
}

// TestReferencesOutsideOfThePackage has recipes that use connections of an
// earlier package or a person.
func TestReferencesOutsideOfThePackage(t *testing.T) {
	t.Parallel()
	const target = 50
	folders := []*workatotest.Folder{{ID: target, Name: "Target"}}
	in := func(folder, name string) *workatotest.Connection {
		return &workatotest.Connection{Name: name, Provider: "jira", Folder: folder}
	}
	rest := &workatotest.Connection{Name: "Jira", Provider: "rest", Folder: "Links"}
	runtime := &workatotest.Connection{Name: "Jira", Provider: "jira", Folder: "Links", Runtime: true}
	type connections = []*workatotest.Connection
	for name, test := range map[string]struct {
		there connections
		file  [2]string
		want  string // folder and name
	}{
		"path from Home": {
			connections{in("", "Jira"), in("Links/EU", "Jira")},
			using("r", "Links/EU/jira.connection.json", "Jira"), "Links/EU/Jira",
		},
		"path from the target": {
			connections{in("Links", "Jira"), in("Target/Links", "Jira")},
			using("r", "Links/jira.connection.json", "Jira"), "Target/Links/Jira",
		},
		"path, renamed file": {
			connections{in("Links", "Old"), in("Links", "Jira (EU)")},
			using("r", "Links/jira_eu.connection.json", ""), "Links/Jira (EU)",
		},
		"name and application": {
			connections{rest, in("Elsewhere", "Jira")},
			using("r", "Links/jira.connection.json", "Jira"), "Elsewhere/Jira",
		},
		"another application": {connections{rest}, using("r", "Links/jira.connection.json", "Jira"), ""},
		"another name":        {connections{in("Links", "Jira 2")}, using("r", "Links/jira.connection.json", "Jira"), ""},
		"that of one user":    {connections{runtime}, using("r", "Links/jira.connection.json", "Jira"), ""},
		"nowhere":             {nil, using("r", "Links/jira.connection.json", "Jira"), ""},
		"path that leads out": {connections{in("", "Jira 2")}, using("r", "../../jira_2.connection.json", "x"), ""},
		"null in the package": {
			connections{in("", "Jira")},
			[2]string{"r.recipe.json", `{"name": "R", "code": {}, "config": [{"provider": "jira", "account_id": null}]}`},
			"",
		},
		"reference without path": {connections{in("", "Jira")}, using("r", "", "Jira"), "/Jira"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := workatotest.New(t)
			fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: folders, Connections: test.there})
			same(t, "status", runImport(t, fake, fmt.Sprintf("folder_id=%d", target), pack(t, test.file))["status"], "completed")
			customer := fake.Customer("acme")
			same(t, "connections", len(customer.Connections), len(test.there))
			got := ""
			recipe, _ := customer.Recipe("R")
			for _, conn := range customer.Connections {
				if conn.ID == recipe.Config[0].AccountID {
					got = pathOf(customer, conn.FolderID) + "/" + conn.Name
				}
			}
			same(t, "connection", got, test.want)
			if test.want == "" {
				start := call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d/start", acmePath, recipe.ID), nil)
				entry := arr(t, arr(t, arr(t, arr(t, start["config_errors"])[0])[1])[0])
				same(t, "start", []any{start["success"], entry[:3]}, []any{false, []any{"account_id", nil, "unconnected"}})
			}
		})
	}
}

// pathOf is the path of a folder from Home, "" for Home.
func pathOf(customer workatotest.Customer, id int64) string {
	for _, f := range customer.Folders {
		if f.ID == id {
			if above := pathOf(customer, f.ParentID); above != "" {
				return above + "/" + f.Name
			}
			return f.Name
		}
	}
	return ""
}

// TestReferencesInAMergedPackage has folders that were exported one by one and
// merged into one zip: the references start at the folders.
func TestReferencesInAMergedPackage(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	conn := jiraFile[1]
	zip := pack(t, [2]string{"one/Links/jira.connection.json", conn}, [2]string{"two/Links/jira.connection.json", conn},
		using("two/Recipes/r", "Links/jira.connection.json", "Jira"))
	same(t, "status", runImport(t, fake, "folder_id=50", zip)["status"], "completed")
	customer := fake.Customer("acme")
	recipe, _ := customer.Recipe("R")
	at := slices.IndexFunc(customer.Connections, func(c *workatotest.Connection) bool { return c.ID == recipe.Config[0].AccountID })
	same(t, "folder", pathOf(customer, customer.Connections[at].FolderID), "Target/two/Links")
}

const (
	adapterJSON    = `{"title": "Acme SDK", "description": null, "logo_file_name": null, "logo_content_type": null, "version_no": 3, "note": "First"}`
	adapterName    = "acme_sdk_connector_1_2"
	adapterCode    = "{ title: 'Acme SDK' }"
	customProvider = `{"zip_name": "acme_sdk.custom_adapter.json", "name": "Acme SDK", "folder": ""}`
)

// customPackage has a connection of a custom connector, and a recipe that uses
// it.
func customPackage(t *testing.T, withRecipe bool) []byte {
	t.Helper()
	files := [][2]string{
		{"Links/", ""},
		{"Links/acme.connection.json", `{"name": "Acme", "provider": ` + customProvider + `, "secure_gateway_tunnel_name": null, "root_folder": false}`},
		{"acme_sdk.custom_adapter.json", adapterJSON},
		{"acme_sdk.custom_adapter.rb", adapterCode},
	}
	if withRecipe {
		files = append(files, [2]string{"r.recipe.json", `{"name": "R", "version": 12, "private": false, "concurrency": 5, "code": {"number": 0}, "config": [
			{"keyword": "application", "provider": "` + adapterName + `", "skip_validation": false, "personalization": true, "account_id":
				{"zip_name": "Links/acme.connection.json", "name": "Acme", "folder": "Links", "custom": true}},
			{"keyword": "application", "provider": "csv_parser", "account_id": null}]}`})
	}
	return pack(t, files...)
}

// TestCustomConnector imports connections whose provider is a reference: its
// name is in the recipes, the partner's catalogue or the title.
func TestCustomConnector(t *testing.T) {
	t.Parallel()
	provider := func(fake *workatotest.Server) string {
		conn, _ := fake.Customer("acme").Connection("Acme")
		return conn.Provider
	}
	fake := importServer(t)
	same(t, "status", runImport(t, fake, "folder_id=50", customPackage(t, false))["status"], "completed")
	same(t, "no recipe", provider(fake), "acme_sdk")
	same(t, "status", runImport(t, fake, "folder_id=50", customPackage(t, true))["status"], "completed")
	same(t, "learnt from a recipe", provider(fake), adapterName)
	recipe, _ := fake.Customer("acme").Recipe("R")
	conn, _ := fake.Customer("acme").Connection("Acme")
	same(t, "connection of the recipe", recipe.Config[0].AccountID, conn.ID)
	same(t, "settings", []any{recipe.Public, recipe.Concurrency, recipe.Config[0].Personalization, recipe.Versions[0].Number}, []any{true, 5, true, 12})
	call(t, fake, "PUT", fmt.Sprintf("%s/connections/%d", acmePath, conn.ID), object{"input": object{"key": "x"}})
	same(t, "start", call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d/start", acmePath, recipe.ID), nil)["success"], true)

	fake = importServer(t)
	runImport(t, fake, "folder_id=50", customPackage(t, true))
	same(t, "recipe in the package", provider(fake), adapterName)
	first := export(t, fake, object{"folder_id": 50})
	files := unzip(t, first)
	same(t, "files", keys(files), []string{"Links/acme.connection.json", "acme_sdk.custom_adapter.json", "acme_sdk.custom_adapter.rb", "r.recipe.json"})
	same(t, "adapter", []any{files["acme_sdk.custom_adapter.json"], files["acme_sdk.custom_adapter.rb"]}, []any{adapterJSON, adapterCode})
	same(t, "provider", document(t, files, "Links/acme.connection.json")["provider"],
		object{"zip_name": "acme_sdk.custom_adapter.json", "name": "Acme SDK", "folder": ""})
	config := obj(t, arr(t, document(t, files, "r.recipe.json")["config"])[0])
	same(t, "custom", []any{obj(t, config["account_id"])["custom"], config["personalization"]}, []any{true, true})

	fake = workatotest.New(t)
	folders := []*workatotest.Folder{{ID: 50, Name: "Target"}}
	err := fake.Seed(workatotest.State{
		Own: &workatotest.Customer{Records: map[string][]workatotest.Record{
			"custom_connectors": {{"title": "Acme SDK", "name": "acme_connector_3_4"}},
		}},
		Customers: []*workatotest.Customer{{ExternalID: "acme", Folders: folders}},
	})
	if err != nil {
		t.Fatal(err)
	}
	runImport(t, fake, "folder_id=50", customPackage(t, false))
	same(t, "the partner's catalogue", provider(fake), "acme_connector_3_4")

	fake = workatotest.New(t)
	err = fake.Seed(workatotest.State{
		Connectors: []*workatotest.Connector{{Name: "acme", Title: "Acme SDK"}},
		Customers:  []*workatotest.Customer{{ExternalID: "acme", Folders: folders}},
	})
	if err != nil {
		t.Fatal(err)
	}
	runImport(t, fake, "folder_id=50", customPackage(t, true))
	same(t, "the recipe before the catalogue", provider(fake), adapterName)

	fake = workatotest.New(t)
	if err := fake.Seed(workatotest.State{
		Connectors: []*workatotest.Connector{{Name: "acme", Title: "Acme SDK"}},
		Customers:  []*workatotest.Customer{{ExternalID: "acme", Folders: folders}},
	}); err != nil {
		t.Fatal(err)
	}
	runImport(t, fake, "folder_id=50", customPackage(t, false))
	same(t, "the catalogue of connectors", provider(fake), "acme")
	runImport(t, fake, "folder_id=50", pack(t, [2]string{"r.recipe.json", `{"name": "R", "code": {}, "config": [{"keyword": "application", "provider": "acme",
		"account_id": {"zip_name": "Links/acme.connection.json", "name": "Acme", "folder": "Links", "custom": true}}]}`}))
	config = obj(t, arr(t, document(t, unzip(t, export(t, fake, object{"folder_id": 50})), "r.recipe.json")["config"])[0])
	same(t, "custom by its title", obj(t, config["account_id"])["custom"], true)
}

// TestOneCustomConnectorInAWorkspace imports a custom connector into two folders.
func TestOneCustomConnectorInAWorkspace(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	for _, folder := range []int{50, 51} {
		same(t, "status", runImport(t, fake, fmt.Sprintf("folder_id=%d", folder), customPackage(t, true))["status"], "completed")
	}
	same(t, "connectors", len(fake.Customer("acme").PackageAssets), 1)
	for _, folder := range []int{50, 51} {
		files := unzip(t, export(t, fake, object{"folder_id": folder}))
		same(t, "files", keys(files), []string{"Links/acme.connection.json", "acme_sdk.custom_adapter.json", "acme_sdk.custom_adapter.rb", "r.recipe.json"})
	}
}

// TestConnectionsInPlaceOfThePackages updates a recipe whose connections the
// customer has replaced: they stay, entry by entry.
func TestConnectionsInPlaceOfThePackages(t *testing.T) {
	t.Parallel()
	fake := importServer(t)
	zip := func(description string) []byte {
		entry := `{"keyword": "application", "provider": "jira", "account_id": {"zip_name": "c/jira.connection.json"}}`
		return pack(t, jiraFile, [2]string{"r.recipe.json", fmt.Sprintf(`{"name": "R", "version": 20, "description": %q, "code": {}, "config": [%s, %s]}`,
			description, entry, entry)})
	}
	runImport(t, fake, "folder_id=50", zip("a"))
	var ids []any
	for _, name := range []string{"One", "Two"} {
		ids = append(ids, call(t, fake, "POST", acmePath+"/connections", object{"name": name, "provider": "jira"})["id"])
	}
	recipe, _ := fake.Customer("acme").Recipe("R")
	config := fmt.Sprintf(`[{"keyword": "application", "name": "jira", "provider": "jira", "account_id": %v}, {"keyword": "application", "name": "jira",
		"provider": "jira", "account_id": %v}]`, ids[0], ids[1])
	call(t, fake, "PUT", fmt.Sprintf("%s/recipes/%d", acmePath, recipe.ID), object{"config": config})
	runImport(t, fake, "folder_id=50", zip("b"))
	recipe, _ = fake.Customer("acme").Recipe("R")
	same(t, "connections", []int64{recipe.Config[0].AccountID, recipe.Config[1].AccountID}, ids)
	same(t, "description and version", []any{recipe.Description, recipe.Versions[2].Number}, []any{"b", 22})

	other := importServer(t)
	other.AddCustomer(workatotest.Customer{Recipes: []*workatotest.Recipe{{Name: "R"}}})
	runImport(t, other, "folder_id=50", pack(t, recipeFile("R", "old"), jiraFile))
	newer := recipeFile("R", "new")
	newer[1] = strings.Replace(newer[1], `"version": 1`, `"version": 20`, 1)
	runImport(t, other, "folder_id=50", pack(t, newer, jiraFile))
	recipe, _ = other.Customer("acme").Recipe("R")
	same(t, "version of a newer package", recipe.Versions[1].Number, 20)
}

// TestFoldersOfOneName imports into the first of two folders.
func TestFoldersOfOneName(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ExternalID: "acme",
		Folders:    []*workatotest.Folder{{ID: 50, Name: "Target"}, {ID: 51, Name: "c", ParentID: 50}, {ID: 52, Name: "c", ParentID: 50}},
	})
	runImport(t, fake, "folder_id=50", pack(t, jiraFile))
	same(t, "folder", fake.Customer("acme").Connections[0].FolderID, 51)
}

// TestFolderDeletedMeanwhile deletes the target of an import that has not ended.
func TestFolderDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, gone := range []int{0, 1} {
		fake := importServer(t)
		project := fake.Customer("acme").Folders[gone]
		work := call(t, fake, "POST", acmePath+"/imports?folder_id=50&folder_id_for_home_assets=51", pack(t, jiraFile))
		call(t, fake, "DELETE", fmt.Sprintf("%s/projects/%d", acmePath, project.ProjectID), nil)
		status := fmt.Sprintf("%s/imports/%v", acmePath, work["id"])
		call(t, fake, "GET", status, nil)
		same(t, "error", call(t, fake, "GET", status, nil)["error"], fmt.Sprintf("folder %d no longer exists", project.ID))
	}
}

// TestCustomConnectorAtHome imports a connector into the partner's own
// workspace, where it is on the list of connectors.
func TestCustomConnectorAtHome(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	for range 2 {
		work := call(t, fake, "POST", "/api/packages/import/10", customPackage(t, false))
		for call(t, fake, "GET", fmt.Sprintf("/api/packages/%v", work["id"]), nil)["status"] == "in_progress" {
		}
		list := result(t, call(t, fake, "GET", "/api/custom_connectors", nil))
		same(t, "connectors", len(list), 1)
		same(t, "code in the list", list[0]["code"], nil)
		same(t, "connector", []any{list[0]["title"], list[0]["latest_released_version"], list[0]["latest_released_version_note"]}, []any{"Acme SDK", 3, "First"})
		code := obj(t, call(t, fake, "GET", fmt.Sprintf("/api/custom_connectors/%v/code", list[0]["id"]), nil)["data"])
		same(t, "code", code["code"], adapterCode)
	}
}
