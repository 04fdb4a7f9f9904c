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

// TestEffects: a Create whose answer may be lost is sent once, its outcome is
// unknown and the error says how to look. Everything else is sent again.
func TestEffects(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			effect := operation(t, e.Operation).Effect
			assert.Equal(t, apitest.EndpointOf(e.Operation).Effect, effect.String(), "the ledger")
			for _, status := range []int{408, 500, 502, 503, 504} {
				transport := answering(answer{status: status, body: `{}`})
				c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
				err := callOf(e.Operation)(t.Context(), c, customerID)
				require.Error(t, err)
				once := effect == workato.Create
				assert.Equal(t, once, errors.Is(err, workato.ErrOutcomeUnknown), status)
				if once {
					assert.Len(t, transport.all(), 1)
					_, hint, found := strings.Cut(err.Error(), "the outcome is unknown: ")
					assert.True(t, found)
					assert.NotEqual(t, "look before you try again", hint, "each create says how to look")
				} else {
					assert.Len(t, transport.all(), 3)
					assert.ErrorContains(t, err, "after 3 attempts")
				}
			}
			assert.NotErrorIs(t, failing(t, e.Operation, answer{status: 400, body: `{}`}), workato.ErrOutcomeUnknown)
		})
	}
	t.Run("an update that adds to a limit", func(t *testing.T) {
		t.Parallel()
		transport := answering(answer{status: 500})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		_, err := c.ManagedUsers.Update(t.Context(), customerID, &workato.ManagedUserUpdateParams{TaskLimitAdjustment: workato.Set[int64](5)})
		assert.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		transport.only(t)
	})
	t.Run("the caller takes the risk", func(t *testing.T) {
		t.Parallel()
		transport := answering(answer{status: 500}, answer{body: `{"id": 7}`})
		c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1}))
		folder, err := c.Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"}, workato.AssumeIdempotent())
		require.NoError(t, err)
		assert.Equal(t, int64(7), folder.ID)
		assert.Len(t, transport.all(), 2)
	})
}

// TestRepeats loses the first answer and looks what a second request would do.
func TestRepeats(t *testing.T) {
	t.Parallel()
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		effect := operation(t, e.Operation).Effect
		if e.Operation == "managed_users.update" && strings.Contains(tc.JSON, `"task_limit_adjustment"`) {
			effect = workato.Create // it adds to what is there
		}
		synctest.Test(t, func(t *testing.T) {
			transport := answering(answer{status: 502, body: "<html><title>502 Bad Gateway</title></html>"}, answer{body: e.Answer()})
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

// TestDeletionsThatMeetTheirOwnEffect: the answer of a deletion is lost, and the
// repeat finds nothing left to delete.
func TestDeletionsThatMeetTheirOwnEffect(t *testing.T) {
	t.Parallel()
	gone := answer{status: http.StatusNotFound, body: `{"message": "Not found"}`}
	for _, e := range apitest.All() {
		if operation(t, e.Operation).Method != http.MethodDelete {
			continue
		}
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{status: 503, body: `gone wrong`}, gone)
			c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
			require.NoError(t, e.Call.Do(t.Context(), c, customerID))
			assert.Len(t, transport.all(), 2)
			assert.ErrorIs(t, failing(t, e.Operation, gone), workato.ErrNotFound, "there was nothing to begin with")
		})
	}
}

// TestWriteGuard runs every call against a guarded customer: reads pass, writes
// do not.
func TestWriteGuard(t *testing.T) {
	t.Parallel()
	customers := []workato.CustomerID{workato.AccountID(98178), workato.ExternalID(awkwardID)}
	overCases(t, func(t *testing.T, e *apitest.Entry, tc *apitest.Case) {
		op := operation(t, e.Operation)
		for _, id := range customers {
			transport := answering(answer{body: e.Answer()})
			c := newClient(t, transport, workato.WithWriteGuard(customers...))
			err := tc.Call.Do(t.Context(), c, id)
			if !strings.Contains(op.Path, "{customer}") || op.Effect == workato.Read {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, workato.ErrWriteGuarded)
			assertRefused(t, err, "customer")
			assert.Empty(t, transport.all())

			err = tc.Call.Do(t.Context(), c, workato.AccountID(981))
			if op.Name == "deployments.deploy" { // to PROD, from whatever customer
				require.ErrorIs(t, err, workato.ErrWriteGuarded)
				assertRefused(t, err, "EnvironmentType")
				continue
			}
			require.NoError(t, err, "another customer")
			assert.NotEmpty(t, transport.all())
		}
	})
}
