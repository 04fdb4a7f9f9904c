package workatotest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// outcome is the result of one request for the client, and its effect in the
// fake.
type outcome struct {
	status  int
	body    string
	err     error
	header  http.Header
	trace   string
	folders int
}

// createFolder sends a create under a fault. In the process it records what
// httptrace reports.
func createFolder(t *testing.T, fault workatotest.Fault, port bool) outcome {
	t.Helper()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	fault.On = "folders.create"
	fake.Inject(fault)
	var seen outcome
	patience := time.Minute
	if fault.Do == workatotest.Hang || fault.Do == workatotest.HangAfter || fault.PauseMS > 1 {
		patience = 2 * time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(string) { seen.trace += "get " },
		GotConn:              func(httptrace.GotConnInfo) { seen.trace += "got " },
		WroteRequest:         func(httptrace.WroteRequestInfo) { seen.trace += "wrote " },
		GotFirstResponseByte: func() { seen.trace += "response" },
	})
	client, base := fake.HTTPClient(), "https://workato.test"
	if port {
		client, base = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, fake.URL()
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req := newRequest(t, "POST", base+"/api/managed_users/Eacme/folders", object{"name": "Billing"}).WithContext(ctx)
	req.Header.Set("Authorization", "Bearer test-token")
	resp, err := client.Do(req)
	seen.err = err
	if err == nil {
		defer resp.Body.Close()
		var raw []byte
		raw, seen.err = io.ReadAll(resp.Body)
		seen.status, seen.header, seen.body = resp.StatusCode, resp.Header, string(raw)
	}
	seen.folders = len(fake.Customer("acme").Folders)
	return seen
}

func TestFaults(t *testing.T) {
	t.Parallel()
	// A create that was applied has left one folder.
	const applied, nothing = 1, 0
	for _, test := range []struct {
		fault   workatotest.Fault
		folders int
		status  int
		body    string
		is      error
	}{
		{workatotest.Fault{Do: workatotest.Respond}, nothing, 500, `"message":"Server error","id":`, nil},
		{workatotest.Fault{Do: workatotest.Respond, Status: 403}, nothing, 403, `{"message":"Forbidden"}`, nil},
		{workatotest.Fault{Do: workatotest.Respond, Status: 422, Body: `{"errors":[]}`}, nothing, 422, `{"errors":[]}`, nil},
		{workatotest.Fault{Do: workatotest.RespondAfter, Status: 503}, applied, 503, "Service Unavailable", nil},
		{workatotest.Fault{Do: workatotest.HTML}, nothing, 502, "<html>", nil},
		{workatotest.Fault{Do: workatotest.HTMLAfter, Status: 200}, applied, 200, "<html>", nil},
		{workatotest.Fault{Do: workatotest.Empty}, applied, 200, "", nil},
		{workatotest.Fault{Do: workatotest.Null}, applied, 200, "null", nil},
		{workatotest.Fault{Do: workatotest.CutOff}, applied, 200, "{", io.ErrUnexpectedEOF},
		{workatotest.Fault{Do: workatotest.ResetBefore}, nothing, 0, "", syscall.ECONNRESET},
		{workatotest.Fault{Do: workatotest.ResetAfter}, applied, 0, "", syscall.ECONNRESET},
		{workatotest.Fault{Do: workatotest.Drip, PauseMS: 1}, applied, 200, `"name":"Billing"`, nil},
		{workatotest.Fault{Do: workatotest.Redirect}, nothing, 302, "", nil},
		{workatotest.Fault{Do: workatotest.RateLimit}, nothing, 429, "Too many requests", nil},
		{workatotest.Fault{Do: workatotest.IDsAsStrings}, applied, 200, `"id":"200`, nil},
		{workatotest.Fault{Do: workatotest.UnknownKeys}, applied, 200, `"workatotest_unknown":{`, nil},
	} {
		for place, port := range map[string]bool{"process": false, "port": true} {
			t.Run(string(test.fault.Do)+" in a "+place, func(t *testing.T) {
				t.Parallel()
				got := createFolder(t, test.fault, port)
				if got.folders != test.folders {
					t.Errorf("%d folders afterwards, want %d", got.folders, test.folders)
				}
				if got.status != test.status || !strings.Contains(got.body, test.body) || test.body == "" && strings.Contains(got.body, "Billing") {
					t.Errorf("response %d %q, want %d with %q", got.status, got.body, test.status, test.body)
				}
				if !errors.Is(got.err, test.is) {
					t.Errorf("error %v, want %v", got.err, test.is)
				}
			})
		}
	}
}

// TestTrace proves what a client concludes from httptrace: an error after
// GetConn without GotConn means that the request never left.
func TestTrace(t *testing.T) {
	t.Parallel()
	for kind, want := range map[workatotest.FaultKind]string{
		workatotest.ConnectRefused: "get ",
		workatotest.ResetBefore:    "get got wrote ",
		workatotest.ResetAfter:     "get got wrote ",
		workatotest.Null:           "get got wrote response",
	} {
		got := createFolder(t, workatotest.Fault{Do: kind}, false)
		if got.trace != want {
			t.Errorf("%s: trace %q, want %q", kind, got.trace, want)
		}
		var dial *net.OpError
		if kind == workatotest.ConnectRefused && (!errors.As(got.err, &dial) || dial.Op != "dial") {
			t.Errorf("%s: error %v, want one of dialling", kind, got.err)
		}
	}
}

func TestHangObeysTheContext(t *testing.T) {
	t.Parallel()
	for kind, folders := range map[workatotest.FaultKind]int{workatotest.Hang: 0, workatotest.HangAfter: 1} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got := createFolder(t, workatotest.Fault{Do: kind}, false)
			if !errors.Is(got.err, context.DeadlineExceeded) || time.Since(start) != 2*time.Second {
				t.Errorf("%s: error %v after %v, want the deadline after 2s", kind, got.err, time.Since(start))
			}
			if got.folders != folders {
				t.Errorf("%s: %d folders, want %d", kind, got.folders, folders)
			}
		})
	}
}

func TestDripTakesItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got := createFolder(t, workatotest.Fault{Do: workatotest.Drip, PauseMS: 1000}, false)
		if !errors.Is(got.err, context.DeadlineExceeded) || time.Since(start) != 2*time.Second || got.body == "" {
			t.Errorf("error %v after %v with body %q, want the deadline in the middle", got.err, time.Since(start), got.body)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seconds := createFolder(t, workatotest.Fault{Do: workatotest.RateLimit, RetryAfter: 7}, false)
		same(t, "seconds", seconds.header.Get("Retry-After"), "7")
		date := createFolder(t, workatotest.Fault{Do: workatotest.RateLimit, RetryAfter: 7, RetryAfterDate: true}, false)
		when, err := http.ParseTime(date.header.Get("Retry-After"))
		if err != nil || time.Until(when) != 7*time.Second {
			t.Errorf("Retry-After %q, want a date in 7s", date.header.Get("Retry-After"))
		}
	})
}

func TestWhichRequestMeetsAFault(t *testing.T) {
	t.Parallel()
	sequence := func(fault workatotest.Fault, customer string) string {
		fake := workatotest.New(t)
		fake.AddCustomer(workatotest.Customer{ExternalID: "a"})
		fake.AddCustomer(workatotest.Customer{ExternalID: "b"})
		fake.Inject(fault)
		met := []byte("........")
		for i := range met {
			if status, _ := request(t, fake, "GET", "/api/managed_users/"+customer+"/connections", nil); status != 200 {
				met[i] = 'x'
			}
		}
		return string(met)
	}
	fault := func(on string, call, times int, chance float64, customer string) workatotest.Fault {
		return workatotest.Fault{On: on, Call: call, Times: times, Chance: chance, Customer: customer, Seed: 4, Do: workatotest.Respond}
	}
	for _, test := range []struct {
		fault workatotest.Fault
		want  string
	}{
		{fault("connections.list", 0, 0, 0, ""), "x......."},
		{fault("connections.list", 3, 0, 0, ""), "..x....."},
		{fault("connections.list", 3, 2, 0, ""), "..xx...."},
		{fault("connections.*", 0, -1, 0, ""), "xxxxxxxx"},
		{fault("", 8, -1, 0, ""), ".......x"},
		{fault("recipes.*", 0, -1, 0, ""), "........"},
		{fault("connections.list", 0, 2, 0, "Ea"), "xx......"},
		{fault("connections.list", 0, 2, 0, "Eb"), "........"},
		{fault("connections.list", 0, 2, 0, "a"), "xx......"},
		{fault("connections.list", 0, 2, 0, "1001"), "xx......"},
		{fault("connections.list", 0, 2, 0, "1002"), "........"},
	} {
		if got := sequence(test.fault, "Ea"); got != test.want {
			t.Errorf("%+v: %s, want %s", test.fault, got, test.want)
		}
	}
	chance := fault("", 0, -1, 0.5, "")
	first := sequence(chance, "Ea")
	if first != sequence(chance, "Ea") || !strings.Contains(first, "x") || !strings.Contains(first, ".") {
		t.Errorf("chance gives %s, want some of each and the same again", first)
	}
}

func TestFaultsOfLists(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	state := workatotest.State{Customers: []*workatotest.Customer{{ID: 1}, {ID: 2}, {ID: 3}}}
	if err := fake.Seed(state); err != nil {
		t.Fatal(err)
	}
	fake.Inject(
		workatotest.Fault{On: "managed_users.list", Call: 2, Do: workatotest.RepeatPage},
		workatotest.Fault{On: "managed_users.list", Call: 3, Do: workatotest.NullArrays},
	)
	for _, want := range []int64{1, 1} {
		page := "1"
		if len(fake.Requests()) > 0 {
			page = "2"
		}
		got := result(t, call(t, fake, "GET", "/api/managed_users?per_page=1&page="+page, nil))
		same(t, "page "+page, got[0]["id"], want)
	}
	nulls := result(t, call(t, fake, "GET", "/api/managed_users", nil))
	same(t, "array in an object", nulls[0]["whitelisted_apps"], nil)
}

func TestFaultJSON(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	err := fake.InjectJSON("faults.json", []byte(`[
		{"on": "connections.list", "do": "respond", "status": 503, "times": 2},
		{"on": "imports.create", "do": "fail_import", "body": "no more space"}
	]`))
	if err != nil {
		t.Fatal(err)
	}
	if problems := fake.Problems(); len(problems) != 2 {
		t.Errorf("problems %v, want two unused faults", problems)
	}
	for input, want := range map[string]string{
		`[{"on": "connections.list", "do": "explode"}]`:                          `faults.json:1: [0].do: unknown kind of fault "explode"`,
		"[{\"do\": \"html\"},\n{\"on\": \"connections.lst\", \"do\": \"html\"}]": `faults.json:2: [1].on: no such operation "connections.lst"`,
		"[\n{\"on\": \"connections.list\", \"tiems\": 3, \"do\":\"html\"}]":      `faults.json:2: [0].tiems: unknown field`,
		"[\n{\"do\": \"html\",\n\"times\": \"3\"}]":                              `faults.json:3: times: a string instead of a number`,
		"[{]":                               `faults.json:1: invalid character ']'`,
		`[{"do": "respond", "status": 42}]`: `faults.json:1: [0].status: 42 is not between 200 and 599`,
		"[{\"do\": \"html\",\n\"on\": \"managed_users.list\",\n\"customer\": \"a\"}]": `faults.json:3: [0].customer: requests of managed_users.list name no customer`,
		`[{"do": "html", "on": "store.download", "customer": "a"}]`:                   `faults.json:1: [0].customer: requests of store.download name no customer`,
		`[{"do": "html", "on": "own.*", "customer": "a"}]`:                            `faults.json:1: [0].customer: requests of own.* name no customer`,
		`[{"do": "repeat_page", "on": "connections.list"}]`:                           `faults.json:1: [0].on: "connections.list" is not a list with pages`,
		`[{"do": "repeat_page", "on": "store.download"}]`:                             `faults.json:1: [0].on: "store.download" is not a list with pages`,
		`[{"do": "html", "call": -1}]`:                                                `faults.json:1: [0].call: -1 is negative`,
		`[{"do": "rate_limit", "retry_after": -2}]`:                                   `faults.json:1: [0].retry_after: -2 is negative`,
		`[{"do": "drip", "pause_ms": -3}]`:                                            `faults.json:1: [0].pause_ms: -3 is negative`,
		`[{"do": "html"}, null]`:                                                      `faults.json:1: [1].do: unknown kind of fault ""`,
		`{"do": "html"}`:                                                              `faults.json:1: an object instead of a list`,
		"[{\"do\": \"html\"},\n{\"on\": \"exports.*\", \"do\": \"fail_import\"}]":     `faults.json:2: [1].on: "exports.*" is not an import`,
	} {
		if err := fake.InjectJSON("faults.json", []byte(input)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", input, err, want)
		}
	}
}

func TestDriftKeepsTheRest(t *testing.T) {
	t.Parallel()
	plain := createFolder(t, workatotest.Fault{Do: workatotest.Drip, PauseMS: 1}, false)
	drifted := createFolder(t, workatotest.Fault{Do: workatotest.IDsAsStrings}, false)
	var a, b object
	if json.Unmarshal([]byte(plain.body), &a) != nil || json.NewDecoder(bytes.NewReader([]byte(drifted.body))).Decode(&b) != nil {
		t.Fatalf("responses %s and %s", plain.body, drifted.body)
	}
	same(t, "name", a["name"], b["name"])
	same(t, "number of keys", len(a), len(b))
	if _, isText := b["parent_id"].(string); !isText {
		t.Errorf("parent_id is %v, want a string", b["parent_id"])
	}
}

func TestClearFaults(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	fake.Inject(workatotest.Fault{Do: workatotest.HTML, Times: -1})
	fake.ClearFaults()
	call(t, fake, "GET", acmePath, nil)
	same(t, "problems", fake.Problems(), nil)
}
