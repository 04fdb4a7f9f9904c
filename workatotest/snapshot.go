package workatotest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Snapshot returns a copy of the server's state. It can be kept, compared with
// [State.Diff] and seeded into another server.
func (s *Server) Snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	copied, err := clone(s.state)
	if err != nil {
		panic("workatotest: state cannot be copied: " + err.Error())
	}
	copied.AdvancedSeconds = time.Duration(s.ahead.Load()).Seconds()
	return copied
}

// Restore replaces the server's state with a snapshot.
func (s *Server) Restore(state State) error {
	fresh := NewServer(WithClock(s.now))
	defer fresh.Close()
	if len(state.Connectors) > 0 {
		fresh.state.Connectors = nil
	}
	// The own workspace of the snapshot replaces the new server's.
	if state.Own != nil {
		fresh.state.Own = &Customer{Properties: map[string]string{}}
	}
	if err := fresh.Seed(state); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.customers = fresh.state, fresh.customers
	s.takeTime(state)
	return nil
}

// Customer returns a copy of the customer or environment with an external id
// or, in digits, an id; of the partner's own workspace if the text is empty. A
// missing one ends the test, or panics on a server without one.
func (s *Server) Customer(id string) Customer {
	if t := s.options.tb; t != nil {
		t.Helper()
	}
	s.mu.Lock()
	ws := s.named(id)
	if ws == nil {
		s.mu.Unlock()
		s.fatal(fmt.Errorf("no customer %q", id))
		return Customer{}
	}
	defer s.mu.Unlock()
	copied, err := clone(*ws)
	if err != nil {
		panic("workatotest: state cannot be copied: " + err.Error())
	}
	return copied
}

// named finds a customer or environment by its external id or, in digits, its
// id; the partner's own workspace has no name.
func (s *Server) named(id string) *Customer {
	if id == "" {
		return s.state.Own
	}
	return cmp.Or(s.customers[externalKey(id)], s.customers[id])
}

func connectionNamed(ws *Customer, name string) *Connection {
	for _, conn := range ws.Connections {
		if conn.Name == name {
			return conn
		}
	}
	return nil
}

func recipeNamed(ws *Customer, name string) *Recipe {
	for _, r := range ws.Recipes {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Connection returns the connection with a name.
func (c Customer) Connection(name string) (Connection, bool) {
	if conn := connectionNamed(&c, name); conn != nil {
		return *conn, true
	}
	return Connection{}, false
}

// Recipe returns the recipe with a name.
func (c Customer) Recipe(name string) (Recipe, bool) {
	if r := recipeNamed(&c, name); r != nil {
		return *r, true
	}
	return Recipe{}, false
}

// String lists the state by kind and name, without ids and times, so that two
// runs of the same job compare equal. Of the values of properties, which may be
// secrets, it shows a checksum.
func (s State) String() string {
	var lines []string
	if s.Own != nil {
		lines = append(lines, linesOf(s.Own, "own workspace")...)
	}
	for _, ws := range s.Customers {
		lines = append(lines, linesOf(ws, "customer "+cmp.Or(ws.ExternalID, ws.Name))...)
	}
	return strings.Join(lines, "\n") + "\n"
}

// linesOf describes a workspace, a line for each object.
func linesOf(ws *Customer, name string) []string {
	lines := []string{name + ": plan " + ws.PlanID}
	for _, kind := range inventory {
		kind.lines(ws, func(line string) { lines = append(lines, name+": "+line) })
	}
	for _, environment := range ws.Environments {
		lines = append(lines, linesOf(environment, name+" "+environment.Environment)...)
	}
	return lines
}

// Diff lists what another state has in addition (+) and what it lacks (-), in
// the lines of [State.String]. What those omit, such as the profile of a
// customer, is not compared.
func (s State) Diff(other State) []string {
	mine, theirs := countLines(s.String()), countLines(other.String())
	var diff []string
	for line, n := range theirs {
		for range n - mine[line] {
			diff = append(diff, "+ "+line)
		}
	}
	for line, n := range mine {
		for range n - theirs[line] {
			diff = append(diff, "- "+line)
		}
	}
	slices.SortFunc(diff, func(a, b string) int { return cmp.Or(cmp.Compare(a[2:], b[2:]), cmp.Compare(a, b)) })
	return diff
}

func countLines(text string) map[string]int {
	lines := map[string]int{}
	for line := range strings.Lines(text) {
		lines[strings.TrimSuffix(line, "\n")]++
	}
	return lines
}
