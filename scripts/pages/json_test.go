package pages

import (
	"strings"
	"testing"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// TestJSON: a list is one of faults, an object with customers a seed of the
// fake, any other a plan.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, b := range codeIn(t, "json") {
		var err error
		fake := workatotest.New(t)
		switch {
		case strings.HasPrefix(b.code, "["):
			err = fake.InjectJSON("the block", []byte(b.code))
		case strings.Contains(b.code, `"customers"`):
			err = fake.SeedJSON("the block", []byte(b.code))
		default:
			_, err = provision.ReadPlan("the block", []byte(b.code))
		}
		if err != nil {
			t.Errorf("%s:%d: %v", b.page, b.line, err)
		}
	}
}
