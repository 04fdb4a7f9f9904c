package workatotest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-workato/workato/workatotest"
)

func acme() workatotest.Customer {
	return workatotest.Customer{
		ExternalID: "acme",
		Connections: []*workatotest.Connection{
			{Name: "Jira", Provider: "jira", Folder: "Billing/EU", AuthorizationStatus: workatotest.StatusSuccess},
		},
		Recipes: []*workatotest.Recipe{
			{Name: "Sync", Folder: "Billing/EU", Uses: []string{"Jira"}, Running: true, Jobs: []*workatotest.Job{{}, {Status: workatotest.JobFailed, Error: "boom"}}},
		},
		Properties: map[string]string{"billing.key": "id"},
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	added := fake.AddCustomer(acme())
	if added.ID == 0 || len(added.Folders) != 2 || added.Folders[1].Name != "EU" || added.Folders[1].ParentID != added.Folders[0].ID {
		t.Fatalf("customer %+v, want an id and two folders", added)
	}
	recipe, _ := added.Recipe("Sync")
	connection, _ := added.Connection("Jira")
	if recipe.FolderID != added.Folders[1].ID || len(recipe.Config) != 1 || recipe.Config[0].AccountID != connection.ID {
		t.Errorf("recipe %+v, want it in the inner folder with the connection %d", recipe, connection.ID)
	}
	view := result(t, call(t, fake, "GET", "/api/managed_users/Eacme/recipes", nil))[0]
	same(t, "counts", []any{view["job_succeeded_count"], view["job_failed_count"], view["running"]}, []any{1, 1, true})
}

// TestSeedIsACopy changes what was seeded and what was returned.
func TestSeedIsACopy(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	added := fake.AddCustomer(seed)
	seed.Connections[0].Name = "changed"
	added.Connections[0].Name = "changed"
	snapshot := fake.Snapshot()
	snapshot.Customers[0].Connections[0].Name = "changed"
	if _, known := fake.Customer("acme").Connection("Jira"); !known {
		t.Error("the server shares memory with its caller")
	}
}

func TestSeedMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ input, want string }{
		{"{\n\"customers\": [\n{\"nmae\": \"x\"}]}", "s.json:3: customers[0].nmae: unknown field"},
		{"{\n\"customers\": [\n{\"name\": 12}]}", "s.json:3: customers.name: a number instead of a string"},
		{"{\n\"customers\": {}}", "s.json:2: customers: an object instead of a list"},
		{"{\n\"customers\": [", "s.json:2: the JSON text ends too early"},
		{"{}\n{}", "s.json:2: more than one JSON value"},
		{"{\n\"customers\": [null]}", "s.json:2: customers[0]: is null"},
		{"{\"customers\": [{\"id\": 7},\n{\"id\": 7}]}", "s.json:2: customers[1].id: 7 has already been taken"},
		{
			"{\"customers\": [{\"external_id\": \"a\"},\n{\"id\":3,\n\"external_id\":\"a\"}]}",
			"s.json:3: customers[1].external_id: Ea has already been taken",
		},
		{"{\"customers\": [{\"connections\": [\n{\"name\": \"Jira\"}]}]}", "s.json:2: customers[0].connections[0].provider: is missing"},
		{
			"{\"customers\": [{\"connections\": [\n{\"provider\": \"jira\",\n\"folder_id\": 9}]}]}",
			"s.json:3: customers[0].connections[0].folder_id: no folder 9",
		},
		{
			"{\"customers\": [{\"connections\": [{\"provider\": \"jira\",\n\"authorization_status\": \"fine\"}]}]}",
			`s.json:2: customers[0].connections[0].authorization_status: "fine" is not a status`,
		},
		{"{\"customers\": [{\"recipes\": [{\"name\": \"R\",\n\"uses\": [\"Jira\"]}]}]}", `s.json:2: customers[0].recipes[0].uses[0]: no connection "Jira"`},
		{"{\"customers\": [{\"recipes\": [\n{}]}]}", "s.json:2: customers[0].recipes[0].name: is missing"},
		{"{\"customers\": [{\"recipes\": [{\"name\": \"R\", \"code\": \"{\"}]}]}", "s.json:1: customers[0].recipes[0].code: is not JSON"},
		{
			"{\"own\": {\"folders\": [{\"id\": 1, \"name\": \"a\", \"parent_id\": 2}, {\"id\": 2, \"name\": \"b\", \"parent_id\": 1}]}}",
			"s.json:1: own.folders[0].parent_id: the folder is below itself",
		},
		{"{\"customers\": [{\"recipes\": [{\"name\": \"R\", \"versions\": [\nnull]}]}]}", "s.json:2: customers[0].recipes[0].versions[0]: is null"},
		{"{\"own\": {\"records\": {\"roles\": [\nnull]}}}", "s.json:2: own.records.roles[0]: is null"},
		{
			"{\"customers\": [{\"recipes\": [{\"id\": 1, \"name\": \"R\"},\n{\"id\": 1, \"name\": \"S\"}]}]}",
			"s.json:2: customers[0].recipes[1].id: 1 is used twice",
		},
		{"{\"connectors\": [\n{}]}", "s.json:2: connectors[0].name: is missing"},
		{"{\"customers\": [{\"created_at\": \"yesterday\"}]}", `s.json:1: customers[0].created_at: "yesterday" is not a time`},
		{"[\n1]", "s.json:1: an array instead of an object"},
		{
			"{\"customers\": [{\"environments\": [\n{\"environment\": \"qa\"}]}]}",
			`s.json:2: customers[0].environments[0].environment: "qa" is neither test nor prod`,
		},
		{
			"{\"customers\": [{\"environments\": [{\"environment\": \"test\"},\n{\"environment\": \"test\"}]}]}",
			"s.json:2: customers[0].environments[1].environment: test is listed twice",
		},
		{"{\"customers\": [{\"environments\": [{}, {},\n{}]}]}", "s.json:2: customers[0].environments[2].environment: test is listed twice"},
	} {
		fake := workatotest.New(t)
		before := fake.Snapshot()
		err := fake.SeedJSON("s.json", []byte(test.input))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s\n: error %v, want %s", test.input, err, test.want)
		}
		if diff := before.Diff(fake.Snapshot()); len(diff) > 0 {
			t.Errorf("%s\nchanged the state: %v", test.input, diff)
		}
	}
}

// TestSeedFolderWithoutID: a folder with an id may be above one that gets its id
// later.
func TestSeedFolderWithoutID(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := `{"customers": [{"external_id": "a", "folders": [{"id": 5, "name": "top"}, {"name": "below", "parent_id": 5}]}]}`
	if err := fake.SeedJSON("s.json", []byte(seed)); err != nil {
		t.Fatal(err)
	}
	same(t, "parent", fake.Customer("a").Folders[1].ParentID, 5)
}

func TestSeedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	seed := filepath.Join(dir, "seed.json")
	if err := os.WriteFile(seed, []byte(`{"customers": [{"external_id": "acme"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	faults := filepath.Join(dir, "faults.json")
	if err := os.WriteFile(faults, []byte(`[{"do": "html"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := workatotest.New(t)
	if err := fake.SeedFile(seed); err != nil {
		t.Fatal(err)
	}
	if err := fake.InjectFile(faults); err != nil {
		t.Fatal(err)
	}
	if err := fake.SeedFile(filepath.Join(dir, "missing.json")); !os.IsNotExist(err) {
		t.Errorf("error %v, want one of a missing file", err)
	}
	status, _ := request(t, fake, "GET", "/api/managed_users/Eacme", nil)
	same(t, "status under the fault", status, 502)
	same(t, "customer", call(t, fake, "GET", "/api/managed_users/Eacme", nil)["external_id"], "acme")
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(acme())
	before := fake.Snapshot()
	call(t, fake, "POST", "/api/managed_users/Eacme/folders", object{"name": "New"})
	call(t, fake, "PUT", "/api/managed_users/Eacme/recipes/5001/stop", nil)
	want := []string{
		"+ customer acme: folder New",
		"- customer acme: recipe Billing/EU/Sync version 1 running, 2 jobs",
		"+ customer acme: recipe Billing/EU/Sync version 1 stopped, 2 jobs",
	}
	if diff := before.Diff(fake.Snapshot()); !slices.Equal(diff, want) {
		t.Errorf("diff %q, want %q", diff, want)
	}

	after := fake.Snapshot()
	if err := fake.Restore(before); err != nil {
		t.Fatal(err)
	}
	if diff := before.Diff(fake.Snapshot()); len(diff) > 0 {
		t.Errorf("after restoring: %v", diff)
	}
	other := workatotest.New(t)
	if err := other.Restore(after); err != nil {
		t.Fatal(err)
	}
	same(t, "restored in another server", other.Snapshot(), after)
	// Ids are not issued twice after a restore.
	folder := call(t, other, "POST", "/api/managed_users/Eacme/folders", object{"name": "Newer"})
	for _, f := range after.Customers[0].Folders {
		if folder["id"] == float64(f.ID) {
			t.Errorf("id %d was handed out twice", f.ID)
		}
	}
}

// TestSnapshotLines changes objects of every kind.
func TestSnapshotLines(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Recipes[0].ID, seed.Recipes[0].Running = 5, false
	project := fake.AddCustomer(seed).Folders[0]
	before := fake.Snapshot()
	call(t, fake, "POST", acmePath+"/properties", object{"properties": object{"billing.key": "other"}})
	call(t, fake, "POST", fmt.Sprintf("%s/properties?project_id=%d", acmePath, project.ProjectID), object{"properties": object{"a": "b"}})
	call(t, fake, "PUT", acmePath+"/recipes/5", object{"folder_id": strconv.FormatInt(project.ID, 10)})
	call(t, fake, "POST", "/api/v2/managed_users/Eacme/tags", object{"title": "Finance"})
	call(t, fake, "POST", "/api/v2/managed_users/Eacme/environment_roles", object{"name": "Builder"})
	same(t, "diff", before.Diff(fake.Snapshot()), []string{
		"+ customer acme: 1 environment_roles",
		"+ customer acme: property a of project Billing with value 71beeff9",
		"- customer acme: property billing.key with value bf396750",
		"+ customer acme: property billing.key with value d9583520",
		"- customer acme: recipe Billing/EU/Sync version 1 stopped, 2 jobs",
		"+ customer acme: recipe Billing/Sync version 2 stopped, 2 jobs",
		"+ customer acme: tag Finance",
	})
}

// TestStateHoldsNoCredentials searches every form of a state for a password.
func TestStateHoldsNoCredentials(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(acme())
	call(t, fake, "POST", "/api/managed_users/Eacme/connections", object{"provider": "postgresql", "input": object{"password": "hunter2"}})
	same(t, "keys", fake.Customer("acme").Connections[1].InputKeys, []string{"password"})
	path := filepath.Join(t.TempDir(), "state.json")
	if err := fake.SaveState(path); err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(saved), "hunter2") {
		t.Errorf("state file %s, error %v", saved, err)
	}
	again := workatotest.New(t)
	if err := again.LoadState(path); err != nil {
		t.Fatal(err)
	}
	same(t, "loaded", again.Snapshot(), fake.Snapshot())
	call(t, again, "PUT", acmePath+"/connections/4002", object{"input": object{"host": "h"}})
	same(t, "keys after an update", again.Customer("acme").Connections[1].InputKeys, []string{"host", "password"})
}

// TestStateIsReadAgain has a state that a seed may not have.
func TestStateIsReadAgain(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Recipes = append(seed.Recipes, &workatotest.Recipe{ID: 5, Name: "Elsewhere", Uses: []string{"Jira"}})
	seed.Recipes[0].Running = false
	folders := fake.AddCustomer(seed).Folders
	const foreign = `[{"keyword": "application", "provider": "jira", "name": "jira", "account_id": 77}]`
	call(t, fake, "POST", acmePath+"/recipes", object{"name": "A", "code": "{}", "config": foreign})
	call(t, fake, "POST", acmePath+"/connections", object{"provider": "rest", "name": "moved"})
	call(t, fake, "PUT", acmePath+"/connections/4002", object{"folder_id": nil})
	same(t, "moved to the Home folder", call(t, fake, "PUT", acmePath+"/connections/4002", nil)["folder_id"], fake.Customer("acme").RootFolderID)
	cleared := call(t, fake, "PUT", acmePath, object{"plan_id": nil, "time_zone": nil, "team_name": nil})
	same(t, "cleared", []any{cleared["plan_id"], cleared["team_name"]}, []any{"partner_standard", "acme"})
	top := call(t, fake, "PUT", fmt.Sprintf("%s/folders/%d", acmePath, folders[1].ID), object{"parent_id": fake.Customer("acme").RootFolderID})
	same(t, "a folder at the top is a project", top["is_project"], true)
	call(t, fake, "DELETE", fmt.Sprintf("%s/projects/%v", acmePath, top["project_id"]), nil)
	same(t, "a connection that is gone", fake.Customer("acme").Recipes[0].Config[0].AccountID, 0)
	path := filepath.Join(t.TempDir(), "state.json")
	if err := fake.SaveState(path); err != nil {
		t.Fatal(err)
	}
	again := workatotest.New(t)
	if err := again.LoadState(path); err != nil {
		t.Fatal(err)
	}
	same(t, "loaded", again.Snapshot(), fake.Snapshot())
}

// TestNothingIsBlanked: required values cannot be cleared.
func TestNothingIsBlanked(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	seed.Recipes[0].ID, seed.Recipes[0].Running = 5, false
	folders := fake.AddCustomer(seed).Folders
	for path, fields := range map[string][]string{
		"":           {"name"},
		"/recipes/5": {"name", "code", "config"},
		fmt.Sprintf("/folders/%d", folders[0].ID):         {"name"},
		fmt.Sprintf("/projects/%d", folders[0].ProjectID): {"name"},
	} {
		for _, field := range fields {
			for _, blank := range []any{"", nil} {
				got := refused(t, fake, 400, "PUT", acmePath+path, object{field: blank})
				same(t, path, got["errors"], object{field: []string{"can't be blank"}})
			}
		}
	}
}

func TestParallelServersAreSeparate(t *testing.T) {
	t.Parallel()
	for range 4 {
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			fake := workatotest.New(t, workatotest.WithClock(func() time.Time { return time.Unix(0, 0) }))
			fake.AddCustomer(workatotest.Customer{ExternalID: "same"})
			same(t, "customers", len(fake.Snapshot().Customers), 1)
			same(t, "created_at", call(t, fake, "GET", "/api/managed_users/Esame", nil)["created_at"], "1969-12-31T16:00:00.000-08:00")
		})
	}
}

// TestSeededIDsAreTaken seeds the next ids.
func TestSeededIDsAreTaken(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ID: 1001, ExternalID: "acme", RootFolderID: 2001,
		Folders:     []*workatotest.Folder{{ID: 2002, Name: "A"}},
		Connections: []*workatotest.Connection{{ID: 4001, Provider: "jira"}},
		Recipes:     []*workatotest.Recipe{{ID: 5001, Name: "R"}},
	})
	fake.AddCustomer(workatotest.Customer{
		ID: 900, RootFolderID: 800, Imports: []*workatotest.Import{{Status: workatotest.StatusCompleted}, {ID: 6001, Status: workatotest.StatusCompleted}},
		Manifests: []*workatotest.Manifest{{ID: 8001, Name: "M"}}, Records: map[string][]workatotest.Record{"data_tables": {{"id": 19001, "name": "T"}}},
	})
	imported := fake.Customer("900").Imports
	same(t, "imports", []int64{imported[0].ID, imported[1].ID}, []int64{6002, 6001})
	manifest := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests", object{"name": "N", "auto_generate_assets": true})["result"])
	same(t, "manifest", manifest["id"], 8002)
	role := obj(t, call(t, fake, "POST", "/api/v2/managed_users/Eacme/environment_roles", object{"name": "R"})["data"])
	same(t, "record", role["id"], 19002)
	next := fake.AddCustomer(workatotest.Customer{})
	same(t, "customer", []int64{next.ID, next.RootFolderID}, []int64{1002, 2003})
	same(t, "folder", call(t, fake, "POST", acmePath+"/folders", object{"name": "B"})["id"], 2004)
	same(t, "connection", call(t, fake, "POST", acmePath+"/connections", object{"provider": "jira"})["id"], 4002)
	same(t, "recipe", call(t, fake, "POST", acmePath+"/recipes", object{"name": "S", "code": "{}"})["id"], 5002)
}

// TestCustomersAddedAtOnce adds customers from many goroutines: each call
// returns its own.
func TestCustomersAddedAtOnce(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	var adding sync.WaitGroup
	for i := range 500 {
		adding.Go(func() {
			external := strconv.Itoa(i)
			if added := fake.AddCustomer(workatotest.Customer{ExternalID: external}); added.ExternalID != external {
				t.Errorf("added %s and got %s", external, added.ExternalID)
			}
		})
	}
	adding.Wait()
}

// TestSeededConnectors replaces a built-in connector, and seeds one server with
// the state of another.
func TestSeededConnectors(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	const seed = `{"connectors": [{"name": "jira", "title": "Our Jira"}], "own": {"imports": [{"status": "completed"}]}}`
	if err := fake.SeedJSON("seed.json", []byte(seed)); err != nil {
		t.Fatal(err)
	}
	named := arr(t, call(t, fake, "GET", "/api/integrations?applications=jira", nil)["items"])
	same(t, "titles", []any{len(named), obj(t, named[0])["title"]}, []any{1, "Our Jira"})
	other := workatotest.New(t)
	if err := other.Seed(fake.Snapshot()); err != nil {
		t.Fatal(err)
	}
	same(t, "seeded with a snapshot", other.Snapshot().Connectors, fake.Snapshot().Connectors)
	same(t, "imports of the own workspace", other.Snapshot().Own.Imports, fake.Snapshot().Own.Imports)
}
