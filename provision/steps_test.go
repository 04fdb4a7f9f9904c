package provision_test

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

// stepsOf are the steps of a fleet with one customer, whose calls are sent once.
func stepsOf(t *testing.T, f *fleet, opts ...workato.Option) (*provision.Steps, *provision.Record) {
	t.Helper()
	once := workato.WithRetry(workato.RetryPolicy{MaxRetries: 0, MinWait: time.Millisecond, MaxWait: time.Second})
	steps, err := provision.NewSteps(f.fake.Client(t, append(opts, once)...), f.release, f.strategy)
	if err != nil {
		t.Fatal(err)
	}
	return steps, &provision.Record{Target: f.targets[0], State: provision.StatePending}
}

// limited is a Limiter that refuses creates.
type limited struct{ err error }

func (l limited) Wait(_ context.Context, op workato.Operation) error {
	if op.Effect == workato.Create {
		return l.err
	}
	return nil
}

// TestStepsSend: what a Send that has not imported leads to, and how long to wait.
func TestStepsSend(t *testing.T) {
	t.Parallel()
	ready := func() error { return nil }
	full := errors.New("the quota is used up")
	on := func(do workatotest.FaultKind) []workatotest.Fault {
		return []workatotest.Fault{{On: "imports.create", Do: do, RetryAfter: 90}}
	}
	tests := map[string]struct {
		faults []workatotest.Fault
		limit  error
		ready  func() error
		to     provision.State // empty for an error
		wait   time.Duration
		sent   bool // an import with an id
	}{
		"sent":           {nil, nil, ready, provision.StateImporting, 0, true},
		"held back":      {nil, nil, func() error { return full }, provision.StatePrepared, time.Second, false},
		"limiter":        {nil, full, ready, provision.StatePrepared, 5 * time.Second, false},
		"limiter, later": {nil, &ratelimit.Error{Wait: time.Hour, Err: full}, ready, provision.StatePrepared, time.Hour, false},
		"429":            {on(workatotest.RateLimit), nil, ready, provision.StatePrepared, 90 * time.Second, false},
		"response lost":  {on(workatotest.ResetAfter), nil, ready, provision.StateSending, 0, false},
		"not connected":  {on(workatotest.ConnectRefused), nil, ready, "", 0, false},
		"failed at once": {[]workatotest.Fault{{On: "imports.create", Do: workatotest.Respond, Status: 200, Body: failedImport}}, nil, ready, "", 0, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 1, workatotest.WithImportReads(0))
				f.fake.Inject(test.faults...)
				steps, rec := stepsOf(t, f, workato.WithLimiter(limited{test.limit}))
				if _, err := steps.Prepare(t.Context(), rec); err != nil {
					t.Fatal(err)
				}
				provision.Intend(rec, time.Now())
				step, err := steps.Send(t.Context(), rec, time.Minute, test.ready)
				var outcome *provision.OutcomeError
				if errors.As(err, &outcome) != (test.to == "") || step.To != test.to || step.Wait != test.wait || (rec.ImportID > 0) != test.sent {
					t.Errorf("%+v, import %d, %v", step, rec.ImportID, err)
				}
			})
		})
	}
}

// TestStepsSendEnds: a context that ends before anything was sent leads back.
func TestStepsSendEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		steps, rec := stepsOf(t, f, workato.WithLimiter(slowly{}))
		if _, err := steps.Prepare(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if step, err := steps.Send(ctx, rec, time.Minute, func() error { return nil }); err != nil || step.To != provision.StatePrepared || step.Wait != time.Second {
			t.Errorf("%+v, %v", step, err)
		}
	})
}

// TestStepsFail: which causes may pass, and that a customer whose import may have
// happened has not failed.
func TestStepsFail(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  workatotest.Fault
		passes bool
	}{
		"500":           {workatotest.Fault{Do: workatotest.Respond, Status: 500}, true},
		"429":           {workatotest.Fault{Do: workatotest.RateLimit}, true},
		"408":           {workatotest.Fault{Do: workatotest.Respond, Status: 408}, true},
		"409":           {workatotest.Fault{Do: workatotest.Respond, Status: 409}, false},
		"403":           {workatotest.Fault{Do: workatotest.Respond, Status: 403}, false},
		"404":           {workatotest.Fault{Do: workatotest.Respond, Status: 404}, false},
		"a page":        {workatotest.Fault{Do: workatotest.HTML, Status: 200}, true},
		"reset":         {workatotest.Fault{Do: workatotest.ResetBefore}, true},
		"not connected": {workatotest.Fault{Do: workatotest.ConnectRefused}, true},
	}
	type call func(*provision.Steps, *provision.Record) error
	prepare := func(s *provision.Steps, rec *provision.Record) error {
		_, err := s.Prepare(t.Context(), rec)
		return err
	}
	look := func(s *provision.Steps, rec *provision.Record) error {
		_, err := s.Look(t.Context(), rec)
		return err
	}
	poll := func(s *provision.Steps, rec *provision.Record) error {
		rec.ImportID = 7
		_, err := s.Poll(t.Context(), rec)
		return err
	}
	verify := func(s *provision.Steps, rec *provision.Record) error {
		rec.ImportID = 7
		_, err := s.Verify(t.Context(), rec, false)
		return err
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []struct {
				on   string
				do   call
				want provision.State
			}{
				{"folders.list", prepare, provision.StateFailed},
				{"recipes.list", look, provision.StateUnknown},
				{"imports.get", poll, provision.StateUnknown},
				{"imports.get", verify, provision.StateFailed},
			} {
				f := newFleet(t, 1)
				fault := test.fault
				fault.On = step.on
				f.fake.Inject(fault)
				steps, rec := stepsOf(t, f)
				if step.on == "recipes.list" {
					if _, err := steps.Prepare(t.Context(), rec); err != nil && rec.FolderID == 0 {
						t.Fatal(err)
					}
					f.fake.Inject(fault)
				}
				var outcome *provision.OutcomeError
				if err := step.do(steps, rec); !errors.As(err, &outcome) || outcome.State != step.want || outcome.Retryable != test.passes {
					t.Errorf("%s: %v", step.on, err)
				}
			}
		})
	}
}

// TestStepsPoll: an import goes on, fails or belongs to a customer that is gone.
func TestStepsPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2, workatotest.WithImportReads(2))
		f.fake.Inject(workatotest.Fault{On: "imports.create", Call: 2, Do: workatotest.FailImport, Body: "no more space"})
		for i, want := range []provision.State{provision.StateImported, provision.StateFailed} {
			steps, rec := stepsOf(t, f)
			rec.Target = f.targets[i]
			if _, err := steps.Prepare(t.Context(), rec); err != nil {
				t.Fatal(err)
			}
			if step, err := steps.Send(t.Context(), rec, time.Minute, func() error { return nil }); err != nil {
				t.Fatal(step, err)
			}
			polls := 0
			step, err := steps.Poll(t.Context(), rec)
			for ; err == nil && step.To == provision.StateImporting; polls++ {
				step, err = steps.Poll(t.Context(), rec)
			}
			var outcome *provision.OutcomeError
			if errors.As(err, &outcome) {
				step.To = outcome.State
			}
			if step.To != want || polls == 0 {
				t.Errorf("%+v after %d polls, %v", step, polls, err)
			}
		}
		steps, rec := stepsOf(t, f)
		rec.Customer, rec.ImportID = workato.ExternalID("nobody"), 7
		var outcome *provision.OutcomeError
		if _, err := steps.Poll(t.Context(), rec); !errors.As(err, &outcome) || outcome.State != provision.StateSkipped {
			t.Errorf("a customer that is gone: %v", err)
		}
	})
}

// paced is a Limiter that is a function.
type paced func(context.Context) error

func (p paced) Wait(ctx context.Context, _ workato.Operation) error { return p(ctx) }

// TestStepsFailHere: what keeps a call from being sent is about the customer, unless
// the quota comes after the end of the context or that has ended.
func TestStepsFailHere(t *testing.T) {
	t.Parallel()
	unreachable, over := errors.New("Redis cannot be reached"), errors.New("the shift is over")
	late := func(context.Context) error { return context.DeadlineExceeded }
	for name, test := range map[string]struct {
		wait    paced
		end     time.Duration
		change  func(*provision.Record)
		outcome bool
		passes  bool
		want    error
	}{
		"limiter":              {wait: func(context.Context) error { return unreachable }, outcome: true, passes: true, want: unreachable},
		"quota too late":       {wait: late, want: context.DeadlineExceeded},
		"quota after the end":  {wait: func(ctx context.Context) error { <-ctx.Done(); return late(ctx) }, end: time.Minute, want: over},
		"argument is no value": {change: func(rec *provision.Record) { rec.Customer = workato.CustomerID{} }, outcome: true, want: workato.ErrInvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var opts []workato.Option
				if test.wait != nil {
					opts = append(opts, workato.WithLimiter(test.wait))
				}
				steps, rec := stepsOf(t, newFleet(t, 1), opts...)
				if test.change != nil {
					test.change(rec)
				}
				ctx, cancel := context.WithTimeoutCause(t.Context(), cmp.Or(test.end, time.Hour), over)
				defer cancel()
				_, err := steps.Prepare(ctx, rec)
				var outcome *provision.OutcomeError
				if errors.As(err, &outcome) != test.outcome || test.outcome && outcome.Retryable != test.passes || !errors.Is(err, test.want) {
					t.Errorf("%#v", err)
				}
			})
		})
	}
}

// TestStepsFailMeanwhile: a context that ends while it is asked whether the customer is
// there leaves that open.
func TestStepsFailMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.fake.Inject(workatotest.Fault{On: "folders.list", Do: workatotest.Respond, Status: 404})
	ctx, cancel := context.WithCancel(t.Context())
	f.fake.Before("managed_users.get", 1, func(workatotest.Request) { cancel() })
	steps, rec := stepsOf(t, f)
	_, err := steps.Prepare(ctx, rec)
	var outcome *provision.OutcomeError
	if errors.As(err, &outcome) || !errors.Is(err, context.Canceled) {
		t.Errorf("%#v", err)
	}
}

// TestStepsPrepareAnew: a connection that has lost its authorization before another
// try is not one that the import has broken.
func TestStepsPrepareAnew(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.strategy.Verify.Connections = true
	connection := &workato.ConnectionCreateParams{Name: "Jira", Provider: "jira", Input: map[string]any{"api_key": "k"}}
	if _, err := f.fake.Client(t).Connections.Create(t.Context(), f.targets[0].Customer, connection); err != nil {
		t.Fatal(err)
	}
	steps, rec := stepsOf(t, f)
	for _, want := range []int{1, 0} {
		if _, err := steps.Prepare(t.Context(), rec); err != nil || len(rec.Connections) != want {
			t.Errorf("%d connections, want %d: %v", len(rec.Connections), want, err)
		}
		f.fake.LoseConnection(customerName(0), "Jira", "revoked")
	}
}
