package provision_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

var billing = provision.Release{
	Name: "billing", Version: "2.4.0", Package: workato.PackageBytes([]byte("PK")),
	Folder: []string{"Billing"}, Restart: provision.RestartRunning, Detect: provision.ByMarker("_release"),
}

func limits(t testing.TB, opts ...ratelimit.Option) *ratelimit.Limiter {
	t.Helper()
	limiter, err := ratelimit.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return limiter
}

func TestEstimateOfARollout(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opts    []ratelimit.Option
		least   time.Duration
		binding string
	}{
		"documented quotas":      {nil, 9 * time.Hour, "imports per hour"},
		"no imports per hour":    {[]ratelimit.Option{ratelimit.PerHour("imports", 0)}, 2*time.Hour + 46*time.Minute, "folders"},
		"half of the quotas":     {[]ratelimit.Option{ratelimit.Share(0.5)}, 19 * time.Hour, "imports per hour"},
		"twice imports per hour": {[]ratelimit.Option{ratelimit.PerHour("imports", 1000)}, 4 * time.Hour, "imports per hour"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := provision.EstimateWork(provision.RolloutWork(&billing, &provision.Strategy{}), 5000, limits(t, test.opts...), nil)
			if e.Least != test.least || e.Binding != test.binding || e.Calls != 5000*7 {
				t.Errorf("least %v by %q with %d calls, want %v by %q with 35000", e.Least, e.Binding, e.Calls, test.least, test.binding)
			}
			if e.Likely < e.Least || float64(e.Likely) > 1.15*float64(e.Least) {
				t.Errorf("likely %v, least %v", e.Likely, e.Least)
			}
		})
	}
}

func TestEstimateByFamily(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		work  provision.Work
		least time.Duration
	}{
		"imports.create":               {provision.Work{"imports.create": 1}, 9 * time.Hour},
		"imports.create and polls":     {provision.Work{"imports.get": 4}, 19 * time.Minute},
		"folders.list":                 {provision.Work{"folders.list": 1}, time.Hour + 23*time.Minute},
		"two families":                 {provision.Work{"folders.list": 1, "recipes.list": 1}, time.Hour + 23*time.Minute},
		"two operations of one":        {provision.Work{"folders.list": 1, "folders.create": 1}, 2*time.Hour + 46*time.Minute},
		"connections.list":             {provision.Work{"connections.list": 2}, 9 * time.Minute},
		"properties.upsert":            {provision.Work{"properties.upsert": 1}, time.Hour + 23*time.Minute},
		"managed_users.list":           {provision.Work{"managed_users.list": 0.01}, 0},
		"per second":                   {provision.Work{"recipes.force_run": 1}, time.Hour + 23*time.Minute + 19*time.Second},
		"an operation that is not one": {provision.Work{"no.such": 1}, time.Hour + 23*time.Minute},
		"nothing":                      {nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e := provision.EstimateWork(test.work, 5000, nil, nil); e.Least != test.least {
				t.Errorf("least %v, want %v: %+v", e.Least, test.least, e)
			}
		})
	}
}

func TestEstimateCountsWaves(t *testing.T) {
	t.Parallel()
	work := provision.Work{"imports.create": 1}
	bakes := &provision.Strategy{Waves: []provision.Wave{{Count: 1, Bake: time.Hour}, {Count: 50, Bake: 2 * time.Hour}, {Percent: 100}}}
	one := provision.EstimateWork(work, 4949, nil, nil).Likely
	if e := provision.EstimateWork(work, 5000, nil, bakes); e.Likely != one+3*time.Hour || e.Least != 9*time.Hour {
		t.Errorf("likely %v, want %v and 3h", e.Likely, one)
	}
	if e := provision.EstimateWork(work, 1, nil, bakes); e.Likely != time.Hour {
		t.Errorf("a rollout to one customer: likely %v, want the bake of its wave", e.Likely)
	}
}

func TestStrategyTellsAllMistakes(t *testing.T) {
	t.Parallel()
	s := provision.Strategy{
		Waves: []provision.Wave{
			{Count: -1, Bake: -1}, {}, {Count: 1, Percent: 1}, {Percent: 101}, {Percent: 99},
		},
		MaxConcurrent: -1, FailureTolerance: provision.Tolerance{Count: -1, Percent: -1, Sample: -1}, Concurrency: "lax", OnExceeded: "cry",
		Verify: provision.Verify{Recipes: "perhaps", Settle: -1}, Retry: provision.Retry{Max: -1, Wait: -1},
		Settle: provision.Settle{For: -1, Looks: -1, Then: 7},
	}
	wantFields(t, s.Check(), []string{
		"strategy.waves[0].count", "strategy.waves[0].bake", "strategy.waves[1].count", "strategy.waves[2].count", "strategy.waves[3].percent",
		"strategy.waves[4].percent", "strategy.max_concurrent", "strategy.failure_tolerance.count", "strategy.failure_tolerance.percent",
		"strategy.failure_tolerance.sample", "strategy.concurrency", "strategy.on_exceeded", "strategy.verify.recipes", "strategy.verify.settle",
		"strategy.retry.max", "strategy.retry.wait", "strategy.settle.for", "strategy.settle.looks", "strategy.settle.then",
	})
	if err := (&provision.Strategy{}).Check(); err != nil {
		t.Errorf("the zero Strategy: %v", err)
	}
}

func TestReleaseTellsAllMistakes(t *testing.T) {
	t.Parallel()
	r := provision.Release{Version: " 2", Folder: []string{"a", ""}, SHA256: "ABC"}
	wantFields(t, r.Check(), []string{"release.name", "release.version", "release.restart", "release.folder[1]", "release.sha256", "release.package"})
	if err := billing.Check(); err != nil {
		t.Error(err)
	}
}

func wantFields(t *testing.T, err error, fields []string) {
	t.Helper()
	text := fmt.Sprint(err)
	for _, field := range fields {
		if !strings.Contains(text, field+": ") {
			t.Errorf("nothing is said of %s in:\n%v", field, text)
		}
	}
	if n := len(strings.Split(text, "\n")); n != len(fields) {
		t.Errorf("%d lines, want one for each of %d mistakes:\n%v", n, len(fields), text)
	}
}

// What a rollout really calls, as the fake has counted it, is what the estimate says.
func TestEstimateIsWhatIsCalled(t *testing.T) {
	t.Parallel()
	const customers = 12
	always := provision.Verify{Recipes: provision.Always, Connections: true}
	tests := map[string]struct {
		detect provision.Detector
		folder []string
		verify provision.Verify
	}{
		"marker":                     {provision.ByMarker("_release"), []string{"Billing"}, provision.Verify{}},
		"marker, all verified":       {provision.ByMarker("_release"), []string{"Billing"}, always},
		"marker, a path of two":      {provision.ByMarker("_release"), []string{"Billing", "EU"}, provision.Verify{}},
		"versions":                   {nil, []string{"Billing"}, provision.Verify{}},
		"versions, all verified":     {nil, []string{"Billing"}, always},
		"activity log":               {provision.ByAuditLog(), []string{"Billing"}, provision.Verify{}},
		"activity log, all verified": {provision.ByAuditLog(), []string{"Billing"}, always},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, customers, workatotest.WithImportReads(2))
				for i := range f.targets { // each has the version of before, and a connection that works
					folders := []*workatotest.Folder{{ID: int64(70_000 + 100*i), Name: "Billing"}}
					if len(test.folder) > 1 {
						folders = append(folders, &workatotest.Folder{ID: folders[0].ID + 1, Name: "EU", ParentID: folders[0].ID})
					}
					f.fake.RemoveCustomer(customerName(i))
					f.fake.AddCustomer(workatotest.Customer{
						ExternalID: customerName(i), Folders: folders,
						Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira", AuthorizationStatus: "success", AuthorizedAt: time.Now()}},
					})
				}
				f.release.Folder, f.release.Detect, f.strategy.Verify = test.folder, test.detect, test.verify
				release := func(version string) {
					f.ledger, f.release.Version = provision.Memory(), version
					f.release.Package = workato.PackageBytes(zippedIn(t, "", map[string]string{"_release": "billing " + version}))
					f.must()
				}
				release("2.3.0")
				time.Sleep(25 * time.Hour) // that was long before
				f.fake.ForgetRequests()
				release("2.4.0")
				f.wantStates(states{provision.StateSucceeded: customers})

				called := provision.Work{}
				for _, request := range f.fake.Requests() {
					if request.Operation != "workspace.whoami" { // once for a run
						called[request.Operation]++
					}
				}
				estimated := f.rollout(f.fake.Client(t)).Work()
				for op := range estimated {
					estimated[op] *= customers
				}
				if !maps.Equal(called, estimated) {
					t.Errorf("called are %v, estimated were %v", called, estimated)
				}
			})
		})
	}
}
