package workato_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestAPICollections(t *testing.T) {
	t.Parallel()
	page := decoded(t, "api_platform/collections.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.APICollection], error) {
		return c.APICollections.List(ctx, customerID, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, workato.Ptr[int64](5501), page.Items[0].ProjectID, "a string")
	assert.Equal(t, workato.Ptr[int64](5502), page.Items[1].ProjectID, "a number")
	assert.Nil(t, page.Items[1].Version)

	made := decoded(t, "api_platform/collection.json", func(ctx context.Context, c *workato.Client) (*workato.APICollection, error) {
		return c.APICollections.Create(ctx, customerID, &workato.APICollectionCreateParams{Name: "Orders"})
	})
	assert.Equal(t, &workato.APICollectionImportResults{
		TotalEndpoints: 3, FailedEndpoints: 1, FailedActions: []json.RawMessage{json.RawMessage(`"GET /orders"`)},
	}, made.ImportResults, "endpoints that could not be made are no error")
	keepsFixture[workato.APICollection](t, "api_platform/collection.json")
	keepsFixture[workato.APIEndpoint](t, "api_platform/endpoints.json")
}

func TestAPIClients(t *testing.T) {
	t.Parallel()
	keepsFixture[workato.APIClient](t, "api_platform/clients.json")
	keepsFixture[workato.APIClient](t, "api_platform/client.json")
	keepsFixture[workato.APIClientV1](t, "api_platform/clients_v1.json")
	client := decoded(t, "api_platform/client.json", func(ctx context.Context, c *workato.Client) (*workato.APIClient, error) {
		return c.APIClients.Get(ctx, customerID, 42)
	})
	assert.Equal(t, []workato.APIRef{{ID: 61, Name: "Orders"}}, client.APICollections)
	assert.Nil(t, client.APIToken)
	assert.Nil(t, client.CertBundleIDs)
	legacy := decoded(t, "api_platform/client_legacy.json", func(ctx context.Context, c *workato.Client) (*workato.APIClient, error) {
		return c.APIClients.Get(ctx, customerID, 42)
	})
	assert.Equal(t, testToken, legacy.APIToken.Reveal())
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	keepsFixture[workato.APIKey](t, "api_platform/keys.json")
	keepsFixture[workato.APIKey](t, "api_platform/key.json")
	page := decoded(t, "api_platform/keys.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.APIKey], error) {
		return c.APIKeys.List(ctx, customerID, 42, nil)
	})
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	assert.Nil(t, page.Items[1].ActiveSince)
	assert.True(t, page.Items[0].AuthToken.IsZero())
	key := decoded(t, "api_platform/key.json", func(ctx context.Context, c *workato.Client) (*workato.APIKey, error) {
		return c.APIKeys.RefreshSecret(ctx, customerID, 42, 10)
	})
	assert.Equal(t, testToken, key.AuthToken.Reveal())
}

func TestAPIAccessProfiles(t *testing.T) {
	t.Parallel()
	keepsFixture[workato.APIAccessProfile](t, "api_platform/profile.json")
	keepsFixture[workato.APIAccessProfile](t, "api_platform/profile_oauth.json")
	page := decoded(t, "api_platform/profiles.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.APIAccessProfile], error) {
		return c.APIAccessProfiles.List(ctx, customerID, nil)
	})
	assert.Equal(t, workato.Ptr[int64](42), page.Items[0].APIClientID, "a string")
	refresh := func(ctx context.Context, c *workato.Client) (*workato.APIAccessProfile, error) {
		return c.APIAccessProfiles.RefreshSecret(ctx, customerID, 55)
	}
	assert.Equal(t, testToken, decoded(t, "api_platform/profile.json", refresh).Secret.Reveal())
	oauth := decoded(t, "api_platform/profile_oauth.json", refresh)
	assert.Equal(t, []string{"c-1", testToken}, []string{*oauth.OAuthClientID, oauth.OAuthClientSecret.Reveal()})
}

// TestSecretsOfRequests: the secret of a JWT is sent, and shown nowhere else.
func TestSecretsOfRequests(t *testing.T) {
	t.Parallel()
	const secret = "s-31415-9265"
	params := workato.APIClientCreateParams{
		Name: "shop", APICollectionIDs: []int64{61}, AuthType: workato.APIAuthJWT, JWTMethod: workato.APIJWTHMAC, JWTSecret: workato.NewSecret(secret),
	}
	assert.NotContains(t, asJSON(t, params), secret)
	transport := responding(response{status: 400, body: `{"message": "jwt_secret ` + secret + ` is too short"}`})
	_, err := newClient(t, transport).APIClients.Create(t.Context(), customerID, &params)
	assert.Contains(t, string(transport.only(t).Body), secret)
	require.ErrorIs(t, err, workato.ErrBadRequest)
	assert.NotContains(t, err.Error(), secret)
}
