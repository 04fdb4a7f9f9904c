package provision_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

// silences checks that nobody has to wait for a word for long: 10 seconds, and a
// minute once something has lasted for a minute.
type silences struct {
	t     *testing.T
	last  time.Time
	most  time.Duration // until the next word
	waits []provision.Wait
	ended bool
}

func listen(t *testing.T) *silences { return &silences{t: t, last: time.Now(), most: 10 * time.Second} }

// word is called when something is said of what has lasted for some time.
func (s *silences) word(lasted time.Duration) {
	s.t.Helper()
	if quiet := time.Since(s.last); quiet > s.most+2*time.Second { // a call that has gone well, or a second for a write that was under way
		s.t.Errorf("nothing was said for %v", quiet)
	}
	s.last, s.most = time.Now(), 10*time.Second
	if lasted >= time.Minute {
		s.most = time.Minute
	}
}

func (s *silences) wait(w provision.Wait) {
	s.word(time.Since(w.Since))
	s.waits = append(s.waits, w)
	if s.ended || w.Message == "" || w.Since.IsZero() || w.Since.After(time.Now()) || !w.Until.IsZero() && w.Until.Before(w.Since) {
		s.t.Errorf("ended %v: %+v", s.ended, w)
	}
}

func (s *silences) change(provision.Change) { s.word(0) }

// kinds are those of the waits at a step, each once.
func (s *silences) kinds() string {
	var out []string
	for _, w := range s.waits {
		if text := strings.TrimSpace(string(w.Kind) + " " + w.Address); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// slow is a Limiter that lets one operation wait.
type slow struct {
	operation string
	wait      time.Duration
}

func (s slow) Wait(ctx context.Context, op workato.Operation) error {
	if op.Name != s.operation {
		return nil
	}
	select {
	case <-time.After(s.wait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// held is a ledger whose lease another runner has, which has died and of which that
// cannot be seen.
func held(t *testing.T, rollout string) provision.Ledger {
	t.Helper()
	ledger := provision.Memory(provision.LeaseOnly())
	if _, err := ledger.Acquire(t.Context(), rollout, provision.Owner{Host: "other", PID: 1}, 3*time.Minute); err != nil {
		t.Fatal(err)
	}
	return ledger.Reopen()
}

// TestApplyIsNotSilent: whatever takes its time, OnWait or OnChange says so soon.
func TestApplyIsNotSilent(t *testing.T) {
	for _, c := range []struct {
		name  string
		fake  []workatotest.Option
		fault *workatotest.Fault
		limit slow
		held  bool
		want  string // a wait
	}{
		{name: "lost import", fault: &workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore}, want: "settle packages/billing"},
		{name: "late import", fault: &workatotest.Fault{On: "imports.create", Do: workatotest.Late, DelayMS: 70_000}, want: "settle packages/billing"},
		{name: "lost folder", fault: &workatotest.Fault{On: "folders.create", Do: workatotest.ResetBefore}, want: "settle folders/Billing/EU"},
		{name: "lost member", fault: &workatotest.Fault{On: "members.add", Do: workatotest.ResetBefore}, want: "settle members/robin"},
		{name: "lost connection", fault: &workatotest.Fault{On: "connections.create", Do: workatotest.ResetBefore}, want: "settle connections/Own/Own store"},
		{name: "long import", fake: []workatotest.Option{workatotest.WithImportReads(40)}, want: "import packages/billing"},
		{name: "slow start", fake: []workatotest.Option{workatotest.WithStartReads(8)}, want: "start start/Settle invoice when issue is done"},
		{name: "late connections", fake: []workatotest.Option{workatotest.WithLateConnections(12)}, want: "arrival connections/Jira"},
		{name: "hanging call", fault: &workatotest.Fault{On: "properties.upsert", Do: workatotest.Hang}, want: "call properties"},
		{name: "busy service", fault: &workatotest.Fault{On: "managed_users.get", Do: workatotest.RateLimit, RetryAfter: 45}, want: "call customer"},
		{name: "quota", limit: slow{"imports.create", 50 * time.Minute}, want: "call packages/billing"},
		{name: "quota of polls", limit: slow{"imports.get", 10 * time.Minute}, want: "call packages/billing"},
		{name: "lease", held: true, want: "lease"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t, c.fake...)
				if c.fault != nil {
					fake.Inject(*c.fault)
				}
				opts := []workato.Option{workato.WithLimiter(c.limit)}
				if c.fault != nil && c.fault.Do == workatotest.RateLimit {
					opts = append(opts, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MaxWait: time.Minute}))
				}
				var ledger provision.Ledger = provision.Memory()
				if c.held {
					ledger = held(t, provision.JournalID(acmeID))
				}
				s := listen(t)
				changes, err := provision.Apply(t.Context(), fake.Client(t, opts...), fullPlan(),
					provision.WithJournal(ledger), provision.OnWait(s.wait), provision.OnChange(s.change))
				s.word(0)
				s.ended = true
				if err != nil {
					t.Fatalf("%v\n%s", err, changes)
				}
				time.Sleep(time.Hour)
				if !strings.Contains(", "+s.kinds()+", ", ", "+c.want+", ") {
					t.Errorf("told: %s", s.kinds())
				}
			})
		})
	}
}

// TestWaitSaysHowLong: what is said of a create that was lost, from its beginning.
func TestWaitSaysHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t)
		fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore})
		var told []provision.Wait
		var at []time.Duration
		begun := time.Now()
		settled := provision.WithSettle(provision.Settle{For: 55 * time.Second})
		_, err := provision.Apply(t.Context(), fake.Client(t), acmePlan(), settled, provision.OnWait(func(w provision.Wait) {
			if w.Kind == provision.WaitSettle {
				told, at = append(told, w), append(at, time.Since(begun).Round(time.Second))
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if want := "[0s 10s 20s 30s 40s 50s]"; fmt.Sprint(at) != want {
			t.Errorf("told after %v, want %s", at, want)
		}
		w := told[0]
		line := "packages/billing: looking for the effect of a create whose response was lost; since " + w.Since.Format(time.TimeOnly) +
			", until " + w.Since.Add(55*time.Second).Format(time.TimeOnly) + " at the latest"
		if w.String() != line || w.Until.Sub(begun).Round(time.Second) != 55*time.Second {
			t.Errorf("%v, want %s", w, line)
		}
	})
}

// TestEnsureIsNotSilent: an ensure helper tells, too.
func TestEnsureIsNotSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t)
		fake.AddCustomer(acmeSeed())
		fake.Inject(workatotest.Fault{On: "folders.create", Do: workatotest.ResetBefore})
		s := listen(t)
		_, err := provision.EnsureFolder(t.Context(), fake.Client(t), acmeID, []string{"New"}, provision.OnEnsureWait(s.wait))
		s.word(0)
		if err != nil || s.kinds() != "settle folders/New" || len(s.waits) < 7 {
			t.Errorf("%v: %s", err, s.kinds())
		}
	})
}

// TestRolloutIsNotSilent: whatever takes its time in a rollout, an event says so.
func TestRolloutIsNotSilent(t *testing.T) {
	half := func(ctx context.Context, _ *provision.Summary) (provision.Verdict, error) {
		select {
		case <-time.After(30 * time.Minute):
			return provision.Proceed, nil
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
	last := provision.Wave{Percent: 100}
	for _, c := range []struct {
		name  string
		fake  []workatotest.Option
		fault *workatotest.Fault
		limit slow
		// perHour is the quota of imports, 0 for that of the service.
		perHour int
		wave    provision.Wave
		held    bool
		want    string // in a message
	}{
		{
			name: "lost import", fault: &workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore},
			want: "looking for 1 import whose response was lost, for ",
		},
		{name: "long import", fake: []workatotest.Option{workatotest.WithImportReads(40)}, want: "2 imports under way, for "},
		{name: "hanging call", fault: &workatotest.Fault{On: "folders.list", Do: workatotest.Hang}, want: "1 call waiting for a quota or a response"},
		{name: "quota", perHour: 1, want: "1 import waiting for the quota, for "},
		{name: "slow limiter", limit: slow{"folders.list", time.Minute}, want: "2 calls waiting for a quota or a response"},
		{name: "bake", wave: provision.Wave{Count: 1, Bake: time.Hour}, want: "the wave is baking, for 10s so far, another 59m50s at most"},
		{name: "gate", wave: provision.Wave{Count: 1, Gate: half}, want: "the gate has not decided, for 10s so far"},
		{name: "retry", fault: &workatotest.Fault{On: "folders.list", Do: workatotest.Respond, Status: 503, Times: 8}, want: "2 failed customers to be tried again"},
		{name: "lease", held: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 2, c.fake...)
				if c.fault != nil {
					f.fake.Inject(*c.fault)
				}
				if c.wave.Count > 0 {
					f.strategy.Waves = []provision.Wave{c.wave, last}
				}
				f.strategy.Retry = provision.Retry{Max: 3}
				if c.held {
					f.ledger = held(t, rolloutID)
				}
				s := listen(t)
				f.options = append(f.options, provision.OnLeaseWait(s.wait))
				if c.perHour > 0 {
					limiter, err := ratelimit.New(ratelimit.PerHour("imports", c.perHour))
					if err != nil {
						t.Fatal(err)
					}
					f.options = append(f.options, provision.WithLimiter(limiter))
				}
				r := f.rollout(f.fake.Client(t, workato.WithLimiter(c.limit)))
				if _, err := r.Enroll(t.Context(), f.all()); err != nil {
					t.Fatal(err)
				}
				var messages []string
				news := time.Now()
				for e, err := range r.Events(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					s.word(time.Since(news))
					if e.Kind == provision.EventWait {
						messages = append(messages, e.Message)
					} else {
						news = time.Now()
					}
				}
				if all := strings.Join(messages, "\n"); !strings.Contains(all, c.want) || c.held && s.kinds() != "lease" {
					t.Errorf("told: %s %.2000s", s.kinds(), all)
				}
			})
		})
	}
}

// TestLostImportIsTold: the event of a lost import names the customer, why the
// response was lost, and how long its effect is looked for at most.
func TestLostImportIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		f.fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetBefore})
		f.must()
		i := slices.IndexFunc(f.events, func(e provision.Event) bool { return e.Kind == provision.EventWait })
		if i < 0 {
			t.Fatal("nothing was said")
		}
		e := f.events[i]
		if e.Customer != "E"+customerName(0) || e.Wave != 1 || !strings.Contains(e.Err, "connection") || !strings.Contains(e.Message, "for another 2m0s at most") {
			t.Errorf("%+v", e)
		}
	})
}
