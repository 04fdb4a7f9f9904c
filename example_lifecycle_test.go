package workato_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

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
	export, err := client.Exports.Export(ctx, from, manifest.ID)
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

	manifest, err := client.Exports.CreateManifest(ctx, customer, &workato.ExportCreateManifestParams{
		Name: "Billing", FolderID: 11, AutoGenerateAssets: true,
		AutoRun: true,
	})
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

// A manifest is changed after it was created; an export is read without
// waiting.
func ExampleExportService_UpdateManifest() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	made, err := client.Exports.CreateManifest(ctx, customer, &workato.ExportCreateManifestParams{
		Name: "Billing", FolderID: 11, AutoGenerateAssets: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Exports.UpdateManifest(ctx, customer, made.ID, &workato.ExportUpdateManifestParams{Name: workato.Set("Release 4")})
	if err != nil {
		fmt.Println(err)
		return
	}
	manifest, err := client.Exports.GetManifest(ctx, customer, made.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	export, err := client.Exports.Export(ctx, customer, manifest.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	export, err = client.Exports.Get(ctx, customer, export.ID)
	fmt.Println(manifest.Name, "is", export.Status, err)
	// Output: Release 4 is completed <nil>
}

// The partner's own recipes are packed, to be delivered to customers.
func ExamplePackageService_FolderAssets() {
	fake, client := acme()
	defer fake.Close()
	ctx := context.Background()
	own := workatotest.Customer{Recipes: []*workatotest.Recipe{{Name: "Master"}, {Name: "Draft"}}}
	if err := fake.Seed(workatotest.State{Own: &own}); err != nil {
		fmt.Println(err)
		return
	}

	assets, err := client.Packages.FolderAssets(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	params := &workato.ExportCreateManifestParams{Name: "Masters"}
	for _, asset := range assets {
		if asset.Name != "Draft" {
			params.Assets = append(params.Assets, asset.ForManifest())
		}
	}
	made, err := client.Packages.CreateManifest(ctx, params)
	if err != nil {
		fmt.Println(err)
		return
	}
	manifest, err := client.Packages.GetManifest(ctx, made.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	export, err := client.Packages.Export(ctx, manifest.ID)
	for err == nil && !export.Status.Completed() && !export.Status.Failed() {
		export, err = client.Packages.Get(ctx, export.ID) // Wait polls with pauses
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	var zip bytes.Buffer
	_, err = client.Packages.Download(ctx, export.ID, &zip, nil)
	fmt.Println(manifest.Name, export.Status, bytes.HasPrefix(zip.Bytes(), []byte("PK")), err)
	fmt.Println(client.Packages.DeleteManifest(ctx, manifest.ID))
	// Output:
	// Masters completed true <nil>
	// <nil>
}

// An import can be polled by hand; Wait does so with pauses.
func ExampleImportService_Get() {
	fake, client := acme()
	defer fake.Close()
	ctx, customer := context.Background(), workato.ExternalID("acme")

	started, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
		Package: workato.PackageFile("testdata/packages/invoice-sync.zip"), FolderID: 11,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	current, err := client.Imports.Get(ctx, customer, started.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(current.Status, len(current.RecipeStatus))
	// Output: completed 2
}

// Those who may review a deployment are asked to.
func ExampleDeploymentService_AssignReviewers() {
	fake := workatotest.NewServer(workatotest.WithImportReads(0))
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{
		ID: 1001, Folders: []*workatotest.Folder{{ID: 11, Name: "Billing", ProjectID: 649}},
		Members:      []*workatotest.Member{{ID: 88, Name: "Ana B"}},
		Environments: []*workatotest.Customer{{ID: 1002, Environment: "test"}, {ID: 1003, Environment: "prod"}},
	})
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, dev := context.Background(), workato.AccountID(1001)

	build, err := client.Deployments.Build(ctx, dev, workato.ProjectByID(649), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if build, err = client.Deployments.GetBuild(ctx, dev, build.ID); err != nil {
		fmt.Println(err)
		return
	}
	started, err := client.Deployments.DeployBuild(ctx, dev, build.ID, &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentTest})
	if err != nil {
		fmt.Println(err)
		return
	}
	deployment, err := client.Deployments.Get(ctx, dev, started.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	reviewers, err := client.Deployments.EligibleReviewers(ctx, dev, deployment.ID) // as received: no source shows its keys
	fmt.Println(len(reviewers) > 0, err)
	reviews, err := client.Deployments.AssignReviewers(ctx, dev, deployment.ID, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{88}})
	fmt.Println(len(reviews.Reviews), err)
	// Output:
	// true <nil>
	// 1 <nil>
}

func ExampleImportService_Wait() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	folder, err := client.Folders.Create(ctx, customer, &workato.FolderCreateParams{Name: "Invoices"})
	if err != nil {
		fmt.Println(err)
		return
	}
	started, err := client.Imports.Create(ctx, customer, &workato.ImportCreateParams{
		Package: workato.PackageFile("testdata/packages/invoice-sync.zip"), FolderID: folder.ID, RestartRecipes: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	finished, err := client.Imports.Wait(ctx, customer, started.ID, &workato.ImportWaitParams{
		MinInterval: 1, // nanosecond; leave it at 0 to poll after a second
		OnUpdate:    func(i *workato.Import) { fmt.Println(i.Status) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(finished.RecipeStatus), "recipes")
	// Output:
	// in_progress
	// completed
	// 2 recipes
}
