package transport

import "sync"

// Budget bounds how many repeats all calls of a client may add to the load of a
// service that fails: a bucket of tokens that each repeat takes from and each
// success puts a little back into. Without it, a fleet of goroutines multiplies
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

// NewBudget returns a bucket that is full with the given number of repeats.
func NewBudget(repeats int) *Budget {
	return &Budget{tokens: repeats * repeatCost, capacity: repeats * repeatCost}
}

// take pays for a repeat. A nil Budget is never empty.
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
