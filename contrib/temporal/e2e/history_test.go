package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/temporaltest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// historyOf returns the events of one run of a workflow; without a run id, of the
// last.
func historyOf(ctx context.Context, t *testing.T, c client.Client, workflowID, runID string) *history.History {
	t.Helper()
	h := new(history.History)
	for events := c.GetWorkflowHistory(ctx, workflowID, runID, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		e, err := events.Next()
		require.NoError(t, err)
		h.Events = append(h.Events, e)
	}
	return h
}

// adoptions counts the customers whose import was found by its effect: their
// workflows have ended without an id.
func adoptions(ctx context.Context, t *testing.T, ts *temporaltest.TestServer, f *fleet) int {
	t.Helper()
	n := 0
	for i := range f.n {
		var r provision.Record
		require.NoError(t, ts.GetDefaultClient().GetWorkflow(ctx, f.rollout+"/"+workato.ExternalID(customerID(i)).String(), "").Get(ctx, &r))
		if r.State == provision.StateSucceeded && r.ImportID == 0 {
			n++
		}
	}
	return n
}

// The workflow of a rollout goes on in new runs, none of which has more than a fixed
// number of events, however many customers there are.
func TestRunsAreBounded(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), maxTime)
	defer cancel()
	ts := temporalServer(t)
	f := newFleet(t, "many", 250)
	f.spec.Strategy.MaxConcurrent = 50
	f.work(ts, nil)
	start := time.Now()
	run := f.start(ts.GetDefaultClient())
	id := run.GetRunID()
	s := f.wait(ctx, run)
	took := time.Since(start)
	assert.Equal(t, map[provision.State]int{provision.StateSucceeded: f.n}, s.Counts)
	runs, most := 0, 0
	for id != "" {
		h := historyOf(ctx, t, ts.GetDefaultClient(), f.rollout, id)
		runs, most = runs+1, max(most, len(h.Events))
		t.Logf("run %d: %d events", runs, len(h.Events))
		id = h.Events[len(h.Events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	one := len(historyOf(ctx, t, ts.GetDefaultClient(), f.rollout+"/"+workato.ExternalID(customerID(0)).String(), "").Events)
	t.Logf("%d customers in %v: %d runs, at most %d events in one, %d in the workflow of a customer", f.n, took.Round(time.Second), runs, most, one)
	assert.Equal(t, 2, runs)
	assert.Less(t, most, 4000) // the server warns at 10,240 and ends a workflow at 51,200
	assert.Less(t, one, 100)
	twice, forgotten := f.look()
	assert.Zero(t, twice)
	assert.Zero(t, forgotten)
}
