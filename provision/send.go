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
		w := j.voice.begin(Wait{Kind: WaitQuota}, true)
		err := j.limiter.Wait(j.begin, operationNamed(importsCreate))
		w.end()
		if err != nil {
			return j.steps.failure(j.begin, StageSend, rec, fmt.Errorf("%w: %w", workato.ErrLimiter, err))
		}
		t.granted.Store(true)
	}
	if err := j.secure(); err != nil {
		return err
	}
	if err := context.Cause(j.begin); err != nil {
		return err
	}
	step := Intend(rec, time.Now())
	j.mu.Lock()
	j.sends(rec.SentAt)
	j.mu.Unlock()
	intent := &Update{Sends: []Send{{Operation: importsCreate, At: rec.SentAt}}}
	if err := j.moveWith(intent, step.To, step.Message); err != nil {
		return err
	}
	step, err := j.create(t)
	j.sent = step.To == StateImporting
	var outcome *OutcomeError
	switch {
	case step.To == StateSending:
		j.lost = step.Message
		return context.Cause(j.soft) // without one, step settles it
	case step.To == StateImporting, errors.As(err, &outcome) && outcome.Stage == StageImport:
	case err != nil && j.soft.Err() != nil:
		step, err = Step{To: StatePrepared, Message: "not sent"}, nil
	}
	if err != nil {
		if step.To == StatePrepared { // nothing was sent
			err = errors.Join(err, j.move(step.To, step.Message))
		}
		return err
	}
	if err := j.move(step.To, step.Message); err != nil || step.Wait == 0 {
		return err
	}
	if j.limiter != nil { // it knows of a 429
		step.Wait = min(step.Wait, time.Second)
	}
	return j.pause(j.begin, WaitQuota, step.Wait)
}

// pause waits for a reason.
func (j *job) pause(ctx context.Context, why WaitKind, d time.Duration) error {
	defer j.voice.begin(Wait{Kind: why, Until: time.Now().Add(d)}, true).end()
	return sleep(ctx, d)
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
var errNotBegun = errors.New("provision: it was not sent")

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
func (j *job) create(t *ticket) (Step, error) {
	ctx, cancel := context.WithTimeoutCause(j.hard, j.lease.Valid(), ErrFenced)
	defer cancel()
	defer context.AfterFunc(j.soft, func() {
		if sleep(ctx, j.attempt) == nil {
			cancel()
		}
	})()
	return j.steps.send(ctx, j.rec, j.attempt, t)
}

// settle finds out what became of an import without a response.
func (j *job) settle() error {
	rec := j.rec
	rule := j.strategy.Settle
	w := j.voice.begin(Wait{Kind: WaitSettle, Since: rec.SentAt}, true)
	defer w.end()
	message := fmt.Sprintf("the response of its import was lost: its effect is looked for, for another %v at most", rule.left(rec))
	if err := j.put(&Update{Events: []*Event{{Kind: EventWait, Wave: rec.Wave, Customer: rec.Customer.String(), Message: message, Err: j.lost}}}); err != nil {
		return err
	}
	for begun := time.Now(); ; {
		w.say(func(w *Wait) { w.Until = time.Now().Add(rule.left(rec)) })
		seen, err := j.steps.Look(j.soft, rec)
		var outcome *OutcomeError
		if errors.As(err, &outcome) && outcome.Retryable && time.Since(begun) < j.patience() {
			if err := sleep(j.soft, max(time.Second, j.strategy.Settle.Pause())); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		step, err := j.strategy.AfterLook(rec, seen)
		if err != nil {
			return err
		}
		if step.To != StateSending {
			j.seen = step.Seen
			return j.move(step.To, step.Message)
		}
		rec.Looks++
		if err := addAbsence(j.soft, rec, step.Wait, func() error { return j.put(&Update{Records: []*Record{rec}}) }); err != nil {
			return err
		}
	}
}
