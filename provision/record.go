package provision

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-workato/workato"
)

// State of a customer in a rollout.
type State string

// The states in the order in which a customer goes through them. From
// StateSucceeded on they are final.
const (
	StatePending   State = "pending"    // nothing was sent
	StatePrepared  State = "prepared"   // the workspace was read, nothing was sent
	StateSending   State = "sending"    // the import may have been sent, its id is not known
	StateImporting State = "importing"  // the import has an id
	StateImported  State = "imported"   // the service says completed, or the effect was seen
	StateSucceeded State = "succeeded"  // verified
	StateSkipped   State = "skipped"    // nothing to do: on the release already, or the customer is gone
	StateFailed    State = "failed"     // Record.Reason says why
	StateUnknown   State = "unknown"    // sent, neither presence nor absence proved: a person decides
	StateNeedsUser State = "needs_user" // imported; a connection waits for its user
)

// States returns all states in the order of their constants.
func States() []State {
	return []State{
		StatePending, StatePrepared, StateSending, StateImporting, StateImported,
		StateSucceeded, StateSkipped, StateFailed, StateUnknown, StateNeedsUser,
	}
}

// OpenStates returns the states that are not final.
func OpenStates() []State { return slices.DeleteFunc(States(), State.Final) }

// Final reports whether a run leaves a customer in this state alone.
func (s State) Final() bool {
	switch s {
	case StateSucceeded, StateSkipped, StateFailed, StateUnknown, StateNeedsUser:
		return true
	case StatePending, StatePrepared, StateSending, StateImporting, StateImported:
	}
	return false
}

// Target is a customer of a rollout.
type Target struct {
	Customer workato.CustomerID `json:"customer"`
	// Label is what people call the customer.
	Label string `json:"label,omitempty"`
	// FolderID is the folder to import into; 0 is found by Release.Folder.
	FolderID int64 `json:"folder_id,omitempty"`
}

// Baseline is what a Detector has read before the import. It is opaque to all
// but its Detector, and has at most MaxBaseline bytes.
type Baseline []byte

// MaxBaseline is the greatest length of a Baseline.
const MaxBaseline = 4 << 10

// Record is the row of a customer in a rollout.
type Record struct {
	Target
	// Ordinal counts the customers in the order of enrolment, from 1.
	Ordinal int64 `json:"ordinal"`
	// Wave counts from 1, 0 before the customer is given one.
	Wave  int   `json:"wave,omitempty"`
	State State `json:"state"`
	// ImportID is 0 as long as it is not known, and for an import that was adopted.
	ImportID int64 `json:"import_id,omitempty"`
	// Attempt counts the intents to send the import.
	Attempt int `json:"attempt,omitempty"`
	// SentAt is when the last intent was written, for people: no decision
	// depends on it.
	SentAt time.Time `json:"sent_at,omitzero"`
	// Absent is how long the effect of the import was looked for in vain,
	// added up look by look, and Looks how often.
	Absent time.Duration `json:"absent_ns,omitempty"`
	Looks  int           `json:"looks,omitempty"`
	// Baseline is what the detector has read before the import.
	Baseline Baseline `json:"baseline,omitempty"`
	// Connections are the ids of those that were authorized before the import.
	Connections []int64 `json:"connections,omitempty"`
	// Stage is where in the work the customer has failed, Reason why. A ledger
	// keeps the first MaxText bytes of each.
	Stage  string `json:"stage,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Retries counts the failures after which the customer was tried again.
	Retries int `json:"retries,omitempty"`
	// NotUntil is a hint when to go on; it is no proof of anything.
	NotUntil time.Time `json:"not_until,omitzero"`

	// Version is that of the row as it was read: Put writes only over this one,
	// and sets it to the next. Epoch is that of the lease which has written it,
	// UpdatedAt when. The ledger sets all three.
	Version   int64     `json:"version"`
	Epoch     int64     `json:"epoch"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// Query selects records. Its zero value selects all.
type Query struct {
	// States are those wanted; none means all.
	States []State `json:"states,omitempty"`
	// Wave is the one wanted; 0 means all.
	Wave int `json:"wave,omitempty"`
	// Customers are those wanted; none means all.
	Customers []workato.CustomerID `json:"customers,omitempty"`
	// After leaves out the records up to this Ordinal.
	After int64 `json:"after,omitempty"`
	// Limit is the greatest number of records; 0 means no limit.
	Limit int `json:"limit,omitempty"`
}

// Match reports whether the query selects the record, apart from Limit.
func (q *Query) Match(r *Record) bool {
	return r.Ordinal > q.After && (q.Wave == 0 || r.Wave == q.Wave) &&
		(len(q.States) == 0 || slices.Contains(q.States, r.State)) &&
		(len(q.Customers) == 0 || slices.Contains(q.Customers, r.Customer))
}

// Count is the number of customers of a wave that are in a state.
type Count struct {
	Wave  int   `json:"wave"`
	State State `json:"state"`
	N     int   `json:"n"`
}

// Counts are those that are not 0, in the order of Sort.
type Counts []Count

// Sort sorts by wave, and then by state in the order of States.
func (c Counts) Sort() {
	order := States()
	slices.SortFunc(c, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State)))
	})
}

// Total is the number of customers.
func (c Counts) Total() int {
	total := 0
	for _, count := range c {
		total += count.N
	}
	return total
}

// ByState adds up the waves.
func (c Counts) ByState() map[State]int {
	out := map[State]int{}
	for _, count := range c {
		out[count.State] += count.N
	}
	return out
}

// Wave returns the counts of one wave by state.
func (c Counts) Wave(wave int) map[State]int {
	out := map[State]int{}
	for _, count := range c {
		if count.Wave == wave {
			out[count.State] += count.N
		}
	}
	return out
}
