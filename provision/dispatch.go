package provision

import (
	"context"
	"errors"
	"sync"
)

// customers works at the open customers of a wave until there are none.
func (r *run) customers(wave int) error {
	for {
		open := r.tally.openIn(wave)
		if open == 0 {
			return context.Cause(r.begin)
		}
		if err := r.stuck(wave); err != nil {
			return err
		}
		d := dispatch{run: r, wave: wave, prepare: make(chan *Record), ready: make(chan *Record, r.ahead())}
		if err := d.work(min(open, r.strategy.MaxConcurrent)); err != nil {
			return err
		}
	}
}

// stuck pauses a rollout that was resumed, or whose customers were sent back, though
// more of a wave have failed than may: in strict mode nobody could begin.
func (r *run) stuck(wave int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := &Update{}
	if !r.tally.stuck(wave) || !r.tooMany(wave, u) {
		return nil
	}
	if err := r.write(u); err != nil {
		return err
	}
	r.stopBeginning()
	return context.Cause(r.begin)
}

// ahead is how many customers are prepared while others wait for the quota of
// imports: those of the next hour.
func (r *run) ahead() int {
	const most = 1000
	if r.limiter != nil {
		if perHour := r.limiter.Limits(operationNamed(importsCreate)).PerHour; perHour > 0 {
			return min(perHour, most)
		}
	}
	return r.strategy.MaxConcurrent
}

// dispatch gives the open customers of a wave to workers of two kinds. The first
// prepare; the others take those that are prepared, or were further already, to
// their end.
type dispatch struct {
	*run
	wave           int
	prepare, ready chan *Record

	mu  sync.Mutex
	err error
}

func (d *dispatch) work(workers int) error {
	var preparers, finishers sync.WaitGroup
	for range workers {
		preparers.Go(func() { d.each(d.prepare, d.prepared, d.ready) })
		finishers.Go(func() { d.each(d.ready, d.finish, nil) })
	}
	d.fail(d.feedAll())
	close(d.prepare)
	preparers.Wait()
	close(d.ready)
	finishers.Wait()
	if d.err == nil {
		d.err = context.Cause(d.begin)
	}
	return d.err
}

// fail keeps the first error, and lets nothing else begin.
func (d *dispatch) fail(err error) {
	if err == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err == nil {
		d.err = err
	}
	var late *quotaTooLateError
	switch {
	case errors.As(err, &late):
		d.hold(err)
	case d.begin.Err() == nil:
		d.stop(err)
	}
}

// feedAll hands the open customers out: first those of whom something is under
// way, then the others in the order of enrolment.
func (d *dispatch) feedAll() error {
	for _, part := range []struct {
		states []State
		to     chan *Record
	}{
		{[]State{StateSending, StateImporting, StateImported}, d.ready},
		{[]State{StatePrepared}, d.ready},
		{[]State{StatePending}, d.prepare},
	} {
		err := d.inBatches(Query{Wave: d.wave, States: part.states}, func(batch []*Record) error {
			for _, rec := range batch {
				if err := d.hand(part.to, rec); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *dispatch) hand(to chan *Record, rec *Record) error {
	select {
	case to <- rec:
		return nil
	case <-d.begin.Done():
		return context.Cause(d.begin)
	}
}

// each does the work on the customers of a channel, as many at once as may fail,
// and hands on those that have no final state.
func (d *dispatch) each(from chan *Record, do func(*Record) error, then chan *Record) {
	for rec := range from {
		err := d.feed.room(d.begin)
		if err == nil {
			err = d.tally.admit(d.begin, d.wave)
		}
		if err != nil {
			continue // the others are in the ledger
		}
		err = do(rec)
		d.tally.dismiss()
		d.fail(err)
		if then != nil && err == nil && !rec.State.Final() {
			_ = d.hand(then, rec)
		}
	}
}

// prepared prepares a customer.
func (d *dispatch) prepared(rec *Record) error { return d.until(rec, StatePrepared) }

// finish takes a customer to its end.
func (d *dispatch) finish(rec *Record) error { return d.until(rec, "") }
