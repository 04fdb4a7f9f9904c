package temporal

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// customerInput is the state of a customer's workflow, whose history takes the
// place of a ledger: each step is in it before the next one begins.
type customerInput struct {
	// Rollout is the workflow that is told the end.
	Rollout   string             `json:"rollout"`
	Release   Release            `json:"release"`
	Strategy  provision.Strategy `json:"strategy"` // without waves
	Poll      Poll               `json:"poll"`
	Attempt   time.Duration      `json:"attempt_timeout_ns"`
	Record    provision.Record   `json:"record"`
	Seen      bool               `json:"seen,omitempty"`
	Throttled int                `json:"throttled,omitempty"`
	// Waited is how long an import was polled, a look that fails was repeated, or
	// recipes were given to start; Tries how many polls have failed for good.
	Waited time.Duration `json:"waited_ns,omitempty"`
	Tries  int           `json:"tries,omitempty"`
}

// ended is the signal with which a customer's workflow tells its end.
type ended struct {
	Record    provision.Record `json:"record"`
	Throttled int              `json:"throttled,omitempty"`
}

// The names of signals and of the query.
const (
	endedSignal   = "ended"
	pingSignal    = "ping"
	commandSignal = "command"
	statusQuery   = "status"
)

// customer is a customerInput at work.
type customer struct {
	customerInput
	reads, create workflow.Context
}

// customerWorkflow takes a customer to a final state and tells the rollout.
func customerWorkflow(ctx workflow.Context, in customerInput) (provision.Record, error) {
	c := &customer{customerInput: in}
	c.reads = workflow.WithActivityOptions(ctx, readOptions(in.Attempt))
	c.create = workflow.WithActivityOptions(ctx, createOptions(in.Attempt))
	for !c.Record.State.Final() {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return c.Record, workflow.NewContinueAsNewError(ctx, customerName, c.customerInput)
		}
		if err := c.step(ctx); err != nil {
			return c.Record, err
		}
	}
	return c.Record, c.tell(ctx)
}

// readOptions are those of activities that may be repeated. The heartbeat tells
// soon that a worker has died.
func readOptions(attempt time.Duration) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Minute,
		HeartbeatTimeout:    min(max(2*attempt, time.Second), 30*time.Second),
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	}
}

// gateOptions are those of the activity that asks a gate, perhaps a person.
func gateOptions(attempt time.Duration) workflow.ActivityOptions {
	options := readOptions(attempt)
	options.StartToCloseTimeout = 7 * 24 * time.Hour // it is the heartbeat that tells of its end
	return options
}

// createOptions are those of the activity that must not happen twice.
func createOptions(attempt time.Duration) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: attempt + margin(attempt),
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 1},
	}
}

// step does what is next. An error ends the workflow: only that of a context which
// was cancelled.
func (c *customer) step(ctx workflow.Context) error {
	switch c.Record.State {
	case provision.StatePending:
		return c.read(ctx, prepareName, func(out *result) error { return c.move(ctx, out.Step) })
	case provision.StatePrepared:
		return c.send(ctx)
	case provision.StateSending:
		return c.look(ctx)
	case provision.StateImporting:
		return c.pollOnce(ctx)
	case provision.StateImported:
		return c.verify(ctx)
	case provision.StateSucceeded, provision.StateSkipped, provision.StateFailed, provision.StateUnknown, provision.StateNeedsUser:
	}
	return temporal.NewNonRetryableApplicationError(fmt.Sprintf("the state %q is unknown", c.Record.State), "State", nil)
}

func (c *customer) task() task {
	return task{Release: c.Release, Strategy: c.Strategy, Record: c.Record, Seen: c.Seen, Attempt: c.Attempt}
}

// read runs an activity until the quota allows it, and does what follows.
func (c *customer) read(ctx workflow.Context, name string, then func(*result) error) error {
	var out result
	if err := workflow.ExecuteActivity(c.reads, name, c.task()).Get(ctx, &out); err != nil {
		return err
	}
	c.take(&out)
	switch {
	case out.Denied > 0:
		return workflow.Sleep(ctx, out.Denied)
	case out.Outcome != nil:
		return c.fail(ctx, out.Outcome)
	}
	return then(&out)
}

// take takes over what an activity has found.
func (c *customer) take(out *result) {
	c.Record = out.Record
	c.Throttled += out.Throttled
}

// move goes to the next state, and waits.
func (c *customer) move(ctx workflow.Context, step provision.Step) error {
	c.Waited, c.Tries = 0, 0
	c.Record.Move(step.To)
	c.Seen = step.Seen
	if step.Wait == 0 {
		return nil
	}
	return workflow.Sleep(ctx, step.Wait)
}

// fail does what follows from an outcome.
func (c *customer) fail(ctx workflow.Context, o *outcome) error {
	return c.move(ctx, c.Strategy.AfterFailure(&c.Record, &provision.OutcomeError{
		Customer: c.Record.Customer, State: o.State, Stage: o.Stage, Retryable: o.Retryable, Err: errors.New(o.Reason),
	}))
}

// send has the intent in the history before the import is sent: it is the event
// that schedules the activity.
func (c *customer) send(ctx workflow.Context) error {
	intent := provision.Intend(&c.Record, workflow.Now(ctx))
	c.Record.Move(intent.To)
	var out result
	err := workflow.ExecuteActivity(c.create, sendName, c.task()).Get(ctx, &out)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // it may have been sent: the next step looks
		return nil //nolint:nilerr // whatever the error is
	}
	c.take(&out)
	switch {
	case out.Denied > 0:
		return c.move(ctx, provision.Step{To: provision.StatePrepared, Wait: out.Denied})
	case out.Outcome != nil:
		return c.fail(ctx, out.Outcome)
	}
	return c.move(ctx, out.Step)
}

// look looks once for an import whose response was lost.
func (c *customer) look(ctx workflow.Context) error {
	var out result
	if err := workflow.ExecuteActivity(c.reads, lookName, c.task()).Get(ctx, &out); err != nil {
		return err
	}
	c.take(&out)
	switch {
	case out.Denied > 0:
		return workflow.Sleep(ctx, out.Denied)
	case out.Outcome != nil && out.Outcome.Retryable && c.Waited < c.Poll.Max:
		wait := max(time.Second, c.Strategy.Settle.Pause())
		c.Waited += wait
		return workflow.Sleep(ctx, wait)
	case out.Outcome != nil:
		return c.fail(ctx, out.Outcome)
	}
	step, err := c.Strategy.AfterLook(&c.Record, out.Sighting)
	var failed *provision.OutcomeError
	if errors.As(err, &failed) {
		return c.fail(ctx, &outcome{State: failed.State, Stage: failed.Stage, Retryable: failed.Retryable, Reason: failed.Err.Error()})
	}
	if step.To != provision.StateSending {
		return c.move(ctx, step)
	}
	if err := workflow.Sleep(ctx, step.Wait); err != nil {
		return err
	}
	c.Record.Absent += step.Wait
	c.Record.Looks++
	return nil
}

// maxTries is how many polls in a row may fail for good: a new import may not be
// readable at once.
const maxTries = 5

// pollOnce waits, and asks once for an import with an id.
func (c *customer) pollOnce(ctx workflow.Context) error {
	wait := c.Poll.First
	if c.Waited > 2*c.Poll.First {
		wait = min(c.Waited/4, c.Poll.Most)
	}
	if err := workflow.Sleep(ctx, wait); err != nil {
		return err
	}
	c.Waited += wait
	var out result
	if err := workflow.ExecuteActivity(c.reads, pollName, c.task()).Get(ctx, &out); err != nil {
		return err
	}
	c.take(&out)
	late := c.Waited >= c.Poll.Max
	switch o := out.Outcome; {
	case out.Denied > 0:
		return workflow.Sleep(ctx, out.Denied)
	case o != nil && o.State == provision.StateUnknown && !late && (o.Retryable || c.Tries < maxTries):
		if !o.Retryable {
			c.Tries++
		}
		return nil
	case o != nil:
		return c.fail(ctx, o)
	case out.Step.To == provision.StateImporting && late:
		return c.fail(ctx, &outcome{
			State: provision.StateUnknown, Stage: provision.StageImport,
			Reason: fmt.Sprintf("%v (%v): the import is %s", workato.ErrWaitTimeout, c.Poll.Max, cmp.Or(out.Step.Message, "under way")),
		})
	}
	if out.Step.To == provision.StateImporting {
		c.Tries = 0
		return nil
	}
	return c.move(ctx, out.Step)
}

// verify waits as long as recipes may take to start, and looks.
func (c *customer) verify(ctx workflow.Context) error {
	if wait := c.Strategy.Verify.Settle - c.Waited; wait > 0 {
		c.Waited += wait
		if err := workflow.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	return c.read(ctx, verifyName, func(out *result) error { return c.move(ctx, out.Step) })
}

// tell sends the end to the rollout. One that is there no more need not know it.
func (c *customer) tell(ctx workflow.Context) error {
	for {
		err := workflow.SignalExternalWorkflow(ctx, c.Rollout, "", endedSignal, ended{c.Record, c.Throttled}).Get(ctx, nil)
		var gone *temporal.UnknownExternalWorkflowExecutionError
		if err == nil || errors.As(err, &gone) {
			return nil
		}
		if err := workflow.Sleep(ctx, time.Minute); err != nil {
			return err
		}
	}
}

// childOptions are those of the workflow of a customer. It is not ended with that of
// the rollout, and there is none after it of the same name: what became of it would
// not be known.
func childOptions(id string) workflow.ChildWorkflowOptions {
	return workflow.ChildWorkflowOptions{
		WorkflowID: id, ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON, WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
	}
}
