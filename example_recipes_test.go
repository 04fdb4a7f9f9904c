package workato_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// acme is a customer of a fake with a project, a connection and two recipes.
func acme() (*workatotest.Server, *workato.Client) {
	fake := workatotest.NewServer(workatotest.WithImportReads(0), workatotest.WithStartReads(0))
	fake.AddCustomer(workatotest.Customer{
		ID: 1001, ExternalID: "acme",
		Folders:     []*workatotest.Folder{{ID: 11, Name: "Billing", ProjectID: 649}},
		Connections: []*workatotest.Connection{{ID: 21, Name: "Tickets", Provider: "jira", Folder: "Billing", AuthorizationStatus: workatotest.StatusSuccess}},
		Recipes: []*workatotest.Recipe{
			{ID: 31, Name: "Sync invoices", Folder: "Billing", Uses: []string{"Tickets"}, Running: true, Jobs: []*workatotest.Job{
				{ID: "j-1", Title: "Invoice 1"}, {ID: "j-2", Title: "Invoice 2", Status: workatotest.JobFailed, Error: "no such issue"}, {ID: "j-3", Title: "Invoice 3"},
			}},
			{ID: 32, Name: "Report", Folder: "Billing"},
		},
	})
	client, err := fake.NewClient()
	if err != nil {
		panic(err)
	}
	return fake, client
}

func ExampleRecipeService_Create() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	created, err := client.Recipes.Create(ctx, customer, &workato.RecipeCreateParams{
		Name: "New", FolderID: 11, Code: `{"number": 0, "keyword": "trigger"}`,
		Config: workato.RecipeConfigs(workato.RecipeConfig{Keyword: "application", Provider: "jira"}),
	})
	if errors.Is(err, workato.ErrOutcomeUnknown) {
		return // look for the name in List before trying again
	}
	recipe, err := client.Recipes.Get(ctx, customer, created.ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	config, err := recipe.ConfigEntries()
	fmt.Println(recipe.Name, recipe.Running, config[0].Name, err)
	// Output: New false jira <nil>
}

func ExampleRecipeService_StopThenUpdate() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	change := &workato.RecipeUpdateParams{Name: workato.Set("Sync all invoices")}
	var running *workato.RecipeRunningError
	err := client.Recipes.Update(ctx, customer, 31, change)
	fmt.Println("refused:", errors.As(err, &running))

	stopped, err := client.Recipes.StopThenUpdate(ctx, customer, 31, change)
	fmt.Println("stopped:", stopped, err)
	if stopped {
		if err := client.Recipes.Start(ctx, customer, 31); err != nil {
			fmt.Println(err)
			return
		}
		recipe, err := client.Recipes.WaitRunning(ctx, customer, 31, nil)
		fmt.Println(recipe.Name, "runs:", recipe.Running, err)
	}
	// Output:
	// refused: true
	// stopped: true <nil>
	// Sync all invoices runs: true <nil>
}

// A recipe that is told to stop may run a little longer.
func ExampleRecipeService_WaitStopped() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	if err := client.Recipes.Stop(ctx, customer, 31); err != nil {
		fmt.Println(err)
		return
	}
	recipe, err := client.Recipes.WaitStopped(ctx, customer, 31, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(recipe.Name, "runs:", recipe.Running)
	// Output: Sync invoices runs: false
}

func ExampleRecipe_DecodeCode() {
	recipe := workato.Recipe{Code: `{"number":0,"title":"Old","limit":12345678901234567890}`}
	var code map[string]any
	if err := recipe.DecodeCode(&code); err != nil {
		fmt.Println(err)
		return
	}
	code["title"] = "New"
	changed, err := json.Marshal(code)
	fmt.Println(string(changed), err)
	// Output: {"limit":12345678901234567890,"number":0,"title":"New"} <nil>
}

func ExampleRecipeService_Copy() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	twin, err := client.Recipes.Copy(ctx, customer, 32, &workato.RecipeCopyParams{FolderID: 11})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("a copy with an id of its own:", twin.ID != 32)
	fmt.Println("reset:", client.Recipes.ResetTrigger(ctx, customer, twin.ID))
	fmt.Println("poll:", client.Recipes.PollNow(ctx, customer, 31))
	fmt.Println("share:", client.Recipes.Share(ctx, customer, twin.ID))
	fmt.Println("delete:", client.Recipes.Delete(ctx, customer, twin.ID))
	// Output:
	// a copy with an id of its own: true
	// reset: <nil>
	// poll: <nil>
	// share: <nil>
	// delete: <nil>
}

func ExampleRecipeService_AllVersions() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	if err := client.Recipes.Update(ctx, customer, 32, &workato.RecipeUpdateParams{Name: workato.Set("Monthly report")}); err != nil {
		fmt.Println(err)
		return
	}
	for version, err := range client.Recipes.AllVersions(ctx, customer, 32, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		version, err := client.Recipes.UpdateVersionComment(ctx, customer, 32, version.ID,
			&workato.RecipeUpdateVersionCommentParams{Comment: fmt.Sprintf("number %d", version.VersionNo)})
		if err != nil {
			fmt.Println(err)
			return
		}
		version, err = client.Recipes.GetVersion(ctx, customer, 32, version.ID)
		fmt.Println(*version.Comment, err)
	}
	// Output:
	// number 2 <nil>
	// number 1 <nil>
}

func ExampleJobService_All() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	for job, err := range client.Jobs.All(ctx, customer, 31, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(*job.Title, job.Status)
	}
	// What has run since the job that was seen last, the oldest first.
	for job, err := range client.Jobs.All(ctx, customer, 31, &workato.JobListParams{OffsetJobID: "j-1", Prev: true}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("new:", *job.Title)
	}
	// Output:
	// Invoice 3 succeeded
	// Invoice 2 failed
	// Invoice 1 succeeded
	// new: Invoice 2
	// new: Invoice 3
}

func ExampleJobService_Repeat() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	job, err := client.Jobs.Get(ctx, customer, 31, "j-2")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*job.Error)
	results, err := client.Jobs.Repeat(ctx, customer, 31, &workato.JobRepeatParams{JobIDs: []string{job.ID, "j-99"}})
	for _, result := range results {
		fmt.Printf("%s %s %q\n", result.JobID, result.Status, result.Error)
	}
	fmt.Println(err)
	// Output:
	// no such issue
	// j-2 enqueued ""
	// j-99 failed "Job not found"
	// <nil>
}

// The package of one customer's folder goes straight into another customer: it
// is never in memory as a whole.
func ExampleExportService_Source() {
	fake, client := acme()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "umbrella", Folders: []*workatotest.Folder{{ID: 91, Name: "Billing"}}})
	ctx, from, to := context.Background(), workato.ExternalID("acme"), workato.ExternalID("umbrella")

	assets, err := client.Exports.FolderAssets(ctx, from, &workato.FolderAssetsParams{FolderID: 11})
	if err != nil {
		fmt.Println(err)
		return
	}
	params := &workato.ExportCreateManifestParams{Name: "Billing", FolderID: 11}
	for _, asset := range assets {
		params.Assets = append(params.Assets, asset.ForManifest())
	}
	manifest, err := client.Exports.CreateManifest(ctx, from, params)
	if err != nil {
		fmt.Println(err)
		return
	}
	export, err := client.Exports.ExportPackage(ctx, from, manifest.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Exports.Wait(ctx, from, export.ID, nil); err != nil {
		fmt.Println(err)
		return
	}
	imported, err := client.Imports.Create(ctx, to, &workato.ImportCreateParams{Package: client.Exports.Source(ctx, from, export.ID), FolderID: 91})
	if err != nil {
		fmt.Println(err)
		return
	}
	imported, err = client.Imports.Wait(ctx, to, imported.ID, nil)
	fmt.Println(len(assets), "assets,", len(imported.RecipeStatus), "recipes", imported.Status, err)
	fmt.Println(client.Exports.DeleteManifest(ctx, from, manifest.ID))
	// Output:
	// 3 assets, 2 recipes completed <nil>
	// <nil>
}

func ExamplePackageService_DownloadFile() {
	fake, client := acme()
	defer fake.Close()
	ctx := context.Background()
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Recipes: []*workatotest.Recipe{{Name: "Master", Folder: "Billing"}}}}); err != nil {
		fmt.Println(err)
		return
	}

	manifest, err := client.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "All", AutoGenerateAssets: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	export, err := client.Packages.Export(ctx, manifest.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Packages.Wait(ctx, export.ID, nil); err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "packages")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "all.zip")
	got, err := client.Packages.DownloadFile(ctx, export.ID, path, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	zip, err := os.ReadFile(path)
	fmt.Println(int64(len(zip)) == got.Size, bytes.HasPrefix(zip, []byte("PK")), err)
	// Output: true true <nil>
}

func ExampleExportService_Download() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	manifest, err := client.Exports.CreateManifest(ctx, customer, &workato.ExportCreateManifestParams{Name: "Billing", FolderID: 11, AutoGenerateAssets: true, AutoRun: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Exports.Wait(ctx, customer, manifest.Package.ID, nil); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Exports.Download(ctx, customer, manifest.Package.ID, io.Discard, &workato.DownloadParams{
		OnProgress: func(done, total int64) { fmt.Println(done == total) },
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

func ExampleDeploymentService_Deploy() {
	fake := workatotest.NewServer(workatotest.WithImportReads(0))
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{
		ID: 1001, Folders: []*workatotest.Folder{{ID: 11, Name: "Billing", ProjectID: 649}},
		Recipes:      []*workatotest.Recipe{{Name: "Sync invoices", Folder: "Billing"}},
		Environments: []*workatotest.Customer{{ID: 1002, Environment: "test"}, {ID: 1003, Environment: "prod"}},
	})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, dev := context.Background(), workato.AccountID(1001)

	build, err := client.Deployments.Build(ctx, dev, workato.ProjectByFolder(11), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if build, err = client.Deployments.WaitBuild(ctx, dev, build.ID, nil); err != nil {
		fmt.Println(err)
		return
	}
	to := &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentTest, Title: "Release 4"}
	if _, err := client.Deployments.DeployBuild(ctx, dev, build.ID, to); err != nil {
		fmt.Println(err)
		return
	}
	deployment, err := client.Deployments.Deploy(ctx, dev, workato.ProjectByID(649), to)
	if err != nil {
		fmt.Println(err)
		return
	}
	deployment, err = client.Deployments.Wait(ctx, dev, deployment.ID, nil)
	fmt.Println(deployment.Title, "to", deployment.EnvironmentType, deployment.State, err)
	for deployment, err := range client.Deployments.All(ctx, dev, &workato.DeploymentListParams{ProjectID: 649}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(deployment.Title, "of project", deployment.ProjectID)
	}
	// Output:
	// Release 4 to test success <nil>
	// Release 4 of project 649
	// Release 4 of project 649
}
