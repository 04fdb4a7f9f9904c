package provision_test

import (
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// TestPlanAfterRollout: what docs/rollout.md says that an Apply imports after a
// rollout, of which its journal knows nothing.
func TestPlanAfterRollout(t *testing.T) {
	for name, c := range map[string]struct {
		detect  provision.Detector
		version string
		imports int
	}{
		"marker, same version":   {provision.ByMarker("_release"), "2.5.0", 0},
		"marker, older version":  {provision.ByMarker("_release"), "2.4.0", 1},
		"versions, same version": {nil, "2.5.0", 1},
		"versions, the last one": {nil, "2.4.0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				planOf := func(version string) *provision.Plan {
					p := acmePlan()
					p.Packages[0].Version, p.Packages[0].Package, p.Packages[0].Detect = version, billingZip(version), c.detect
					return p
				}
				fake := workatotest.New(t, workatotest.WithStrict())
				client, ledger := fake.Client(t), provision.Memory()
				if _, err := provision.Apply(t.Context(), client, planOf("2.4.0"), provision.WithJournal(ledger)); err != nil {
					t.Fatal(err)
				}
				rollout, err := provision.NewRollout(client, ledger, "billing-2.5.0", planOf("2.5.0").Packages[0].Release, provision.Strategy{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := rollout.Enroll(t.Context(), provision.Targets(client.ManagedUsers.All(t.Context(), nil))); err != nil {
					t.Fatal(err)
				}
				if s, err := rollout.Run(t.Context()); err != nil || s.Counts[provision.StateSucceeded] != 1 {
					t.Fatal(s, err)
				}
				fake.ForgetRequests()
				if _, err := provision.Apply(t.Context(), client, planOf(c.version), provision.WithJournal(ledger)); err != nil {
					t.Fatal(err)
				}
				fake.AssertCalls(t, "imports.create", c.imports)
			})
		})
	}
}
