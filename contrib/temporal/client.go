package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// maxInput is how many bytes the customers of a rollout may take: the server
// refuses an input of 2 MB, and the Rest is in it too.
const maxInput = 1_400_000

// Start starts a rollout to the targets, whose id is that of its workflow. Customers
// that are there twice are taken once. Labels are not kept: names of customers do
// not belong into histories.
//
// The number of customers is bounded by the size of their ids, of which 1.4 MB may
// be: 20,000 that are UUIDs, or 100,000 numbers. A rollout that was started already
// is a *serviceerror.WorkflowExecutionAlreadyStarted, also when it has ended: so
// the same program can be started again.
func Start(ctx context.Context, c client.Client, taskQueue, rollout string, spec Spec, targets iter.Seq2[provision.Target, error]) (client.WorkflowRun, error) {
	if err := errors.Join(provision.CheckRollout(rollout), spec.Check()); err != nil {
		return nil, err
	}
	var all []provision.Target
	known := map[workato.CustomerID]bool{}
	for t, err := range targets {
		if err != nil {
			return nil, fmt.Errorf("temporal: enrol customers: %w", err)
		}
		if err := checkTarget(t, &spec); err != nil {
			return nil, err
		}
		if !known[t.Customer] {
			known[t.Customer] = true
			all = append(all, t)
		}
	}
	if err := spec.Strategy.CheckWaves(slices.Values(all)); err != nil {
		return nil, err
	}
	s := newState(spec)
	wave := spec.Strategy.Assign(len(all), make([]int, len(s.Waves)+1))
	for _, t := range all {
		s.wave(wave(t)).add(t)
	}
	return s.start(ctx, c, taskQueue, rollout)
}

func checkTarget(t provision.Target, spec *Spec) error {
	if t.FolderID == 0 && len(spec.Release.Folder) == 0 {
		return fmt.Errorf("temporal: target.folder_id: of %v is 0, and the release names no folder", t.Customer)
	}
	return provision.CheckTargets([]provision.Target{t})
}

// newState is a rollout without customers.
func newState(spec Spec) *rolloutState {
	s := &rolloutState{Spec: spec.withDefaults()}
	for _, w := range s.Spec.Strategy.Waves {
		s.Waves = append(s.Waves, waveState{Name: w.Name})
	}
	return s
}

func (s *rolloutState) start(ctx context.Context, c client.Client, taskQueue, rollout string) (client.WorkflowRun, error) {
	input, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("temporal: the rollout cannot be written down: %w", err)
	}
	if len(input) > maxInput {
		return nil, fmt.Errorf("temporal: the customers take %d bytes, at most are %d: make it two rollouts", len(input), maxInput)
	}
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: rollout, TaskQueue: taskQueue,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
	}, rolloutName, s)
	if err != nil {
		return nil, fmt.Errorf("temporal: start rollout %q: %w", rollout, err)
	}
	return run, nil
}

// Pause lets a rollout begin no other customer. Those under way go on to their
// ends.
func Pause(ctx context.Context, c client.Client, rollout, reason string) error {
	return command(ctx, c, rollout, &provision.Command{Kind: provision.CommandPause, Reason: reason})
}

// Resume lets a rollout go on that was paused or aborted. In the waves that are not
// over, failed customers are tried again, as with provision.ResumeRollout.
func Resume(ctx context.Context, c client.Client, rollout string) error {
	return command(ctx, c, rollout, &provision.Command{Kind: provision.CommandResume})
}

// decidable are the states that a person can decide about.
var decidable = []provision.State{provision.StateUnknown, provision.StateFailed, provision.StateNeedsUser}

// Resolve decides customers that have ended without success, as provision.Resolve
// does; without States those of StateUnknown. Query.After counts customers in the
// order in which they were begun.
func Resolve(ctx context.Context, c client.Client, rollout string, which provision.Query, d provision.Decision) error {
	if len(which.States) == 0 {
		which.States = []provision.State{provision.StateUnknown}
	}
	for _, state := range which.States {
		if !slices.Contains(decidable, state) {
			return fmt.Errorf("temporal: which.states: %q cannot be decided, only %v", state, decidable)
		}
	}
	switch d {
	case provision.DecideImported, provision.DecideAgain, provision.DecideGiveUp:
	default:
		return fmt.Errorf("temporal: decision: must be %q, %q or %q, got %q", provision.DecideImported, provision.DecideAgain, provision.DecideGiveUp, d)
	}
	return command(ctx, c, rollout, &provision.Command{Kind: provision.CommandResolve, Which: which, Decision: d})
}

// command sends a signal to a rollout. All are of one name, so that they are obeyed
// in their order.
func command(ctx context.Context, c client.Client, rollout string, cmd *provision.Command) error {
	cmd.At = time.Now()
	if err := cmd.Check(); err != nil {
		return err
	}
	if err := c.SignalWorkflow(ctx, rollout, "", commandSignal, cmd); err != nil {
		return fmt.Errorf("temporal: %s rollout %q: %w", cmd.Kind, rollout, err)
	}
	return nil
}

// Status asks how far a rollout is. A worker has to be there to answer. Customers
// under way are counted as StatePending, for only their own workflows know more:
// the workflow "ROLLOUT/CUSTOMER". ToGo.Duration is left out.
func Status(ctx context.Context, c client.Client, rollout string) (*provision.Summary, error) {
	value, err := c.QueryWorkflow(ctx, rollout, "", statusQuery)
	if err != nil {
		return nil, fmt.Errorf("temporal: status of rollout %q: %w", rollout, err)
	}
	s := new(provision.Summary)
	if err := value.Get(s); err != nil {
		return nil, fmt.Errorf("temporal: status of rollout %q: %w", rollout, err)
	}
	return s, nil
}
