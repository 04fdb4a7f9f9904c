package provision_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// A connection that was authorized before the import, and is not after it, waits
// for its user; one that was not before does not count.
func TestVerifyConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		for _, name := range []string{"Jira", "Slack"} {
			for i := range f.targets {
				connection := &workato.ConnectionCreateParams{Name: name, Provider: strings.ToLower(name), Input: map[string]any{"api_key": "k"}}
				if _, err := f.fake.Client(t).Connections.Create(t.Context(), f.targets[i].Customer, connection); err != nil {
					t.Fatal(err)
				}
			}
		}
		f.fake.LoseConnection("c0002", "Slack", "revoked")
		f.strategy.Verify.Connections = true
		f.strategy.MaxConcurrent = 1
		f.fake.Before("imports.get", 1, func(workatotest.Request) { f.fake.LoseConnection("c0001", "Jira", "revoked") })
		f.must()
		f.wantStates(states{provision.StateSucceeded: 1, provision.StateNeedsUser: 1})
		if r := f.record(0); r.State != provision.StateNeedsUser || !strings.Contains(r.Reason, "not any more") {
			t.Errorf("%+v", r)
		}
	})
}

// Recipes that the import has not restarted are looked at, and the release too
// where the import says nothing.
func TestVerifyRecipes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		var stopped atomic.Bool
		stopped.Store(true)
		report := func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(req *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(req)
				if err != nil || !strings.Contains(req.URL.Path, "/imports/") || !stopped.Load() {
					return resp, err
				}
				body, err := io.ReadAll(resp.Body)
				body = bytes.Replace(body, []byte(`"recipe_status":[`), []byte(`"recipe_status":[{"id":99,"import_result":"stopped"},`), 1)
				resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte(",]"), []byte("]"), 1))), -1
				return resp, err
			})
		}
		f.client = []workato.Option{workato.WithTransportMiddleware(report)}
		f.strategy = provision.Strategy{} // the first failure pauses
		if err := f.run(t.Context()); !errors.Is(err, provision.ErrPaused) {
			t.Fatal(err)
		}
		r := f.record(0)
		if r.State != provision.StateFailed {
			r = f.record(1)
		}
		if r.Stage != provision.StageVerify || !strings.Contains(r.Reason, "1 recipe not running after the import, the first is 99 (stopped)") {
			t.Errorf("%+v", r)
		}
		stopped.Store(false) // a person has started it: it is verified again, and not skipped because the release is there
		f.resume()
		f.must()
		f.wantStates(states{provision.StateSucceeded: 2})
		f.wantOnce()
		f.wantEvents()
	})
}

// The import says that it has completed, but the release is not there. Nobody looks
// before the time of Verify.Settle.
func TestVerifyLooksForTheRelease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		f.release.Version = "2.4.1" // not that of the marker in the package
		f.strategy.Verify = provision.Verify{Recipes: provision.Always, Settle: time.Hour}
		begun := time.Now()
		f.must()
		f.wantStates(states{provision.StateFailed: 1})
		if took := time.Since(begun); took < time.Hour {
			t.Errorf("it was verified after %v", took)
		}
		if r := f.record(0); !strings.Contains(r.Reason, "the release is not there") {
			t.Errorf("%+v", r)
		}
	})
}

// The activity log shows an import with its id, also one that has failed later.
func TestByAuditLog(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		faults []workatotest.Fault
		want   provision.State
		sent   int
	}{
		"undisturbed":   {nil, provision.StateSucceeded, 1},
		"response lost": {[]workatotest.Fault{{On: "imports.create", Do: workatotest.ResetAfter}}, provision.StateSucceeded, 1},
		"late":          {[]workatotest.Fault{{On: "imports.create", Do: workatotest.Late, DelayMS: 90_000}}, provision.StateSucceeded, 1},
		"request lost":  {[]workatotest.Fault{{On: "imports.create", Do: workatotest.ResetBefore}}, provision.StateSucceeded, 2},
		"no such log":   {[]workatotest.Fault{{On: "activity_logs.list", Do: workatotest.Respond, Status: 403, Times: -1}}, provision.StateFailed, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1, workatotest.WithImportReads(0))
				f.release.Detect = provision.ByAuditLog()
				other := &workato.ImportCreateParams{Package: f.release.Package, FolderID: 1}
				_, _ = f.fake.Client(t).Imports.Create(t.Context(), f.targets[0].Customer, other) // an older one, refused or not
				f.fake.ForgetRequests()
				f.fake.Inject(test.faults...)
				// Nobody polls an import whose response was lost: it ends when somebody looks at the workspace.
				f.client = []workato.Option{workato.WithTransportMiddleware(f.looking)}
				f.must()
				f.wantStates(states{test.want: 1})
				if n := len(f.fake.Requests("imports.create")); n != test.sent {
					t.Errorf("%d requests to import, want %d", n, test.sent)
				}
				if r := f.record(0); test.want == provision.StateSucceeded && r.ImportID == 0 {
					t.Errorf("the id of the import is not known: %+v", r)
				}
			})
		})
	}
}

// A person may say of a customer of which nothing was read before that it was imported:
// the activity log cannot tell, and does not say that it failed.
func TestByAuditLogWithoutBaseline(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.release.Detect = provision.ByAuditLog()
	seen, err := f.release.Detect.Look(t.Context(), f.fake.Client(t), &f.release, f.targets[0], nil)
	if err != nil || seen.Presence != provision.Opaque {
		t.Errorf("%v, %v", seen, err)
	}
	if _, err := f.release.Detect.Look(t.Context(), f.fake.Client(t), &f.release, f.targets[0], provision.Baseline("other")); err == nil {
		t.Error("the baseline of another detector was taken")
	}
}

// looking lists the recipes of the workspace before each look into its log, on
// which the fake ends imports.
func (f *fleet) looking(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		if strings.HasSuffix(req.URL.Path, "/activity_logs") {
			for _, err := range f.fake.Client(f.t).Recipes.All(req.Context(), f.targets[0].Customer, nil) {
				if err != nil {
					return nil, err
				}
			}
		}
		return next.RoundTrip(req)
	})
}
