package workatotest

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

// Authorize makes a connection work, like a person who goes through the
// application's consent screen. Here and below a customer is named by its
// external id or, in digits, its id; an empty text is the partner's own
// workspace. A missing object ends the test, or panics on a server without one.
func (s *Server) Authorize(customer, connection string) {
	s.must(s.authorize(customer, connection))
}

func (s *Server) authorize(customer, connection string) error {
	return s.editConnection(customer, connection, func(conn *Connection) { conn.markAuthorized(s.now()) })
}

// LoseConnection makes a connection lose its authorization, as if its password
// was changed in the application.
func (s *Server) LoseConnection(customer, connection, reason string) {
	s.must(s.loseConnection(customer, connection, reason))
}

func (s *Server) loseConnection(customer, connection, reason string) error {
	return s.editConnection(customer, connection, func(conn *Connection) {
		conn.AuthorizationStatus, conn.AuthorizationError = StatusFailed, reason
		conn.LostAt, conn.LostReason = s.now(), reason
	})
}

// RefuseConnection makes the connected application refuse the credentials of a
// connection, as if a person mistyped them on the consent screen.
func (s *Server) RefuseConnection(customer, connection, reason string) {
	s.must(s.refuseConnection(customer, connection, reason))
}

func (s *Server) refuseConnection(customer, connection, reason string) error {
	return s.editConnection(customer, connection, func(conn *Connection) { conn.markRefused(reason) })
}

// RunRecipe makes a recipe run once: the given job, with defaults filled in, is
// added to its list of jobs.
func (s *Server) RunRecipe(customer, recipe string, job Job) {
	s.must(s.runRecipe(customer, recipe, job))
}

func (s *Server) runRecipe(customer, recipe string, job Job) error {
	return s.editRecipe(customer, recipe, func(r *Recipe) { s.addJob(r, &job) })
}

// StopRecipe stops a recipe as the service does by itself, with a cause such as
// "trigger_errors_limit".
func (s *Server) StopRecipe(customer, recipe, cause string) {
	s.must(s.stopRecipe(customer, recipe, cause))
}

func (s *Server) stopRecipe(customer, recipe, cause string) error {
	return s.editRecipe(customer, recipe, func(r *Recipe) {
		r.Running, r.StopCause, r.StoppedAt = false, cause, s.now()
	})
}

// AcceptInvitation turns the invitation for an e-mail address into a member.
func (s *Server) AcceptInvitation(customer, email string) {
	s.must(s.acceptInvitation(customer, email))
}

func (s *Server) acceptInvitation(customer, email string) error {
	return s.edit(customer, func(ws *Customer) error {
		for _, m := range ws.Members {
			if m.Invited && m.Email == email {
				m.Invited, m.CreatedAt = false, s.now()
				return nil
			}
		}
		return &strictjson.PlaceError{Place: "email", Problem: fmt.Sprintf("no invitation for %q", email)}
	})
}

// RemoveCustomer deletes a customer without the job under test knowing.
func (s *Server) RemoveCustomer(customer string) {
	s.must(s.removeCustomer(customer))
}

func (s *Server) removeCustomer(customer string) error {
	return s.edit(customer, func(ws *Customer) error {
		if ws == s.state.Own {
			return &strictjson.PlaceError{Place: "customer", Problem: "the partner's own workspace cannot be removed"}
		}
		s.removeWorkspace(ws)
		return nil
	})
}

// Advance advances the server's clock: quotas become free again, download links
// expire, later events have a later time. Nothing else depends on the clock.
func (s *Server) Advance(d time.Duration) {
	s.must(s.advance(d))
}

// hundredYears bounds how far the clock can be advanced.
const hundredYears = 100 * 365 * 24 * time.Hour

func (s *Server) advance(d time.Duration) error {
	if ahead := time.Duration(s.ahead.Load()); d < 0 || d > hundredYears-ahead {
		return &strictjson.PlaceError{Place: "seconds", Problem: fmt.Sprintf("%v is not between 0 and what is left of a hundred years", d)}
	}
	s.ahead.Add(int64(d))
	return nil
}

// Reset restores the initial state of the server: the options stay, and its
// content, faults, request log, used quotas and clock are reset.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead.Store(0)
	s.faults, s.hooks, s.problems, s.log = nil, nil, nil, requestLog{}
	clear(s.quotas)
	clear(s.links)
	s.empty()
}

// must reports a mistake of the test itself.
func (s *Server) must(err error) {
	if err == nil {
		return
	}
	if t := s.options.tb; t != nil {
		t.Helper()
	}
	var at *strictjson.PlaceError
	if errors.As(err, &at) {
		err = errors.New(at.Problem)
	}
	s.fatal(err)
}

// edit changes a workspace. The error names the wrong argument by its field in
// a request to [Server.ControlHandler].
func (s *Server) edit(customer string, change func(*Customer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ws := s.named(customer)
	if ws == nil {
		return &strictjson.PlaceError{Place: "customer", Problem: fmt.Sprintf("no customer %q", customer)}
	}
	return change(ws)
}

func (s *Server) editConnection(customer, connection string, change func(*Connection)) error {
	return s.edit(customer, func(ws *Customer) error {
		conn := connectionNamed(ws, connection)
		if conn == nil {
			return &strictjson.PlaceError{Place: "connection", Problem: fmt.Sprintf("no connection %q", connection)}
		}
		change(conn)
		return nil
	})
}

func (s *Server) editRecipe(customer, recipe string, change func(*Recipe)) error {
	return s.edit(customer, func(ws *Customer) error {
		r := recipeNamed(ws, recipe)
		if r == nil {
			return &strictjson.PlaceError{Place: "recipe", Problem: fmt.Sprintf("no recipe %q", recipe)}
		}
		change(r)
		return nil
	})
}
