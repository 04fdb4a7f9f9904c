package workato_test

import (
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestUnderHTTPMock runs calls against responders by method and address, like
// programs that mock HTTP themselves: only exactly the documented request has a
// responder.
func TestUnderHTTPMock(t *testing.T) {
	t.Parallel()
	const at = "https://app.eu.workato.com/api/managed_users/EA2300%2Feu"
	responders := []struct{ method, url, fixture string }{
		{"POST", "https://app.eu.workato.com/api/managed_users", "managed_users/full.json"},
		{"GET", at, "managed_users/full.json"},
		{"GET", at + "/connections?includes%5B%5D=tags", "connections/list_2025.json"},
		{"POST", at + "/connections/7012/disconnect?force=true", "connections/disconnected.json"},
		{"POST", at + "/folders", "folders/folder.json"},
		{"GET", at + "/imports/251", "imports/completed.json"},
		{"GET", "https://app.eu.workato.com/api/integrations?applications=jira%2Csalesforce", "integrations/items.json"},
	}
	mock := httpmock.NewMockTransport()
	for _, r := range responders {
		mock.RegisterResponder(r.method, r.url, httpmock.NewStringResponder(http.StatusOK, fixture(t, r.fixture)))
	}
	client, err := workato.NewClient(workato.WithAPIToken(testToken), workato.WithRegion(workato.RegionEU),
		workato.WithHTTPClient(&http.Client{Transport: mock}), workato.WithRetry(workato.RetryPolicy{}))
	require.NoError(t, err)
	customer := workato.ExternalID("A2300/eu")

	user, err := client.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{
		Name: "Example", NotificationEmail: "ops@example.com",
		ExternalID: "A2300/eu",
	})
	require.NoError(t, err)
	again, err := client.ManagedUsers.Get(t.Context(), customer)
	require.NoError(t, err)
	assert.Equal(t, user, again)
	connections, err := client.Connections.List(t.Context(), customer, &workato.ConnectionListParams{Includes: []string{workato.IncludeTags}})
	require.NoError(t, err)
	assert.NotEmpty(t, connections)
	require.NoError(t, client.Connections.Disconnect(t.Context(), customer, 7012, &workato.ConnectionDisconnectParams{Force: true}))
	folder, err := client.Folders.Create(t.Context(), customer, &workato.FolderCreateParams{Name: "Invoices"})
	require.NoError(t, err)
	assert.NotZero(t, folder.ID)
	imported, err := client.Imports.Get(t.Context(), customer, 251)
	require.NoError(t, err)
	assert.True(t, imported.Status.Completed())
	catalogue, err := client.Integrations.List(t.Context(), &workato.IntegrationListParams{Applications: []string{"jira", "salesforce"}})
	require.NoError(t, err)
	assert.NotEmpty(t, catalogue)

	assert.Equal(t, len(responders), mock.GetTotalCallCount())
	for call, count := range mock.GetCallCountInfo() {
		assert.Equal(t, 1, count, call)
	}
}

// TestUnderHTTPMockWithoutResponder: the mock's error prints the whole address,
// which with this credential holds the token.
func TestUnderHTTPMockWithoutResponder(t *testing.T) {
	t.Parallel()
	client, err := workato.NewClient(workato.WithQueryToken("ops@example.com", testToken),
		workato.WithHTTPClient(&http.Client{Transport: httpmock.NewMockTransport()}), workato.WithRetry(workato.RetryPolicy{}))
	require.NoError(t, err)
	_, err = client.Connections.List(t.Context(), workato.AccountID(1), nil)
	require.ErrorContains(t, err, "no responder found")
	assert.NotContains(t, err.Error(), testToken)
	assert.NotContains(t, err.Error(), "ops@example.com")
	assert.NotContains(t, err.Error(), "ops%40example.com")
}
