package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	ana := workato.Member{
		ID: 88, GrantType: workato.Ptr("team"), RoleName: workato.Ptr("Operator"), ExternalID: workato.Ptr("U-1"), Name: workato.Ptr("Ana B"),
		Email: workato.Ptr("ana@borealis.example"), TimeZone: workato.Ptr("UTC"), Raw: json.RawMessage(fixture(t, "members/added.json")),
	}
	list := func(ctx context.Context, c *workato.Client) ([]workato.Member, error) {
		return c.Members.List(ctx, customerID)
	}
	both := decoded(t, "members/list.json", list)
	assert.JSONEq(t, fixture(t, "members/list.json"), asJSON(t, both), "no key is lost")
	both[1].Raw = nil
	assert.Equal(t, []workato.Member{ana, {ID: 89}}, both)

	twin := decoded(t, "members/twin.json", list)[0]
	assert.Equal(t, []workato.MemberRole{{EnvironmentType: "dev", RoleName: "Builder"}, {EnvironmentType: "prod", RoleName: "NoAccess"}}, twin.Roles)
	assert.Contains(t, string(twin.Raw), "last_activity_log")
	assert.JSONEq(t, `{"id": 9, "grant_type": null, "role_name": "Operator", "roles": null, "external_id": null, "name": null, "email": null,
		"time_zone": null}`, asJSON(t, workato.Member{ID: 9, RoleName: workato.Ptr("Operator")}), "one that did not come from the service is written too")

	for name, get := range map[string]func(context.Context, *workato.Client) (*workato.Member, error){
		"Get": func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
			return c.Members.Get(ctx, customerID, 88)
		},
		"Add": func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
			return c.Members.Add(ctx, customerID, &workato.MemberAddParams{Name: "Ana B", RoleName: "Operator"})
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
		c := newClient(t, responding(response{body: fixture(t, name)}))
		assert.NoError(t, c.Members.Remove(t.Context(), customerID, 88), name)
	}
	for _, body := range []string{fixture(t, "members/invited.json"), `{"success": true}`} {
		c := newClient(t, responding(response{body: body}))
		assert.NoError(t, c.Members.Invite(t.Context(), customerID, &workato.MemberInviteParams{Name: "Ana", Email: "ana@borealis.example", RoleName: "Operator"}))
	}
}

func TestMemberIterator(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: fixture(t, "members/list.json")})
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
	for _, err := range newClient(t, responding(response{status: 401, body: `{"message": "Unauthorized"}`})).Members.All(t.Context(), customerID) {
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

func TestDecodeMember(t *testing.T) {
	t.Parallel()
	add := func(ctx context.Context, c *workato.Client) (*workato.Member, error) {
		return c.Members.AddLegacy(ctx, customerID, &workato.MemberAddLegacyParams{Name: "Ana B", OAuthID: "oauth-77"})
	}
	assert.Equal(t, &workato.Member{
		ID: 88, GrantType: workato.Ptr("team"), RoleName: workato.Ptr("Operator"), ExternalID: workato.Ptr("U-1"), Name: workato.Ptr("Ana B"),
		Email: workato.Ptr("ana@borealis.example"), TimeZone: workato.Ptr("UTC"), Raw: json.RawMessage(fixture(t, "members/added.json")),
	}, decoded(t, "members/added.json", add))
	assert.Equal(t, int64(3481), decoded(t, "members/added_2020.json", add).ID)
	assert.Equal(t, &workato.Member{ID: 88, Raw: json.RawMessage(fixture(t, "members/null.json"))}, decoded(t, "members/null.json", add))

	for _, name := range []string{"members/removed_2020.json", "recipes/done.json"} {
		c := newClient(t, responding(response{body: fixture(t, name)}))
		assert.NoError(t, c.Members.RemoveLegacy(t.Context(), customerID, 34811), name)
	}
}
