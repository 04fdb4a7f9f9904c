package workatotest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

// FaultKind says what a [Fault] does.
type FaultKind string

// The kinds of faults. "Before" means that the server has done nothing, "after"
// that it has done its work and only the response is affected.
const (
	// Respond responds with Fault.Status, before.
	Respond FaultKind = "respond"
	// RespondAfter responds with Fault.Status, after.
	RespondAfter FaultKind = "respond_after"
	// HTML responds with an HTML page and status 502 (or Fault.Status), before.
	HTML FaultKind = "html"
	// HTMLAfter responds with an HTML page and status 502 (or Fault.Status),
	// after.
	HTMLAfter FaultKind = "html_after"
	// Empty sends the right status and no body, after.
	Empty FaultKind = "empty"
	// Null sends the right status and the body null, after.
	Null FaultKind = "null"
	// CutOff breaks the connection in the middle of the body, after.
	CutOff FaultKind = "cut_off"
	// ConnectRefused fails before the request leaves the client. Over a port
	// it is the same as ResetBefore.
	ConnectRefused FaultKind = "connect_refused"
	// ResetBefore resets the connection, before.
	ResetBefore FaultKind = "reset_before"
	// ResetAfter resets the connection, after.
	ResetAfter FaultKind = "reset_after"
	// Late resets the connection, and does its work Fault.DelayMS later: what a
	// client that looks at once does not find is there after all. The time is that
	// of the server's clock.
	Late FaultKind = "late"
	// Hang never responds, before. It ends when the client gives up or the
	// server is closed.
	Hang FaultKind = "hang"
	// HangAfter never responds, after.
	HangAfter FaultKind = "hang_after"
	// Drip sends the body in sixteen pieces with Fault.PauseMS before each,
	// after.
	Drip FaultKind = "drip"
	// Redirect sends the client to Fault.Location, another host by default,
	// before.
	Redirect FaultKind = "redirect"
	// RateLimit responds with 429 and Fault.RetryAfter, before.
	RateLimit FaultKind = "rate_limit"
	// RepeatPage responds to a request for a page with the previous page.
	RepeatPage FaultKind = "repeat_page"
	// IDsAsStrings writes every id as a string of digits, after.
	IDsAsStrings FaultKind = "ids_as_strings"
	// NullArrays writes null for every array inside the objects of the response,
	// after.
	NullArrays FaultKind = "null_arrays"
	// UnknownEnums writes an undocumented value for every status, state and
	// the like, after.
	UnknownEnums FaultKind = "unknown_enums"
	// UnknownKeys adds keys to every object, after.
	UnknownKeys FaultKind = "unknown_keys"
	// FailImport accepts a package and lets the import fail with Fault.Body as
	// the error. Only requests that import meet it.
	FailImport FaultKind = "fail_import"
)

// Fault is a fault for future requests. The JSON form is the one that
// cmd/workato-fake reads.
type Fault struct {
	// On is the name of the operation, "connections.create"; "connections.*"
	// for all of a service; empty for all. A download from the package store is
	// "store.download".
	On string `json:"on,omitempty"`
	// Customer limits the fault to the requests for one customer, by its external
	// id or its id, whichever the request uses.
	Customer string `json:"customer,omitempty"`
	// Call is the number of the matching request that meets the fault first,
	// counted from the injection. 0 and 1 are the next one.
	Call int `json:"call,omitempty"`
	// Times is how many matching requests meet the fault; 0 is one, a negative
	// number all.
	Times int `json:"times,omitempty"`
	// Chance, between 0 and 1, makes a request meet the fault by chance; 0 is
	// always. The same Seed gives the same sequence.
	Chance float64 `json:"chance,omitempty"`
	// Seed is the seed of Chance.
	Seed uint64 `json:"seed,omitempty"`
	// Do is the kind of fault.
	Do FaultKind `json:"do"`
	// Status is the status code: 500 by default, 502 for a page and 302 for a
	// redirect.
	Status int `json:"status,omitempty"`
	// Body is the body instead of the documented one for the status.
	Body string `json:"body,omitempty"`
	// Header is added to the response.
	Header map[string]string `json:"header,omitempty"`
	// RetryAfter is a time in seconds, 1 by default.
	RetryAfter int `json:"retry_after,omitempty"`
	// RetryAfterDate sends RetryAfter as a date.
	RetryAfterDate bool `json:"retry_after_date,omitempty"`
	// Location is the target of a redirect.
	Location string `json:"location,omitempty"`
	// PauseMS is the pause of Drip in milliseconds, 100 by default.
	PauseMS int `json:"pause_ms,omitempty"`
	// DelayMS is how much later the work of Late is done, in milliseconds, 1000
	// by default.
	DelayMS int `json:"delay_ms,omitempty"`
}

// String names the fault and the operation.
func (f Fault) String() string {
	text := fmt.Sprintf("%s on %s", f.Do, cmp.Or(f.On, "every operation"))
	if f.Customer != "" {
		text += " for " + f.Customer
	}
	return text
}

// armedFault is a fault with its counters.
type armedFault struct {
	Fault
	seen, used int
	chance     *rand.Rand
}

// Inject injects faults into future requests. A request that several faults
// match meets the one injected first. A fault with an unknown kind or operation
// is a mistake in the test: it ends the test, or panics on a server without
// one.
func (s *Server) Inject(faults ...Fault) {
	for _, f := range faults {
		if wrong := f.mistake(); wrong != nil {
			s.fatal(fmt.Errorf("fault %s: %w", f, wrong))
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		armed := &armedFault{Fault: f}
		armed.chance = rand.New(rand.NewPCG(f.Seed, 0))
		s.faults = append(s.faults, armed)
	}
}

// InjectedFault is a fault with its counters.
type InjectedFault struct {
	Fault
	// Seen is the number of requests that the fault was meant for, Met the
	// number of those that have met it.
	Seen int `json:"seen"`
	Met  int `json:"met"`
}

// Faults lists the injected faults, the spent ones too.
func (s *Server) Faults() []InjectedFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	faults := make([]InjectedFault, len(s.faults))
	for i, f := range s.faults {
		faults[i] = InjectedFault{f.Fault, f.seen, f.used}
	}
	return faults
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fatal reports a mistake of the test itself.
func (s *Server) fatal(err error) {
	if t := s.options.tb; t != nil {
		t.Helper()
		t.Fatalf("workatotest: %v", err)
	}
	panic("workatotest: " + err.Error())
}

// mistake returns the error in a fault with its field, nil for none.
func (f Fault) mistake() *strictjson.PlaceError {
	wrong := func(place, format string, args ...any) *strictjson.PlaceError {
		return &strictjson.PlaceError{Place: place, Problem: fmt.Sprintf(format, args...)}
	}
	row := faultRowOf(f.Do)
	if row == nil {
		return wrong("do", "unknown kind of fault %q", f.Do)
	}
	for _, count := range []struct {
		place string
		n     int
	}{{"call", f.Call}, {"retry_after", f.RetryAfter}, {"pause_ms", f.PauseMS}, {"delay_ms", f.DelayMS}} {
		if count.n < 0 {
			return wrong(count.place, "%d is negative", count.n)
		}
	}
	met := slices.DeleteFunc(append(slices.Clone(routes), storeRoute), func(r *route) bool { return !f.matches(r) })
	switch {
	case !(f.Chance >= 0 && f.Chance <= 1):
		return wrong("chance", "%v is not between 0 and 1", f.Chance)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return wrong("status", "%d is not between 200 and 599", f.Status)
	case len(met) == 0 && namesOperation(f.On):
		return wrong("on", "%q is not %s", f.On, row.only)
	case len(met) == 0:
		return wrong("on", "no such operation %q", f.On)
	case f.Customer != "" && !slices.ContainsFunc(met, func(r *route) bool { return !r.own() }):
		return wrong("customer", "requests of %s name no customer", f.On)
	}
	return nil
}

// names compares the name of an operation with On. An unknown route has none.
func (f Fault) names(r *route) bool {
	op := ""
	if r != nil {
		op = r.op
	}
	service, all := strings.CutSuffix(f.On, "*")
	return f.On == "" || f.On == op || all && strings.HasPrefix(op, service)
}

// matches reports whether a request of a route can meet the fault. Kinds that
// affect only some operations skip the others.
func (f Fault) matches(r *route) bool {
	row := faultRowOf(f.Do)
	return f.names(r) && (row.happensTo == nil || r != nil && row.happensTo(r))
}

// meet returns the fault that a request meets, nil for none.
func (s *Server) meet(entry Request, r *route) *metFault {
	var met *metFault
	for _, f := range s.faults {
		if !f.matches(r) || !s.concerns(f.Customer, entry.Customer) {
			continue
		}
		f.seen++
		spent := f.Times >= 0 && f.used >= max(f.Times, 1)
		if met != nil || spent || f.seen < f.Call {
			continue
		}
		if f.Chance > 0 && f.chance.Float64() >= f.Chance {
			continue
		}
		f.used++
		fault := f.Fault
		fault.RetryAfter = cmp.Or(f.RetryAfter, 1)
		if f.RetryAfterDate {
			date := s.now().Add(time.Duration(fault.RetryAfter) * time.Second)
			fault.Header = map[string]string{"Retry-After": date.UTC().Format(http.TimeFormat)}
			maps.Copy(fault.Header, f.Header)
		}
		met = &metFault{fault, faultRowOf(fault.Do)}
	}
	return met
}

// concerns reports whether the customer of a request is the one that a fault
// names. An unknown customer is compared with the path.
func (s *Server) concerns(customer, inPath string) bool {
	if customer == "" || customer == inPath || externalKey(customer) == inPath {
		return true
	}
	ws := s.named(customer)
	return ws != nil && ws == s.customer(inPath)
}

// documented is the body of the reference for a status.
func documented(status int) string {
	switch status {
	case http.StatusInternalServerError:
		return `{"message":"Server error","id":"00000000-0000-4000-8000-000000000000"}`
	case http.StatusTooManyRequests:
		return `{"message":"Too many requests"}`
	}
	return `{"message":` + strconv.Quote(http.StatusText(status)) + `}`
}
