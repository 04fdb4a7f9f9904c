package temporal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
)

// Config is what a worker has and a history must not: the credential, the files
// and the functions.
type Config struct {
	// Client makes the calls. Its own retries are used for all but the imports.
	Client *workato.Client
	// Limiter paces the calls, instead of that of Client. A call that has to wait for
	// longer than a few seconds is given back to its workflow, which sleeps on a
	// durable timer. It must be shared by all programs: see module redislimit.
	Limiter workato.Limiter
	// Package opens the package of a reference. It is called once for each, and the
	// hash is checked, then and whenever it is sent. If it is nil, references are paths of files.
	Package func(ctx context.Context, reference string) (workato.Package, error)
	// Detectors are those that a Release can name beside the known ones.
	Detectors map[string]provision.Detector
	// Gate decides after each wave, named by Summary.Wave, if Spec.Gate says so. It may
	// take a week, and is asked again only when its worker has died meanwhile.
	Gate func(ctx context.Context, s *provision.Summary) (provision.Verdict, error)
	// RetryIf decides which failures are tried again; nil is OutcomeError.Retryable.
	RetryIf func(*provision.OutcomeError) bool
}

// The names under which workflows and activities are registered. They are in
// histories.
const (
	rolloutName  = "workato.rollout"
	customerName = "workato.customer"
	prepareName  = "workato.prepare"
	sendName     = "workato.send_import"
	lookName     = "workato.look"
	pollName     = "workato.poll"
	verifyName   = "workato.verify"
	gateName     = "workato.gate"
)

// Register gives a worker the workflows and activities of rollouts.
func Register(r worker.Registry, cfg Config) error {
	a, err := newActivities(cfg)
	if err != nil {
		return err
	}
	r.RegisterWorkflowWithOptions(rolloutWorkflow, workflow.RegisterOptions{Name: rolloutName})
	r.RegisterWorkflowWithOptions(customerWorkflow, workflow.RegisterOptions{Name: customerName})
	for name, function := range map[string]any{
		prepareName: a.prepare, sendName: a.send, lookName: a.look, pollName: a.poll, verifyName: a.verify, gateName: a.gate,
	} {
		r.RegisterActivityWithOptions(function, activity.RegisterOptions{Name: name})
	}
	return nil
}

type activities struct {
	Config
	client *workato.Client

	mu       sync.Mutex
	packages map[[2]string]*opened // by reference and hash
}

// opened is a package that was read, or is being read.
type opened struct {
	done chan struct{} // closed when the rest is set
	pack workato.Package
	err  error
}

func newActivities(cfg Config) (*activities, error) {
	if cfg.Client == nil {
		return nil, errors.New("temporal: client: is nil")
	}
	opts := []workato.Option{workato.WithHook(throttles{})}
	if cfg.Limiter != nil {
		opts = append(opts, workato.WithLimiter(limited(cfg.Limiter)))
	}
	client, err := cfg.Client.With(opts...)
	if err != nil {
		return nil, err
	}
	return &activities{Config: cfg, client: client, packages: map[[2]string]*opened{}}, nil
}

// task is the input of an activity.
type task struct {
	Release  Release            `json:"release"`
	Strategy provision.Strategy `json:"strategy"`
	Record   provision.Record   `json:"record"`
	// Seen is that of the step before.
	Seen    bool          `json:"seen,omitempty"`
	Attempt time.Duration `json:"attempt_timeout_ns,omitempty"`
}

// result is what an activity has found. Errors that are about the customer, and
// waits for a quota, are results: the workflow decides what follows.
type result struct {
	Record   provision.Record   `json:"record"`
	Step     provision.Step     `json:"step,omitzero"`
	Sighting provision.Sighting `json:"sighting,omitzero"`
	Outcome  *outcome           `json:"outcome,omitempty"`
	// Denied is how long to wait for a quota: the step was not done.
	Denied time.Duration `json:"denied_ns,omitempty"`
	// Throttled counts the responses with 429.
	Throttled int `json:"throttled,omitempty"`
}

// outcome is an OutcomeError in a history.
type outcome struct {
	State     provision.State `json:"state"`
	Stage     string          `json:"stage"`
	Retryable bool            `json:"retryable,omitempty"`
	Reason    string          `json:"reason"`
}

// patience is how long an activity waits for a quota.
const patience = 5 * time.Second

// deniedWait is how long to wait for a quota if the limiter does not say.
const deniedWait = 15 * time.Second

// do makes the Steps of a task, calls one of them, and turns its error into a
// result.
func (a *activities) do(ctx context.Context, in *task, step func(context.Context, *provision.Steps, *result) error) (*result, error) {
	steps, err := a.steps(ctx, in)
	if err != nil {
		return nil, err
	}
	ctx, seen := countThrottles(ctx)
	out := &result{Record: in.Record}
	err = step(ctx, steps, out)
	out.Throttled = int(seen.Load())
	var late *ratelimit.Error
	var failed *provision.OutcomeError
	switch {
	case err == nil:
	case errors.As(err, &late):
		out.Denied = max(time.Second, late.Wait)
	case errors.Is(err, workato.ErrLimiter):
		out.Denied = deniedWait
	case errors.As(err, &failed):
		retryable := failed.Retryable
		if a.RetryIf != nil && failed.State == provision.StateFailed {
			retryable = a.RetryIf(failed)
		}
		out.Outcome = &outcome{State: failed.State, Stage: failed.Stage, Retryable: retryable, Reason: short(failed.Err.Error())}
	default:
		return nil, err
	}
	return out, nil
}

// short cuts a text that is for people.
func short(s string) string { return text.Cut(strings.ToValidUTF8(s, ""), provision.MaxText) }

func (a *activities) steps(ctx context.Context, in *task) (*provision.Steps, error) {
	detect, err := detector(in.Release.Detector, a.Detectors)
	if err != nil {
		return nil, err
	}
	pack, err := a.open(ctx, &in.Release)
	if err != nil {
		return nil, err
	}
	return provision.NewSteps(a.client, *in.Release.release(pack, detect), in.Strategy)
}

// open returns the package of a release, and an error if it is another one. It reads
// each once. Whoever needs one meanwhile waits for that, and not longer than it may;
// those that need another one do not wait.
func (a *activities) open(ctx context.Context, r *Release) (workato.Package, error) {
	key := [2]string{r.Package, r.SHA256}
	for {
		a.mu.Lock()
		o := a.packages[key]
		first := o == nil
		if first {
			o = &opened{done: make(chan struct{})}
			a.packages[key] = o
		}
		a.mu.Unlock()
		if first {
			if o.pack, o.err = a.read(ctx, r); o.err != nil {
				a.forget(r)
			}
			close(o.done)
			return o.pack, o.err
		}
		select {
		case <-o.done:
			if o.err == nil {
				return o.pack, nil
			} // perhaps because its time was over
		case <-ctx.Done():
			return workato.Package{}, fmt.Errorf("temporal: package %q: %w", r.Package, context.Cause(ctx))
		}
	}
}

// forget lets the next activity read a package anew.
func (a *activities) forget(r *Release) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.packages, [2]string{r.Package, r.SHA256})
}

// read opens a package, and checks that it is that of the release.
func (a *activities) read(ctx context.Context, r *Release) (workato.Package, error) {
	open := a.Package
	if open == nil {
		open = func(_ context.Context, path string) (workato.Package, error) { return workato.PackageFile(path), nil }
	}
	p, err := open(ctx, r.Package)
	if err != nil {
		return p, fmt.Errorf("temporal: package %q: %w", r.Package, err)
	}
	sum, err := p.SHA256(ctx)
	if err == nil && sum != r.SHA256 {
		err = fmt.Errorf("it has the hash %s, wanted is %s", sum, r.SHA256)
	}
	if err != nil {
		return p, fmt.Errorf("temporal: package %q: %w", r.Package, err)
	}
	return p, nil
}

func (a *activities) prepare(ctx context.Context, in task) (*result, error) {
	defer beat(ctx)()
	return a.do(ctx, &in, func(ctx context.Context, s *provision.Steps, out *result) (err error) {
		out.Step, err = s.Prepare(ctx, &out.Record)
		return err
	})
}

func (a *activities) look(ctx context.Context, in task) (*result, error) {
	defer beat(ctx)()
	return a.do(ctx, &in, func(ctx context.Context, s *provision.Steps, out *result) (err error) {
		out.Sighting, err = s.Look(ctx, &out.Record)
		return err
	})
}

func (a *activities) poll(ctx context.Context, in task) (*result, error) {
	defer beat(ctx)()
	return a.do(ctx, &in, func(ctx context.Context, s *provision.Steps, out *result) (err error) {
		out.Step, err = s.Poll(ctx, &out.Record)
		return err
	})
}

func (a *activities) verify(ctx context.Context, in task) (*result, error) {
	defer beat(ctx)()
	return a.do(ctx, &in, func(ctx context.Context, s *provision.Steps, out *result) (err error) {
		out.Step, err = s.Verify(ctx, &out.Record, in.Seen)
		return err
	})
}

// outcomeUnknown is the type of the error of an import that may have been sent.
const outcomeUnknown = "OutcomeUnknown"

// send sends an import, once. Its workflow takes any error of it, also that of a
// worker which has died, for an import that may have been sent.
func (a *activities) send(ctx context.Context, in task) (*result, error) {
	window := newWindow(ctx, in.Attempt)
	var step provision.Step
	out, err := a.do(ctx, &in, func(ctx context.Context, s *provision.Steps, out *result) (err error) {
		ctx, cancel := context.WithTimeout(withPatience(ctx, min(patience, in.Attempt/2)), window.left())
		defer cancel()
		step, err = s.Send(ctx, &out.Record, in.Attempt, window.ready)
		out.Step = step
		return err
	})
	other := err != nil && step.To == provision.StatePrepared
	if other { // the package is another one by now
		a.forget(&in.Release)
	}
	switch {
	case other, err != nil && errors.Is(err, workato.ErrUnauthorized), err != nil && !window.asked.Load():
		// Nothing was sent, and the customer is not the reason.
		return &result{Record: in.Record, Step: provision.Step{
			To: provision.StatePrepared, Message: short("not sent: " + err.Error()), Wait: time.Minute,
		}}, nil
	case err != nil:
		return nil, temporal.NewNonRetryableApplicationError(err.Error(), outcomeUnknown, err)
	case out.Step.To == provision.StateSending:
		return nil, temporal.NewNonRetryableApplicationError(out.Step.Message, outcomeUnknown, nil)
	}
	return out, nil
}

// gate asks whether to go on after a wave. Its error is no verdict.
func (a *activities) gate(ctx context.Context, s provision.Summary) (verdict, error) {
	defer beat(ctx)()
	if a.Gate == nil {
		return verdict{provision.Inconclusive, "the worker that was asked has no gate"}, nil
	}
	switch v, err := a.Gate(ctx, &s); {
	case ctx.Err() != nil:
		return verdict{}, context.Cause(ctx)
	case err != nil:
		return verdict{provision.Inconclusive, short(err.Error())}, nil
	case v != provision.Proceed && v != provision.Inconclusive && v != provision.Stop:
		return verdict{provision.Inconclusive, fmt.Sprintf("the gate has returned %q, which is no verdict", v)}, nil
	default:
		return verdict{v, ""}, nil
	}
}

// verdict is the result of a gate.
type verdict struct {
	Verdict provision.Verdict `json:"verdict"`
	Reason  string            `json:"reason,omitempty"`
}
