package provisiontest

import (
	"slices"
	"testing"
	"time"

	"github.com/go-workato/workato/provision"
)

// snapshot is all that a ledger tells about a rollout, without epochs and times.
type snapshot struct {
	Status   provision.Status
	Counts   provision.Counts
	Records  []provision.Record
	Events   []provision.Event
	Commands []provision.Command
	Sends    int
}

func (s *suite) snapshot(ledger provision.Ledger, lease provision.Lease) snapshot {
	s.t.Helper()
	out := snapshot{Status: *s.status(ledger), Records: s.records(ledger, provision.Query{}), Events: s.events(ledger, 0)}
	var err error
	out.Counts, err = ledger.Counts(s.t.Context(), rollout)
	s.check(err)
	out.Commands, err = lease.Commands(s.t.Context())
	s.check(err)
	sends, err := ledger.Sends(s.t.Context(), time.Time{})
	s.check(err)
	out.Sends = len(sends)
	out.Status.Epoch = 0
	for i := range out.Records {
		out.Records[i].Epoch, out.Records[i].UpdatedAt = 0, time.Time{}
	}
	for i := range out.Events {
		out.Events[i].Time = time.Time{}
	}
	for i := range out.Commands {
		out.Commands[i].At = time.Time{}
	}
	out.Commands = slices.Clip(out.Commands)
	return out
}

// script is a small rollout, a write for each step. A step begins with what the
// ledger has: it holds nothing from one to the next, as a runner that was started
// again.
func script(s *suite) []func(ledger provision.Ledger, lease provision.Lease) {
	ctx := s.t.Context()
	type stepFunc = func(ledger provision.Ledger, lease provision.Lease)
	put := func(change func(ledger provision.Ledger) *provision.Update) stepFunc {
		return func(ledger provision.Ledger, lease provision.Lease) {
			s.t.Helper()
			s.check(lease.Put(ctx, change(ledger)))
		}
	}
	command := func(c provision.Command) stepFunc {
		return func(ledger provision.Ledger, _ provision.Lease) { s.check(ledger.Command(ctx, rollout, &c)) }
	}
	steps := []stepFunc{
		func(_ provision.Ledger, lease provision.Lease) { s.check(lease.Begin(ctx, &header)) },
		func(_ provision.Ledger, lease provision.Lease) { s.enroll(lease, 1, 2) },
		func(_ provision.Ledger, lease provision.Lease) { s.enroll(lease, 1, 3) },
		put(func(ledger provision.Ledger) *provision.Update {
			u := &provision.Update{Progress: &provision.Progress{Frozen: true}, Waves: []*provision.WaveRecord{{Wave: 1, Name: "canary"}, {Wave: 2, Name: "rest"}}}
			for _, r := range s.records(ledger, provision.Query{}) {
				r.Wave = int(min(r.Ordinal, 2))
				u.Records = append(u.Records, &r)
			}
			return u
		}),
	}
	for ordinal := int64(1); ordinal <= 3; ordinal++ {
		for _, to := range []provision.State{
			provision.StatePrepared, provision.StateSending, provision.StateSending, provision.StateImporting, provision.StateImported, provision.StateSucceeded,
		} {
			steps = append(steps, put(func(ledger provision.Ledger) *provision.Update {
				r := s.record(ledger, ordinal)
				switch {
				case to == provision.StateSending && r.State == to:
					r.Absent += 20 * time.Second
					r.Looks++
				case to == provision.StateSending:
					r.Attempt++
				case to == provision.StateImporting:
					r.ImportID = 1000 + ordinal
				}
				u := step(r, to)
				if to == provision.StateSending && r.Looks == 0 {
					u.Sends = []provision.Send{{Operation: "imports.create", At: time.Now()}}
				}
				return u
			}))
		}
		steps = append(steps,
			command(provision.Command{Kind: provision.CommandPause, Reason: "look first"}),
			command(provision.Command{Kind: provision.CommandResume}),
			put(func(ledger provision.Ledger) *provision.Update {
				status := s.status(ledger)
				status.Progress.Paused, status.Progress.Reason = true, "look first"
				status.Waves[0].Baked += time.Minute
				return &provision.Update{
					Progress: &status.Progress, Waves: []*provision.WaveRecord{&status.Waves[0]},
					Events: []*provision.Event{{Kind: provision.EventPaused}}, CommandsDone: 2*ordinal - 1,
				}
			}),
			put(func(ledger provision.Ledger) *provision.Update {
				status := s.status(ledger)
				status.Progress.Paused, status.Progress.Reason = false, ""
				status.Waves[0].Verdict = provision.Proceed
				return &provision.Update{
					Progress: &status.Progress, Waves: []*provision.WaveRecord{&status.Waves[0]},
					Events: []*provision.Event{{Kind: provision.EventResumed}, {Kind: provision.EventWave, Wave: 2}}, CommandsDone: 2 * ordinal,
				}
			}))
	}
	return steps
}

func (s *suite) enroll(lease provision.Lease, first, last int) {
	s.t.Helper()
	_, err := lease.Enroll(s.t.Context(), targets(first, last))
	s.check(err)
}

// A runner that dies after any write is followed by one that sees all of it, and
// the end is the same.
func testKilled(t *testing.T, s *suite) {
	undisturbed := &suite{t: t, store: s.fresh()}
	defer undisturbed.closeAll()
	wantLedger := undisturbed.open(Options{})
	wantLease := undisturbed.acquire(wantLedger)
	wantSteps := script(undisturbed)

	for i, step := range script(s) {
		wantSteps[i](wantLedger, wantLease)
		want := undisturbed.snapshot(wantLedger, wantLease)

		ledger := s.open(Options{})
		start := time.Now()
		lease := s.acquire(ledger)
		if waited := time.Since(start); waited > 0 {
			t.Fatalf("step %d: the runner had to wait %v for one that has died", i, waited)
		}
		s.equal("epoch", lease.Epoch(), int64(i+1))
		step(ledger, lease)
		s.equal("snapshot before the death", s.snapshot(ledger, lease), want)
		s.check(ledger.Close())

		reader := s.open(Options{})
		s.equal("events after the death", withoutTimes(s.events(reader, 0)), want.Events)
		s.equal("records after the death", len(s.records(reader, provision.Query{})), len(want.Records))
		s.check(reader.Close())
	}
	ledger := s.open(Options{})
	lease := s.acquire(ledger)
	s.equal("the end", s.snapshot(ledger, lease), undisturbed.snapshot(wantLedger, wantLease))
	s.equal("customers that succeeded", s.status(ledger).LastEvent, int64(3*6+3*3))
}

func withoutTimes(events []provision.Event) []provision.Event {
	for i := range events {
		events[i].Time = time.Time{}
	}
	return events
}

// A wall clock that jumps by an hour, to and fro, before every write changes
// nothing but the times that people see.
func testClockJumps(t *testing.T, s *suite) {
	undisturbed := &suite{t: t, store: s.fresh()}
	defer undisturbed.closeAll()
	wantLedger := undisturbed.open(Options{})
	wantLease := undisturbed.acquire(wantLedger)
	for _, step := range script(undisturbed) {
		step(wantLedger, wantLease)
	}

	jump := time.Duration(0)
	ledger := s.open(Options{Clock: func() time.Time { return time.Now().Add(jump) }})
	lease := s.acquire(ledger)
	for i, step := range script(s) {
		jump = []time.Duration{0, time.Hour, -time.Hour}[i%3]
		step(ledger, lease)
		if i%5 == 4 {
			s.check(lease.Renew(t.Context()))
			if valid := lease.Valid(); valid != ttl {
				t.Fatalf("a lease just renewed is valid for %v, want %v", valid, ttl)
			}
		}
	}
	s.equal("the end", s.snapshot(ledger, lease), undisturbed.snapshot(wantLedger, wantLease))
}
