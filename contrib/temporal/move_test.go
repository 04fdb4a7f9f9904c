package temporal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// runner works on the ledger until its context ends, or it is paused.
func (f *fleet) runner(ctx context.Context, l provision.Ledger, client *workato.Client) error {
	f.t.Helper()
	rel := *f.spec.Release.release(workato.PackageFile(f.spec.Release.Package), provision.ByMarker("_release"))
	r, err := provision.NewRollout(client, l, rolloutID, rel, f.spec.Strategy)
	require.NoError(f.t, err)
	_, err = r.Enroll(ctx, each(f.targets))
	require.NoError(f.t, err)
	_, err = r.Run(ctx)
	return err
}

// A rollout whose runner has died in the worst moment, and of which some customers
// are done, some failed and some wait, goes on where it was.
func TestMove(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 10)
	f.spec.Strategy = provision.Strategy{
		MaxConcurrent: 1, Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100},
		Waves: []provision.Wave{{Name: "canary", Count: 2}, {Name: "rest", Percent: 100}},
	}
	ledger := provision.Memory()
	// The second customer is refused. The response for the fourth is lost, and the
	// runner ends before it has found out what became of it.
	ctx, die := context.WithCancel(t.Context())
	f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: customerID(1), Do: workatotest.Respond, Status: 422})
	f.fake.Inject(workatotest.Fault{On: "imports.create", Customer: customerID(3), Do: workatotest.ResetAfter})
	f.fake.Before("imports.create", 4, func(workatotest.Request) { time.AfterFunc(200*time.Millisecond, die) })
	require.ErrorIs(t, f.runner(ctx, ledger, f.cfg.Client), context.Canceled)
	before, err := ledger.Counts(t.Context(), rolloutID)
	require.NoError(t, err)
	was := before.ByState()
	require.Equal(t, []int{2, 1, 1, 10}, []int{was[provision.StateSucceeded], was[provision.StateFailed], was[provision.StateSending], before.Total()}, was)

	// The server refuses at first: the ledger is marked already, and Move is repeated.
	var s starter
	s.err = errors.New("the server is away")
	_, err = Move(t.Context(), &s, "fleet", ledger, rolloutID, f.spec)
	require.ErrorContains(t, err, "the server is away")
	s.err = nil
	_, err = Move(t.Context(), &s, "fleet", ledger, rolloutID, f.spec)
	require.NoError(t, err)
	require.False(t, s.state.Paused || s.state.Aborted)
	require.Equal(t, provision.Proceed, s.state.Waves[0].Verdict)
	require.Equal(t, 7, s.state.Waves[1].waiting())
	require.Len(t, s.state.Waves[1].Waiting, was[provision.StatePending])
	require.Len(t, s.state.Rest, 1)

	// No runner goes on with the ledger.
	require.ErrorIs(t, f.runner(t.Context(), ledger, f.cfg.Client), provision.ErrAborted)

	env := f.environment()
	env.ExecuteWorkflow(rolloutName, *s.state)
	require.NoError(t, env.GetWorkflowError())
	var end provision.Summary
	require.NoError(t, env.GetWorkflowResult(&end))
	f.wantStates(&end, states{provision.StateSucceeded: 9, provision.StateFailed: 1})
	for i := range f.targets {
		want := 1
		if i == 1 {
			want = 0
		}
		require.Equal(t, want, f.imports(i), customerID(i))
	}
}

func TestMoveKeepsPauses(t *testing.T) {
	t.Parallel()
	for name, strategy := range map[string]provision.Strategy{"paused": {}, "aborted": {OnExceeded: provision.Abort}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 3)
			f.spec.Strategy = strategy
			f.fake.Inject(workatotest.Fault{On: "folders.list", Do: workatotest.Respond, Status: 422, Times: -1})
			ledger := provision.Memory()
			require.Error(t, f.runner(t.Context(), ledger, f.cfg.Client))
			for range 2 {
				var s starter
				_, err := Move(t.Context(), &s, "fleet", ledger, rolloutID, f.spec)
				require.NoError(t, err)
				require.Equal(t, name == "paused", s.state.Paused)
				require.Equal(t, name == "aborted", s.state.Aborted)
				require.Contains(t, s.state.Reason, "more than the tolerance allows")
				require.NotContains(t, s.state.Reason, movedReason)
			}
		})
	}
}

// started is a client to a server that has the workflow already.
type started struct{ starter }

func (s *started) GetWorkflow(context.Context, string, string) client.WorkflowRun { return nil }

func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2)
	ledger := provision.Memory()
	require.NoError(t, f.runner(t.Context(), ledger, f.cfg.Client))
	changes := map[string]func(s *Spec){
		"release":  func(s *Spec) { s.Release.Version = "2.5.0" },
		"sha256":   func(s *Spec) { s.Release.SHA256 = strings.Repeat("0", 64) },
		"strategy": func(s *Spec) { s.Strategy.Waves = []provision.Wave{{Name: "other", Percent: 100}} },
	}
	for field, change := range changes {
		spec := f.spec
		change(&spec)
		var s starter
		_, err := Move(t.Context(), &s, "fleet", ledger, rolloutID, spec)
		var wrong *provision.HeaderError
		require.ErrorAs(t, err, &wrong, field)
		require.Equal(t, field, wrong.Field)
		require.Nil(t, s.state)
	}
	lease, err := ledger.Acquire(t.Context(), rolloutID, provision.Self(), time.Minute)
	require.NoError(t, err)
	var s starter
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Move(soon, &s, "fleet", ledger, rolloutID, f.spec)
	require.ErrorIs(t, err, provision.ErrHeld)
	require.Nil(t, s.state)
	require.NoError(t, lease.Release(t.Context()))
	there := started{starter{err: serviceerror.NewWorkflowExecutionAlreadyStarted("there", "", "")}}
	_, err = Move(t.Context(), &there, "fleet", ledger, rolloutID, f.spec)
	require.NoError(t, err)
	_, err = Move(t.Context(), &s, "fleet", ledger, "other", f.spec)
	require.ErrorIs(t, err, provision.ErrNoRollout)
}
