package provision

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
)

// OutcomeError is why a customer has no success.
type OutcomeError struct {
	Customer workato.CustomerID
	State    State
	// Stage is where in the work it happened: one of the constants.
	Stage string
	// Retryable says that the cause may pass: a server error, a lost connection.
	Retryable bool
	Err       error
}

// The stages of the work on a customer.
const (
	StagePrepare = "prepare" // the workspace is read
	StageSend    = "send"    // the import is sent
	StageSettle  = "settle"  // the import may have been sent, its effect is looked for
	StageImport  = "import"  // the import is waited for
	StageVerify  = "verify"  // the workspace is looked at
	StageResolve = "resolve" // a person has given the customer up
)

func (e *OutcomeError) Error() string {
	return fmt.Sprintf("provision: customer %v: %s: %s: %v", e.Customer, e.State, e.Stage, e.Err)
}

// Unwrap returns the cause.
func (e *OutcomeError) Unwrap() error { return e.Err }

// Summary is the state of a rollout at one moment.
type Summary struct {
	Rollout string        `json:"rollout"`
	Counts  map[State]int `json:"counts"`
	// Wave is the name of the wave that is under way, or was last.
	Wave string `json:"wave,omitempty"`
	// Failures are the first hundred customers that failed or are unknown.
	Failures []Failure `json:"failures,omitempty"`
	// ToGo is what is left; without a Limiter its Duration is 0 before anything was
	// done.
	ToGo Remaining `json:"to_go"`
	// Complete says that every customer is in a final state.
	Complete bool `json:"complete"`
	// Paused and Aborted say that no customer is begun, Reason why.
	Paused  bool   `json:"paused,omitempty"`
	Aborted bool   `json:"aborted,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Throttled counts the refusals with 429.
	Throttled int `json:"throttled,omitempty"`
}

// Failure is a customer that has no success.
type Failure struct {
	Customer workato.CustomerID `json:"customer"`
	Label    string             `json:"label,omitempty"`
	State    State              `json:"state"`
	Stage    string             `json:"stage,omitempty"`
	Reason   string             `json:"reason,omitempty"`
}

// maxFailures is how many a Summary has.
const maxFailures = 100

// Summarize reads the state of a rollout. It writes nothing and may be called by
// any process at any time. ToGo.Duration is left out: it needs a Limiter.
func Summarize(ctx context.Context, l Ledger, rollout string) (*Summary, error) {
	status, err := l.Status(ctx, rollout)
	if err != nil {
		return nil, err
	}
	counts, err := l.Counts(ctx, rollout)
	if err != nil {
		return nil, err
	}
	p := status.Progress
	s := &Summary{
		Rollout: rollout, Counts: counts.ByState(), Paused: p.Paused, Aborted: p.Aborted, Reason: p.Reason, Throttled: p.Throttled,
	}
	if n := len(status.Waves); n > 0 {
		s.Wave = status.Waves[n-1].Name
	}
	for _, state := range OpenStates() {
		s.ToGo.Customers += s.Counts[state]
	}
	s.Complete = p.Frozen && s.ToGo.Customers == 0
	for r, err := range l.Records(ctx, rollout, Query{States: []State{StateFailed, StateUnknown}, Limit: maxFailures}) {
		if err != nil {
			return nil, err
		}
		s.Failures = append(s.Failures, Failure{Customer: r.Customer, Label: r.Label, State: r.State, Stage: r.Stage, Reason: r.Reason})
	}
	return s, nil
}
