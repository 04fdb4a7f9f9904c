package provision_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// billingZip is the package of the tests: two connections, two recipes that use
// them, and a marker.
func billingZip(version string) workato.Package {
	raw, err := os.ReadFile("../testdata/packages/invoice-sync.zip")
	if err != nil {
		panic(err)
	}
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		panic(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if err := w.Copy(f); err != nil {
			panic(err)
		}
	}
	f, err := w.Create("invoice_sync/release.recipe.json")
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(f, `{"name":"_release","description":"billing %s","version":1,"private":true,"concurrency":1,
		"code":{"number":0,"keyword":"trigger","provider":"clock","name":"scheduled_event"},"config":[]}`, version)
	if err := w.Close(); err != nil {
		panic(err)
	}
	return workato.PackageBytes(out.Bytes())
}

// acmePlan is the example plan.
func acmePlan() *provision.Plan {
	return &provision.Plan{
		Customer:   provision.CustomerPlan{ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example"},
		Properties: map[string]provision.Value{"billing.url": provision.Text("https://billing.example"), "billing.secret": provision.Text(secretValue)},
		Folders:    [][]string{{"Billing"}},
		Packages: []provision.PackagePlan{{Release: provision.Release{
			Name: "billing", Version: "2.4.0", Package: billingZip("2.4.0"), Folder: []string{"Billing"},
			Restart: provision.RestartRunning, Detect: provision.ByMarker("_release"),
		}}},
		Connections: []provision.ConnectionPlan{
			{Name: "Jira", Input: map[string]provision.Value{"key": provision.Text(secretValue)}},
			{Name: "Invoice database", Input: map[string]provision.Value{"password": provision.Text(secretValue)}},
		},
		Start: []string{"Settle invoice when issue is done", "Open issue for overdue invoice"},
	}
}

// fullPlan is the example plan with everything that a plan can have.
func fullPlan() *provision.Plan {
	p := acmePlan()
	p.Customer.PlanID = "partner_plus"
	p.Environments = []provision.EnvironmentPlan{{Type: workato.EnvironmentTest}, {Type: workato.EnvironmentProd}}
	p.Members = []provision.MemberPlan{
		{Name: "Robin", ExternalID: "robin", RoleName: "Operator"},
		{Name: "Kim", Email: "kim@acme.example", RoleName: "Analyst", Invite: true},
	}
	p.Folders = [][]string{{"Billing", "EU"}, {"Billing", "US"}, {"Own"}}
	p.Connections = append(p.Connections,
		provision.ConnectionPlan{
			Name: "Own store", Provider: "postgresql", ExternalID: "robin", Folder: []string{"Own"},
			Input: map[string]provision.Value{"password": provision.Text(secretValue)},
		},
		provision.ConnectionPlan{Name: "Customer CRM", Provider: "salesforce"})
	return p
}

const secretValue = "SECRETVALUE"

// onboard is a job that applies a plan.
func onboard(p *provision.Plan, opts ...provision.ApplyOption) workatotest.CrashJob {
	return func(ctx context.Context, client *workato.Client) error {
		_, err := provision.Apply(ctx, client, p, opts...)
		return err
	}
}

// TestOnboarding: a first Apply makes everything, a second one sends no write, and
// Diff, before and after, sends none either and says the same.
func TestOnboarding(t *testing.T) {
	for name, plan := range map[string]*provision.Plan{"example": acmePlan(), "full": fullPlan()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t, workatotest.WithStrict(), workatotest.WithImportReads(2), workatotest.WithStartReads(2), workatotest.WithLateConnections(2))
				client, journal := fake.Client(t), provision.WithJournal(provision.Memory())
				before, err := provision.Diff(t.Context(), client, plan, journal)
				if err != nil {
					t.Fatal(err)
				}
				fake.AssertNoWrites(t)
				changes, err := provision.Apply(t.Context(), client, plan, journal)
				if err != nil {
					t.Fatalf("%v\n%s", err, changes)
				}
				if got, want := addresses(before), addresses(changes); got != want {
					t.Errorf("Diff says\n%s\nApply did\n%s", got, want)
				}
				fake.ForgetRequests()
				type run = func(context.Context, *workato.Client, *provision.Plan, ...provision.ApplyOption) (*provision.Changes, error)
				for _, again := range []run{provision.Diff, provision.Apply} {
					if changes, err := again(t.Context(), client, plan, journal); err != nil || !changes.Empty() {
						t.Fatalf("the second time: %v\n%s", err, changes)
					}
				}
				fake.AssertNoWrites(t)
				if problems := fake.Problems(); len(problems) > 0 {
					t.Error(problems)
				}
			})
		})
	}
}

// addresses lists the steps that do something. Diff cannot know that a connection
// which Apply makes will need its user.
func addresses(c *provision.Changes) string {
	var lines []string
	for _, step := range c.Steps {
		if step.Action != provision.ActionNone {
			action := string(step.Action)
			if step.Action == provision.ActionWait && step.Did == provision.Created {
				action = "create"
			}
			lines = append(lines, action+" "+step.Address)
		}
	}
	return strings.Join(lines, "\n")
}

// TestOnboardingKilledAtEveryCall: killed before and after every call, the next run
// ends in the state of an undisturbed one, and imports nothing twice.
func TestOnboardingKilledAtEveryCall(t *testing.T) {
	for name, plan := range map[string]*provision.Plan{"example": acmePlan(), "full": fullPlan()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t, workatotest.WithImportReads(2))
				var ledger *provision.MemoryLedger
				runs := 0
				crashes, err := workatotest.FindCrashes(t.Context(), fake, func(ctx context.Context, client *workato.Client) error {
					runs++
					return onboard(plan, provision.WithJournal(ledger))(ctx, client)
				}, workatotest.CrashSetup(func() { ledger = provision.Memory() }))
				if err != nil || len(crashes) > 0 {
					t.Errorf("%v: %v", err, crashes)
				}
				t.Logf("%d calls, %d cases, %d differ", (runs-1)/4, (runs-1)/2, len(crashes))
			})
		})
	}
}

// counts are the calls by operation.
func counts(fake *workatotest.Server) map[string]int {
	out := map[string]int{}
	for _, r := range fake.Requests() {
		out[r.Operation]++
	}
	return out
}

// TestFewestCalls holds the number of calls for the example plan, which is the
// least possible:
//
//	managed_users.get     1  whether the customer is there, nothing else tells
//	managed_users.create  1
//	properties.upsert     1  for all properties; a new workspace has none to list
//	folders.create        1  for each level; a new workspace has none to list
//	imports.create        1  for each package; a new workspace has no marker to look for
//	imports.get           1  if the import has ended at the first poll
//	connections.list      1  the import does not tell the ids of connections
//	connections.update    2  one for each that is given credentials
//	recipes.list          1  the import tells ids of recipes, and no names
//	recipes.start         2  one for each recipe
//	recipes.get           2  a start takes effect after its response
//
// which is 14. A second Apply reads each kind of resource once, which is 5, and
// writes nothing. Folders are listed a level at a time: a path of n levels costs n
// lists.
func TestFewestCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithImportReads(0))
		client := fake.Client(t)
		before, err := provision.Diff(t.Context(), client, acmePlan())
		if err != nil {
			t.Fatal(err)
		}
		fake.ForgetRequests()
		if _, err := provision.Apply(t.Context(), client, acmePlan()); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{
			"managed_users.get": 1, "managed_users.create": 1, "properties.upsert": 1, "folders.create": 1, "imports.create": 1, "imports.get": 1,
			"connections.list": 1, "connections.update": 2, "recipes.list": 1, "recipes.start": 2, "recipes.get": 2,
		}
		if got := counts(fake); !maps.Equal(got, want) {
			t.Errorf("first Apply: %v, want %v", got, want)
		}
		if got := before.Estimate.Calls; got != 14 {
			t.Errorf("estimated are %d calls, made were 14", got)
		}
		fake.ForgetRequests()
		if _, err := provision.Apply(t.Context(), client, acmePlan()); err != nil {
			t.Fatal(err)
		}
		want = map[string]int{"managed_users.get": 1, "properties.list": 1, "folders.list": 1, "recipes.list": 1, "connections.list": 1}
		if got := counts(fake); !maps.Equal(got, want) {
			t.Errorf("second Apply: %v, want %v", got, want)
		}
	})
}

// BenchmarkApply counts the calls of the first and of the second Apply.
func BenchmarkApply(b *testing.B) {
	var first, second int
	for b.Loop() {
		fake := workatotest.NewServer(workatotest.WithImportReads(0))
		client := fake.Client(b)
		for _, n := range []*int{&first, &second} {
			fake.ForgetRequests()
			if _, err := provision.Apply(b.Context(), client, acmePlan(), provision.WithFirstPoll(1)); err != nil {
				b.Fatal(err)
			}
			*n = len(fake.Requests())
		}
		fake.Close()
	}
	b.ReportMetric(float64(first), "calls/first")
	b.ReportMetric(float64(second), "calls/second")
}
