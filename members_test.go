package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func addMember(p *workato.MemberAddParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return ignore(c.Members.Add(ctx, customer, p))
	}
}

func updateMember(p *workato.MemberUpdateParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return ignore(c.Members.Update(ctx, customer, 88, p))
	}
}

func inviteMember(p *workato.MemberInviteParams) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return c.Members.Invite(ctx, customer, p)
	}
}

var _ = addRequests(
	requestCase{
		op: "members.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.List(ctx, customer))
		},
		want:   "GET /api/managed_users/{customer}/members",
		answer: `[]`,
	},
	requestCase{
		op: "members.list", name: "All",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			for _, err := range c.Members.All(ctx, customer) {
				return err
			}
			return nil
		},
		want:   "GET /api/managed_users/{customer}/members",
		answer: `[{"id": 88}]`,
	},
	requestCase{
		op: "members.get",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.Get(ctx, customer, 88))
		},
		want: "GET /api/managed_users/{customer}/members/88",
	},
	requestCase{
		op: "members.add", name: "a new one",
		call: addMember(&workato.MemberAddParams{Name: "Ana B", OAuthID: "o/1", RoleName: "Operator", ExternalID: "U-1", TimeZone: "UTC"}),
		want: "POST /api/managed_users/{customer}/members",
		json: `{"name": "Ana B", "oauth_id": "o/1", "role_name": "Operator", "external_id": "U-1", "time_zone": "UTC"}`,
	},
	requestCase{
		op: "members.add", name: "a user of Workato",
		call: addMember(&workato.MemberAddParams{OAuthID: "o/1"}),
		want: "POST /api/managed_users/{customer}/members",
		json: `{"oauth_id": "o/1"}`,
	},
	requestCase{
		op: "members.add", name: "roles by environment",
		call: addMember(&workato.MemberAddParams{Name: "Ana B", EnvRoles: []workato.MemberEnvRole{
			{EnvironmentType: workato.EnvironmentDev, Name: "Builder", RoleType: workato.MemberRoleEnvironment},
			{EnvironmentType: workato.EnvironmentProd, Name: workato.MemberNoAccess},
		}}),
		want: "POST /api/managed_users/{customer}/members",
		json: `{"name": "Ana B", "env_roles": [
			{"environment_type": "dev", "name": "Builder", "role_type": "environment"}, {"environment_type": "prod", "name": "NoAccess"}
		]}`,
	},
	requestCase{
		op: "members.update", name: "nothing",
		call: updateMember(&workato.MemberUpdateParams{}),
		want: "PUT /api/managed_users/{customer}/members/88",
		json: `{}`,
	},
	requestCase{
		op: "members.update", name: "roles by environment",
		call: updateMember(&workato.MemberUpdateParams{EnvRoles: workato.Set([]workato.MemberEnvRole{
			{EnvironmentType: workato.EnvironmentTest, Name: "Operator", RoleType: workato.MemberRolePrivilegeGroup},
		})}),
		want: "PUT /api/managed_users/{customer}/members/88",
		json: `{"env_roles": [{"environment_type": "test", "name": "Operator", "role_type": "privilege_group"}]}`,
	},
	requestCase{
		op: "members.update", name: "the rest",
		call: updateMember(&workato.MemberUpdateParams{
			Name: workato.Set("Ana C"), RoleName: workato.Set("Admin"), ExternalID: workato.Null[string](), TimeZone: workato.Set("UTC"),
		}),
		want: "PUT /api/managed_users/{customer}/members/88",
		json: `{"name": "Ana C", "role_name": "Admin", "external_id": null, "time_zone": "UTC"}`,
	},
	requestCase{
		op: "members.remove",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Members.Remove(ctx, customer, 88)
		},
		want: "DELETE /api/managed_users/{customer}/members/88",
	},
	requestCase{
		op:     "members.invite",
		call:   inviteMember(&workato.MemberInviteParams{Name: "Ana B", Email: "ana@borealis.example", RoleName: "Operator"}),
		want:   "POST /api/managed_users/{customer}/member_invitations",
		json:   `{"name": "Ana B", "email": "ana@borealis.example", "role_name": "Operator"}`,
		answer: `{"result": "ok"}`,
	},
	requestCase{
		op: "members.invite", name: "roles by environment",
		call: inviteMember(&workato.MemberInviteParams{
			Name: "Ana B", Email: "ana@borealis.example", EnvRoles: []workato.MemberEnvRole{{EnvironmentType: "dev", Name: "Builder"}},
		}),
		want:   "POST /api/managed_users/{customer}/member_invitations",
		json:   `{"name": "Ana B", "email": "ana@borealis.example", "env_roles": [{"environment_type": "dev", "name": "Builder"}]}`,
		answer: `{"result": "ok"}`,
	},
	requestCase{
		op: "members.privileges",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.Privileges(ctx, customer, 88))
		},
		want:   "GET /api/managed_users/{customer}/members/88/privileges",
		answer: `{"data": []}`,
	},
	requestCase{
		op: "members.projects_privileges",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.ProjectsPrivileges(ctx, customer, 88))
		},
		want:   "GET /api/managed_users/{customer}/members/88/projects_privileges",
		answer: `{"data": []}`,
	},
	requestCase{
		op: "members.project_grants",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.ProjectGrants(ctx, customer, 88))
		},
		want:   "GET /api/managed_users/{customer}/members/88/project_grants",
		answer: `{"data": []}`,
	},
)

func TestMembers(t *testing.T) {
	t.Parallel()
	ana := workato.Member{
		ID: 88, GrantType: ptr("team"), RoleName: ptr("Operator"), ExternalID: ptr("U-1"), Name: ptr("Ana B"),
		Email: ptr("ana@borealis.example"), TimeZone: ptr("UTC"),
	}
	list := func(ctx context.Context, c *workato.Client) ([]workato.Member, error) {
		return c.Members.List(ctx, customerID)
	}
	assert.Equal(t, []workato.Member{ana, {ID: 89}}, decoded(t, "members/list.json", list))

	for name, get := range map[string]func(context.Context, *workato.Client) (*workato.Member, error){
		"Get": func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
			return c.Members.Get(ctx, customerID, 88)
		},
		"Add": func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
			return c.Members.Add(ctx, customerID, &workato.MemberAddParams{Name: "Ana B"})
		},
		"Update": func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
			return c.Members.Update(ctx, customerID, 88, &workato.MemberUpdateParams{})
		},
	} {
		assert.Equal(t, &ana, decoded(t, "members/added.json", get), name)
		wrapped := decoded(t, "members/updated_data.json", get)
		assert.Equal(t, int64(88), wrapped.ID, name)
		assert.Nil(t, wrapped.RoleName, name)
	}

	for _, name := range []string{"members/removed_2020.json", "recipes/done.json"} {
		c := newClient(t, answering(answer{body: fixture(t, name)}))
		assert.NoError(t, c.Members.Remove(t.Context(), customerID, 88), name)
	}
	for _, body := range []string{fixture(t, "members/invited.json"), `{"success": true}`} {
		c := newClient(t, answering(answer{body: body}))
		assert.NoError(t, inviteMember(&workato.MemberInviteParams{Name: "Ana", Email: "ana@borealis.example"})(t.Context(), c, customerID))
	}
}

func TestMemberIterator(t *testing.T) {
	t.Parallel()
	transport := answering(answer{body: fixture(t, "members/list.json")})
	all := newClient(t, transport).Members.All(t.Context(), customerID)
	assert.Empty(t, transport.all(), "nothing is fetched before the iteration")
	var ids []int64
	for m, err := range all {
		require.NoError(t, err)
		ids = append(ids, m.ID)
	}
	assert.Equal(t, []int64{88, 89}, ids)
	assert.Len(t, transport.all(), 1)

	failed := 0
	for _, err := range newClient(t, answering(answer{status: 401, body: `{"message": "Unauthorized"}`})).Members.All(t.Context(), customerID) {
		require.ErrorIs(t, err, workato.ErrUnauthorized)
		failed++
	}
	assert.Equal(t, 1, failed, "an error ends the iteration")
}

func TestMemberRights(t *testing.T) {
	t.Parallel()
	privileges := decoded(t, "members/privileges.json", func(ctx context.Context, c *workato.Client) ([]workato.MemberPrivilege, error) {
		return c.Members.Privileges(ctx, customerID, 88)
	})
	require.Len(t, privileges, 2)
	assert.Equal(t, workato.EnvironmentDev, privileges[0].EnvironmentType)
	assert.Equal(t, "Support", privileges[0].Name)
	assert.Equal(t, map[string][]string{"Recipe": {"read", "update"}, "Connection": {"read"}}, privileges[0].Privileges)
	assert.Equal(t, []int64{4410, 4411}, privileges[0].FolderIDs)
	assert.JSONEq(t, rowsOf(t, "members/privileges.json"), asJSON(t, privileges), "no key is lost")

	projects := func(ctx context.Context, c *workato.Client) ([]workato.MemberProjectPrivilege, error) {
		return c.Members.ProjectsPrivileges(ctx, customerID, 88)
	}
	assert.JSONEq(t, rowsOf(t, "members/projects_privileges.json"), asJSON(t, decoded(t, "members/projects_privileges.json", projects)))
	assert.Empty(t, decoded(t, "members/projects_privileges_null.json", projects))

	grants := func(ctx context.Context, c *workato.Client) ([]workato.ProjectGrant, error) {
		return c.Members.ProjectGrants(ctx, customerID, 88)
	}
	got := decoded(t, "members/project_grants.json", grants)
	require.Len(t, got, 2)
	assert.Equal(t, "pg-Xy1-Zw2", got[0].ID)
	assert.Equal(t, int64(649), got[0].Project.ID)
	assert.Equal(t, int64(512341), got[0].Project.Environment.ID)
	assert.Equal(t, workato.EnvironmentTest, got[0].Project.Environment.Type)
	assert.Equal(t, &workato.ProjectGrantRole{ID: "pr-Q7", Name: "Builder"}, got[0].ProjectRole)
	assert.Equal(t, &workato.ProjectGrantUser{ID: 88, Name: "Ana B", Email: "ana@borealis.example"}, got[0].User)
	assert.Nil(t, got[1].User)
	assert.JSONEq(t, `{"id": "am-Xy1", "name": "All collaborators"}`, string(got[1].UserGroup))
	assert.JSONEq(t, rowsOf(t, "members/project_grants.json"), asJSON(t, got), "no key is lost")

	made := workato.ProjectGrant{ID: "pg-1", ProjectRole: &workato.ProjectGrantRole{ID: "pr-1"}}
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(asJSON(t, made)), &fields))
	assert.JSONEq(t, `"pg-1"`, string(fields["id"]), "a grant that did not come from the service is written too")
}

func TestBadMemberInput(t *testing.T) {
	t.Parallel()
	with := func(do call) func(context.Context, *workato.Client) error {
		return func(ctx context.Context, c *workato.Client) error { return do(ctx, c, customerID) }
	}
	role := workato.MemberEnvRole{EnvironmentType: "dev", Name: "Builder"}
	assertAllRefused(t, []badInput{
		{"add nil", "params", with(addMember(nil))},
		{"update nil", "params", with(updateMember(nil))},
		{"invite nil", "params", with(inviteMember(nil))},
		{"add without a name", "Name", with(addMember(&workato.MemberAddParams{RoleName: "Operator"}))},
		{"both roles", "RoleName", with(addMember(&workato.MemberAddParams{Name: "A", RoleName: "Operator", EnvRoles: []workato.MemberEnvRole{role}}))},
		{"role without environment", "EnvRoles[1].EnvironmentType", with(addMember(&workato.MemberAddParams{
			Name: "A", EnvRoles: []workato.MemberEnvRole{role, {Name: "Builder"}},
		}))},
		{"role without name", "EnvRoles[0].Name", with(addMember(&workato.MemberAddParams{Name: "A", EnvRoles: []workato.MemberEnvRole{{EnvironmentType: "dev"}}}))},
		{"update with both roles", "RoleName", with(updateMember(&workato.MemberUpdateParams{
			RoleName: workato.Set("Operator"), EnvRoles: workato.Set([]workato.MemberEnvRole{role}),
		}))},
		{"cleared role", "RoleName", with(updateMember(&workato.MemberUpdateParams{RoleName: workato.Null[string]()}))},
		{"cleared roles", "EnvRoles", with(updateMember(&workato.MemberUpdateParams{EnvRoles: workato.Null[[]workato.MemberEnvRole]()}))},
		{"invite without a name", "Name", with(inviteMember(&workato.MemberInviteParams{Email: "ana@borealis.example"}))},
		{"invite without an address", "Email", with(inviteMember(&workato.MemberInviteParams{Name: "Ana", Email: "  "}))},
		{"invite with both roles", "RoleName", with(inviteMember(&workato.MemberInviteParams{
			Name: "Ana", Email: "ana@borealis.example", RoleName: "Operator", EnvRoles: []workato.MemberEnvRole{role},
		}))},
		{"get 0", "member_id", func(ctx context.Context, c *workato.Client) error { return ignore(c.Members.Get(ctx, customerID, 0)) }},
		{"remove -1", "member_id", func(ctx context.Context, c *workato.Client) error { return c.Members.Remove(ctx, customerID, -1) }},
		{"privileges 0", "member_id", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.Members.Privileges(ctx, customerID, 0))
		}},
		{"environment without a type", "Environments[0].Type", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.ProvisionEnvironments(ctx, customerID, &workato.ManagedUserProvisionEnvironmentsParams{
				Environments: []workato.EnvironmentParams{{ExternalID: "T-1"}},
			}))
		}},
		{"environment of a new customer without a type", "Environments[1].Type", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{
				Name: "A", NotificationEmail: "a@borealis.example", Environments: []workato.EnvironmentParams{{Type: workato.EnvironmentProd}, {}},
			}))
		}},
		{"environment to change without a type", "Environments[0].Type", func(ctx context.Context, c *workato.Client) error {
			return ignore(c.ManagedUsers.Update(ctx, customerID, &workato.ManagedUserUpdateParams{
				Environments: workato.Set([]workato.EnvironmentParams{{ExternalID: "T-1"}}),
			}))
		}},
	})
}
