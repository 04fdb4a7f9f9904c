package workatotest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	recipeQuery = "adapter_names_all adapter_names_any folder_id:i page:i per_page:i running:b active:b since_id:i order" +
		" stopped_after stop_cause updated_after includes:v exclude_code:b with_subfolders:b"
	recipeBody = " description folder_id:S"
)

var recipeRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/recipes", op: "recipes.list", query: recipeQuery, handle: (*call).listRecipes},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}", op: "recipes.get", query: "includes:v", handle: (*call).getRecipe},
	{method: "POST", path: "/api/managed_users/{customer}/recipes", op: "recipes.create", wrap: "recipe", body: "name* code:S* config:S" + recipeBody, handle: (*call).createRecipe},
	{method: "PUT", path: "/api/managed_users/{customer}/recipes/{recipe_id}", op: "recipes.update", wrap: "recipe", body: "name+ code:S+ config:S+" + recipeBody, handle: on((*call).recipe, (*call).updateRecipe)},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/copy", op: "recipes.copy", body: "folder_id:S", handle: on((*call).recipe, (*call).copyRecipe)},
	{method: "DELETE", path: "/api/managed_users/{customer}/recipes/{recipe_id}", op: "recipes.delete", handle: on((*call).recipe, (*call).deleteRecipe)},
	{method: "PUT", path: "/api/managed_users/{customer}/recipes/{recipe_id}/start", op: "recipes.start", handle: on((*call).recipe, (*call).startRecipe)},
	{method: "PUT", path: "/api/managed_users/{customer}/recipes/{recipe_id}/stop", op: "recipes.stop", handle: on((*call).recipe, (*call).stopRecipe)},
	{method: "PUT", path: "/api/managed_users/{customer}/recipes/{recipe_id}/connect", op: "customer.recipes.connect", body: "adapter_name* connection_id:i*", handle: (*call).connectRecipe},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/reset_trigger", op: "recipes.reset_trigger", handle: on((*call).recipe, (*call).resetTrigger)},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/poll_now", op: "recipes.poll_now", handle: on((*call).recipe, (*call).runNow)},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/force_run", op: "recipes.force_run", handle: on((*call).recipe, (*call).runNow)},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/share", op: "recipes.share", handle: on((*call).recipe, (*call).shareRecipe)},
	{method: "GET", path: "/api/recipes/search", op: "recipes.search_public", getBody: true, query: "term boost_owned:b page:i per_page:i applications", envelope: "items", handle: (*call).searchPublic},

	{method: "GET", path: "/api/recipes", op: "own.recipes.list", query: recipeQuery, envelope: "items", handle: (*call).listRecipes},
	{method: "GET", path: "/api/recipes/{recipe_id}", op: "own.recipes.get", query: "includes:v", handle: (*call).getRecipe},
	{method: "POST", path: "/api/recipes", op: "own.recipes.create", wrap: "recipe", body: "name* code:S* config:S" + recipeBody, handle: (*call).createRecipe},
	{method: "PUT", path: "/api/recipes/{recipe_id}", op: "own.recipes.update", wrap: "recipe", body: "name+ code:S+ config:S+" + recipeBody, handle: on((*call).recipe, (*call).updateRecipe)},
	{method: "POST", path: "/api/recipes/{recipe_id}/copy", op: "own.recipes.copy", body: "folder_id:S", handle: on((*call).recipe, (*call).copyRecipe)},
	{method: "DELETE", path: "/api/recipes/{recipe_id}", op: "own.recipes.delete", handle: on((*call).recipe, (*call).deleteRecipe)},
	{method: "PUT", path: "/api/recipes/{recipe_id}/start", op: "own.recipes.start", handle: on((*call).recipe, (*call).startRecipe)},
	{method: "PUT", path: "/api/recipes/{recipe_id}/stop", op: "own.recipes.stop", handle: on((*call).recipe, (*call).stopRecipe)},
	{method: "PUT", path: "/api/recipes/{recipe_id}/connect", op: "own.recipes.connect", body: "adapter_name* connection_id:i*", handle: (*call).connectRecipe},
	{method: "POST", path: "/api/recipes/{recipe_id}/reset_trigger", op: "own.recipes.reset_trigger", handle: on((*call).recipe, (*call).resetTrigger)},
	{method: "POST", path: "/api/recipes/{recipe_id}/poll_now", op: "own.recipes.poll_now", handle: on((*call).recipe, (*call).runNow)},
	{method: "POST", path: "/api/recipes/{recipe_id}/force_run", op: "own.recipes.force_run", handle: on((*call).recipe, (*call).runNow)},
}

func (c *call) recipeView(r *Recipe) object {
	trigger, actions := applicationsOf(r)
	succeeded, failed := r.jobCounts()
	config := make([]object, len(r.Config))
	for i, entry := range r.Config {
		config[i] = object{
			"keyword": entry.Keyword, "provider": entry.Provider, "skip_validation": entry.SkipValidation,
			"account_id": orNull(entry.AccountID),
		}
		if entry.Name != "" {
			config[i]["name"] = entry.Name
		}
	}
	applications := slices.Clone(actions)
	if trigger != "" && !slices.Contains(applications, trigger) {
		applications = slices.Insert(applications, 0, trigger)
	}
	view := object{
		"id": r.ID, "user_id": ownerID, "name": r.Name, "created_at": stamp(r.CreatedAt), "updated_at": stamp(r.UpdatedAt),
		"copy_count": r.CopyCount, "trigger_application": orNull(trigger), "action_applications": orEmpty(actions),
		"applications": orEmpty(applications), "description": r.Description, "parameters_schema": []object{}, "parameters": object{},
		"webhook_url": orNull(r.WebhookURL), "folder_id": r.FolderID, "project_id": orNull(projectOf(c.ws, r.FolderID)),
		"running":             r.shownRunning(),
		"job_succeeded_count": succeeded, "job_failed_count": failed, "lifetime_task_count": succeeded,
		"last_run_at": stamp(r.LastRunAt), "stopped_at": stamp(r.StoppedAt), "version_no": r.versionNumber(),
		"stop_cause": orNull(r.StopCause), "config": config, "trigger_closure": nil, "code": r.Code,
		"author_name": ownerName, "version_author_name": ownerName, "version_author_email": ownerEmail,
		"version_comment": orNull(r.Versions[len(r.Versions)-1].Comment),
	}
	if c.flag("exclude_code") {
		delete(view, "code")
	}
	if c.includes("tags") {
		view["tags"] = orEmpty(r.Tags)
	}
	return view
}

// shownRunning is what clients see: a start takes a while.
func (r *Recipe) shownRunning() bool { return r.Running && r.StartsAfter == 0 }

func (c *call) listRecipes() response {
	c.tickImports()
	filters := c.recipeFilters()
	if filters == nil {
		return badRequest("Bad request")
	}
	var kept []*Recipe
	// The list is in descending order of ids, which a seed may have mixed.
	recipes := slices.SortedStableFunc(slices.Values(c.ws.Recipes), func(a, b *Recipe) int { return cmp.Compare(b.ID, a.ID) })
	for _, r := range recipes {
		c.tickStart(r)
		keep := true
		for _, passes := range filters {
			keep = keep && passes(r)
		}
		if keep {
			kept = append(kept, r)
		}
	}
	page, extra := paged(c, kept, 1, 100, 100)
	if c.route.own() {
		extra = nil
	}
	var views []object
	for _, r := range page {
		views = append(views, c.recipeView(r))
	}
	return c.listWith(views, extra)
}

// recipeFilters are the conditions of the query, nil if one cannot be read.
func (c *call) recipeFilters() []func(*Recipe) bool {
	filters := []func(*Recipe) bool{func(*Recipe) bool { return true }}
	add := func(given bool, filter func(*Recipe) bool) {
		if given {
			filters = append(filters, filter)
		}
	}
	all, some := c.text("adapter_names_all"), c.text("adapter_names_any")
	add(all != "", func(r *Recipe) bool { return usesAll(r, all) })
	add(some != "", func(r *Recipe) bool { return usesAny(r, some) })
	folderID, given := c.number("folder_id")
	add(given, func(r *Recipe) bool {
		return r.FolderID == folderID || c.flag("with_subfolders") && isWithin(c.ws, r.FolderID, folderID)
	})
	for _, name := range []string{"running", "active"} {
		add(c.text(name) != "", func(r *Recipe) bool { return r.shownRunning() == c.flag(name) })
	}
	since, given := c.number("since_id")
	add(given, func(r *Recipe) bool { return r.ID < since })
	cause := c.text("stop_cause")
	add(cause != "", func(r *Recipe) bool { return r.StopCause == cause })
	for name, field := range map[string]func(*Recipe) time.Time{
		"stopped_after": func(r *Recipe) time.Time { return r.StoppedAt },
		"updated_after": func(r *Recipe) time.Time { return r.UpdatedAt },
	} {
		text := c.text(name)
		limit, err := time.Parse(time.RFC3339, text)
		if text != "" && err != nil {
			return nil
		}
		add(text != "", func(r *Recipe) bool { return field(r).After(limit) })
	}
	return filters
}

func usesAll(r *Recipe, names string) bool {
	used := providersOf(r)
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains(used, name) {
			return false
		}
	}
	return true
}

func usesAny(r *Recipe, names string) bool {
	return slices.ContainsFunc(strings.Split(names, ","), func(name string) bool {
		return slices.Contains(providersOf(r), name)
	})
}

func recipeByID(ws *Customer, id int64) *Recipe {
	return find(ws.Recipes, func(r *Recipe) int64 { return r.ID }, id)
}

// recipe finds the recipe that the path names.
func (c *call) recipe() *Recipe { return recipeByID(c.ws, c.arg("recipe_id")) }

// getRecipe responds with the recipe itself, as in the vendor's Java sample and
// the Developer API. One client reads result[0] instead, but the sample is the
// vendor's.
func (c *call) getRecipe() response {
	c.tickImports()
	r := c.recipe()
	if r == nil {
		return notFound()
	}
	c.tickStart(r)
	return ok(c.recipeView(r))
}

func (c *call) createRecipe() response {
	r := &Recipe{}
	if a := c.readRecipe(r); a != nil {
		return *a
	}
	c.prepareRecipe(c.ws, r)
	c.ws.Recipes = append(c.ws.Recipes, r)
	return ok(object{"success": true, "id": r.ID})
}

func (c *call) updateRecipe(r *Recipe) response {
	if r.Running {
		return recipeRunning("updated")
	}
	if a := c.readRecipe(r); a != nil {
		return *a
	}
	c.newVersion(r)
	return success()
}

// readRecipe reads name, code, config and folder from the body. Code and config
// are JSON documents in strings.
func (c *call) readRecipe(r *Recipe) *response {
	if id := c.id("folder_id"); id != 0 && !hasFolder(c.ws, id) {
		return refused(invalid("folder_id", "is invalid"))
	}
	if code := c.text("code"); code != "" && !json.Valid([]byte(code)) {
		return refused(invalid("code", "is not valid JSON"))
	}
	if text := c.text("config"); text != "" {
		var config []RecipeConfig
		if err := json.Unmarshal([]byte(text), &config); err != nil {
			return refused(invalid("config", "is not a valid list of applications"))
		}
		for i := range config {
			// The id of a connection in another workspace has no meaning here.
			if c.connection(config[i].AccountID) == nil {
				config[i].AccountID = 0
			}
		}
		r.Config = config
	}
	c.setText(&r.Name, "name")
	c.setText(&r.Description, "description")
	c.setText(&r.Code, "code")
	if c.id("folder_id") != 0 {
		c.setID(&r.FolderID, "folder_id")
	}
	return nil
}

func (s *Server) prepareRecipe(ws *Customer, r *Recipe) {
	s.ensureID(&r.ID, "recipe")
	if r.FolderID == 0 {
		r.FolderID = ws.RootFolderID
	}
	if r.Code == "" {
		r.Code = `{"number":0}`
	}
	if r.CreatedAt.IsZero() {
		r.CreatedAt = s.now()
	}
	if r.UpdatedAt.IsZero() {
		r.UpdatedAt = r.CreatedAt
	}
	if len(r.Versions) == 0 {
		s.newVersion(r)
	}
	for _, job := range r.Jobs {
		s.prepareJob(r, job)
	}
}

func (c *call) copyRecipe(r *Recipe) response {
	target := cmp.Or(c.id("folder_id"), r.FolderID)
	if !hasFolder(c.ws, target) {
		return invalid("folder_id", "is invalid")
	}
	twin := &Recipe{
		Name: r.Name, Description: r.Description, FolderID: target, Code: r.Code,
		Config: slices.Clone(r.Config), CodeErrors: r.CodeErrors, Tags: slices.Clone(r.Tags),
	}
	c.prepareRecipe(c.ws, twin)
	c.ws.Recipes = append(c.ws.Recipes, twin)
	r.CopyCount++
	return ok(object{"success": true, "new_flow_id": twin.ID})
}

func (c *call) deleteRecipe(r *Recipe) response {
	if r.Running {
		return recipeRunning("deleted")
	}
	c.ws.Recipes = remove(c.ws.Recipes, r)
	return success()
}

// recipeRunning is the refusal inside HTTP 200 for a recipe that has to be
// stopped first.
func recipeRunning(verb string) response {
	return ok(object{"success": false, "errors": object{"running": []string{"Recipe can't be " + verb + " while it is running"}}})
}
