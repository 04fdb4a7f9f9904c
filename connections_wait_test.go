package workato_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// connectionStates responds with the list of connections, one state per poll;
// the last one stays. "" leaves the connection out.
func connectionStates(states ...string) *recorder {
	responses := make([]response, 0, len(states))
	for _, state := range states {
		rows := `{"id": 11, "name": "other", "provider": "jira", "authorization_status": "success"}`
		if state != "" {
			rows += `, {"id": 12, "name": "wanted", "provider": "jira", ` + state + `}`
		}
		responses = append(responses, response{body: `{"result": [` + rows + `]}`})
	}
	return responding(responses...)
}

func TestConnectionsWaitAuthorized(t *testing.T) {
	const shell, authorised = `"authorization_status": null`, `"authorization_status": "success"`
	for _, row := range []struct {
		name   string
		states []string
		looks  int
		check  func(*testing.T, *workato.Connection, error)
	}{
		{"appears late, then is authorised", []string{"", "", shell, authorised}, 4, func(t *testing.T, c *workato.Connection, err error) {
			require.NoError(t, err)
			assert.EqualValues(t, 12, c.ID)
		}},
		{
			"is authorised but lost, until it is found again",
			[]string{authorised + `, "connection_lost_at": "2024-06-01T12:00:00Z"`, authorised},
			2,
			func(t *testing.T, _ *workato.Connection, err error) {
				require.NoError(t, err)
			},
		},
		{
			"is refused",
			[]string{shell, `"authorization_status": "failed", "authorization_error": "bad password for ` + testToken + `"`},
			2,
			func(t *testing.T, _ *workato.Connection, err error) {
				var refused *workato.FailedError[workato.Connection]
				require.ErrorAs(t, err, &refused)
				assert.EqualValues(t, 12, refused.Last.ID)
				require.ErrorContains(t, err, "connection 12: failed: bad password")
				assert.NotContains(t, err.Error(), testToken)
			},
		},
		{"is deleted meanwhile", []string{shell, ""}, 2, func(t *testing.T, _ *workato.Connection, err error) {
			require.ErrorIs(t, err, workato.ErrNotFound)
		}},
		{"never comes", []string{""}, 0, func(t *testing.T, _ *workato.Connection, err error) {
			require.ErrorIs(t, err, workato.ErrWaitTimeout)
			var waited *workato.WaitError[workato.Connection]
			require.ErrorAs(t, err, &waited)
			assert.Nil(t, waited.Last)
			require.ErrorContains(t, err, "not there yet")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := connectionStates(row.states...)
				updates := 0
				c, err := newClient(t, transport).Connections.WaitAuthorized(t.Context(), customerID, 12, &workato.WaitParams[workato.Connection]{
					MaxWait: time.Minute, OnUpdate: func(*workato.Connection) { updates++ },
				})
				row.check(t, c, err)
				if row.looks > 0 {
					assert.Len(t, transport.all(), row.looks)
				}
				assert.LessOrEqual(t, updates, len(transport.all()))
				assert.Contains(t, transport.all()[0].Query, "include_runtime_connections")
			})
		})
	}

	_, err := newClient(t, connectionStates("")).Connections.WaitAuthorized(t.Context(), customerID, -1, nil)
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	assert.True(t, strings.Contains(err.Error(), "connectionID") && strings.Contains(err.Error(), strconv.Itoa(-1)))
}
