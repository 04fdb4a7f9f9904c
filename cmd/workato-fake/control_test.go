package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// control sends a request to the control and returns what is not an error.
func (p *program) control(t *testing.T, method, name, body string) string {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), method, p.url+"/_fake/"+name, strings.NewReader(body))
	req.Header.Set(workatotest.ControlHeader, "1")
	got := responseOf(t, req)
	if got.status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, name, got.status, got.body)
	}
	return got.body
}

// TestControl goes through a test in another language: the program starts with
// a seed and a fault, and a reset restores both.
func TestControl(t *testing.T) {
	t.Parallel()
	seed := write(t, `{"customers": [{"external_id": "a", "connections": [{"name": "Sales", "provider": "salesforce"}]}]}`)
	faults := write(t, `[{"on": "connections.list", "do": "respond", "status": 503}]`)
	p := start(t, "-control", "-seed", seed, "-faults", faults)
	for range 2 {
		for _, want := range []int{503, 200} {
			if got := p.do(t, "GET", "/api/managed_users/Ea/connections", ""); got.status != want {
				t.Errorf("list: %d, want %d", got.status, want)
			}
		}
		p.control(t, "POST", "authorize", `{"customer": "a", "connection": "Sales"}`)
		if got := p.do(t, "GET", "/api/managed_users/Ea/connections", ""); !strings.Contains(got.body, `"authorization_status":"success"`) {
			t.Errorf("after authorize: %s", got.body)
		}
		if log := p.control(t, "GET", "requests", ""); strings.Count(log, `"connections.list"`) != 3 {
			t.Errorf("request log: %s", log)
		}
		p.control(t, "POST", "remove_customer", `{"customer": "a"}`)
		p.control(t, "POST", "reset", "")
	}
	p.stop(t)
	if want := "control: " + p.url + "/_fake/ with the header X-Fake-Control"; !strings.Contains(p.out.String(), want) {
		t.Errorf("output\n%s\nhas no %q", p.out, want)
	}
}

// TestControlIsSaved: what the control changes is in the state file, too.
func TestControlIsSaved(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	p := start(t, "-control", "-state", state)
	p.control(t, "POST", "seed", `{"customers": [{"external_id": "late"}]}`)
	p.stop(t)
	if text, err := os.ReadFile(state); err != nil || !strings.Contains(string(text), `"late"`) {
		t.Errorf("%v, state %s", err, text)
	}
}

// TestControlIsOff: control must be enabled, and is refused for a name that a
// web site can have.
func TestControlIsOff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args string
		host string
		want int
	}{
		{"", "", 404},
		{"-public", "fake", 404},
		{"-control", "", 200},
		{"-control", "localhost:8080", 200},
		{"-control", "fake", 421},
		{"-control", "evil.example.com", 421},
		{"-control -public", "fake:8080", 200},
		{"-control -public", "fake.ci.svc.cluster.local", 200},
		{"-control -public", "192.0.2.1", 200},
		{"-control -public", "evil.example.com", 421},
		{"-control -public", "localhost.example.com:80", 421},
	} {
		p := start(t, strings.Fields(test.args)...)
		req, _ := http.NewRequestWithContext(t.Context(), "GET", p.url+"/_fake/faults", nil)
		req.Host = test.host
		req.Header.Set(workatotest.ControlHeader, "1")
		if got := responseOf(t, req); got.status != test.want {
			t.Errorf("%s under %q: %d %s, want %d", test.args, test.host, got.status, got.body, test.want)
		}
		p.stop(t)
	}
}
