package provision_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// TestAfterLook: absence is proof only after the whole time and the least number of
// looks, and never where the detector cannot tell.
func TestAfterLook(t *testing.T) {
	t.Parallel()
	const whole, looks = time.Minute, 3
	settle := provision.Settle{For: whole, Looks: looks}
	ask := settle
	ask.Then = provision.AskPerson
	tests := map[string]struct {
		settle   provision.Settle
		absent   time.Duration
		looks    int
		presence provision.Presence
		importID int64
		to       provision.State // empty for StateUnknown as an error
		seen     bool
	}{
		"seen with an id":   {settle, 0, 0, provision.Present, 7, provision.StateImporting, false},
		"seen":              {settle, 0, 0, provision.Present, 0, provision.StateImported, true},
		"time is short":     {settle, whole - 1, looks, provision.Absent, 0, provision.StateSending, false},
		"looks are few":     {settle, whole, looks - 1, provision.Absent, 0, provision.StateSending, false},
		"over":              {settle, whole, looks, provision.Absent, 0, provision.StatePrepared, false},
		"over, ask":         {ask, whole, looks, provision.Absent, 0, "", false},
		"opaque":            {settle, whole - 1, looks, provision.Opaque, 0, provision.StateSending, false},
		"opaque, over":      {settle, whole, looks, provision.Opaque, 0, "", false},
		"default time":      {provision.Settle{}, 2*time.Minute - 1, looks, provision.Absent, 0, provision.StateSending, false},
		"default looks":     {provision.Settle{}, 2 * time.Minute, 2, provision.Absent, 0, provision.StateSending, false},
		"defaults are over": {provision.Settle{}, 2 * time.Minute, 3, provision.Absent, 0, provision.StatePrepared, false},
	}
	for name, test := range tests {
		strategy := provision.Strategy{Settle: test.settle}
		rec := &provision.Record{State: provision.StateSending, Absent: test.absent, Looks: test.looks}
		step, err := strategy.AfterLook(rec, provision.Sighting{Presence: test.presence, ImportID: test.importID})
		var outcome *provision.OutcomeError
		if errors.As(err, &outcome) != (test.to == "") || outcome != nil && (outcome.State != provision.StateUnknown || !errors.Is(err, provision.ErrUnsettled)) {
			t.Errorf("%s: error %v", name, err)
		}
		if step.To != test.to || step.Seen != test.seen || rec.ImportID != test.importID || (step.Wait > 0) != (test.to == provision.StateSending) {
			t.Errorf("%s: %+v, %+v", name, step, rec)
		}
		if test.to == provision.StatePrepared && (rec.Absent != 0 || rec.Looks != 0) {
			t.Errorf("%s: the next settling begins with %v and %d looks", name, rec.Absent, rec.Looks)
		}
	}
	if pause := (provision.Settle{For: whole, Looks: 12}).Pause(); pause != whole/12 {
		t.Errorf("12 looks in %v with a pause of %v", whole, pause)
	}
}

// TestAfterFailure: which outcomes are tried again, how often, and from where.
func TestAfterFailure(t *testing.T) {
	t.Parallel()
	always := func(*provision.OutcomeError) bool { return true }
	tests := map[string]struct {
		retry provision.Retry
		from  provision.State
		out   provision.OutcomeError
		tried int
		to    provision.State
	}{
		"passes, prepare":       {provision.Retry{Max: 2}, provision.StatePending, failed(provision.StagePrepare, true), 1, provision.StatePending},
		"passes, send":          {provision.Retry{Max: 2}, provision.StatePrepared, failed(provision.StageSend, true), 1, provision.StatePrepared},
		"passes, import":        {provision.Retry{Max: 2}, provision.StateImporting, failed(provision.StageImport, true), 1, provision.StatePending},
		"passes, verify":        {provision.Retry{Max: 2}, provision.StateImported, failed(provision.StageVerify, true), 1, provision.StateImported},
		"tried often enough":    {provision.Retry{Max: 2}, provision.StatePending, failed(provision.StagePrepare, true), 2, provision.StateFailed},
		"does not pass":         {provision.Retry{Max: 2}, provision.StatePending, failed(provision.StagePrepare, false), 0, provision.StateFailed},
		"never":                 {provision.Retry{}, provision.StatePending, failed(provision.StagePrepare, true), 0, provision.StateFailed},
		"always":                {provision.Retry{Max: 1, If: always}, provision.StatePending, failed(provision.StagePrepare, false), 0, provision.StatePending},
		"unknown, passes":       {provision.Retry{Max: 1}, provision.StateSending, unsettled(true), 0, provision.StateSending},
		"unknown":               {provision.Retry{Max: 1, If: always}, provision.StateSending, unsettled(false), 0, provision.StateUnknown},
		"gone":                  {provision.Retry{Max: 1, If: always}, provision.StatePending, outcome(provision.StateSkipped), 0, provision.StateSkipped},
		"a connection has gone": {provision.Retry{Max: 1, If: always}, provision.StateImported, outcome(provision.StateNeedsUser), 0, provision.StateNeedsUser},
	}
	for name, test := range tests {
		strategy := provision.Strategy{Retry: test.retry}
		if test.out.Err == nil {
			test.out.Err = errors.New("it is so")
		}
		rec := &provision.Record{State: test.from, Retries: test.tried}
		step := strategy.AfterFailure(rec, &test.out)
		again := !test.to.Final()
		if step.To != test.to || (step.Wait == 30*time.Second) != again || (rec.Retries == test.tried+1) != again || (rec.Reason == "it is so") == again {
			t.Errorf("%s: %+v, %+v", name, step, rec)
		}
	}
}

func outcome(state provision.State) provision.OutcomeError {
	return provision.OutcomeError{State: state}
}

func failed(stage string, passes bool) provision.OutcomeError {
	return provision.OutcomeError{State: provision.StateFailed, Stage: stage, Retryable: passes}
}

func unsettled(passes bool) provision.OutcomeError {
	return provision.OutcomeError{State: provision.StateUnknown, Stage: provision.StageSettle, Retryable: passes}
}

// TestIntendBeginsAnew: nothing of an earlier attempt counts for the next one.
func TestIntendBeginsAnew(t *testing.T) {
	t.Parallel()
	rec := &provision.Record{Attempt: 1, ImportID: 7, Absent: time.Minute, Looks: 3}
	now := time.Now()
	step := provision.Intend(rec, now)
	want := &provision.Record{Attempt: 2, SentAt: now.Round(0)}
	if step.To != provision.StateSending || !reflect.DeepEqual(rec, want) {
		t.Errorf("%+v, %+v", step, rec)
	}
}

// TestSentBack: who is sent back, and that what was known of the last attempt goes
// where the customer begins anew, and only there.
func TestSentBack(t *testing.T) {
	t.Parallel()
	known := func(state provision.State, stage string) *provision.Record {
		return &provision.Record{
			Target: provision.Target{Customer: workato.AccountID(1)}, State: state, Stage: stage, Reason: "it is so",
			ImportID: 7, Absent: time.Minute, Looks: 3, Baseline: provision.Baseline("b"), Connections: []int64{1}, Retries: 2,
		}
	}
	anew := &provision.Record{Target: known("", "").Target, State: provision.StatePending}
	imported := known(provision.StateImported, "")
	imported.Reason, imported.Retries = "", 0
	for _, state := range provision.States() {
		decidable := slices.Contains([]provision.State{provision.StateUnknown, provision.StateFailed, provision.StateNeedsUser}, state)
		for decision, want := range map[provision.Decision]*provision.Record{provision.DecideAgain: anew, provision.DecideImported: imported} {
			rec := known(state, provision.StageImport)
			if !decidable {
				want = known(state, provision.StageImport)
			}
			if rec.Decide(decision) != decidable || !reflect.DeepEqual(rec, want) {
				t.Errorf("%s, %s: %+v", state, decision, rec)
			}
		}
		for stage, want := range map[string]*provision.Record{provision.StageVerify: imported, provision.StageImport: anew, provision.StageResolve: nil} {
			rec := known(state, stage)
			resumes := state == provision.StateFailed && want != nil
			if !resumes {
				want = known(state, stage)
			}
			if rec.Resume() != resumes || !reflect.DeepEqual(rec, want) {
				t.Errorf("%s in %s: %+v", state, stage, rec)
			}
		}
	}
}

// TestTolerance: how many of a wave may fail, and be under way.
func TestTolerance(t *testing.T) {
	t.Parallel()
	type tolerance = provision.Tolerance
	for _, test := range []struct {
		tolerance
		size, outcomes, failures int
		exceeded                 bool
		mayBegin                 int
	}{
		{tolerance{}, 10, 1, 0, false, 1},
		{tolerance{}, 10, 1, 1, true, 0},
		{tolerance{Count: 2}, 10, 2, 2, false, 1},
		{tolerance{Count: 2}, 10, 3, 3, true, 0},
		{tolerance{Percent: 10}, 25, 25, 2, false, 1},
		{tolerance{Percent: 10}, 25, 25, 3, true, 0},
		{tolerance{Percent: 10}, 25, 1, 0, false, 3},
		{tolerance{Percent: 10}, 25, 1, 1, true, 2}, // 1 of 1 is 100 %
		{tolerance{Percent: 10, Sample: 10}, 25, 9, 2, false, 1},
		{tolerance{Percent: 10, Sample: 10}, 25, 10, 1, false, 2},
		{tolerance{Percent: 10, Sample: 10}, 25, 10, 2, true, 1},
		{tolerance{Percent: 10, Count: 1}, 25, 25, 1, false, 1},
		{tolerance{Percent: 10, Count: 1}, 25, 25, 2, true, 0},
		{tolerance{Percent: 8.2}, 1500, 1500, 123, false, 1}, // in binary, 8.2 % of 1500 is less than 123
		{tolerance{Percent: 8.2}, 1500, 1500, 124, true, 0},
	} {
		strategy := provision.Strategy{FailureTolerance: test.tolerance}
		exceeded, mayBegin := test.Exceeded(test.size, test.outcomes, test.failures), strategy.MayBegin(test.size, test.failures)
		if exceeded != test.exceeded || mayBegin != test.mayBegin {
			t.Errorf("%+v: exceeded %v, %d may begin", test, exceeded, mayBegin)
		}
	}
}

// TestAssignGoesOn: a wave that has its customers from a run before gets no others.
func TestAssignGoesOn(t *testing.T) {
	t.Parallel()
	strategy := provision.Strategy{Waves: []provision.Wave{{Count: 2}, {Percent: 50}, {Percent: 100}}}
	assign := strategy.Assign(10, []int{7, 1, 2, 0}) // seven have none yet
	var waves []int
	for range 7 {
		waves = append(waves, assign(provision.Target{}))
	}
	if want := []int{1, 2, 2, 2, 3, 3, 3}; !slices.Equal(waves, want) {
		t.Errorf("waves %v, want %v", waves, want)
	}
}
