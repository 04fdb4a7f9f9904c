package provisiontest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

func asHeaderError(err error) (e *provision.HeaderError, ok bool) {
	ok = errors.As(err, &e)
	return e, ok
}

// A loop over records can write the row that it has been given, and the rows to
// come: it sees each row once.
func testWriteWhileReading(t *testing.T, s *suite) {
	ledger, lease := s.begun(300)
	seen := int64(0)
	for r, err := range ledger.Records(t.Context(), rollout, provision.Query{States: provision.OpenStates()}) {
		s.check(err)
		seen++
		s.equal("ordinal", r.Ordinal, seen)
		s.check(lease.Put(t.Context(), step(&r, provision.StateSucceeded)))
	}
	s.equal("rows", seen, int64(300))
	s.equal("open rows", len(s.records(ledger, provision.Query{States: provision.OpenStates()})), 0)
}

func testLargeUpdate(t *testing.T, s *suite) {
	ledger, lease := s.begun(2000)
	var u provision.Update
	for _, r := range s.records(ledger, provision.Query{}) {
		r.Wave, r.Baseline = 1, make(provision.Baseline, 100)
		u.Records = append(u.Records, &r)
	}
	s.check(lease.Put(t.Context(), &u))
	s.check(ledger.Close())
	for _, r := range s.records(s.open(Options{}), provision.Query{}) {
		if r.Wave != 1 || r.Version != 2 || len(r.Baseline) != 100 {
			t.Fatalf("record %+v", r)
		}
	}
}

// An Update with one row that cannot be written changes nothing.
func testAllOrNothing(t *testing.T, s *suite) {
	ledger, lease := s.begun(4)
	s.check(ledger.Command(t.Context(), rollout, &provision.Command{Kind: provision.CommandPause}))
	s.check(lease.Put(t.Context(), &provision.Update{
		Progress: &provision.Progress{Throttled: 1}, Waves: []*provision.WaveRecord{{Wave: 1}},
		Records: []*provision.Record{s.record(ledger, 3)}, Events: []*provision.Event{{Kind: provision.EventWave}},
	}))
	before := s.snapshot(ledger, lease)
	good := func() *provision.Update {
		status := s.status(ledger)
		return &provision.Update{
			Records: []*provision.Record{s.record(ledger, 1), s.record(ledger, 3)}, Progress: &status.Progress, Waves: []*provision.WaveRecord{&status.Waves[0], {Wave: 2}},
			Events: []*provision.Event{{Kind: provision.EventWave}}, Sends: []provision.Send{{Operation: "imports.create", At: time.Now()}}, CommandsDone: 1,
		}
	}
	for name, spoil := range map[string]func(u *provision.Update){
		"old row":            func(u *provision.Update) { u.Records[1].Version-- },
		"row of the future":  func(u *provision.Update) { u.Records[0].Version++ },
		"old wave":           func(u *provision.Update) { u.Waves[0].Version-- },
		"wave of the future": func(u *provision.Update) { u.Waves[1].Version++ },
		"old progress":       func(u *provision.Update) { u.Progress.Version-- },
	} {
		u := good()
		spoil(u)
		err := lease.Put(t.Context(), u)
		s.want(err, provision.ErrConflict)
		var conflict *provision.ConflictError
		if !errors.As(err, &conflict) || conflict.Have == conflict.Want || conflict.Row == "" {
			t.Errorf("%s: no row in the error: %v", name, err)
		}
		s.equal(name, s.snapshot(ledger, lease), before)
		if u.Events[0].Seq != 0 {
			t.Errorf("%s: an event that was not written has the number %d", name, u.Events[0].Seq)
		}
	}
	for name, spoil := range map[string]func(u *provision.Update){
		"not enrolled":    func(u *provision.Update) { u.Records[0].Customer = workato.AccountID(5) },
		"other ordinal":   func(u *provision.Update) { u.Records[0].Ordinal++ },
		"no such command": func(u *provision.Update) { u.CommandsDone = 2 },
	} {
		u := good()
		spoil(u)
		s.want(lease.Put(t.Context(), u), workato.ErrInvalidArgument)
		s.equal(name, s.snapshot(ledger, lease), before)
	}
	u := good()
	s.check(lease.Put(t.Context(), u))
	s.want(lease.Put(t.Context(), good2(u)), provision.ErrConflict)
	s.equal("events", len(s.events(ledger, 0)), 2)
}

// good2 is the same update as one that was written, with the versions of before:
// a repetition after an answer that was lost.
func good2(u *provision.Update) *provision.Update {
	again := *u
	r := *u.Records[0]
	r.Version--
	again.Records, again.Waves, again.Progress = []*provision.Record{&r}, nil, nil
	return &again
}

func testBadInput(t *testing.T, s *suite) {
	ledger, lease := s.begun(1)
	before := s.snapshot(ledger, lease)
	for name, spoil := range map[string]func(u *provision.Update){
		"no customer":   func(u *provision.Update) { u.Records[0].Customer = workato.CustomerID{} },
		"twice":         func(u *provision.Update) { u.Records = append(u.Records, u.Records[0]) },
		"no state":      func(u *provision.Update) { u.Records[0].State = "" },
		"strange state": func(u *provision.Update) { u.Records[0].State = "done" },
		"long baseline": func(u *provision.Update) { u.Records[0].Baseline = make([]byte, provision.MaxBaseline+1) },
		"negative wave": func(u *provision.Update) { u.Records[0].Wave = -1 },
		"great wave":    func(u *provision.Update) { u.Records[0].Wave = provision.MaxWave + 1 },
		"wave 0":        func(u *provision.Update) { u.Waves = []*provision.WaveRecord{{}} },
		"event":         func(u *provision.Update) { u.Events = []*provision.Event{{}} },
		"send":          func(u *provision.Update) { u.Sends = []provision.Send{{}} },
	} {
		u := &provision.Update{Records: []*provision.Record{s.record(ledger, 1)}}
		spoil(u)
		if err := lease.Put(t.Context(), u); !errors.Is(err, workato.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		s.equal(name, s.snapshot(ledger, lease), before)
	}
	s.want(ledger.Command(t.Context(), rollout, &provision.Command{}), workato.ErrInvalidArgument)
	for _, id := range []string{"", strings.Repeat("x", 201), "a\nb", "\xff"} {
		_, err := ledger.Acquire(t.Context(), id, self, ttl)
		s.want(err, workato.ErrInvalidArgument)
	}
	_, err := ledger.Acquire(t.Context(), "another", self, 0)
	s.want(err, workato.ErrInvalidArgument)

	u := step(s.record(ledger, 1), provision.StateFailed)
	u.Records[0].Reason = strings.Repeat("x", provision.MaxText-1) + "ä" + "\xff"
	s.check(lease.Put(t.Context(), u))
	s.equal("a text that is too long", s.record(ledger, 1).Reason, strings.Repeat("x", provision.MaxText-1))
}

func testEvents(t *testing.T, s *suite) {
	ledger, lease := s.begun(0)
	second, err := ledger.Acquire(t.Context(), "another", self, ttl)
	s.check(err)
	s.check(second.Begin(t.Context(), &header))
	const n = 700
	for i := 0; i < n; i += 2 {
		s.check(lease.Put(t.Context(), &provision.Update{Events: []*provision.Event{{Kind: "a", Message: strconv.Itoa(i)}, {Kind: "b", Message: `,"event":{`}}}))
		if i%70 == 0 {
			s.check(second.Put(t.Context(), &provision.Update{Events: []*provision.Event{{Kind: "c"}}}))
		}
	}
	for range 2 {
		for _, after := range []int64{0, 1, 255, 256, 257, 511, 512, n - 1, n, n + 1, -5} {
			s.equal(fmt.Sprint("events after ", after), len(s.events(ledger, max(0, after))), int(min(n, max(0, n-after))))
		}
		for _, err := range ledger.Events(t.Context(), "another", -1) {
			s.check(err)
		}
		for e, err := range ledger.Events(t.Context(), rollout, 300) {
			s.check(err)
			s.equal("message", e.Message, "300")
			break
		}
		s.equal("last event", s.status(ledger).LastEvent, int64(n))
		s.check(ledger.Close())
		ledger = s.open(Options{})
	}
}

func testSends(t *testing.T, s *suite) {
	ledger, lease := s.begun(0)
	start := time.Now()
	for i := range 90 {
		at := start.Add(time.Duration(i) * time.Minute)
		s.check(lease.Put(t.Context(), &provision.Update{Sends: []provision.Send{{Operation: "imports.create", At: at}, {Operation: "x", At: at}}}))
	}
	s.check(ledger.Close())
	ledger = s.open(Options{})
	sends, err := ledger.Sends(t.Context(), start.Add(30*time.Minute))
	s.check(err)
	s.equal("sends of the last hour", len(sends), 120)
	for i, send := range sends {
		if want := start.Add(time.Duration(30+i/2) * time.Minute); !send.At.Equal(want) || send.Operation != []string{"imports.create", "x"}[i%2] {
			t.Fatalf("send %d: %+v, want one at %v", i, send, want)
		}
	}
}

// Commands come in their order, from any process, and stay until the runner says
// that their effect was written.
func testCommands(t *testing.T, s *suite) {
	ledger, lease := s.begun(2)
	_, err := lease.Commands(t.Context())
	s.check(err)
	operator := s.open(Options{})
	for i := range 5 {
		c := provision.Command{Kind: provision.CommandPause, Reason: strconv.Itoa(i + 1)}
		s.check(operator.Command(t.Context(), rollout, &c))
		s.equal("Seq", c.Seq, int64(i+1))
		if c.At.IsZero() {
			t.Error("a command has no time")
		}
	}
	reasons := func(lease provision.Lease) string {
		commands, err := lease.Commands(t.Context())
		s.check(err)
		var out []string
		for _, c := range commands {
			out = append(out, c.Reason)
		}
		return strings.Join(out, " ")
	}
	s.equal("commands", reasons(lease), "1 2 3 4 5")
	s.equal("commands, once more", reasons(lease), "1 2 3 4 5")
	s.equal("pending", s.status(operator).Pending, 5)
	done := func(lease provision.Lease, seq int64) {
		s.check(lease.Put(t.Context(), &provision.Update{CommandsDone: seq, Events: []*provision.Event{{Kind: provision.EventPaused}}}))
	}
	done(lease, 2)
	s.equal("after two", reasons(lease), "3 4 5")
	s.check(ledger.Close())
	ledger = s.open(Options{})
	lease = s.acquire(ledger)
	s.equal("after the death of the runner", reasons(lease), "3 4 5")
	done(lease, 5)
	done(lease, 1) // an old word changes nothing
	s.equal("after all", reasons(lease), "")
	s.check(lease.Release(t.Context()))
	s.check(operator.Command(t.Context(), rollout, &provision.Command{Kind: provision.CommandResume, Reason: "6"}))
	s.equal("while nobody ran", reasons(s.acquire(ledger)), "6")
	s.want(operator.Command(t.Context(), "misspelt", &provision.Command{Kind: provision.CommandPause}), provision.ErrNoRollout)
}

// A context that has ended keeps a call from beginning, and loses nothing.
func testContexts(t *testing.T, s *suite) {
	ledger, lease := s.begun(1)
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	before := s.snapshot(ledger, lease)
	s.want(lease.Put(ctx, step(s.record(ledger, 1), provision.StatePrepared)), gone)
	_, err := ledger.Status(ctx, rollout)
	s.want(err, gone)
	for _, err := range ledger.Records(ctx, rollout, provision.Query{}) {
		s.want(err, gone)
	}
	s.want(ledger.Command(ctx, rollout, &provision.Command{Kind: provision.CommandPause}), gone)
	s.equal("snapshot", s.snapshot(ledger, lease), before)
	s.check(ledger.Close())
	s.check(ledger.Close())
	_, err = ledger.Status(t.Context(), rollout)
	s.want(err, provision.ErrLedger)
	s.want(lease.Put(t.Context(), &provision.Update{}), provision.ErrLedger)
}
