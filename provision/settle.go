package provision

import (
	"context"
	"errors"
	"time"
)

// Settle bounds how long absence has to be seen before it counts as proof that an
// import, whose response was lost, did not and will not happen. The time is added
// up in the ledger, second by second: a runner that is killed again and again still
// gets on, and a clock that jumps adds nothing.
type Settle struct {
	// For is 2 minutes if 0: the service gives a request up after 40 seconds, and
	// then the import itself takes some. Less than that, added to the time-out of an
	// attempt, risks that an import is done twice.
	For time.Duration `json:"for_ns,omitempty"`
	// Looks is how many there have to be at least, 3 if 0.
	Looks int `json:"looks,omitempty"`
	// Then says what follows on absence.
	Then AfterSettle `json:"then,omitempty"`
}

// AfterSettle says what follows when absence was seen for long enough.
type AfterSettle uint8

// What can follow.
const (
	SendAgain AfterSettle = iota // the customer is handed back to be sent again
	AskPerson                    // the state is StateUnknown, and a person decides: see Resolve
)

// The defaults of Settle.
const (
	defaultSettle = 2 * time.Minute
	defaultLooks  = 3
)

// Check reports every mistake.
func (s Settle) Check() error { return s.check("settle") }

// check is Check of a Settle at a place.
func (s Settle) check(place string) error {
	var errs []error
	if s.For < 0 {
		errs = append(errs, badField(place+".for", "is negative"))
	}
	if s.Looks < 0 {
		errs = append(errs, badField(place+".looks", "is negative"))
	}
	if s.Then > AskPerson {
		errs = append(errs, badField(place+".then", "%d is unknown", s.Then))
	}
	return errors.Join(errs...)
}

// withDefaults fills in what is 0.
func (s Settle) withDefaults() Settle {
	if s.For == 0 {
		s.For = defaultSettle
	}
	if s.Looks == 0 {
		s.Looks = defaultLooks
	}
	return s
}

// over reports whether absence was seen for long enough.
func (s Settle) over(r *Record) bool { return r.Absent >= s.For && r.Looks >= s.Looks }

// left is how long absence has to be seen before it was seen for long enough.
func (s Settle) left(r *Record) time.Duration {
	return max(0, s.For-r.Absent, time.Duration(s.Looks-r.Looks)*s.Pause())
}

// Pause is the time from one look to the next: eight of them make up the whole,
// or as many as there have to be.
func (s Settle) Pause() time.Duration {
	s = s.withDefaults()
	return max(time.Nanosecond, s.For/time.Duration(max(8, s.Looks)))
}

// absenceStep is how much of a wait is lost at most when the process dies.
const absenceStep = time.Second

// addAbsence waits for the next look after one that has shown absence, and keeps in
// the record how long that was.
func addAbsence(ctx context.Context, r *Record, wait time.Duration, keep func() error) error {
	for left := wait; left > 0; left -= absenceStep {
		step := min(left, absenceStep)
		if err := sleep(ctx, step); err != nil {
			return err
		}
		r.Absent += step
		if err := keep(); err != nil {
			return err
		}
	}
	return nil
}
