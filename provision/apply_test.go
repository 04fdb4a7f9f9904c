package provision_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

func workatoFake(t *testing.T, opts ...workatotest.Option) *workatotest.Server {
	t.Helper()
	return workatotest.New(t, opts...)
}

// settle is short: it only has to outlast the late effects of the tests.
var settle = provision.WithSettle(provision.Settle{For: time.Minute})

// TestOnboardingControl: the test finds what it is for. Without a journal, or
// without a settle time, a plan that is killed around its import imports twice.
func TestOnboardingControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crashes, err := workatotest.FindCrashes(t.Context(), workatotest.New(t, workatotest.WithImportReads(3)), onboard(acmePlan()))
		if err != nil {
			t.Fatal(err)
		}
		var twice []string
		for _, crash := range crashes {
			if strings.Contains(strings.Join(crash.Diff, " "), ".imports") {
				twice = append(twice, fmt.Sprintf("%s after %v", crash.Operation, crash.After))
			}
		}
		if !slices.Contains(twice, "imports.create after true") {
			t.Errorf("killed without a journal, no import was made twice: %v", crashes)
		}
		t.Logf("without a journal %d cases differ, with two imports: %v", len(crashes), twice)
	})
	if n := importsAfterLate(t, provision.WithSettle(provision.Settle{For: time.Second, Looks: 1})); n != 2 {
		t.Errorf("with a settle time that is too short there are %d imports", n)
	}
	if n := importsAfterLate(t, settle); n != 1 {
		t.Errorf("there are %d imports", n)
	}
}

// importsAfterLate applies the plan while the import takes effect 30 seconds after
// its connection was lost, and returns how many there are.
func importsAfterLate(t *testing.T, within provision.ApplyOption) (n int) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t)
		fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.Late, DelayMS: 30_000})
		if _, err := provision.Apply(t.Context(), fake.Client(t), acmePlan(), within); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		n = len(fake.Snapshot().Customers[0].Imports)
	})
	return n
}

// TestOnboardingFaultsAtEveryCall: whichever call meets whichever fault, at most
// three more runs end in the state of an undisturbed one. A fault is met once.
func TestOnboardingFaultsAtEveryCall(t *testing.T) {
	plan := fullPlan()
	eachFault(t, "onboarding", func(t *testing.T) (*workatotest.Server, attempt) {
		t.Helper()
		fake, journal := workatotest.New(t), provision.WithJournal(provision.Memory())
		client := fake.Client(t)
		return fake, func(string) error {
			_, err := provision.Apply(t.Context(), client, plan, journal, settle)
			return err
		}
	})
}

// TestOnboardingWaitsForAUser: an OAuth connection and the recipes that need it
// wait; nothing is sent until its user has consented, and then the rest is done.
func TestOnboardingWaitsForAUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := acmePlan()
		plan.Connections = plan.Connections[1:]
		plan.Connections = append(plan.Connections, provision.ConnectionPlan{Name: "Jira"})
		fake := workatotest.New(t)
		client := fake.Client(t)
		for _, run := range []string{"first", "second"} {
			changes, err := provision.Apply(t.Context(), client, plan)
			if err != nil {
				t.Fatal(err)
			}
			var waiting []string
			for _, step := range changes.Waiting() {
				waiting = append(waiting, step.Address)
			}
			want := []string{"connections/Jira", "start/Settle invoice when issue is done", "start/Open issue for overdue invoice"}
			if !slices.Equal(waiting, want) {
				t.Errorf("%s run: waiting are %q", run, waiting)
			}
			var needs *provision.NeedsUserError
			if err := changes.Waiting()[0].Err; !errors.As(err, &needs) || needs.Name != "Jira" {
				t.Errorf("%s run: %v", run, err)
			}
			fake.AssertCalls(t, "recipes.start", 0)
			if run == "second" {
				fake.AssertNoWrites(t)
			}
			fake.ForgetRequests()
		}
		fake.Authorize("acme", "Jira")
		changes, err := provision.Apply(t.Context(), client, plan)
		if err != nil || len(changes.Waiting()) > 0 {
			t.Fatalf("%v\n%s", err, changes)
		}
		fake.AssertCalls(t, "recipes.start", 2)
	})
}

// TestOnboardingAsksAPerson: of a package that leaves no trace it is not known
// whether its import has happened, until a person says so.
func TestOnboardingAsksAPerson(t *testing.T) {
	for _, decision := range []provision.Decision{provision.DecideAgain, provision.DecideImported} {
		synctest.Test(t, func(t *testing.T) {
			plan := acmePlan()
			plan.Start, plan.Connections, plan.Packages[0].Detect = nil, nil, nil
			fake, journal := workatotest.New(t), provision.WithJournal(provision.Memory())
			client := fake.Client(t)
			apply := func(opts ...provision.ApplyOption) error {
				_, err := provision.Apply(t.Context(), client, plan, append(opts, journal, settle)...)
				return err
			}
			if err := errors.Join(apply(), apply()); err != nil {
				t.Fatal(err)
			}
			if n := len(fake.Customer("acme").Imports); n != 1 {
				t.Errorf("%d imports: the journal does not remember", n)
			}
			plan.Packages[0].Version = "2.4.1" // with the same content
			fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore})
			if err := apply(); !errors.Is(err, provision.ErrUnsettled) {
				t.Errorf("error %v", err)
			}
			if err := apply(); !errors.Is(err, provision.ErrUnsettled) {
				t.Errorf("the second time: error %v", err)
			}
			if err := apply(provision.WithDecision("packages/billing", decision)); err != nil {
				t.Errorf("decided: %v", err)
			}
			want := map[provision.Decision]int{provision.DecideAgain: 2, provision.DecideImported: 1}[decision]
			if n := len(fake.Customer("acme").Imports); n != want {
				t.Errorf("%s: %d imports, want %d", decision, n, want)
			}
		})
	}
}

// TestOnboardingIsExclusive: while one process works on a customer another gets
// ErrHeld, and other customers are not held.
func TestOnboardingIsExclusive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := provision.Memory()
		lease, err := ledger.Acquire(t.Context(), provision.JournalID(acmeID), provision.Self(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		go func() { // it is alive
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Minute):
					_ = lease.Renew(context.WithoutCancel(t.Context()))
				}
			}
		}()
		fake := workatotest.New(t)
		_, err = provision.Apply(t.Context(), fake.Client(t), acmePlan(), provision.WithJournal(ledger.Reopen()))
		if !errors.Is(err, provision.ErrHeld) || len(fake.Requests()) > 0 {
			t.Errorf("error %v, %d requests", err, len(fake.Requests()))
		}
		other := acmePlan()
		other.Customer.ExternalID = "beta"
		if _, err = provision.Apply(t.Context(), fake.Client(t), other, provision.WithJournal(ledger.Reopen())); err != nil {
			t.Error(err)
		}
		close(stop)
		if err := lease.Release(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err = provision.Apply(t.Context(), fake.Client(t), acmePlan(), provision.WithJournal(ledger)); err != nil {
			t.Error(err)
		}
	})
}
