package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// TestCaseService runs the test cases of the recipes in a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/test-automation.html
type TestCaseService struct{ core *core }

const testCasesDoc = "https://docs.workato.com/oem/oem-api/test-automation.html"

var (
	testCasesRun = operation{Operation: Operation{
		Name: "test_cases.run", Method: "POST", Path: "/api/managed_users/{customer}/test_cases/run_requests",
		Effect: Create, Quota: Quota{Family: "test_cases", PerMinute: 60}, Doc: testCasesDoc,
	}, lookup: "runs cannot be listed; another one tests the same once more", ownError: true}
	testCasesGetRun = operation{Operation: Operation{
		Name: "test_cases.get_run", Method: "GET", Path: "/api/managed_users/{customer}/test_cases/run_requests/{test_id}",
		Effect: Read, Quota: Quota{Family: "test_cases", PerMinute: 60}, Doc: testCasesDoc,
	}, ownError: true, named: true}
	testCasesListByRecipe = operation{Operation: Operation{
		Name: "test_cases.list_by_recipe", Method: "GET", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/test_cases",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "test_cases", PerMinute: 60}, Doc: testCasesDoc,
	}}
)

// TestRunStatus is the state of a run of test cases. Other values may appear
// and count as not ended.
type TestRunStatus string

// The documented states.
const (
	TestRunRunning   TestRunStatus = "running"
	TestRunCompleted TestRunStatus = "completed"
)

// Completed reports whether all test cases have run, however they ended.
func (s TestRunStatus) Completed() bool { return s == TestRunCompleted }

// Failed reports whether the run itself has failed. Unverified: the status
// values, which are those of packages.
func (s TestRunStatus) Failed() bool { return s == "failed" || s == "error" || s == "stopped" }

// TestResultStatus is the result of a test case. Other values may appear.
type TestResultStatus string

// TestResultSucceeded is the only status seen so far.
const TestResultSucceeded TestResultStatus = "succeeded"

// TestRun is a run of test cases. It continues after Run has returned: see
// WaitRun.
type TestRun struct {
	// ID is a string: "cirr-...".
	ID        string        `json:"id"`
	Status    TestRunStatus `json:"status"`
	User      *TestRunUser  `json:"user"`
	CreatedAt *time.Time    `json:"created_at"`
	UpdatedAt *time.Time    `json:"updated_at"`
	Results   []TestResult  `json:"results"`
	Coverage  *TestCoverage `json:"coverage"`
	// Error says why a failed run failed. Unverified: that there is one.
	Error string `json:"error"`
}

func (r *TestRun) key() string { return r.ID }

// NotSucceeded returns the test cases with any status but succeeded: those that
// failed, and, before the run has completed, those that still run.
func (r *TestRun) NotSucceeded() []TestResult {
	var left []TestResult
	for _, result := range r.Results {
		if result.Status != TestResultSucceeded {
			left = append(left, result)
		}
	}
	return left
}

// TestRunUser is the user who started a run.
type TestRunUser struct {
	ID int64 `json:"id"`
}

// TestCoverage is how much of the recipes was tested, in percent. Only one
// client shows it.
type TestCoverage struct {
	Value float64 `json:"value"`
}

// TestResult is the result of one test case.
type TestResult struct {
	Recipe   *TestResultRecipe `json:"recipe"`
	TestCase *TestResultCase   `json:"test_case"`
	Job      *TestResultJob    `json:"job"`
	Status   TestResultStatus  `json:"status"`
}

// TestResultRecipe is the recipe that was tested.
type TestResultRecipe struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// TestResultCase is the test case. Its id is a string: "citc-...".
type TestResultCase struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TestResultJob is the job of the test. Its id is a string: "j-...".
type TestResultJob struct {
	ID string `json:"id"`
}

// TestCaseRunParams says what to test. Exactly one field is required.
type TestCaseRunParams struct {
	// ManifestID, ProjectID and FolderID test all recipes of an export manifest, a
	// project (by its own id) or a folder, RecipeID tests one recipe.
	ManifestID int64 `json:"manifest_id,omitempty"`
	ProjectID  int64 `json:"project_id,omitempty"`
	FolderID   int64 `json:"folder_id,omitempty"`
	RecipeID   int64 `json:"recipe_id,omitempty"`
	// TestCaseIDs are test cases: "citc-...".
	TestCaseIDs []string `json:"test_case_ids,omitempty"`
}

// Run starts test cases: continue with WaitRun. If the response is lost, the
// error is ErrOutcomeUnknown.
//
// https://docs.workato.com/oem/oem-api/test-automation.html#run-test-cases
func (s *TestCaseService) Run(ctx context.Context, customerID CustomerID, params *TestCaseRunParams, opts ...CallOption) (*TestRun, error) {
	params, missing := needed(params)
	r := testCasesRun.at(customer(customerID)).withBody(params).check(missing)
	targets := min(1, len(params.TestCaseIDs))
	for _, target := range []struct {
		field string
		id    int64
	}{{"ManifestID", params.ManifestID}, {"ProjectID", params.ProjectID}, {"FolderID", params.FolderID}, {"RecipeID", params.RecipeID}} {
		if r = r.check(optionalID(target.field, target.id)); target.id != 0 {
			targets++
		}
	}
	if targets != 1 {
		r = r.check(invalid("params", "give exactly one of ManifestID, ProjectID, FolderID, RecipeID and TestCaseIDs, got %d", targets))
	}
	return fetch[TestRun](ctx, s.core, r, opts)
}

// GetRun returns a run with the results so far.
//
// https://docs.workato.com/oem/oem-api/test-automation.html
func (s *TestCaseService) GetRun(ctx context.Context, customerID CustomerID, testID string, opts ...CallOption) (*TestRun, error) {
	return fetch[TestRun](ctx, s.core, testCasesGetRun.at(customer(customerID), text(testID)), opts)
}

// WaitRun polls a run until it has ended. A completed run is not an error,
// whatever the results of its test cases: see NotSucceeded. A run that itself
// failed is a *FailedError[TestRun]; if the wait itself ends first, the error
// is a *WaitError[TestRun]; waiting can resume with the same id. States that
// this package does not know count as not ended.
func (s *TestCaseService) WaitRun(ctx context.Context, customerID CustomerID, testID string, params *WaitParams[TestRun], opts ...CallOption) (*TestRun, error) {
	return await(ctx, params, &testCasesGetRun, func(ctx context.Context) (*TestRun, error) {
		return s.GetRun(ctx, customerID, testID, opts...)
	}, func(r *TestRun) (bool, error) {
		if r.Status.Failed() {
			return true, failedWait(s.core, &testCasesGetRun, r, "test run "+oneLine(r.ID), string(r.Status), r.Error)
		}
		return r.Status.Completed(), nil
	})
}

// TestCase is a test case of a recipe. Unverified: the keys of a test case;
// those that are typed here are shown in results, and Raw has everything.
type TestCase struct {
	// ID is a string: "citc-...".
	ID   string `json:"id"`
	Name string `json:"name"`
	// Raw is the test case as received.
	Raw json.RawMessage `json:"-"`
}

func (c TestCase) present() bool { return hasKeys(c.Raw) }

func (c *TestCase) readWire(d *wire.Decoder, data []byte) error {
	type plain TestCase
	return d.Keep(data, (*plain)(c), &c.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (c *TestCase) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, c, (*TestCase).readWire)
}

// MarshalJSON returns the test case as received.
func (c TestCase) MarshalJSON() ([]byte, error) {
	type plain TestCase
	return kept(c.Raw, plain(c))
}

// ListByRecipe returns the test cases of a recipe, all in one response. Unverified:
// the response; a list under "data" is expected.
//
// https://docs.workato.com/oem/oem-api/test-automation.html
func (s *TestCaseService) ListByRecipe(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) ([]TestCase, error) {
	r := testCasesListByRecipe.at(customer(customerID), number(recipeID))
	return fetchList[TestCase](ctx, s.core, r, opts)
}

// AllByRecipe iterates over the test cases of ListByRecipe. They are fetched
// when the iteration starts.
func (s *TestCaseService) AllByRecipe(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) iter.Seq2[TestCase, error] {
	return eachOf(func() ([]TestCase, error) { return s.ListByRecipe(ctx, customerID, recipeID, opts...) })
}
