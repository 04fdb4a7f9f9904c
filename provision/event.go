package provision

import (
	"context"
	"time"
)

// EventKind says what an Event is about.
type EventKind string

// The kinds of events.
const (
	EventCustomer  EventKind = "customer"  // a customer went from one state to another
	EventWave      EventKind = "wave"      // a wave began, ended, or got its verdict
	EventPaused    EventKind = "paused"    // by a gate, the tolerance or a person
	EventResumed   EventKind = "resumed"   // by a person
	EventThrottled EventKind = "throttled" // the service has refused a call with 429
	EventWait      EventKind = "wait"      // nothing has happened for a while; Message says what is waited for
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

// heard notes that there were events, for those who have the mutex.
func (r *run) heard(events []*Event) {
	for _, e := range events {
		r.told = time.Now()
		if e.Kind != EventWait {
			r.news = r.told
		}
	}
}

// speak tells what is waited for when nothing else happens. A write that is under way
// will be news, so it is not waited for.
func (r *run) speak(ctx context.Context) {
	for pause := silence(0); sleep(ctx, pause) == nil; {
		if !r.mu.TryLock() {
			pause = time.Second
			continue
		}
		pause = silence(0) // there may be news before
		due := time.Until(r.told.Add(silence(r.told.Sub(r.news))))
		if due <= 0 {
			message := r.voice.sum()
			if message == "" {
				message = "customers are worked at"
			}
			_ = r.write(&Update{Events: []*Event{{Kind: EventWait, Message: message}}}) // an error ends the run by itself
		} else {
			pause = min(due, pause)
		}
		r.mu.Unlock()
	}
}
