package temporal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/go-workato/workato/provision"
)

// movedReason is the reason of the abort with which a ledger keeps that its rollout
// was moved, followed by the id and what it was before.
const (
	movedReason = "moved to the workflow "
	wasAborted  = "; it was aborted: "
	wasPaused   = "; it was paused: "
)

// moveLease is how long the ledger is held while it is read.
const moveLease = 2 * time.Minute

// Move carries a rollout over from a ledger to a workflow of the same id, with the
// state of each customer: those that are done are only counted, those of which an
// import may be under way are looked for as the next runner would, and people can
// decide about those without success as before. Waves, verdicts and a pause are
// kept; a wave that was waited for (Wave.Bake) waits for what was left.
//
// No runner may be at work: that is an ErrHeld. The ledger's rollout is then marked
// as aborted, before the workflow is started, so that no runner goes on with it. If
// Move is interrupted it can be called again; when the workflow was started
// already, its handle is returned.
//
// The Spec has to be about the same release, package and waves as the ledger, or
// the error is a *provision.HeaderError.
func Move(ctx context.Context, c client.Client, taskQueue string, ledger provision.Ledger, rollout string, spec Spec) (run client.WorkflowRun, err error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	lease, err := ledger.Acquire(ctx, rollout, provision.Self(), moveLease)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lease.Release(context.WithoutCancel(ctx))) }()
	s, err := carry(ctx, ledger, rollout, spec)
	if err != nil {
		return nil, err
	}
	if err := mark(ctx, ledger, lease, rollout); err != nil {
		return nil, err
	}
	run, err = s.start(ctx, c, taskQueue, rollout)
	var there *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &there) {
		return c.GetWorkflow(ctx, rollout, ""), nil
	}
	return run, err
}

// mark writes down that the rollout is not the ledger's any more.
func mark(ctx context.Context, ledger provision.Ledger, lease provision.Lease, rollout string) error {
	status, err := ledger.Status(ctx, rollout)
	if err != nil {
		return err
	}
	p := status.Progress
	if p.Aborted && strings.HasPrefix(p.Reason, movedReason) {
		return nil
	}
	before := ""
	switch {
	case p.Aborted:
		before = wasAborted + p.Reason
	case p.Paused:
		before = wasPaused + p.Reason
	}
	p.Frozen, p.Paused, p.Aborted, p.Reason = true, false, true, movedReason+rollout+before
	return lease.Put(ctx, &provision.Update{
		Progress: &p, Events: []*provision.Event{{Kind: provision.EventPaused, Message: p.Reason}},
	})
}

// carry makes the state of a rollout from what its ledger has.
func carry(ctx context.Context, ledger provision.Ledger, rollout string, spec Spec) (*rolloutState, error) {
	status, err := ledger.Status(ctx, rollout)
	if err != nil {
		return nil, err
	}
	counts, err := ledger.Counts(ctx, rollout)
	if err != nil {
		return nil, err
	}
	s := newState(spec)
	if err := sameAs(status, rollout, s); err != nil {
		return nil, err
	}
	s.Throttled = status.Progress.Throttled
	s.halted(&status.Progress)
	for _, row := range status.Waves {
		s.wave(row.Wave).Verdict = row.Verdict
		if row.Baked > 0 {
			left := s.Spec.Strategy.Waves[row.Wave-1].Bake - row.Baked
			s.wave(row.Wave).BakeUntil = time.Now().Add(max(0, left))
		}
	}
	has := make([]int, len(s.Waves)+1)
	for _, count := range counts {
		if count.Wave < len(has) {
			has[count.Wave] += count.N
		}
	}
	wave := spec.Strategy.Assign(counts.Total(), has)
	for rec, err := range ledger.Records(ctx, rollout, provision.Query{}) {
		if err != nil {
			return nil, err
		}
		if rec.Wave == 0 {
			rec.Wave = wave(rec.Target)
		}
		if rec.Wave > len(s.Waves) {
			return nil, &provision.HeaderError{Rollout: rollout, Field: "strategy", Have: fmt.Sprintf("wave %d", rec.Wave), Want: fmt.Sprintf("%d waves", len(s.Waves))}
		}
		if err := checkTarget(rec.Target, &s.Spec); err != nil {
			return nil, err
		}
		s.take(&rec)
	}
	return s, nil
}

// halted takes over whether the rollout was paused or aborted, before it was moved.
func (s *rolloutState) halted(p *provision.Progress) {
	s.Paused, s.Aborted, s.Reason = p.Paused, p.Aborted, p.Reason
	if p.Aborted && strings.HasPrefix(p.Reason, movedReason) {
		_, reason, aborted := strings.Cut(p.Reason, wasAborted)
		if !aborted {
			_, reason, s.Paused = strings.Cut(p.Reason, wasPaused)
		}
		s.Aborted, s.Reason = aborted, reason
	}
}

// sameAs compares a rollout with the header of its ledger.
func sameAs(status *provision.Status, rollout string, s *rolloutState) error {
	want := status.Header
	want.Release, want.SHA256 = s.Spec.Release.Name+" "+s.Spec.Release.Version, s.Spec.Release.SHA256
	if err := status.Header.Compare(rollout, &want); err != nil {
		return err
	}
	for _, row := range status.Waves {
		have := fmt.Sprintf("wave %d %q", row.Wave, row.Name)
		if row.Wave > len(s.Waves) {
			return &provision.HeaderError{Rollout: rollout, Field: "strategy", Have: have, Want: fmt.Sprintf("%d waves", len(s.Waves))}
		}
		if name := s.wave(row.Wave).Name; name != row.Name {
			return &provision.HeaderError{Rollout: rollout, Field: "strategy", Have: have, Want: fmt.Sprintf("wave %d %q", row.Wave, name)}
		}
	}
	return nil
}

// take takes a customer of a ledger over.
func (s *rolloutState) take(rec *provision.Record) {
	w := s.wave(rec.Wave)
	// What was the ledger's own, or is for people who know its history.
	rec.Label, rec.Version, rec.Epoch, rec.UpdatedAt, rec.NotUntil = "", 0, 0, time.Time{}, time.Time{}
	s.Begun = max(s.Begun, rec.Ordinal)
	switch rec.State {
	case provision.StatePending:
		w.add(rec.Target)
	case provision.StatePrepared, provision.StateSending, provision.StateImporting, provision.StateImported:
		w.Back = append(w.Back, *rec)
	case provision.StateSucceeded, provision.StateSkipped, provision.StateFailed, provision.StateUnknown, provision.StateNeedsUser:
		w.count(rec.State, 1)
		switch {
		case rec.Stage == provision.StageResolve:
			w.GivenUp++
		case rec.State == provision.StateFailed, rec.State == provision.StateUnknown, rec.State == provision.StateNeedsUser:
			s.Rest = append(s.Rest, *rec)
		}
	}
}
