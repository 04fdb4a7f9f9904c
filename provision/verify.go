package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// verify looks at the workspace after the import.
func (j *job) verify() error {
	if wait := j.strategy.Verify.Settle; wait > 0 {
		if err := j.pause(j.soft, WaitStart, wait); err != nil {
			return err
		}
	}
	step, err := j.steps.verify(j.soft, j.rec, j.report, j.seen)
	if err != nil {
		return err
	}
	return j.move(step.To, step.Message)
}

// Verify looks at the workspace of a customer in StateImported, after Verify.Settle
// of the Strategy, and leads to StateSucceeded. seen is that of the Step which has
// led here.
func (s *Steps) Verify(ctx context.Context, rec *Record, seen bool) (Step, error) {
	return s.verify(ctx, rec, nil, seen)
}

func (s *Steps) verify(ctx context.Context, rec *Record, report *workato.Import, seen bool) (Step, error) {
	if err := s.locate(ctx, rec); err != nil { // a person may say of any customer that it was imported
		return Step{}, s.failure(ctx, StageVerify, rec, err)
	}
	if report == nil && rec.ImportID > 0 {
		var err error
		if report, err = s.client.Imports.Get(ctx, rec.Customer, rec.ImportID); err != nil {
			return Step{}, s.failure(ctx, StageVerify, rec, err)
		}
	}
	if err := s.verifyConnections(ctx, rec); err != nil {
		return Step{}, err
	}
	if err := s.verifyRecipes(ctx, rec, report, seen); err != nil {
		return Step{}, err
	}
	return Step{To: StateSucceeded}, nil
}

func unverified(rec *Record, err error) error {
	return &OutcomeError{Customer: rec.Customer, State: StateFailed, Stage: StageVerify, Err: err}
}

// verifyConnections compares the connections that were authorized before.
func (s *Steps) verifyConnections(ctx context.Context, rec *Record) error {
	if !s.strategy.Verify.Connections || len(rec.Connections) == 0 {
		return nil
	}
	all, err := s.client.Connections.List(ctx, rec.Customer, nil)
	if err != nil {
		return s.failure(ctx, StageVerify, rec, err)
	}
	lost := slices.DeleteFunc(slices.Clone(rec.Connections), func(id int64) bool {
		return slices.ContainsFunc(all, func(c workato.Connection) bool { return c.ID == id && c.Authorized() })
	})
	if len(lost) == 0 {
		return nil
	}
	return &OutcomeError{
		Customer: rec.Customer, State: StateNeedsUser, Stage: StageVerify,
		Err: fmt.Errorf("connections that were authorized before the import are not any more: %d", lost),
	}
}

// verifyRecipes takes the report of the import, and looks where that says nothing
// or that recipes do not run.
func (s *Steps) verifyRecipes(ctx context.Context, rec *Record, report *workato.Import, seen bool) error {
	var left []workato.ImportedRecipe
	reported := false
	if report != nil {
		left, reported = report.NotRestarted(), len(report.RecipeStatus) > 0
	}
	mode := s.strategy.Verify.Recipes
	switch {
	case len(left) > 0:
		return s.restarted(ctx, rec, left)
	case seen, mode == Never, reported && mode == IfNeeded:
		return nil
	}
	sighting, err := s.release.Detector().Look(ctx, s.client, s.release, rec.Target, rec.Baseline)
	switch {
	case err != nil:
		return s.failure(ctx, StageVerify, rec, err)
	case sighting.Presence == Absent:
		return unverified(rec, errors.New("the import has completed, but the release is not there"))
	}
	return nil
}

// restarted looks whether recipes that the import did not restart run now.
func (s *Steps) restarted(ctx context.Context, rec *Record, left []workato.ImportedRecipe) error {
	if s.strategy.Verify.Recipes != Never {
		for recipe, err := range s.client.Recipes.AllBelow(ctx, rec.Customer, rec.FolderID, withoutCode()) {
			if err != nil {
				return s.failure(ctx, StageVerify, rec, err)
			}
			if recipe.Running {
				left = slices.DeleteFunc(left, func(l workato.ImportedRecipe) bool { return l.ID == recipe.ID })
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	return unverified(rec, fmt.Errorf("%s not running after the import, the first is %d (%s)", text.Count(len(left), "recipe"), left[0].ID, left[0].ImportResult))
}
