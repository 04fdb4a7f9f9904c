package provision

import "slices"

// obey does what people have asked for, in the order in which they did.
func (r *run) obey() error {
	commands, err := r.lease.Commands(r.hard)
	if err != nil || len(commands) == 0 {
		return err
	}
	for i := range commands {
		c := &commands[i]
		switch c.Kind {
		case CommandPause:
			err = r.pause(c)
		case CommandResume:
			err = r.resume(c)
		case CommandResolve:
			err = r.resolve(c)
		default: // of a newer version
			err = r.put(&Update{CommandsDone: c.Seq})
		}
		if err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.progress.Paused {
		r.stopBeginning()
	}
	return nil
}

func (r *run) pause(c *Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	progress := r.progress
	progress.Paused, progress.Reason = true, c.Reason
	return r.write(&Update{Progress: &progress, Events: []*Event{{Kind: EventPaused, Message: c.Reason}}, CommandsDone: c.Seq})
}

// stopBeginning lets no other customer begin. The run ends when those under way
// have.
func (r *run) stopBeginning() { r.hold(r.halted()) }

// resume lets the rollout go on, and sends the failed customers back: those that
// failed in the verification to that, all others to the beginning.
func (r *run) resume(c *Command) error {
	if r.progress.Paused || r.progress.Aborted {
		if err := r.sendBack(Query{States: []State{StateFailed}}, (*Record).Resume); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	progress := r.progress
	progress.Paused, progress.Aborted, progress.Reason = false, false, ""
	return r.write(&Update{Progress: &progress, Events: []*Event{{Kind: EventResumed, Message: c.Reason}}, CommandsDone: c.Seq})
}

// resolve does what a person has decided about customers.
func (r *run) resolve(c *Command) error {
	which := c.Which
	which.States = slices.DeleteFunc(slices.Clone(which.States), func(s State) bool { return !slices.Contains(decidable, s) })
	if len(which.States) > 0 {
		err := r.sendBack(which, func(rec *Record) bool { return rec.Decide(c.Decision) })
		if err != nil {
			return err
		}
	}
	return r.put(&Update{CommandsDone: c.Seq})
}

// sendBack moves customers out of their final states. A Limit is that of the whole.
func (r *run) sendBack(q Query, decide func(*Record) bool) error {
	left, limited := q.Limit, q.Limit > 0
	return r.inBatches(q, func(batch []*Record) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		u := &Update{}
		var from []State
		given := map[int]int{} // how many more of a wave are given up
		for _, rec := range batch {
			old, before := rec.State, rec.givenUp()
			if limited && left == 0 || !decide(rec) {
				continue
			}
			left--
			given[rec.Wave] += rec.givenUp() - before
			from = append(from, old)
			u.Records = append(u.Records, rec)
			u.Events = append(u.Events, customerEvent(rec, old, "by a person"))
		}
		if len(u.Records) == 0 {
			return nil
		}
		if err := r.write(u); err != nil {
			return err
		}
		for i, rec := range u.Records {
			r.tally.move(rec.Wave, from[i], rec.Wave, rec.State)
		}
		for wave, n := range given {
			r.tally.giveUp(wave, n)
		}
		return nil
	})
}

// givenUp is 1 for a customer that a person has given up, otherwise 0.
func (r *Record) givenUp() int {
	if r.State == StateFailed && r.Stage == StageResolve {
		return 1
	}
	return 0
}

func customerEvent(rec *Record, from State, message string) *Event {
	e := &Event{Kind: EventCustomer, Wave: rec.Wave, Customer: rec.Customer.String(), From: from, To: rec.State, Message: message}
	if rec.State.Final() {
		e.Err = rec.Reason
	}
	return e
}
