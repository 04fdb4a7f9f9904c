package workato_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// TestEffects: a Create whose response may be lost is sent once, its outcome is
// unknown and the error says how to check. Everything else is retried.
func TestEffects(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			effect := operation(t, e.Operation).Effect
			assert.Equal(t, apitest.EndpointOf(e.Operation).Effect, effect.String(), "the ledger")
			for _, status := range []int{408, 500, 502, 503, 504} {
				transport := responding(response{status: status, body: `{}`})
				c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
				err := callOf(e.Operation)(t.Context(), c, customerID)
				require.Error(t, err)
				once := effect == workato.Create
				assert.Equal(t, once, errors.Is(err, workato.ErrOutcomeUnknown), status)
				if once {
					assert.Len(t, transport.all(), 1)
					_, hint, found := strings.Cut(err.Error(), "the outcome is unknown: ")
					assert.True(t, found)
					assert.NotEqual(t, "check before you try again", hint, "each create says how to check")
				} else {
					assert.Len(t, transport.all(), 3)
					assert.ErrorContains(t, err, "after 3 attempts")
				}
			}
			assert.NotErrorIs(t, failing(t, e.Operation, response{status: 400, body: `{}`}), workato.ErrOutcomeUnknown)
		})
	}
	t.Run("an update that adds to a limit", func(t *testing.T) {
		t.Parallel()
		transport := responding(response{status: 500})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		_, err := c.ManagedUsers.Update(t.Context(), customerID, &workato.ManagedUserUpdateParams{TaskLimitAdjustment: workato.Set[int64](5)})
		assert.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		transport.only(t)
	})
	t.Run("the caller takes the risk", func(t *testing.T) {
		t.Parallel()
		transport := responding(response{status: 500}, response{body: `{"id": 7}`})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		folder, err := c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"}, workato.AssumeIdempotent())
		require.NoError(t, err)
		assert.Equal(t, int64(7), folder.ID)
		assert.Len(t, transport.all(), 2)
	})
}

// TestRetries loses the first response and checks the effect of a second
// request.
func TestRetries(t *testing.T) {
	t.Parallel()
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		effect := operation(t, e.Operation).Effect
		if e.Operation == "managed_users.update" && strings.Contains(tc.JSON, `"task_limit_adjustment"`) {
			effect = workato.Create // it adds to what is there
		}
		synctest.Test(t, func(t *testing.T) {
			transport := responding(response{status: 502, body: "<html><title>502 Bad Gateway</title></html>"}, response{body: e.Response()})
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}))
			err := tc.Call.Do(t.Context(), c, customerID)
			if effect == workato.Create {
				require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
				assert.Len(t, transport.all(), 1)
				return
			}
			require.NoError(t, err)
			assert.Len(t, transport.all(), 2)
		})
	})
}

// TestDeletionsThatMeetTheirOwnEffect: the response to a delete is lost, and
// the retry finds nothing left to delete.
func TestDeletionsThatMeetTheirOwnEffect(t *testing.T) {
	t.Parallel()
	gone := response{status: http.StatusNotFound, body: `{"message": "Not found"}`}
	for _, e := range apitest.All() {
		if operation(t, e.Operation).Method != http.MethodDelete {
			continue
		}
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			transport := responding(response{status: 503, body: `gone wrong`}, gone)
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
			require.NoError(t, e.Call.Do(t.Context(), c, customerID))
			assert.Len(t, transport.all(), 2)
			assert.ErrorIs(t, failing(t, e.Operation, gone), workato.ErrNotFound, "there was nothing to delete")
		})
	}
}

// TestOwnEffect: a retry that meets the effect of an earlier attempt, whose
// response was lost, is a success and says so.
func TestOwnEffect(t *testing.T) {
	t.Parallel()
	for op, refusal := range map[string]response{
		"connections.delete":               {status: 404, body: `{"message": "Not found"}`},
		"members.remove_legacy":            {status: 404, body: `{"message": "Not found"}`},
		"identity_users.remove_from_group": {status: 404, body: `{"message": "Not found"}`},
		"recipes.start":                    {status: 400, body: `{"message": "Recipe is already running"}`},
		"recipes.stop":                     {body: `{"success": false, "errors": {"state": ["Recipe is not running"]}}`},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1})
			perform := func(c *workato.Client, meta *workato.ResponseMeta) error {
				option := workato.WithResponse(meta)
				switch op {
				case "connections.delete":
					return c.Connections.Delete(t.Context(), customerID, 1, option)
				case "members.remove_legacy":
					return c.Members.RemoveLegacy(t.Context(), customerID, 1, option)
				case "identity_users.remove_from_group":
					return c.IdentityUsers.RemoveFromGroup(t.Context(), customerID, "u-1", &workato.IdentityUserGroupParams{UserGroupID: "g-1"}, option)
				case "recipes.start":
					return c.Recipes.Start(t.Context(), customerID, 1, option)
				}
				return c.Recipes.Stop(t.Context(), customerID, 1, option)
			}
			var meta workato.ResponseMeta
			require.NoError(t, perform(newClient(t, responding(response{status: 502}, refusal), retry), &meta))
			assert.True(t, meta.MetOwnEffect)
			assert.Equal(t, 2, meta.Attempts)

			meta = workato.ResponseMeta{}
			require.Error(t, perform(newClient(t, responding(refusal), retry), &meta), "nothing was lost before")
			assert.False(t, meta.MetOwnEffect)

			require.Error(t, perform(newClient(t, responding(response{status: 429}, refusal), retry), &meta), "a 429 did nothing")
			assert.False(t, meta.MetOwnEffect)
		})
	}
}

// TestOneOfSeveralGone: a retry of a removal that names several objects and finds
// one of them gone does not know whether an earlier attempt removed the others.
func TestOneOfSeveralGone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for op, remove := range map[string]func(c *workato.Client, ids []int64, opts ...workato.CallOption) error{
		"lookup_tables.batch_delete": func(c *workato.Client, ids []int64, opts ...workato.CallOption) error {
			return c.LookupTables.BatchDelete(ctx, customerID, &workato.LookupTableBatchDeleteParams{IDs: ids}, opts...)
		},
		"collaborator_groups.remove_members": func(c *workato.Client, ids []int64, opts ...workato.CallOption) error {
			params := &workato.CollaboratorGroupRemoveMembersParams{UserIDs: ids[:1], MemberInvitationIDs: ids[1:]}
			return c.CollaboratorGroups.RemoveMembers(ctx, customerID, "am-1", params, opts...)
		},
		"mcp_servers.remove_user_groups": func(c *workato.Client, ids []int64, opts ...workato.CallOption) error {
			params := &workato.MCPServerUserGroupsParams{IDPUserGroupIDs: []string{"a", "b"}[:len(ids)]}
			return c.MCPServers.RemoveUserGroups(ctx, customerID, "mcps-1", params, opts...)
		},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			client := func(responses ...response) *workato.Client {
				return newClient(t, responding(responses...), workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
			}
			lost, gone := response{status: 502}, response{status: 404, body: `{"message": "Not found"}`}
			var meta workato.ResponseMeta
			require.NoError(t, remove(client(lost, gone), []int64{1}, workato.WithResponse(&meta)))
			assert.True(t, meta.MetOwnEffect)

			meta = workato.ResponseMeta{}
			err := remove(client(lost, gone), []int64{1, 2}, workato.WithResponse(&meta))
			require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
			require.ErrorIs(t, err, workato.ErrNotFound)
			assert.False(t, meta.MetOwnEffect)
			assert.ErrorContains(t, err, "the outcome is unknown: see with "+strings.SplitAfter(op, ".")[0])
			assert.NotErrorIs(t, remove(client(gone), []int64{1, 2}), workato.ErrOutcomeUnknown, "nothing was lost before")
		})
	}
}
