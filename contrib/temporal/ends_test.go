package temporal

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato/provision"
)

// stubbed has the workflow of the rollout, and another one for the customers.
func stubbed(customer any) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: rolloutID, TaskQueue: "fleet"})
	env.RegisterWorkflowWithOptions(rolloutWorkflow, workflow.RegisterOptions{Name: rolloutName})
	env.RegisterWorkflowWithOptions(customer, workflow.RegisterOptions{Name: customerName})
	env.OnSignalExternalWorkflow(mock.Anything, rolloutID, "", endedSignal, mock.Anything).
		Return(func(_, _, _, name string, arg any) error {
			env.SignalWorkflow(name, arg)
			return nil
		}).Maybe()
	return env
}

// nextRun is the input of the run that follows.
func nextRun(t *testing.T, err error) rolloutState {
	t.Helper()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &again)
	var next rolloutState
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &next))
	return next
}

// When a rollout is cancelled, those under way go to their ends and nobody else is
// begun; its result is that it was cancelled, with a summary that says what is left.
func TestCancelledRollout(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 10)
	f.spec.Strategy.MaxConcurrent = 3
	f.spec.Strategy.Verify.Settle = 10 * time.Minute
	env := f.environment()
	env.RegisterDelayedCallback(env.CancelWorkflow, 5*time.Minute)
	env.ExecuteWorkflow(rolloutName, *f.state())
	require.True(t, env.IsWorkflowCompleted())
	var cancelled *temporal.CanceledError
	require.ErrorAs(t, env.GetWorkflowError(), &cancelled)
	var s *provision.Summary
	require.NoError(t, cancelled.Details(&s))
	f.wantStates(s, states{provision.StateSucceeded: 3, provision.StatePending: 7})
	require.False(t, s.Complete)
	for i := range f.targets {
		require.Equal(t, i < 3, f.imports(i) == 1, customerID(i))
	}
}

// A rollout that is paused, or waits for its wave or for a decision, ends at once.
func TestCancelledRolloutThatWaits(t *testing.T) {
	t.Parallel()
	for name, verdict := range map[string]provision.Verdict{"paused": provision.Inconclusive, "baking": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 4)
			f.spec.Strategy.Waves = []provision.Wave{{Count: 2, Bake: 24 * time.Hour}, {Percent: 100}}
			if verdict != "" {
				f.spec.Gate, f.spec.Strategy.Waves[0].Bake = true, 0
				f.cfg.Gate = func(context.Context, *provision.Summary) (provision.Verdict, error) { return verdict, nil }
			}
			env := f.environment()
			env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
			start := env.Now()
			env.ExecuteWorkflow(rolloutName, *f.state())
			var cancelled *temporal.CanceledError
			require.ErrorAs(t, env.GetWorkflowError(), &cancelled)
			require.LessOrEqual(t, env.Now().Sub(start), time.Hour+time.Minute)
		})
	}
}

// A cancellation that comes while the run waits to be followed by the next one is not
// lost with it.
func TestCancelledBetweenRuns(t *testing.T) {
	t.Parallel()
	f := newFleet(t, perRun+10)
	f.spec.Strategy.MaxConcurrent = MaxConcurrent
	env := stubbed(ending)
	started := 0
	env.SetOnChildWorkflowStartedListener(func(*workflow.Info, workflow.Context, converter.EncodedValues) {
		if started++; started == 1 {
			env.CancelWorkflow()
		}
	})
	env.ExecuteWorkflow(rolloutName, *f.state())
	var cancelled *temporal.CanceledError
	require.ErrorAs(t, env.GetWorkflowError(), &cancelled)
	var s *provision.Summary
	require.NoError(t, cancelled.Details(&s))
	f.wantStates(s, states{provision.StateSucceeded: perRun * 9 / 10, provision.StateFailed: perRun / 10, provision.StatePending: 10})
}

// A customer whose workflow was ended by somebody has not succeeded: it is unknown
// what became of it, and a person decides.
func TestEndedCustomer(t *testing.T) {
	t.Parallel()
	ends := map[string]error{
		"cancelled":  temporal.NewCanceledError(),
		"failed":     errors.New("a bug"),
		"terminated": &temporal.TerminatedError{},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 3)
			f.spec.Strategy.MaxConcurrent = 1
			env := stubbed(func(ctx workflow.Context, in customerInput) (provision.Record, error) {
				if in.Record.Ordinal == 2 && in.Record.Epoch == 1 {
					return in.Record, end
				}
				return ending(ctx, in)
			})
			env.RegisterDelayedCallback(func() {
				s := status(t, env)
				f.wantStates(s, states{provision.StateSucceeded: 2, provision.StateUnknown: 1})
				require.Equal(t, f.targets[1].Customer, s.Failures[0].Customer)
				require.Contains(t, s.Failures[0].Reason, "has ended without its result")
				env.SignalWorkflow(commandSignal, provision.Command{
					Kind: provision.CommandResolve, Which: provision.Query{States: []provision.State{provision.StateUnknown}}, Decision: provision.DecideAgain,
				})
			}, time.Hour)
			f.wantStates(f.finish(env), states{provision.StateSucceeded: 3})
		})
	}
}

// A customer whose workflow was cancelled after the import has left does not report
// success, and no other import is sent.
func TestCancelledCustomer(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.spec.Strategy.Verify.Settle = 10 * time.Minute
	env := f.environment()
	env.RegisterDelayedCallback(func() {
		env.CancelWorkflowByID((&active{Customer: f.targets[0].Customer, Go: 1}).workflowID(rolloutID), "")
	}, 5*time.Minute)
	env.RegisterDelayedCallback(func() {
		f.wantStates(status(t, env), states{provision.StateUnknown: 1})
		env.SignalWorkflow(commandSignal, provision.Command{
			Kind: provision.CommandResolve, Which: provision.Query{States: []provision.State{provision.StateUnknown}}, Decision: provision.DecideImported,
		})
	}, time.Hour)
	f.wantStates(f.finish(env), states{provision.StateSucceeded: 1})
	f.wantOnce()
}

// Customers whose workflows were terminated while another run had begun them are
// found; when they are sent back it is to the folders that their targets named.
func TestTerminatedInAnEarlierRun(t *testing.T) {
	t.Parallel()
	f := newFleet(t, perRun+1)
	for i := range f.targets {
		f.targets[i].FolderID = int64(1000 + i)
	}
	f.spec.Strategy.MaxConcurrent = MaxConcurrent
	env := stubbed(ending)
	env.ExecuteWorkflow(rolloutName, *f.state())
	next := nextRun(t, env.GetWorkflowError())
	require.Len(t, next.Active, perRun)

	folders := map[int64]int64{} // by the ordinal of the customer
	env = stubbed(func(ctx workflow.Context, in customerInput) (provision.Record, error) {
		folders[in.Record.Ordinal] = in.Record.FolderID
		in.Record.Ordinal = 1 // succeeds
		return ending(ctx, in)
	})
	env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, "", pingSignal, mock.Anything).
		Return(&temporal.UnknownExternalWorkflowExecutionError{})
	env.RegisterDelayedCallback(func() {
		f.wantStates(status(t, env), states{provision.StateSucceeded: 1, provision.StateUnknown: perRun})
		env.SignalWorkflow(commandSignal, provision.Command{
			Kind: provision.CommandResolve, Which: provision.Query{States: []provision.State{provision.StateUnknown}}, Decision: provision.DecideAgain,
		})
	}, watch+time.Minute)
	env.ExecuteWorkflow(rolloutName, next)
	nextRun(t, env.GetWorkflowError())
	require.Len(t, folders, perRun) // one was new, and any one waits for the next run
	for ordinal, folder := range folders {
		require.Equal(t, 999+ordinal, folder)
	}
}

// A rollout that is resumed while more customers are unknown than may fail pauses
// again and says why.
func TestResumeWithoutADecision(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	f.spec.Strategy = provision.Strategy{}
	env := stubbed(func(ctx workflow.Context, in customerInput) (provision.Record, error) {
		if in.Record.Epoch == 1 && in.Record.Ordinal == 1 {
			return in.Record, errors.New("a bug")
		}
		return ending(ctx, in)
	})
	for i := range 3 {
		env.RegisterDelayedCallback(func() {
			s := status(t, env)
			require.True(t, s.Paused, i)
			require.Contains(t, s.Reason, "more than the tolerance allows")
			if i == 2 {
				env.SignalWorkflow(commandSignal, provision.Command{
					Kind: provision.CommandResolve, Which: provision.Query{States: []provision.State{provision.StateUnknown}}, Decision: provision.DecideAgain,
				})
			}
			env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandResume})
		}, time.Duration(i+1)*time.Hour)
	}
	f.wantStates(f.finish(env), states{provision.StateSucceeded: 3})
}
