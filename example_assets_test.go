package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// The whole folder tree: one list for each folder.
func ExampleFolderService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme",
		Folders: []*workatotest.Folder{
			{ID: 2100, Name: "Billing"}, {ID: 2101, Name: "EU", ParentID: 2100}, {ID: 2102, Name: "VAT", ParentID: 2101}, {ID: 2103, Name: "HR"},
		},
	})
	defer done()

	var walk func(parent int64, path string) error
	walk = func(parent int64, path string) error {
		for folder, err := range client.Folders.All(ctx, workato.ExternalID("acme"), &workato.FolderListParams{ParentID: parent}) {
			if err != nil {
				return err
			}
			fmt.Println(path + folder.Name)
			if err := walk(folder.ID, path+folder.Name+"/"); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Println(walk(0, ""))
	// Output:
	// Billing
	// Billing/EU
	// Billing/EU/VAT
	// HR
	// <nil>
}

func ExampleFolderService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Billing"}, {ID: 2101, Name: "Old", ParentID: 2100}, {ID: 2102, Name: "HR"}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	folder, err := client.Folders.Update(ctx, customer, 2101, &workato.FolderUpdateParams{
		Name: workato.Set("Archive"), ParentID: workato.Set[int64](2102),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(folder.Name, *folder.ParentID)
	fmt.Println(client.Folders.Delete(ctx, customer, 2101))
	page, err := client.Folders.List(ctx, customer, &workato.FolderListParams{ParentID: 2102})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Items), "left")
	// Output:
	// Archive 2102
	// <nil>
	// 0 left
}

func ExampleProjectService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, ProjectID: 3100, Name: "Billing"}, {ID: 2101, ProjectID: 3101, Name: "HR"}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	billing, err := client.Projects.Update(ctx, customer, 3100, &workato.ProjectUpdateParams{Description: workato.Set("Orders and invoices")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*billing.Description)
	if err := client.Projects.Delete(ctx, customer, 3101); err != nil {
		fmt.Println(err)
		return
	}
	for project, err := range client.Projects.All(ctx, customer, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(project.Name, "has the id", project.ID, "and the folder", project.FolderID)
	}
	// Output:
	// Orders and invoices
	// Billing has the id 3100 and the folder 2100
}

func ExamplePropertyService_Upsert() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	_, err := client.Properties.Upsert(ctx, customer, &workato.PropertyUpsertParams{
		Properties: map[string]workato.PropertyValue{"crm.object": "Ticket", "crm.token": "test-token"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := client.Properties.List(ctx, customer, &workato.PropertyListParams{Prefix: "crm."})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(values)
	fmt.Println(string(values["crm.object"]))

	_, err = client.Properties.Upsert(ctx, customer, &workato.PropertyUpsertParams{Properties: map[string]workato.PropertyValue{"": "x"}})
	fmt.Println(errors.Is(err, workato.ErrInvalidArgument))
	// Output:
	// map[crm.object:[redacted] crm.token:[redacted]]
	// Ticket
	// true
}

func ExamplePropertyService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{Name: "Billing", ProjectID: 3100, Properties: map[string]string{
			"crm.key":    "Id",
			"crm.object": "Invoice",
		}}},
	})
	defer done()

	params := &workato.PropertyListParams{Prefix: "crm.", ProjectID: 3100}
	for property, err := range client.Properties.All(ctx, workato.ExternalID("acme"), params) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(property.Name, string(property.Value))
	}
	// Output:
	// crm.key Id
	// crm.object Invoice
}

func ExampleIntegrationService_All() {
	ctx := context.Background()
	client, done := exampleClient()
	defer done()

	for connector, err := range client.Integrations.All(ctx, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if connector.OAuth {
			fmt.Println(connector.Name, len(connector.Triggers), len(connector.Actions))
		}
	}
	// Output:
	// salesforce 1 1
	// google_sheets 1 1
}

// The fields that a form for the credentials of a connection needs.
func ExampleIntegrationService_InputSchema() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Connections: []*workatotest.Connection{{ID: 4100, Provider: "jira"}}})
	defer done()
	customer := workato.ExternalID("acme")

	fields, err := client.Integrations.InputSchema(ctx, customer, "jira")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range fields {
		fmt.Println(field.Name, "optional:", field.Optional, "secret:", field.Secret())
	}
	ofConnection, err := client.Connections.InputSchema(ctx, customer, 4100)
	fmt.Println(len(ofConnection), err)
	// Output:
	// host_name optional: false secret: false
	// email optional: false secret: false
	// apitoken optional: false secret: true
	// 3 <nil>
}

// The choices of a field of a connector, as a form shows them.
func ExamplePicklistService_GetValues() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Connections: []*workatotest.Connection{{ID: 7012, Name: "Jira", Provider: "jira", AuthorizationStatus: "success"}},
	})
	defer done()

	projects, err := client.Picklists.GetValues(ctx, workato.ExternalID("acme"), 7012, &workato.PicklistGetValuesParams{PickListName: "project"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, project := range projects {
		fmt.Println(project.Label, project.Text())
	}
	// Output:
	// Billing BIL
	// Support SUP
}

func ExampleIntegrationService_List() {
	client, done := exampleClient()
	defer done()
	connectors, err := client.Integrations.List(context.Background(), &workato.IntegrationListParams{Applications: []string{"jira", "unheard_of"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, connector := range connectors {
		fmt.Println(connector.Name)
	}
	// Output: jira
}
