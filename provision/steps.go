package provision

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Steps are the calls that a rollout makes for one customer, each by itself and
// without a ledger. A Rollout is made of them; a workflow engine, which keeps the
// state of a customer in a history of its own, calls them one by one: see module
// contrib/temporal. They are safe for concurrent use.
//
// The caller looks at Record.State, calls the method for it, and writes down what
// it returns: the Step and the Record, which the method may have changed in other
// fields. Nothing waits. An error is an *OutcomeError (Strategy.AfterFailure says
// what follows), or one that is not about the customer: that of the context, a
// workato.ErrLimiter, or a refused credential.
type Steps struct {
	client *workato.Client
	short  *workato.Client // asks for no page after a short one
	// release and strategy are complete.
	release  *Release
	strategy *Strategy
	// silent says that the client may not ask which workspace it is for.
	silent bool
}

// Step is what a customer has come to.
type Step struct {
	To State `json:"to"`
	// Message is for people.
	Message string `json:"message,omitempty"`
	// Wait is how long to wait before the next step.
	Wait time.Duration `json:"wait_ns,omitempty"`
	// Seen says that the detector has seen the release: Verify need not look again.
	Seen bool `json:"seen,omitempty"`
}

// NewSteps checks what NewRollout checks. The detector, Verify and Settle are
// taken from the Release and the Strategy.
func NewSteps(c *workato.Client, rel Release, s Strategy) (*Steps, error) {
	errs := []error{rel.Check(), s.Check()}
	if c == nil {
		errs = append(errs, badField("client", "is nil"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	client, err := c.With(workato.WithTransportMiddleware(guarded))
	if err != nil {
		return nil, err
	}
	s.fill()
	return newSteps(client, &rel, &s)
}

// newSteps takes a client with the middleware guarded. Folders have a quota that
// binds, so those of a path are looked for with half of the calls; where a release
// may be that was sent already, pages are read to the end.
func newSteps(guarded *workato.Client, rel *Release, s *Strategy) (*Steps, error) {
	short, err := guarded.With(workato.WithTrustedShortPages())
	if err != nil {
		return nil, err
	}
	return &Steps{client: guarded, short: short, release: rel, strategy: s}, nil
}

// Prepare reads the workspace of a customer in StatePending before anything is
// sent, and leads to StatePrepared or StateSkipped.
func (s *Steps) Prepare(ctx context.Context, rec *Record) (Step, error) {
	if err := s.locate(ctx, rec); err != nil {
		return Step{}, s.failure(ctx, StagePrepare, rec, err)
	}
	baseline, presence, err := s.release.Detector().Baseline(ctx, s.client, s.release, rec.Target)
	if err != nil {
		return Step{}, s.failure(ctx, StagePrepare, rec, err)
	}
	if presence == Present {
		rec.Reason = "it is on the release already"
		return Step{To: StateSkipped}, nil
	}
	rec.Baseline, rec.Connections = baseline, nil
	if s.strategy.Verify.Connections {
		all, err := s.client.Connections.List(ctx, rec.Customer, nil)
		if err != nil {
			return Step{}, s.failure(ctx, StagePrepare, rec, err)
		}
		for i := range all {
			if all[i].Authorized() {
				rec.Connections = append(rec.Connections, all[i].ID)
			}
		}
	}
	return Step{To: StatePrepared}, nil
}

// locate finds the folder of a customer, unless it is known.
func (s *Steps) locate(ctx context.Context, rec *Record) error {
	if rec.FolderID != 0 {
		return nil
	}
	id, err := s.release.folder(ctx, s.short, rec.Customer)
	if err == nil {
		rec.FolderID = id
	}
	return err
}

// Intend changes the Record of a customer in StatePrepared to the intent to send
// the import, which has to be durable before Send is called, and returns
// StateSending.
func Intend(rec *Record, now time.Time) Step {
	rec.Attempt++
	rec.SentAt = now.Round(0)
	rec.ImportID, rec.Absent, rec.Looks = 0, 0, 0
	return Step{To: StateSending, Message: fmt.Sprintf("attempt %d", rec.Attempt)}
}

// Send sends the import; an attempt may take for as long as timeout. ready is
// asked in the last moment before each attempt leaves, and its error keeps that
// back: it has to be one when the time left, until somebody else looks for the
// effect of the import, is shorter than an attempt.
//
// StateImporting has the ImportID. StatePrepared says that nothing was sent, and
// how long to wait before the next intent. StateSending says that the import may
// have been sent: Look finds out. That is also to be assumed of a Send that has
// not returned, and of an error that is no *OutcomeError, unless it comes with
// StatePrepared: of a package that is not that of the release any more nothing is
// sent.
func (s *Steps) Send(ctx context.Context, rec *Record, timeout time.Duration, ready func() error) (Step, error) {
	return s.send(ctx, rec, timeout, &ticket{ready: ready})
}

func (s *Steps) send(ctx context.Context, rec *Record, timeout time.Duration, t *ticket) (Step, error) {
	created, err := s.client.Imports.Create(context.WithValue(ctx, ticketKey{}, t), rec.Customer, s.release.params(rec.FolderID), workato.WithTimeout(timeout))
	var failed *workato.ImportFailedError
	var refused *workato.APIError
	var late *ratelimit.Error
	var changed *changedError
	switch {
	case err == nil:
		rec.ImportID = created.ID
		return Step{To: StateImporting}, nil
	case errors.As(err, &failed):
		rec.ImportID = failed.Import.ID
		return Step{}, &OutcomeError{Customer: rec.Customer, State: StateFailed, Stage: StageImport, Err: err}
	case t.left.Load() && errors.Is(err, workato.ErrOutcomeUnknown):
		return Step{To: StateSending, Message: err.Error()}, nil
	case t.refused.Load() || ctx.Err() != nil:
		return Step{To: StatePrepared, Message: "not sent", Wait: time.Second}, nil //nolint:nilerr // the next intent tells
	case errors.Is(err, workato.ErrRateLimited) || errors.Is(err, workato.ErrLimiter):
		step := Step{To: StatePrepared, Message: "the quota does not allow it yet", Wait: 5 * time.Second}
		if errors.As(err, &refused) {
			step.Message, step.Wait = "refused with 429", max(step.Wait, refused.RetryAfter)
		}
		if errors.As(err, &late) {
			step.Wait = max(step.Wait, late.Wait)
		}
		return step, nil
	case errors.As(err, &changed):
		return Step{To: StatePrepared, Message: "not sent"}, err
	}
	return Step{}, s.failure(ctx, StageSend, rec, err)
}

// Look looks once for the effect of an import whose response was lost. An
// *OutcomeError that is Retryable may be met by another look; Strategy.AfterLook
// says what follows a Sighting.
func (s *Steps) Look(ctx context.Context, rec *Record) (Sighting, error) {
	seen, err := s.release.Detector().Look(ctx, s.client, s.release, rec.Target, rec.Baseline)
	if err != nil {
		return Sighting{}, s.uncertain(ctx, StageSettle, rec, err)
	}
	return seen, nil
}

// Poll asks once for an import with an id: StateImporting says that it goes on.
// An *OutcomeError of StateUnknown may be met by another poll.
func (s *Steps) Poll(ctx context.Context, rec *Record) (Step, error) {
	seen, err := s.client.Imports.Get(ctx, rec.Customer, rec.ImportID)
	switch {
	case err != nil:
		return Step{}, s.uncertain(ctx, StageImport, rec, err)
	case seen.Status.Completed():
		return Step{To: StateImported}, nil
	case !seen.Status.Failed():
		return Step{To: StateImporting, Message: string(seen.Status)}, nil
	}
	// The wait knows the error of an import that has failed.
	_, err = s.client.Imports.Wait(ctx, rec.Customer, rec.ImportID, nil)
	if err == nil {
		return Step{To: StateImported}, nil
	}
	return Step{}, s.awaited(ctx, rec, err)
}

// awaited makes the error of a wait that has failed.
func (s *Steps) awaited(ctx context.Context, rec *Record, err error) error {
	var failed *workato.ImportFailedError
	switch {
	case errors.As(err, &failed):
		return &OutcomeError{Customer: rec.Customer, State: StateFailed, Stage: StageImport, Err: err}
	case errors.Is(err, workato.ErrWaitTimeout):
		return &OutcomeError{Customer: rec.Customer, State: StateUnknown, Stage: StageImport, Err: err}
	}
	return s.uncertain(ctx, StageImport, rec, err)
}

// errNoCustomer says that there is no such customer any more.
var errNoCustomer = errors.New("the customer is gone")

// failure makes the error of a stage. It is an *OutcomeError unless it is not
// about the customer.
func (s *Steps) failure(ctx context.Context, stage string, rec *Record, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	switch {
	case errors.Is(err, workato.ErrLimiter) && errors.Is(err, context.DeadlineExceeded):
		return &quotaTooLateError{err}
	case errors.Is(err, workato.ErrUnauthorized) && !s.silent:
		// Perhaps only the customer has refused.
		if _, who := s.client.Workspace.Whoami(ctx); errors.Is(who, workato.ErrUnauthorized) {
			return fmt.Errorf("provision: customer %v: %w", rec.Customer, err)
		}
	case errors.Is(err, workato.ErrNotFound):
		if _, get := s.client.ManagedUsers.Get(ctx, rec.Customer); errors.Is(get, workato.ErrNotFound) {
			return &OutcomeError{Customer: rec.Customer, State: StateSkipped, Stage: stage, Err: errNoCustomer}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &OutcomeError{Customer: rec.Customer, State: StateFailed, Stage: stage, Retryable: transient(err), Err: err}
}

// uncertain is failure for a stage in which the import may have happened, or goes
// on: then the customer has not failed.
func (s *Steps) uncertain(ctx context.Context, stage string, rec *Record, err error) error {
	err = s.failure(ctx, stage, rec, err)
	var outcome *OutcomeError
	if errors.As(err, &outcome) && outcome.State == StateFailed {
		outcome.State = StateUnknown
	}
	return err
}

// quotaTooLateError says that the context ends before the quota allows the next
// call. It keeps other customers from being begun; those under way go on until the
// context ends, so that runs which are always short get on with them.
type quotaTooLateError struct{ err error }

func (e *quotaTooLateError) Error() string {
	return "provision: the context ends before the quota allows the next call: " + e.err.Error()
}

func (e *quotaTooLateError) Unwrap() error { return e.err }

// transient reports whether the cause of an error may pass.
func transient(err error) bool {
	for _, class := range []error{workato.ErrServer, workato.ErrRateLimited, workato.ErrLimiter, workato.ErrUnexpectedResponse} {
		if errors.Is(err, class) {
			return true
		}
	}
	var answered *workato.APIError
	if errors.As(err, &answered) && answered.StatusCode == http.StatusRequestTimeout {
		return true
	}
	var call *workato.CallError
	return answered == nil && errors.As(err, &call) && !errors.Is(err, workato.ErrInvalidArgument)
}
