package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A token for the customer's own tools: its client role is a copy of a prepared
// one, and it reaches one folder. The token is shown once.
func ExampleDeveloperAPIClientService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Billing"}},
		Records: map[string][]workatotest.Record{"developer_api_client_roles": {{"id": 3301, "name": "CI"}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	role, err := client.DeveloperAPIClients.CopyRole(ctx, customer, 3301)
	if err != nil {
		fmt.Println(err)
		return
	}
	for role, err := range client.DeveloperAPIClients.AllRoles(ctx, customer, nil) {
		fmt.Println("role", *role.Name, err)
	}
	ci, err := client.DeveloperAPIClients.Create(ctx, customer, &workato.DeveloperAPIClientCreateParams{
		Name: "ci", APIPrivilegeGroupID: role.ID, FolderIDs: []int64{2100}, IPAllowList: []string{"198.51.100.7", "198.51.100.8"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	keep := ci.Token.Value.Reveal() // into a vault: no other call shows it
	fmt.Println(ci.Name, ci.Token.Value, keep != "", ci.IPAllowList)

	token, err := client.DeveloperAPIClients.RegenerateToken(ctx, customer, ci.ID)
	fmt.Println("another one:", token.Value.Reveal() != keep, err)
	ci, err = client.DeveloperAPIClients.Update(ctx, customer, ci.ID, &workato.DeveloperAPIClientUpdateParams{AllFolders: workato.Set(true)})
	fmt.Println("all folders:", ci.AllFolders, err)
	ci, err = client.DeveloperAPIClients.Get(ctx, customer, ci.ID)
	fmt.Println("shown again:", !ci.Token.Value.IsZero(), err)
	fmt.Println(client.DeveloperAPIClients.Delete(ctx, customer, ci.ID))
	page, err := client.DeveloperAPIClients.List(ctx, customer, nil)
	fmt.Println(len(page.Items), "left", err)
	// Output:
	// role CI <nil>
	// role Copy of CI <nil>
	// ci *** true [198.51.100.7 198.51.100.8]
	// another one: true <nil>
	// all folders: true <nil>
	// shown again: false <nil>
	// <nil>
	// 0 left <nil>
}
