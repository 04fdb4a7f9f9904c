package provision

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-workato/workato"
)

// entry is one thing that was written to an embedded ledger: a line of the
// journal. Exactly one of the pointers is set, or Done.
type entry struct {
	// Tx counts the transactions of a journal; End is in the last line of one, and
	// says how many it has.
	Tx       int64       `json:"tx"`
	End      int         `json:"end,omitempty"`
	Rollout  string      `json:"rollout"`
	Lease    *leaseEntry `json:"lease,omitempty"`
	Header   *Header     `json:"header,omitempty"`
	Record   *Record     `json:"record,omitempty"`
	Wave     *WaveRecord `json:"wave,omitempty"`
	Progress *Progress   `json:"progress,omitempty"`
	Event    *Event      `json:"event,omitempty"`
	Send     *Send       `json:"send,omitempty"`
	Command  *Command    `json:"command,omitempty"`
	Done     int64       `json:"commands_done,omitempty"`
}

// leaseEntry is the lease of a rollout; without an owner it is free.
type leaseEntry struct {
	Epoch   int64         `json:"epoch"`
	Owner   *Owner        `json:"owner,omitempty"`
	TTL     time.Duration `json:"ttl_ns,omitempty"`
	Renewal int64         `json:"renewal,omitempty"`
	// Locked says that the owner has the lock, too, which ends with its process.
	Locked bool `json:"locked,omitempty"`
}

// state is what an embedded ledger holds in memory: small rows, and neither the
// records themselves nor events.
type state struct {
	books map[string]*book
	sends []Send
	names map[string]string // one copy of each name of an operation
	dead  int64             // bytes of entries that newer ones have replaced
}

// book is the state of one rollout.
type book struct {
	lease       leaseEntry
	leaseSize   int64
	header      *Header
	progress    Progress
	waves       map[int]WaveRecord
	rows        []row // by Ordinal-1
	ordinals    map[workato.CustomerID]int32
	counts      map[waveState]int
	commands    []Command // those that are not done
	lastCommand int64
	done        int64
	lastEvent   int64
	marks       []int64 // where each event stands whose Seq is 1 more than a multiple of eventsPerMark
}

// eventsPerMark bounds how many events are passed over to find one.
const eventsPerMark = 256

// row is all that is held in memory of a customer, apart from its id.
type row struct {
	at      int64 // where its record is
	version int64
	size    int32 // of its record
	wave    uint16
	state   uint8 // index in States
}

type waveState struct {
	wave  uint16
	state uint8
}

// stateNames is States, made once.
var stateNames = States()

func newState() *state { return &state{books: map[string]*book{}, names: map[string]string{}} }

func newBook() *book {
	return &book{waves: map[int]WaveRecord{}, ordinals: map[workato.CustomerID]int32{}, counts: map[waveState]int{}}
}

func (s *state) book(rollout string) *book {
	b := s.books[rollout]
	if b == nil {
		b = newBook()
		s.books[rollout] = b
	}
	return b
}

// apply takes over an entry that stands at a place and has a size there.
func (s *state) apply(e *entry, at int64, size int) {
	b := s.book(e.Rollout)
	switch {
	case e.Lease != nil:
		s.dead += b.leaseSize
		b.lease, b.leaseSize = *e.Lease, int64(size)
	case e.Header != nil:
		b.header = e.Header
	case e.Record != nil:
		s.dead += b.put(e.Record, at, size)
	case e.Wave != nil:
		b.waves[e.Wave.Wave] = *e.Wave
	case e.Progress != nil:
		b.progress = *e.Progress
	case e.Event != nil:
		b.lastEvent = e.Event.Seq
		if e.Event.Seq%eventsPerMark == 1 {
			b.marks = append(b.marks, at)
		}
	case e.Send != nil:
		s.note(*e.Send)
	case e.Command != nil:
		b.lastCommand = e.Command.Seq
		b.commands = append(b.commands, *e.Command)
	case e.Done > 0:
		b.done = max(b.done, e.Done)
		b.lastCommand = max(b.lastCommand, e.Done)
		b.commands = slices.DeleteFunc(b.commands, func(c Command) bool { return c.Seq <= e.Done })
	}
}

// put takes over a record and returns the size of the one that it replaces.
func (b *book) put(r *Record, at int64, size int) (replaced int64) {
	n, known := b.ordinals[r.Customer]
	if !known {
		b.rows = append(b.rows, row{})
		n = int32(len(b.rows) - 1) //nolint:gosec // there are not two thousand million customers
		b.ordinals[r.Customer] = n
	} else {
		old := b.rows[n]
		key := waveState{old.wave, old.state}
		if b.counts[key]--; b.counts[key] == 0 {
			delete(b.counts, key)
		}
		replaced = int64(old.size)
	}
	b.rows[n] = row{
		at: at, size: int32(size), version: r.Version, //nolint:gosec // a line is short
		wave:  uint16(r.Wave),                           //nolint:gosec // Check bounds it
		state: uint8(slices.Index(stateNames, r.State)), //nolint:gosec // Check bounds it
	}
	b.counts[waveState{b.rows[n].wave, b.rows[n].state}]++
	return replaced
}

// matches is Query.Match for what is known without the record.
func (r *row) matches(q *Query) bool {
	return (q.Wave == 0 || q.Wave == int(r.wave)) && (len(q.States) == 0 || slices.Contains(q.States, stateNames[r.state]))
}

// sendsKept is how much older than the newest a Send may be.
const sendsKept = 2 * time.Hour

func (s *state) note(send Send) {
	name, known := s.names[send.Operation]
	if !known {
		name = send.Operation
		s.names[name] = name
	}
	s.sends = append(s.sends, Send{Operation: name, At: send.At})
	if n := len(s.sends); n >= 1024 && n&(n-1) == 0 { // seldom, so that it costs nothing
		s.forget()
	}
}

func (s *state) forget() {
	var newest time.Time
	for _, send := range s.sends {
		if send.At.After(newest) {
			newest = send.At
		}
	}
	s.sends = slices.DeleteFunc(s.sends, func(send Send) bool { return newest.Sub(send.At) > sendsKept })
}

// begun returns the book of a rollout that has a header.
func (s *state) begun(rollout string) (*book, error) {
	b := s.books[rollout]
	if b == nil || b.header == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoRollout, rollout)
	}
	return b, nil
}

func (b *book) status(rollout string) *Status {
	out := &Status{
		Rollout: rollout, Header: *b.header, Progress: b.progress, Epoch: b.lease.Epoch,
		LastEvent: b.lastEvent, Pending: len(b.commands),
	}
	if b.lease.Owner != nil {
		owner := *b.lease.Owner
		out.Owner = &owner
	}
	for _, w := range b.waves {
		out.Waves = append(out.Waves, w)
	}
	slices.SortFunc(out.Waves, func(a, b WaveRecord) int { return a.Wave - b.Wave })
	return out
}

func (b *book) count() Counts {
	var out Counts
	for key, n := range b.counts {
		out = append(out, Count{Wave: int(key.wave), State: stateNames[key.state], N: n})
	}
	out.Sort()
	return out
}
