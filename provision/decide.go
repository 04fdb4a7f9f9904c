package provision

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/go-workato/workato/internal/text"
)

// What follows from what is known. None of these functions looks at a clock or
// makes a call, so that a workflow engine which runs its code again and again can
// use them too.

// Move changes the state of a customer. Stage and Reason are about a final state,
// so they go with it.
func (r *Record) Move(to State) {
	r.State = to
	if !to.Final() || to == StateSucceeded {
		r.Stage, r.Reason = "", ""
	}
}

// AfterLook says what follows from a look at a customer in StateSending. Presence
// is proof at once; absence is proof only after the time in which a request that is
// under way, or an import that is in progress, can still take effect. Until then
// the Step leads to StateSending: after its Wait, the time that has passed, at most
// Wait, is added to Record.Absent and 1 to Record.Looks, and the next look is due.
func (s *Strategy) AfterLook(rec *Record, seen Sighting) (Step, error) {
	rule := s.Settle.withDefaults()
	switch {
	case seen.Presence == Present && seen.ImportID > 0:
		rec.ImportID = seen.ImportID
		return Step{To: StateImporting, Message: "adopted: seen as an import with an id"}, nil
	case seen.Presence == Present:
		return Step{To: StateImported, Message: "adopted: seen by its effect", Seen: true}, nil
	case !rule.over(rec):
		return Step{To: StateSending, Wait: rule.Pause()}, nil
	case rule.Then == AskPerson || seen.Presence == Opaque:
		return Step{}, &OutcomeError{
			Customer: rec.Customer, State: StateUnknown, Stage: StageSettle,
			Err: fmt.Errorf("%w: the detector says %v, after %s in %v", ErrUnsettled, seen.Presence, text.Count(rec.Looks+1, "look"), rec.Absent),
		}
	}
	step := Step{To: StatePrepared, Message: fmt.Sprintf("absent for %v", rec.Absent)}
	rec.Absent, rec.Looks = 0, 0
	return step, nil
}

// AfterFailure says what follows from an outcome: the final state, or a Wait before
// another try from an earlier one.
func (s *Strategy) AfterFailure(rec *Record, o *OutcomeError) Step {
	rule := s.WithDefaults().Retry
	again := o.State == StateFailed && rule.If(o) || o.State == StateUnknown && o.Retryable
	if !again || rec.Retries >= rule.Max {
		rec.Stage, rec.Reason = o.Stage, o.Err.Error()
		return Step{To: o.State}
	}
	rec.Retries++
	back := rec.State
	if o.State == StateFailed {
		back = map[string]State{StagePrepare: StatePending, StageSend: StatePrepared, StageImport: StatePending, StageVerify: StateImported}[o.Stage]
	}
	return Step{To: back, Message: fmt.Sprintf("try %d of %d in %v: %v", rec.Retries, rule.Max, rule.Wait, o.Err), Wait: rule.Wait}
}

// MayBegin is how many customers of a wave may be under way at once, of which
// failures have failed: see ConcurrencyMode.
func (s *Strategy) MayBegin(size, failures int) int {
	if s.Concurrency == Soft {
		return size
	}
	return max(0, s.FailureTolerance.allowed(size)-failures+1)
}

// Admits is MayBegin, and 1 where that is 0 and nobody is left who could be kept from
// the release: those that have it are then taken to their ends one by one. unsent is
// how many customers of the rollout, in all waves, nothing was sent to.
func (s *Strategy) Admits(size, failures, unsent int) int {
	if n := s.MayBegin(size, failures); n > 0 || unsent > 0 {
		return n
	}
	return 1
}

// Halts reports whether OnExceeded follows: more customers of a wave have failed than
// may, and somebody is left who can be kept from the release. unsent is that of Admits.
// Where nobody is left, the rollout goes on to its end, which is near.
func (s *Strategy) Halts(size, outcomes, failures, unsent int) bool {
	return unsent > 0 && s.FailureTolerance.Exceeded(size, outcomes, failures)
}

// allowed is how many customers of a wave of that size may fail.
func (t Tolerance) allowed(size int) int {
	switch {
	case t.Percent == 0:
		return t.Count
	case t.Count == 0:
		return t.share(size)
	}
	return min(t.Count, t.share(size))
}

// share is the percentage of so many customers, rounded down.
func (t Tolerance) share(of int) int { return int(math.Floor(float64(of)*t.Percent/100 + 1e-9)) }

// Exceeded reports whether more customers of a wave have failed than may, of those
// that have an outcome.
func (t Tolerance) Exceeded(size, outcomes, failures int) bool {
	if failures > t.allowed(size) {
		return true
	}
	return t.Percent > 0 && outcomes >= max(1, t.Sample) && failures > t.share(outcomes)
}

// Assign returns the function that gives each customer its wave, in the order of
// enrolment the first that has room for it and picks it. There are all customers,
// of which wave n, from 1, has has[n] already.
func (s *Strategy) Assign(all int, has []int) func(Target) int {
	waves := s.WithDefaults().Waves
	room := make([]int, len(waves)+1)
	for i := range waves {
		room[i+1] = waves[i].size(all)
	}
	for i, n := range has {
		room[i] -= n
	}
	return func(t Target) int {
		wave := len(waves)
		for i := range waves {
			if only := waves[i].Only; room[i+1] > 0 && (only == nil || only(t)) {
				wave = i + 1
				break
			}
		}
		room[wave]--
		return wave
	}
}

// CheckWaves refuses a wave whose Only picks none of the targets, unless there are
// none: a canary that is misspelled would leave the release to the next wave, which
// may be that of everybody. A runner calls it before Assign.
func (s *Strategy) CheckWaves(targets iter.Seq[Target]) error {
	idle := map[int]func(Target) bool{}
	for i, w := range s.Waves {
		if w.Only != nil {
			idle[i] = w.Only
		}
	}
	if len(idle) == 0 {
		return nil
	}
	all := 0
	for t := range targets {
		all++
		maps.DeleteFunc(idle, func(_ int, only func(Target) bool) bool { return only(t) })
	}
	var errs []error
	for _, i := range slices.Sorted(maps.Keys(idle)) {
		if all > 0 {
			errs = append(errs, badField(fmt.Sprintf("strategy.waves[%d].only", i), "picks none of %d customers", all))
		}
	}
	return errors.Join(errs...)
}

// decidable are the states that a person can decide about.
var decidable = []State{StateUnknown, StateFailed, StateNeedsUser}

// Decide changes the Record as a person has decided, and reports whether its state
// is one that can be decided: StateUnknown, StateFailed or StateNeedsUser.
func (r *Record) Decide(d Decision) bool {
	if !slices.Contains(decidable, r.State) {
		return false
	}
	switch d {
	case DecideImported:
		r.sendBack(StateImported)
	case DecideAgain:
		r.sendBack(StatePending)
	case DecideGiveUp:
		r.Stage, r.Reason = StageResolve, fmt.Sprintf("given up by a person (was %s: %s)", r.State, r.Reason)
		r.sendBack(StateFailed)
	default:
		return false
	}
	return true
}

// Resume sends a failed customer back, as a resumed rollout does, and reports whether
// it did: one that failed in the verification to that, any other to the beginning. One
// that a person has given up stays.
func (r *Record) Resume() bool {
	switch {
	case r.State != StateFailed || r.Stage == StageResolve:
		return false
	case r.Stage == StageVerify:
		r.sendBack(StateImported)
	default:
		r.sendBack(StatePending)
	}
	return true
}

// sendBack moves a customer out of its final state.
func (r *Record) sendBack(to State) {
	r.Move(to)
	r.Retries = 0
	if to == StatePending {
		r.ImportID, r.Absent, r.Looks, r.Baseline, r.Connections = 0, 0, 0, nil, nil
	}
}
