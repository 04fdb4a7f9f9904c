package workatotest

import (
	"fmt"
	"slices"
)

// beforeHook is a function that waits for a request.
type beforeHook struct {
	// match has the name of the operation.
	match Fault
	call  int
	seen  int
	do    func(Request)
}

// Before calls a function once, before the n-th request of an operation from
// now on is handled: to change the state while a job runs. 0 and 1 are the next
// one. The name is that of [Fault.On]: "connections.create", "connections.*",
// or nothing for every request.
//
//	fake.Before("connections.list", 2, func(workatotest.Request) {
//		fake.RemoveCustomer("b")
//	})
//
// The function gets the request as the log will have it, without a status. It
// may call the server, runs in the goroutine that serves the request, and should
// report with t.Error and not t.Fatal. An unknown operation ends the test, or
// panics on a server without one; a function that was never called is one of
// [Server.Problems].
func (s *Server) Before(operation string, n int, do func(Request)) {
	if !namesOperation(operation) {
		s.fatal(fmt.Errorf("before: no such operation %q", operation))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, &beforeHook{match: Fault{On: operation}, call: max(n, 1), do: do})
}

// namesOperation reports whether there is an operation of that name or pattern.
func namesOperation(on string) bool {
	match := Fault{On: on}
	return match.names(storeRoute) || slices.ContainsFunc(routes, match.names)
}

// due counts a request and returns the functions to call before it is handled.
func (s *Server) due(r *route) []func(Request) {
	var now []func(Request)
	s.hooks = slices.DeleteFunc(s.hooks, func(h *beforeHook) bool {
		if !h.match.names(r) {
			return false
		}
		h.seen++
		if h.seen < h.call {
			return false
		}
		now = append(now, h.do)
		return true
	})
	return now
}

// hook is one of the functions that wait for a request, nil if there is none.
func (s *Server) hook() *beforeHook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hooks) == 0 {
		return nil
	}
	return s.hooks[0]
}

// String names the hook in a problem.
func (h *beforeHook) String() string {
	return fmt.Sprintf("Before(%q, %d): there was no such request", h.match.On, h.call)
}
