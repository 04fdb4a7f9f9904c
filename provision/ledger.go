package provision

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Ledger keeps what has to survive the process. It is safe for concurrent use.
//
// Acquire and the Lease that it gives are for the one process that works on a
// rollout; everything else may be called by any process at any time, also while
// another one writes. Reads write nothing. Those about one rollout are
// ErrNoRollout before its Lease.Begin.
type Ledger interface {
	// Acquire makes the caller the only one that writes to a rollout. The epoch
	// of the lease is higher than that of any lease before.
	//
	// If another runner holds the rollout the error is a *HeldError (ErrHeld). A
	// runner that has provably died is followed at once. Of one about which
	// that cannot be told, Acquire waits to see whether it renews its lease: up
	// to the ttl of that lease, or until the context ends. It compares no clock
	// of one machine with that of another.
	Acquire(ctx context.Context, rollout string, owner Owner, ttl time.Duration) (Lease, error)
	// Rollouts returns the ids of all rollouts that have begun, sorted.
	Rollouts(ctx context.Context) ([]string, error)
	// Status returns what is known of the rollout as a whole.
	Status(ctx context.Context, rollout string) (*Status, error)
	// Counts returns how many customers are in each state of each wave.
	Counts(ctx context.Context, rollout string) (Counts, error)
	// Records yields the matching rows in the order of enrolment and holds few of
	// them in memory. Each is as it was at some time during the call; writing
	// while the loop goes on is allowed.
	Records(ctx context.Context, rollout string, q Query) iter.Seq2[Record, error]
	// Events yields the events with a Seq greater than after, in their order.
	Events(ctx context.Context, rollout string, after int64) iter.Seq2[Event, error]
	// Sends returns the calls noted by the runners of all rollouts of the ledger
	// that were sent at since or later, in the order of the notes. A ledger may
	// forget those that are more than two hours older than the newest.
	Sends(ctx context.Context, since time.Time) ([]Send, error)
	// Command leaves a word for the runner of the rollout, whether it works at
	// the moment or not. The ledger sets Seq, and At if it is zero.
	Command(ctx context.Context, rollout string, c *Command) error
	// Close gives back files and connections. Leases that were not released are
	// then those of a process that has died.
	Close() error
}

// Lease is the right to write to a rollout. It is safe for concurrent use.
//
// Every write is all or nothing, is durable when it returns, and is ErrFenced if
// there is a newer lease or this one was released. A context that has ended
// stops a write only before it has begun. After any other error than ErrFenced
// and ErrConflict it may not be known whether the write was done: reading the
// rows again tells.
type Lease interface {
	// Epoch is the number of this lease among all of the rollout.
	Epoch() int64
	// Valid is how long nobody else can have the rollout, 0 if that cannot be
	// said any more. It is counted from before the last renewal was sent, on the
	// monotonic clock and on the wall clock, whichever of the two says less: one
	// stands still while a laptop sleeps, the other can be set back. A create is
	// sent only while Valid exceeds what the attempt may take.
	Valid() time.Duration
	// Renew lets the lease last for its ttl from now.
	Renew(ctx context.Context) error
	// Begin keeps the header at the first call. Later ones, by whichever lease,
	// must have the same, else the error is a *HeaderError.
	Begin(ctx context.Context, h *Header) error
	// Enroll adds customers in the given order, in StatePending and wave 0, and
	// returns how many are new: those that are there already are left as they
	// are. After Progress.Frozen new ones are ErrFrozen and none is added.
	Enroll(ctx context.Context, targets []Target) (added int, err error)
	// Put writes an Update, in one transaction.
	Put(ctx context.Context, u *Update) error
	// Commands returns the commands that no Update.CommandsDone covers yet, in the
	// order in which they were given.
	Commands(ctx context.Context) ([]Command, error)
	// Release gives the rollout back, so that the next runner need not wait. It
	// is no error to release a lease twice, or one that was taken over.
	Release(ctx context.Context) error
}

var (
	// ErrHeld says that another runner works on the rollout. A *HeldError that
	// names it is behind it.
	ErrHeld = errors.New("provision: another runner holds the rollout")
	// ErrFenced says that another runner has taken the rollout over, or that the
	// lease was released: nothing was written.
	ErrFenced = errors.New("provision: the lease has ended")
	// ErrConflict says that a row is not as the writer has read it: nothing was
	// written. A *ConflictError that names it is behind it.
	ErrConflict = errors.New("provision: the row was changed meanwhile")
	// ErrNoRollout says that the ledger has no rollout of this id.
	ErrNoRollout = errors.New("provision: no such rollout in the ledger")
	// ErrFrozen says that the enrolment has ended and no customer can be added.
	ErrFrozen = errors.New("provision: the enrolment has ended")
	// ErrLedger says that the ledger cannot be read or written: damaged, of a newer
	// version, read-only, or on a full disk. Nothing may be sent then, because
	// what was sent before cannot be known.
	ErrLedger = errors.New("provision: the ledger cannot be used")
)

// Owner names the process that holds a lease. Self returns that of this process.
type Owner struct {
	Host string `json:"host"`
	PID  int    `json:"pid"`
	// Boot changes when the machine is started again, as far as it tells.
	Boot string `json:"boot,omitempty"`
}

// HeldError says who holds a rollout.
type HeldError struct {
	Rollout string
	Owner   Owner
}

func (e *HeldError) Error() string {
	if e.Owner == (Owner{}) {
		return fmt.Sprintf("provision: rollout %q is held by another runner, which has not named itself yet", e.Rollout)
	}
	return fmt.Sprintf("provision: rollout %q is held by the runner with pid %d on host %s", e.Rollout, e.Owner.PID, e.Owner.Host)
}

// Is makes it an ErrHeld.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }

// ConflictError says which row was changed meanwhile.
type ConflictError struct {
	// Row is the customer, or "wave 2", or "progress".
	Row string
	// Have is the version in the ledger, Want the one that the writer has read.
	Have, Want int64
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("provision: row %s was changed meanwhile: it has version %d, the writer has read version %d", e.Row, e.Have, e.Want)
}

// Is makes it an ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// HeaderError says that a rollout was begun for something else.
type HeaderError struct {
	Rollout string
	// Field is the JSON name of the field of Header that differs.
	Field      string
	Have, Want string
}

func (e *HeaderError) Error() string {
	return fmt.Sprintf("provision: rollout %q was begun with %s %q and cannot go on with %q: use another id for another rollout", e.Rollout, e.Field, e.Have, e.Want)
}
