package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A customer gets a lookup table with rows, which are then looked up.
func ExampleLookupTableService_Lookup() {
	ctx, customer := context.Background(), workato.ExternalID("acme")
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	table, err := client.LookupTables.Create(ctx, customer, &workato.LookupTableCreateParams{
		Name: "country_codes", Schema: []workato.LookupTableColumn{{Label: "code"}, {Label: "name"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for code, name := range map[string]string{"DE": "Germany", "FR": "France"} {
		row := &workato.LookupTableRowParams{Data: map[string]any{"code": code, "name": name}}
		if _, err := client.LookupTables.AddRow(ctx, customer, table.ID, row); err != nil {
			fmt.Println(err)
			return
		}
	}

	by := &workato.LookupTableLookupParams{By: workato.LookupTableFilter{"code": "DE"}}
	row, err := client.LookupTables.Lookup(ctx, customer, table.ID, by)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(row.Data["name"])
	by.By["code"] = "XX"
	_, err = client.LookupTables.Lookup(ctx, customer, table.ID, by)
	fmt.Println("no such row:", errors.Is(err, workato.ErrNotFound))
	// Output:
	// Germany
	// no such row: true
}

func ExampleLookupTableService_AllRows() {
	ctx, customer := context.Background(), workato.ExternalID("acme")
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", LookupTables: []*workatotest.LookupTable{{
		Name: "country_codes", Columns: []string{"code"}, Rows: []*workatotest.LookupRow{
			{Data: map[string]string{"code": "DE"}}, {Data: map[string]string{"code": "GB"}}, {Data: map[string]string{"code": "SU"}},
		},
	}}})
	defer done()

	for table, err := range client.LookupTables.All(ctx, customer, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for row, err := range client.LookupTables.AllRows(ctx, customer, table.ID, nil) {
			if err != nil {
				fmt.Println(err)
				return
			}
			switch row.Data["code"] {
			case "GB":
				_, err = client.LookupTables.UpdateRow(ctx, customer, table.ID, row.ID, &workato.LookupTableRowParams{Data: map[string]any{"code": "UK"}})
			case "SU":
				err = client.LookupTables.DeleteRow(ctx, customer, table.ID, row.ID)
			}
			current, gone := client.LookupTables.GetRow(ctx, customer, table.ID, row.ID)
			if err != nil || gone != nil {
				fmt.Println(row.Data["code"], err, errors.Is(gone, workato.ErrNotFound))
				continue
			}
			fmt.Println(row.Data["code"], current.Data["code"])
		}
		fmt.Println(client.LookupTables.BatchDelete(ctx, customer, &workato.LookupTableBatchDeleteParams{IDs: []int64{table.ID}}))
	}
	// Output:
	// DE DE
	// GB UK
	// SU <nil> true
	// <nil>
}
