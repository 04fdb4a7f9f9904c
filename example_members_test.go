package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleMemberService_Add() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	ana, err := client.Members.Add(ctx, customer, &workato.MemberAddParams{Name: "Ana B", ExternalID: "U-1", RoleName: "Operator"})
	if err != nil {
		fmt.Println(err)
		return
	}
	ana, err = client.Members.Update(ctx, customer, ana.ID, &workato.MemberUpdateParams{RoleName: workato.Set("Analyst")})
	if err != nil {
		fmt.Println(err)
		return
	}
	same, err := client.Members.Get(ctx, customer, ana.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*same.Name, *same.ExternalID, *same.RoleName)
	fmt.Println(client.Members.Remove(ctx, customer, ana.ID))
	left, err := client.Members.List(ctx, customer)
	fmt.Println(len(left), err)
	// Output:
	// Ana B U-1 Analyst
	// <nil>
	// 0 <nil>
}

func ExampleMemberService_Invite() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	err := client.Members.Invite(ctx, workato.ExternalID("acme"), &workato.MemberInviteParams{
		Name: "Ana B", Email: "ana@acme.example",
		EnvRoles: []workato.MemberEnvRole{{EnvironmentType: workato.EnvironmentDev, Name: "Builder", RoleType: workato.MemberRoleEnvironment}},
	})
	fmt.Println(err)
	members, err := client.Members.List(ctx, workato.ExternalID("acme"))
	fmt.Println(len(members), "before the invitation is accepted", err)
	// Output:
	// <nil>
	// 0 before the invitation is accepted <nil>
}

// An audit: who may do what.
func ExampleMemberService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme",
		Folders:    []*workatotest.Folder{{Name: "Billing"}},
		Members: []*workatotest.Member{
			{Name: "Ana B", EnvRoles: []workatotest.EnvRole{{EnvironmentType: "dev", Name: "Admin"}, {EnvironmentType: "prod", Name: "NoAccess"}}},
			{Name: "Ben C"},
		},
	})
	defer done()
	customer := workato.ExternalID("acme")

	for member, err := range client.Members.All(ctx, customer) {
		if err != nil {
			fmt.Println(err)
			return
		}
		privileges, err := client.Members.Privileges(ctx, customer, member.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, p := range privileges {
			fmt.Println(*member.Name, p.EnvironmentType, p.Name)
		}
		projects, err := client.Members.ProjectsPrivileges(ctx, customer, member.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		grants, err := client.Members.ProjectGrants(ctx, customer, member.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(*member.Name, "projects:", len(projects), "grants:", len(grants))
	}
	// Output:
	// Ana B dev Admin
	// Ana B prod NoAccess
	// Ana B projects: 1 grants: 0
	// Ben C dev Operator
	// Ben C projects: 1 grants: 0
}
