package workato_test

import (
	"context"
	"encoding/json"

	"github.com/go-workato/workato"
)

var _ = addRequests(
	requestCase{
		op: "recipes.get", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Get(ctx, customer, 41354, nil))
		},
		want: "GET /api/managed_users/{customer}/recipes/41354",
	},
	requestCase{
		op: "recipes.get", name: "with tags",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Get(ctx, customer, 41354, &workato.RecipeGetParams{Includes: []string{workato.IncludeTags}}))
		},
		want: "GET /api/managed_users/{customer}/recipes/41354?includes%5B%5D=tags",
	},
	requestCase{
		op: "recipes.create", name: "with everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{
				Name: "Sync invoices", Code: `{"number":0, "keyword": "trigger"}`, FolderID: 2415,
				Config: workato.RecipeConfigs(workato.RecipeConfig{Keyword: "application", Provider: "jira", AccountID: ptr[int64](771)}),
			}))
		},
		want: "POST /api/managed_users/{customer}/recipes",
		json: `{"name": "Sync invoices", "code": "{\"number\":0, \"keyword\": \"trigger\"}", "folder_id": "2415",
			"config": "[{\"account_id\":771,\"keyword\":\"application\",\"name\":\"jira\",\"provider\":\"jira\",\"skip_validation\":false}]"}`,
		answer: `{"success": true, "id": 116}`,
	},
	requestCase{
		op: "recipes.create", name: "config as it came",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{
				Name: "A", Code: `{}`, Config: json.RawMessage(`[ {"name": "a<b>&c", "n": 12345678901234567890} ]`),
			}))
		},
		want:   "POST /api/managed_users/{customer}/recipes",
		json:   `{"name": "A", "code": "{}", "config": "[ {\"name\": \"a<b>&c\", \"n\": 12345678901234567890} ]"}`,
		answer: `{"success": true, "id": 116}`,
	},
	requestCase{
		op: "recipes.create", name: "config in a string, a name missing",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{
				Name: "A", Code: `{}`, Config: json.RawMessage(`"[{\"provider\":\"a<b\",\"n\":12345678901234567890},{\"name\":\"x\",\"provider\":\"y\"},{}]"`),
			}))
		},
		want:   "POST /api/managed_users/{customer}/recipes",
		json:   `{"name": "A", "code": "{}", "config": "[{\"n\":12345678901234567890,\"name\":\"a<b\",\"provider\":\"a<b\"},{\"name\":\"x\",\"provider\":\"y\"},{}]"}`,
		answer: `{"success": true, "id": 116}`,
	},
	requestCase{
		op: "recipes.create", name: "without config",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{Name: "A", Code: `{}`, Config: json.RawMessage(`null`)}))
		},
		want:   "POST /api/managed_users/{customer}/recipes",
		json:   `{"name": "A", "code": "{}", "config": "[]"}`,
		answer: `{"success": true, "id": 116}`,
	},
	requestCase{
		op: "recipes.update", name: "name alone",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Update(ctx, customer, 41354, &workato.RecipeUpdateParams{Name: workato.Set("B")})
		},
		want: "PUT /api/managed_users/{customer}/recipes/41354", json: `{"name": "B"}`, answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.update", name: "move",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Update(ctx, customer, 41354, &workato.RecipeUpdateParams{
				Code: workato.Set(`{"number":0}`), Config: workato.Set(json.RawMessage(`[]`)), FolderID: workato.Set[int64](2416),
			})
		},
		want:   "PUT /api/managed_users/{customer}/recipes/41354",
		json:   `{"code": "{\"number\":0}", "config": "[]", "folder_id": "2416"}`,
		answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.copy", name: "into a folder",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Copy(ctx, customer, 41354, &workato.RecipeCopyParams{FolderID: 2416}))
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/copy", json: `{"folder_id": "2416"}`, answer: `{"success": true, "new_flow_id": 99}`,
	},
	requestCase{
		op: "recipes.copy", name: "beside the original",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.Copy(ctx, customer, 41354, nil))
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/copy", answer: `{"success": true, "new_flow_id": 99}`,
	},
	requestCase{
		op: "recipes.delete",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Delete(ctx, customer, 41354)
		},
		want: "DELETE /api/managed_users/{customer}/recipes/41354", answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.reset_trigger",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.ResetTrigger(ctx, customer, 41354)
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/reset_trigger", answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.poll_now",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.PollNow(ctx, customer, 41354)
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/poll_now", answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.share",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Share(ctx, customer, 41354)
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/share", answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.list_versions", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.ListVersions(ctx, customer, 41354, nil))
		},
		want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions?page=1&per_page=100", answer: `{"data": []}`,
	},
	requestCase{
		op: "recipes.list_versions", name: "page",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.ListVersions(ctx, customer, 41354, &workato.RecipeListVersionsParams{Page: 3, PerPage: 20}))
		},
		want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions?page=3&per_page=20", answer: `{"data": []}`,
	},
	requestCase{
		op: "recipes.get_version",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.GetVersion(ctx, customer, 41354, 7))
		},
		want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions/7",
	},
	requestCase{
		op: "recipes.update_version_comment", name: "text",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.UpdateVersionComment(ctx, customer, 41354, 7, &workato.RecipeUpdateVersionCommentParams{Comment: "before <May>"}))
		},
		want: "PATCH /api/v2/managed_users/{customer}/recipes/41354/versions/7", json: `{"comment": "before <May>"}`,
	},
	requestCase{
		op: "recipes.update_version_comment", name: "empty",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.UpdateVersionComment(ctx, customer, 41354, 7, &workato.RecipeUpdateVersionCommentParams{}))
		},
		want: "PATCH /api/v2/managed_users/{customer}/recipes/41354/versions/7", json: `{"comment": ""}`,
	},
	requestCase{
		op: "jobs.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Jobs.List(ctx, customer, 41354, nil))
		},
		want: "GET /api/managed_users/{customer}/recipes/41354/jobs", answer: `{"items": []}`,
	},
	requestCase{
		op: "jobs.list", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Jobs.List(ctx, customer, 41354, &workato.JobListParams{
				OffsetJobID: "j-Ab&1", Prev: true, Status: workato.JobFailed, RerunOnly: true,
			}))
		},
		want: "GET /api/managed_users/{customer}/recipes/41354/jobs?offset_job_id=j-Ab%261&prev=true&rerun_only=true&status=failed", answer: `{"items": []}`,
	},
	requestCase{
		op: "jobs.get",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Jobs.Get(ctx, customer, 41354, "j-A/b.1"))
		},
		want: "GET /api/managed_users/{customer}/recipes/41354/jobs/j-A%2Fb%2E1", answer: `{"id": "j-A/b.1"}`,
	},
	requestCase{
		op: "jobs.repeat",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Jobs.Repeat(ctx, customer, 41354, &workato.JobRepeatParams{JobIDs: []string{"j-1", "j-2"}}))
		},
		want: "POST /api/managed_users/{customer}/recipes/41354/repeat_jobs", json: `{"job_ids": ["j-1", "j-2"]}`, answer: `{"results": []}`,
	},
)
