package temporal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// When more customers of the last wave fail than may, and nobody is left who could be
// kept from the release, the rollout ends, as that of package provision does: a pause
// would wait for a person who has nothing to decide.
func TestFailuresOfTheLastEndIt(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2)
	f.spec.Strategy = provision.Strategy{Concurrency: provision.Soft}
	f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.FailImport, Body: "refused", Times: 100})
	s := f.must()
	f.wantStates(s, states{provision.StateFailed: 2})
	require.True(t, s.Complete)
	require.False(t, s.Paused, s.Reason)

	ledger := provision.Memory()
	pack, err := os.ReadFile(f.spec.Release.Package)
	require.NoError(t, err)
	release := f.spec.Release.release(workato.PackageBytes(pack), provision.ByMarker("_release"))
	r, err := provision.NewRollout(f.cfg.Client, ledger, rolloutID, *release, f.spec.Strategy,
		provision.WithImportWait(workato.ImportWaitParams{FirstInterval: time.Millisecond}))
	require.NoError(t, err)
	_, err = r.Enroll(t.Context(), each(f.targets))
	require.NoError(t, err)
	same, err := r.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Counts, same.Counts)
	require.Equal(t, s.Paused, same.Paused)
}

// A verification that was sent back goes on though more have failed than may: there is
// nobody left to keep from the release.
func TestSentBackGoesOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	s := f.state()
	s.Spec.Strategy = provision.Strategy{}
	s.Spec = s.Spec.withDefaults()
	w := s.wave(1)
	w.Waiting, w.Counts = nil, map[provision.State]int{provision.StateFailed: 2}
	w.Back = []provision.Record{{Target: f.targets[0], Wave: 1, Ordinal: 1, State: provision.StateImported, Epoch: 1}}
	require.Zero(t, s.unsent())
	require.Equal(t, 1, s.Spec.Strategy.Admits(3, 2, s.unsent()))
	w.Back[0].State = provision.StatePrepared
	require.Equal(t, 1, s.unsent())
	require.Zero(t, s.Spec.Strategy.Admits(3, 2, s.unsent()))
}

// What a rollout keeps fits into the input of its next run, also when all that are under
// way end without success and with as much to keep as there can be.
func TestInputIsBoundedWhateverFails(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 0)
	for i := 0; len(f.targets) < 28_000; i++ {
		f.targets = append(f.targets, provision.Target{Customer: workato.ExternalID(fmt.Sprintf("%08x-aaaa-bbbb-cccc-%012x", i, i))})
	}
	s := f.state()
	for range MaxConcurrent {
		rec := s.wave(1).next()
		s.Active = append(s.Active, active{Customer: rec.Customer, Wave: 1, Go: 1, Ordinal: 1, FolderID: 1 << 40})
	}
	for i := range s.Active {
		s.end(&provision.Record{
			Target: provision.Target{Customer: s.Active[i].Customer, FolderID: 1 << 40}, Wave: 1, State: provision.StateFailed, Stage: provision.StageImport,
			Reason: strings.Repeat("<", provision.MaxText), Baseline: bytes.Repeat([]byte{1}, provision.MaxBaseline), Connections: make([]int64, 100),
		})
	}
	input, err := json.Marshal(s)
	require.NoError(t, err)
	require.Less(t, len(input), 2_000_000)
	require.Len(t, s.Rest, MaxConcurrent)
	require.True(t, s.Paused)
	require.Contains(t, s.Reason, "customers without success")
	require.NotEmpty(t, s.Rest[0].Baseline)
	require.NotEmpty(t, s.Rest[MaxConcurrent-1].Reason)
	t.Logf("%d bytes", len(input))
}

// A package that is slow to read holds up nobody who needs another one, nor anybody
// for longer than it may; it is read once.
func TestSlowPackage(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 0)
	pack, err := os.ReadFile(f.spec.Release.Package)
	require.NoError(t, err)
	reading, goOn := make(chan struct{}), make(chan struct{})
	reads := 0
	f.cfg.Package = func(_ context.Context, reference string) (workato.Package, error) {
		if reference == "slow" {
			reads++
			close(reading)
			<-goOn
		}
		return workato.PackageBytes(pack), nil
	}
	a, err := newActivities(f.cfg)
	require.NoError(t, err)
	slow, other := f.spec.Release, f.spec.Release
	slow.Package, other.Package = "slow", "other"
	done := make(chan error, 1)
	go func() {
		_, err := a.open(context.WithoutCancel(t.Context()), &slow)
		done <- err
	}()
	<-reading
	_, err = a.open(t.Context(), &other)
	require.NoError(t, err)
	ended := errors.New("its time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	_, err = a.open(ctx, &slow)
	require.ErrorIs(t, err, ended)
	close(goOn)
	require.NoError(t, <-done)
	_, err = a.open(t.Context(), &slow)
	require.NoError(t, err)
	require.Equal(t, 1, reads)
	a.forget(&slow)
	other.SHA256 = strings.Repeat("0", 64)
	for range 2 {
		_, err = a.open(t.Context(), &other)
		require.ErrorContains(t, err, "it has the hash")
	}
}

// A gate may take long: a person, or a program that measures for hours.
func TestSlowGateIsAskedOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.spec.Gate = true
	asked := 0
	f.cfg.Gate = func(ctx context.Context, _ *provision.Summary) (provision.Verdict, error) {
		asked++
		info := activity.GetInfo(ctx)
		if info.StartToCloseTimeout < 24*time.Hour || info.HeartbeatTimeout == 0 || info.HeartbeatTimeout > time.Minute {
			t.Errorf("%v, heartbeat %v", info.StartToCloseTimeout, info.HeartbeatTimeout)
		}
		return provision.Proceed, nil
	}
	require.True(t, f.must().Complete)
	require.Equal(t, 1, asked)
}

func TestTextsAreCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, long := range []string{
		strings.Repeat("€", provision.MaxText), "a" + strings.Repeat("𝄞", provision.MaxText), "bad \xff" + strings.Repeat("ü", provision.MaxText),
	} {
		got := short(long)
		if !utf8.ValidString(got) || len(got) > provision.MaxText || len(got) < provision.MaxText-4 {
			t.Errorf("%d bytes, %q", len(got), got[len(got)-8:])
		}
	}
}
