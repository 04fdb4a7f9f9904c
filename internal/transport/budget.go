package transport

import "sync"

// Budget bounds how many retries all calls of a client may add to the load of a
// failing service: a token bucket from which each retry takes one and to which
// each success returns a fraction. Without it, a fleet of goroutines multiplies
// its load just when the service cannot take it.
type Budget struct {
	mu       sync.Mutex
	tokens   int
	capacity int
}

const (
	repeatCost   = 10
	successGains = 1
)

// NewBudget returns a full bucket with the given number of retries.
func NewBudget(repeats int) *Budget {
	return &Budget{tokens: repeats * repeatCost, capacity: repeats * repeatCost}
}

// take takes a token for a retry. A nil Budget is never empty.
func (b *Budget) take() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens < repeatCost {
		return false
	}
	b.tokens -= repeatCost
	return true
}

func (b *Budget) succeeded() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+successGains, b.capacity)
}
