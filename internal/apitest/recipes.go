package apitest

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato"
)

func listRecipes(p *workato.RecipeListParams) Call {
	return func(c *Caller) error { return c.keep(c.Recipes.List(c.ctx, c.customer, p, c.opts...)) }
}

func allRecipes(p *workato.RecipeListParams) Call {
	return func(c *Caller) error { return first(c.Recipes.All(c.ctx, c.customer, p, c.opts...)) }
}

func getRecipe(p *workato.RecipeGetParams) Call {
	return func(c *Caller) error { return c.keep(c.Recipes.Get(c.ctx, c.customer, c.id(41354), p, c.opts...)) }
}

func createRecipe(p *workato.RecipeCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Recipes.Create(c.ctx, c.customer, p, c.opts...)) }
}

// createWith creates a recipe with a config.
func createWith(config string) Call {
	return createRecipe(&workato.RecipeCreateParams{Name: "A", Code: `{}`, Config: json.RawMessage(config)})
}

func updateRecipe(p *workato.RecipeUpdateParams) Call {
	return func(c *Caller) error { return c.Recipes.Update(c.ctx, c.customer, c.id(41354), p, c.opts...) }
}

func copyRecipe(p *workato.RecipeCopyParams) Call {
	return func(c *Caller) error { return c.keep(c.Recipes.Copy(c.ctx, c.customer, c.id(41354), p, c.opts...)) }
}

func searchRecipes(p *workato.RecipeSearchPublicParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Recipes.SearchPublic(c.ctx, p, c.opts...))
	}
}

// confirmRecipe is a call on a recipe that only confirms.
func confirmRecipe(operation, want string, call Call) Entry {
	return Entry{Operation: operation, Want: want, Call: call, Good: Good{"recipes/done.json", "recipes/done_capital.json", `{"id": 1}`}}
}

var _ = register(
	Entry{
		Operation: "recipes.list", Call: listRecipes(nil),
		Want: "GET /api/managed_users/{customer}/recipes?page=1&per_page=100",
		More: []Case{
			{
				Name: "all filters",
				Call: listRecipes(&workato.RecipeListParams{
					AdapterNamesAll: []string{"jira", "salesforce"}, AdapterNamesAny: []string{"slack"}, FolderID: 2415, Running: workato.Ptr(false),
					StopCause:    workato.StopCauseTrialExpired,
					StoppedAfter: time.Date(2024, 3, 1, 9, 30, 0, 0, time.FixedZone("", -8*3600)),
					UpdatedAfter: time.Date(2024, 3, 2, 0, 0, 0, 999, time.UTC),
					Includes:     []string{workato.IncludeTags}, ExcludeCode: true, Page: 3, PerPage: 20,
					Order: workato.RecipeOrderActivity,
				}),
				Want: "GET /api/managed_users/{customer}/recipes?adapter_names_all=jira%2Csalesforce&adapter_names_any=slack&exclude_code=true" +
					"&folder_id=2415&includes%5B%5D=tags&order=activity&page=3&per_page=20&running=false&stop_cause=trial_expired" +
					"&stopped_after=2024-03-01T17%3A30%3A00Z&updated_after=2024-03-02T00%3A00%3A00Z",
			},
			{
				Name: "since id", Call: listRecipes(&workato.RecipeListParams{SinceID: 99500, Running: workato.Ptr(true)}),
				Want: "GET /api/managed_users/{customer}/recipes?per_page=100&running=true&since_id=99500",
			},
			{Name: "All", Call: allRecipes(nil)},
		},
		Good: Good{"recipes/result.json", "recipes/items_2019.json", "recipes/loose.json", `{"result": []}`},
		Refuses: Bad{
			"PerPage": {
				listRecipes(&workato.RecipeListParams{PerPage: 101}), listRecipes(&workato.RecipeListParams{PerPage: -1}),
				allRecipes(&workato.RecipeListParams{PerPage: 101}),
			},
			"Page":     {listRecipes(&workato.RecipeListParams{Page: -1}), listRecipes(&workato.RecipeListParams{Page: 1, SinceID: 1})},
			"SinceID":  {listRecipes(&workato.RecipeListParams{SinceID: -1})},
			"FolderID": {listRecipes(&workato.RecipeListParams{FolderID: -1})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Recipes.All(c.ctx, c.customer, &workato.RecipeListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "recipes.get", Call: getRecipe(nil),
		Want: "GET /api/managed_users/{customer}/recipes/41354",
		More: []Case{{
			Name: "with tags", Call: getRecipe(&workato.RecipeGetParams{Includes: []string{workato.IncludeTags}}),
			Want: "GET /api/managed_users/{customer}/recipes/41354?includes%5B%5D=tags",
		}},
		Good:    Good{"recipes/get_bare.json", "recipes/get_result_object.json", "recipes/get_result_list.json"},
		Refuses: Bad{},
	},
	Entry{
		Operation: "recipes.create", Want: "POST /api/managed_users/{customer}/recipes",
		Call: createRecipe(&workato.RecipeCreateParams{
			Name: "Sync invoices", Code: `{"number":0, "keyword": "trigger"}`, FolderID: 2415,
			Config: workato.RecipeConfigs(workato.RecipeConfig{Keyword: "application", Provider: "jira", AccountID: workato.Ptr[int64](771)}),
		}),
		JSON: `{"name": "Sync invoices", "code": "{\"number\":0, \"keyword\": \"trigger\"}", "folder_id": "2415",
			"config": "[{\"account_id\":771,\"keyword\":\"application\",\"name\":\"jira\",\"provider\":\"jira\",\"skip_validation\":false}]"}`,
		More: []Case{
			{
				Name: "config as received", Call: createWith(`[ {"name": "a<b>&c", "n": 12345678901234567890} ]`),
				JSON: `{"name": "A", "code": "{}", "config": "[ {\"name\": \"a<b>&c\", \"n\": 12345678901234567890} ]"}`,
			},
			{
				Name: "config in a string, a name missing",
				Call: createWith(`"[{\"provider\":\"a<b\",\"n\":12345678901234567890},{\"name\":\"x\",\"provider\":\"y\"},{}]"`),
				JSON: `{"name": "A", "code": "{}",
					"config": "[{\"n\":12345678901234567890,\"name\":\"a<b\",\"provider\":\"a<b\"},{\"name\":\"x\",\"provider\":\"y\"},{}]"}`,
			},
			{Name: "without config", Call: createWith(`null`), JSON: `{"name": "A", "code": "{}", "config": "[]"}`},
			{
				Name: "with a description", Call: createRecipe(&workato.RecipeCreateParams{Name: "A", Code: "{}", Description: "d"}),
				JSON: `{"name": "A", "code": "{}", "config": "[]", "description": "d"}`,
			},
		},
		Good: Good{"recipes/created.json"},
		Refuses: Bad{
			"params": {createRecipe(nil)},
			"Name":   {createRecipe(&workato.RecipeCreateParams{Code: "{}"})},
			"Code": {
				createRecipe(&workato.RecipeCreateParams{Name: "A"}), createRecipe(&workato.RecipeCreateParams{Name: "A", Code: `{"a":`}),
			},
			"Config":   {createWith(`{}`), createWith(`[1]`), createWith(`[null]`)},
			"FolderID": {createRecipe(&workato.RecipeCreateParams{Name: "A", Code: "{}", FolderID: -1})},
		},
	},
	Entry{
		Operation: "recipes.update", Call: updateRecipe(&workato.RecipeUpdateParams{Name: workato.Set("B")}),
		Want: "PUT /api/managed_users/{customer}/recipes/41354", JSON: `{"name": "B"}`,
		More: []Case{{
			Name: "move",
			Call: updateRecipe(&workato.RecipeUpdateParams{
				Code: workato.Set(`{"number":0}`), Config: workato.Set(json.RawMessage(`[]`)), FolderID: workato.Set[int64](2416),
			}),
			JSON: `{"code": "{\"number\":0}", "config": "[]", "folder_id": "2416"}`,
		}, {
			Name: "no description", Call: updateRecipe(&workato.RecipeUpdateParams{Description: workato.Set("")}),
			JSON: `{"description": ""}`,
		}},
		Good: Good{"recipes/done.json"},
		Refuses: Bad{
			"params": {
				updateRecipe(nil),
				func(c *Caller) error { return c.keep(c.Recipes.StopThenUpdate(c.ctx, c.customer, 1, nil, c.opts...)) },
			},
			"Name": {
				updateRecipe(&workato.RecipeUpdateParams{Name: workato.Set(" ")}),
				updateRecipe(&workato.RecipeUpdateParams{Name: workato.Null[string]()}),
			},
			"Code":        {updateRecipe(&workato.RecipeUpdateParams{Code: workato.Null[string]()})},
			"Description": {updateRecipe(&workato.RecipeUpdateParams{Description: workato.Null[string]()})},
			"Config":      {updateRecipe(&workato.RecipeUpdateParams{Config: workato.Null[json.RawMessage]()})},
			"FolderID": {
				updateRecipe(&workato.RecipeUpdateParams{FolderID: workato.Null[int64]()}),
				updateRecipe(&workato.RecipeUpdateParams{FolderID: workato.Set[int64](0)}),
			},
		},
	},
	Entry{
		Operation: "recipes.copy", Call: copyRecipe(nil), Want: "POST /api/managed_users/{customer}/recipes/41354/copy",
		More: []Case{{
			Name: "into a folder", Call: copyRecipe(&workato.RecipeCopyParams{FolderID: 2416}), JSON: `{"folder_id": "2416"}`,
		}},
		Good:    Good{"recipes/copied.json"},
		Refuses: Bad{"FolderID": {copyRecipe(&workato.RecipeCopyParams{FolderID: -1})}},
	},
	Entry{
		Operation: "recipes.search_public", Call: searchRecipes(&workato.RecipeSearchPublicParams{Applications: []string{"jira"}}),
		Want: "GET /api/recipes/search?applications=jira&page=0&per_page=20",
		More: []Case{{
			Name: "everything",
			Call: searchRecipes(&workato.RecipeSearchPublicParams{
				Applications: []string{"jira", "slack"}, Term: "new issue & more", BoostOwned: true, Page: 2, PerPage: 5,
			}),
			Want: "GET /api/recipes/search?applications=jira%2Cslack&boost_owned=true&page=2&per_page=5&term=new+issue+%26+more",
		}},
		Good: Good{"recipes/public_items.json", `{"items": []}`},
		Refuses: Bad{
			"params": {searchRecipes(nil)},
			"Applications": {
				searchRecipes(&workato.RecipeSearchPublicParams{}),
				func(c *Caller) error {
					return first(c.Recipes.AllPublic(c.ctx, &workato.RecipeSearchPublicParams{Applications: []string{" "}}, c.opts...))
				},
			},
			"PerPage": {searchRecipes(&workato.RecipeSearchPublicParams{Applications: []string{"x"}, PerPage: 21})},
			"Page":    {searchRecipes(&workato.RecipeSearchPublicParams{Applications: []string{"x"}, Page: -1})},
		},
		Rows: "items",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.RecipeSearchPublicParams{Applications: []string{"jira"}, Page: page, PerPage: perPage}
			return numbers(c.Recipes.AllPublic(c.ctx, p, c.opts...))
		},
	},
	confirmRecipe("recipes.start", "PUT /api/managed_users/{customer}/recipes/41354/start",
		func(c *Caller) error { return c.Recipes.Start(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.stop", "PUT /api/managed_users/{customer}/recipes/41354/stop",
		func(c *Caller) error { return c.Recipes.Stop(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.delete", "DELETE /api/managed_users/{customer}/recipes/41354",
		func(c *Caller) error { return c.Recipes.Delete(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.reset_trigger", "POST /api/managed_users/{customer}/recipes/41354/reset_trigger",
		func(c *Caller) error { return c.Recipes.ResetTrigger(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.poll_now", "POST /api/managed_users/{customer}/recipes/41354/poll_now",
		func(c *Caller) error { return c.Recipes.PollNow(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.force_run", "POST /api/managed_users/{customer}/recipes/41354/force_run",
		func(c *Caller) error { return c.Recipes.ForceRun(c.ctx, c.customer, c.id(41354), c.opts...) }),
	confirmRecipe("recipes.share", "POST /api/managed_users/{customer}/recipes/41354/share",
		func(c *Caller) error { return c.Recipes.Share(c.ctx, c.customer, c.id(41354), c.opts...) }),
)
