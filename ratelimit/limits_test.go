package ratelimit_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// row is an operation of the table.
func row(t *testing.T, name string) workato.Operation {
	t.Helper()
	for _, operation := range workato.Operations() {
		if operation.Name == name {
			return operation
		}
	}
	t.Fatalf("no operation %q", name)
	return workato.Operation{}
}

func TestLimits(t *testing.T) {
	options := []ratelimit.Option{ratelimit.Share(0.5), ratelimit.PerMinute("jobs", 3000), ratelimit.PerSecond("recipes", 20), ratelimit.PerHour("picklists", 100)}
	tests := map[string]struct {
		operation workato.Operation
		want      ratelimit.Limits
	}{
		"a minute":        {row(t, "connections.list"), ratelimit.Limits{Family: "connections.list", PerMinute: 500}},
		"shared":          {row(t, "connections.update"), ratelimit.Limits{Family: "connections", PerMinute: 30}},
		"a second":        {row(t, "jobs.repeat"), ratelimit.Limits{Family: "jobs.repeat", PerSecond: 1}},
		"an hour":         {row(t, "imports.create"), ratelimit.Limits{Family: "imports", PerMinute: 500, PerHour: 250}},
		"not by the hour": {row(t, "imports.get"), ratelimit.Limits{Family: "imports", PerMinute: 500}},
		"no figure":       {row(t, "folders.list"), ratelimit.Limits{Family: "folders", PerMinute: 30, Undocumented: true}},
		"raised":          {row(t, "jobs.get"), ratelimit.Limits{Family: "jobs", PerMinute: 1500}},
		"with a second":   {row(t, "recipes.start"), ratelimit.Limits{Family: "recipes", PerSecond: 10, PerMinute: 500}},
		"with an hour":    {row(t, "picklists.get_values"), ratelimit.Limits{Family: "picklists", PerMinute: 30, PerHour: 50}},
		"no family":       {workato.Operation{Name: "own"}, ratelimit.Limits{Family: "own", PerMinute: 30, Undocumented: true}},
	}
	limiter := mustNew(t, options...)
	for name, test := range tests {
		if got := limiter.Limits(test.operation); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
	if states := limiter.Stats(); len(states) > 0 {
		t.Errorf("a query for limits changed the state: %+v", states)
	}
}

// The limits of all families are known before any call, and a call changes none
// of them.
func TestStateBeforeTheFirstCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := mustNew(t, ratelimit.Share(0.5))
		operations := append(workato.Operations(), workato.Operation{Name: "raw", Quota: workato.Quota{Family: "raw"}})
		before := map[string]ratelimit.State{}
		for _, operation := range operations {
			limits := limiter.Limits(operation)
			state, ok := limiter.State(limits.Family)
			if !ok || state.PerSecond != limits.PerSecond || state.PerMinute != limits.PerMinute || (limits.PerHour > 0 && state.PerHour != limits.PerHour) {
				t.Errorf("%s: state %+v, limits %+v", operation.Name, state, limits)
			}
			before[limits.Family] = state
		}
		if len(limiter.Stats()) > 0 {
			t.Errorf("families were seen: %+v", limiter.Stats())
		}
		for _, operation := range slices.Backward(operations) { // imports.get before imports.create
			take(t, limiter, operation, 1)
			family := limiter.Limits(operation).Family
			if state, _ := limiter.State(family); state.PerHour != before[family].PerHour {
				t.Errorf("%s: %d an hour after the first call, %d before", operation.Name, state.PerHour, before[family].PerHour)
			}
		}
		time.Sleep(2 * time.Hour)
		for family, want := range before {
			got, _ := limiter.State(family)
			got.Granted, got.Waits, got.Waited = 0, 0, 0
			if got != want {
				t.Errorf("%s: %+v, before the first call %+v", family, got, want)
			}
		}
	})
}
