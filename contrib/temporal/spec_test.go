package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// Every mistake of a Spec is named by its field.
func TestSpecIsChecked(t *testing.T) {
	t.Parallel()
	changes := map[string]func(s *Spec){
		"release.name":              func(s *Spec) { s.Release.Name = "" },
		"release.sha256":            func(s *Spec) { s.Release.SHA256 = "" },
		"release.package":           func(s *Spec) { s.Release.Package = "https://files.example.com/a.zip?signature=abc" },
		"has a query or a user":     func(s *Spec) { s.Release.Package = "https://user:secret@files.example.com/a.zip" },
		"release.detector":          func(s *Spec) { s.Release.Detector = "marker:" },
		"release.restart":           func(s *Spec) { s.Release.Restart = "" },
		"strategy.retry.if":         func(s *Spec) { s.Strategy.Retry.If = func(*provision.OutcomeError) bool { return true } },
		"strategy.max_concurrent":   func(s *Spec) { s.Strategy.MaxConcurrent = MaxConcurrent + 1 },
		"strategy.waves[0].percent": func(s *Spec) { s.Strategy.Waves = []provision.Wave{{Count: 1}} },
		"attempt_timeout":           func(s *Spec) { s.AttemptTimeout = -1 },
		"poll.max":                  func(s *Spec) { s.Poll.Max = -1 },
		"strategy.waves[0].gate": func(s *Spec) {
			s.Strategy.Waves = []provision.Wave{{Percent: 100, Gate: func(context.Context, *provision.Summary) (provision.Verdict, error) {
				return provision.Proceed, nil
			}}}
		},
		"target.folder_id": func(s *Spec) { s.Release.Folder = nil },
	}
	for field, change := range changes {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 1)
			change(&f.spec)
			_, err := Start(t.Context(), &starter{}, "fleet", rolloutID, f.spec, each(f.targets))
			require.ErrorContains(t, err, field)
			require.NotContains(t, err.Error(), "signature")
			require.NotContains(t, err.Error(), "secret")
		})
	}
	f := newFleet(t, 1)
	failed := errors.New("the list broke off")
	_, err := Start(t.Context(), &starter{}, "fleet", rolloutID, f.spec, func(yield func(provision.Target, error) bool) { yield(provision.Target{}, failed) })
	require.ErrorIs(t, err, failed)
	var many []provision.Target
	for i := range 20_000 {
		many = append(many, provision.Target{Customer: workato.ExternalID(fmt.Sprintf("%0100d", i))})
	}
	_, err = Start(t.Context(), &starter{}, "fleet", rolloutID, f.spec, each(many))
	require.ErrorContains(t, err, "make it two rollouts")
}

// told is a client that keeps the command of a signal.
type told struct {
	client.Client
	rollout string
	command provision.Command
	err     error
}

func (c *told) SignalWorkflow(_ context.Context, rollout, _, _ string, arg any) error {
	command, _ := arg.(*provision.Command)
	c.rollout, c.command = rollout, *command
	return c.err
}

func TestPauseAndResumeAreCommands(t *testing.T) {
	t.Parallel()
	c := &told{}
	require.NoError(t, Pause(t.Context(), c, rolloutID, "ask support first"))
	require.Equal(t, rolloutID, c.rollout)
	require.Equal(t, provision.Command{Kind: provision.CommandPause, Reason: "ask support first", At: c.command.At}, c.command)
	require.WithinDuration(t, time.Now(), c.command.At, time.Minute)
	require.NoError(t, Resume(t.Context(), c, rolloutID))
	require.Equal(t, provision.Command{Kind: provision.CommandResume, At: c.command.At}, c.command)
	c.err = errors.New("no such workflow")
	err := Pause(t.Context(), c, rolloutID, "")
	require.ErrorIs(t, err, c.err)
	require.ErrorContains(t, err, rolloutID)
}

// Commands are checked before they are sent: a workflow would drop them.
func TestResolveIsChecked(t *testing.T) {
	t.Parallel()
	err := Resolve(t.Context(), nil, rolloutID, provision.Query{States: []provision.State{provision.StateSending}}, provision.DecideAgain)
	require.ErrorContains(t, err, "which.states")
	require.ErrorContains(t, Resolve(t.Context(), nil, rolloutID, provision.Query{}, "guess"), "decision")
}

// Customers by hand go into the waves that pick them; folders go with them.
func TestWavesAreAssignedAtTheStart(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 9)
	f.targets[4].FolderID = 77
	f.targets = append(f.targets, f.targets[0])
	f.spec.Strategy.Waves = []provision.Wave{
		{Name: "picked", Only: func(t provision.Target) bool { return strings.HasSuffix(t.Customer.String(), "5") }}, {Count: 2}, {Percent: 100},
	}
	s := f.state()
	require.Equal(t, []workato.CustomerID{workato.ExternalID("c0005")}, s.Waves[0].Waiting)
	require.Equal(t, []int64{77}, s.Waves[0].Folders)
	require.Len(t, s.Waves[1].Waiting, 2)
	require.Len(t, s.Waves[2].Waiting, 6)
	require.Empty(t, s.Waves[2].Folders)
	rec := s.Waves[0].next()
	require.Equal(t, int64(77), rec.FolderID)
	require.Equal(t, provision.StatePending, rec.State)
	require.Zero(t, s.Waves[0].waiting())
}

// A canary that nobody is would leave the release to the wave of everybody.
func TestWaveThatPicksNobody(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2)
	f.spec.Strategy.Waves = []provision.Wave{{Name: "picked", Only: func(provision.Target) bool { return false }}, {Percent: 100}}
	_, err := Start(t.Context(), &starter{}, "fleet", rolloutID, f.spec, each(f.targets))
	require.ErrorContains(t, err, "strategy.waves[0].only: picks none of 2 customers")
}

// What goes into a history holds neither the token, nor the names of customers, nor
// bytes of the package.
func TestNothingSecretIsInAHistory(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2)
	f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter})
	f.fake.Inject(workatotest.Fault{On: "recipes.list", Do: workatotest.Respond, Status: 500})
	env := f.environment()
	var texts []string
	note := func(values ...any) {
		for _, v := range values {
			text, err := json.Marshal(v)
			require.NoError(t, err)
			texts = append(texts, string(text))
		}
	}
	env.SetOnActivityStartedListener(func(_ *activityInfo, _ context.Context, args converter.EncodedValues) {
		var in task
		require.NoError(t, args.Get(&in))
		note(in)
	})
	env.SetOnActivityCompletedListener(func(_ *activityInfo, value converter.EncodedValue, err error) {
		var out result
		if err != nil {
			note(err.Error())
			return
		}
		require.NoError(t, value.Get(&out))
		note(out)
	})
	note(f.state())
	note(f.finish(env))
	require.Greater(t, len(texts), 10)
	for _, text := range texts {
		require.NotContains(t, text, workatotest.Token)
		require.NotContains(t, text, `"Customer"`)
		require.NotContains(t, text, "Invoices")
		require.NotContains(t, text, "UEsDB") // PK in base64
		require.Less(t, len(text), 4000)
	}
}

// A worker with another package sends nothing, and the customers wait for one that
// has the right one.
func TestWrongPackageIsNotSent(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	right, tries := f.spec.Release.Package, 0
	f.cfg.Package = func(_ context.Context, ref string) (workato.Package, error) {
		require.Equal(t, right, ref)
		if tries++; tries < 3 {
			return workato.PackageBytes([]byte("PK of something else")), nil
		}
		return workato.PackageFile(ref), nil
	}
	f.wantStates(f.must(), states{provision.StateSucceeded: 1})
	f.wantOnce()
	require.Equal(t, 3, tries)
}

// The window of a create is shorter than its activity by one attempt.
func TestWindow(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	w := &window{ctx: ctx, attempt: time.Minute, end: time.Now().Add(2 * time.Minute)}
	require.NoError(t, w.ready())
	require.True(t, w.asked.Load())
	late := &window{ctx: ctx, attempt: time.Minute, end: time.Now().Add(59 * time.Second)} // by the clock of the server
	require.ErrorContains(t, late.ready(), "too late")
	require.False(t, late.asked.Load())
	short, end := context.WithTimeout(t.Context(), 59*time.Second) // by the clock of the worker
	defer end()
	require.ErrorContains(t, (&window{ctx: short, attempt: time.Minute, end: time.Now().Add(time.Hour)}).ready(), "too late")
}
