package provision

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-workato/workato"
)

// importsCreate is the name of the operation that must not happen twice.
const importsCreate = "imports.create"

// job is the work on one customer in one run.
type job struct {
	*run
	rec *Record
	// report is the import as it was when it had ended, nil if it was not seen.
	report *workato.Import
	// seen says that the detector has just seen the release.
	seen bool
}

// until takes a customer to a state, or to a final one. The error is one that ends
// the run; the ledger then says where to go on.
func (r *run) until(rec *Record, goal State) error {
	j := job{run: r, rec: rec}
	for !rec.State.Final() && rec.State != goal {
		err := j.step()
		var outcome *OutcomeError
		if errors.As(err, &outcome) {
			err = j.end(outcome)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step does what is next.
func (j *job) step() error {
	switch j.rec.State {
	case StatePending:
		return j.prepare()
	case StatePrepared:
		return j.send()
	case StateSending:
		return j.settle()
	case StateImporting:
		return j.await()
	case StateImported:
		return j.verify()
	case StateSucceeded, StateSkipped, StateFailed, StateUnknown, StateNeedsUser:
	}
	return fmt.Errorf("provision: customer %v has the state %q", j.rec.Customer, j.rec.State)
}

// move writes the next state down.
func (j *job) move(to State, message string) error {
	return j.moveWith(&Update{}, to, message)
}

func (j *job) moveWith(u *Update, to State, message string) error {
	r, rec := j.run, j.rec
	r.mu.Lock()
	defer r.mu.Unlock()
	from := rec.State
	rec.State = to
	if !to.Final() || to == StateSucceeded {
		rec.Stage, rec.Reason = "", ""
	}
	r.tally.move(rec.Wave, from, rec.Wave, to)
	u.Records = append(u.Records, rec)
	u.Events = append(u.Events, customerEvent(rec, from, message))
	stops := to.Final() && r.tooMany(rec.Wave, u)
	if err := r.write(u); err != nil {
		return err
	}
	if stops {
		r.stopBeginning()
	}
	return nil
}

// tooMany adds to an update that the tolerance is exceeded, unless it is not.
func (r *run) tooMany(wave int, u *Update) bool {
	failures, exceeded := r.tally.exceeds(wave)
	if !exceeded || r.progress.Paused || r.progress.Aborted {
		return false
	}
	progress := r.progress
	progress.Aborted = r.strategy.OnExceeded == Abort
	progress.Paused = !progress.Aborted
	progress.Reason = fmt.Sprintf("wave %s: %d customers have failed, which is more than the tolerance allows", r.name(wave), failures)
	u.Progress = &progress
	u.Events = append(u.Events, &Event{Kind: EventPaused, Wave: wave, Message: progress.Reason})
	return true
}

// errNoCustomer says that there is no such customer any more.
var errNoCustomer = errors.New("the customer is gone")

// failure makes the error of a stage. It is an *OutcomeError unless the run itself
// has to end.
func (j *job) failure(ctx context.Context, stage string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	switch {
	case errors.Is(err, workato.ErrLimiter) && errors.Is(err, context.DeadlineExceeded):
		return &quotaTooLateError{err}
	case errors.Is(err, workato.ErrUnauthorized) && j.workspace == "":
		// Perhaps only the customer has refused.
		if _, who := j.client.Workspace.Whoami(ctx); errors.Is(who, workato.ErrUnauthorized) {
			return fmt.Errorf("provision: customer %v: %w", j.rec.Customer, err)
		}
	case errors.Is(err, workato.ErrNotFound):
		if _, get := j.client.ManagedUsers.Get(ctx, j.rec.Customer); errors.Is(get, workato.ErrNotFound) {
			return &OutcomeError{Customer: j.rec.Customer, State: StateSkipped, Stage: stage, Err: errNoCustomer}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &OutcomeError{Customer: j.rec.Customer, State: StateFailed, Stage: stage, Retryable: transient(err), Err: err}
}

// quotaTooLateError says that the context ends before the quota allows the next
// call. It keeps other customers from being begun; those under way go on until the
// context ends, so that runs which are always short get on with them.
type quotaTooLateError struct{ err error }

func (e *quotaTooLateError) Error() string {
	return "provision: the context ends before the quota allows the next call: " + e.err.Error()
}

func (e *quotaTooLateError) Unwrap() error { return e.err }

// transient reports whether the cause of an error may pass.
func transient(err error) bool {
	for _, class := range []error{workato.ErrServer, workato.ErrRateLimited, workato.ErrLimiter, workato.ErrUnexpectedResponse} {
		if errors.Is(err, class) {
			return true
		}
	}
	var answered *workato.APIError
	if errors.As(err, &answered) && answered.StatusCode == http.StatusRequestTimeout {
		return true
	}
	var call *workato.CallError
	return answered == nil && errors.As(err, &call) && !errors.Is(err, workato.ErrInvalidArgument)
}

// uncertain is failure for a stage in which the import may have happened, or goes
// on: then the customer has not failed.
func (j *job) uncertain(stage string, err error) error {
	err = j.failure(j.soft, stage, err)
	var outcome *OutcomeError
	if errors.As(err, &outcome) && outcome.State == StateFailed {
		outcome.State = StateUnknown
	}
	return err
}

// patience is how long a look that fails is repeated.
func (j *job) patience() time.Duration {
	if j.poll.MaxWait > 0 {
		return j.poll.MaxWait
	}
	return defaultPatience
}

// end writes an outcome down, or tries the customer again.
func (j *job) end(o *OutcomeError) error {
	rec, rule := j.rec, &j.strategy.Retry
	again := o.State == StateFailed && rule.If(o) || o.State == StateUnknown && o.Retryable
	if !again || rec.Retries >= rule.Max {
		rec.Stage, rec.Reason = o.Stage, o.Err.Error()
		return j.move(o.State, "")
	}
	rec.Retries++
	rec.NotUntil = time.Now().Add(rule.Wait).Round(0)
	back := rec.State
	if o.State == StateFailed {
		back = map[string]State{StagePrepare: StatePending, StageSend: StatePrepared, StageImport: StatePending, StageVerify: StateImported}[o.Stage]
	}
	if err := j.move(back, fmt.Sprintf("try %d of %d in %v: %v", rec.Retries, rule.Max, rule.Wait, o.Err)); err != nil {
		return err
	}
	return sleep(j.begin, rule.Wait)
}

// prepare reads the workspace before anything is sent.
func (j *job) prepare() error {
	ctx, rec := j.begin, j.rec
	if rec.FolderID == 0 {
		id, err := j.release.folder(ctx, j.short, rec.Customer)
		if err != nil {
			return j.failure(ctx, StagePrepare, err)
		}
		rec.FolderID = id
	}
	baseline, presence, err := j.release.Detector().Baseline(ctx, j.client, &j.release, rec.Target)
	if err != nil {
		return j.failure(ctx, StagePrepare, err)
	}
	if presence == Present {
		rec.Reason = "it is on the release already"
		return j.move(StateSkipped, "")
	}
	rec.Baseline, rec.Connections = baseline, nil
	if j.strategy.Verify.Connections {
		all, err := j.client.Connections.List(ctx, rec.Customer, nil)
		if err != nil {
			return j.failure(ctx, StagePrepare, err)
		}
		for i := range all {
			if all[i].Authorized() {
				rec.Connections = append(rec.Connections, all[i].ID)
			}
		}
	}
	return j.move(StatePrepared, "")
}

// What is known to be under way is asked for several times before it is given up.
const (
	awaitTries = 5
	awaitPause = 15 * time.Second
)

// await polls the import until it has ended.
func (j *job) await() error {
	for try := 1; ; try++ {
		ended, err := j.client.Imports.Wait(j.soft, j.rec.Customer, j.rec.ImportID, &j.poll)
		var failed *workato.ImportFailedError
		switch {
		case err == nil:
			j.report = ended
			return j.move(StateImported, "")
		case errors.As(err, &failed):
			return &OutcomeError{Customer: j.rec.Customer, State: StateFailed, Stage: StageImport, Err: err}
		case errors.Is(err, workato.ErrWaitTimeout):
			return &OutcomeError{Customer: j.rec.Customer, State: StateUnknown, Stage: StageImport, Err: err}
		case try == awaitTries || j.soft.Err() != nil:
			return j.uncertain(StageImport, err)
		}
		if err := sleep(j.soft, awaitPause); err != nil {
			return err
		}
	}
}
