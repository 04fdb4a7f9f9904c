package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

const (
	identityUsers  = "/api/managed_users/{customer}/iam/users"
	identityGroups = "/api/managed_users/{customer}/iam/user_groups"
)

func listIdentityUsers(p *workato.IdentityUserListParams) Call {
	return func(c *Caller) error { return c.keep(c.IdentityUsers.List(c.ctx, c.customer, p, c.opts...)) }
}

func createIdentityUser(p *workato.IdentityUserCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.IdentityUsers.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateIdentityUser(p *workato.IdentityUserUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.IdentityUsers.Update(c.ctx, c.customer, c.name("user-1"), p, c.opts...))
	}
}

func addIdentityUser(p *workato.IdentityUserGroupParams) Call {
	return func(c *Caller) error {
		return c.IdentityUsers.AddToGroup(c.ctx, c.customer, c.name("user-1"), p, c.opts...)
	}
}

func removeIdentityUser(p *workato.IdentityUserGroupParams) Call {
	return func(c *Caller) error {
		return c.IdentityUsers.RemoveFromGroup(c.ctx, c.customer, c.name("user-1"), p, c.opts...)
	}
}

func listIdentityGroups(p *workato.IdentityGroupListParams) Call {
	return func(c *Caller) error { return c.keep(c.IdentityGroups.List(c.ctx, c.customer, p, c.opts...)) }
}

func createIdentityGroup(p *workato.IdentityGroupCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.IdentityGroups.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateIdentityGroup(p *workato.IdentityGroupUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.IdentityGroups.Update(c.ctx, c.customer, c.name("group-1"), p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "identity_users.list", Call: listIdentityUsers(nil), Want: "GET " + identityUsers + "?page=1&per_page=100",
		More: []Case{{
			Name: "everything",
			Call: listIdentityUsers(&workato.IdentityUserListParams{
				Query: "ana", Emails: []string{"a@x.example", "b@x.example"}, UserGroupIDs: []string{"group-1"}, Page: 2, PerPage: 10,
			}),
			Want: "GET " + identityUsers + "?emails%5B%5D=a%40x.example&emails%5B%5D=b%40x.example&page=2&per_page=10&query=ana&user_group_ids%5B%5D=group-1",
		}},
		Good: Good{"identity/users.json", `{"data": []}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listIdentityUsers(&workato.IdentityUserListParams{Page: -1})},
			"PerPage": {listIdentityUsers(&workato.IdentityUserListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.IdentityUsers.All(c.ctx, c.customer, &workato.IdentityUserListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "identity_users.create", Call: createIdentityUser(&workato.IdentityUserCreateParams{Email: "ana@borealis.example"}),
		Want: "POST " + identityUsers, JSON: `{"email": "ana@borealis.example"}`,
		More: []Case{{
			Name: "with a name", Call: createIdentityUser(&workato.IdentityUserCreateParams{Email: "ana@borealis.example", FullName: "Ana B"}),
			JSON: `{"email": "ana@borealis.example", "full_name": "Ana B"}`,
		}},
		Good:    Good{"identity/user.json", textID},
		Refuses: Bad{"params": {createIdentityUser(nil)}, "Email": {createIdentityUser(&workato.IdentityUserCreateParams{FullName: "Ana B"})}},
	},
	Entry{
		Operation: "identity_users.get", Want: "GET " + identityUsers + "/user-1",
		Call: func(c *Caller) error {
			return c.keep(c.IdentityUsers.Get(c.ctx, c.customer, c.name("user-1"), c.opts...))
		},
		Good: Good{"identity/user.json", textID},
	},
	Entry{
		Operation: "identity_users.update", Call: updateIdentityUser(&workato.IdentityUserUpdateParams{Email: workato.Set("a@x.example")}),
		Want: "PUT " + identityUsers + "/user-1", JSON: `{"email": "a@x.example"}`,
		More: []Case{{
			Name: "no name", Call: updateIdentityUser(&workato.IdentityUserUpdateParams{FullName: workato.Null[string]()}), JSON: `{"full_name": null}`,
		}},
		Good: Good{"identity/user.json", textID},
		Refuses: Bad{
			"params": {updateIdentityUser(nil)},
			"Email": {
				updateIdentityUser(&workato.IdentityUserUpdateParams{Email: workato.Null[string]()}),
				updateIdentityUser(&workato.IdentityUserUpdateParams{Email: workato.Set(" ")}),
			},
		},
	},
	Entry{
		Operation: "identity_users.delete", Want: "DELETE " + identityUsers + "/user-1",
		Call: func(c *Caller) error { return c.IdentityUsers.Delete(c.ctx, c.customer, c.name("user-1"), c.opts...) },
		Good: Good{"folders/deleted.json", `{"data": {"id": "user-1"}}`},
	},
	Entry{
		Operation: "identity_users.add_to_group", Call: addIdentityUser(&workato.IdentityUserGroupParams{UserGroupID: "group-1"}),
		Want: "POST " + identityUsers + "/user-1/add_to_group", JSON: `{"user_group_id": "group-1"}`,
		Good:    Good{"recipes/done.json", `{"data": {"id": "user-1"}}`},
		Refuses: Bad{"params": {addIdentityUser(nil)}, "UserGroupID": {addIdentityUser(&workato.IdentityUserGroupParams{})}},
	},
	Entry{
		Operation: "identity_users.remove_from_group", Call: removeIdentityUser(&workato.IdentityUserGroupParams{UserGroupID: "group-1"}),
		Want: "POST " + identityUsers + "/user-1/remove_from_group", JSON: `{"user_group_id": "group-1"}`,
		Good:    Good{"recipes/done.json", `{"data": {"id": "user-1"}}`},
		Refuses: Bad{"params": {removeIdentityUser(nil)}, "UserGroupID": {removeIdentityUser(&workato.IdentityUserGroupParams{UserGroupID: " "})}},
	},
	Entry{
		Operation: "identity_groups.list", Call: listIdentityGroups(nil), Want: "GET " + identityGroups + "?page=1&per_page=100",
		More: []Case{{
			Name: "everything",
			Call: listIdentityGroups(&workato.IdentityGroupListParams{Name: "Support", UserIDs: []string{"user-1"}, Page: 2, PerPage: 10}),
			Want: "GET " + identityGroups + "?name=Support&page=2&per_page=10&user_ids%5B%5D=user-1",
		}},
		Good: Good{"identity/groups.json", `{"data": []}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listIdentityGroups(&workato.IdentityGroupListParams{Page: -1})},
			"PerPage": {listIdentityGroups(&workato.IdentityGroupListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.IdentityGroups.All(c.ctx, c.customer, &workato.IdentityGroupListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "identity_groups.create", Call: createIdentityGroup(&workato.IdentityGroupCreateParams{Name: "Support"}),
		Want: "POST " + identityGroups, JSON: `{"name": "Support"}`,
		Good:    Good{`{"data": {"id": "group-1"}}`, textID},
		Refuses: Bad{"params": {createIdentityGroup(nil)}, "Name": {createIdentityGroup(&workato.IdentityGroupCreateParams{})}},
	},
	Entry{
		Operation: "identity_groups.get", Want: "GET " + identityGroups + "/group-1",
		Call: func(c *Caller) error {
			return c.keep(c.IdentityGroups.Get(c.ctx, c.customer, c.name("group-1"), c.opts...))
		},
		Good: Good{`{"data": {"id": "group-1", "name": "Support"}}`, textID},
	},
	Entry{
		Operation: "identity_groups.update", Call: updateIdentityGroup(&workato.IdentityGroupUpdateParams{Name: workato.Set("Sales")}),
		Want: "PUT " + identityGroups + "/group-1", JSON: `{"name": "Sales"}`,
		Good: Good{`{"data": {"id": "group-1", "name": "Sales"}}`, textID},
		Refuses: Bad{
			"params": {updateIdentityGroup(nil)},
			"Name":   {updateIdentityGroup(&workato.IdentityGroupUpdateParams{Name: workato.Null[string]()})},
		},
	},
	Entry{
		Operation: "identity_groups.delete", Want: "DELETE " + identityGroups + "/group-1",
		Call: func(c *Caller) error {
			return c.IdentityGroups.Delete(c.ctx, c.customer, c.name("group-1"), c.opts...)
		},
		Good: Good{"folders/deleted.json", `{"data": {"id": "group-1"}}`},
	},
)
