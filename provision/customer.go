package provision

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// importsCreate is the name of the operation that must not happen twice.
const importsCreate = "imports.create"

// job is the work on one customer in one run.
type job struct {
	*run
	rec *Record
	// report is the import as it was when it had ended, nil if it was not seen.
	report *workato.Import
	// seen says that the detector has just seen the release, sent that this run has
	// sent the import.
	seen, sent bool
	// lost is why this run has no response to the import.
	lost string
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
	rec.Move(to)
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

// tooMany adds to an update that the tolerance is exceeded, unless it is not, or no
// customer is left who could be kept from the release.
func (r *run) tooMany(wave int, u *Update) bool {
	failures, halts := r.tally.halts(wave)
	if !halts || r.progress.Paused || r.progress.Aborted {
		return false
	}
	progress := r.progress
	progress.Aborted = r.strategy.OnExceeded == Abort
	progress.Paused = !progress.Aborted
	progress.Reason = fmt.Sprintf("wave %s: %s failed, which is more than the tolerance allows", r.name(wave), text.Count(failures, "customer"))
	u.Progress = &progress
	u.Events = append(u.Events, &Event{Kind: EventPaused, Wave: wave, Message: progress.Reason})
	return true
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
	step := j.strategy.AfterFailure(j.rec, o)
	if step.Wait > 0 {
		j.rec.NotUntil = time.Now().Add(step.Wait).Round(0)
	}
	if err := j.move(step.To, step.Message); err != nil || step.Wait == 0 {
		return err
	}
	return j.pause(j.begin, WaitRetry, step.Wait)
}

// prepare reads the workspace before anything is sent.
func (j *job) prepare() error {
	step, err := j.steps.Prepare(j.begin, j.rec)
	if err != nil {
		return err
	}
	return j.move(step.To, step.Message)
}

// What is known to be under way is asked for several times before it is given up.
const (
	awaitTries = 5
	awaitPause = 15 * time.Second
)

// await polls the import until it has ended. One that an earlier run has sent is
// asked for at once: a run that is killed before the first poll gets on all the same.
func (j *job) await() error {
	poll := j.poll
	if !j.sent {
		poll.FirstInterval = 0
	}
	w := j.voice.begin(Wait{Kind: WaitImport, Until: time.Now().Add(j.patience())}, true)
	defer w.end()
	for try := 1; ; try++ {
		ended, err := j.client.Imports.Wait(j.soft, j.rec.Customer, j.rec.ImportID, &poll)
		var failed *workato.ImportFailedError
		switch {
		case err == nil:
			j.report = ended
			return j.move(StateImported, "")
		case errors.As(err, &failed), errors.Is(err, workato.ErrWaitTimeout), try == awaitTries, j.soft.Err() != nil:
			return j.steps.awaited(j.soft, j.rec, err)
		}
		if err := sleep(j.soft, awaitPause); err != nil {
			return err
		}
	}
}
