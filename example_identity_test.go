package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleIdentityUserService_AddToGroup() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	group, err := client.IdentityGroups.Create(ctx, customer, &workato.IdentityGroupCreateParams{Name: "Support"})
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := client.IdentityUsers.Create(ctx, customer, &workato.IdentityUserCreateParams{Email: "ana@acme.example", FullName: "Ana B"})
	if err != nil {
		fmt.Println(err)
		return
	}
	support := &workato.IdentityUserGroupParams{UserGroupID: group.ID}
	if err := client.IdentityUsers.AddToGroup(ctx, customer, user.ID, support); err != nil {
		fmt.Println(err)
		return
	}
	in := &workato.IdentityUserListParams{UserGroupIDs: []string{group.ID}}
	members, err := client.IdentityUsers.List(ctx, customer, in)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("in the group:", *members.Items[0].Email)

	user, err = client.IdentityUsers.Update(ctx, customer, user.ID, &workato.IdentityUserUpdateParams{FullName: workato.Set("Ana Bell")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("renamed:", *user.FullName, client.IdentityUsers.RemoveFromGroup(ctx, customer, user.ID, support))
	members, err = client.IdentityUsers.List(ctx, customer, in)
	fmt.Println("in the group:", len(members.Items), err)

	fmt.Println(client.IdentityUsers.Delete(ctx, customer, user.ID))
	_, err = client.IdentityUsers.Get(ctx, customer, user.ID)
	fmt.Println("deleted:", errors.Is(err, workato.ErrNotFound))
	// Output:
	// in the group: ana@acme.example
	// renamed: Ana Bell <nil>
	// in the group: 0 <nil>
	// <nil>
	// deleted: true
}

func ExampleIdentityGroupService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	group, err := client.IdentityGroups.Create(ctx, customer, &workato.IdentityGroupCreateParams{Name: "Support"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.IdentityGroups.Update(ctx, customer, group.ID, &workato.IdentityGroupUpdateParams{Name: workato.Set("Service")})
	if err != nil {
		fmt.Println(err)
		return
	}
	group, err = client.IdentityGroups.Get(ctx, customer, group.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*group.Name, client.IdentityGroups.Delete(ctx, customer, group.ID))
	left, err := client.IdentityGroups.List(ctx, customer, nil)
	fmt.Println(len(left.Items), err)
	// Output:
	// Service <nil>
	// 0 <nil>
}
