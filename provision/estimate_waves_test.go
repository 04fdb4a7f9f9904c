package provision_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato/provision"
)

// Waves do not make a job shorter than no client could make it.
func TestEstimateOfWavesIsNotBelowTheLeast(t *testing.T) {
	t.Parallel()
	waves := &provision.Strategy{Waves: []provision.Wave{{Name: "canary", Count: 1}, {Name: "early", Count: 500}, {Name: "rest", Percent: 100}}}
	e := provision.EstimateWork(provision.Work{"imports.create": 1}, 5000, nil, waves)
	assert.GreaterOrEqual(t, e.Likely, e.Least)
	assert.Equal(t, "9h0m0s", e.Least.String())
}
