package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// startTime is how long a started recipe may take until it runs.
const startTime = 2 * time.Minute

// startSteps starts the recipes in order. One that waits for a person holds back
// those after it, which may call it.
func (a *applier) startSteps(ctx context.Context) error {
	for _, name := range a.plan.Start {
		var change Change
		err := a.arrives(ctx, func(ctx context.Context) (err error) {
			change, err = a.start(ctx, name)
			return err
		})
		if err := a.note(change, err); err != nil {
			return err
		}
		if change.Action == ActionWait && a.held == "" {
			a.held = name
		}
	}
	return nil
}

func (a *applier) start(ctx context.Context, name string) (Change, error) {
	change := Change{Address: "start/" + name, Action: ActionNone, Did: Unchanged}
	a.voice.step(change.Address)
	recipe, err := a.findRecipe(ctx, name)
	var missing *DifferentError
	switch {
	case a.dry && errors.As(err, &missing) && missing.Missing:
		change.Action, change.Did, change.Reason = ActionStart, Changed, "comes with a package"
		return change, nil
	case err != nil:
		return change, err
	case recipe.Running:
		return change, nil
	case a.held != "":
		change.Action, change.Reason = ActionWait, fmt.Sprintf("recipe %q has to be started first", a.held)
		return change, nil
	}
	if waits, err := a.unconnected(ctx, recipe); err != nil || waits != "" {
		if waits != "" {
			change.Action, change.Reason = ActionWait, waits
		}
		return change, err
	}
	change.Action, change.Did = ActionStart, Changed
	if a.dry {
		return change, nil
	}
	err = a.client.Recipes.Start(ctx, a.customer, recipe.ID)
	var refused *workato.RecipeStartError
	if errors.As(err, &refused) && refused.NeedsConnection() {
		change.Action, change.Did = ActionWait, Unchanged
		return change, err
	}
	if err != nil {
		return change, err
	}
	w := a.voice.begin(Wait{Kind: WaitStart, Message: fmt.Sprintf("recipe %d starts", recipe.ID), Until: time.Now().Add(startTime)}, false)
	defer w.end()
	_, err = a.client.Recipes.WaitRunning(ctx, a.customer, recipe.ID, &workato.WaitParams[workato.Recipe]{MaxWait: startTime, FirstInterval: a.firstPoll})
	if err == nil {
		recipe.Running = true
	}
	return change, err
}

// findRecipe returns the recipe of a name, or of a path with a name at its end.
func (a *applier) findRecipe(ctx context.Context, path string) (*workato.Recipe, error) {
	if err := a.readRecipes(ctx); err != nil {
		return nil, err
	}
	if found, err := a.oneRecipe(path, path, 0); found != nil || err != nil {
		return found, err
	}
	for i := range len(path) {
		if path[i] != '/' || !a.hasRecipe(path[i+1:]) { // a name may have slashes, too
			continue
		}
		folder, err := a.findPath(ctx, strings.Split(path[:i], "/"))
		if err != nil {
			return nil, err
		}
		if folder == nil {
			continue
		}
		if found, err := a.oneRecipe(path, path[i+1:], folder.ID); found != nil || err != nil {
			return found, err
		}
	}
	return nil, &DifferentError{What: "recipe " + path, Missing: true}
}

func (a *applier) hasRecipe(name string) bool {
	for i := range a.recipes {
		if a.recipes[i].Name == name {
			return true
		}
	}
	return false
}

// oneRecipe returns the recipe of a name, in a folder unless that is 0.
func (a *applier) oneRecipe(path, name string, folderID int64) (*workato.Recipe, error) {
	var found []*workato.Recipe
	for i := range a.recipes {
		r := &a.recipes[i]
		if r.Name == name && (folderID == 0 || r.FolderID != nil && *r.FolderID == folderID) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil //nolint:nilnil // there is none
	case 1:
		return found[0], nil
	}
	return nil, &AmbiguousError{What: "recipe", Name: path, IDs: ids(found, func(r *workato.Recipe) int64 { return r.ID })}
}

// unconnected says which connection of a recipe is not authorized, "" for none:
// the service would refuse to start it.
func (a *applier) unconnected(ctx context.Context, recipe *workato.Recipe) (string, error) {
	entries, err := recipe.ConfigEntries()
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if entry.AccountID == nil || entry.SkipValidation {
			continue
		}
		if err := a.readConnections(ctx); err != nil {
			return "", err
		}
		for i := range a.connections {
			if c := &a.connections[i]; c.ID == *entry.AccountID && !c.Authorized() && !a.given(c) {
				return fmt.Sprintf("connection %q (id %d) is not authorized", c.Name, c.ID), nil
			}
		}
	}
	return "", nil
}

// given reports whether Apply, of which this is the dry run, gives a connection
// credentials before it starts recipes.
func (a *applier) given(c *workato.Connection) bool {
	for i := range a.plan.Connections {
		if a.dry && a.plan.Connections[i].Name == c.Name && len(a.plan.Connections[i].Input) > 0 {
			return true
		}
	}
	return false
}
