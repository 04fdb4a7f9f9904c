package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestCustomConnectors(t *testing.T) {
	t.Parallel()
	connectors := decoded(t, "custom_connectors/list.json", func(ctx context.Context, c *workato.Client) ([]workato.CustomConnector, error) {
		return c.CustomConnectors.List(ctx, nil)
	})
	keepsRows(t, "custom_connectors/list.json", connectors)
	require.Len(t, connectors, 2)
	shared, draft := connectors[0], connectors[1]
	assert.Equal(t, &workato.CustomConnectorVersion{Version: 4}, shared.LatestReleasedVersion, "nothing but a number")
	assert.Equal(t, workato.Ptr[int64](3), shared.OEMSharedVersion)
	assert.True(t, at("2024-01-21T18:54:26.934Z").Equal(*shared.ReleasedVersions[0].ReleasedAt))
	assert.Equal(t, "Faster", *shared.ReleasedVersions[0].VersionNote)
	assert.Nil(t, draft.LatestReleasedVersion)
	assert.Nil(t, draft.OEMSharedAt)
	assert.Empty(t, draft.ReleasedVersions)

	whole := decoded(t, "custom_connectors/connector.json", func(ctx context.Context, c *workato.Client) (*workato.CustomConnector, error) {
		return c.CustomConnectors.Get(ctx, 71)
	})
	assert.Equal(t, &workato.CustomConnectorVersion{Version: 4, Code: "{ title: 'Acme' }"}, whole.LatestReleasedVersion)
	assert.Contains(t, string(whole.Raw), `"note": "Faster"`)
}

func TestCustomOAuthProfiles(t *testing.T) {
	t.Parallel()
	keepsFixture[workato.CustomOAuthProfile](t, "custom_oauth_profiles/list.json")
	keepsFixture[workato.CustomOAuthProfile](t, "custom_oauth_profiles/profile.json")
	data := workato.CustomOAuthProfileData{ClientID: "abc", ClientSecret: workato.NewSecret(testToken)}
	for _, params := range []any{&workato.CustomOAuthProfileCreateParams{Data: data}, &workato.CustomOAuthProfileUpdateParams{Data: workato.Set(data)}} {
		assert.NotContains(t, asJSON(t, params), testToken, "nothing but the call sends a secret")
	}
}

func TestFieldMappings(t *testing.T) {
	t.Parallel()
	mappings := decoded(t, "field_mappings/list.json", func(ctx context.Context, c *workato.Client) ([]workato.FieldMapping, error) {
		return c.FieldMappings.List(ctx, customerID, 41354)
	})
	keepsRows(t, "field_mappings/list.json", mappings)
	assert.Equal(t, "dm-Ab1Cd2-Ef3", mappings[0].Handle)
	raw, err := newClient(t, responding(response{status: 204})).
		FieldMappings.Update(t.Context(), customerID, 41354, "dm-1", &workato.FieldMappingParams{Body: map[string]any{}})
	require.NoError(t, err)
	assert.Empty(t, raw)
}
