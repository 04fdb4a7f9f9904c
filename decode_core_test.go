package workato_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// enveloped gives the forms in which an object or a list was seen or reported.
func enveloped(body string) map[string]string {
	return map[string]string{
		"bare": body, "result": `{"result": ` + body + `}`, "data": `{"data": ` + body + `}`, "items": `{"items": ` + body + `}`,
	}
}

// keepsKeys checks that a decoded object, encoded again, has every key of the
// sample with its value.
func keepsKeys(t *testing.T, sample string, object any) {
	t.Helper()
	encoded, err := json.Marshal(object)
	require.NoError(t, err)
	var want, got map[string]any
	require.NoError(t, json.Unmarshal([]byte(sample), &want))
	require.NoError(t, json.Unmarshal(encoded, &got))
	for key, value := range want {
		if assert.Contains(t, got, key) {
			assert.Equal(t, moment(value), moment(got[key]), key)
		}
	}
}

// moment makes timestamps comparable that differ in their number of zeros.
func moment(v any) any {
	if s, ok := v.(string); ok {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return t.UTC()
		}
	}
	return v
}

func TestDecodeOneRecipe(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Recipe, error) {
		return c.Recipes.Get(ctx, customerID, 41354, nil)
	}
	bare := decoded(t, "recipes/get_bare.json", get)
	assert.Equal(t, int64(41354), bare.ID)
	assert.JSONEq(t, `{"status": "open", "result": {"data": [1]}}`, string(bare.Parameters))
	for _, form := range []string{"recipes/get_result_object.json", "recipes/get_result_list.json"} {
		assert.Equal(t, bare, decoded(t, form, get), form)
	}

	var code map[string]any
	require.NoError(t, bare.DecodeCode(&code))
	again, err := json.Marshal(code)
	require.NoError(t, err)
	assert.JSONEq(t, `{"number": 0, "n": 12345678901234567890}`, string(again))
	assert.Contains(t, string(again), "12345678901234567890", "not a digit is lost")

	entries, err := bare.ConfigEntries()
	require.NoError(t, err)
	assert.JSONEq(t, string(bare.Config), string(workato.RecipeConfigs(entries...)))
	assert.JSONEq(t, `[]`, string(workato.RecipeConfigs()))

	bare.Code = ""
	require.ErrorContains(t, bare.DecodeCode(&code), "recipe 41354 came without its code")
	bare.Code = "{"
	require.ErrorContains(t, bare.DecodeCode(&code), "code of recipe 41354")
}

func TestDecodeNewRecipes(t *testing.T) {
	t.Parallel()
	create := func(ctx context.Context, c *workato.Client) (*workato.CreatedRecipe, error) {
		return c.Recipes.Create(ctx, customerID, &workato.RecipeCreateParams{Name: "A", Code: "{}"})
	}
	clone := func(ctx context.Context, c *workato.Client) (*workato.CreatedRecipe, error) {
		return c.Recipes.Copy(ctx, customerID, 41354, nil)
	}
	assert.Equal(t, &workato.CreatedRecipe{ID: 116}, decoded(t, "recipes/created.json", create))
	assert.Equal(t, &workato.CreatedRecipe{ID: 99}, decoded(t, "recipes/copied.json", clone))
	for body, call := range map[string]func(context.Context, *workato.Client) (*workato.CreatedRecipe, error){
		`{"success": true}`: create, `{"success": true, "new_flow_id": null}`: clone,
	} {
		_, err := call(t.Context(), newClient(t, answering(answer{body: body})))
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown, body)
	}
}

func TestDecodeVersions(t *testing.T) {
	t.Parallel()
	second := workato.RecipeVersion{
		ID: 301, VersionNo: 2, Comment: ptr("before May"), AuthorName: "Ana B", AuthorEmail: "ana@borealis.example",
		CreatedAt: at("2025-04-01T08:00:00Z"), UpdatedAt: at("2025-04-02T08:00:00Z"),
	}
	page := decoded(t, "versions/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.RecipeVersion], error) {
		return c.Recipes.ListVersions(ctx, customerID, 41354, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, second, page.Items[0])
	assert.Nil(t, page.Items[1].Comment)
	assert.False(t, page.HasNext())
	for _, form := range []string{"versions/bare.json", "versions/data.json"} {
		assert.Equal(t, &second, decoded(t, form, func(ctx context.Context, c *workato.Client) (*workato.RecipeVersion, error) {
			return c.Recipes.GetVersion(ctx, customerID, 41354, 301)
		}), form)
		assert.Equal(t, &second, decoded(t, form, func(ctx context.Context, c *workato.Client) (*workato.RecipeVersion, error) {
			return c.Recipes.UpdateVersionComment(ctx, customerID, 41354, 301, &workato.RecipeUpdateVersionCommentParams{Comment: "before May"})
		}), form)
	}
}

func TestDecodeJobs(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.JobPage, error) {
		return c.Jobs.List(ctx, customerID, 41354, nil)
	}
	page := decoded(t, "jobs/list.json", list)
	assert.Equal(t, []int64{40, 2, 42, 2}, []int64{page.JobSucceededCount, page.JobFailedCount, page.JobCount, *page.JobScopeCount})
	require.Len(t, page.Items, 2)
	assert.Equal(t, workato.Job{
		ID: "j-AbCd11-2eF", FlowRunID: "j-AbCd11-2eF", RecipeID: 41354, Title: ptr("Invoice 7"), Status: workato.JobFailed, IsError: true,
		StartedAt: ptr(at("2024-05-01T09:00:00-07:00")), CompletedAt: ptr(at("2024-05-01T09:00:01.100-07:00")), Error: ptr(`{"code":404}`),
		ErrorParts: &workato.JobErrorParts{
			Adapter: "jira", ErrorType: "NotFound", Message: "no such issue", InnerMessage: "404", ErrorID: "e-1",
			ErrorAt: "2024-05-01T09:00:01.000-07:00", Input: json.RawMessage(`{"key": "A-1"}`),
		},
		MasterJobID: ptr("j-AbCd08-9eE"), CallingRecipeID: ptr[int64](41300), CallingJobID: ptr("j-AbCd10-1eF"),
		RootRecipeID: ptr[int64](41200), RootJobID: ptr("j-AbCd09-0eF"),
	}, page.Items[1])

	old := decoded(t, "jobs/list_2019.json", list)
	assert.Equal(t, "172063", old.Items[0].ID)
	assert.Nil(t, old.JobScopeCount)

	loose := decoded(t, "jobs/loose.json", list)
	assert.Equal(t, []workato.Job{
		{ID: "172064", Error: ptr(`{"code": 404}`), CallingRecipeID: ptr[int64](41300), Status: "moon_phase"},
		{Handle: "j-Zz", IsError: true, ErrorParts: &workato.JobErrorParts{ErrorID: "7", Input: json.RawMessage(`"text"`)}},
	}, loose.Items)
	assert.Equal(t, int64(3), loose.JobCount)

	_, err := list(t.Context(), newClient(t, answering(answer{body: `{"items": [{"title": "without an id"}]}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
	_, err = list(t.Context(), newClient(t, answering(answer{body: `{"job_count": 0}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse, "no list is not an empty one")
}

func TestDecodeJob(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Job, error) {
		return c.Jobs.Get(ctx, customerID, 41354, "j-AbCd12-3eF")
	}
	job := decoded(t, "jobs/get.json", get)
	assert.True(t, job.IsRepeat && job.IsTest && job.IsTestCaseJob)
	assert.Equal(t, ptr[int64](41300), job.CallingRecipeID, "a string in one source, a number in another")
	assert.Contains(t, string(job.Lines[0]), `"output"`, "what is not known is kept")
	steps, err := job.Steps()
	require.NoError(t, err)
	require.Len(t, steps, 1)
	assert.Equal(t, int64(1), steps[0].RecipeLineNumber)
	assert.Equal(t, "jira search_issues", steps[0].AdapterName+" "+steps[0].AdapterOperation)
	assert.Equal(t, at("2024-05-01T10:00:00.900-07:00"), *steps[0].LineStat.CompletedAt)

	job.Lines = append(job.Lines, json.RawMessage(`{"recipe_line_number": {}}`))
	_, err = job.Steps()
	require.ErrorContains(t, err, "line 1 of job j-AbCd12-3eF")

	empty := decoded(t, "jobs/null.json", get)
	assert.Equal(t, &workato.Job{ID: "j-AbCd12-3eF"}, empty)
}

func TestDecodeExports(t *testing.T) {
	t.Parallel()
	assets := func(ctx context.Context, c *workato.Client) ([]workato.FolderAsset, error) {
		return c.Exports.FolderAssets(ctx, customerID, nil)
	}
	own := func(ctx context.Context, c *workato.Client) ([]workato.FolderAsset, error) {
		return c.Packages.FolderAssets(ctx, nil)
	}
	found := decoded(t, "exports/folder_assets.json", assets)
	require.Len(t, found, 2)
	assert.Equal(t, workato.FolderAsset{
		ID: 12, Name: "x", Type: workato.AssetRecipe, Version: 1, Folder: "A", AbsolutePath: "All projects/A", ZipName: "A/x.recipe.json",
		Checked: true, Status: "added",
	}, found[0])
	assert.Equal(t, workato.ManifestAsset{
		ID: 13, Type: "moon_phase", AbsolutePath: "All projects", ZipName: "y.moon.json", Version: 2, RootFolder: true, Unreachable: true, Unchecked: true,
	}, found[1].ForManifest())
	assert.Equal(t, found, decoded(t, "exports/folder_assets_bare.json", assets))
	assert.Equal(t, found, decoded(t, "exports/folder_assets.json", own))
	_, err := assets(t.Context(), newClient(t, answering(answer{body: `{"result": {}}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse, "no list is not an empty one")

	manifest := decoded(t, "exports/manifest.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Exports.GetManifest(ctx, customerID, 12)
	})
	assert.Equal(t, &workato.ExportManifest{
		ID: 12, Name: "Release 4", LastExportedAt: ptr(at("2025-05-01T10:00:00-07:00")), CreatedAt: at("2025-04-01T10:00:00-07:00"),
		UpdatedAt: at("2025-04-02T10:00:00-07:00"), ProjectPath: "Folder 1", Status: "working",
	}, manifest)
	ran := decoded(t, "exports/manifest_auto_run.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Exports.CreateManifest(ctx, customerID, &workato.ExportCreateManifestParams{Name: "Release 4", AutoGenerateAssets: true, AutoRun: true})
	})
	assert.Equal(t, &workato.ManifestPackage{ID: 242}, ran.Package)
	assert.Equal(t, ran, decoded(t, "exports/manifest_auto_run_beside.json", func(ctx context.Context, c *workato.Client) (*workato.ExportManifest, error) {
		return c.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "Release 4", AutoGenerateAssets: true, AutoRun: true})
	}))

	status := func(ctx context.Context, c *workato.Client) (*workato.Export, error) {
		return c.Exports.GetExportStatus(ctx, customerID, 242)
	}
	done := &workato.Export{
		ID: 242, OperationType: "export", Status: workato.ImportCompleted, ExportManifestID: ptr[int64](12),
		DownloadURL: "https://store.example.com/p/242.zip?X-Amz-Expires=10",
	}
	assert.Equal(t, done, decoded(t, "exports/completed_bare.json", status))
	assert.Equal(t, done, decoded(t, "exports/completed_result.json", status))
	assert.Equal(t, done, decoded(t, "exports/completed_bare.json", func(ctx context.Context, c *workato.Client) (*workato.Export, error) {
		return c.Packages.Get(ctx, 242)
	}))
	assert.Empty(t, decoded(t, "exports/in_progress.json", status).DownloadURL)
	old := decoded(t, "exports/failed_2020.json", status)
	assert.Equal(t, &workato.Export{
		ID: 242, OperationType: "export", Status: workato.ImportFailed, ExportManifestID: ptr[int64](12), Error: "a recipe is missing",
		ErrorParts: []json.RawMessage{json.RawMessage(`{"a": 1}`)},
	}, old)
}

func TestDecodeDeployments(t *testing.T) {
	t.Parallel()
	build := func(ctx context.Context, c *workato.Client) (*workato.ProjectBuild, error) {
		return c.Deployments.GetBuild(ctx, customerID, 77)
	}
	pending := decoded(t, "deployments/build.json", build)
	assert.Equal(t, &workato.ProjectBuild{
		ID: 77, CreatedAt: at("2025-05-01T10:00:00-07:00"), UpdatedAt: at("2025-05-01T10:01:00-07:00"), Description: "x", ProjectID: 649,
		State: workato.DeploymentPending, PerformedByName: "Ana B",
	}, pending)
	done := decoded(t, "deployments/build_status.json", build)
	assert.True(t, done.State.Succeeded(), "one source calls the state status")
	assert.Equal(t, "https://store.example.com/b/77.zip", done.DownloadURL)

	want := workato.Deployment{
		ID: 9, CreatedAt: at("2025-05-01T10:00:00-07:00"), UpdatedAt: at("2025-05-01T10:01:00-07:00"), Title: "Release 4", Description: "text",
		ProjectBuildID: 77, EnvironmentType: workato.EnvironmentTest, ProjectID: 649, State: workato.DeploymentPending, PerformedByName: "Ana B",
	}
	sample := fixture(t, "deployments/deployment.json")
	for form, body := range enveloped(sample) {
		if form == "items" {
			continue
		}
		got, err := newClient(t, answering(answer{body: body})).Deployments.Get(t.Context(), customerID, 9)
		require.NoError(t, err, form)
		assert.Equal(t, &want, got, form)
	}
	for form, body := range enveloped(`[` + sample + `]`) {
		got, err := newClient(t, answering(answer{body: body})).Deployments.List(t.Context(), customerID, nil)
		require.NoError(t, err, form)
		assert.Equal(t, []workato.Deployment{want}, got, form)
	}

	reviews := decoded(t, "deployments/reviews.json", func(ctx context.Context, c *workato.Client) (*workato.DeploymentReviews, error) {
		return c.Deployments.AssignReviewers(ctx, customerID, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{1}})
	})
	assert.JSONEq(t, `{"id": 1}`, string(reviews.Reviews[0]))
	assert.JSONEq(t, `{"id": 2}`, string(reviews.Authors[0]))

	for _, body := range []string{`{"result": {"reviews": [], "authors": []}}`, `{"reviews": [], "authors": null}`} {
		got, err := newClient(t, answering(answer{body: body})).Deployments.AssignReviewers(t.Context(), customerID, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}})
		require.NoError(t, err)
		assert.NotNil(t, got.Reviews, body)
	}
	_, err := newClient(t, answering(answer{body: `{}`})).Deployments.AssignReviewers(t.Context(), customerID, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}})
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)

	eligible, err := newClient(t, answering(answer{body: `{"result": [{"id": 1}]}`})).Deployments.EligibleReviewers(t.Context(), customerID, 9)
	require.NoError(t, err)
	assert.JSONEq(t, `{"result": [{"id": 1}]}`, string(eligible))
	for _, body := range []string{"", "null", "<html></html>", `{"result": `} {
		_, err := newClient(t, answering(answer{body: body})).Deployments.EligibleReviewers(t.Context(), customerID, 9)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}

// TestNoDocumentedKeyIsLost decodes the samples and encodes them again.
func TestNoDocumentedKeyIsLost(t *testing.T) {
	t.Parallel()
	keepsKeys(t, fixture(t, "recipes/get_bare.json"), fixtureOf[workato.Recipe](t, "recipes/get_bare.json"))
	keepsKeys(t, fixture(t, "versions/bare.json"), fixtureOf[workato.RecipeVersion](t, "versions/bare.json"))
	keepsKeys(t, fixture(t, "exports/completed_bare.json"), fixtureOf[workato.Export](t, "exports/completed_bare.json"))
	jobs := decoded(t, "jobs/list.json", func(ctx context.Context, c *workato.Client) (*workato.JobPage, error) {
		return c.Jobs.List(ctx, customerID, 41354, nil)
	})
	var page struct{ Items []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "jobs/list.json")), &page))
	var counts map[string]any
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "jobs/list.json")), &counts))
	delete(counts, "items")
	totals, err := json.Marshal(counts)
	require.NoError(t, err)
	keepsKeys(t, string(totals), jobs)
	for _, item := range page.Items {
		job := new(workato.Job)
		require.NoError(t, json.Unmarshal(item, job))
		keepsKeys(t, string(item), job)
	}
	var list struct{ Assets []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "exports/folder_assets_bare.json")), &list))
	for _, item := range list.Assets {
		asset := new(workato.FolderAsset)
		require.NoError(t, json.Unmarshal(item, asset))
		keepsKeys(t, string(item), asset)
	}
	var manifest struct{ Result json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "exports/manifest_auto_run.json")), &manifest))
	decodedManifest := new(workato.ExportManifest)
	require.NoError(t, json.Unmarshal(manifest.Result, decodedManifest))
	keepsKeys(t, string(manifest.Result), decodedManifest)
}

func fixtureOf[T any](t *testing.T, name string) *T {
	t.Helper()
	v := new(T)
	require.NoError(t, json.Unmarshal([]byte(fixture(t, name)), v))
	return v
}
