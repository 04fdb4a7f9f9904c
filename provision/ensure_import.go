package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// EnsureImport makes sure that a release was imported into its folder, which has
// to be there, and waits for the end of the import. A failed one is a
// *workato.ImportFailedError.
//
// Only a Detector that proves presence, such as ByMarker, tells that the release
// is there; with ByVersion every call imports it. After a lost response the
// effect of the import is looked for, and it is sent again only when its absence
// was seen for the time of SettleWithin. If the process dies meanwhile, or an import
// cannot be polled, nothing tells the next call what this one has sent: Apply with a
// journal does. An error of a poll comes with a result that has the id.
func EnsureImport(ctx context.Context, c *workato.Client, id workato.CustomerID, want *Release, opts ...EnsureOption) (*Result[workato.Import], error) {
	e, err := newEnsurer(c, id, opts)
	if err != nil {
		return nil, err
	}
	if want == nil {
		return nil, badField("release", "is nil")
	}
	if err := want.Check(); err != nil {
		return nil, err
	}
	sum, err := want.sum(ctx)
	if err != nil {
		return nil, err
	}
	return e.release(ctx, want, sum)
}

// release is EnsureImport for a release that was checked, whose package has this
// hash.
func (e *ensurer) release(ctx context.Context, want *Release, sum string) (*Result[workato.Import], error) {
	e.voice.step(packageAddress(want))
	same := *want
	same.SHA256 = sum // what is sent is what was looked at
	want = &same
	im := &importing{ensurer: e, want: want, row: e.journal.row(packageAddress(want)), detector: want.Detector()}
	im.label = want.String() + " " + sum
	im.result = &Result[workato.Import]{Did: Unchanged}
	folderID, err := e.folderOf(ctx, want.Folder)
	if err != nil {
		return nil, err
	}
	im.target = Target{Customer: e.customer, FolderID: folderID}
	if done, err := im.resume(ctx); done || err != nil {
		return im.result, err
	}
	return im.result, im.send(ctx)
}

func packageAddress(r *Release) string { return "packages/" + r.Name }

// importing is one release on its way into a workspace.
type importing struct {
	*ensurer
	want     *Release
	label    string // of the release in the row
	row      *Record
	detector Detector
	target   Target
	result   *Result[workato.Import]
}

// resume goes on with what an earlier run has left behind, and reports whether
// nothing is left to do.
func (im *importing) resume(ctx context.Context) (done bool, err error) {
	same := im.row.Label == im.label
	if im.resting() {
		switch im.row.State { //nolint:exhaustive // of the others nothing is under way
		case StateSending, StateImporting, StateUnknown:
			return true, im.would()
		}
	}
	switch im.row.State { //nolint:exhaustive // of the others nothing is under way
	case StateUnknown:
		return false, ErrUnsettled
	case StateImporting:
		im.result.Did = Found
		err := im.await(ctx, 0) // at once, so that short runs get on
		var failed *workato.ImportFailedError
		switch {
		case same && err == nil:
			return true, nil
		case errors.As(err, &failed): // it is sent again
		case err != nil:
			return false, err
		}
	}
	if im.row.State == StateSending { // perhaps because the import is not known any more
		found, err := im.settled(ctx)
		if err != nil || found != nil && same {
			im.result.Did = Found
			return true, err
		}
	}
	return false, nil
}

// send imports the release, unless it is there.
func (im *importing) send(ctx context.Context) error {
	before, presence, err := im.baseline(ctx)
	if err != nil {
		return err
	}
	if _, proves := im.detector.(versions); presence == Present || proves && im.row.State == StateSucceeded && im.row.Label == im.label {
		im.result.Did = Unchanged
		return nil
	}
	if im.resting() {
		return im.would()
	}
	im.result.Diff = im.diff()
	for sends := 1; ; sends++ {
		im.row.Baseline, im.row.Label, im.row.FolderID = before, im.label, im.target.FolderID
		if err := im.journal.intend(ctx, im.row, "imports.create"); err != nil {
			return err
		}
		made, err := whileHeld(ctx, im.journal, func(ctx context.Context) (*workato.Import, error) {
			return im.client.Imports.Create(ctx, im.customer, im.want.params(im.target.FolderID))
		})
		var failed *workato.ImportFailedError
		switch {
		case err == nil:
			im.result.Did, im.result.Value = Created, made
			im.row.State, im.row.ImportID = StateImporting, made.ID
			if err := im.journal.put(ctx, im.row); err != nil {
				return err
			}
			if err := im.await(ctx, im.firstPoll); err != nil || im.row.State != StateSending {
				return err
			}
		case errors.As(err, &failed):
			im.row.State = StateFailed
			return errors.Join(err, im.journal.put(ctx, im.row))
		case !errors.Is(err, workato.ErrOutcomeUnknown):
			im.row.State = StatePending
			return errors.Join(err, im.journal.put(ctx, im.row))
		case ctx.Err() != nil:
			return err
		}
		found, unsettled := im.settled(ctx)
		switch {
		case unsettled != nil:
			return errors.Join(unsettled, err)
		case found != nil:
			if err != nil {
				im.result.Did = Found
			}
			return nil
		case sends == maxSends:
			return cmp.Or(err, ErrUnsettled)
		}
	}
}

// importTime is how long an import is waited for if the context has no end.
const importTime = 30 * time.Minute

// await waits for the end of an import with a known id. One that the service does
// not know any more has to be looked for by its effect: StateSending.
func (im *importing) await(ctx context.Context, firstPoll time.Duration) error {
	until, bounded := ctx.Deadline()
	params := &workato.ImportWaitParams{FirstInterval: firstPoll}
	if !bounded {
		params.MaxWait = importTime
		until = time.Now().Add(importTime)
	}
	w := im.voice.begin(Wait{Kind: WaitImport, Message: fmt.Sprintf("import %d of %s is under way", im.row.ImportID, im.want), Until: until}, false)
	defer w.end()
	done, err := im.client.Imports.Wait(ctx, im.customer, im.row.ImportID, params)
	var failed *workato.ImportFailedError
	switch {
	case err == nil:
		im.imported()
		im.result.Value = done
		im.row.State = StateSucceeded
	case errors.As(err, &failed):
		im.row.State = StateFailed
	case errors.Is(err, workato.ErrNotFound):
		im.row.State = StateSending
		return im.journal.put(ctx, im.row)
	default:
		return err
	}
	return errors.Join(err, im.journal.put(ctx, im.row))
}

// settled looks for the effect of an import whose response was lost.
func (im *importing) settled(ctx context.Context) (*workato.Import, error) {
	within := im.settle
	found, err := settled(ctx, im.ensurer, im.row, &within, func(ctx context.Context) (*workato.Import, error) {
		seen, err := im.detector.Look(ctx, im.client, im.want, im.target, im.row.Baseline)
		switch {
		case err != nil:
			return nil, err
		case seen.Presence == Present:
			return &workato.Import{ID: seen.ImportID}, nil
		case seen.Presence == Opaque:
			within.Then = AskPerson // its absence cannot be told
		}
		return nil, nil //nolint:nilnil // not seen
	})
	if found != nil && found.ID != 0 {
		im.result.Value = found
	}
	return found, err
}

// baseline reads what the detector has to know before the import is sent.
func (im *importing) baseline(ctx context.Context) (Baseline, Presence, error) {
	switch d := im.detector.(type) {
	case marker: // from the list of recipes that other steps need, too
		seen, err := im.ensurer.marked(ctx, d, im.want)
		return nil, seen, err
	case versions:
		if im.fresh {
			return nil, Absent, nil
		}
	}
	if im.target.FolderID < 0 { // only with DryRun: the folder is not there yet
		return nil, Absent, nil
	}
	return im.detector.Baseline(ctx, im.client, im.want, im.target)
}

// marked looks for the marker of a release in the whole workspace.
func (e *ensurer) marked(ctx context.Context, m marker, want *Release) (Presence, error) {
	if err := e.readRecipes(ctx); err != nil {
		return Absent, err
	}
	for _, recipe := range e.recipes {
		if recipe.Name == m.recipe && strings.TrimSpace(textOf(recipe.Description)) == want.String() {
			return Present, nil
		}
	}
	return Absent, nil
}

// readRecipes lists the recipes of the workspace without their code.
func (e *ensurer) readRecipes(ctx context.Context) error {
	if e.recipes != nil || e.fresh {
		return nil
	}
	page, err := e.client.Recipes.List(ctx, e.customer, withoutCode())
	if err != nil {
		return err
	}
	list := append([]workato.Recipe{}, page.Items...)
	if page.HasNext() && len(list) >= smallestPage {
		params := withoutCode()
		if slices.IsSortedFunc(list, func(a, b workato.Recipe) int { return cmp.Compare(b.ID, a.ID) }) {
			params.SinceID = list[len(list)-1].ID // the rest, by id
		} else {
			list = list[:0]
		}
		rest, err := workato.Find(e.client.Recipes.All(ctx, e.customer, params), func(workato.Recipe) bool { return true })
		if err != nil {
			return err
		}
		list = append(list, rest...)
	}
	e.recipes = list
	return nil
}

// would notes what is not done with DryRun and FindOnly.
func (im *importing) would() error {
	im.result.Did, im.result.Diff = Created, im.diff()
	return im.different("release "+im.want.String(), true, im.result.Diff)
}

func (im *importing) diff() []FieldDiff {
	return []FieldDiff{{Field: "release", Want: im.want.String()}}
}
