package workatotest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// remote is a fake that is controlled over HTTP.
type remote struct {
	*workatotest.Server

	handler http.Handler
}

func newRemote(t *testing.T, opts ...workatotest.Option) *remote {
	t.Helper()
	fake := workatotest.New(t, opts...)
	fake.AddCustomer(workatotest.Customer{
		ExternalID:  "acme",
		Connections: []*workatotest.Connection{{Name: "Jira", Provider: "jira"}},
		Recipes:     []*workatotest.Recipe{{Name: "Sync", Uses: []string{"Jira"}, Running: true}},
		Members:     []*workatotest.Member{{Name: "Robin", Email: "robin@example.com", Invited: true}},
	})
	return &remote{fake, fake.ControlHandler()}
}

// send sends a request with headers in pairs.
func (r *remote) send(t *testing.T, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	response := httptest.NewRecorder()
	r.handler.ServeHTTP(response, req)
	if kind := response.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" || !json.Valid(response.Body.Bytes()) {
		t.Errorf("%s %s: %s %s", method, path, kind, response.Body)
	}
	return response
}

// do sends a request that has to succeed.
func (r *remote) do(t *testing.T, method, name, body string) string {
	t.Helper()
	response := r.send(t, method, workatotest.ControlPath+name, body, workatotest.ControlHeader, "1")
	if response.Code != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, name, response.Code, response.Body)
	}
	return strings.TrimSpace(response.Body.String())
}

// get reads something and decodes it.
func (r *remote) get(t *testing.T, name string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(r.do(t, "GET", name, "")), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestControlEvents(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		happened   func(acme workatotest.Customer) bool
	}{
		{"authorize", `{"customer": "acme", "connection": "Jira"}`, func(acme workatotest.Customer) bool {
			return acme.Connections[0].AuthorizationStatus == workatotest.StatusSuccess
		}},
		{"lose_connection", `{"customer": "acme", "connection": "Jira", "reason": "expired"}`, func(acme workatotest.Customer) bool {
			return acme.Connections[0].LostReason == "expired" && !acme.Connections[0].LostAt.IsZero()
		}},
		{"refuse_connection", `{"customer": "acme", "connection": "Jira", "reason": "mistyped"}`, func(acme workatotest.Customer) bool {
			conn := acme.Connections[0]
			return conn.AuthorizationStatus == workatotest.StatusFailed && conn.AuthorizationError == "mistyped" && conn.LostAt.IsZero()
		}},
		{"run_recipe", `{"customer": "acme", "recipe": "Sync", "job": {"status": "failed", "error": "boom"}}`, func(acme workatotest.Customer) bool {
			return len(acme.Recipes[0].Jobs) == 1 && acme.Recipes[0].Jobs[0].Error == "boom"
		}},
		{"stop_recipe", `{"customer": "acme", "recipe": "Sync", "cause": "trigger_errors_limit"}`, func(acme workatotest.Customer) bool {
			return !acme.Recipes[0].Running && acme.Recipes[0].StopCause == "trigger_errors_limit"
		}},
		{"accept_invitation", `{"customer": "acme", "email": "robin@example.com"}`, func(acme workatotest.Customer) bool {
			return !acme.Members[0].Invited
		}},
	} {
		fake := newRemote(t)
		if test.happened(fake.Customer("acme")) {
			t.Errorf("%s has happened before", test.name)
		}
		fake.do(t, "POST", test.name, test.body)
		if acme := fake.Customer("acme"); !test.happened(acme) {
			t.Errorf("after %s there is %+v", test.name, acme)
		}
	}
	fake := newRemote(t)
	fake.do(t, "POST", "remove_customer", `{"customer": "acme"}`)
	if n := len(fake.Snapshot().Customers); n != 0 {
		t.Errorf("%d customers after one was removed", n)
	}
}

// TestControlOwnWorkspace: an empty customer is the partner's own workspace.
func TestControlOwnWorkspace(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	fake.do(t, "POST", "seed", `{"own": {"connections": [{"name": "Sales", "provider": "salesforce"}]}}`)
	fake.do(t, "POST", "authorize", `{"customer": "", "connection": "Sales"}`)
	if conn, _ := fake.Customer("").Connection("Sales"); conn.AuthorizationStatus != workatotest.StatusSuccess {
		t.Errorf("connection %+v", conn)
	}
	response := fake.send(t, "POST", "/_fake/remove_customer", `{"customer": ""}`, workatotest.ControlHeader, "1")
	if response.Code != http.StatusBadRequest || !strings.Contains(response.Body.String(), "own workspace cannot be removed") {
		t.Errorf("%d %s", response.Code, response.Body)
	}
}

func TestControlAdvance(t *testing.T) {
	t.Parallel()
	fake := newRemote(t, workatotest.WithQuota("connections.list", 1))
	status := func() int {
		code, _ := request(t, fake.Server, "GET", "/api/managed_users/Eacme/connections", nil)
		return code
	}
	if first, second := status(), status(); first != 200 || second != 429 {
		t.Fatalf("%d and %d, want the quota to be used up", first, second)
	}
	fake.do(t, "POST", "advance", `{"seconds": 60.5}`)
	if third := status(); third != 200 {
		t.Errorf("%d a minute later", third)
	}
	requests := fake.Requests()
	if passed := requests[2].Time.Sub(requests[1].Time); passed < time.Minute {
		t.Errorf("%v passed by the log", passed)
	}
}

func TestControlState(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.RateLimit})
	fake.handler = fake.ControlHandler()
	beginning := fake.get(t, "state")

	fake.do(t, "POST", "seed", `{"customers": [{"external_id": "b"}]}`)
	both := fake.do(t, "GET", "state", "")
	if fake.Customer("b").ID == 0 {
		t.Errorf("state after a seed: %s", both)
	}
	fake.do(t, "PUT", "state", `{"customers": [{"external_id": "c"}]}`)
	if got := fake.Snapshot().Customers; len(got) != 1 || got[0].ExternalID != "c" {
		t.Errorf("customers %v, want one", got)
	}
	fake.do(t, "PUT", "state", both)
	if got := fake.do(t, "GET", "state", ""); got != both {
		t.Errorf("a state that was read and replaced is another:\n%s\n%s", got, both)
	}
	var acme workatotest.Customer
	if err := json.Unmarshal([]byte(fake.do(t, "GET", "state?customer=acme", "")), &acme); err != nil || acme.ExternalID != "acme" {
		t.Errorf("%v, %+v", err, acme)
	}

	request(t, fake.Server, "GET", "/api/managed_users/Eacme/connections?page=1", nil)
	fake.do(t, "DELETE", "faults", "")
	fake.do(t, "POST", "advance", `{"seconds": 1000}`)
	fake.do(t, "POST", "before", `{"on": "connections.list", "do": "advance", "with": {"seconds": 1}}`)
	fake.do(t, "POST", "reset", "")
	same(t, "state", fake.get(t, "state"), beginning)
	same(t, "faults", fake.get(t, "faults"), []object{{"on": "imports.create", "do": "rate_limit", "seen": 0, "met": 0}})
	same(t, "requests", fake.get(t, "requests"), []object{})
	same(t, "problems", fake.get(t, "problems"), []string{"unused fault: rate_limit on imports.create"})
	request(t, fake.Server, "GET", "/api/managed_users/Eacme/connections", nil)
	if late := time.Until(fake.Requests()[0].Time); late > time.Minute {
		t.Errorf("the clock is %v ahead after a reset", late)
	}
}

func TestControlFaultsAndRequests(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	fake.do(t, "POST", "faults", `[{"on": "connections.list", "do": "respond", "status": 503, "times": 2}]`)
	for _, want := range []int{503, 503, 200} {
		if got, _ := request(t, fake.Server, "GET", "/api/managed_users/Eacme/connections", nil); got != want {
			t.Errorf("status %d, want %d", got, want)
		}
	}
	request(t, fake.Server, "GET", "/api/nothing", nil)
	same(t, "faults", fake.get(t, "faults"), []object{
		{"on": "connections.list", "do": "respond", "status": 503, "times": 2, "seen": 3, "met": 2},
	})
	same(t, "problems", fake.get(t, "problems"), []string{"unknown route GET /api/nothing"})
	var requests []object
	if err := json.Unmarshal([]byte(fake.do(t, "GET", "requests?operation=connections.list&operation=folders.list", "")), &requests); err != nil {
		t.Fatal(err)
	}
	if len(requests) != 3 || requests[0]["fault"] != "respond" || requests[2]["status"] != 200.0 || requests[2]["customer"] != "Eacme" {
		t.Errorf("requests %v", requests)
	}
	fake.do(t, "DELETE", "requests", "")
	if got := fake.do(t, "GET", "requests", ""); got != "[]" {
		t.Errorf("requests %s", got)
	}
}

func TestControlBefore(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	fake.do(t, "POST", "before", `{"on": "connections.*", "call": 2, "do": "remove_customer", "with": {"customer": "acme"}}`)
	fake.do(t, "POST", "before", `{"on": "connections.list", "call": 3, "do": "remove_customer", "with": {"customer": "acme"}}`)
	for _, want := range []int{200, 404, 404} {
		if got, _ := request(t, fake.Server, "GET", "/api/managed_users/Eacme/connections", nil); got != want {
			t.Errorf("status %d, want %d", got, want)
		}
	}
	same(t, "problems", fake.Problems(), []string{`remove_customer before connections.list: customer: no customer "acme"`})
}
