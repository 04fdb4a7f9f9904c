package apitest

import "github.com/go-workato/workato"

func runTests(p *workato.TestCaseRunParams) Call {
	return func(c *Caller) error { return c.keep(c.TestCases.Run(c.ctx, c.customer, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "test_cases.run", Call: runTests(&workato.TestCaseRunParams{RecipeID: 41354}),
		Want: "POST /api/managed_users/{customer}/test_cases/run_requests", JSON: `{"recipe_id": 41354}`,
		More: []Case{
			{Name: "a manifest", Call: runTests(&workato.TestCaseRunParams{ManifestID: 7}), JSON: `{"manifest_id": 7}`},
			{Name: "a project", Call: runTests(&workato.TestCaseRunParams{ProjectID: 7}), JSON: `{"project_id": 7}`},
			{Name: "a folder", Call: runTests(&workato.TestCaseRunParams{FolderID: 7}), JSON: `{"folder_id": 7}`},
			{
				Name: "test cases", Call: runTests(&workato.TestCaseRunParams{TestCaseIDs: []string{"citc-1", "citc-2"}}),
				JSON: `{"test_case_ids": ["citc-1", "citc-2"]}`,
			},
		},
		Good: Good{"test_cases/run.json", textID},
		Refuses: Bad{
			"params": {
				runTests(nil), runTests(&workato.TestCaseRunParams{}),
				runTests(&workato.TestCaseRunParams{RecipeID: 1, FolderID: 2}),
				runTests(&workato.TestCaseRunParams{ProjectID: 1, TestCaseIDs: []string{"citc-1"}}),
			},
			"ManifestID": {runTests(&workato.TestCaseRunParams{ManifestID: -1})},
		},
	},
	Entry{
		Operation: "test_cases.get_run", Want: "GET /api/managed_users/{customer}/test_cases/run_requests/cirr-AbC1-dEf2",
		Call: func(c *Caller) error {
			return c.keep(c.TestCases.GetRun(c.ctx, c.customer, c.name("cirr-AbC1-dEf2"), c.opts...))
		},
		Good: Good{"test_cases/run.json"},
	},
	Entry{
		Operation: "test_cases.list_by_recipe", Want: "GET /api/managed_users/{customer}/recipes/41354/test_cases",
		Call: func(c *Caller) error {
			return c.keep(c.TestCases.ListByRecipe(c.ctx, c.customer, c.id(41354), c.opts...))
		},
		More: []Case{{Name: "All", Call: func(c *Caller) error {
			return first(c.TestCases.AllByRecipe(c.ctx, c.customer, c.id(41354), c.opts...))
		}}},
		Good: Good{"test_cases/list.json", `{"result": []}`, `[]`},
	},
)
