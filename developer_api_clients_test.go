package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDeveloperAPIClients(t *testing.T) {
	t.Parallel()
	page := decoded(t, "developer_api_clients/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.DeveloperAPIClient], error) {
		return c.DeveloperAPIClients.List(ctx, customerID, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	assert.Equal(t, workato.DeveloperAPIClient{
		ID: 50112, Name: "ci", APIPrivilegeGroupID: 3301, FolderIDs: []int64{810, 811},
		EnvironmentName: workato.Ptr("Development"), EnvironmentID: workato.Ptr[int64](7733), IPAllowList: workato.IPList{"198.51.100.7", "198.51.100.8"},
		Token:     workato.DeveloperAPIToken{UpdatedAt: workato.Ptr(at("2024-02-01T16:00:00.123Z"))},
		CreatedAt: page.Items[0].CreatedAt, UpdatedAt: page.Items[0].UpdatedAt,
	}, page.Items[0])
	assert.True(t, at("2024-02-01T16:00:00.123Z").Equal(page.Items[0].CreatedAt))
	assert.True(t, page.Items[1].AllFolders)
	assert.Nil(t, page.Items[1].EnvironmentID)
	assert.Nil(t, page.Items[1].IPAllowList)

	made := decoded(t, "developer_api_clients/created.json", func(ctx context.Context, c *workato.Client) (*workato.DeveloperAPIClient, error) {
		return c.DeveloperAPIClients.Create(ctx, customerID, &workato.DeveloperAPIClientCreateParams{Name: "ci", APIPrivilegeGroupID: 3301, AllFolders: true})
	})
	assert.Equal(t, testToken, made.Token.Value.Reveal())
	keepsFixture[workato.DeveloperAPIClient](t, "developer_api_clients/created.json")
	roles := decoded(t, "developer_api_clients/roles.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.DeveloperAPIClientRole], error) {
		return c.DeveloperAPIClients.ListRoles(ctx, customerID, nil)
	})
	assert.Equal(t, []any{int64(3302), (*string)(nil)}, []any{roles.Items[1].ID, roles.Items[1].Name})
	role := decoded(t, "developer_api_clients/role.json", func(ctx context.Context, c *workato.Client) (*workato.DeveloperAPIClientRole, error) {
		return c.DeveloperAPIClients.CopyRole(ctx, customerID, 3301)
	})
	keepsAsReceived(t, fixture(t, "developer_api_clients/role.json"), role, &role.Raw)
}

// TestRegeneratedToken: no source shows the response, so a token is read in any
// place, and a missing one is not a success.
func TestRegeneratedToken(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		fixture(t, "developer_api_clients/created.json"): testToken, `{"result": {"id": 1, "token": {"value": "test-token"}}}`: testToken,
		`{"result": {"token": "test-token"}}`: testToken, `{"result": {"value": "test-token"}}`: testToken, `{"token": {"value": "test-token"}}`: testToken,
		`{"result": {"id": 1, "token": {"updated_at": null}}}`: "", `{"result": {"id": 1}}`: "", `{"result": {"token": null}}`: "",
	} {
		token, err := newClient(t, responding(response{body: body})).DeveloperAPIClients.RegenerateToken(t.Context(), customerID, 1)
		if want == "" {
			require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
			assert.ErrorContains(t, err, "regenerate again", body)
			continue
		}
		require.NoError(t, err, body)
		assert.Equal(t, want, token.Value.Reveal(), body)
	}
	var list workato.IPList
	require.NoError(t, json.Unmarshal([]byte(`" 198.51.100.7 ,, 198.51.100.0/24"`), &list))
	assert.Equal(t, workato.IPList{"198.51.100.7", "198.51.100.0/24"}, list)
	require.Error(t, json.Unmarshal([]byte(`{"a": 1}`), &list))
	var token workato.DeveloperAPIToken
	require.NoError(t, json.Unmarshal([]byte(`"test-token"`), &token))
	assert.Equal(t, testToken, token.Value.Reveal())
}
