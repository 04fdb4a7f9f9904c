package workatotest_test

import (
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestOutcomes reads outcomes in the log that a status does not show.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	fake.AddCustomer(workatotest.Customer{
		ExternalID:  "acme",
		Folders:     []*workatotest.Folder{{ID: 50, Name: "F"}},
		Connections: []*workatotest.Connection{{ID: 7, Name: "Jira", Provider: "jira"}},
		Recipes: []*workatotest.Recipe{
			{ID: 1, Name: "Sync", Uses: []string{"Jira"}},
			{ID: 2, Name: "Runs", Running: true},
			{ID: 3, Name: "Broken", CodeErrors: []any{[]any{4, []any{[]any{"Body", nil, "can't be blank"}}}}},
		},
	})
	bad := object{"provider": "postgresql", "input": object{"password": workatotest.BadCredential}}
	broken := []byte("PK\x05\x06")
	for _, test := range []struct {
		method, path string
		body         any
		status       int
		want         string
	}{
		{"GET", "/recipes", nil, 200, ""},
		{"PUT", "/recipes/1/start", nil, 200, "refused: step 1: account_id 7 unconnected"},
		{"PUT", "/recipes/3/start", nil, 200, "refused: step 4: Body can't be blank"},
		{"DELETE", "/recipes/2", nil, 200, "refused: Recipe can't be deleted while it is running"},
		{"PUT", "/recipes/2/start", nil, 200, ""},
		{"POST", "/connections", bad, 200, "authorization failed: 401 Unauthorized: the credentials were refused"},
		{"GET", "/folders?parent_id=99", nil, 404, "refused: Not found"},
		{"POST", "/folders", object{}, 400, "refused: Validation failed: name can't be blank"},
		{"POST", "/imports?folder_id=50", broken, 400, "refused: package is not a valid zip file"},
	} {
		status, raw := request(t, fake, test.method, acmePath+test.path, test.body)
		log := fake.Requests()
		if got := log[len(log)-1].Outcome; status != test.status || got != test.want {
			t.Errorf("%s %s: %d %q, want %d %q; body %s", test.method, test.path, status, got, test.status, test.want, raw)
		}
	}
	fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.FailImport, Body: "no more space"})
	request(t, fake, "POST", acmePath+"/imports?folder_id=50", invoicePackage(t))
	call(t, fake, "GET", acmePath+"/imports/6001", nil)
	same(t, "a failed import", fake.Requests("imports.get")[0].Outcome, "failed: no more space")
}
