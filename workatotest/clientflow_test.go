package workatotest_test

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// flow is a strict fake with one customer and a client for it. Unknown
// parameters of the client fail the test.
func flow(t *testing.T) (*workatotest.Server, *workato.Client, workatotest.Customer) {
	t.Helper()
	fake, customer := acmeServer(t, workatotest.WithStrict())
	client := fake.Client(t)
	return fake, client, customer
}

// done returns the value of a call that has to succeed.
func done[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

var acmeID = workato.ExternalID("acme")

// TestClientExports exports with the real client, loses the download in the
// middle, and imports the result.
func TestClientExports(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		fake, client, customer := flow(t)
		assets := done[[]workato.FolderAsset](t)(client.Exports.FolderAssets(ctx, acmeID, nil))
		same(t, "assets", len(assets), 2)
		manifest := done[*workato.ExportManifest](t)(client.Exports.CreateManifest(ctx, acmeID,
			&workato.ExportCreateManifestParams{Name: "all", AutoGenerateAssets: true}))
		started := done[*workato.Export](t)(client.Exports.Export(ctx, acmeID, manifest.ID))
		done[*workato.Export](t)(client.Exports.Wait(ctx, acmeID, started.ID, nil))
		fake.Inject(workatotest.Fault{On: "store.download", Do: workatotest.CutOff})
		var zip bytes.Buffer
		done[*workato.Download](t)(client.Exports.Download(ctx, acmeID, started.ID, &zip, nil))
		if n := len(fake.Requests("store.download")); n != 2 {
			t.Errorf("%d downloads, want one that was cut off and one that goes on", n)
		}
		for _, request := range fake.Requests("store.download") {
			same(t, "credentials", request.Header.Get("Authorization"), "")
		}
		work := done[*workato.Import](t)(client.Imports.Create(ctx, acmeID, &workato.ImportCreateParams{
			Package: workato.PackageBytes(zip.Bytes()), FolderID: customer.RootFolderID, RestartRecipes: true,
		}))
		done[*workato.Import](t)(client.Imports.Wait(ctx, acmeID, work.ID, nil))
		same(t, "recipes", len(fake.Customer("acme").Recipes), 1)
		if err := client.Exports.DeleteManifest(ctx, acmeID, manifest.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestClientRecipes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		fake, client, customer := flow(t)
		made := done[*workato.CreatedRecipe](t)(client.Recipes.Create(ctx, acmeID, &workato.RecipeCreateParams{
			Name: "Made", Code: `{"number":0}`, FolderID: customer.Folders[0].ID,
		}))
		if err := client.Recipes.Update(ctx, acmeID, made.ID, &workato.RecipeUpdateParams{Name: workato.Set("Renamed")}); err != nil {
			t.Error(err)
		}
		versions := done[*workato.Page[workato.RecipeVersion]](t)(client.Recipes.ListVersions(ctx, acmeID, made.ID, nil))
		same(t, "versions", len(versions.Items), 2)
		done[*workato.RecipeVersion](t)(client.Recipes.UpdateVersionComment(ctx, acmeID, made.ID, versions.Items[0].ID,
			&workato.RecipeUpdateVersionCommentParams{Comment: "c"}))
		done[*workato.CreatedRecipe](t)(client.Recipes.Copy(ctx, acmeID, made.ID, &workato.RecipeCopyParams{FolderID: customer.Folders[1].ID}))
		if err := client.Recipes.Start(ctx, acmeID, made.ID); err != nil {
			t.Error(err)
		}
		done[*workato.Recipe](t)(client.Recipes.WaitRunning(ctx, acmeID, made.ID, nil))
		if err := client.Recipes.PollNow(ctx, acmeID, made.ID); err != nil {
			t.Error(err)
		}
		jobs := done[*workato.JobPage](t)(client.Jobs.List(ctx, acmeID, made.ID, nil))
		same(t, "jobs", len(jobs.Items), 1)
		done[*workato.Job](t)(client.Jobs.Get(ctx, acmeID, made.ID, jobs.Items[0].ID))
		done[[]workato.JobRepeatResult](t)(client.Jobs.Repeat(ctx, acmeID, made.ID, &workato.JobRepeatParams{JobIDs: []string{jobs.Items[0].ID}}))
		recipe, _ := fake.Customer("acme").Recipe("Renamed")
		same(t, "jobs in the fake", len(recipe.Jobs), 2)
	})
}

func TestClientEnvironments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		fake, client, customer := flow(t)
		done[*workato.ProvisionedEnvironments](t)(client.ManagedUsers.ProvisionEnvironments(ctx, acmeID, nil))
		project := workato.ProjectByID(customer.Folders[0].ProjectID)
		build := done[*workato.ProjectBuild](t)(client.Deployments.Build(ctx, acmeID, project, nil))
		done[*workato.ProjectBuild](t)(client.Deployments.WaitBuild(ctx, acmeID, build.ID, nil))
		target := &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentProd, Title: "Release"}
		deployed := done[*workato.Deployment](t)(client.Deployments.DeployBuild(ctx, acmeID, build.ID, target))
		done[*workato.Deployment](t)(client.Deployments.Wait(ctx, acmeID, deployed.ID, nil))
		same(t, "deployments", len(done[[]workato.Deployment](t)(client.Deployments.List(ctx, acmeID, nil))), 1)
		same(t, "recipes in PROD", len(fake.Customer("acme").Environments[1].Recipes), 1)
	})
}

func TestClientWorkspace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		fake, client, customer := flow(t)
		done[*workato.Workspace](t)(client.Workspace.Whoami(ctx))
		done[*workato.Page[workato.ManagedUser]](t)(client.ManagedUsers.List(ctx, nil))
		folders := done[*workato.Page[workato.Folder]](t)(client.Folders.List(ctx, acmeID, nil))
		same(t, "folders", len(folders.Items), 1)
		projects := done[*workato.Page[workato.Project]](t)(client.Projects.List(ctx, acmeID, nil))
		same(t, "projects", projects.Items[0].ID, customer.Folders[0].ProjectID)
		member := done[*workato.Member](t)(client.Members.Add(ctx, acmeID, &workato.MemberAddParams{Name: "Ana", RoleName: "Operator"}))
		done[[]workato.MemberPrivilege](t)(client.Members.Privileges(ctx, acmeID, member.ID))
		done[[]workato.ProjectGrant](t)(client.Members.ProjectGrants(ctx, acmeID, member.ID))
		done[[]workato.MemberProjectPrivilege](t)(client.Members.ProjectsPrivileges(ctx, acmeID, member.ID))
		done[*workato.PropertyUpsertResult](t)(client.Properties.Upsert(ctx, acmeID,
			&workato.PropertyUpsertParams{Properties: map[string]workato.PropertyValue{"crm.key": "id"}}))
		properties := done[map[string]workato.PropertyValue](t)(client.Properties.List(ctx, acmeID, &workato.PropertyListParams{Prefix: "crm"}))
		same(t, "property", string(properties["crm.key"]), "id")
		same(t, "property in the fake", fake.Customer("acme").Properties["crm.key"], "id")
		done[[]workato.SchemaField](t)(client.Connections.InputSchema(ctx, acmeID, customer.Connections[0].ID))
		done[[]workato.PicklistValue](t)(client.Picklists.GetValues(ctx, acmeID, customer.Connections[0].ID,
			&workato.PicklistGetValuesParams{PickListName: "project"}))
		done[*workato.Page[workato.Integration]](t)(client.Integrations.ListAll(ctx, nil))
		done[*workato.MonthlyUsage](t)(client.Usage.Monthly(ctx))
		period := workato.UsagePeriod{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour), Location: time.UTC}
		done[*workato.UsageStatistics](t)(client.Usage.Statistics(ctx, &workato.UsageStatisticsParams{Period: period, ExternalIDs: []string{"acme"}}))
		done[*workato.UsageConnectionStatistics](t)(client.Usage.ConnectionStatistics(ctx,
			&workato.UsageStatisticsParams{Period: period, WorkspaceIDs: []int64{customer.ID}}))
		manifest := done[*workato.ExportManifest](t)(client.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "none", AutoGenerateAssets: true}))
		exported := done[*workato.Export](t)(client.Packages.Export(ctx, manifest.ID))
		if _, err := client.Packages.Wait(ctx, exported.ID, nil); err == nil {
			t.Error("an empty export has succeeded")
		}
		if err := client.ManagedUsers.Delete(ctx, acmeID); err != nil {
			t.Error(err)
		}
		same(t, "customers", len(fake.Snapshot().Customers), 0)
	})
}

// TestRanges resumes a download as object stores permit.
func TestRanges(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	zip := export(t, fake)
	link := obj(t, call(t, fake, "GET", acmePath+"/exports/6001", nil)["result"])["download_url"]
	for _, test := range []struct {
		asked, condition string
		status           int
		body             []byte
	}{
		{"bytes=10-", "", 206, zip[10:]},
		{"bytes=10-", `"other"`, 200, zip},
		{"bytes=10-20", "", 200, zip},
		{"bytes=999999-", "", 416, []byte("<Error><Code>InvalidRange</Code></Error>")},
	} {
		req := newRequest(t, "GET", text(t, link), nil)
		req.Header.Set("Range", test.asked)
		if test.condition != "" {
			req.Header.Set("If-Range", test.condition)
		}
		resp, err := fake.HTTPClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != test.status || !bytes.Equal(got, test.body) {
			t.Errorf("%+v: %d with %d bytes, %v", test, resp.StatusCode, len(got), err)
		}
	}
}
