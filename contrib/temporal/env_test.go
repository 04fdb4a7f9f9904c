package temporal

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
)

// status asks a workflow as Status does.
func status(t require.TestingT, env *testsuite.TestWorkflowEnvironment) *provision.Summary {
	value, err := env.QueryWorkflow(statusQuery)
	require.NoError(t, err)
	s := new(provision.Summary)
	require.NoError(t, value.Get(s))
	return s
}

// finish runs the rollout in an environment that has got its callbacks.
func (f *fleet) finish(env *testsuite.TestWorkflowEnvironment) *provision.Summary {
	f.t.Helper()
	env.ExecuteWorkflow(rolloutName, *f.state())
	require.True(f.t, env.IsWorkflowCompleted())
	require.NoError(f.t, env.GetWorkflowError())
	var s provision.Summary
	require.NoError(f.t, env.GetWorkflowResult(&s))
	return &s
}

// hourly is a limiter that lets one import an hour go, by the clock of the workflow:
// that of a real one would stand still while the workflow sleeps.
type hourly struct {
	now  func() time.Time
	next time.Time
}

// Wait implements workato.Limiter.
func (h *hourly) Wait(_ context.Context, op workato.Operation) error {
	if op.Name != "imports.create" {
		return nil
	}
	if wait := h.next.Sub(h.now()); wait > 0 {
		return &ratelimit.Error{Family: "imports", Wait: wait, Reason: ratelimit.ReasonHour, Err: context.DeadlineExceeded}
	}
	h.next = h.now().Add(time.Hour)
	return nil
}

type activityInfo = activity.Info
