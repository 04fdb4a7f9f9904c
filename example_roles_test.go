package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A role in a project, given to a person and taken away again.
func ExampleProjectGrantService_UpsertByProject() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Members: []*workatotest.Member{{ID: 88, Name: "Ana B"}},
		Folders: []*workatotest.Folder{{Name: "Billing", ProjectID: 649}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	var roles []string
	for _, name := range []string{"Reader", "Builder"} {
		role, err := client.ProjectRoles.Create(ctx, customer, &workato.ProjectRoleCreateParams{
			Name: name, Config: map[string]any{"recipes": map[string]any{"privileges": []string{"read"}}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		roles = append(roles, role.ID)
	}
	grants, err := client.ProjectGrants.UpsertByProject(ctx, customer, 649, &workato.ProjectGrantUpsertByProjectParams{
		ProjectGrants: []workato.ProjectGrantAssignment{
			{AssignmentType: workato.ProjectGrantToUser, AssignmentID: "88", ProjectRoleID: roles[0]},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.ProjectGrants.Update(ctx, customer, grants[0].ID, &workato.ProjectGrantUpdateParams{ProjectRoleID: roles[1]}); err != nil {
		fmt.Println(err)
		return
	}
	grant, err := client.ProjectGrants.Get(ctx, customer, grants[0].ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(grant.User.Name, "is", grant.ProjectRole.Name, "in", grant.Project.Name)

	fmt.Println(client.ProjectRoles.Delete(ctx, customer, roles[1]) != nil, "for the role is in use")
	fmt.Println(client.ProjectGrants.Delete(ctx, customer, grant.ID))
	left, err := client.ProjectGrants.ListByProject(ctx, customer, 649)
	fmt.Println(len(left), err)
	// Output:
	// Ana B is Builder in Billing
	// true for the role is in use
	// <nil>
	// 0 <nil>
}

func ExampleProjectRoleService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	role, err := client.ProjectRoles.Create(ctx, customer, &workato.ProjectRoleCreateParams{Name: "Reader"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.ProjectRoles.Update(ctx, customer, role.ID, &workato.ProjectRoleUpdateParams{
		Name: workato.Set("Builder"), Config: workato.Set(map[string]any{"recipes": map[string]any{"privileges": "all"}}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	role, err = client.ProjectRoles.Get(ctx, customer, role.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(role.Name, string(role.Config))
	for role, err := range client.ProjectRoles.All(ctx, customer, nil) {
		fmt.Println(role.Name, role.Type, err)
	}
	// Output:
	// Builder {"recipes":{"privileges":"all"}}
	// Builder custom <nil>
}

func ExampleEnvironmentRoleService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	role, err := client.EnvironmentRoles.Create(ctx, customer, &workato.EnvironmentRoleCreateParams{
		Name: "Builder", Config: map[string]any{"team": map[string]any{"privileges": "all"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.EnvironmentRoles.Update(ctx, customer, role.ID, &workato.EnvironmentRoleUpdateParams{Name: workato.Set("Maker")})
	if err != nil {
		fmt.Println(err)
		return
	}
	role, err = client.EnvironmentRoles.Get(ctx, customer, role.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(role.Name, role.Type, *role.MembersCount, string(role.Config))
	fmt.Println(client.EnvironmentRoles.Delete(ctx, customer, role.ID))
	left, err := client.EnvironmentRoles.List(ctx, customer, nil)
	fmt.Println(len(left.Items), err)
	// Output:
	// Maker custom 0 {"team":{"privileges":"all"}}
	// <nil>
	// 0 <nil>
}

// The move to the newer permission model is final, so it begins with a dry run.
func ExampleRoleService_MigrateSystemRoles() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Members: []*workatotest.Member{{Name: "Ana B", RoleName: "Admin"}, {Name: "Ben C"}},
		Folders: []*workatotest.Folder{{Name: "Billing"}},
		Records: map[string][]workatotest.Record{"roles": {{"id": 490, "name": "Support"}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	if _, err := client.Roles.Copy(ctx, customer, 490, &workato.RoleCopyParams{Name: "Support EU"}); err != nil {
		fmt.Println(err)
		return
	}
	for role, err := range client.Roles.All(ctx, customer, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(role.Name)
		if _, err := client.Roles.MigrateCustomRole(ctx, customer, &workato.RoleMigrateCustomRoleParams{RoleID: role.ID}); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, dry := range []bool{true, false} {
		plan, err := client.Roles.MigrateSystemRoles(ctx, customer, &workato.RoleMigrateSystemRolesParams{DryRun: dry})
		if err != nil {
			fmt.Println(err)
			return
		}
		ana := plan.Collaborators[0]
		roles, err := client.EnvironmentRoles.List(ctx, customer, nil)
		fmt.Println(*ana.Name, ana.Roles[0].Name, plan.Projects[0].Collaborators[0].ProjectRole, len(roles.Items), err)
	}
	_, err := client.Members.Add(ctx, customer, &workato.MemberAddParams{Name: "Cleo D", RoleName: "Operator"})
	fmt.Println(errors.Is(err, workato.ErrBadRequest), "for the role is one of the older model")
	// Output:
	// Support
	// Support EU
	// Ana B EnvironmentAdmin ProjectAdmin 2 <nil>
	// Ana B EnvironmentAdmin ProjectAdmin 5 <nil>
	// true for the role is one of the older model
}
