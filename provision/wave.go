package provision

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/go-workato/workato/internal/text"
)

// inBatches calls a function with the matching records, some at a time. The query
// is asked again for each batch: records that were changed meanwhile are seen as
// they are then.
func (r *run) inBatches(q Query, do func([]*Record) error) error {
	q.Limit = enrolAtOnce
	for {
		var batch []*Record
		for rec, err := range r.ledger.Records(r.hard, r.id, q) {
			if err != nil {
				return err
			}
			batch = append(batch, &rec)
		}
		if len(batch) == 0 {
			return nil
		}
		q.After = batch[len(batch)-1].Ordinal
		if err := do(batch); err != nil {
			return err
		}
	}
}

// assign ends the enrolment and gives each customer its wave: in the order of
// enrolment the first that has room for it and picks it. A run that was killed
// here is continued, because what was assigned is at the beginning of that order.
func (r *run) assign() error {
	if !r.progress.Frozen {
		if err := r.checkWaves(); err != nil {
			return err
		}
		progress := r.progress
		progress.Frozen = true
		if err := r.put(&Update{Progress: &progress}); err != nil {
			return err
		}
	}
	waiting, _ := r.tally.inWave(0)
	if waiting == 0 {
		return nil
	}
	all := 0
	has := make([]int, len(r.strategy.Waves)+1)
	for wave := range has {
		has[wave], _ = r.tally.inWave(wave)
		all += has[wave]
	}
	wave := r.strategy.Assign(all, has)
	return r.inBatches(Query{}, func(batch []*Record) error {
		u := &Update{}
		for _, rec := range batch {
			if rec.Wave == 0 {
				rec.Wave = wave(rec.Target)
				u.Records = append(u.Records, rec)
			}
		}
		if len(u.Records) == 0 {
			return context.Cause(r.begin)
		}
		if err := r.put(u); err != nil {
			return err
		}
		for _, rec := range u.Records {
			r.tally.move(0, rec.State, rec.Wave, rec.State)
		}
		return context.Cause(r.begin)
	})
}

func (r *run) checkWaves() (err error) {
	picked := r.strategy.CheckWaves(func(yield func(Target) bool) {
		for rec, broken := range r.ledger.Records(r.hard, r.id, Query{}) {
			if err = broken; err != nil || !yield(rec.Target) {
				return
			}
		}
	})
	return cmp.Or(err, picked)
}

// allWaves brings one wave after the other to its end.
func (r *run) allWaves() error {
	for again := true; again; again = r.tally.remaining() > 0 { // a person may have sent some back
		for i := range r.strategy.Waves {
			if err := r.oneWave(i + 1); err != nil {
				return err
			}
		}
	}
	r.mu.Lock()
	wrote := r.wrote
	r.mu.Unlock()
	if !wrote {
		return nil
	}
	return r.put(&Update{Events: []*Event{{Kind: EventDone, Message: "every customer is in a final state"}}})
}

func (r *run) oneWave(n int) error {
	size, outcomes := r.tally.inWave(n)
	if size == 0 {
		return nil
	}
	row := r.row(n)
	over := row.Verdict == Proceed
	if over && outcomes == size {
		return nil
	}
	if err := r.recount(n); err != nil {
		return err
	}
	if !over {
		if err := r.putWave(row, r.opening(n, size)); err != nil {
			return err
		}
	}
	for again := true; again; again = r.tally.openIn(n) > 0 { // a person may have sent some back
		if err := r.customers(n); err != nil {
			return err
		}
		if over { // it was sent back, the wave had its verdict
			return nil
		}
		if err := r.bake(n); err != nil {
			return err
		}
	}
	if err := r.gate(n); err != nil {
		return err
	}
	return r.customers(n) // also while the gate was asked
}

// row returns a copy of the row of a wave.
func (r *run) row(n int) *WaveRecord {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := WaveRecord{Wave: n, Name: r.strategy.Waves[n-1].Name}
	if old := r.waves[n]; old != nil {
		row = *old
	}
	return &row
}

// name is how people call a wave.
func (r *run) name(n int) string {
	if name := r.strategy.Waves[n-1].Name; name != "" {
		return name
	}
	return strconv.Itoa(n)
}

func (r *run) putWave(row *WaveRecord, message string, more ...*Event) error {
	e := &Event{Kind: EventWave, Wave: row.Wave, Message: "wave " + r.name(row.Wave) + ": " + message}
	return r.put(&Update{Waves: []*WaveRecord{row}, Events: append([]*Event{e}, more...)})
}

// opening says how many customers will be under way.
func (r *run) opening(n, size int) string {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	most := r.tally.mayBegin(n)
	return fmt.Sprintf("%s, at most %d at once", text.Count(size, "customer"), min(size, most, r.strategy.MaxConcurrent))
}

// recount finds the failed customers that do not count any more.
func (r *run) recount(n int) error {
	given := 0
	err := r.inBatches(Query{Wave: n, States: []State{StateFailed}}, func(batch []*Record) error {
		for _, rec := range batch {
			given += rec.givenUp()
		}
		return nil
	})
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	r.tally.givenUp[n] = given
	return err
}

// bake waits after the last customer of a wave. The time is added up in the
// ledger.
func (r *run) bake(n int) error {
	whole := r.strategy.Waves[n-1].Bake
	step := min(max(whole/20, time.Second), time.Minute)
	defer r.voice.begin(Wait{Kind: WaitBake, Until: time.Now().Add(whole - r.row(n).Baked)}, true).end()
	for row := r.row(n); row.Baked < whole; row = r.row(n) {
		pause := min(step, whole-row.Baked)
		start := time.Now()
		if err := sleep(r.begin, pause); err != nil {
			return err
		}
		row.Baked += min(time.Since(start), pause)
		if err := r.put(&Update{Waves: []*WaveRecord{row}}); err != nil {
			return err
		}
	}
	return nil
}

// gate asks whether to go on, and writes the verdict down.
func (r *run) gate(n int) error {
	verdict, reason, err := r.ask(n)
	if err != nil {
		return err
	}
	row := r.row(n)
	row.Verdict, row.Reason = verdict, reason
	message := "verdict " + string(verdict)
	if reason != "" {
		message += ": " + reason
	}
	if verdict == Proceed {
		return r.putWave(row, message)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	progress := r.progress
	progress.Paused, progress.Aborted = verdict == Inconclusive, verdict == Stop
	progress.Reason = "wave " + r.name(n) + ": " + message
	err = r.write(&Update{
		Waves: []*WaveRecord{row}, Progress: &progress,
		Events: []*Event{
			{Kind: EventWave, Wave: n, Message: progress.Reason},
			{Kind: EventPaused, Wave: n, Message: progress.Reason},
		},
	})
	if err != nil {
		return err
	}
	return r.halted()
}

// ask calls the gate of a wave. An error of the gate is no verdict.
func (r *run) ask(n int) (verdict Verdict, reason string, err error) {
	gate := r.strategy.Waves[n-1].Gate
	if gate == nil {
		return Proceed, "", nil
	}
	s, err := Summarize(r.hard, r.ledger, r.id)
	if err != nil {
		return "", "", err
	}
	s.Wave, s.ToGo = r.name(n), r.tally.toGo()
	w := r.voice.begin(Wait{Kind: WaitGate}, true)
	verdict, err = gate(r.begin, s)
	w.end()
	switch {
	case r.begin.Err() != nil:
		return "", "", context.Cause(r.begin)
	case err != nil:
		return Inconclusive, err.Error(), nil //nolint:nilerr // it is the reason of a pause
	case verdict != Proceed && verdict != Inconclusive && verdict != Stop:
		return Inconclusive, fmt.Sprintf("the gate has returned %q, which is no verdict", verdict), nil
	}
	return verdict, "", nil
}
