package workatotest_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// TestPackageOf: what is in the content is there after an import, in the folder, and
// tied to the connections.
func TestPackageOf(t *testing.T) {
	t.Parallel()
	content := workatotest.Customer{
		Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira", Folder: "sync"}},
		Recipes: []*workatotest.Recipe{
			{Name: "Open issue", Folder: "sync", Uses: []string{"Jira"}},
			{Name: "_release", Description: "billing 2.4.0"},
		},
	}
	pack, err := workatotest.PackageOf(content)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := workatotest.PackageOf(content); err != nil || !bytes.Equal(pack, again) {
		t.Errorf("the same content gives other bytes (%v)", err)
	}
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Billing"}}})
	client := fake.Client(t)
	work, err := client.Imports.Create(t.Context(), workato.ExternalID("acme"), &workato.ImportCreateParams{Package: workato.PackageBytes(pack), FolderID: 50})
	if err == nil {
		_, err = client.Imports.Wait(t.Context(), workato.ExternalID("acme"), work.ID, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	acme := fake.Customer("acme")
	jira, connected := acme.Connection("Jira")
	open, opens := acme.Recipe("Open issue")
	release, marked := acme.Recipe("_release")
	if !connected || !opens || !marked {
		t.Fatalf("connections %v, recipes %v", acme.Connections, acme.Recipes)
	}
	uses := slices.IndexFunc(open.Config, func(c workatotest.RecipeConfig) bool { return c.AccountID == jira.ID })
	if uses < 0 || open.FolderID == 50 || release.FolderID != 50 || release.Description != "billing 2.4.0" {
		t.Errorf("%+v, %+v", open, release)
	}
}

func TestPackageOfWrongContent(t *testing.T) {
	t.Parallel()
	for want, content := range map[string]workatotest.Customer{
		"nothing to export": {},
		`customers[0].recipes[0].uses[0]: no connection "Jira"`: {Recipes: []*workatotest.Recipe{{Name: "Open issue", Uses: []string{"Jira"}}}},
	} {
		if _, err := workatotest.PackageOf(content); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}
