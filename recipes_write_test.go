package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestRunningRecipe sees a change of a running recipe refused in every form
// that was seen, and takes nothing else for it.
func TestRunningRecipe(t *testing.T) {
	t.Parallel()
	update := func(ctx context.Context, c *workato.Client) error {
		return c.Recipes.Update(ctx, customerID, 41354, &workato.RecipeUpdateParams{Name: workato.Set("B")})
	}
	remove := func(ctx context.Context, c *workato.Client) error { return c.Recipes.Delete(ctx, customerID, 41354) }
	for name, test := range map[string]struct {
		answer  answer
		running bool
	}{
		"seen with HTTP 200":     {answer{body: fixture(t, "recipes/running.json")}, true},
		"in a result":            {answer{body: `{"result": {"success": false, "errors": {"running": ["x"]}}}`}, true},
		"reported with HTTP 400": {answer{status: 400, body: `{"message": "Recipe is running"}`}, true},
		"400 with the field":     {answer{status: 400, body: `{"message": "Invalid", "errors": {"running": ["must be stopped"]}}`}, true},
		"400 on the whole":       {answer{status: 400, body: `{"errors": {"base": ["Running recipe cannot change"]}}`}, true},
		"a conflict":             {answer{status: 409, body: `{"message": "Recipe is running"}`}, true},
		"another field":          {answer{status: 400, body: `{"errors": {"name": ["'Running shoes' is taken"]}}`}, false},
		"another refusal":        {answer{body: `{"success": false, "errors": {"name": ["can't be blank"]}}`}, false},
		"another 400":            {answer{status: 400, body: `{"message": "Bad request"}`}, false},
		"another status":         {answer{status: 404, body: `{"message": "running"}`}, false},
	} {
		for verb, call := range map[string]func(context.Context, *workato.Client) error{"update": update, "delete": remove} {
			t.Run(verb+" "+name, func(t *testing.T) {
				t.Parallel()
				err := call(t.Context(), newClient(t, answering(test.answer)))
				var running *workato.RecipeRunningError
				assert.Equal(t, test.running, errors.As(err, &running))
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr)
				assert.Equal(t, "recipes."+verb, apiErr.Operation)
				assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
			})
		}
	}
}

// TestRepeatsOfTheCoreRows loses the first answer and looks what a second
// request would do.
func TestRepeatsOfTheCoreRows(t *testing.T) {
	t.Parallel()
	effects := make(map[string]workato.Effect)
	for _, op := range workato.Operations() {
		effects[op.Name] = op.Effect
	}
	for _, rc := range requestCases {
		service, _, _ := strings.Cut(rc.op, ".")
		switch service {
		case "recipes", "jobs", "exports", "packages", "deployments":
		default:
			continue
		}
		t.Run(rc.title(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				transport := answering(answer{status: 502, body: "<html><title>502 Bad Gateway</title></html>"}, rc.reply())
				c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}))
				err := rc.call(t.Context(), c, customerID)
				if effects[rc.op] == workato.Create {
					require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
					assert.Len(t, transport.all(), 1)
					_, hint, _ := strings.Cut(err.Error(), "the outcome is unknown: ")
					assert.NotEqual(t, "look before you try again", hint, "each create says how to look")
					return
				}
				require.NoError(t, err)
				assert.Len(t, transport.all(), 2)
			})
		})
	}
}

func TestCreatesAreThese(t *testing.T) {
	t.Parallel()
	creates := map[string]bool{
		"recipes.create": true, "recipes.copy": true, "recipes.reset_trigger": true, "recipes.share": true, "jobs.repeat": true,
		"exports.create_manifest": true, "exports.export_package": true, "packages.create_manifest": true, "packages.export": true,
		"deployments.build": true, "deployments.deploy_build": true, "deployments.deploy": true,
	}
	for _, op := range workato.Operations() {
		service, _, _ := strings.Cut(op.Name, ".")
		switch service {
		case "recipes", "jobs", "exports", "packages", "deployments":
			assert.Equal(t, creates[op.Name], op.Effect == workato.Create, op.Name)
		}
	}
}

// TestDeletionsThatMeetTheirOwnEffect lose the answer of a deletion, whose
// repeat then finds nothing.
func TestDeletionsThatMeetTheirOwnEffect(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]call{
		"recipes.delete": func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return c.Recipes.Delete(ctx, id, 1)
		},
		"exports.delete_manifest": func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return c.Exports.DeleteManifest(ctx, id, 1)
		},
		"packages.delete_manifest": func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return c.Packages.DeleteManifest(ctx, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				gone := answer{status: 404, body: `{"message": "Not found"}`}
				lost := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
					if number == 1 {
						return nil, io.ErrUnexpectedEOF
					}
					return gone.response(req), nil
				}}
				c := newClient(t, lost, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1}))
				require.NoError(t, call(t.Context(), c, customerID))
				assert.Len(t, lost.all(), 2)
				require.ErrorIs(t, call(t.Context(), newClient(t, answering(gone)), customerID), workato.ErrNotFound, "at the first try it is an error")
			})
		})
	}
}

// TestUnseenConfirmations accepts what may be the answer where no source shows
// one, and nothing that says no.
func TestUnseenConfirmations(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *workato.Client) error{
		"reset_trigger": func(ctx context.Context, c *workato.Client) error { return c.Recipes.ResetTrigger(ctx, customerID, 1) },
		"poll_now":      func(ctx context.Context, c *workato.Client) error { return c.Recipes.PollNow(ctx, customerID, 1) },
		"share":         func(ctx context.Context, c *workato.Client) error { return c.Recipes.Share(ctx, customerID, 1) },
		"manifest": func(ctx context.Context, c *workato.Client) error {
			return c.Exports.DeleteManifest(ctx, customerID, 1)
		},
		"own manifest": func(ctx context.Context, c *workato.Client) error { return c.Packages.DeleteManifest(ctx, 1) },
	} {
		for body, want := range map[string]error{
			"": nil, `{"success": true}`: nil, `{"id": 1}`: nil,
			`{"success": false}`: workato.ErrRejected, "null": workato.ErrUnexpectedResponse, "<html>": workato.ErrUnexpectedResponse,
		} {
			require.ErrorIs(t, call(t.Context(), newClient(t, answering(answer{body: body}))), want, "%s: %s", name, body)
		}
	}
}

func TestBadInputOfTheCoreRows(t *testing.T) {
	t.Parallel()
	create := func(p *workato.RecipeCreateParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Recipes.Create(ctx, id, p))
		}
	}
	update := func(p *workato.RecipeUpdateParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return c.Recipes.Update(ctx, id, 1, p)
		}
	}
	comment := func(p *workato.RecipeUpdateVersionCommentParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Recipes.UpdateVersionComment(ctx, id, 1, 2, p))
		}
	}
	versions := func(p *workato.RecipeListVersionsParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			for _, err := range c.Recipes.AllVersions(ctx, id, 1, p) {
				require.Error(t, err)
			}
			return ignore(c.Recipes.ListVersions(ctx, id, 1, p))
		}
	}
	repeat := func(p *workato.JobRepeatParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Jobs.Repeat(ctx, id, 1, p))
		}
	}
	manifest := func(p *workato.ExportCreateManifestParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			own := ignore(c.Packages.CreateManifest(ctx, p))
			err := ignore(c.Exports.CreateManifest(ctx, id, p))
			assert.Equal(t, fmt.Sprint(own), fmt.Sprint(err))
			return err
		}
	}
	change := func(p *workato.ExportUpdateManifestParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Exports.UpdateManifest(ctx, id, 1, p))
		}
	}
	deploy := func(project workato.ProjectRef, p *workato.DeploymentDeployParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Deployments.Deploy(ctx, id, project, p))
		}
	}
	reviewers := func(p *workato.DeploymentAssignReviewersParams) call {
		return func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Deployments.AssignReviewers(ctx, id, 1, p))
		}
	}
	asset := workato.ManifestAsset{ID: 1, Type: workato.AssetRecipe, AbsolutePath: "All projects"}
	for name, test := range map[string]struct {
		field string
		call  call
	}{
		"create nil":              {"params", create(nil)},
		"create without name":     {"Name", create(&workato.RecipeCreateParams{Code: "{}"})},
		"create without code":     {"Code", create(&workato.RecipeCreateParams{Name: "A"})},
		"create with broken code": {"Code", create(&workato.RecipeCreateParams{Name: "A", Code: `{"a":`})},
		"create with an object":   {"Config", create(&workato.RecipeCreateParams{Name: "A", Code: "{}", Config: json.RawMessage(`{}`)})},
		"create with numbers":     {"Config", create(&workato.RecipeCreateParams{Name: "A", Code: "{}", Config: json.RawMessage(`[1]`)})},
		"create with null in it":  {"Config", create(&workato.RecipeCreateParams{Name: "A", Code: "{}", Config: json.RawMessage(`[null]`)})},
		"create in folder -1":     {"FolderID", create(&workato.RecipeCreateParams{Name: "A", Code: "{}", FolderID: -1})},
		"update nil":              {"params", update(nil)},
		"update to no name":       {"Name", update(&workato.RecipeUpdateParams{Name: workato.Set(" ")})},
		"update clears the name":  {"Name", update(&workato.RecipeUpdateParams{Name: workato.Null[string]()})},
		"update clears the code":  {"Code", update(&workato.RecipeUpdateParams{Code: workato.Null[string]()})},
		"update clears config":    {"Config", update(&workato.RecipeUpdateParams{Config: workato.Null[json.RawMessage]()})},
		"update clears folder":    {"FolderID", update(&workato.RecipeUpdateParams{FolderID: workato.Null[int64]()})},
		"update to folder 0":      {"FolderID", update(&workato.RecipeUpdateParams{FolderID: workato.Set[int64](0)})},
		"copy to folder -1": {"FolderID", func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Recipes.Copy(ctx, id, 1, &workato.RecipeCopyParams{FolderID: -1}))
		}},
		"recipe 0": {"recipe_id", func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return c.Recipes.Delete(ctx, id, 0)
		}},
		"stop then update nil": {"params", func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Recipes.StopThenUpdate(ctx, id, 1, nil))
		}},
		"comment nil":             {"params", comment(nil)},
		"comment of 256":          {"Comment", comment(&workato.RecipeUpdateVersionCommentParams{Comment: strings.Repeat("é", 256)})},
		"versions page -1":        {"Page", versions(&workato.RecipeListVersionsParams{Page: -1})},
		"versions per page 101":   {"PerPage", versions(&workato.RecipeListVersionsParams{PerPage: 101})},
		"repeat nil":              {"params", repeat(nil)},
		"repeat nothing":          {"JobIDs", repeat(&workato.JobRepeatParams{})},
		"repeat an empty id":      {"JobIDs", repeat(&workato.JobRepeatParams{JobIDs: []string{"j-1", ""}})},
		"repeat twice":            {"JobIDs", repeat(&workato.JobRepeatParams{JobIDs: []string{"j-1", "j-2", "j-1"}})},
		"manifest nil":            {"params", manifest(nil)},
		"manifest without name":   {"Name", manifest(&workato.ExportCreateManifestParams{AutoGenerateAssets: true})},
		"manifest without assets": {"Assets", manifest(&workato.ExportCreateManifestParams{Name: "A", FolderID: 1})},
		"manifest of half assets": {"Assets", manifest(&workato.ExportCreateManifestParams{Name: "A", Assets: []workato.ManifestAsset{asset, {ID: 1}}})},
		"manifest of folder -1":   {"FolderID", manifest(&workato.ExportCreateManifestParams{Name: "A", FolderID: -1, AutoGenerateAssets: true})},
		"manifest change nil":     {"params", change(nil)},
		"manifest change no name": {"Name", change(&workato.ExportUpdateManifestParams{Name: workato.Set(" ")})},
		"manifest change clears":  {"Name", change(&workato.ExportUpdateManifestParams{Name: workato.Null[string]()})},
		"manifest change folder":  {"FolderID", change(&workato.ExportUpdateManifestParams{FolderID: workato.Set[int64](0)})},
		"manifest change assets":  {"Assets", change(&workato.ExportUpdateManifestParams{Assets: []workato.ManifestAsset{{Type: "recipe"}}})},
		"assets of folder -1": {"FolderID", func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Exports.FolderAssets(ctx, id, &workato.FolderAssetsParams{FolderID: -1}))
		}},
		"deploy nil":        {"params", deploy("649", nil)},
		"deploy to nowhere": {"EnvironmentType", deploy("649", &workato.DeploymentDeployParams{})},
		"deploy project 0":  {"project", deploy(workato.ProjectByID(0), &workato.DeploymentDeployParams{EnvironmentType: "test"})},
		"deploy folder -1":  {"project", deploy(workato.ProjectByFolder(-1), &workato.DeploymentDeployParams{EnvironmentType: "test"})},
		"deploy a path":     {"project", deploy("../1", &workato.DeploymentDeployParams{EnvironmentType: "test"})},
		"deployments of -1": {"ProjectID", func(ctx context.Context, c *workato.Client, id workato.CustomerID) error {
			return ignore(c.Deployments.List(ctx, id, &workato.DeploymentListParams{ProjectID: -1}))
		}},
		"reviewers nil":      {"params", reviewers(nil)},
		"reviewers not said": {"ReviewerIDs", reviewers(&workato.DeploymentAssignReviewersParams{})},
		"reviewer 0":         {"ReviewerIDs", reviewers(&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{1, 0}})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.call(t.Context(), newClient(t, unreachable(t)), customerID)
			require.ErrorIs(t, err, workato.ErrInvalidArgument)
			var argument *workato.ArgumentError
			require.ErrorAs(t, err, &argument)
			assert.Equal(t, test.field, argument.Field)
			assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
		})
	}
}

// recipeServer is a recipe that starts and stops some looks after it was told.
type recipeServer struct {
	running    bool
	wanted     bool
	looks      int // until wanted comes true
	left       int
	updates    int
	requests   []string
	stopStatus int
}

func (s *recipeServer) respond(_ int, req *http.Request) (*http.Response, error) {
	last := req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
	verb := req.Method + " " + last
	s.requests = append(s.requests, verb)
	done := answer{body: `{"success": true}`}
	switch verb {
	case "PUT start", "PUT stop":
		if s.stopStatus != 0 {
			return answer{status: s.stopStatus, body: `{"message": "no"}`}.response(req), nil
		}
		s.wanted, s.left = last == "start", s.looks
	case "PUT 1":
		if s.running {
			return answer{body: `{"success": false, "errors": {"running": ["x"]}}`}.response(req), nil
		}
		s.updates++
	case "GET 1":
		if s.left--; s.left < 0 {
			s.running = s.wanted
		}
		done.body = fmt.Sprintf(`{"id": 1, "running": %t}`, s.running)
	}
	return done.response(req), nil
}

func TestWaitRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &recipeServer{looks: 3}
		c := newClient(t, &recorder{respond: server.respond})
		require.NoError(t, c.Recipes.Start(t.Context(), customerID, 1))
		var seen []bool
		began := time.Now()
		recipe, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, &workato.WaitParams[workato.Recipe]{
			MaxWait: time.Minute, MinInterval: time.Second, MaxInterval: time.Second,
			OnUpdate: func(r *workato.Recipe) { seen = append(seen, r.Running) },
		})
		require.NoError(t, err)
		assert.True(t, recipe.Running)
		assert.Equal(t, []bool{false, false, false, true}, seen)
		assert.InDelta(t, 3, time.Since(began).Seconds(), 0.8)
	})
}

func TestWaitRunningEndsAndGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &recipeServer{looks: 60}
		c := newClient(t, &recorder{respond: server.respond})
		require.NoError(t, c.Recipes.Start(t.Context(), customerID, 1))
		short := &workato.WaitParams[workato.Recipe]{MaxWait: 10 * time.Second}
		_, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, short)
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		var wait *workato.WaitError[workato.Recipe]
		require.ErrorAs(t, err, &wait)
		assert.False(t, wait.Last.Running)

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err = c.Recipes.WaitRunning(ctx, customerID, 1, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		recipe, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, nil)
		require.NoError(t, err)
		assert.True(t, recipe.Running)
	})
}

func TestStopThenUpdate(t *testing.T) {
	t.Parallel()
	params := &workato.RecipeUpdateParams{Name: workato.Set("B")}
	t.Run("a recipe that stands still", func(t *testing.T) {
		t.Parallel()
		server := new(recipeServer)
		stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
		require.NoError(t, err)
		assert.False(t, stopped)
		assert.Equal(t, []string{"PUT 1"}, server.requests)
	})
	t.Run("a recipe that runs on for a while", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			server := &recipeServer{running: true, looks: 2}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			require.NoError(t, err)
			assert.True(t, stopped)
			assert.Equal(t, []string{"PUT 1", "PUT stop", "GET 1", "GET 1", "GET 1", "PUT 1"}, server.requests, "it is not started again")
			assert.Equal(t, 1, server.updates)
		})
	})
	t.Run("a recipe that does not stop", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			server := &recipeServer{running: true, looks: 1 << 30}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			require.ErrorIs(t, err, workato.ErrWaitTimeout)
			assert.True(t, stopped, "it was told to stop")
			assert.Zero(t, server.updates)
		})
	})
	t.Run("a stop that fails", func(t *testing.T) {
		t.Parallel()
		for status, may := range map[int]bool{500: true, 400: false} {
			server := &recipeServer{running: true, stopStatus: status}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			var apiErr *workato.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, status, apiErr.StatusCode)
			assert.Equal(t, may, stopped, "after a 500 nobody knows")
		}
	})
}

func TestVersionsOverPages(t *testing.T) {
	t.Parallel()
	pages := answering(answer{body: `{"data": [{"id": 5}, {"id": 4}]}`}, answer{body: `{"data": [{"id": 3}, {"id": 2}]}`}, answer{body: `{"data": []}`})
	var ids []int64
	for version, err := range newClient(t, pages).Recipes.AllVersions(t.Context(), customerID, 1, &workato.RecipeListVersionsParams{PerPage: 2}) {
		require.NoError(t, err)
		ids = append(ids, version.ID)
	}
	assert.Equal(t, []int64{5, 4, 3, 2}, ids)
	var queries []string
	for _, req := range pages.all() {
		queries = append(queries, req.Query)
	}
	assert.Equal(t, []string{"page=1&per_page=2", "page=2&per_page=2", "page=3&per_page=2"}, queries)

	ignored := answering(answer{body: `{"data": [{"id": 5}, {"id": 4}]}`})
	var last error
	for _, last = range newClient(t, ignored).Recipes.AllVersions(t.Context(), customerID, 1, &workato.RecipeListVersionsParams{PerPage: 2}) {
	}
	require.ErrorIs(t, last, workato.ErrRepeatedPage)
}
