package workatotest

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-workato/workato"
)

// AssertCalls fails the test unless an operation was called n times.
func (s *Server) AssertCalls(t testing.TB, operation string, n int) {
	t.Helper()
	if calls := s.Requests(operation); len(calls) != n {
		t.Errorf("%s was called %d times, want %d; requests:\n%s", operation, len(calls), n, s.requestLines())
	}
}

// AssertSequence fails the test unless the operations were called in this
// order; there may be other requests between them.
func (s *Server) AssertSequence(t testing.TB, operations ...string) {
	t.Helper()
	missing := operations
	for _, r := range s.Requests() {
		if len(missing) > 0 && r.Operation == missing[0] {
			missing = missing[1:]
		}
	}
	if len(missing) > 0 {
		t.Errorf("%s was not called in this order; requests:\n%s", missing[0], s.requestLines())
	}
}

// AssertNoWrites fails the test if a request other than a read was sent. Reads
// by POST, such as the values of a picklist, are reads.
func (s *Server) AssertNoWrites(t testing.TB) {
	t.Helper()
	reads := map[string]bool{}
	for _, op := range workato.Operations() {
		reads[op.Name] = op.Effect == workato.Read
	}
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet && !reads[strings.TrimPrefix(r.Operation, "own.")] {
			t.Errorf("unexpected write: %s", r)
		}
	}
}

// AssertBody fails the test unless the last request of an operation has a
// field with this value at the top level of its body. Numbers compare as
// float64, the way encoding/json decodes them.
func (s *Server) AssertBody(t testing.TB, operation, field string, want any) {
	t.Helper()
	last, called := s.last(t, operation)
	if !called {
		return
	}
	got, given := last.JSON()[field]
	if !given || !bytes.Equal(encodeJSON(got), encodeJSON(want)) {
		t.Errorf("%s: field %s is %v, want %v; body %s", operation, field, got, want, last.Body)
	}
}

// AssertQuery fails the test unless the last request of an operation has a
// query parameter with this value.
func (s *Server) AssertQuery(t testing.TB, operation, name, want string) {
	t.Helper()
	last, called := s.last(t, operation)
	if got := last.Query.Get(name); called && got != want {
		t.Errorf("%s: query parameter %s is %q, want %q", operation, name, got, want)
	}
}

// last is the last request of an operation. The test fails if there is none.
func (s *Server) last(t testing.TB, operation string) (last Request, called bool) {
	t.Helper()
	calls := s.Requests(operation)
	if len(calls) == 0 {
		t.Errorf("%s was not called; requests:\n%s", operation, s.requestLines())
		return last, false
	}
	return calls[len(calls)-1], true
}

func (s *Server) requestLines() string {
	var lines strings.Builder
	for _, r := range s.Requests() {
		lines.WriteString("\t" + r.Operation + ": " + r.String() + "\n")
	}
	return lines.String()
}

// Problems lists the requests that a correct client would not have sent, and
// the faults that no request has met, or with a Chance could have met. In strict
// mode [New] fails the test for each.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	problems := slices.Clone(s.problems)
	for _, f := range s.faults {
		if f.used == 0 && (f.Chance == 0 || f.seen == 0) { // by chance no request may meet it
			problems = append(problems, "unused fault: "+f.String())
		}
	}
	for _, h := range s.hooks {
		problems = append(problems, h.String())
	}
	return problems
}
