package provision

import (
	"context"
	"errors"
	"sync"
	"time"
)

// tally counts the customers of a rollout, and says how many may be begun.
type tally struct {
	strategy *Strategy
	quotas   []quota
	started  time.Time

	mu      sync.Mutex
	changed chan struct{} // closed at the next change
	counts  map[int]map[State]int
	givenUp map[int]int // those of StateFailed that a person has decided
	open    int
	ended   int // in this run
	active  int
}

func newTally(r *Rollout, counts Counts) *tally {
	t := &tally{strategy: &r.strategy, started: time.Now(), changed: make(chan struct{}), counts: map[int]map[State]int{}, givenUp: map[int]int{}}
	for _, count := range counts {
		t.of(count.Wave)[count.State] += count.N
		if !count.State.Final() {
			t.open += count.N
		}
	}
	if r.limiter != nil {
		t.quotas = quotasOf(r.Work(), r.limiter)
	}
	return t
}

func (t *tally) of(wave int) map[State]int {
	if t.counts[wave] == nil {
		t.counts[wave] = map[State]int{}
	}
	return t.counts[wave]
}

// move counts a customer that goes from one wave and state to another.
func (t *tally) move(fromWave int, from State, wave int, to State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of(fromWave)[from]--
	t.of(wave)[to]++
	switch {
	case to.Final() && !from.Final():
		t.open--
		t.ended++
	case from.Final() && !to.Final():
		t.open++
	}
	t.wake()
}

// giveUp counts a failed customer that no longer counts against the tolerance.
func (t *tally) giveUp(wave, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.givenUp[wave] += n
}

func (t *tally) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// inWave returns how many customers a wave has, and how many of them have an outcome.
func (t *tally) inWave(wave int) (size, outcomes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, outcomes, _ = t.sum(wave)
	return size, outcomes
}

// openIn is how many customers of a wave have no outcome.
func (t *tally) openIn(wave int) int {
	size, outcomes := t.inWave(wave)
	return size - outcomes
}

func (t *tally) sum(wave int) (size, outcomes, failures int) {
	for state, n := range t.of(wave) {
		size += n
		if state.Final() {
			outcomes += n
		}
	}
	return size, outcomes, t.of(wave)[StateFailed] + t.of(wave)[StateUnknown] - t.givenUp[wave]
}

// halts reports whether the failed customers of a wave stop the rollout, and how many
// there are.
func (t *tally) halts(wave int) (failures int, halts bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, outcomes, failures := t.sum(wave)
	return failures, t.strategy.Halts(size, outcomes, failures, t.unsent())
}

// mayBegin is how many customers of a wave may be under way.
func (t *tally) mayBegin(wave int) int {
	size, _, failures := t.sum(wave)
	return t.strategy.Admits(size, failures, t.unsent())
}

// stuck reports whether no customer of a wave may be under way, and none is.
func (t *tally) stuck(wave int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.active == 0 && t.mayBegin(wave) == 0
}

// errStuck says that a wait would have no end.
var errStuck = errors.New("provision: no customer may be under way")

// admit waits until another customer of the wave may be under way. It does not wait
// for nobody.
func (t *tally) admit(ctx context.Context, wave int) error {
	for {
		t.mu.Lock()
		if ctx.Err() == nil && t.active < t.mayBegin(wave) {
			t.active++
			t.mu.Unlock()
			return nil
		}
		if t.active == 0 && t.mayBegin(wave) == 0 {
			t.mu.Unlock()
			return errStuck
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// dismiss ends what admit has begun.
func (t *tally) dismiss() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.active--
	t.wake()
}

// remaining is the number of customers without a final state.
func (t *tally) remaining() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open
}

// unsent is the number of customers to whom nothing was sent.
func (t *tally) unsent() (n int) {
	for _, states := range t.counts {
		n += states[StatePending] + states[StatePrepared]
	}
	return n
}

// toGo is what is left: by what was seen in this run, or by the quotas if that is
// longer.
func (t *tally) toGo() Remaining {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := Remaining{Customers: t.open}
	if t.open == 0 {
		return left
	}
	past := time.Since(t.started)
	if t.ended > 0 {
		left.Duration = past / time.Duration(t.ended) * time.Duration(t.open)
	}
	if all, binding := least(t.quotas, t.ended+t.open); all-past > left.Duration {
		left.Duration, left.Binding = all-past, binding
	}
	return left
}
