package provision_test

import (
	"strings"
	"testing"

	"github.com/go-workato/workato/provision"
)

// TestMistakesHaveOneForm: each line of a joined error names the package once, and then
// the field.
func TestMistakesHaveOneForm(t *testing.T) {
	t.Parallel()
	_, rollout := provision.NewRollout(nil, nil, "", provision.Release{SHA256: "x", Folder: []string{""}}, provision.Strategy{
		Waves: []provision.Wave{{Count: -1, Percent: 200, Only: func(provision.Target) bool { return true }}}, Settle: provision.Settle{For: -1},
		MaxConcurrent: -1, Verify: provision.Verify{Recipes: "x"},
	}, provision.WithLease(-1), provision.WithAttemptTimeout(-1), provision.WithLimiter(nil), nil, provision.WithWorkspace(""))
	plan := acmePlan()
	plan.Packages[0].Release = provision.Release{Version: " ", SHA256: "x"}
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"rollout": {rollout, []string{
			"rollout: must have", "release.name: ", "release.version: ", "release.restart: ", "release.folder[0]: ", "release.sha256: ", "release.package: is required",
			"strategy.settle.for: ", "strategy.waves[0].count: ", "strategy.waves[0].percent: must be 0 to 100",
			"strategy.waves[0].percent: must be 100 in the last wave",
			"strategy.waves[0].only: must be nil in the last wave", "client: is nil", "ledger: is nil", "lease: ", "attempt_timeout: ", "limiter: ",
			"option: ", "workspace: ",
		}},
		"plan": {plan.Check(), []string{"plan: packages[0].sha256: ", "plan: packages[0].package: is required", "plan: packages[0].restart: "}},
	} {
		for line := range strings.SplitSeq(c.err.Error(), "\n") {
			if !strings.HasPrefix(line, "workato: provision: ") || strings.Count(line, "provision: ") != 1 || strings.Count(line, "workato: ") != 1 {
				t.Errorf("%s: %s", name, line)
			}
		}
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), "workato: provision: "+want) {
				t.Errorf("%s: no %q in\n%v", name, want, c.err)
			}
		}
	}
}
