package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// EnsureConnection makes sure that a connection is there and authorized. It is
// found by its name, and by folder and external id where want has them; two that
// match are an *AmbiguousError. One that is missing is created if want has a
// Provider, else it has to come with a package and is a *DifferentError. If it is
// not authorized, it is given want.Input: the credentials of a connection that is
// authorized are not compared, as the service does not return them.
//
// A connection whose user has to go through a consent screen (OAuth) is a
// *NeedsUserError, which is a state and no failure: the result is set, too.
// Refused credentials are an *AuthorizationError.
func EnsureConnection(ctx context.Context, c *workato.Client, id workato.CustomerID, want *ConnectionPlan, opts ...EnsureOption) (*Result[workato.Connection], error) {
	e, err := newEnsurer(c, id, opts)
	if err != nil {
		return nil, err
	}
	if want == nil || isBlank(want.Name) {
		return nil, badField("connection.name", "is required")
	}
	input, err := resolveAll("connection.input", want.Input)
	if err != nil {
		return nil, err
	}
	return e.connection(ctx, want, input)
}

// NeedsUserError says that a person has to go through the consent screen of a
// connection.
type NeedsUserError struct {
	ConnectionID int64
	Name         string
	// Since is when the connection was lost or made.
	Since time.Time
	// Reason is what the service says of it, if anything.
	Reason string
}

func (e *NeedsUserError) Error() string {
	text := fmt.Sprintf("provision: connection %q (id %d) needs its user", e.Name, e.ConnectionID)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// AuthorizationError says that the application has refused the credentials of a
// connection.
type AuthorizationError struct {
	ConnectionID int64
	Name         string
	Status       workato.AuthorizationStatus
	Reason       string
}

func (e *AuthorizationError) Error() string {
	return fmt.Sprintf("provision: the credentials of connection %q (id %d) were refused: %s", e.Name, e.ConnectionID, cmp.Or(e.Reason, string(e.Status)))
}

func (e *ensurer) connection(ctx context.Context, want *ConnectionPlan, input map[string]any) (*Result[workato.Connection], error) {
	e.voice.step(want.address())
	folderID, err := e.folderOf(ctx, want.Folder)
	if err != nil {
		return nil, err
	}
	what := "connection " + want.Name
	look := func(ctx context.Context) (*workato.Connection, error) { return e.findConnection(ctx, want, folderID) }
	have, err := look(ctx)
	switch {
	case err != nil:
		return nil, err
	case have == nil && e.resting():
		return &Result[workato.Connection]{Did: Created, Diff: want.diff(nil)}, e.different(what, true, nil)
	case have == nil && want.Provider == "":
		return nil, &DifferentError{What: what, Missing: true}
	case have == nil:
		have, did, err := once(ctx, e, want.address(), look, func(ctx context.Context) (*workato.Connection, error) {
			return e.client.Connections.Create(ctx, e.customer, &workato.ConnectionCreateParams{
				Name: want.Name, Provider: want.Provider, FolderID: folderID, ExternalID: want.ExternalID, Input: input,
			})
		})
		if err != nil {
			return nil, err
		}
		e.keepConnection(have)
		result := &Result[workato.Connection]{Value: have, Did: did, Diff: want.diff(nil)}
		return result, authorized(have, len(input) > 0 && did == Created)
	case want.Provider != "" && have.Provider != "" && want.Provider != have.Provider:
		return nil, &DifferentError{What: what, Diff: []FieldDiff{{Field: "provider", Have: have.Provider, Want: want.Provider}}}
	}
	return e.changeConnection(ctx, have, want, input)
}

// folderOf returns the id of the folder of the plan, 0 for none, -1 for one that
// is not there yet.
func (e *ensurer) folderOf(ctx context.Context, path []string) (int64, error) {
	if len(path) == 0 {
		return 0, nil
	}
	f, err := e.findPath(ctx, path)
	switch {
	case err != nil:
		return 0, err
	case f != nil:
		return f.ID, nil
	case e.dry:
		return -1, nil
	}
	return 0, &DifferentError{What: "folder " + strings.Join(path, "/"), Missing: true}
}

// findConnection returns the connection, nil if there is none.
func (e *ensurer) findConnection(ctx context.Context, want *ConnectionPlan, folderID int64) (*workato.Connection, error) {
	if err := e.readConnections(ctx); err != nil {
		return nil, err
	}
	var found, labelled, unlabelled []workato.Connection
	for _, c := range e.connections {
		if c.Name != want.Name || folderID != 0 && c.FolderID != nil && *c.FolderID != folderID {
			continue
		}
		found = append(found, c)
		switch textOf(c.ExternalID) {
		case want.ExternalID:
			labelled = append(labelled, c)
		case "":
			unlabelled = append(unlabelled, c)
		}
	}
	switch {
	case want.ExternalID == "":
	case len(labelled) > 0:
		found = labelled
	default:
		found = unlabelled
	}
	switch len(found) {
	case 0:
		return nil, nil //nolint:nilnil // there is none
	case 1:
		return &found[0], nil
	}
	return nil, &AmbiguousError{What: "connection", Name: want.Name, IDs: ids(found, func(c workato.Connection) int64 { return c.ID })}
}

func (e *ensurer) readConnections(ctx context.Context) error {
	if e.connections != nil || e.fresh {
		return nil
	}
	list, err := e.client.Connections.List(ctx, e.customer, nil)
	if err != nil {
		return err
	}
	e.connections = append([]workato.Connection{}, list...)
	return nil
}

// keepConnection notes a connection as the service has returned it.
func (e *ensurer) keepConnection(c *workato.Connection) {
	e.connections = append(slices.DeleteFunc(e.connections, func(old workato.Connection) bool { return old.ID == c.ID }), *c)
}

func (e *ensurer) changeConnection(ctx context.Context, have *workato.Connection, want *ConnectionPlan, input map[string]any) (*Result[workato.Connection], error) {
	var update workato.ConnectionUpdateParams
	var d differences
	d.text("external_id", textOf(have.ExternalID), want.ExternalID, &update.ExternalID)
	give := !have.Authorized() && len(input) > 0
	if give {
		d.add("authorization_status", string(have.AuthorizationStatus), string(workato.AuthorizationSuccess))
		d.secret("input", false)
		update.Input = input
	}
	result := &Result[workato.Connection]{Value: have, Did: Unchanged, Diff: d}
	switch {
	case len(d) > 0:
		result.Did = Changed
	default:
		return result, authorized(have, false)
	}
	if e.resting() {
		return result, e.different("connection "+want.Name, false, d)
	}
	now, err := e.client.Connections.Update(ctx, e.customer, have.ID, &update)
	if err != nil {
		return result, err
	}
	result.Value = now
	e.keepConnection(now)
	return result, authorized(now, give)
}

// authorized returns why a connection cannot be used, nil if it can. given says
// that it was just given credentials.
func authorized(c *workato.Connection, given bool) error {
	reason := cmp.Or(textOf(c.AuthorizationError), textOf(c.ConnectionLostReason))
	switch {
	case c.Authorized():
		return nil
	case given && c.AuthorizationStatus != "" && c.AuthorizationStatus != workato.AuthorizationSuccess:
		return &AuthorizationError{ConnectionID: c.ID, Name: c.Name, Status: c.AuthorizationStatus, Reason: reason}
	}
	e := &NeedsUserError{ConnectionID: c.ID, Name: c.Name, Since: c.CreatedAt, Reason: reason}
	if c.ConnectionLostAt != nil {
		e.Since = *c.ConnectionLostAt
	}
	return e
}

// needsUser reports whether an error says that a user has to act.
func needsUser(err error) bool {
	var e *NeedsUserError
	return errors.As(err, &e)
}

func (c *ConnectionPlan) address() string {
	return "connections/" + strings.Join(append(slices.Clone(c.Folder), c.Name), "/")
}

// diff are the fields of a new connection.
func (c *ConnectionPlan) diff(d differences) []FieldDiff {
	var ignored workato.Opt[string]
	d.text("name", "", c.Name, &ignored)
	d.text("provider", "", c.Provider, &ignored)
	d.text("external_id", "", c.ExternalID, &ignored)
	if len(c.Input) > 0 {
		d.secret("input", false)
	}
	return d
}
