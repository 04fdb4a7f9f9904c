package e2e_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/temporal"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// record is the flag of the command that records histories for the replay tests of
// the module above, once for each version whose workflows may still be running:
//
//	go test -run TestRecord -record v2
var record = flag.String("record", "", "directory below ../testdata to record histories into")

// TestRecord runs a rollout that meets what rollouts meet, and keeps its histories
// if it is asked to: two waves, a bake, a gate that pauses, a resume, responses
// that are lost before and after the work, a customer about whom a person decides.
func TestRecord(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), maxTime)
	defer cancel()
	ts := temporalServer(t)
	c := ts.GetDefaultClient()
	f := newFleet(t, "recorded", 6)
	f.spec.Gate = true
	f.spec.Strategy.MaxConcurrent = 2
	f.spec.Strategy.Settle = provision.Settle{For: 2 * time.Second}
	f.spec.Strategy.Retry = provision.Retry{Max: 1, Wait: time.Second}
	f.spec.Strategy.Waves = []provision.Wave{{Name: "canary", Count: 1, Bake: time.Second}, {Name: "rest", Percent: 100}}
	f.fake.Inject(
		workatotest.Fault{On: "imports.create", Customer: customerID(1), Do: workatotest.ResetAfter},
		workatotest.Fault{On: "imports.create", Customer: customerID(2), Do: workatotest.ResetBefore},
		workatotest.Fault{On: "imports.create", Customer: customerID(3), Do: workatotest.RateLimit},
		workatotest.Fault{On: "folders.list", Customer: customerID(4), Do: workatotest.Respond, Status: 422},
		workatotest.Fault{On: "imports.create", Customer: customerID(5), Do: workatotest.Respond, Status: 422},
	)
	asked := 0
	f.work(ts, func(context.Context, *provision.Summary) (provision.Verdict, error) {
		if asked++; asked == 1 {
			return provision.Inconclusive, nil
		}
		return provision.Proceed, nil
	})
	run := f.start(c)
	require.Eventually(t, func() bool {
		s, err := temporal.Status(ctx, c, f.rollout)
		return err == nil && s.Paused
	}, time.Minute, 100*time.Millisecond)
	require.NoError(t, temporal.Resume(ctx, c, f.rollout))
	s := f.wait(ctx, run)
	require.Equal(t, map[provision.State]int{provision.StateSucceeded: 4, provision.StateFailed: 2}, s.Counts, "%+v", s.Failures)
	if *record == "" {
		return
	}
	dir := filepath.Join("..", "testdata", *record)
	require.NoError(t, os.MkdirAll(dir, 0o750))
	save(ctx, t, c, f.rollout, filepath.Join(dir, "rollout.json"))
	for i := range f.n {
		id := f.rollout + "/" + workato.ExternalID(customerID(i)).String()
		require.NoError(t, c.GetWorkflow(ctx, id, "").Get(ctx, nil))
		save(ctx, t, c, id, filepath.Join(dir, customerID(i)+".json"))
	}
}

func save(ctx context.Context, t *testing.T, c client.Client, id, path string) {
	t.Helper()
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(historyOf(ctx, t, c, id, ""))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o600))
}
