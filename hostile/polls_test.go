package hostile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestPolls: a wait polls no more than the service allows, and survives passing
// errors.
func TestPolls(t *testing.T) {
	t.Parallel()
	done := says(200, `{"id":12,"status":"completed"}`)
	missing := says(404, `{"message":"Not found"}`)
	promise(t, "waits between two polls for as long as the service asks", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(429, ``, "Retry-After", "600"), says(503, ``, "Retry-After", "300"), done)
			began := time.Now()
			_, err := s.client(t).Imports.Wait(t.Context(), lentCustomer, 12, &workato.ImportWaitParams{MaxWait: time.Hour})
			require.NoError(t, err)
			require.Len(t, s.arrived(), 3)
			assert.GreaterOrEqual(t, time.Since(began), 15*time.Minute)
			assert.Less(t, time.Since(began), 21*time.Minute)
		})
	})
	promise(t, "treats a 404 right after a create as a failed poll, and one that stays as the result", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(missing, missing, done)
			_, err := s.client(t).Imports.Wait(t.Context(), lentCustomer, 12, nil)
			require.NoError(t, err)
		})
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(missing)
			_, err := s.client(t).Imports.Wait(t.Context(), lentCustomer, 12, nil)
			require.ErrorIs(t, err, workato.ErrNotFound)
			require.Len(t, s.arrived(), 4)
		})
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(missing, says(401, ``))
			_, err := s.client(t).Imports.Wait(t.Context(), lentCustomer, 12, nil)
			require.ErrorIs(t, err, workato.ErrUnauthorized)
			require.Len(t, s.arrived(), 2)
		})
	})
	promise(t, "names the operation of a wait that has used up its time", func(t *testing.T) {
		inBubbles(t, func(t *testing.T, s *server) {
			s.script(says(200, goodImport))
			_, err := s.client(t).Imports.Wait(t.Context(), lentCustomer, 12, &workato.ImportWaitParams{MaxWait: time.Minute})
			var call *workato.CallError
			require.ErrorAs(t, err, &call)
			require.Equal(t, "imports.get", call.Operation)
		})
	})
}

// TestOtherObjects: the state of another object does not count.
func TestOtherObjects(t *testing.T) {
	t.Parallel()
	promise(t, "refuses the state of another import, export, package or deployment as a response", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, `{"id":13,"status":"completed","state":"success"}`))
		c := s.client(t)
		for name, look := range map[string]func(id int64) error{
			"import":     func(id int64) error { _, err := c.Imports.Get(t.Context(), lentCustomer, id); return err },
			"export":     func(id int64) error { _, err := c.Exports.Get(t.Context(), lentCustomer, id); return err },
			"package":    func(id int64) error { _, err := c.Packages.Get(t.Context(), id); return err },
			"deployment": func(id int64) error { _, err := c.Deployments.Get(t.Context(), lentCustomer, id); return err },
			"build":      func(id int64) error { _, err := c.Deployments.GetBuild(t.Context(), lentCustomer, id); return err },
		} {
			require.NoError(t, look(13), name)
			require.ErrorIs(t, look(12), workato.ErrUnexpectedResponse, name)
		}
	})
}
