package provision_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// runsOf runs the rollout again and again, each time for so long, until it reaches its
// end, and returns how many runs that took.
func (f *fleet) runsOf(each time.Duration) int {
	f.t.Helper()
	for runs := 1; runs < 1000; runs++ {
		ctx, kill := context.WithTimeout(f.t.Context(), each)
		err := f.run(ctx)
		kill()
		if err == nil {
			return runs
		}
	}
	f.t.Fatalf("runs of %v do not get to the end: %v", each, f.counts())
	return 0
}

// A process that is killed every few seconds gets on all the same: with the time in
// which a lost import is looked for, and with polls, which begin later than it lives.
func TestShortRunsGetOn(t *testing.T) {
	t.Parallel()
	tests := map[string]workatotest.Fault{
		"settle": {On: "imports.create", Do: workatotest.ResetBefore},
		"polls":  {On: "imports.create", Do: workatotest.Drip, PauseMS: 1},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1, workatotest.WithImportReads(2))
				f.fake.Inject(fault)
				start := time.Now()
				runs := f.runsOf(2500 * time.Millisecond) // the first poll is after three seconds, looks are fifteen apart
				f.wantStates(states{provision.StateSucceeded: 1})
				f.wantOnce()
				t.Logf("%d runs, %v", runs, time.Since(start))
				if took := time.Since(start); name == "settle" && (took < 2*time.Minute || took > 4*time.Minute) {
					t.Errorf("it took %v in %d runs, the settle time is 2m", took, runs)
				}
			})
		})
	}
}

// The time to go is that of the quotas for all that are left, and not that of an
// average hour: a few customers need no other window.
func TestTimeToGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 25, workatotest.WithLatency(time.Second))
		f.options = []provision.RolloutOption{provision.WithLimiter(limits(t))}
		f.must()
		for _, e := range f.events {
			if e.ToGo.Customers > 0 && (e.ToGo.Duration > 10*time.Minute || e.ToGo.Binding != "") {
				t.Errorf("event %d: %+v, though no quota is used up", e.Seq, e.ToGo)
			}
		}
		first := func(customers int) provision.Remaining {
			f := newFleet(t, customers)
			f.options = []provision.RolloutOption{provision.WithLimiter(limits(t))}
			r := f.rollout(f.fake.Client(t))
			if _, err := r.Enroll(t.Context(), f.all()); err != nil {
				t.Fatal(err)
			}
			for e, err := range r.Events(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				return e.ToGo
			}
			return provision.Remaining{}
		}
		if left := first(1200); left.Duration < 119*time.Minute || left.Duration > 2*time.Hour || left.Binding != "imports per hour" {
			t.Errorf("1200 customers at 500 an hour: %+v", left)
		}
	})
}

// The same holds for the plan of one customer.
func TestShortAppliesGetOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithImportReads(0))
		ledger := provision.Memory()
		for runs := 1; ; runs++ {
			ctx, kill := context.WithTimeout(t.Context(), 1900*time.Millisecond) // the first poll is after two seconds
			_, err := provision.Apply(ctx, fake.Client(t), acmePlan(), provision.WithJournal(ledger))
			kill()
			if err == nil {
				break
			}
			if runs == 50 {
				t.Fatal(err)
			}
		}
		if n := len(fake.Snapshot().Customers[0].Imports); n != 1 {
			t.Errorf("%d imports", n)
		}
	})
}

// A journal forgets of an import what it knew of the one before: the next one that is
// lost is looked for during the whole settle time.
func TestJournalBeginsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, ledger := workatotest.New(t), provision.Memory()
		for version, lost := range []workatotest.Fault{
			{Do: workatotest.ResetBefore},            // it is sent again, after the settle time
			{Do: workatotest.Late, DelayMS: 110_000}, // it happens just before the end of that
		} {
			lost.On = "imports.create"
			fake.Inject(lost)
			plan := acmePlan()
			plan.Packages[0].Version = fmt.Sprintf("2.%d.0", version)
			plan.Packages[0].Package = billingZip(plan.Packages[0].Version)
			if _, err := provision.Apply(t.Context(), fake.Client(t), plan, provision.WithJournal(ledger)); err != nil {
				t.Fatal(err)
			}
			if n := len(fake.Snapshot().Customers[0].Imports); n != version+1 {
				t.Errorf("%d imports of %d versions", n, version+1)
			}
		}
		var row provision.Record
		for r, err := range ledger.Records(t.Context(), provision.JournalID(acmeID), provision.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Customer == workato.ExternalID("packages/billing") {
				row = r
			}
		}
		if row.Attempt != 3 || row.ImportID != 0 || row.Looks == 0 || row.Looks > 8 || row.Absent > 2*time.Minute {
			t.Errorf("%+v", row)
		}
	})
}
