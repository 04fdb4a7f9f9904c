package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A collaborator of the partner looks after one customer. An empty list of
// workspaces would give access to all of them, and is refused.
func ExampleCustomerManagerService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ID: 512340, ExternalID: "borealis", Name: "Borealis"})
	defer done()

	_, err := client.CustomerManagers.Create(ctx, &workato.CustomerManagerCreateParams{TeamCollaboratorID: 90, RoleID: 1})
	fmt.Println("refused:", errors.Is(err, workato.ErrInvalidArgument))
	ana, err := client.CustomerManagers.Create(ctx, &workato.CustomerManagerCreateParams{
		TeamCollaboratorID: 90, RoleID: 1, PermittedWorkspaceIDs: []int64{512340},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ana.PrivilegeGroup.Name, ana.ModeratedWorkspaces[0].Name, ana.AllWorkspaces())
	ana, err = client.CustomerManagers.Update(ctx, ana.ID, &workato.CustomerManagerUpdateParams{RoleID: 1, AllWorkspaces: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for manager, err := range client.CustomerManagers.All(ctx) {
		fmt.Println("of all workspaces:", manager.AllWorkspaces(), err)
	}
	fmt.Println(client.CustomerManagers.Delete(ctx, ana.ID))
	managers, err := client.CustomerManagers.List(ctx)
	fmt.Println(len(managers), "left", err)
	// Output:
	// refused: true
	// Admin Borealis false
	// of all workspaces: true <nil>
	// <nil>
	// 0 left <nil>
}
