package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A schema replaces all columns, so the schema of the table is changed and sent
// back.
func ExampleDataTableService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Sales"}}})
	defer done()
	customer := workato.ExternalID("acme")

	made, err := client.DataTables.Create(ctx, customer, &workato.DataTableCreateParams{
		Name: "Leads", FolderID: 2100,
		Schema: []workato.DataTableColumn{{Type: workato.DataTableString, Name: "Country"}, {Type: workato.DataTableDate, Name: "Due", Optional: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := client.DataTables.Get(ctx, customer, made.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	table.Schema = append(table.Schema, workato.DataTableColumn{Type: workato.DataTableBoolean, Name: "Won"})
	table.Schema[0].Name = "Market"
	changed, err := client.DataTables.Update(ctx, customer, table.ID, &workato.DataTableUpdateParams{Schema: workato.Set(table.Schema)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, column := range changed.Schema {
		fmt.Println(column.Type, column.Name, i < 2 && column.FieldID == made.Schema[i].FieldID)
	}
	fmt.Println(client.DataTables.Truncate(ctx, customer, table.ID))
	fmt.Println(client.DataTables.Delete(ctx, customer, table.ID))
	page, err := client.DataTables.List(ctx, customer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Items), "left")
	// Output:
	// string Market true
	// date Due true
	// boolean Won false
	// <nil>
	// <nil>
	// 0 left
}
