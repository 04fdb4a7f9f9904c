package workatotest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The owner of all objects that the fake makes.
const (
	ownerID    = 100
	ownerName  = "Robin Example"
	ownerEmail = "robin@example.com"
)

// startRecipe starts a recipe if its code is complete and every connection it
// needs works. A refusal comes with HTTP 200.
func (c *call) startRecipe(r *Recipe) response {
	if r.Running {
		return success()
	}
	codeErrors, configErrors := c.startErrors(r)
	if len(codeErrors)+len(configErrors) > 0 {
		return ok(object{"success": false, "code_errors": orEmpty(codeErrors), "config_errors": orEmpty(configErrors)})
	}
	// The real service accepts an entry without a name and then silently fails
	// to start the recipe.
	nameless := func(entry RecipeConfig) bool { return entry.Name == "" }
	if slices.ContainsFunc(r.Config, nameless) {
		return success()
	}
	r.Running, r.StopCause = true, ""
	r.StartsAfter = c.options.startReads
	return success()
}

// startErrors are the reasons to refuse a start, in the tuples of the service:
// [step, [[field, value, message, more]...]].
func (c *call) startErrors(r *Recipe) (codeErrors, configErrors []any) {
	codeErrors = slices.Clone(r.CodeErrors)
	for _, step := range stepsOf(r.Code) {
		if step.keyword != "" && step.keyword != "if" && step.provider != "" && step.name == "" {
			codeErrors = append(codeErrors, []any{step.number, []any{[]any{"name", nil, "can't be blank"}}})
		}
	}
	for i, entry := range r.Config {
		if entry.SkipValidation || !c.needsConnection(entry.Provider) {
			continue
		}
		conn := c.connection(entry.AccountID)
		if conn == nil || conn.AuthorizationStatus != StatusSuccess || !conn.LostAt.IsZero() {
			detail := object{"key": "recipe.config_error.account_id.unconnected"}
			configErrors = append(configErrors, []any{i + 1, []any{[]any{"account_id", orNull(entry.AccountID), "unconnected", detail}}})
		}
	}
	return codeErrors, configErrors
}

// tickStart advances a started recipe.
func (c *call) tickStart(r *Recipe) {
	if r.StartsAfter > 0 {
		r.StartsAfter--
	}
}

func (c *call) stopRecipe(r *Recipe) response {
	if r.Running {
		r.Running, r.StartsAfter = false, 0
		r.StoppedAt = c.now()
	}
	return success()
}

func (c *call) connectRecipe() response {
	r := c.recipe()
	conn := c.connection(c.id("connection_id"))
	if r == nil || conn == nil {
		return notFound()
	}
	if r.Running {
		return badRequest("Recipe can't be changed while it is running")
	}
	for i := range r.Config {
		if r.Config[i].Provider == c.text("adapter_name") {
			r.Config[i].AccountID = conn.ID
			return success()
		}
	}
	return invalid("adapter_name", "is not used by the recipe")
}

// resetTrigger and shareRecipe have no effect that a client could see.
func (c *call) resetTrigger(*Recipe) response { return success() }

func (c *call) shareRecipe(*Recipe) response { return success() }

// runNow polls the trigger or forces a run: both make a job at once. Only a
// running recipe polls.
func (c *call) runNow(r *Recipe) response {
	if !r.Running {
		return badRequest("Recipe is not running")
	}
	c.addJob(r, &Job{})
	return success()
}

// searchPublic finds public recipes. Their pages count from 0.
func (c *call) searchPublic() response {
	term := strings.ToLower(c.text("term"))
	var views []object
	for _, r := range c.state.PublicRecipes {
		text := strings.ToLower(r.Name + " " + r.Description)
		if !strings.Contains(text, term) {
			continue
		}
		apps := c.text("applications")
		if apps != "" && !usesAny(&Recipe{Config: configOf(r.Applications)}, apps) {
			continue
		}
		trigger := ""
		if len(r.Applications) > 0 {
			trigger = r.Applications[0]
		}
		view := object{
			"id": r.ID, "name": r.Name, "description": r.Description, "copy_count": r.CopyCount,
			"trigger_application": orNull(trigger), "action_applications": orEmpty(r.Applications[min(1, len(r.Applications)):]),
			"applications": orEmpty(r.Applications), "author_name": ownerName, "code": `{"number":0}`,
		}
		if r.Owned && c.flag("boost_owned") {
			views = slices.Insert(views, 0, view)
		} else {
			views = append(views, view)
		}
	}
	page, _ := paged(c, views, 0, 20, 20)
	return c.list(page)
}

func configOf(providers []string) []RecipeConfig {
	config := make([]RecipeConfig, len(providers))
	for i, provider := range providers {
		config[i] = RecipeConfig{Keyword: "application", Name: provider, Provider: provider}
	}
	return config
}

// step is a line of a recipe's code.
type step struct {
	number   int
	keyword  string
	provider string
	name     string
}

// stepsOf lists the steps of a recipe's code, the trigger first. Code that
// cannot be read has none.
func stepsOf(code string) []step {
	type node struct {
		Number   int             `json:"number"`
		Keyword  string          `json:"keyword"`
		Provider string          `json:"provider"`
		Name     string          `json:"name"`
		Block    json.RawMessage `json:"block"`
	}
	var steps []step
	const deepest = 64
	var walk func(raw json.RawMessage, depth int)
	walk = func(raw json.RawMessage, depth int) {
		var n node
		if depth > deepest || json.Unmarshal(raw, &n) != nil {
			return
		}
		steps = append(steps, step{n.Number, n.Keyword, n.Provider, n.Name})
		var block []json.RawMessage
		if json.Unmarshal(n.Block, &block) != nil {
			return
		}
		for _, inner := range block {
			walk(inner, depth+1)
		}
	}
	walk(json.RawMessage(code), 0)
	return steps
}

// applicationsOf separates the trigger's application from those of the actions.
// If the code does not say, the first application is the trigger's.
func applicationsOf(r *Recipe) (trigger string, actions []string) {
	for _, s := range stepsOf(r.Code) {
		switch {
		case s.provider == "":
		case s.keyword == "trigger":
			trigger = s.provider
		case !slices.Contains(actions, s.provider):
			actions = append(actions, s.provider)
		}
	}
	for _, entry := range r.Config {
		switch {
		case trigger == "":
			trigger = entry.Provider
		case entry.Provider != trigger && !slices.Contains(actions, entry.Provider):
			actions = append(actions, entry.Provider)
		}
	}
	return trigger, actions
}

func providersOf(r *Recipe) []string {
	trigger, actions := applicationsOf(r)
	return append([]string{trigger}, actions...)
}

// jobID is the handle of a job, in the shape of the newer ones.
func jobID(n int64) string { return fmt.Sprintf("j-Fake%04d-Ab1", n) }
