package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeConnection(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) ([]workato.Connection, error) {
		return c.Connections.List(ctx, customerID, nil)
	}
	create := func(ctx context.Context, c *workato.Client) (*workato.Connection, error) {
		return c.Connections.Create(ctx, customerID, &workato.ConnectionCreateParams{Provider: "jira"})
	}
	update := func(ctx context.Context, c *workato.Client) (*workato.Connection, error) {
		return c.Connections.Update(ctx, customerID, 7015, &workato.ConnectionUpdateParams{})
	}
	created, updated := at("2024-04-30T10:00:00.100Z"), at("2024-05-01T10:00:00.101Z")

	assert.Equal(t, []workato.Connection{{
		ID: 7012, Name: "Prod Jira", Provider: "jira", AuthorizedAt: workato.Ptr(at("2018-05-01T10:00:00.100Z")), AuthorizationStatus: workato.AuthorizationSuccess,
		CreatedAt: at("2018-04-30T10:00:00.100Z"), UpdatedAt: at("2018-05-01T10:00:00.101Z"),
	}}, decoded(t, "connections/list_2019.json", list))

	newest := []workato.Connection{
		{
			ID: 7012, Name: "Prod Jira", Provider: "jira", AuthorizedAt: workato.Ptr(at("2024-05-01T10:00:00.100Z")),
			AuthorizationStatus: workato.AuthorizationSuccess, CreatedAt: created, UpdatedAt: updated, ExternalID: workato.Ptr("U-9"),
			FolderID: workato.Ptr[int64](4410), ParentID: workato.Ptr[int64](7001), Tags: []string{"tag-AbC1-x2", "tag-AbC1-x3"},
		},
		{
			ID: 7013, Name: "Books", Provider: "quickbooks", AuthorizedAt: workato.Ptr(at("2024-05-01T03:00:00.100-07:00")),
			AuthorizationStatus: workato.AuthorizationSuccess, CreatedAt: created, UpdatedAt: updated, FolderID: workato.Ptr[int64](4410),
			Identity: workato.Ptr("ana@borealis.example/9988776655"), ConnectionLostAt: workato.Ptr(at("2024-06-01T12:00:00Z")),
			ConnectionLostReason: workato.Ptr("network_failure"),
		},
		{
			ID: 7014, Name: "Sheets", Provider: "google_sheets", AuthorizationStatus: workato.AuthorizationException,
			AuthorizationError: workato.Ptr("token expired"), CreatedAt: created, UpdatedAt: updated, Tags: []string{},
		},
	}
	got := decoded(t, "connections/list_2025.json", list)
	assert.Equal(t, newest, got)
	assert.True(t, got[0].Authorized())
	assert.False(t, got[1].Authorized(), "lost")
	assert.False(t, got[2].Authorized(), "never connected")

	empty := decoded(t, "connections/empty_list.json", list)
	assert.NotNil(t, empty)
	assert.Empty(t, empty)

	shell := &workato.Connection{
		ID: 7015, Name: "jira_connection", Provider: "jira", CreatedAt: created, UpdatedAt: created, FolderID: workato.Ptr[int64](1892),
	}
	assert.Equal(t, shell, decoded(t, "connections/shell.json", create))
	assert.Equal(t, shell, decoded(t, "connections/shell.json", update))
	assert.False(t, shell.Authorized())

	refused := decoded(t, "connections/refused_credentials.json", update)
	assert.False(t, refused.Authorized())
	assert.Equal(t, workato.AuthorizationFailed, refused.AuthorizationStatus)
	assert.Equal(t, workato.Ptr("401 from the application"), refused.AuthorizationError)

	twin := decoded(t, "connections/twin.json", list)[0]
	assert.Equal(t, "jira", twin.Application)
	assert.Equal(t, workato.Ptr("of the sync"), twin.Description)
	assert.Equal(t, workato.Ptr[int64](649), twin.ProjectID)

	loose := decoded(t, "connections/loose.json", create)
	assert.Equal(t, int64(7016), loose.ID)
	assert.Equal(t, workato.AuthorizationStatus("pending_review"), loose.AuthorizationStatus)
	assert.Equal(t, workato.Ptr("128904"), loose.ExternalID)
	assert.Equal(t, workato.Ptr[int64](4410), loose.FolderID)
	assert.Nil(t, loose.ParentID)
	assert.Nil(t, loose.AuthorizedAt)
	assert.Nil(t, loose.ConnectionLostAt)
	assert.Nil(t, loose.ConnectionLostReason)
	assert.True(t, loose.CreatedAt.Equal(at("2024-04-30T10:00:00Z")))
	assert.True(t, loose.UpdatedAt.Equal(at("2024-04-30T08:00:00.1Z")))

	for _, name := range []string{"disconnected", "disconnected_list"} {
		c := newClient(t, responding(response{body: fixture(t, "connections/"+name+".json")}))
		assert.NoError(t, c.Connections.Disconnect(t.Context(), customerID, 7012, nil), name)
	}
	c := newClient(t, responding(response{body: fixture(t, "connections/deleted.json")}))
	assert.NoError(t, c.Connections.Delete(t.Context(), customerID, 7012))
}

func TestConnectionInUse(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"connections.delete", "connections.disconnect"} {
		for _, status := range []int{200, 400, 409, 422} {
			for _, body := range []string{
				fixture(t, "connections/in_use.json"),
				`{"success": false, "status": "rejected"}`,
				`{"result": {"success": false, "status": "rejected", "message": "used by active recipes"}}`,
				`{"success": false, "message": "Connection is used by active recipes"}`,
			} {
				err := failing(t, op, response{status: status, body: body})
				var inUse *workato.ConnectionInUseError
				require.ErrorAs(t, err, &inUse, "%s %d %s", op, status, body)
				assert.ErrorIs(t, err, workato.ErrRejected)
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr)
				assert.Equal(t, status, apiErr.StatusCode)
				assert.True(t, apiErr.Rejected)
				assert.Equal(t, apiErr.Error(), err.Error())
			}
		}
	}
	var inUse *workato.ConnectionInUseError
	assert.NotErrorAs(t, failing(t, "connections.delete", response{status: 404, body: `{"message": "Not found"}`}), &inUse)
	assert.NotErrorAs(t, failing(t, "connections.delete", response{body: `{"success": false, "message": "other"}`}), &inUse)
	assert.NotErrorAs(t, failing(t, "managed_users.get", response{body: fixture(t, "connections/in_use.json")}), &inUse)
}
