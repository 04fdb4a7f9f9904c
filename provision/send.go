package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato"
)

// send writes the intent down and sends the import.
func (j *job) send() error {
	rec := j.rec
	t := &ticket{ready: j.ready}
	if j.limiter != nil {
		if err := j.limiter.Wait(j.begin, operationNamed(importsCreate)); err != nil {
			return j.failure(j.begin, StageSend, fmt.Errorf("%w: %w", workato.ErrLimiter, err))
		}
		t.granted.Store(true)
	}
	if err := j.secure(); err != nil {
		return err
	}
	if err := context.Cause(j.begin); err != nil {
		return err
	}
	rec.Attempt++
	rec.SentAt = time.Now().Round(0)
	rec.ImportID, rec.Absent, rec.Looks = 0, 0, 0
	j.mu.Lock()
	j.sends(rec.SentAt)
	j.mu.Unlock()
	intent := &Update{Sends: []Send{{Operation: importsCreate, At: rec.SentAt}}}
	if err := j.moveWith(intent, StateSending, fmt.Sprintf("attempt %d", rec.Attempt)); err != nil {
		return err
	}
	created, err := j.create(t)
	var failed *workato.ImportFailedError
	switch {
	case err == nil:
		rec.ImportID = created.ID
		return j.move(StateImporting, "")
	case errors.As(err, &failed):
		rec.ImportID = failed.Import.ID
		return &OutcomeError{Customer: rec.Customer, State: StateFailed, Stage: StageImport, Err: err}
	case t.left.Load() && errors.Is(err, workato.ErrOutcomeUnknown):
		return context.Cause(j.soft) // without one, step settles it
	}
	return j.unsent(t, err)
}

// unsent is what follows an import that was certainly not begun.
func (j *job) unsent(t *ticket, err error) error {
	var refused *workato.APIError
	switch {
	case j.hard.Err() != nil:
		return context.Cause(j.hard)
	case t.refused.Load() || j.soft.Err() != nil:
		if err := j.move(StatePrepared, "not sent"); err != nil {
			return err
		}
		return sleep(j.soft, time.Second) // the lease was too short: it is renewed meanwhile
	case errors.Is(err, workato.ErrRateLimited) || errors.Is(err, workato.ErrLimiter):
		if err := j.move(StatePrepared, "refused with 429"); err != nil || j.limiter != nil {
			return err
		}
		pause := 5 * time.Second
		if errors.As(err, &refused) {
			pause = max(pause, refused.RetryAfter)
		}
		return sleep(j.begin, pause)
	}
	return j.failure(j.soft, StageSend, err)
}

// secure makes sure that the lease outlasts an attempt.
func (j *job) secure() error {
	if j.lease.Valid() > j.attempt {
		return nil
	}
	if err := j.lease.Renew(j.hard); err != nil {
		j.kill(err)
		return err
	}
	if left := j.lease.Valid(); left <= j.attempt {
		err := fmt.Errorf("provision: the lease lasts for another %v, and an attempt takes %v: %w", left, j.attempt, ErrFenced)
		j.kill(err)
		return err
	}
	return nil
}

// errNotBegun says that an attempt was held back in the last moment.
var errNotBegun = errors.New("provision: the import was not sent")

// ready is asked in the last moment before an attempt is sent.
func (j *job) ready() error {
	if err := context.Cause(j.soft); err != nil {
		return fmt.Errorf("%w: %w", errNotBegun, err)
	}
	if left := j.lease.Valid(); left <= j.attempt {
		return fmt.Errorf("%w: the lease lasts for another %v, and an attempt takes %v", errNotBegun, left, j.attempt)
	}
	return nil
}

// create sends the import. Its context ends with the lease, and not with that of
// the caller: an import under way is waited for, as long as an attempt may take.
func (j *job) create(t *ticket) (*workato.Import, error) {
	ctx, cancel := context.WithTimeoutCause(context.WithValue(j.hard, ticketKey{}, t), j.lease.Valid(), ErrFenced)
	defer cancel()
	defer context.AfterFunc(j.soft, func() {
		if sleep(ctx, j.attempt) == nil {
			cancel()
		}
	})()
	created, err := j.client.Imports.Create(ctx, j.rec.Customer, j.release.params(j.rec.FolderID), workato.WithTimeout(j.attempt))
	if err != nil && ctx.Err() != nil { // the lease has ended: it says nothing about the customer
		t.refused.Store(true)
	}
	return created, err
}

// settle finds out what became of an import without a response. Presence is proof
// at once; absence is proof only after the time in which a request that is under
// way, or an import that is in progress, can still take effect.
func (j *job) settle() error {
	rec, rule := j.rec, j.strategy.Settle
	for begun := time.Now(); ; {
		seen, err := j.release.Detector().Look(j.soft, j.client, &j.release, rec.Target, rec.Baseline)
		switch {
		case err != nil && transient(err) && j.soft.Err() == nil && time.Since(begun) < j.patience():
			if err := sleep(j.soft, max(time.Second, rule.pause())); err != nil {
				return err
			}
			continue
		case err != nil:
			return j.uncertain(StageSettle, err)
		case seen.Presence == Present && seen.ImportID > 0:
			rec.ImportID = seen.ImportID
			return j.move(StateImporting, "adopted: seen as an import with an id")
		case seen.Presence == Present:
			j.seen = true
			return j.move(StateImported, "adopted: seen by its effect")
		case rule.over(rec) && (rule.Then == AskPerson || seen.Presence == Opaque):
			return &OutcomeError{
				Customer: rec.Customer, State: StateUnknown, Stage: StageSettle,
				Err: fmt.Errorf("%w: the detector says %v, after %d looks in %v", ErrUnsettled, seen.Presence, rec.Looks+1, rec.Absent),
			}
		case rule.over(rec):
			message := fmt.Sprintf("absent for %v", rec.Absent)
			rec.Absent, rec.Looks = 0, 0
			return j.move(StatePrepared, message)
		}
		start := time.Now()
		if err := sleep(j.soft, rule.pause()); err != nil {
			return err
		}
		rec.Absent += min(time.Since(start), rule.pause())
		rec.Looks++
		if err := j.put(&Update{Records: []*Record{rec}}); err != nil {
			return err
		}
	}
}
