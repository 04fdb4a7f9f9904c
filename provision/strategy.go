package provision

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Strategy says in which steps and how far a rollout goes. The waves cannot be
// changed once the rollout has begun, everything else can be from one run to the
// next. Its JSON form leaves out the functions.
type Strategy struct {
	// Waves follow each other; none is one wave of all customers. The last has to
	// take all that are left: Percent 100.
	Waves []Wave `json:"waves,omitempty"`
	// MaxConcurrent is how many customers are worked at, 50 if 0. Those that wait
	// for an hourly quota count too.
	MaxConcurrent int `json:"max_concurrent,omitempty"`
	// FailureTolerance is how many customers of a wave may fail. The zero value is
	// none.
	FailureTolerance Tolerance `json:"failure_tolerance,omitzero"`
	// Concurrency is Strict if empty.
	Concurrency ConcurrencyMode `json:"concurrency,omitempty"`
	// OnExceeded is Pause if empty.
	OnExceeded Reaction `json:"on_exceeded,omitempty"`
	Verify     Verify   `json:"verify,omitzero"`
	Retry      Retry    `json:"retry,omitzero"`
	Settle     Settle   `json:"settle,omitzero"`
}

// Wave is a step of a rollout. The next one begins when all customers of this one
// are in a final state, Bake is over and Gate says Proceed.
type Wave struct {
	Name string `json:"name,omitempty"`
	// Count, or Percent of all customers (rounded up), is how many the wave has.
	Count   int     `json:"count,omitempty"`
	Percent float64 `json:"percent,omitempty"`
	// Only picks the customers: canaries chosen by hand. With it, Count and Percent
	// are upper bounds, and without them the wave has all that are picked. If it
	// picks none of all the customers, Run refuses before anything is sent.
	Only func(Target) bool `json:"-"`
	// Bake is how long to wait after the last customer, added up over all runs.
	Bake time.Duration `json:"bake_ns,omitempty"`
	// Gate decides whether to go on; nil is Proceed. Its error pauses the rollout.
	Gate func(ctx context.Context, s *Summary) (Verdict, error) `json:"-"`
}

// Tolerance is how many customers of a wave may end in StateFailed or
// StateUnknown. Customers that are gone or need their user do not count.
type Tolerance struct {
	// Count is a number of customers.
	Count int `json:"count,omitempty"`
	// Percent is a part of the wave (rounded down), and then also of the outcomes so
	// far once there are Sample of them: 1 of 1 is 100 %. If Count is set too, the
	// lower bound holds.
	Percent float64 `json:"percent,omitempty"`
	Sample  int     `json:"sample,omitempty"`
}

// ConcurrencyMode says how the tolerance bounds what is under way.
type ConcurrencyMode string

// The modes.
const (
	// Strict never has more customers under way than may still fail, and one: no
	// more than the tolerance and one fail. A tolerance of none means one at a time.
	Strict ConcurrencyMode = "strict"
	// Soft has MaxConcurrent under way, all of which may fail at once.
	Soft ConcurrencyMode = "soft"
)

// Reaction says what follows when the tolerance is exceeded. Either way no other
// customer is begun. If none is left, the rollout has ended, and nothing follows.
type Reaction string

// The reactions.
const (
	Pause Reaction = "pause" // ErrPaused, until ResumeRollout
	Abort Reaction = "abort" // ErrAborted, until ResumeRollout
)

// Verify says what is looked at after an import. What the import itself reports of
// its recipes always counts.
type Verify struct {
	// Connections compares those that were authorized before the import with the
	// same ones after it: one that fell out is StateNeedsUser. It costs two calls a
	// customer.
	Connections bool `json:"connections,omitempty"`
	// Recipes says when recipes are listed; IfNeeded if empty.
	Recipes When `json:"recipes,omitempty"`
	// Settle is how long to wait before, for recipes that take time to start.
	Settle time.Duration `json:"settle_ns,omitempty"`
}

// When says when something is looked at.
type When string

// The times to look.
const (
	// IfNeeded looks where the import reports nothing, or recipes that do not run.
	IfNeeded When = "if_needed"
	// Always also looks for the release where the import reports success.
	Always When = "always"
	// Never takes the report of the import for the truth.
	Never When = "never"
)

// Retry says which failures are tried again within a run.
type Retry struct {
	// Max is how often for one customer, 0 for never. The client's own retries of a
	// call are not counted.
	Max int `json:"max,omitempty"`
	// Wait is the time before, 30 seconds if 0.
	Wait time.Duration `json:"wait_ns,omitempty"`
	// If decides; nil is OutcomeError.Retryable.
	If func(*OutcomeError) bool `json:"-"`
}

// The defaults of Strategy.
const (
	defaultConcurrent = 50
	defaultRetryWait  = 30 * time.Second
)

// Check reports every mistake.
func (s *Strategy) Check() error {
	errs := []error{s.Settle.check("strategy.settle")}
	bad := func(wrong bool, field, format string, args ...any) {
		if wrong {
			errs = append(errs, badField(field, format, args...))
		}
	}
	percent := func(field string, p float64) {
		bad(!(p >= 0 && p <= 100), field, "must be 0 to 100, got %v", p)
	}
	for i, w := range s.Waves {
		field := func(name string) string { return fmt.Sprintf("strategy.waves[%d].%s", i, name) }
		bad(w.Count < 0, field("count"), "is negative")
		percent(field("percent"), w.Percent)
		bad(w.Count > 0 && w.Percent > 0, field("count"), "and percent are both set")
		bad(w.Count == 0 && w.Percent == 0 && w.Only == nil, field("count"), "or percent, or only, is required")
		bad(w.Bake < 0, field("bake"), "is negative")
		last := i == len(s.Waves)-1
		bad(last && w.Percent != 100, field("percent"), "must be 100 in the last wave, which takes all customers that are left, got %v", w.Percent)
		bad(last && w.Only != nil, field("only"), "must be nil in the last wave, which takes all customers that are left")
	}
	bad(len(s.Waves) > MaxWave, "strategy.waves", "has %d, at most are %d", len(s.Waves), MaxWave)
	bad(s.MaxConcurrent < 0, "strategy.max_concurrent", "is negative")
	bad(s.FailureTolerance.Count < 0, "strategy.failure_tolerance.count", "is negative")
	percent("strategy.failure_tolerance.percent", s.FailureTolerance.Percent)
	bad(s.FailureTolerance.Sample < 0, "strategy.failure_tolerance.sample", "is negative")
	switch s.Concurrency {
	case "", Strict, Soft:
	default:
		bad(true, "strategy.concurrency", "must be %q or %q, got %q", Strict, Soft, s.Concurrency)
	}
	switch s.OnExceeded {
	case "", Pause, Abort:
	default:
		bad(true, "strategy.on_exceeded", "must be %q or %q, got %q", Pause, Abort, s.OnExceeded)
	}
	switch s.Verify.Recipes {
	case "", IfNeeded, Always, Never:
	default:
		bad(true, "strategy.verify.recipes", "must be %q, %q or %q, got %q", IfNeeded, Always, Never, s.Verify.Recipes)
	}
	bad(s.Verify.Settle < 0, "strategy.verify.settle", "is negative")
	bad(s.Retry.Max < 0, "strategy.retry.max", "is negative")
	bad(s.Retry.Wait < 0, "strategy.retry.wait", "is negative")
	return errors.Join(errs...)
}

// WithDefaults returns a copy with all that is not set filled in.
func (s *Strategy) WithDefaults() Strategy {
	out := *s
	out.fill()
	return out
}

func (s *Strategy) fill() {
	if len(s.Waves) == 0 {
		s.Waves = []Wave{{Name: "all", Percent: 100}}
	}
	set(&s.MaxConcurrent, defaultConcurrent)
	set(&s.Concurrency, Strict)
	set(&s.OnExceeded, Pause)
	set(&s.Verify.Recipes, IfNeeded)
	set(&s.Retry.Wait, defaultRetryWait)
	if s.Retry.If == nil {
		s.Retry.If = func(e *OutcomeError) bool { return e.Retryable }
	}
	s.Settle = s.Settle.withDefaults()
}

// set gives a field its default.
func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// size is how many of all customers a wave can have.
func (w *Wave) size(all int) int {
	switch {
	case w.Count > 0:
		return w.Count
	case w.Percent > 0:
		return int(math.Ceil(float64(all)*w.Percent/100 - 1e-9))
	}
	return all
}
