package provision_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// The recipes of TestStepsVerify.
const (
	runs  = 801
	rests = 802
	other = 803 // runs, and no import tells of it
)

// TestStepsVerify: when the report of an import is enough, what is looked at where it
// is not, and that a recipe which does not run is no success.
func TestStepsVerify(t *testing.T) {
	t.Parallel()
	const notThere, oneRests = "the release is not there", "1 recipe not running after the import, the first is 802 (stopped)"
	says := func(result string, ids ...int) string {
		var rows []string
		for _, id := range ids {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"import_result":%q}`, id, result))
		}
		return strings.Join(rows, ",")
	}
	never, always := provision.Verify{Recipes: provision.Never}, provision.Verify{Recipes: provision.Always}
	for name, test := range map[string]struct {
		verify  provision.Verify
		version string // of the release; 2.4.0 is there
		report  string
		seen    bool
		want    string // error
		lists   int    // of recipes
	}{
		"restarted":                  {provision.Verify{}, "2.4.1", says("restarted", runs), false, "", 0},
		"restarted, look":            {always, "2.4.1", says("restarted", runs), false, notThere, 1},
		"restarted, look, there":     {always, "2.4.0", says("restarted", runs), false, "", 1},
		"restarted, look, was seen":  {always, "2.4.1", says("restarted", runs), true, "", 0},
		"says nothing":               {provision.Verify{}, "2.4.1", "", false, notThere, 1},
		"says nothing, there":        {provision.Verify{}, "2.4.0", "", false, "", 1},
		"says nothing, never":        {never, "2.4.1", "", false, "", 0},
		"stopped":                    {provision.Verify{}, "2.4.0", says("stopped", rests), false, oneRests, 1},
		"stopped, was seen":          {always, "2.4.0", says("stopped", rests), true, oneRests, 1},
		"stopped, and started since": {provision.Verify{}, "2.4.0", says("stopped", runs), false, "", 1},
		"stopped, one of two":        {provision.Verify{}, "2.4.0", says("stopped", runs, rests), false, oneRests, 1},
		"stopped, never":             {never, "2.4.0", says("stopped", rests, runs), false, "2 recipes not running", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := verified(t, test.verify)
				f.release.Version = test.version
				report := `{"id":7,"status":"completed","recipe_status":[` + test.report + `]}`
				f.fake.Inject(workatotest.Fault{On: "imports.get", Do: workatotest.Respond, Status: 200, Body: report})
				steps, rec := stepsOf(t, f)
				rec.State, rec.ImportID, rec.Connections = provision.StateImported, 7, []int64{1} // of a run that verified connections
				step, err := steps.Verify(t.Context(), rec, test.seen)
				if (err == nil) != (test.want == "") || !strings.Contains(fmt.Sprint(err), test.want) {
					t.Errorf("%+v, %v", step, err)
				}
				f.fake.AssertCalls(t, "recipes.list", test.lists)
				f.fake.AssertCalls(t, "connections.list", 0)
			})
		})
	}
}

// verified is a fleet of one customer who is on the release 2.4.0.
func verified(t *testing.T, verify provision.Verify) *fleet {
	t.Helper()
	f := newFleet(t, 1)
	f.strategy.Verify = verify
	f.fake.RemoveCustomer(customerName(0))
	f.fake.AddCustomer(workatotest.Customer{
		ExternalID: customerName(0), Folders: []*workatotest.Folder{{ID: 50, Name: "Billing"}},
		Recipes: []*workatotest.Recipe{
			{ID: 800, Name: "_release", Description: "billing 2.4.0", FolderID: 50},
			{ID: runs, Name: "runs", FolderID: 50, Running: true},
			{ID: rests, Name: "rests", FolderID: 50},
			{ID: other, Name: "other", FolderID: 50, Running: true},
		},
	})
	return f
}

// TestStepsVerifyOpaque: a detector that cannot tell says nothing against an import
// that has completed.
func TestStepsVerifyOpaque(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := verified(t, provision.Verify{Recipes: provision.Always})
		f.release.Detect = provision.ByVersion()
		steps, rec := stepsOf(t, f)
		if _, err := steps.Prepare(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if step, err := steps.Verify(t.Context(), rec, false); err != nil || step.To != provision.StateSucceeded {
			t.Errorf("%+v, %v", step, err)
		}
	})
}
