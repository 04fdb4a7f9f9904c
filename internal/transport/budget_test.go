package transport

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestBudgetIsNeverMoreThanFull: a long time of success does not permit a storm
// of retries.
func TestBudgetIsNeverMoreThanFull(t *testing.T) {
	t.Parallel()
	b := NewBudget(3)
	for range 1000 {
		b.succeeded()
	}
	paid := 0
	for b.take() {
		paid++
	}
	assert.Equal(t, 3, paid)
	for range repeatCost {
		assert.False(t, b.take())
		b.succeeded()
	}
	assert.True(t, b.take())
}
