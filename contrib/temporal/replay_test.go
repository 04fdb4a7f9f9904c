package temporal

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/go-workato/workato/provision"
)

// histories are the recorded ones: see TestRecord in module e2e.
func histories(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 7)
	return paths
}

func replayer(rollout, customer any) worker.WorkflowReplayer {
	r := worker.NewWorkflowReplayer()
	r.RegisterWorkflowWithOptions(rollout, workflow.RegisterOptions{Name: rolloutName})
	r.RegisterWorkflowWithOptions(customer, workflow.RegisterOptions{Name: customerName})
	return r
}

// runs counts replays: workflows of one run id share a cache.
var runs atomic.Int64

// replay replays a recorded history under the id that the workflow had.
func replay(t *testing.T, r worker.WorkflowReplayer, path string) error {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	h, err := client.HistoryFromJSON(file, client.HistoryJSONOptions{})
	require.NoError(t, err)
	id := h.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()
	return r.ReplayWorkflowHistoryWithOptions(quiet{}, h, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: id, RunID: strconv.FormatInt(runs.Add(1), 10)},
	})
}

// A worker of this version goes on with the workflows of earlier ones. If this
// fails, a change needs workflow.GetVersion; then record histories of the new version
// beside the old ones.
func TestRecordedHistoriesAreReplayed(t *testing.T) {
	t.Parallel()
	for _, path := range histories(t) {
		require.NoError(t, replay(t, replayer(rolloutWorkflow, customerWorkflow), path), path)
	}
}

// A workflow that does something else is noticed: the test above can fail.
func TestChangesAreNoticed(t *testing.T) {
	t.Parallel()
	changes := map[string][2]any{
		"a timer first": {
			func(ctx workflow.Context, in rolloutState) (*provision.Summary, error) {
				_ = workflow.Sleep(ctx, time.Second)
				return rolloutWorkflow(ctx, in)
			},
			func(ctx workflow.Context, in customerInput) (provision.Record, error) {
				_ = workflow.Sleep(ctx, time.Second)
				return customerWorkflow(ctx, in)
			},
		},
		"other settings": {
			func(ctx workflow.Context, in rolloutState) (*provision.Summary, error) {
				in.Spec.Strategy.MaxConcurrent++
				in.Spec.Gate = false
				return rolloutWorkflow(ctx, in)
			},
			func(ctx workflow.Context, in customerInput) (provision.Record, error) {
				in.Strategy.Verify.Settle = time.Second
				return customerWorkflow(ctx, in)
			},
		},
	}
	for name, change := range changes {
		noticed := 0
		for _, path := range histories(t) {
			if replay(t, replayer(change[0], change[1]), path) != nil {
				noticed++
			} else if strings.HasSuffix(path, "rollout.json") {
				t.Errorf("%s: %s was replayed", name, path)
			}
		}
		require.GreaterOrEqual(t, noticed, 5, name)
	}
}

// quiet is a logger of the SDK that says nothing.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
