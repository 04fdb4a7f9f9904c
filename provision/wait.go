package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// Wait is something that takes its time. Nothing is wrong, and nobody has to act.
type Wait struct {
	Kind WaitKind `json:"kind"`
	// Address is that of the step, as in Change. It is empty for WaitLease.
	Address string `json:"address,omitempty"`
	// Message says what is waited for. It is meant for people: its wording may change.
	Message string `json:"message"`
	// Since is when it began. For WaitSettle that is when the create was sent, which an
	// earlier run may have done.
	Since time.Time `json:"since"`
	// Until is when it ends at the latest, zero if that is not known. Calls that have to
	// wait for a quota come on top.
	Until time.Time `json:"until,omitzero"`
}

// WaitKind says what is waited for.
type WaitKind string

// The kinds of waits.
const (
	WaitSettle  WaitKind = "settle"  // the effect of a create whose response was lost is looked for
	WaitImport  WaitKind = "import"  // the service works at an import
	WaitStart   WaitKind = "start"   // recipes start
	WaitArrival WaitKind = "arrival" // what a package brings appears in the lists
	WaitCall    WaitKind = "call"    // a call waits for a quota, a response or another attempt
	WaitLease   WaitKind = "lease"   // another runner, which may have died, has the lease
	WaitQuota   WaitKind = "quota"   // an import waits until the quota allows it; only in a Rollout
	WaitRetry   WaitKind = "retry"   // a failed customer is tried again; only in a Rollout
	WaitBake    WaitKind = "bake"    // Wave.Bake is waited for; only in a Rollout
	WaitGate    WaitKind = "gate"    // Wave.Gate has not decided yet; only in a Rollout
)

// String is a line for people.
func (w Wait) String() string {
	line := w.Message
	if w.Address != "" {
		line = w.Address + ": " + line
	}
	line += "; since " + w.Since.Format(time.TimeOnly)
	if !w.Until.IsZero() {
		line += ", until " + w.Until.Format(time.TimeOnly) + " at the latest"
	}
	return line
}

// OnWait calls a function when Apply has to wait: for the effect of a create whose
// response was lost, an import, recipes that start and things that a package brings,
// when the wait begins; for the lease of another runner and within one call (a quota,
// retries), after 10 seconds. It is called again every 10 seconds, and every minute
// after the first one, until the wait is over.
//
// It is called by one goroutine at a time, never together with the function of
// OnChange, and not after Apply has returned. Apply waits for it.
func OnWait(f func(Wait)) ApplyOption { return func(o *applyOptions) { o.onWait = f } }

// OnEnsureWait is OnWait for an ensure helper.
func OnEnsureWait(f func(Wait)) EnsureOption { return func(o *ensureOptions) { o.onWait = f } }

// silence is how long nothing is said about a wait that has lasted for some time.
func silence(lasted time.Duration) time.Duration {
	if lasted < time.Minute {
		return 10 * time.Second
	}
	return time.Minute
}

// voice knows what is waited for at the moment, and tells it if it is given a
// function. A nil one does neither.
type voice struct {
	tell func(Wait)

	mu      sync.Mutex  // also while tell is called
	address string      // of the step that is worked at
	open    []*waiting  // the innermost last
	timer   *time.Timer // runs while something is open, if there is tell
}

// waiting is a Wait that is not over. A nil one does nothing.
type waiting struct {
	voice *voice
	begun time.Time
	wait  Wait
}

// step says which step is worked at.
func (v *voice) step(address string) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.address = address
}

// begin notes a wait. It is told at once unless it is mostly short.
func (v *voice) begin(w Wait, mostlyShort bool) *waiting {
	if v == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	begun := time.Now()
	if w.Since.IsZero() {
		w.Since = begun
	}
	if w.Kind != WaitLease {
		w.Address = v.address
	}
	wt := &waiting{voice: v, begun: begun, wait: w}
	v.open = append(v.open, wt)
	if v.tell != nil {
		if !mostlyShort {
			v.tell(w)
		}
		switch {
		case v.timer == nil:
			v.timer = time.AfterFunc(silence(0), v.again)
		case !mostlyShort || len(v.open) == 1:
			v.timer.Reset(silence(0))
		}
	}
	return wt
}

// again tells of the innermost wait that has lasted for long enough.
func (v *voice) again() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, w := range slices.Backward(v.open) {
		if w.long() {
			v.tell(w.wait)
			v.timer.Reset(silence(time.Since(w.begun)))
			return
		}
	}
	if len(v.open) > 0 { // the outermost will be the first
		v.timer.Reset(silence(0) - time.Since(v.open[0].begun))
	}
}

// long reports whether a wait has lasted for so long that it is told.
func (w *waiting) long() bool { return time.Since(w.begun) >= silence(0) }

// say changes what is known of a wait.
func (w *waiting) say(change func(*Wait)) {
	if w == nil {
		return
	}
	w.voice.mu.Lock()
	defer w.voice.mu.Unlock()
	change(&w.wait)
}

// end ends a wait. Nothing is told of it any more.
func (w *waiting) end() {
	if w == nil {
		return
	}
	v := w.voice
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open = slices.DeleteFunc(v.open, func(other *waiting) bool { return other == w })
	if v.timer != nil && len(v.open) == 0 {
		v.timer.Stop()
	}
}

// sum says in one line what is waited for, "" for nothing: for many customers at
// once. Times are counted from now, for it is read on other machines, too.
func (v *voice) sum() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var parts []string
	for _, kind := range []struct {
		of   WaitKind
		what func(n int) string
	}{
		{WaitSettle, func(n int) string { return "looking for " + text.Count(n, "import") + " whose response was lost" }},
		{WaitImport, func(n int) string { return text.Count(n, "import") + " under way" }},
		{WaitQuota, func(n int) string { return text.Count(n, "import") + " waiting for the quota" }},
		{WaitRetry, func(n int) string { return text.Count(n, "failed customer") + " to be tried again" }},
		{WaitStart, func(n int) string { return "recipes of " + text.Count(n, "customer") + " given time to start" }},
		{WaitBake, func(int) string { return "the wave is baking" }},
		{WaitGate, func(int) string { return "the gate has not decided" }},
		{WaitCall, func(n int) string { return text.Count(n, "call") + " waiting for a quota or a response" }},
	} {
		n, since, until := 0, time.Time{}, time.Time{}
		for _, w := range v.open {
			if w.wait.Kind != kind.of || kind.of == WaitCall && !w.long() {
				continue
			}
			if n++; n == 1 || w.begun.Before(since) {
				since = w.begun
			}
			if w.wait.Until.After(until) {
				until = w.wait.Until
			}
		}
		if n == 0 {
			continue
		}
		part := fmt.Sprintf("%s, for %v so far", kind.what(n), time.Since(since).Round(time.Second))
		if left := time.Until(until).Round(time.Second); !until.IsZero() && left > 0 {
			part += fmt.Sprintf(", another %v at most", left)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// calls is a hook that notes calls as waits, for which a limiter, retries and slow
// responses are reasons.
type calls struct{ *voice }

type callKey struct{}

// Operation implements workato.Hook.
func (c calls) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	until, _ := ctx.Deadline()
	w := c.begin(Wait{Kind: WaitCall, Message: op.Name + " waits for its quota", Until: until}, true)
	return context.WithValue(ctx, callKey{}, w), func(error) { w.end() }
}

// Attempt implements workato.Hook.
func (c calls) Attempt(ctx context.Context, op workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	w, _ := ctx.Value(callKey{}).(*waiting)
	w.say(func(w *Wait) { w.Message = op.Name + " waits for the response" })
	return ctx, func(result workato.AttemptResult) {
		w.say(func(w *Wait) { w.Message = op.Name + " waits for another attempt" })
	}
}

// acquire takes a lease. Where it cannot be told whether the runner that has it is
// alive, that takes as long as its lease may last.
func acquire(ctx context.Context, v *voice, l Ledger, rollout string, owner Owner, ttl time.Duration) (Lease, error) {
	w := v.begin(Wait{Kind: WaitLease, Message: fmt.Sprintf("another runner has the lease of %q; it is given the time to renew it", rollout)}, true)
	defer w.end()
	return l.Acquire(ctx, rollout, owner, ttl)
}
