package provisiontest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// Store is where the ledger of one test keeps its rows. It is empty at first.
type Store struct {
	// Open opens it as one more process would: what it returns shares nothing in
	// memory with those that were opened before. Close without Lease.Release
	// stands for the death of such a process.
	Open func(o Options) (provision.Ledger, error)
	// Path is the file that holds the rows; empty if there is none. What is done
	// to files is tested only with it.
	Path string
}

// Options are what a test asks of a ledger.
type Options struct {
	// Clock is the wall clock, nil for time.Now.
	Clock func() time.Time
	// LeaseOnly asks for a ledger that knows the lease alone, and no lock that
	// ends with its process.
	LeaseOnly bool
}

// TestLedger tests that an implementation keeps what provision.Ledger and
// provision.Lease promise: that what was acknowledged survives the death of the
// process after any write; that of two runners one is refused or fenced; that
// an Update is written as a whole or not at all, and only over the versions that
// were read; the order of rows, events and commands; that a command is followed
// exactly once; that readers read while a runner writes; that no decision depends
// on the wall clock; that damaged files are refused.
//
// All of it runs in testing/synctest bubbles: waits take no time.
func TestLedger(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s *suite)
	}{
		{"EveryFieldSurvives", testFields},
		{"KilledAfterEachWrite", testKilled},
		{"ClockJumpsAtEachWrite", testClockJumps},
		{"Begin", testBegin},
		{"Enroll", testEnroll},
		{"Queries", testQueries},
		{"WriteWhileReading", testWriteWhileReading},
		{"LargeUpdate", testLargeUpdate},
		{"AllOrNothing", testAllOrNothing},
		{"BadInput", testBadInput},
		{"Events", testEvents},
		{"Sends", testSends},
		{"Commands", testCommands},
		{"Held", testHeld},
		{"HeldHere", testHeldHere},
		{"HeldTogether", testHeldTogether},
		{"NotAcquired", testNotAcquired},
		{"Overtaken", testOvertaken},
		{"SlowToRenew", testSlowToRenew},
		{"WhoMayHaveDied", testWhoMayHaveDied},
		{"Fenced", testFenced},
		{"LeaseOnly", testLeaseOnly},
		{"LeaseClock", testLeaseClock},
		{"Contexts", testContexts},
		{"Readers", testReaders},
		{"ReadsWriteNothing", testReadsWriteNothing},
		{"Damaged", testDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &suite{t: t, store: open(t), fresh: func() Store { return open(t) }}
				defer s.closeAll()
				test.run(t, s)
			})
		})
	}
}

// suite is one test with its store.
type suite struct {
	t      *testing.T
	store  Store
	fresh  func() Store // one more
	opened []provision.Ledger
}

const (
	rollout = "billing-2.4.0"
	ttl     = time.Minute
)

var (
	header = provision.Header{Release: "billing 2.4.0", SHA256: "ab12", Workspace: "12345", Strategy: `{"waves": [1, 50]}`}
	self   = provision.Owner{Host: "host-1", PID: 4711, Boot: "boot-1"}
	other  = provision.Owner{Host: "host-1", PID: 4712, Boot: "boot-1"}
)

func (s *suite) open(o Options) provision.Ledger {
	s.t.Helper()
	ledger, err := s.store.Open(o)
	if err != nil {
		s.t.Fatalf("Open: %v", err)
	}
	s.opened = append(s.opened, ledger)
	return ledger
}

func (s *suite) closeAll() {
	for _, ledger := range s.opened {
		if err := ledger.Close(); err != nil {
			s.t.Errorf("Close: %v", err)
		}
	}
}

// check ends the test on an error.
func (s *suite) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// want ends the test unless the error is the one.
func (s *suite) want(err, target error) {
	s.t.Helper()
	if !errors.Is(err, target) {
		s.t.Fatalf("got the error %v, want %v", err, target)
	}
}

func (s *suite) acquire(ledger provision.Ledger) provision.Lease {
	s.t.Helper()
	lease, err := ledger.Acquire(s.t.Context(), rollout, self, ttl)
	s.check(err)
	return lease
}

// begun opens the store, and begins a rollout of n customers.
func (s *suite) begun(n int) (provision.Ledger, provision.Lease) {
	s.t.Helper()
	ledger := s.open(Options{})
	lease := s.acquire(ledger)
	s.begin(lease, n)
	return ledger, lease
}

func (s *suite) begin(lease provision.Lease, n int) {
	s.t.Helper()
	s.check(lease.Begin(s.t.Context(), &header))
	added, err := lease.Enroll(s.t.Context(), targets(1, n))
	s.check(err)
	s.equal("added", added, n)
}

func (s *suite) equal(what string, got, want any) {
	s.t.Helper()
	if !reflect.DeepEqual(got, want) {
		s.t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func (s *suite) records(ledger provision.Ledger, q provision.Query) []provision.Record {
	s.t.Helper()
	var out []provision.Record
	for r, err := range ledger.Records(s.t.Context(), rollout, q) {
		s.check(err)
		out = append(out, r)
	}
	return out
}

func (s *suite) record(ledger provision.Ledger, ordinal int64) *provision.Record {
	s.t.Helper()
	records := s.records(ledger, provision.Query{After: ordinal - 1, Limit: 1})
	if len(records) != 1 || records[0].Ordinal != ordinal {
		s.t.Fatalf("record %d: got %+v", ordinal, records)
	}
	return &records[0]
}

func (s *suite) events(ledger provision.Ledger, after int64) []provision.Event {
	s.t.Helper()
	var out []provision.Event
	for e, err := range ledger.Events(s.t.Context(), rollout, after) {
		s.check(err)
		out = append(out, e)
	}
	for i, e := range out {
		if e.Seq != after+int64(i)+1 || e.Rollout != rollout {
			s.t.Fatalf("event %d after %d: %+v", i, after, e)
		}
	}
	return out
}

func (s *suite) status(ledger provision.Ledger) *provision.Status {
	s.t.Helper()
	status, err := ledger.Status(s.t.Context(), rollout)
	s.check(err)
	return status
}

// targets makes the customers first to last; every third has an account id.
func targets(first, last int) []provision.Target {
	var out []provision.Target
	for n := first; n <= last; n++ {
		id := workato.ExternalID(fmt.Sprintf("kunde/ä %04d", n))
		if n%3 == 0 {
			id = workato.AccountID(int64(90000 + n))
		}
		out = append(out, provision.Target{Customer: id, Label: fmt.Sprintf("Label <%d> \x00 ∞", n), FolderID: int64(n)})
	}
	return out
}

// step takes a record to a state, with its event.
func step(r *provision.Record, to provision.State) *provision.Update {
	from := r.State
	r.State = to
	return &provision.Update{
		Records: []*provision.Record{r},
		Events:  []*provision.Event{{Kind: provision.EventCustomer, Customer: r.Customer.String(), From: from, To: to}},
	}
}
