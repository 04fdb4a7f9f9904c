package temporal

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// perRun is how many customers are begun, and how many signals taken, before the
// workflow goes on in a new run. It bounds the history of each.
const (
	perRun     = 200
	maxSignals = 5 * perRun
)

// watch is how often the workflows of customers are asked whether they are there.
const watch = time.Hour

// rollout is a rolloutState at work in one run of its workflow.
type rollout struct {
	rolloutState
	ctx, under workflow.Context // under is not cancelled with the workflow
	id         string
	sel        workflow.Selector
	ends       workflow.ReceiveChannel
	commands   workflow.ReceiveChannel
	starting   []workflow.ChildWorkflowFuture
	begun      int // in this run
	signals    int
	watching   bool
	cancelled  bool
	waking     time.Time
}

// rolloutWorkflow brings a release to all customers, and returns how they have
// ended.
func rolloutWorkflow(ctx workflow.Context, in rolloutState) (*provision.Summary, error) {
	r := &rollout{rolloutState: in, ctx: ctx, id: workflow.GetInfo(ctx).WorkflowExecution.ID}
	r.under, _ = workflow.NewDisconnectedContext(ctx)
	r.ends = workflow.GetSignalChannel(ctx, endedSignal)
	r.commands = workflow.GetSignalChannel(ctx, commandSignal)
	r.listen()
	r.sel.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	err := workflow.SetQueryHandler(ctx, statusQuery, func() (*provision.Summary, error) { return r.summary(r.id), nil })
	if err != nil {
		return nil, err
	}
	for {
		r.drain()
		done, err := r.act()
		switch {
		case err != nil:
			return nil, err
		case done:
			return r.summary(r.id), nil
		case r.full() && ctx.Err() == nil:
			// A child of which the server has not said that it was started would be lost.
			for _, child := range r.starting {
				_ = child.GetChildWorkflowExecution().Get(r.under, nil) // its future tells
			}
			r.drain()
			if ctx.Err() != nil {
				continue // cancelled meanwhile, of which the next run would not know
			}
			return nil, workflow.NewContinueAsNewError(ctx, rolloutName, r.rolloutState)
		}
		r.sel.Select(r.under)
	}
}

// full reports whether this run has to be followed by another one.
func (r *rollout) full() bool {
	return r.begun >= perRun || r.signals >= maxSignals || workflow.GetInfo(r.ctx).GetContinueAsNewSuggested()
}

// act does what can be done at the moment, and reports whether nothing is left.
func (r *rollout) act() (done bool, err error) {
	r.guard()
	if r.ctx.Err() != nil { // nobody is begun any more; those under way are waited for
		if len(r.Active) > 0 {
			r.noCancel()
			return false, nil
		}
		return false, temporal.NewCanceledError(r.summary(r.id))
	}
	if r.Paused || r.Aborted {
		return false, nil
	}
	n := r.current()
	if n == 0 {
		return len(r.Active) == 0 && r.unknown() == 0, nil
	}
	r.begin(n)
	w := r.wave(n)
	if r.full() || w.waiting() > 0 || r.activeIn(n) > 0 || r.over(n) {
		return false, nil
	}
	now := workflow.Now(r.ctx)
	if w.BakeUntil.IsZero() {
		w.BakeUntil = now.Add(r.Spec.Strategy.Waves[n-1].Bake)
	}
	if now.Before(w.BakeUntil) {
		r.wake(w.BakeUntil)
		return false, nil
	}
	r.gate(n)
	return r.act()
}

// noCancel changes to a selector to which the cancellation is no news. The futures
// of the other one are not missed: those under way tell their ends by signals.
func (r *rollout) noCancel() {
	if r.cancelled {
		return
	}
	r.cancelled, r.watching = true, false
	r.listen()
	r.guard()
}

// listen makes the selector.
func (r *rollout) listen() {
	r.sel = workflow.NewSelector(r.under)
	r.sel.AddReceive(r.ends, func(workflow.ReceiveChannel, bool) { r.drain() })
	r.sel.AddReceive(r.commands, func(workflow.ReceiveChannel, bool) { r.drain() })
}

// wake makes the loop look again at a time.
func (r *rollout) wake(at time.Time) {
	if r.waking.Equal(at) {
		return
	}
	r.waking = at
	r.sel.AddFuture(workflow.NewTimer(r.under, at.Sub(workflow.Now(r.ctx))), func(workflow.Future) {})
}

// begin starts as many customers of a wave as may be under way.
func (r *rollout) begin(n int) {
	size, _, failures := r.sums(n)
	most := min(r.Spec.Strategy.MaxConcurrent, r.Spec.Strategy.Admits(size, failures, r.unsent()))
	if most == 0 && len(r.Active) == 0 && r.wave(n).waiting() > 0 { // it was resumed, and nobody could ever begin
		r.tooMany(n)
	}
	for r.wave(n).waiting() > 0 && len(r.Active) < most && !r.full() {
		rec := r.wave(n).next()
		rec.Wave = n
		rec.Epoch++
		if rec.Ordinal == 0 {
			r.Begun++
			rec.Ordinal = r.Begun
		}
		r.begun++
		r.start(&rec)
	}
}

// start starts the workflow of a customer. It goes on when this one does not, and
// tells its end by a signal, for futures are lost with the run that has them.
func (r *rollout) start(rec *provision.Record) {
	a := active{Customer: rec.Customer, Wave: rec.Wave, Go: rec.Epoch, Ordinal: rec.Ordinal, FolderID: rec.FolderID}
	r.Active = append(r.Active, a)
	strategy := r.Spec.Strategy
	strategy.Waves = nil
	child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(r.under, childOptions(a.workflowID(r.id))), customerName, customerInput{
		Rollout: r.id, Release: r.Spec.Release, Strategy: strategy, Poll: r.Spec.Poll, Attempt: r.Spec.AttemptTimeout, Record: *rec,
	})
	r.starting = append(r.starting, child)
	back := *rec
	r.sel.AddFuture(child, func(f workflow.Future) {
		err := f.Get(r.under, nil)
		r.drain()
		var there *temporal.ChildWorkflowExecutionAlreadyStartedError
		switch {
		case err == nil || !r.isActive(&a): // it has said so, or will
		case errors.As(err, &there):
			// Of an earlier run that was reset: it is asked whether it still works.
			r.ping(a)
		default:
			r.gone(&a, &back, err.Error())
		}
	})
}

// guard lets the customers under way be looked after.
func (r *rollout) guard() {
	if r.watching || len(r.Active) == 0 {
		return
	}
	r.watching = true
	r.sel.AddFuture(workflow.NewTimer(r.under, watch), func(workflow.Future) {
		r.watching = false
		for _, a := range r.Active {
			r.ping(a)
		}
	})
}

// ping finds out whether the workflow of a customer is there. One that was
// terminated, or has failed, cannot tell.
func (r *rollout) ping(a active) {
	f := workflow.SignalExternalWorkflow(r.under, a.workflowID(r.id), "", pingSignal, nil)
	r.sel.AddFuture(f, func(f workflow.Future) {
		err := f.Get(r.under, nil)
		r.drain() // it tells before it ends
		var unknown *temporal.UnknownExternalWorkflowExecutionError
		if errors.As(err, &unknown) && r.isActive(&a) {
			target := provision.Target{Customer: a.Customer, FolderID: a.FolderID}
			r.gone(&a, &provision.Record{Target: target, Wave: a.Wave, Ordinal: a.Ordinal, Epoch: a.Go}, "")
		}
	})
}

// gone ends a customer whose workflow has ended without a word.
func (r *rollout) gone(a *active, rec *provision.Record, why string) {
	rec.Stage, rec.Reason = provision.StageSettle, "the workflow of the customer has ended without its result"
	if why != "" {
		rec.Reason += ": " + short(why)
	}
	rec.State = provision.StateUnknown
	r.finish(a.Customer, rec)
}

func (r *rollout) isActive(a *active) bool {
	return slices.ContainsFunc(r.Active, func(b active) bool { return b.Customer == a.Customer && b.Go == a.Go })
}

// finish takes a customer out of those under way.
func (r *rollout) finish(id workato.CustomerID, rec *provision.Record) {
	i := slices.IndexFunc(r.Active, func(a active) bool { return a.Customer == id && a.Go == rec.Epoch })
	if i < 0 {
		return // it was told before
	}
	r.Active = slices.Delete(r.Active, i, i+1)
	r.end(rec)
}

// drain takes all signals that are there: one that is left would be lost with the
// run.
func (r *rollout) drain() {
	for {
		var e ended
		if !r.ends.ReceiveAsync(&e) {
			break
		}
		r.signals++
		if e.Record.State.Final() && e.Record.Wave >= 1 && e.Record.Wave <= len(r.Waves) {
			r.Throttled += e.Throttled
			r.finish(e.Record.Customer, &e.Record)
		}
	}
	for {
		var c provision.Command
		if !r.commands.ReceiveAsync(&c) {
			return
		}
		r.signals++
		r.obey(&c)
	}
}

// obey does what a person has asked for.
func (r *rollout) obey(c *provision.Command) {
	switch c.Kind {
	case provision.CommandPause:
		r.Paused, r.Reason = true, short(c.Reason)
	case provision.CommandResume:
		if r.Paused || r.Aborted {
			r.sendBack(func(rec *provision.Record) bool { return r.wave(rec.Wave).Verdict != provision.Proceed && rec.Resume() })
		}
		r.Paused, r.Aborted, r.Reason = false, false, ""
	case provision.CommandResolve:
		left := c.Which.Limit
		r.sendBack(func(rec *provision.Record) bool {
			if !c.Which.Match(rec) || c.Which.Limit > 0 && left == 0 || !rec.Decide(c.Decision) {
				return false
			}
			left--
			return true
		})
	}
}

// gate asks whether to go on after a wave.
func (r *rollout) gate(n int) {
	v := verdict{Verdict: provision.Proceed}
	if r.Spec.Gate {
		s := r.summary(r.id)
		s.Wave = r.name(n)
		ctx := workflow.WithActivityOptions(r.ctx, gateOptions(r.Spec.AttemptTimeout))
		if err := workflow.ExecuteActivity(ctx, gateName, s).Get(ctx, &v); err != nil {
			if r.ctx.Err() != nil {
				return // the loop ends by itself
			}
			v = verdict{provision.Inconclusive, short(err.Error())}
		}
		r.drain()
	}
	r.wave(n).Verdict = v.Verdict
	if v.Verdict != provision.Proceed {
		reason := "wave " + r.name(n) + ": verdict " + string(v.Verdict)
		if v.Reason != "" {
			reason += ": " + v.Reason
		}
		r.halt(v.Verdict == provision.Stop, reason)
	}
}
