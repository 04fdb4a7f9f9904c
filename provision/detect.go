package provision

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/go-workato/workato"
)

// Presence is what a Detector says about a release in a workspace.
type Presence uint8

// The answers of a Detector.
const (
	Absent  Presence = iota // not there, as far as one look can tell
	Present                 // there: proved
	Opaque                  // no trace, and there need not be one: absence can never be told
)

// String returns the name of the constant in lower case.
func (p Presence) String() string {
	switch p {
	case Absent:
		return "absent"
	case Present:
		return "present"
	case Opaque:
		return "opaque"
	}
	return "Presence(" + strconv.Itoa(int(p)) + ")"
}

// Sighting is what a look has shown.
type Sighting struct {
	Presence Presence
	// ImportID is that of the import that was seen, 0 if the detector cannot tell.
	ImportID int64
}

// Detector looks for the effect of an import whose response was lost: imports
// cannot be listed. All its calls are reads. It must be safe for concurrent use.
//
// Target.FolderID is set. Effects may be in folders below it.
type Detector interface {
	// Baseline is called before the import is sent. What it returns is kept in the
	// ledger for Look. Present says that the workspace holds the release already.
	Baseline(ctx context.Context, c *workato.Client, r *Release, t Target) (Baseline, Presence, error)
	// Look is called after it may have been sent.
	Look(ctx context.Context, c *workato.Client, r *Release, t Target, before Baseline) (Sighting, error)
	// Operations are the calls of one look, by name and as often as they are made,
	// for EstimateWork.
	Operations() []string
}

// ByMarker looks for a recipe of the package by its name, whose description is
// "name version" as in Release.String. Put one into the package that never runs;
// the description is changed with each version.
//
// It proves presence, also of a release that another program, or a person, has
// imported, and customers that have it are skipped. A look is one list of recipes
// and one of folders for every folder of the tree.
func ByMarker(recipe string) Detector { return marker{recipe} }

type marker struct{ recipe string }

func (m marker) Baseline(ctx context.Context, c *workato.Client, r *Release, t Target) (Baseline, Presence, error) {
	seen, err := m.Look(ctx, c, r, t, nil)
	return nil, seen.Presence, err
}

func (m marker) Look(ctx context.Context, c *workato.Client, r *Release, t Target, _ Baseline) (Sighting, error) {
	for recipe, err := range c.Recipes.AllBelow(ctx, t.Customer, t.FolderID, withoutCode()) {
		if err != nil {
			return Sighting{}, err
		}
		if recipe.Name == m.recipe && recipe.Description != nil && strings.TrimSpace(*recipe.Description) == r.String() {
			return Sighting{Presence: Present}, nil
		}
	}
	return Sighting{Presence: Absent}, nil
}

func (m marker) Operations() []string { return treeLook() }

// found are the calls of a look that ends with the marker.
func (m marker) found() []string { return []string{"recipes.list"} }

// treeLook is a look at a folder with recipes and no other folder.
func treeLook() []string { return []string{"recipes.list", "folders.list"} }

func (m marker) String() string { return "marker " + m.recipe }

func withoutCode() *workato.RecipeListParams { return &workato.RecipeListParams{ExcludeCode: true} }

// ByVersion compares the version numbers of the recipes in the target folder, and
// below, with those before the import. A change proves presence, unless a person
// has edited a recipe meanwhile. No change is Opaque, because a package that
// equals what is there changes nothing; only a folder that held no recipe, and
// still holds none, is Absent. So a customer whose import has left no trace ends
// as StateUnknown: ByMarker tells more.
func ByVersion() Detector { return versions{} }

type versions struct{}

func (v versions) Baseline(ctx context.Context, c *workato.Client, _ *Release, t Target) (Baseline, Presence, error) {
	state, err := v.read(ctx, c, t)
	return state, Absent, err
}

func (v versions) Look(ctx context.Context, c *workato.Client, _ *Release, t Target, before Baseline) (Sighting, error) {
	now, err := v.read(ctx, c, t)
	switch {
	case err != nil:
		return Sighting{}, err
	case !slices.Equal(now, before):
		return Sighting{Presence: Present}, nil
	case len(before) == 0:
		return Sighting{Presence: Absent}, nil
	}
	return Sighting{Presence: Opaque}, nil
}

// read returns a hash over ids and versions, nothing if there is no recipe.
func (versions) read(ctx context.Context, c *workato.Client, t Target) (Baseline, error) {
	var rows [][2]uint64
	for recipe, err := range c.Recipes.AllBelow(ctx, t.Customer, t.FolderID, withoutCode()) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, [2]uint64{uint64(recipe.ID), uint64(recipe.VersionNo)}) //nolint:gosec // only compared
	}
	if len(rows) == 0 {
		return nil, nil
	}
	slices.SortFunc(rows, func(a, b [2]uint64) int { return slices.Compare(a[:], b[:]) })
	hash := sha256.New()
	if err := binary.Write(hash, binary.BigEndian, rows); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}

func (versions) Operations() []string { return treeLook() }

func (versions) String() string { return "version" }
