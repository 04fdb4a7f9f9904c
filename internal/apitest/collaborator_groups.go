package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listGroups(p *workato.CollaboratorGroupListParams) Call {
	return func(c *Caller) error { return c.keep(c.CollaboratorGroups.List(c.ctx, c.customer, p, c.opts...)) }
}

func createGroup(p *workato.CollaboratorGroupCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.CollaboratorGroups.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateGroup(p *workato.CollaboratorGroupUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.CollaboratorGroups.Update(c.ctx, c.customer, c.name("am-Xy1"), p, c.opts...))
	}
}

func listGroupMembers(p *workato.CollaboratorGroupListMembersParams) Call {
	return func(c *Caller) error {
		return c.keep(c.CollaboratorGroups.ListMembers(c.ctx, c.customer, c.name("am-Xy1"), p, c.opts...))
	}
}

func addGroupMembers(p *workato.CollaboratorGroupAddMembersParams) Call {
	return func(c *Caller) error {
		return c.CollaboratorGroups.AddMembers(c.ctx, c.customer, c.name("am-Xy1"), p, c.opts...)
	}
}

func removeGroupMembers(p *workato.CollaboratorGroupRemoveMembersParams) Call {
	return func(c *Caller) error {
		return c.CollaboratorGroups.RemoveMembers(c.ctx, c.customer, c.name("am-Xy1"), p, c.opts...)
	}
}

var _ = register(
	Entry{
		Operation: "collaborator_groups.list", Call: listGroups(nil),
		Want: "GET /api/managed_users/{customer}/user_groups?page%5Bnumber%5D=1&page%5Bsize%5D=100",
		More: []Case{{
			Name: "a page", Call: listGroups(&workato.CollaboratorGroupListParams{Name: "Dev", Page: 3, PerPage: 50}),
			Want: "GET /api/managed_users/{customer}/user_groups?name=Dev&page%5Bnumber%5D=3&page%5Bsize%5D=50",
		}},
		Good: Good{"collaborator_groups/list.json", `{"data": [], "total": 0, "page": {}}`, `{"data": null, "total": null, "page": null}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listGroups(&workato.CollaboratorGroupListParams{Page: -1})},
			"PerPage": {listGroups(&workato.CollaboratorGroupListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.CollaboratorGroups.All(c.ctx, c.customer, &workato.CollaboratorGroupListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "collaborator_groups.get", Want: "GET /api/managed_users/{customer}/user_groups/am-Xy1",
		Call: func(c *Caller) error {
			return c.keep(c.CollaboratorGroups.Get(c.ctx, c.customer, c.name("am-Xy1"), c.opts...))
		},
		Good: Good{"collaborator_groups/group.json", textID},
	},
	Entry{
		Operation: "collaborator_groups.create", Call: createGroup(&workato.CollaboratorGroupCreateParams{Name: "Developers"}),
		Want: "POST /api/managed_users/{customer}/user_groups", JSON: `{"user_group": {"name": "Developers"}}`,
		More: []Case{{
			Name: "everything", Call: createGroup(&workato.CollaboratorGroupCreateParams{Name: "Developers", Description: "Those who build"}),
			JSON: `{"user_group": {"name": "Developers", "description": "Those who build"}}`,
		}},
		Good:    Good{"collaborator_groups/group.json", textID},
		Refuses: Bad{"params": {createGroup(nil)}, "Name": {createGroup(&workato.CollaboratorGroupCreateParams{Name: " "})}},
	},
	Entry{
		Operation: "collaborator_groups.update", Call: updateGroup(&workato.CollaboratorGroupUpdateParams{Name: workato.Set("Builders")}),
		Want: "PUT /api/managed_users/{customer}/user_groups/am-Xy1", JSON: `{"user_group": {"name": "Builders"}}`,
		More: []Case{{
			Name: "the description", Call: updateGroup(&workato.CollaboratorGroupUpdateParams{Description: workato.Null[string]()}),
			JSON: `{"user_group": {"description": null}}`,
		}},
		Good: Good{"collaborator_groups/group.json", textID},
		Refuses: Bad{
			"params": {updateGroup(nil)},
			"Name":   {updateGroup(&workato.CollaboratorGroupUpdateParams{Name: workato.Null[string]()})},
		},
	},
	Entry{
		Operation: "collaborator_groups.delete", Want: "DELETE /api/managed_users/{customer}/user_groups/am-Xy1",
		Call: func(c *Caller) error {
			return c.CollaboratorGroups.Delete(c.ctx, c.customer, c.name("am-Xy1"), c.opts...)
		},
		Good: Good{"folders/deleted.json", `{"data": {"id": "am-Xy1"}}`},
	},
	Entry{
		Operation: "collaborator_groups.list_members", Call: listGroupMembers(nil),
		Want: "GET /api/managed_users/{customer}/user_groups/am-Xy1/members?page%5Bnumber%5D=1&page%5Bsize%5D=100",
		More: []Case{{
			Name: "a page", Call: listGroupMembers(&workato.CollaboratorGroupListMembersParams{Text: "ana", Page: 2, PerPage: 10}),
			Want: "GET /api/managed_users/{customer}/user_groups/am-Xy1/members?page%5Bnumber%5D=2&page%5Bsize%5D=10&text=ana",
		}},
		Good: Good{"collaborator_groups/members.json", `{"data": [], "total": 0, "page": {}}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listGroupMembers(&workato.CollaboratorGroupListMembersParams{Page: -1})},
			"PerPage": {listGroupMembers(&workato.CollaboratorGroupListMembersParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.CollaboratorGroupListMembersParams{Page: page, PerPage: perPage}
			return numbers(c.CollaboratorGroups.AllMembers(c.ctx, c.customer, c.name("am-Xy1"), p, c.opts...))
		},
	},
	Entry{
		Operation: "collaborator_groups.add_members", Call: addGroupMembers(&workato.CollaboratorGroupAddMembersParams{UserIDs: []int64{88, 89}}),
		Want: "POST /api/managed_users/{customer}/user_groups/am-Xy1/members?user_ids=88&user_ids=89",
		Good: Good{"recipes/done.json", `{"data": [{"id": 88}]}`},
		Refuses: Bad{
			"params": {addGroupMembers(nil)},
			"UserIDs": {
				addGroupMembers(&workato.CollaboratorGroupAddMembersParams{}),
				addGroupMembers(&workato.CollaboratorGroupAddMembersParams{UserIDs: []int64{88, 0}}),
			},
		},
	},
	Entry{
		Operation: "collaborator_groups.remove_members",
		Call:      removeGroupMembers(&workato.CollaboratorGroupRemoveMembersParams{UserIDs: []int64{88}}),
		Want:      "DELETE /api/managed_users/{customer}/user_groups/am-Xy1/members?user_ids=88",
		More: []Case{{
			Name: "two members",
			Call: removeGroupMembers(&workato.CollaboratorGroupRemoveMembersParams{UserIDs: []int64{88, 89}}),
			Want: "DELETE /api/managed_users/{customer}/user_groups/am-Xy1/members?user_ids=88&user_ids=89",
		}, {
			Name: "invitations",
			Call: removeGroupMembers(&workato.CollaboratorGroupRemoveMembersParams{UserIDs: []int64{88}, MemberInvitationIDs: []int64{7, 8}}),
			Want: "DELETE /api/managed_users/{customer}/user_groups/am-Xy1/members?member_invitation_ids=7&member_invitation_ids=8&user_ids=88",
		}},
		Good: Good{"recipes/done.json", `{"data": {}}`},
		Refuses: Bad{
			"params":              {removeGroupMembers(nil)},
			"UserIDs":             {removeGroupMembers(&workato.CollaboratorGroupRemoveMembersParams{})},
			"MemberInvitationIDs": {removeGroupMembers(&workato.CollaboratorGroupRemoveMembersParams{MemberInvitationIDs: []int64{-1}})},
		},
	},
	Entry{
		Operation: "collaborator_groups.list_project_grants", Want: "GET /api/managed_users/{customer}/user_groups/am-Xy1/project_grants",
		Call: func(c *Caller) error {
			return c.keep(c.CollaboratorGroups.ListProjectGrants(c.ctx, c.customer, c.name("am-Xy1"), c.opts...))
		},
		More: []Case{{Name: "All", Call: func(c *Caller) error {
			return first(c.CollaboratorGroups.AllProjectGrants(c.ctx, c.customer, c.name("am-Xy1"), c.opts...))
		}}},
		Good: Good{"members/project_grants.json", "members/projects_privileges_null.json", `{"data": []}`},
	},
)
