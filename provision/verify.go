package provision

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-workato/workato"
)

// verify looks at the workspace after the import.
func (j *job) verify() error {
	rec, rule := j.rec, &j.strategy.Verify
	if rule.Settle > 0 {
		if err := sleep(j.soft, rule.Settle); err != nil {
			return err
		}
	}
	if j.report == nil && rec.ImportID > 0 {
		report, err := j.client.Imports.Get(j.soft, rec.Customer, rec.ImportID)
		if err != nil {
			return j.failure(j.soft, StageVerify, err)
		}
		j.report = report
	}
	if err := j.verifyConnections(); err != nil {
		return err
	}
	if err := j.verifyRecipes(); err != nil {
		return err
	}
	return j.move(StateSucceeded, "")
}

func (j *job) failed(err error) error {
	return &OutcomeError{Customer: j.rec.Customer, State: StateFailed, Stage: StageVerify, Err: err}
}

// verifyConnections compares the connections that were authorized before.
func (j *job) verifyConnections() error {
	if !j.strategy.Verify.Connections || len(j.rec.Connections) == 0 {
		return nil
	}
	all, err := j.client.Connections.List(j.soft, j.rec.Customer, nil)
	if err != nil {
		return j.failure(j.soft, StageVerify, err)
	}
	lost := slices.DeleteFunc(slices.Clone(j.rec.Connections), func(id int64) bool {
		return slices.ContainsFunc(all, func(c workato.Connection) bool { return c.ID == id && c.Authorized() })
	})
	if len(lost) == 0 {
		return nil
	}
	return &OutcomeError{
		Customer: j.rec.Customer, State: StateNeedsUser, Stage: StageVerify,
		Err: fmt.Errorf("connections that were authorized before the import are not any more: %d", lost),
	}
}

// verifyRecipes takes the report of the import, and looks where that says nothing
// or that recipes do not run.
func (j *job) verifyRecipes() error {
	var left []workato.ImportedRecipe
	reported := false
	if j.report != nil {
		left, reported = j.report.NotRestarted(), len(j.report.RecipeStatus) > 0
	}
	mode := j.strategy.Verify.Recipes
	switch {
	case len(left) > 0:
		return j.restarted(left)
	case j.seen, mode == Never, reported && mode == IfNeeded:
		return nil
	}
	seen, err := j.release.Detector().Look(j.soft, j.client, &j.release, j.rec.Target, j.rec.Baseline)
	switch {
	case err != nil:
		return j.failure(j.soft, StageVerify, err)
	case seen.Presence == Absent:
		return j.failed(errors.New("the import has completed, but the release is not there"))
	}
	return nil
}

// restarted looks whether recipes that the import did not restart run now.
func (j *job) restarted(left []workato.ImportedRecipe) error {
	if j.strategy.Verify.Recipes != Never {
		for recipe, err := range j.client.Recipes.AllBelow(j.soft, j.rec.Customer, j.rec.FolderID, withoutCode()) {
			if err != nil {
				return j.failure(j.soft, StageVerify, err)
			}
			if recipe.Running {
				left = slices.DeleteFunc(left, func(l workato.ImportedRecipe) bool { return l.ID == recipe.ID })
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	return j.failed(fmt.Errorf("%d recipes do not run after the import, the first is %d (%s)", len(left), left[0].ID, left[0].ImportResult))
}
