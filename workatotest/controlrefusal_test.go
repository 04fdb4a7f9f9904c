package workatotest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// controlList is the list of commands that the handler returns.
func controlList(t *testing.T, fake *remote) []map[string]string {
	t.Helper()
	var list struct{ Routes []map[string]string }
	if err := json.Unmarshal([]byte(fake.do(t, "GET", "", "")), &list); err != nil || len(list.Routes) < 20 {
		t.Fatalf("%v, %d routes", err, len(list.Routes))
	}
	return list.Routes
}

// TestControlIsNotForWebPages: requests that a browser can be made to send are
// refused on every route.
func TestControlIsNotForWebPages(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	before := fake.do(t, "GET", "state", "")
	for _, route := range controlList(t, fake) {
		for want, headers := range map[string][]string{
			"the header X-Fake-Control is missing": {"Content-Type", "text/plain"},
			"has a header Origin":                  {workatotest.ControlHeader, "1", "Origin", "http://127.0.0.1"},
			"has a header Sec-Fetch-Site":          {workatotest.ControlHeader, "1", "Sec-Fetch-Site", "same-origin"},
		} {
			response := fake.send(t, route["method"], route["path"], "", headers...)
			if response.Code != http.StatusForbidden || !strings.Contains(response.Body.String(), want) {
				t.Errorf("%s %s: %d %s, want %q", route["method"], route["path"], response.Code, response.Body, want)
			}
		}
	}
	preflight := fake.send(t, "OPTIONS", "/_fake/reset", "", "Origin", "https://evil.example.com", "Access-Control-Request-Headers", "x-fake-control")
	if preflight.Code != http.StatusForbidden || preflight.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight: %d %v", preflight.Code, preflight.Header())
	}
	if after := fake.do(t, "GET", "state", ""); after != before {
		t.Errorf("the state has changed:\n%s", after)
	}
}

// TestControlIsStrict: every route refuses unknown parameters.
func TestControlIsStrict(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	for _, route := range controlList(t, fake) {
		method, path := route["method"], route["path"]
		response := fake.send(t, method, path+"?colour=red", "", workatotest.ControlHeader, "1")
		if response.Code != http.StatusBadRequest || !strings.Contains(response.Body.String(), `"field":"colour"`) {
			t.Errorf("%s %s: a parameter is taken: %d %s", method, path, response.Code, response.Body)
		}
		response = fake.send(t, method, path, `{"colour": "red"}`, workatotest.ControlHeader, "1")
		want := `"field":"colour"`
		switch {
		case route["body"] == "":
			want = "takes no body"
		case strings.HasSuffix(path, "/faults"):
			want = "an object instead of a list"
		}
		if response.Code != http.StatusBadRequest || !strings.Contains(response.Body.String(), want) {
			t.Errorf("%s %s: a field is taken: %d %s", method, path, response.Code, response.Body)
		}
	}
}

func TestControlRefusals(t *testing.T) {
	t.Parallel()
	fake := newRemote(t)
	for _, test := range []struct {
		request, body string
		status        int
		field, text   string
	}{
		{"GET /_fake/nothing", "", 404, "", "GET /_fake/ lists the paths"},
		{"PATCH /_fake/state", "", 405, "", "the methods are GET, PUT"},
		{"GET /_fake/state?customer=nobody", "", 400, "customer", `no customer "nobody"`},
		{"GET /_fake/state?customer=a&customer=b", "", 400, "customer", "repeated"},
		{"PUT /_fake/state", "", 400, "", "the JSON text ends too early"},
		{"PUT /_fake/state", "{\n\"customers\": [\n{\"nmae\": 1}]}", 400, "customers[0].nmae", "body:3: customers[0].nmae: unknown field"},
		{"PUT /_fake/state", `{"customers": [{"connections": [{}]}]}`, 400, "customers[0].connections[0].provider", "is missing"},
		{"POST /_fake/seed", `{"customers": [{"external_id": "acme"}]}`, 400, "customers[0].external_id", "Eacme"},
		{"POST /_fake/faults", `[{"do": "explode"}]`, 400, "[0].do", `unknown kind of fault "explode"`},
		{"POST /_fake/faults", `[{"do": "hang", "on": "x.y"}]`, 400, "[0].on", `no such operation "x.y"`},
		{"GET /_fake/requests?operation=x.y", "", 400, "operation", `no such operation "x.y"`},
		{"POST /_fake/authorize", "", 400, "customer", "is missing"},
		{"POST /_fake/authorize", `{"customer": "nobody"}`, 400, "customer", `no customer "nobody"`},
		{"POST /_fake/authorize", `{"customer": "acme"}`, 400, "connection", `no connection ""`},
		{"POST /_fake/authorize", `{"customer": 12}`, 400, "customer", "a number instead of a string"},
		{"POST /_fake/authorize", `{"customer": "acme", "connection": "Jira"} {}`, 400, "", "more than one JSON value"},
		{"POST /_fake/run_recipe", `{"customer": "acme", "recipe": "x"}`, 400, "recipe", `no recipe "x"`},
		{"POST /_fake/run_recipe", `{"customer": "acme", "recipe": "Sync", "job": {"colour": 1}}`, 400, "job.colour", "unknown field"},
		{"POST /_fake/accept_invitation", `{"customer": "acme", "email": "x"}`, 400, "email", `no invitation for "x"`},
		{"POST /_fake/advance", `{"seconds": -1}`, 400, "seconds", "is not between"},
		{"POST /_fake/advance", `{"seconds": 1e300}`, 400, "seconds", "is not between"},
		{"POST /_fake/before", `{"on": "connections.list", "do": "explode"}`, 400, "do", `no such event "explode"`},
		{"POST /_fake/before", `{"on": "x.y", "do": "authorize"}`, 400, "on", `no such operation "x.y"`},
		{"POST /_fake/before", `{"on": "connections.list", "do": "authorize", "with": {"who": 1}}`, 400, "with.who", "unknown field"},
	} {
		method, path, _ := strings.Cut(test.request, " ")
		response := fake.send(t, method, path, test.body, workatotest.ControlHeader, "1")
		var refusal struct{ Error, Field string }
		err := json.Unmarshal(response.Body.Bytes(), &refusal)
		if err != nil || response.Code != test.status || refusal.Field != test.field || !strings.Contains(refusal.Error, test.text) {
			t.Errorf("%s %s: %d %s, want %d, field %q and %q", test.request, test.body, response.Code, response.Body, test.status, test.field, test.text)
		}
		if allow := response.Header().Get("Allow"); (allow != "") != (test.status == http.StatusMethodNotAllowed) {
			t.Errorf("%s: Allow %q", test.request, allow)
		}
	}
}
