package temporal

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// ending is a workflow of a customer that does nothing: every tenth fails.
func ending(ctx workflow.Context, in customerInput) (provision.Record, error) {
	if err := workflow.Sleep(ctx, time.Minute); err != nil {
		return in.Record, err
	}
	in.Record.State = provision.StateSucceeded
	if in.Record.Ordinal%10 == 0 {
		in.Record.State, in.Record.Stage, in.Record.Reason = provision.StateFailed, provision.StageSend, "it is refused, with some text that says why"
	}
	return in.Record, workflow.SignalExternalWorkflow(ctx, in.Rollout, "", endedSignal, ended{in.Record, 0}).Get(ctx, nil)
}

// chunk is one run of the workflow of a rollout: what it begins, what it is told,
// and the size of its input.
type chunk struct {
	children, signals, bytes int
	decided                  bool
}

// runOnce does one run, with the ends of the customers that the run before has left
// under way.
func runOnce(t *testing.T, in *rolloutState) (c chunk, next *rolloutState) {
	t.Helper()
	input, err := json.Marshal(in)
	require.NoError(t, err)
	c.bytes = len(input)
	env := stubbed(ending)
	env.SetOnChildWorkflowStartedListener(func(*workflow.Info, workflow.Context, converter.EncodedValues) { c.children++ })
	for _, a := range in.Active {
		env.RegisterDelayedCallback(func() {
			env.SignalWorkflow(endedSignal, ended{provision.Record{
				Target: provision.Target{Customer: a.Customer}, Wave: a.Wave, Ordinal: a.Ordinal, Epoch: a.Go, State: provision.StateSucceeded,
			}, 0})
		}, time.Second)
	}
	// A run that has kept all that it can pauses; then people decide.
	env.RegisterDelayedCallback(func() {
		c.decided = true
		env.SignalWorkflow(commandSignal, provision.Command{
			Kind: provision.CommandResolve, Which: provision.Query{States: decidable}, Decision: provision.DecideGiveUp,
		})
		env.SignalWorkflow(commandSignal, provision.Command{Kind: provision.CommandResume})
	}, 5*time.Hour)
	env.ExecuteWorkflow(rolloutName, *in)
	require.True(t, env.IsWorkflowCompleted())
	c.signals = c.children + len(in.Active)
	err = env.GetWorkflowError()
	var again *workflow.ContinueAsNewError
	if !errors.As(err, &again) {
		require.NoError(t, err)
		return c, nil
	}
	next = new(rolloutState)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, next))
	return c, next
}

// However many customers there are, no run of the rollout's workflow begins or hears
// of more than a fixed number, and its input stays below what the server takes.
func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	customers := 20_000
	if testing.Short() {
		customers = 2_000
	}
	f := &fleet{t: t}
	f.spec = Spec{
		Release: Release{
			Name: "billing", Version: "2.4.0", Package: "p.zip", SHA256: fmt.Sprintf("%064x", 1), Folder: []string{"Billing"},
			Restart: provision.RestartRunning,
		},
		Strategy: provision.Strategy{Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 100}},
	}
	f.spec.Strategy.Waves = []provision.Wave{{Name: "canary", Count: 10}, {Name: "rest", Percent: 100}}
	for i := range customers {
		f.targets = append(f.targets, provision.Target{Customer: workato.ExternalID(fmt.Sprintf("%08x-aaaa-bbbb-cccc-%012x", i, i))})
	}
	var most chunk
	runs, begun, decided := 0, 0, 0
	for s := f.state(); s != nil; runs++ {
		var c chunk
		c, s = runOnce(t, s)
		begun += c.children
		if c.decided {
			decided++
		}
		most = chunk{max(most.children, c.children), max(most.signals, c.signals), max(most.bytes, c.bytes), false}
	}
	t.Logf("%d customers in %d runs, of which %d have waited for a person; the greatest has begun %d, heard of %d, and had an input of %d bytes",
		customers, runs, decided, most.children, most.signals, most.bytes)
	require.Equal(t, customers, begun)
	require.LessOrEqual(t, most.children, perRun)
	require.LessOrEqual(t, most.signals, perRun+50)
	require.Less(t, most.bytes, 2_000_000)
}
