package temporal

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// Whatever becomes of the response, each customer gets one import.
func TestLostResponses(t *testing.T) {
	t.Parallel()
	for _, fault := range []workatotest.FaultKind{
		"", workatotest.ResetAfter, workatotest.ResetBefore, workatotest.HangAfter, workatotest.HTMLAfter, workatotest.RateLimit,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 2)
			if fault != "" {
				f.fake.Inject(workatotest.Fault{On: "imports.create", Do: fault})
			}
			s := f.must()
			f.wantStates(s, states{provision.StateSucceeded: 2})
			f.wantOnce()
			require.True(t, s.Complete)
		})
	}
}

// Without time to settle, an import whose effect comes late is sent twice: the test
// above can fail.
func TestSettleZeroImportsTwice(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, workatotest.WithImportReads(3))
	f.spec.Strategy.Settle = provision.Settle{For: time.Nanosecond, Looks: 1}
	f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter})
	f.must()
	require.Equal(t, 2, f.imports(0))
}

// blind is a detector that never sees anything: its absence is no proof.
type blind struct{ provision.Detector }

func (blind) Look(context.Context, *workato.Client, *provision.Release, provision.Target, provision.Baseline) (provision.Sighting, error) {
	return provision.Sighting{}, nil
}

// A detector that cannot see the package leads to a second import, too.
func TestResendImportsTwice(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.spec.Release.Detector = "blind"
	f.spec.Strategy.Verify.Recipes = provision.Never
	f.cfg.Detectors = map[string]provision.Detector{"blind": blind{provision.ByVersion()}}
	f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter})
	f.must()
	require.Equal(t, 2, f.imports(0))
}

// In strict mode no more than the tolerance and one fail; in soft mode all that are
// under way can. Then the rollout pauses; after a resume all are reached.
func TestToleranceBoundsFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tolerance provision.Tolerance
		mode      provision.ConcurrencyMode
		least     int
		most      int
	}{
		{provision.Tolerance{}, provision.Strict, 1, 1},
		{provision.Tolerance{Count: 2}, provision.Strict, 3, 3},
		{provision.Tolerance{Percent: 10, Sample: 30}, provision.Strict, 4, 4},
		{provision.Tolerance{Count: 2}, provision.Soft, 3, 12},
	}
	for _, test := range tests {
		for _, where := range []string{"folders.list", "imports.create"} {
			t.Run(fmt.Sprint(test.tolerance, test.mode, where), func(t *testing.T) {
				t.Parallel()
				f := newFleet(t, 30)
				f.spec.Strategy = provision.Strategy{FailureTolerance: test.tolerance, Concurrency: test.mode, MaxConcurrent: 10}
				f.fake.Inject(workatotest.Fault{On: where, Do: workatotest.Respond, Status: 422, Times: -1})
				env := f.environment()
				env.RegisterDelayedCallback(func() {
					s := status(t, env)
					require.True(t, s.Paused)
					require.Contains(t, s.Reason, "more than the tolerance allows")
					require.GreaterOrEqual(t, s.Counts[provision.StateFailed], test.least)
					require.LessOrEqual(t, s.Counts[provision.StateFailed], test.most)
					f.fake.ClearFaults()
					env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandResume})
				}, time.Hour)
				s := f.finish(env)
				f.wantStates(s, states{provision.StateSucceeded: 30})
				f.wantOnce()
			})
		}
	}
}

// No customer of a later wave is begun before the gate has said so, and the wave was
// waited for.
func TestGate(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 5)
	f.spec.Gate = true
	f.spec.Strategy.Waves = []provision.Wave{{Name: "canary", Count: 1, Bake: time.Hour}, {Name: "rest", Percent: 100}}
	verdicts := []provision.Verdict{provision.Inconclusive, "perhaps", provision.Stop, provision.Proceed, provision.Proceed}
	asked := 0
	f.cfg.Gate = func(_ context.Context, s *provision.Summary) (provision.Verdict, error) {
		asked++
		if asked == 1 {
			return provision.Proceed, errors.New("the dashboard is down")
		}
		if want := map[bool]string{true: "canary", false: "rest"}[asked < 6]; s.Wave != want {
			t.Errorf("asked for wave %q, want %q", s.Wave, want)
		}
		return verdicts[asked-2], nil
	}
	reasons := []string{"the dashboard is down", "inconclusive", `"perhaps", which is no verdict`, "stop"}
	env := f.environment()
	for i, reason := range reasons {
		env.RegisterDelayedCallback(func() {
			s := status(t, env)
			require.Contains(t, s.Reason, reason)
			require.Equal(t, i < 3, s.Paused)
			require.Equal(t, i == 3, s.Aborted)
			f.wantStates(s, states{provision.StateSucceeded: 1, provision.StatePending: 4})
			env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandResume})
		}, 90*time.Minute+time.Duration(i)*time.Minute)
	}
	start := env.Now()
	s := f.finish(env)
	f.wantStates(s, states{provision.StateSucceeded: 5})
	f.wantOnce()
	require.Equal(t, 6, asked)
	require.GreaterOrEqual(t, env.Now().Sub(start), time.Hour)
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 12)
	f.spec.Strategy.MaxConcurrent = 2
	f.spec.Strategy.Verify.Settle = 10 * time.Minute
	env := f.environment()
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandPause, Reason: "the CEO calls"})
	}, 15*time.Minute)
	env.RegisterDelayedCallback(func() {
		s := status(t, env)
		require.True(t, s.Paused)
		require.Equal(t, "the CEO calls", s.Reason)
		f.wantStates(s, states{provision.StateSucceeded: 4, provision.StatePending: 8})
		env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandResume})
	}, 24*time.Hour)
	f.wantStates(f.finish(env), states{provision.StateSucceeded: 12})
	f.wantOnce()
}

// A rollout with customers of which it is not known what became waits for a person.
func TestResolve(t *testing.T) {
	t.Parallel()
	tests := map[provision.Decision]struct {
		happened bool
		want     provision.State
	}{
		provision.DecideImported: {true, provision.StateSucceeded},
		provision.DecideAgain:    {false, provision.StateSucceeded},
		provision.DecideGiveUp:   {true, provision.StateFailed},
	}
	for decision, test := range tests {
		t.Run(string(decision), func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 4)
			f.spec.Strategy.Settle.Then = provision.AskPerson
			f.spec.Release.Detector = "blind"
			f.spec.Strategy.Verify.Recipes = provision.Never
			f.cfg.Detectors = map[string]provision.Detector{"blind": blind{provision.ByMarker("_release")}}
			do := workatotest.ResetBefore
			if test.happened {
				do = workatotest.ResetAfter
			}
			f.fake.Inject(workatotest.Fault{On: "imports.create", Times: 3, Do: do})
			env := f.environment()
			env.RegisterDelayedCallback(func() {
				s := status(t, env)
				require.True(t, s.Complete)
				require.Len(t, s.Failures, 3)
				f.wantStates(s, states{provision.StateSucceeded: 1, provision.StateUnknown: 3})
				env.SignalWorkflow(commandSignal, provision.Command{
					Kind: provision.CommandResolve, Which: provision.Query{States: []provision.State{provision.StateUnknown}}, Decision: decision,
				})
			}, time.Hour)
			want := states{provision.StateSucceeded: 1}
			want[test.want] += 3
			f.wantStates(f.finish(env), want)
			for i := range f.targets {
				require.Equal(t, 1, f.imports(i), customerID(i))
			}
		})
	}
}

// A call that the limiter denies holds no worker: the workflow sleeps for as long
// as the limiter says.
func TestDeniedCallsSleepInTheWorkflow(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	f.spec.Strategy.MaxConcurrent = 1
	limiter := new(hourly)
	f.cfg.Limiter = limiter
	env := f.environment()
	limiter.now = env.Now
	start := env.Now()
	f.wantStates(f.finish(env), states{provision.StateSucceeded: 3})
	f.wantOnce()
	require.GreaterOrEqual(t, env.Now().Sub(start), 2*time.Hour)
	require.Less(t, env.Now().Sub(start), 3*time.Hour)
}
