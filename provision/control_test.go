package provision_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// In strict mode no more than the tolerance and one fail, whatever the service
// does; in soft mode all that are under way can.
func TestToleranceBoundsFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tolerance provision.Tolerance
		mode      provision.ConcurrencyMode
		chance    float64
		least     int
		most      int
	}{
		{provision.Tolerance{}, provision.Strict, 1, 1, 1},
		{provision.Tolerance{Count: 2}, provision.Strict, 1, 3, 3},
		{provision.Tolerance{Count: 2}, provision.Strict, 0.2, 3, 3},
		{provision.Tolerance{Count: 7}, provision.Strict, 0.5, 8, 8},
		{provision.Tolerance{Percent: 4}, provision.Strict, 1, 1, 5},
		{provision.Tolerance{Percent: 4, Sample: 50}, provision.Strict, 1, 5, 5},
		{provision.Tolerance{Percent: 50, Count: 3}, provision.Strict, 1, 1, 4},
		{provision.Tolerance{Count: 2}, provision.Soft, 1, 3, 53},
	}
	for _, test := range tests {
		for _, where := range []string{"folders.list", "imports.create"} {
			t.Run(fmt.Sprint(test.tolerance, test.mode, test.chance, where), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := newFleet(t, 120, workatotest.WithLatency(time.Second)) // so that customers are under way together
					f.client = []workato.Option{workato.WithRetry(workato.RetryPolicy{})}
					f.strategy = provision.Strategy{FailureTolerance: test.tolerance, Concurrency: test.mode}
					f.fake.Inject(workatotest.Fault{On: where, Do: workatotest.Respond, Status: 422, Times: -1, Chance: test.chance})
					err := f.run(t.Context())
					if !errors.Is(err, provision.ErrPaused) || !strings.Contains(fmt.Sprint(err), "more than the tolerance allows") {
						t.Errorf("error %v", err)
					}
					if n := f.counts()[provision.StateFailed]; n < test.least || n > test.most {
						t.Errorf("%d failures, want %d to %d", n, test.least, test.most)
					}
					f.wantEvents()

					// The same command again does nothing; after a resume all are reached.
					if err := f.run(t.Context()); !errors.Is(err, provision.ErrPaused) {
						t.Errorf("again: %v", err)
					}
					f.fake.ClearFaults()
					f.resume()
					f.must()
					f.wantStates(states{provision.StateSucceeded: 120})
					f.wantOnce()
				})
			})
		}
	}
}

// No customer of a later wave is begun as long as one of an earlier wave is not
// at its end and the gate has not said so.
func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 9)
		var answers []provision.Verdict
		failure := errors.New("the dashboard is down")
		asked := 0
		f.strategy.Waves = []provision.Wave{
			{Name: "canary", Count: 1, Bake: time.Hour, Gate: func(_ context.Context, s *provision.Summary) (provision.Verdict, error) {
				asked++
				if s.Counts[provision.StateSucceeded] != 1 || s.Wave != "canary" || s.Complete {
					t.Errorf("the gate was asked with %+v", s)
				}
				if asked == 1 {
					return provision.Proceed, failure
				}
				return answers[asked-2], nil
			}},
			{Name: "rest", Percent: 100},
		}
		answers = []provision.Verdict{provision.Inconclusive, "perhaps", provision.Stop, provision.Proceed}
		wants := []struct {
			err    error
			reason string
		}{
			{provision.ErrPaused, "the dashboard is down"},
			{provision.ErrPaused, "inconclusive"},
			{provision.ErrPaused, `"perhaps", which is no verdict`},
			{provision.ErrAborted, "stop"},
		}
		start := time.Now()
		for i, want := range wants {
			err := f.run(t.Context())
			if !errors.Is(err, want.err) || !strings.Contains(fmt.Sprint(err), want.reason) {
				t.Errorf("run %d: %v, want %v: %s", i, err, want.err, want.reason)
			}
			f.wantStates(states{provision.StatePending: 8, provision.StateSucceeded: 1})
			if n := len(f.fake.Requests("folders.list")); n != 2 {
				t.Errorf("run %d: %d lists of folders, want those of one customer", i, n)
			}
			f.resume()
		}
		f.must()
		f.wantStates(states{provision.StateSucceeded: 9})
		f.wantEvents()
		if took := time.Since(start); took > time.Hour+10*time.Minute {
			t.Errorf("took %v: the wave was waited for more than once", took)
		}
		if asked != 5 {
			t.Errorf("the gate was asked %d times", asked)
		}
	})
}

// A bake is added up over runs.
func TestBakeGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		f.strategy.Waves = []provision.Wave{{Count: 1, Bake: 10 * time.Hour}, {Percent: 100}}
		start := time.Now()
		runs := 0
		for {
			runs++
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Minute)
			err := f.run(ctx)
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.DeadlineExceeded) || runs > 20 {
				t.Fatal(runs, err)
			}
		}
		if took := time.Since(start); runs != 7 || took < 10*time.Hour || took > 10*time.Hour+10*time.Minute {
			t.Errorf("%d runs took %v", runs, took)
		}
		f.wantOnce()
	})
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 40, workatotest.WithLatency(time.Second))
		f.strategy.MaxConcurrent = 2
		go func() {
			time.Sleep(20 * time.Second)
			if err := provision.PauseRollout(t.Context(), f.ledger, rolloutID, "the CEO calls"); err != nil {
				t.Error(err)
			}
		}()
		err := f.run(t.Context())
		if !errors.Is(err, provision.ErrPaused) || !strings.Contains(err.Error(), "the CEO calls") {
			t.Fatal(err)
		}
		n := f.counts()
		if done := n[provision.StateSucceeded]; done == 0 || done > 10 || n[provision.StateSending]+n[provision.StateImporting]+n[provision.StateImported] > 0 {
			t.Errorf("after the pause: %v", n)
		}
		// A pause that nobody has heard of yet is over before it began.
		for _, do := range []func() error{
			func() error { return provision.ResumeRollout(t.Context(), f.ledger, rolloutID) },
			func() error { return provision.PauseRollout(t.Context(), f.ledger, rolloutID, "again") },
			func() error { return provision.ResumeRollout(t.Context(), f.ledger, rolloutID) },
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		f.must()
		f.wantStates(states{provision.StateSucceeded: 40})
		f.wantOnce()
		f.wantEvents()
		if err := provision.PauseRollout(t.Context(), f.ledger, "other", ""); !errors.Is(err, provision.ErrNoRollout) {
			t.Errorf("another rollout: %v", err)
		}
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := map[provision.Decision]struct {
		happened bool
		want     provision.State
		imports  int
	}{
		provision.DecideImported: {true, provision.StateSucceeded, 1},
		provision.DecideAgain:    {false, provision.StateSucceeded, 1},
		provision.DecideGiveUp:   {true, provision.StateFailed, 1},
	}
	for decision, test := range tests {
		t.Run(string(decision), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 4)
				f.strategy.Settle.Then = provision.AskPerson
				f.release.Detect = blind{provision.ByMarker("_release")} // which never proves anything after a send
				f.strategy.Verify.Recipes = provision.Never
				do := workatotest.ResetBefore
				if test.happened {
					do = workatotest.ResetAfter
				}
				f.fake.Inject(workatotest.Fault{On: "imports.create", Times: 3, Do: do})
				f.must()
				f.wantStates(states{provision.StateSucceeded: 1, provision.StateUnknown: 3})
				f.release.Detect = provision.ByMarker("_release")
				n, err := provision.Resolve(t.Context(), f.ledger, rolloutID, provision.Query{}, decision)
				if n != 3 || err != nil {
					t.Fatal(n, err)
				}
				f.must()
				want := states{provision.StateSucceeded: 1}
				want[test.want] += 3
				f.wantStates(want)
				for i := range f.targets {
					if n := f.imports(i); n != test.imports {
						t.Errorf("%d imports for %s", n, customerName(i))
					}
				}
				f.wantEvents()
			})
		})
	}
	f := newFleet(t, 1)
	_, err := provision.Resolve(t.Context(), f.ledger, rolloutID, provision.Query{States: []provision.State{provision.StateSending}}, provision.DecideAgain)
	wantFields(t, err, []string{"which.states"})
	_, err = provision.Resolve(t.Context(), f.ledger, rolloutID, provision.Query{}, "guess")
	wantFields(t, err, []string{"decision"})
}

// Another release, another package or other waves need another rollout.
func TestRolloutIsPinned(t *testing.T) {
	t.Parallel()
	changes := map[string]func(f *fleet){
		"release":   func(f *fleet) { f.release.Version = "2.5.0" },
		"sha256":    func(f *fleet) { f.release.Package = workato.PackageBytes([]byte("PK")) },
		"workspace": func(f *fleet) { f.options = append(f.options, provision.WithWorkspace("other")) },
		"strategy":  func(f *fleet) { f.strategy.Waves = []provision.Wave{{Count: 1}, {Percent: 100}} },
	}
	for field, change := range changes {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 2)
				f.must()
				f.strategy.MaxConcurrent, f.strategy.FailureTolerance = 3, provision.Tolerance{} // may change
				f.must()
				change(f)
				var wrong *provision.HeaderError
				if err := f.run(t.Context()); !errors.As(err, &wrong) || wrong.Field != field || wrong.Have == wrong.Want {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestWavesAreHandPicked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 250)
		friends := func(t provision.Target) bool { return strings.HasSuffix(t.Label, "7") }
		f.strategy.Waves = []provision.Wave{{Name: "one", Count: 2, Only: friends}, {Name: "friends", Only: friends}, {Percent: 10}, {Percent: 100}}
		f.must()
		counts, err := f.ledger.Counts(t.Context(), rolloutID)
		if err != nil || counts.Wave(1)["succeeded"] != 2 || counts.Wave(2)["succeeded"] != 23 || counts.Wave(3)["succeeded"] != 25 || counts.Total() != 250 {
			t.Errorf("%v, %v", counts, err)
		}
	})
}

// A canary that nobody is would leave the release to the wave of everybody. The
// program is mended and run again, with the same ledger.
func TestWaveThatPicksNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		canary := "c0009"
		only := func(t provision.Target) bool { return t.Customer == workato.ExternalID(canary) }
		f.strategy.Waves = []provision.Wave{{Name: "canary", Only: only}, {Percent: 100}}
		err := f.run(t.Context())
		const want = "workato: provision: strategy.waves[0].only: picks none of 3 customers"
		if !errors.Is(err, workato.ErrInvalidArgument) || fmt.Sprint(err) != want || len(f.fake.Requests("imports.create")) > 0 {
			t.Errorf("%v, %v", err, f.fake.Requests("imports.create"))
		}
		canary = "c0001"
		f.must()
		if counts, err := f.ledger.Counts(t.Context(), rolloutID); err != nil || counts.Wave(1)["succeeded"] != 1 {
			t.Errorf("%v, %v", counts, err)
		}
	})
}

// A customer that has failed within the tolerance, in a wave that is over, is tried
// again after a pause, too.
func TestResumeTriesAllFailedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 6)
		f.strategy = provision.Strategy{
			MaxConcurrent:    1, // the last customer is still there to be kept from the release
			FailureTolerance: provision.Tolerance{Count: 1},
			Waves:            []provision.Wave{{Name: "early", Count: 3}, {Name: "rest", Percent: 100}},
		}
		for _, name := range []string{"c0002", "c0004", "c0005"} {
			f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: name, Do: workatotest.FailImport})
		}
		if err := f.run(t.Context()); !errors.Is(err, provision.ErrPaused) || !strings.Contains(fmt.Sprint(err), "wave rest") {
			t.Fatal(err)
		}
		f.resume()
		f.must()
		f.wantStates(states{provision.StateSucceeded: 6})
		f.wantEvents()
	})
}

// When the last customer fails, nobody is left who could be kept from the release: the
// rollout has ended, and a decision about that customer needs no resume.
func TestToleranceAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		f.strategy = provision.Strategy{Waves: []provision.Wave{{Count: 2}, {Percent: 100}}}
		f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: "c0003", Do: workatotest.Respond, Status: 422})
		f.must()
		f.wantStates(states{provision.StateSucceeded: 2, provision.StateFailed: 1})
		which := provision.Query{States: []provision.State{provision.StateFailed}}
		if n, err := provision.Resolve(t.Context(), f.ledger, rolloutID, which, provision.DecideAgain); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		f.must()
		f.wantStates(states{provision.StateSucceeded: 3})
	})
}
