package provision

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// Header says what a rollout is. It is written once; a run that has another one
// is refused with a *HeaderError.
type Header struct {
	// Release is the name and version of the package, SHA256 the hash of its
	// bytes, in hex.
	Release string `json:"release"`
	SHA256  string `json:"sha256,omitempty"`
	// Workspace is the admin workspace that the credential belongs to.
	Workspace string `json:"workspace,omitempty"`
	// Strategy is whatever else must not change from one run to the next, as a
	// text that is the same for the same strategy.
	Strategy string `json:"strategy,omitempty"`
}

// Compare returns nil if the headers are the same, else a *HeaderError that names
// the first field that differs. A release is named with the hash of its package.
func (h *Header) Compare(rollout string, want *Header) error {
	begun, given := h.Release, want.Release
	if begun != given && h.SHA256 != "" && want.SHA256 != "" {
		begun, given = begun+" with sha256 "+h.SHA256, given+" with sha256 "+want.SHA256
	}
	for _, field := range []struct{ name, have, want string }{
		{"release", begun, given},
		{"sha256", h.SHA256, want.SHA256},
		{"workspace", h.Workspace, want.Workspace},
		{"strategy", h.Strategy, want.Strategy},
	} {
		if field.have != field.want {
			return &HeaderError{Rollout: rollout, Field: field.name, Have: field.have, Want: field.want}
		}
	}
	return nil
}

// Progress is how far a rollout is as a whole.
type Progress struct {
	// Frozen says that the enrolment has ended.
	Frozen bool `json:"frozen,omitempty"`
	// Paused says that no customer is begun, Reason why.
	Paused bool   `json:"paused,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Aborted says that the rollout was given up.
	Aborted bool `json:"aborted,omitempty"`
	// Throttled counts the refusals with 429.
	Throttled int `json:"throttled,omitempty"`
	// Version is that of the row as it was read, 0 before it was ever written.
	Version int64 `json:"version"`
}

// Verdict is what a gate says after a wave.
type Verdict string

// The verdicts of a gate.
const (
	Proceed      Verdict = "proceed"
	Inconclusive Verdict = "inconclusive" // pauses the rollout
	Stop         Verdict = "stop"
)

// WaveRecord is the row of a wave. There is none before it was first written.
type WaveRecord struct {
	// Wave counts from 1.
	Wave int    `json:"wave"`
	Name string `json:"name,omitempty"`
	// Baked is how long the wave was waited for after its last customer, added up.
	Baked time.Duration `json:"baked_ns,omitempty"`
	// Verdict is empty until the gate was asked; the next wave begins only after
	// Proceed. Reason is for people.
	Verdict Verdict `json:"verdict,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	// Version is that of the row as it was read, 0 before it was ever written.
	Version int64 `json:"version"`
}

// Send is a call that was about to be sent, noted so that a limiter can be
// charged with it after a restart. It is meant for operations with a quota per
// hour, of which there are hundreds an hour and not thousands a minute.
type Send struct {
	Operation string    `json:"operation"`
	At        time.Time `json:"at"`
}

// Update is what one Put writes: all of it or nothing, durable when Put returns.
type Update struct {
	// Records are customers' rows, each compared by its Version. Only enrolled
	// customers have one; Target.Customer and Ordinal cannot be changed.
	Records []*Record
	// Waves are rows of waves, each compared by its Version.
	Waves []*WaveRecord
	// Progress is the row of the rollout, compared by its Version; nil leaves it.
	Progress *Progress
	// Events get their Seq, Rollout, and if it is zero their Time by Put.
	Events []*Event
	// Sends are noted for the limiter of a later run.
	Sends []Send
	// CommandsDone is the Seq of the last command whose effect is in this Update,
	// or in an earlier one: Lease.Commands does not return it, nor those before it,
	// any more. 0 leaves it.
	CommandsDone int64
}

// MaxWave is the greatest number of a wave.
const MaxWave = 1000

// MaxText is how many bytes of a text that is for people (a reason, a label) a
// ledger keeps.
const MaxText = 1 << 10

// Check reports what a ledger refuses, before anything is written, cuts texts to
// MaxText bytes and brings times into UTC. Implementations of Lease.Put call it
// first.
func (u *Update) Check() error {
	var errs []error
	seen := map[workato.CustomerID]bool{}
	for i, r := range u.Records {
		field := func(name string) string { return fmt.Sprintf("records[%d].%s", i, name) }
		switch {
		case r.Customer == (workato.CustomerID{}):
			errs = append(errs, badField(field("customer"), "is the zero CustomerID"))
		case seen[r.Customer]:
			errs = append(errs, badField(field("customer"), "%v is there twice", r.Customer))
		case !slices.Contains(States(), r.State):
			errs = append(errs, badField(field("state"), "%q is none", r.State))
		case len(r.Baseline) > MaxBaseline:
			errs = append(errs, badField(field("baseline"), "has %d bytes, at most %d are kept", len(r.Baseline), MaxBaseline))
		case r.Wave < 0 || r.Wave > MaxWave:
			errs = append(errs, badField(field("wave"), "must be 0 to %d, got %d", MaxWave, r.Wave))
		}
		seen[r.Customer] = true
		cut(&r.Label, &r.Stage, &r.Reason)
		wallTimes(&r.SentAt, &r.NotUntil)
	}
	for i, w := range u.Waves {
		if w.Wave < 1 || w.Wave > MaxWave {
			errs = append(errs, badField(fmt.Sprintf("waves[%d].wave", i), "must be 1 to %d, got %d", MaxWave, w.Wave))
		}
		cut(&w.Name, &w.Reason)
	}
	if u.Progress != nil {
		cut(&u.Progress.Reason)
	}
	for i, e := range u.Events {
		if e.Kind == "" {
			errs = append(errs, badField(fmt.Sprintf("events[%d].kind", i), "is required"))
		}
		cut(&e.Message, &e.Err)
		wallTimes(&e.Time)
	}
	for i := range u.Sends {
		s := &u.Sends[i]
		wallTimes(&s.At)
		if s.Operation == "" || s.At.IsZero() {
			errs = append(errs, badField(fmt.Sprintf("sends[%d]", i), "needs an operation and a time"))
		}
	}
	return errors.Join(errs...)
}

func badField(field, format string, args ...any) error {
	return &workato.ArgumentError{Field: "provision: " + field, Problem: fmt.Sprintf(format, args...)}
}

// cut makes texts valid UTF-8 of at most MaxText bytes.
func cut(texts ...*string) {
	for _, each := range texts {
		*each = text.Cut(strings.ToValidUTF8(*each, ""), MaxText)
	}
}

// wallTimes leaves of times what a file can keep.
func wallTimes(times ...*time.Time) {
	for _, t := range times {
		*t = t.Round(0).UTC()
	}
}

// CommandKind says what a command asks for.
type CommandKind string

// The kinds of commands.
const (
	CommandPause   CommandKind = "pause"
	CommandResume  CommandKind = "resume"
	CommandResolve CommandKind = "resolve"
)

// Decision says what became of an import of which it is not known.
type Decision string

// The decisions of a person.
const (
	DecideImported Decision = "imported" // it happened: verify
	DecideAgain    Decision = "again"    // it did not happen: send it again
	DecideGiveUp   Decision = "give_up"  // leave the customer, as failed
)

// Command is a word that any process can leave for the runner of a rollout.
type Command struct {
	// Seq orders the commands of a rollout; the ledger sets it.
	Seq    int64       `json:"seq"`
	At     time.Time   `json:"at"`
	Kind   CommandKind `json:"kind"`
	Reason string      `json:"reason,omitempty"`
	// Which and Decision belong to CommandResolve.
	Which    Query    `json:"which,omitzero"`
	Decision Decision `json:"decision,omitempty"`
}

// Check reports what a ledger refuses, cuts the reason to MaxText bytes and
// brings the time into UTC.
func (c *Command) Check() error {
	cut(&c.Reason)
	wallTimes(&c.At)
	if c.Kind == "" {
		return badField("command.kind", "is required")
	}
	return nil
}

// Status is what a ledger knows of a rollout as a whole.
type Status struct {
	Rollout  string       `json:"rollout"`
	Header   Header       `json:"header"`
	Progress Progress     `json:"progress"`
	Waves    []WaveRecord `json:"waves,omitempty"` // in the order of the waves
	// Owner has the lease, or had it when it died; nil if it was released. Epoch
	// is that of the newest lease.
	Owner *Owner `json:"owner,omitempty"`
	Epoch int64  `json:"epoch"`
	// LastEvent is the Seq of the last event, 0 if there is none.
	LastEvent int64 `json:"last_event"`
	// Pending is the number of commands that are not done.
	Pending int `json:"pending,omitempty"`
}

// CheckRollout refuses an id that no ledger takes: it has 1 to 200 bytes, of
// valid UTF-8, without control characters.
func CheckRollout(id string) error {
	switch {
	case id == "" || len(id) > 200:
		return badField("rollout", "must have 1 to 200 bytes, got %d", len(id))
	case strings.ToValidUTF8(id, "") != id || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return badField("rollout", "%q has bytes that are not printable", id)
	}
	return nil
}

// CheckTargets reports customers that cannot be enrolled, and cuts their labels to
// MaxText bytes. Implementations of Lease.Enroll call it first.
func CheckTargets(targets []Target) error {
	for i := range targets {
		t := &targets[i]
		if _, err := t.Customer.MarshalText(); err != nil {
			return fmt.Errorf("provision: targets[%d]: %w", i, err)
		}
		if t.FolderID < 0 {
			return badField(fmt.Sprintf("targets[%d].folder_id", i), "is negative")
		}
		cut(&t.Label)
	}
	return nil
}

// CheckLease refuses what Ledger.Acquire cannot work with: an id of a rollout that
// CheckRollout refuses, or a ttl that is not positive.
func CheckLease(rollout string, ttl time.Duration) error {
	if ttl <= 0 {
		return badField("ttl", "must be positive, got %v", ttl)
	}
	return CheckRollout(rollout)
}
