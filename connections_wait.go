package workato

import (
	"context"
	"fmt"
	"net/http"
)

// WaitAuthorized polls a connection until its credentials are accepted, for
// example after an import, while a person goes through the application's
// consent screen. It also waits for the connection to appear: those of an
// import appear late. The states failed and exception are a
// *FailedError[Connection]: give new credentials and wait again. A connection
// that disappears is ErrNotFound. If the wait itself ends first, the error is a
// *WaitError[Connection].
//
// A person may take days. A job that must not wait so long can check now and
// then with List. Each poll lists all connections of the workspace, because
// there is no endpoint for a single one.
//
// https://docs.workato.com/oem/oem-api/connections.html#list-connections
func (s *ConnectionService) WaitAuthorized(ctx context.Context, customerID CustomerID, connectionID int64, params *WaitParams[Connection], opts ...CallOption) (*Connection, error) {
	if err := requiredID("connectionID", connectionID); err != nil {
		return nil, err
	}
	seen := false
	look := func(ctx context.Context) (*Connection, error) {
		all, err := s.List(ctx, customerID, &ConnectionListParams{IncludeRuntimeConnections: true}, opts...)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].ID == connectionID {
				seen = true
				return &all[i], nil
			}
		}
		if seen {
			return nil, s.core.late(&connectionsList, http.StatusNotFound, fmt.Sprintf("connection %d is gone", connectionID))
		}
		return nil, errNotYet
	}
	return await(ctx, params, &connectionsList, look, func(c *Connection) (bool, error) {
		switch {
		case c.Authorized():
			return true, nil
		case c.AuthorizationStatus == AuthorizationFailed || c.AuthorizationStatus == AuthorizationException:
			var reason string
			if c.AuthorizationError != nil {
				reason = *c.AuthorizationError
			}
			return true, failedWait(s.core, &connectionsList, c, fmt.Sprintf("connection %d", c.ID), string(c.AuthorizationStatus), reason)
		}
		return false, nil
	})
}
