package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleCollaboratorGroupService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Members: []*workatotest.Member{{ID: 88, Name: "Ana B"}, {ID: 89, Name: "Ben C"}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	group, err := client.CollaboratorGroups.Create(ctx, customer, &workato.CollaboratorGroupCreateParams{Name: "Developers"})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.CollaboratorGroups.AddMembers(ctx, customer, group.ID, &workato.CollaboratorGroupAddMembersParams{UserIDs: []int64{88, 89}})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.CollaboratorGroups.RemoveMembers(ctx, customer, group.ID, &workato.CollaboratorGroupRemoveMembersParams{UserIDs: []int64{89}})
	if err != nil {
		fmt.Println(err)
		return
	}
	members, err := client.CollaboratorGroups.ListMembers(ctx, customer, group.ID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*members.Items[0].Name, *members.Count)

	name := &workato.CollaboratorGroupUpdateParams{Name: workato.Set("Builders")}
	if _, err := client.CollaboratorGroups.Update(ctx, customer, group.ID, name); err != nil {
		fmt.Println(err)
		return
	}
	group, err = client.CollaboratorGroups.Get(ctx, customer, group.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(group.Name, *group.MembersCount)

	grants, err := client.CollaboratorGroups.ListProjectGrants(ctx, customer, group.ID)
	fmt.Println(len(grants), err)
	fmt.Println(client.CollaboratorGroups.Delete(ctx, customer, group.ID))
	left, err := client.CollaboratorGroups.List(ctx, customer, nil)
	fmt.Println(len(left.Items), err)
	// Output:
	// Ana B 1
	// Builders 1
	// 0 <nil>
	// <nil>
	// 0 <nil>
}
