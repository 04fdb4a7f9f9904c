package workato

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A Create whose answer is lost is left to its caller, who has to be told how
// to find out what became of it.
func TestCreatesSayHowToLook(t *testing.T) {
	t.Parallel()
	for _, op := range table {
		if op.Effect == Create {
			assert.NotEmpty(t, op.lookup, op.Name)
		}
	}
}
