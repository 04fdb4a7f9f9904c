package provision

import "time"

// EventKind says what an Event is about.
type EventKind string

// The kinds of events.
const (
	EventCustomer  EventKind = "customer"  // a customer went from one state to another
	EventWave      EventKind = "wave"      // a wave began, ended, or got its verdict
	EventPaused    EventKind = "paused"    // by a gate, the tolerance or a person
	EventResumed   EventKind = "resumed"   // by a person
	EventThrottled EventKind = "throttled" // the service has refused a call with 429
	EventDone      EventKind = "done"      // every customer is in a final state
)

// Event is a change of the ledger, or of the rollout itself.
type Event struct {
	// Seq counts the events of a rollout from 1, without a gap, over all runs.
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"`
	Rollout  string    `json:"rollout"`
	Kind     EventKind `json:"kind"`
	Wave     int       `json:"wave,omitempty"`
	Customer string    `json:"customer,omitempty"`
	From     State     `json:"from,omitempty"`
	To       State     `json:"to,omitempty"`
	// Message is for people.
	Message string    `json:"message,omitempty"`
	Err     string    `json:"error,omitempty"`
	ToGo    Remaining `json:"to_go,omitzero"`
}

// Remaining is what is left to do, computed from the quotas and from what was
// seen so far.
type Remaining struct {
	Customers int           `json:"customers"`
	Duration  time.Duration `json:"duration_ns"`
	// Binding is the quota that decides (see Estimate), nothing if none does.
	Binding string `json:"binding,omitempty"`
}
